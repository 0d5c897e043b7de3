"""cfn-lint over the transformed template, and checkov with the exceptions that infra/checkov.yaml names."""

import json
import subprocess
import sys
from pathlib import Path

from .model import ROOT, TEMPLATE, Finding, Template

EXCEPTIONS = ROOT / "infra" / "checkov.yaml"


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def start_cfn_lint(path: Path) -> subprocess.Popen:
    """Starts cfn-lint over a template file."""
    command = [_tool("cfn-lint"), "--non-zero-exit-code", "warning", "--format", "json", str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish_cfn_lint(process: subprocess.Popen, what: str) -> list[Finding]:
    """Waits for cfn-lint and returns what it found."""
    output, errors = process.communicate()
    try:
        matches = json.loads(output)
    except json.JSONDecodeError:
        raise RuntimeError(f"cfn-lint failed on the {what}: {errors}{output}") from None
    if process.returncode and not matches:
        raise RuntimeError(f"cfn-lint failed on the {what}: {errors}")
    found = []
    for it in matches:
        where = "/".join(str(part) for part in it["Location"]["Path"] or [f"line {it['Location']['Start']['LineNumber']}"])
        found.append(Finding("cfn-lint", f"{what}, {where}", f"{it['Rule']['Id']} {it['Message']}"))
    return found


def cfn_lint(template: Template, what: str, directory: Path) -> list[Finding]:
    """Runs cfn-lint over a transformed template."""
    path = directory / "transformed.json"
    path.write_text(json.dumps(template.body))
    return finish_cfn_lint(start_cfn_lint(path), what)


def start_checkov(path: Path = TEMPLATE) -> subprocess.Popen:
    """Starts checkov with every check, so that its findings can be compared with the exceptions.

    It would ask its makers for more about each finding; nothing here has to leave the machine.
    """
    command = [_tool("checkov"), "--file", str(path), "--framework", "cloudformation", "--skip-download", "--soft-fail"]
    command += ["--quiet", "--output", "json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def finish_checkov(process: subprocess.Popen) -> dict:
    """Waits for checkov and returns its report."""
    output, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"checkov failed: {errors}{output}")
    return json.loads(output)


def exceptions() -> list[str]:
    """Returns the checks that infra/checkov.yaml skips."""
    import yaml

    return yaml.safe_load(EXCEPTIONS.read_text())["skip-check"]


def checkov(report: dict, excepted: list[str]) -> list[Finding]:
    """Compares checkov's findings with the exceptions: each finding needs one, and each exception a finding."""
    if report["summary"]["passed"] == 0:
        return [Finding("checkov", "infra/template.yaml", "checkov checked nothing; see whether it can read the template")]
    found = []
    for it in report["results"]["failed_checks"]:
        if it["check_id"] not in excepted:
            message = f"{it['check_id']} {it['check_name']}; fix it, or except it in infra/checkov.yaml with a reason"
            found.append(Finding("checkov", it["resource"], message))
    for it in report["results"].get("parsing_errors", []):
        found.append(Finding("checkov", str(it), "checkov can't read it"))
    failed = {it["check_id"] for it in report["results"]["failed_checks"]}
    for name in excepted:
        if name not in failed:
            message = f"{name} no longer fails anywhere; remove the exception"
            found.append(Finding("checkov-exception", "infra/checkov.yaml", message))
    return found

"""Runs every check on infra/template.yaml, tests the checks themselves, and prints the quotas."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

from . import alarms, api, linters, metrics, policies, quotas, recursion, references
from .model import TEMPLATE, VARIANTS, Finding, NotTransformed, Template, real, real_source, source_text


def findings(source: dict, template: Template) -> list[Finding]:
    """Runs the checks on the template with one set of parameters."""
    found = [
        *api.routes(source, template),
        *api.throttling(template),
        *api.warnings(source, template),
        *references.secrets(template),
    ]
    dangling = references.check(template)
    if dangling:
        # Everything below resolves references.
        return [*found, *dangling, Finding("reference", "infra/template.yaml", "the other checks resolve references and didn't run; fix the references first")]
    return [
        *found,
        *api.openapi(template),
        *quotas.check(template),
        *quotas.mappings(template),
        *policies.check(template),
        *recursion.check(template),
        *metrics.check(template),
        *alarms.check(template),
    ]


def self_test() -> bool:
    """Tests that each rule fails when it is broken."""
    here = Path(__file__).parent
    tests = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here.parent))
    result = unittest.TextTestRunner(stream=sys.stdout, warnings="ignore").run(tests)
    return result.wasSuccessful() and result.testsRun > 0


def main() -> int:
    """Runs the two linters at the same time as everything else, as they take longest."""
    checkov, lint = linters.start_checkov(), {"infra/template.yaml": linters.start_cfn_lint(TEMPLATE)}
    source = real_source()
    found = recursion.comments(source_text())
    # cfn-lint has no parameters, so it checks variants once that SAM transforms into the same template.
    variants: dict[str, list[str]] = {}
    for variant in VARIANTS:
        template = real(variant)
        found += findings(source, template)
        variants.setdefault(json.dumps(template.body, sort_keys=True), []).append(variant)
    with tempfile.TemporaryDirectory() as directory:
        for number, (body, names) in enumerate(variants.items()):
            path = Path(directory) / f"transformed-{number}.json"
            path.write_text(body)
            lint[f"transformed template, {' and '.join(names)}"] = linters.start_cfn_lint(path)
        # The tests break copies of a template that keeps the rules.
        tested = True
        if not found:
            print("Testing that each rule can fail …", flush=True)
            tested = self_test()
        for what, process in lint.items():
            found += linters.finish_cfn_lint(process, what)
    found += linters.checkov(linters.finish_checkov(checkov), linters.exceptions())

    if not any(it.rule == "reference" for it in found):
        print(f"\n{quotas.table(real())}\n", flush=True)
    broken = list(dict.fromkeys(found))
    for finding in broken:
        print(finding, file=sys.stderr)
    if broken:
        print(f"infra/template.yaml breaks rules of tests/template_checks, cfn-lint or checkov: {len(broken)} findings.", file=sys.stderr)
    if not tested:
        print("A check of tests/template_checks doesn't find what it should: see the failed tests above.", file=sys.stderr)
    if broken or not tested:
        return 1
    print("The template passes cfn-lint and checkov, as written and as SAM transforms it, and keeps every rule of ours.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotTransformed as error:
        sys.exit(f"SAM can't transform infra/template.yaml: {error}")

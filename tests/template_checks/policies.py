"""The roles: parliament's findings on every policy, and who may assume a role."""

import json
from typing import NamedTuple

from .model import Finding, Template


class Toleration(NamedTuple):
    """A finding of parliament that doesn't hold for these policies."""

    issue: str
    reason: str


TOLERATIONS = [
    Toleration(
        "NO_VERSION",
        "without a version IAM takes 2008-10-17, which differs only in that it doesn't fill in policy variables; "
        "the rule policy-variable refuses those",
    ),
]


def check(template: Template) -> list[Finding]:
    """Runs parliament over the inline policies and the trust policy of every role."""
    import parliament

    found = []
    used = set()
    for role, properties in template.of_type("AWS::IAM::Role").items():
        trust = template.resolve(properties["AssumeRolePolicyDocument"])
        found += _trust(role, trust)
        # parliament checks only policies that have a resource, and a trust policy's resource is its role.
        arn = template.resolve({"Fn::GetAtt": [role, "Arn"]})
        on_role = [statement | {"Resource": arn} for statement in trust["Statement"]]
        documents = [("trust policy", trust | {"Statement": on_role})]
        documents += [(f"inline policy {index}", it) for index, it in enumerate(template.policies_of(role))]
        for name, document in documents:
            text = json.dumps(document)
            if "Version" not in document and "${" in text:
                found.append(Finding("policy-variable", f"{role}, {name}", 'it has a variable, and needs Version: "2012-10-17"'))
            for finding in parliament.analyze_policy_string(text, ignore_private_auditors=True).findings:
                if finding.issue in {it.issue for it in TOLERATIONS}:
                    used.add(finding.issue)
                else:
                    detail = " ".join(str(part) for part in (finding.title, finding.detail) if part) or finding.issue
                    message = f"{finding.issue}: {detail}; fix it, or tolerate it in tests/template_checks/policies.py"
                    found.append(Finding("policy", f"{role}, {name}", message))
    for toleration in TOLERATIONS:
        if toleration.issue not in used:
            message = f"{toleration.issue} no longer applies; remove it from tests/template_checks/policies.py"
            found.append(Finding("policy-toleration", "roles", message))
    return found


def _trust(role: str, document: dict) -> list[Finding]:
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        principal = statement.get("Principal", {})
        services = principal.get("Service") if isinstance(principal, dict) and set(principal) == {"Service"} else None
        if services not in ("lambda.amazonaws.com", ["lambda.amazonaws.com"]) or actions != ["sts:AssumeRole"]:
            message = f"only Lambda may assume it, and here it is {json.dumps(principal)} with {', '.join(actions)}"
            return [Finding("trust", role, message)]
    return []

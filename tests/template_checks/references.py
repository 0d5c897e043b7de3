"""References between resources: each refers to something that exists whenever the resource that refers to it exists."""

import re
from typing import Any, Iterator, NamedTuple

from .model import DYNAMIC_REFERENCE, PLACEHOLDER, PSEUDO, REGION, Finding, Template, get_att, outcomes, sub

# With placeholders in angle brackets, as braces end a dynamic reference.
SECRET = re.compile(r"\{\{resolve:secretsmanager:<(\w+)>:SecretString:[^:}]*:([^:}]*):([^:}]*)\}\}")


class Reference(NamedTuple):
    """A mention of a resource or parameter, with the conditions under which it counts."""

    where: str
    target: str
    attribute: str | None
    guards: tuple[tuple[str, bool], ...]


def references(template: Template) -> Iterator[Reference]:
    """Yields every reference of resources, outputs and conditions."""
    for section in ("Resources", "Outputs"):
        for name, entry in template.body.get(section, {}).items():
            guards = ((entry["Condition"], True),) if "Condition" in entry else ()
            parts = {part: value for part, value in entry.items() if part not in ("Condition", "Metadata", "DependsOn")}
            yield from _walk(parts, name, guards)
            needs = entry.get("DependsOn", [])
            for needed in [needs] if isinstance(needs, str) else needs:
                # CloudFormation ignores a dependency on a resource whose condition is false, but not on an unknown one.
                yield Reference(f"{name}.DependsOn", needed, None, (*guards, *_own(template, needed)))
    yield from _walk(template.body.get("Conditions", {}), "Conditions", ())


def _own(template: Template, name: str) -> tuple[tuple[str, bool], ...]:
    condition = template.resources.get(name, {}).get("Condition")
    return ((condition, True),) if condition else ()


def _walk(value: Any, where: str, guards: tuple) -> Iterator[Reference]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, f"{where}[{index}]", guards)
        return
    if not isinstance(value, dict):
        return
    if set(value) == {"Ref"}:
        yield Reference(where, value["Ref"], None, guards)
    elif set(value) == {"Fn::GetAtt"}:
        yield Reference(where, *get_att(value["Fn::GetAtt"]), guards)
    elif set(value) == {"Fn::Sub"}:
        text, variables = sub(value["Fn::Sub"])
        for name in PLACEHOLDER.findall(text):
            if name not in variables:
                target, _, attribute = name.partition(".")
                yield Reference(where, target, attribute or None, guards)
        yield from _walk(variables, where, guards)
    elif set(value) == {"Fn::If"}:
        condition, then, otherwise = value["Fn::If"]
        yield from _walk(then, where, (*guards, (condition, True)))
        yield from _walk(otherwise, where, (*guards, (condition, False)))
    else:
        for name, item in value.items():
            yield from _walk(item, f"{where}.{name}", guards)


def _attributes(kind: str) -> set[str]:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

    return set(PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).get_atts)


def check(template: Template) -> list[Finding]:
    """Checks every Ref, Fn::GetAtt and Fn::Sub."""
    found = []
    conditions = template.body.get("Conditions", {})
    possible = outcomes(conditions)
    for it in references(template):
        named = f"{it.target}.{it.attribute}" if it.attribute else it.target
        unknown = [condition for condition, _ in it.guards if condition not in conditions]
        if unknown:
            found.append(Finding("reference-condition", it.where, f"there is no condition {unknown[0]}; declare it"))
            continue
        if it.target in template.resources:
            if it.attribute and it.attribute not in _attributes(template.type_of(it.target)):
                kind = template.type_of(it.target)
                found.append(Finding("reference-attribute", it.where, f"{named}: {kind} returns no such attribute"))
            own = template.resources[it.target].get("Condition")
            lost = own and any(
                not values[own] and all(values[condition] is wanted for condition, wanted in it.guards)
                for values in possible
            )
            if lost:
                message = f"{named} exists only if {own}, but it is referred to when that is false too; wrap it in Fn::If"
                found.append(Finding("reference-conditional", it.where, message))
        elif it.attribute or it.target not in template.body.get("Parameters", {}) | PSEUDO:
            found.append(Finding("reference-unknown", it.where, f"{named} is not a resource, parameter or pseudo parameter"))
    return found


def secrets(template: Template) -> list[Finding]:
    """Checks that dynamic references name a secret of the template, in the form that CloudFormation documents.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    """
    found = []
    for where, text in _texts(template.resources, ""):
        for reference in DYNAMIC_REFERENCE.findall(PLACEHOLDER.sub(lambda it: f"<{it[1]}>", text)):
            match = SECRET.fullmatch(reference)
            if not match:
                message = f"{reference} is not {{{{resolve:secretsmanager:<secret of this template>:SecretString:key:stage:version}}}}"
                found.append(Finding("secret-form", where, message))
            elif template.resources.get(match[1], {}).get("Type") != "AWS::SecretsManager::Secret":
                found.append(Finding("secret-unknown", where, f"{match[1]} is no secret of this template"))
            elif match[2] and match[3]:
                found.append(Finding("secret-form", where, "a version stage and a version ID exclude each other"))
            elif match[3] != f"<{match[1]}Version>":
                message = f"pin the version with ${{{match[1]}Version}}; otherwise, a changed secret reaches only the functions that the next deployment happens to change"
                found.append(Finding("secret-version", where, message))
    return found


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{where}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{where}[{index}]")

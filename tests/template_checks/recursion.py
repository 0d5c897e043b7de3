"""Loops between functions and queues, which Lambda stops unless a function declares them.

Lambda counts the invocations in a chain of events and drops the event at about the sixteenth, unless the function has
`RecursiveLoop: Allow`. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html

It follows chains through SQS, SNS, S3 and calls of functions by functions. The graph here has the edges that the template
has: functions that may send to a queue, queues that feed a function, and queues that hand on to their dead-letter queue
(SQS moves the message with its attributes, the trace header among them). Left out, as the page lists them among what Lambda
does not detect: DynamoDB streams, and objects of S3 that come by EventBridge instead of a notification of the bucket. The
rule recursion-unknown refuses kinds of edges that would count and that this graph does not have yet.
"""

import fnmatch
import re
from typing import Iterator

from .model import Finding, Template


def _list(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _allowed(template: Template, function: str) -> Iterator[tuple[str, str]]:
    """Yields each action pattern and resource pattern that the function's inline policies allow."""
    for document in template.policies_of(template.role_of(function)):
        for statement in document["Statement"]:
            if statement["Effect"] == "Allow":
                for action in _list(statement.get("Action", "*")):
                    for resource in _list(statement.get("Resource", "*")):
                        yield action, resource


def _allows(pattern: str, action: str) -> bool:
    return fnmatch.fnmatchcase(action.lower(), pattern.lower())


def edges(template: Template) -> dict[str, set[str]]:
    """Returns the functions and queues that a message can reach from each one in one step."""
    queues = template.of_type("AWS::SQS::Queue")
    arns = {name: template.resolve({"Fn::GetAtt": [name, "Arn"]}) for name in queues}
    graph: dict[str, set[str]] = {name: set() for name in queues}
    for queue, properties in queues.items():
        if "RedrivePolicy" in properties:
            dead = template.resolve(properties["RedrivePolicy"])["deadLetterTargetArn"]
            graph[queue].update(name for name, arn in arns.items() if arn == dead)
    for function in template.of_type("AWS::Lambda::Function"):
        graph[function] = {
            name
            for action, resource in _allowed(template, function)
            if _allows(action, "sqs:SendMessage")
            for name, arn in arns.items()
            if fnmatch.fnmatchcase(arn, resource)
        }
    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        source = template.target_of(mapping["EventSourceArn"])
        if source in queues:
            graph[source].add(template.target_of(mapping["FunctionName"]))
    return graph


def looping(graph: dict[str, set[str]]) -> set[str]:
    """Returns the nodes that lie on a cycle."""

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(graph[start])
        while ahead:
            node = ahead.pop()
            if node not in seen:
                seen.add(node)
                ahead += graph[node]
        return seen

    return {node for node in graph if node in reachable(node)}


def check(template: Template) -> list[Finding]:
    """Compares the functions on loops with those that declare one."""
    on_loop = looping(edges(template))
    found = []
    for function, properties in template.of_type("AWS::Lambda::Function").items():
        allows = properties.get("RecursiveLoop") == "Allow"
        if function in on_loop and not allows:
            message = "a message can come back to it through its queues, and Lambda would drop it; set RecursiveLoop: Allow"
            found.append(Finding("recursion-undeclared", function, message))
        if allows and function not in on_loop:
            message = "nothing it sends can come back to it, so it needs Lambda's guard; remove RecursiveLoop"
            found.append(Finding("recursion-needless", function, message))
        for action, _ in _allowed(template, function):
            if any(_allows(action, it) for it in ("sns:Publish", "lambda:InvokeFunction", "lambda:InvokeAsync")):
                message = f"{action} can be part of a loop that tests/template_checks/recursion.py doesn't look at; add it there"
                found.append(Finding("recursion-unknown", function, message))
    for bucket, properties in template.of_type("AWS::S3::Bucket").items():
        kinds = set(properties.get("NotificationConfiguration", {})) - {"EventBridgeConfiguration"}
        for kind in sorted(kinds):
            message = f"{kind} can be part of a loop that tests/template_checks/recursion.py doesn't look at; add it there"
            found.append(Finding("recursion-unknown", bucket, message))
    return found


def comments(text: str) -> list[Finding]:
    """Requires a reason beside each `RecursiveLoop: Allow`: a comment on the line, or on the one before it."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if re.match(r"\s*RecursiveLoop:", line) and "#" not in line and not lines[number - 2].lstrip().startswith("#"):
            message = "without Lambda's guard, something else has to end the loop; name it in a comment beside this line"
            found.append(Finding("recursion-reason", f"infra/template.yaml:{number}", message))
    return found

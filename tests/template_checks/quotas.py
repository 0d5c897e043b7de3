"""AWS's quotas, counted in the transformed template."""

import json
from typing import NamedTuple

from .metrics import of_alarm, of_dashboard
from .model import DYNAMIC_REFERENCE, SECRET_LENGTH, Finding, Template, compact, physical_name, texts

# Below 100 %, so that a check fails before a deployment does.
FAILS_AT = 0.85

CLOUDFORMATION = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
HTTP_API = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"
IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"
LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
CLOUDWATCH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"
SQS_POLICIES = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"
SQS_SCALING = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"
SQS_CONFIGURE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
GENERATED_NAMES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html"

# A new account has ten until the quota is raised, as docs/deploy.md requires.
CONCURRENCY, CONCURRENCY_OF_NEW_ACCOUNT = 1000, 10

NAME_LIMITS = {
    "AWS::Events::Rule": 64,
    "AWS::IAM::Role": 64,
    "AWS::Lambda::Function": 64,
    "AWS::S3::Bucket": 63,
    "AWS::SES::ConfigurationSet": 64,
    "AWS::SQS::Queue": 80,
}


class Row(NamedTuple):
    """One quota: its usage, and the resource with the highest."""

    quota: str
    where: str
    used: int
    limit: int
    source: str
    # The limit at which the check fails: a share of the quota, or the quota itself.
    fails_at: float = FAILS_AT

    @property
    def share(self) -> float:
        return self.used / self.limit


def _most(quota: str, used: dict[str, int], limit: int, source: str) -> list[Row]:
    if not used:
        return []
    where = max(used, key=used.__getitem__)
    return [Row(quota, where, used[where], limit, source)]


def rows(template: Template) -> list[Row]:
    """Counts every quota; for those per resource, the one with the highest usage."""
    body = template.body
    found = [
        Row("resources", "template", len(template.resources), 500, CLOUDFORMATION),
        Row("parameters", "template", len(body.get("Parameters", {})), 200, CLOUDFORMATION),
        Row("outputs", "template", len(body.get("Outputs", {})), 200, CLOUDFORMATION),
        # `sam deploy` uploads templates to S3, so the 51,200 bytes of a template in the request don't apply.
        Row("template size (bytes)", "template", len(compact(body)), 1024 * 1024, CLOUDFORMATION),
        Row("dynamic references", "template", _dynamic_references(body), 60, CLOUDFORMATION),
    ]
    apis = {name: it["Body"]["paths"] for name, it in template.of_type("AWS::ApiGatewayV2::Api").items()}
    routes = {name: sum(len(methods) for methods in paths.values()) for name, paths in apis.items()}
    found += _most("routes per API", routes, 300, HTTP_API)
    # Each operation of the document has its own integration, even if many call the same function.
    operations = {name: [it for methods in paths.values() for it in methods.values()] for name, paths in apis.items()}
    integrations = {name: sum("x-amazon-apigateway-integration" in it for it in all_) for name, all_ in operations.items()}
    found += _most("integrations per API", integrations, 300, HTTP_API)
    roles = template.of_type("AWS::IAM::Role")
    # IAM counts characters without whitespace, of all inline policies of a role together.
    inline = {role: sum(len(compact(it)) for it in template.policies_of(role)) for role in roles}
    found += _most("inline policies per role (characters)", inline, 10240, IAM)
    managed = {role: len(it.get("ManagedPolicyArns", [])) for role, it in roles.items()}
    found += _most("managed policies per role", managed, 10, IAM)
    found += _most("resource policy per function (bytes)", resource_policies(template), 20 * 1024, LAMBDA)
    found += _most("environment per function (bytes)", environments(template), 4 * 1024, LAMBDA)
    alarms = {name: len(of_alarm(template.resolve(it))) for name, it in template.of_type("AWS::CloudWatch::Alarm").items()}
    found += _most("metrics per alarm", alarms, 10, CLOUDWATCH)
    widgets, metrics, per_widget = {}, {}, {}
    for name, it in template.of_type("AWS::CloudWatch::Dashboard").items():
        charts = [(title, len(lines)) for title, lines in of_dashboard(json.loads(template.resolve(it["DashboardBody"])))]
        widgets[name] = len(charts)
        metrics[name] = sum(count for _, count in charts)
        per_widget |= {f"{name}, “{title}”": count for title, count in charts}
    found += _most("widgets per dashboard", widgets, 500, CLOUDWATCH)
    found += _most("metrics per dashboard", metrics, 2500, CLOUDWATCH)
    found += _most("metrics per widget", per_widget, 500, CLOUDWATCH)
    policies = {
        name: len(compact(template.resolve(it["PolicyDocument"])))
        for name, it in template.of_type("AWS::SQS::QueuePolicy").items()
    }
    found += _most("policy of a queue (bytes)", policies, 8192, SQS_POLICIES)
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()
    concurrency = sum(_maximum_concurrency(it) or 0 for it in mappings)
    found.append(Row("concurrency of queues, of an account's", "all mappings", concurrency, CONCURRENCY, LAMBDA))
    for kind, limit in NAME_LIMITS.items():
        names = {name: len(physical_name(name)) for name in template.of_type(kind)}
        # A name doesn't grow, and CloudFormation truncates names that are too long.
        found += [row._replace(fails_at=1.0001) for row in _most(f"name of {kind}", names, limit, GENERATED_NAMES)]
    return found


def _dynamic_references(body: dict) -> int:
    # Inside Fn::Sub the parts of the reference are placeholders with their own braces.
    return sum(text.count("{{resolve:") for text in texts(body))


def _maximum_concurrency(mapping: dict) -> int | None:
    return mapping.get("ScalingConfig", {}).get("MaximumConcurrency")


def resource_policies(template: Template) -> dict[str, int]:
    """Estimates the resource-based policy of each function.

    Assumed is what Lambda answers to GetPolicy: for each permission a statement whose Sid is the physical ID that
    CloudFormation generates, with the function's ARN and the source's ARN in full, and no whitespace.
    """
    statements: dict[str, list[dict]] = {}
    for name, it in template.of_type("AWS::Lambda::Permission").items():
        function = template.target_of(it["FunctionName"])
        statement = {
            "Sid": physical_name(name),
            "Effect": "Allow",
            "Principal": {"Service": it["Principal"]},
            "Action": it["Action"],
            "Resource": template.resolve({"Fn::GetAtt": [function, "Arn"]}),
        }
        if "SourceArn" in it:
            statement["Condition"] = {"ArnLike": {"AWS:SourceArn": template.resolve(it["SourceArn"])}}
        statements.setdefault(function, []).append(statement)
    policies = {name: {"Version": "2012-10-17", "Id": "default", "Statement": it} for name, it in statements.items()}
    return {name: len(compact(policy)) for name, policy in policies.items()}


def environments(template: Template) -> dict[str, int]:
    """Returns the size of each function's variables as JSON, with secrets of a realistic length."""
    found = {}
    for name, it in template.of_type("AWS::Lambda::Function").items():
        variables = template.resolve(it.get("Environment", {}).get("Variables", {}))
        filled = {key: DYNAMIC_REFERENCE.sub("x" * SECRET_LENGTH, str(value)) for key, value in variables.items()}
        found[name] = len(compact(filled))
    return found


def check(template: Template) -> list[Finding]:
    """Compares every row with its quota."""
    found = []
    for row in rows(template):
        if row.share >= row.fails_at:
            message = f"{row.quota}: {row.used} of {row.limit} ({row.share:.0%}); make room before AWS refuses it: {row.source}"
            found.append(Finding("quota", row.where, message))
    return found


def mappings(template: Template) -> list[Finding]:
    """Checks Lambda's requirements for a queue that feeds a function."""
    found = []
    for name, it in template.of_type("AWS::Lambda::EventSourceMapping").items():
        queue = template.target_of(it["EventSourceArn"])
        if queue is None or template.type_of(queue) != "AWS::SQS::Queue":
            continue
        concurrency = _maximum_concurrency(it)
        if concurrency is None:
            message = "without MaximumConcurrency it can take the concurrency of the whole account; set ScalingConfig"
            found.append(Finding("mapping-concurrency", name, message))
        elif not 2 <= concurrency <= 1000:
            message = f"MaximumConcurrency is {concurrency}, and Lambda takes 2 to 1,000: {SQS_SCALING}"
            found.append(Finding("mapping-concurrency", name, message))
        function = template.target_of(it["FunctionName"])
        timeout = template.resources[function]["Properties"].get("Timeout", 3)
        visibility = template.resources[queue]["Properties"].get("VisibilityTimeout", 30)
        if visibility < timeout:
            message = (
                f"{queue} hides a message for {visibility} s and {function} may work for {timeout} s; Lambda refuses "
                f"the mapping, so raise VisibilityTimeout: {SQS_CONFIGURE}"
            )
            found.append(Finding("mapping-visibility", name, message))
    return found


def table(template: Template) -> str:
    """Writes the rows as a table, with the limits of a new account below it."""
    head = ("quota", "most of it used by", "used", "limit", "share", "source")
    lines = [(row.quota, row.where, f"{row.used:,}", f"{row.limit:,}", f"{row.share:.0%}", row.source) for row in rows(template)]
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(len(head))]
    numbers = {2, 3, 4}

    def write(line: tuple[str, ...]) -> str:
        cells = (cell.rjust(width) if place in numbers else cell.ljust(width) for place, (cell, width) in enumerate(zip(line, widths)))
        return "  ".join(cells).rstrip()

    concurrency = next(row.used for row in rows(template) if row.where == "all mappings")
    note = (
        f"Queues may run {concurrency} functions at the same time. A new account has {CONCURRENCY_OF_NEW_ACCOUNT} until its "
        "quota is raised, and then pages compete with them."
    )
    return "\n".join([*map(write, [head, *lines]), note])

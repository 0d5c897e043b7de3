"""The template as CloudFormation gets it: transformed by SAM, with its intrinsic functions resolved to realistic values."""

import functools
import itertools
import json
import os
import re
from pathlib import Path
from typing import Any, Iterator, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"

# Realistic values, on the long side, so that sizes are not underestimated.
STACK = "partner-invites-prod"
REGION = "ap-southeast-2"
ACCOUNT = "123456789012"
# CloudFormation ends a generated physical name with a hyphen and twelve characters.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
SUFFIX = "A1B2C3D4E5F6"
SECRET_LENGTH = 64

PARAMETERS = {"BaseUrl": "https://invites.partners.example.com", "Sender": "invitations@partners.example.com"}
WITHOUT_DOMAIN = dict(PARAMETERS)
WITH_DOMAIN = PARAMETERS | {"Domain": "invites.partners.example.com", "HostedZoneId": "Z0123456789ABCDEFGHIJ"}

DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:[^}]*\}\}")
PLACEHOLDER = re.compile(r"\$\{(?!!)([^}]+)\}")

PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/6f1b7f80-0000-11ef-8000-0a1b2c3d4e5f",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": None,
    "AWS::NotificationARNs": [],
}


class Finding(NamedTuple):
    """A violated rule."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"[{self.rule}] {self.where}: {self.message}"


class NotTransformed(Exception):
    """SAM rejects the template, as it would when it is deployed."""


def parse(text: str) -> dict:
    """Parses a template, with the short forms of intrinsic functions as their long forms."""
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse(text)


def transform(source: dict, parameters: dict[str, str]) -> dict:
    """Transforms a SAM template the way CloudFormation's macro does, with the library behind the macro."""
    # Neither of the two needs an account; boto3 only requires a region.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    import boto3
    from samtranslator.internal.managed_policies import get_bundled_managed_policy_map
    from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    source = json.loads(json.dumps(source))
    for resource in source["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # `sam deploy` uploads the code and puts its URL here.
            resource["Properties"]["CodeUri"] = "s3://partner-invites-artifacts/0123456789abcdef0123456789abcdef"
    metrics = Metrics(metrics_publisher=DummyMetricsPublisher())
    session = boto3.Session(region_name=REGION)
    translator = Translator(get_bundled_managed_policy_map("aws"), Parser(), boto_session=session, metrics=metrics)
    try:
        transformed = translator.translate(source, dict(parameters))
    except InvalidDocumentException as error:
        raise NotTransformed("; ".join([error.message, *(str(cause.message) for cause in error.causes)])) from error
    # The metrics go nowhere; this call only avoids a warning that they weren't published.
    metrics.publish()
    return json.loads(json.dumps(transformed))


class Template:
    """A transformed template and the parameters it is deployed with."""

    def __init__(self, body: dict, parameters: dict[str, str]):
        self.body = body
        declared = {name: entry.get("Default") for name, entry in body.get("Parameters", {}).items()}
        self.parameters = declared | parameters

    @property
    def resources(self) -> dict[str, dict]:
        return self.body["Resources"]

    def of_type(self, kind: str) -> dict[str, dict]:
        """Returns the properties of each resource of this type, by logical ID."""
        found = self.resources.items()
        return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}

    def type_of(self, name: str) -> str:
        return self.resources[name]["Type"]

    def condition(self, name: str) -> bool:
        return evaluate(
            {"Condition": name},
            self.body.get("Conditions", {}),
            lambda equals: self.resolve(equals[0]) == self.resolve(equals[1]),
        )

    def resolve(self, value: Any) -> Any:
        """Replaces every intrinsic function with the value it has in a realistic deployment."""
        if isinstance(value, list):
            items = [self.resolve(item) for item in value]
            return [item for item in items if item is not None]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref":
                return self._ref(argument)
            if function.startswith("Fn::"):
                return self._call(function, argument)
        resolved = {name: self.resolve(item) for name, item in value.items()}
        return {name: item for name, item in resolved.items() if item is not None}

    def _call(self, function: str, argument: Any) -> Any:
        match function:
            case "Fn::GetAtt":
                return self._attribute(*get_att(argument))
            case "Fn::Sub":
                text, variables = sub(argument)
                known = {name: self.resolve(variable) for name, variable in variables.items()}

                def fill(match: re.Match) -> str:
                    name = match[1]
                    if name in known:
                        return str(known[name])
                    return str(self._attribute(*name.split(".", 1)) if "." in name else self._ref(name))

                return PLACEHOLDER.sub(fill, text).replace("${!", "${")
            case "Fn::If":
                name, then, otherwise = argument
                return self.resolve(then if self.condition(name) else otherwise)
            case "Fn::Join":
                return argument[0].join(str(part) for part in self.resolve(argument[1]))
            case "Fn::Split":
                return self.resolve(argument[1]).split(argument[0])
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
        raise ValueError(f"{function} is not resolved by tests/template_checks/model.py; add it there")

    def _ref(self, name: str) -> Any:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        match self.type_of(name):
            case "AWS::SQS::Queue":
                return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{physical_name(name)}"
            case "AWS::SNS::Topic" | "AWS::SecretsManager::Secret":
                return self._attribute(name, "Arn")
            case "AWS::ApiGatewayV2::Api":
                return "a1b2c3d4e5"
            case "AWS::ApiGatewayV2::DomainName":
                return self.parameters["Domain"]
            case "AWS::ApiGatewayV2::Stage":
                return "$default"
            case "AWS::CertificateManager::Certificate":
                return f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/6f1b7f80-0000-11ef-8000-0a1b2c3d4e5f"
            case "AWS::S3::Bucket":
                return physical_name(name).lower()
        return physical_name(name)

    def _attribute(self, name: str, attribute: str) -> Any:
        kind, physical = self.type_of(name), physical_name(name)
        arns = {
            "AWS::DynamoDB::Table": f"dynamodb:{REGION}:{ACCOUNT}:table/{physical}",
            "AWS::Events::Rule": f"events:{REGION}:{ACCOUNT}:rule/{physical}",
            "AWS::IAM::Role": f"iam::{ACCOUNT}:role/{physical}",
            "AWS::Lambda::Function": f"lambda:{REGION}:{ACCOUNT}:function:{physical}",
            "AWS::Logs::LogGroup": f"logs:{REGION}:{ACCOUNT}:log-group:{physical}:*",
            "AWS::S3::Bucket": f"s3:::{physical.lower()}",
            # Secrets Manager appends a hyphen and six characters to the name.
            "AWS::SecretsManager::Secret": f"secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-{SUFFIX}-a1B2c3",
            "AWS::SNS::Topic": f"sns:{REGION}:{ACCOUNT}:{physical}",
            "AWS::SQS::Queue": f"sqs:{REGION}:{ACCOUNT}:{physical}",
        }
        if attribute == "Arn" and kind in arns:
            return f"arn:aws:{arns[kind]}"
        match kind, attribute:
            case "AWS::DynamoDB::Table", "StreamArn":
                return f"{self._attribute(name, 'Arn')}/stream/2030-01-01T00:00:00.000"
            case "AWS::SQS::Queue", "QueueName":
                return physical
            case "AWS::S3::Bucket", "RegionalDomainName":
                return f"{physical.lower()}.s3.{REGION}.amazonaws.com"
            case "AWS::ApiGatewayV2::DomainName", _:
                return f"d-a1b2c3d4e5.execute-api.{REGION}.amazonaws.com"
            case "AWS::SES::EmailIdentity", _:
                return "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4._domainkey.partners.example.com"
        raise ValueError(f"{kind}.{attribute} is not resolved by tests/template_checks/model.py; add it there")

    def target_of(self, value: Any) -> str | None:
        """Returns the logical ID that a Ref or Fn::GetAtt names."""
        if isinstance(value, dict) and "Ref" in value:
            return value["Ref"]
        if isinstance(value, dict) and "Fn::GetAtt" in value:
            return get_att(value["Fn::GetAtt"])[0]
        return None

    def role_of(self, function: str) -> str:
        """Returns the logical ID of a function's role."""
        role = self.target_of(self.resources[function]["Properties"]["Role"])
        assert role is not None, f"the role of {function} is not a resource of the template"
        return role

    def policies_of(self, role: str) -> list[dict]:
        """Returns the documents of a role's inline policies, resolved."""
        policies = self.resources[role]["Properties"].get("Policies", [])
        return [self.resolve(policy["PolicyDocument"]) for policy in policies]


def physical_name(name: str) -> str:
    """Returns the name that CloudFormation generates for a resource."""
    return f"{STACK}-{name}-{SUFFIX}"


def get_att(argument: Any) -> tuple[str, str]:
    """Returns resource and attribute of the argument of Fn::GetAtt, which is a list or a text with a dot."""
    resource, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return resource, attribute


def sub(argument: Any) -> tuple[str, dict]:
    """Returns text and variables of the argument of Fn::Sub, which is a text or a list of both."""
    return (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])


def evaluate(condition: Any, conditions: dict, equals: Any) -> bool:
    """Evaluates a condition; `equals` decides each comparison."""
    ((function, argument),) = condition.items()
    each = (evaluate(part, conditions, equals) for part in argument) if isinstance(argument, list) else ()
    match function:
        case "Condition":
            return evaluate(conditions[argument], conditions, equals)
        case "Fn::Equals":
            return equals(argument)
        case "Fn::Not":
            return not next(iter(each))
        case "Fn::And":
            return all(list(each))
        case "Fn::Or":
            return any(list(each))
    raise ValueError(f"{function} is not a condition function")


def outcomes(conditions: dict) -> list[dict[str, bool]]:
    """Returns every combination of the values that the conditions can have, whatever the parameters are."""
    comparisons: list[str] = []

    def note(value: Any) -> None:
        if isinstance(value, dict):
            if "Fn::Equals" in value:
                comparisons.append(json.dumps(value["Fn::Equals"]))
            for part in value.values():
                note(part)
        elif isinstance(value, list):
            for part in value:
                note(part)

    note(conditions)
    different = sorted(set(comparisons))
    found = []
    for values in itertools.product([True, False], repeat=len(different)):
        assumed = dict(zip(different, values))

        def equals(argument: Any, assumed: dict = assumed) -> bool:
            return assumed[json.dumps(argument)]

        found.append({name: evaluate({"Condition": name}, conditions, equals) for name in conditions})
    return found


def texts(value: Any) -> Iterator[str]:
    """Yields every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def compact(value: Any) -> str:
    """Writes JSON without whitespace, in which sizes are counted."""
    return json.dumps(value, separators=(",", ":"))


@functools.cache
def source_text() -> str:
    return TEMPLATE.read_text()


@functools.cache
def _parsed() -> str:
    return json.dumps(parse(source_text()))


def real_source() -> dict:
    """Returns a fresh copy of the project's own template, as it is written."""
    return json.loads(_parsed())


@functools.cache
def _transformed(name: str) -> str:
    return json.dumps(transform(real_source(), VARIANTS[name]))


VARIANTS = {"without a domain": WITHOUT_DOMAIN, "with a domain": WITH_DOMAIN}


def real(variant: str = "with a domain") -> Template:
    """Returns a fresh copy of the project's own template, transformed."""
    return Template(json.loads(_transformed(variant)), VARIANTS[variant])

"""Creates the stack of the template in moto, as `sam deploy` does in an account, and prints what a deployed function gets.

    deployed_stack.py transform BUILD_DIR >transformed.json
    deployed_stack.py create transformed.json MOTO_URL >stack.json

The first runs SAM's own translator over the template that `sam build` wrote to BUILD_DIR. The second deletes whatever moto
has, and creates the stack through moto's CloudFormation, which resolves every expression. So the tests run each function with
the environment variables that it is deployed with, feed it from the queues and the stream that it is mapped to, and route
requests as the API does.
"""

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}

STACK = "partner-invites"
PARAMETERS = {"BaseUrl": "https://invites.example.com", "Sender": "hello@invites.example.com"}

# The number of resources of each type that moto's CloudFormation does not support. No test needs them.
LEFT_OUT = {
    "AWS::ApiGatewayV2::ApiMapping": 1,
    "AWS::ApiGatewayV2::DomainName": 1,
    "AWS::ApiGatewayV2::Stage": 1,
    "AWS::CertificateManager::Certificate": 1,
    "AWS::CloudWatch::Alarm": 31,
    "AWS::Logs::MetricFilter": 2,
    "AWS::S3::BucketPolicy": 1,
    "AWS::SES::ConfigurationSetEventDestination": 1,
    "AWS::SNS::Subscription": 1,
    "AWS::SQS::QueuePolicy": 2,
}

# The same for types that functions depend on. `create_by_api` creates these before the stack.
CREATED_BY_API = {
    "AWS::ApiGatewayV2::Api": 1,
    "AWS::SES::ConfigurationSet": 1,
    "AWS::SES::EmailIdentity": 1,
    "AWS::SecretsManager::Secret": 2,
}

# Left out as well, since they refer to a resource that is left out: a record for a domain name, and outputs.
DEPENDENT_RESOURCES = {"DomainRecord"}
DEPENDENT_OUTPUTS = {"DomainTarget", "MailRecord1", "MailRecord2", "MailRecord3"}

# The policies of AWS that SAM attaches. In an account, SAM asks IAM for their ARNs.
MANAGED_POLICIES = ["AWSLambdaBasicExecutionRole", "AWSLambdaDynamoDBExecutionRole", "AWSLambdaSQSQueueExecutionRole"]


def fail(message):
    sys.exit(f"tests/deployed_stack.py: {message}")


# The first command.


class ManagedPolicies:
    def load(self):
        return {name: f"arn:aws:iam::aws:policy/service-role/{name}" for name in MANAGED_POLICIES}


def transform(build):
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    template = yaml_parse((build / "template.yaml").read_text())
    functions = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            bootstrap = build / resource["Properties"]["CodeUri"] / "bootstrap"
            functions[name] = {"name": resource["Metadata"]["BuildProperties"]["Binary"], "bootstrap": str(bootstrap)}
            # `sam deploy` uploads each folder and puts its URI here. moto runs no function, so an empty object will do.
            resource["Properties"]["CodeUri"] = "s3://code/function.zip"
    template = transform(template, {}, ManagedPolicies())
    check_types(template["Resources"])
    return {"functions": functions, "routes": list(routes(template, functions)), "template": template}


def check_types(resources):
    from moto.cloudformation.parsing import get_model_map

    counts = Counter(resource["Type"] for resource in resources.values())
    supported, listed = get_model_map().keys(), LEFT_OUT | CREATED_BY_API
    for kind, count in listed.items():
        if kind in supported:
            fail(f"moto's CloudFormation supports {kind} by now. Remove it from the lists, so that the stack has it.")
        if counts[kind] != count:
            fail(f"The template has {counts[kind]} resources of type {kind}, and the list says {count}. Correct the list.")
    if unknown := counts.keys() - supported - listed.keys():
        fail(f"moto's CloudFormation does not support {sorted(unknown)}. Add each type to LEFT_OUT with its count, or to "
             "CREATED_BY_API if a function depends on it.")


def routes(template, functions):
    """Yields each route of the API with the function that it invokes."""
    [api] = [resource for resource in template["Resources"].values() if resource["Type"] == "AWS::ApiGatewayV2::Api"]
    for path, methods in api["Properties"]["Body"]["paths"].items():
        for method, operation in methods.items():
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            function = functions[re.search(r"\$\{(\w+)\.Arn\}", uri)[1]]
            method = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            yield {"method": method, "path": path, "function": function["name"]}


# The second command.


class Moto:
    """Returns a client for each service, by its name."""

    def __init__(self, url):
        self.url = url

    def __getattr__(self, service):
        import boto3

        client = boto3.client(service.rstrip("_"), endpoint_url=self.url)
        setattr(self, service, client)
        return client

    def reset(self):
        import requests

        requests.post(f"{self.url}/moto-api/reset").raise_for_status()


def create_by_api(moto, name, resource):
    """Creates a resource through the API of its service, and returns the value of a `Ref` to it."""
    kind, properties = resource["Type"], resource.get("Properties", {})
    if kind == "AWS::ApiGatewayV2::Api":
        return moto.apigatewayv2.create_api(Name=STACK, ProtocolType="HTTP")["ApiId"]
    if kind == "AWS::SES::ConfigurationSet":
        moto.sesv2.create_configuration_set(ConfigurationSetName=f"{STACK}-{name}")
        return f"{STACK}-{name}"
    if kind == "AWS::SES::EmailIdentity":
        # CloudFormation can't resolve the expression before there is a stack.
        if properties != {"EmailIdentity": {"Fn::Select": [1, {"Fn::Split": ["@", {"Ref": "Sender"}]}]}}:
            fail(f"{name} is no longer the domain of the parameter Sender: {properties}. Change create_by_api.")
        domain = PARAMETERS["Sender"].split("@")[1]
        moto.sesv2.create_email_identity(EmailIdentity=domain)
        return domain
    if kind == "AWS::SecretsManager::Secret":
        generated = moto.secretsmanager.get_random_password(**properties["GenerateSecretString"])["RandomPassword"]
        return moto.secretsmanager.create_secret(Name=f"{STACK}-{name}", SecretString=generated)["ARN"]
    fail(f"create_by_api does not know {kind}.")


def references(value):
    """Yields the references of an expression: the name alone for a `Ref`, and name and attribute for a `Fn::GetAtt`."""
    if isinstance(value, list):
        for part in value:
            yield from references(part)
    elif isinstance(value, dict):
        for key, argument in value.items():
            if key == "Ref":
                yield argument
            elif key == "Fn::GetAtt":
                yield argument if isinstance(argument, str) else ".".join(argument)
            else:
                if key == "Fn::Sub":
                    yield from re.findall(r"\$\{([^!}]+)\}", argument if isinstance(argument, str) else argument[0])
                yield from references(argument)


def leave_out(moto, template):
    """Removes resources that moto's CloudFormation can't create, and checks that no other depends on them."""
    resources, parameters, gone = template["Resources"], template["Parameters"], set()
    for name, resource in list(resources.items()):
        if resource["Type"] in CREATED_BY_API:
            # As a parameter, so that CloudFormation still resolves each `Ref` to it.
            parameters[name] = {"Type": "String", "Default": create_by_api(moto, name, resource)}
            del resources[name]
        elif resource["Type"] in LEFT_OUT or name in DEPENDENT_RESOURCES:
            gone.add(name)
            del resources[name]
    for name in DEPENDENT_OUTPUTS:
        del template["Outputs"][name]
    for name, value in [*resources.items(), *template["Outputs"].items()]:
        for reference in references(value):
            target, _, attribute = reference.partition(".")
            if target in gone or (attribute and target in parameters):
                fail(f"{name} refers to {reference}, and {target} is of a type that moto's CloudFormation does not support. "
                     "Create it through its API (CREATED_BY_API), or leave out what refers to it (DEPENDENT_RESOURCES).")


def take_out_stream_mappings(template):
    """Takes the mappings of streams out of the stack, and lets CloudFormation resolve their properties as outputs.

    With such a mapping, moto gives each record to the function itself, which needs Docker, and forgets it.
    """
    mappings = {}
    for name, resource in list(template["Resources"].items()):
        if resource["Type"] == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in resource["Properties"]:
            mappings[name] = template["Resources"].pop(name)["Properties"]
            for key in ("EventSourceArn", "FunctionName"):
                template["Outputs"][f"{name}{key}"] = {"Value": mappings[name][key]}
    return mappings


def create_stack(moto, template):
    """Creates the stack, and returns the physical ID of each resource and the value of each output."""
    from botocore.exceptions import BotoCoreError, ClientError

    for condition in template["Conditions"]:
        template["Outputs"][f"{condition}Holds"] = {"Value": {"Fn::If": [condition, "yes", "no"]}}
    moto.s3.create_bucket(Bucket="code")
    moto.s3.put_object(Bucket="code", Key="function.zip", Body=b"")
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in PARAMETERS.items()]
    try:
        moto.cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(template), Parameters=parameters)
    except (BotoCoreError, ClientError) as error:
        fail(f"moto could not create the stack: {error} Its log (moto.log in the target directory) says more.")
    [stack] = moto.cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    pages = moto.cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
    for part in [stack | {"LogicalResourceId": STACK, "ResourceStatus": stack["StackStatus"]}, *summaries]:
        if part["ResourceStatus"] != "CREATE_COMPLETE":
            fail(f"moto could not create {part['LogicalResourceId']}: {part}")
    created = {summary["LogicalResourceId"]: summary["PhysicalResourceId"] for summary in summaries}
    for name, resource in template["Resources"].items():
        is_wanted = "Condition" not in resource or outputs[f"{resource['Condition']}Holds"] == "yes"
        if is_wanted != (name in created):
            fail(f"moto did {'not create' if is_wanted else 'create'} {name} ({resource['Type']}).")
    return created, outputs


def environment(moto, name, declared, resolved):
    """Returns the environment variables of a function as CloudFormation resolved them, and with the values of secrets."""

    def secret(reference):
        arn, version = reference.groups()
        versions = {"VersionId": version} if version else {}
        return moto.secretsmanager.get_secret_value(SecretId=arn, **versions)["SecretString"]

    values = {}
    for key in declared:
        # moto leaves out a variable that it can't resolve, or leaves the expression in it.
        value = re.sub(r"\{\{resolve:secretsmanager:(.+):SecretString:::([^:}]*)\}\}", secret, str(resolved.get(key, "{{")))
        if "{{" in value or "${" in value:
            fail(f"moto could not resolve the environment variable {key} of {name}: {declared[key]}")
        values[key] = value
    return values


def create(transformed, moto):
    moto.reset()
    template = transformed["template"]
    streams = take_out_stream_mappings(template)
    leave_out(moto, template)
    created, outputs = create_stack(moto, template)

    functions = {}
    for name, function in transformed["functions"].items():
        found = moto.lambda_.get_function_configuration(FunctionName=created[name])
        declared = template["Resources"][name]["Properties"]["Environment"]["Variables"]
        variables = environment(moto, name, declared, found["Environment"]["Variables"])
        # Added by Lambda.
        variables["AWS_LAMBDA_FUNCTION_NAME"] = found["FunctionName"]
        variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = str(found["MemorySize"])
        functions[found["FunctionName"]] = function | {"environment": variables, "queues": [], "streams": []}
    for page in moto.lambda_.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            # The tests do themselves what moto would need Docker for.
            moto.lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
            arn = mapping["EventSourceArn"]
            url = moto.sqs.get_queue_url(QueueName=arn.split(":")[-1])["QueueUrl"]
            queue = {"arn": arn, "url": url, "batch_size": mapping["BatchSize"]}
            functions[mapping["FunctionArn"].split(":")[6]]["queues"].append(queue)
    for name, mapping in streams.items():
        patterns = [one["Pattern"] for one in mapping["FilterCriteria"]["Filters"]]
        stream = {"arn": outputs[f"{name}EventSourceArn"], "batch_size": mapping["BatchSize"], "patterns": patterns}
        functions[outputs[f"{name}FunctionName"]]["streams"].append(stream)
    return {"functions": list(functions.values()), "routes": transformed["routes"]}


match sys.argv[1:]:
    case ["transform", build]:
        result = transform(Path(build).resolve())
    case ["create", transformed, url]:
        result = create(json.loads(Path(transformed).read_text()), Moto(url))
    case _:
        fail(__doc__)
json.dump(result, sys.stdout, indent=1)

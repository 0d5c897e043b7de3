"""The HTTP API that SAM generates from the routes: complete, valid, and accepted by API Gateway's import."""

from typing import Any, Callable, NamedTuple

from .model import Finding, Template

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "x-amazon-apigateway-any-method"}

# The key of a route for any method in API Gateway's OpenAPI documents.
ANY = "x-amazon-apigateway-any-method"


class Toleration(NamedTuple):
    """A violation of OpenAPI in SAM's output, which API Gateway is known to accept or only warns about."""

    name: str
    reason: str
    matches: Callable[[Any], bool]


def _without_schema(error: Any) -> bool:
    path = list(error.absolute_path)
    return len(path) > 1 and path[-2] == "parameters" and set(error.instance) == {"name", "in", "required"}


TOLERATIONS = [
    Toleration(
        "servers[0].url is missing",
        "SAM writes DisableExecuteApiEndpoint as a server without a URL; API Gateway warns of it. "
        "https://github.com/aws/serverless-application-model/issues/2424",
        lambda error: list(error.absolute_path) == ["servers", 0] and error.message == "'url' is a required property",
    ),
    Toleration(
        "path parameters have no schema",
        "SAM declares each parameter of a path by name alone; HTTP APIs pass every value on to the function. "
        "samtranslator/open_api/open_api.py, add_path_parameters_to_path",
        _without_schema,
    ),
    Toleration(
        "responses are empty",
        "SAM doesn't know what functions answer, and a proxy integration needs no responses. "
        "samtranslator/open_api/open_api.py, add_lambda_integration",
        lambda error: list(error.absolute_path)[-1:] == ["responses"] and error.validator == "minProperties",
    ),
]


def routes_of_source(source: dict) -> dict[tuple[str, str, str], str]:
    """Returns the function of each route that the SAM template declares, by API, method and path."""
    routes = {}
    for function, resource in source["Resources"].items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi":
                it = event["Properties"]
                method = it["Method"].lower()
                routes[it["ApiId"]["Ref"], ANY if method == "any" else method, it["Path"]] = function
    return routes


def routes_of_api(template: Template) -> dict[tuple[str, str, str], str]:
    """Returns the function that each operation of the transformed APIs calls; empty if it calls none."""
    routes = {}
    for api, properties in template.of_type("AWS::ApiGatewayV2::Api").items():
        for path, operations in properties["Body"]["paths"].items():
            for method in METHODS & set(operations):
                uri = operations[method].get("x-amazon-apigateway-integration", {}).get("uri", {})
                text = uri.get("Fn::Sub", "") if isinstance(uri, dict) else uri
                function = text.partition("functions/${")[2].partition(".Arn}")[0]
                routes[api, method, path] = function
    return routes


def key_of(method: str, path: str) -> str:
    """Returns API Gateway's key of a route."""
    return f"{'ANY' if method == ANY else method.upper()} {path}"


def throttling(template: Template) -> list[Finding]:
    """Finds throttling of routes that don't exist: API Gateway rejects a stage with such settings."""
    keys = {key_of(method, path) for _, method, path in routes_of_api(template)}
    found = []
    for stage, properties in template.of_type("AWS::ApiGatewayV2::Stage").items():
        for key in set(properties.get("RouteSettings", {})) - keys:
            found.append(Finding("route-settings", f"{stage} {key}", "no route has this key; correct RouteSettings"))
    return found


def routes(source: dict, template: Template) -> list[Finding]:
    """Compares the routes of the SAM template with those of the API it becomes."""
    asked, made = routes_of_source(source), routes_of_api(template)
    found = []
    for (api, method, path), function in asked.items():
        where = f"{api} {key_of(method, path)}"
        if (api, method, path) not in made:
            found.append(Finding("route-missing", where, "SAM left this route out of the API; see whether another route shadows it"))
        elif made[api, method, path] != function:
            calls = made[api, method, path] or "no function"
            found.append(Finding("route-target", where, f"it must invoke {function}, and invokes {calls}"))
    for api, method, path in set(made) - set(asked):
        where = f"{api} {key_of(method, path)}"
        found.append(Finding("route-unasked", where, "no event of the SAM template declares this route; remove it"))
    return found


def _with_any(body: dict) -> dict:
    """Gives operations for any method the name of a method, since validators ignore extensions of OpenAPI."""
    for operations in body["paths"].values():
        if ANY in operations:
            operations["trace"] = operations.pop(ANY)
    return body


def openapi(template: Template) -> list[Finding]:
    """Validates the document that API Gateway imports."""
    from openapi_spec_validator import OpenAPIV30SpecValidator

    found = []
    for api, properties in template.of_type("AWS::ApiGatewayV2::Api").items():
        used = set()
        for error in OpenAPIV30SpecValidator(_with_any(template.resolve(properties["Body"]))).iter_errors():
            tolerated = [it.name for it in TOLERATIONS if it.matches(error)]
            used.update(tolerated)
            if not tolerated:
                where = f"{api} {'/'.join(str(part) for part in error.absolute_path)}"
                found.append(
                    Finding("openapi", where, f"{error.message}; fix it, or tolerate it in tests/template_checks/api.py with a reason")
                )
        for toleration in TOLERATIONS:
            if toleration.name not in used:
                message = f"the toleration “{toleration.name}” no longer applies; remove it from tests/template_checks/api.py"
                found.append(Finding("openapi-toleration", api, message))
    return found


def warnings(source: dict, template: Template) -> list[Finding]:
    """Rejects `FailOnWarnings`, with which API Gateway would not create the API that SAM generates.

    https://github.com/aws/serverless-application-model/issues/2424
    """
    apis = [(name, it.get("Properties", {})) for name, it in source["Resources"].items() if "HttpApi" in it["Type"]]
    apis += [("Globals", source.get("Globals", {}).get("HttpApi", {}))]
    apis += list(template.of_type("AWS::ApiGatewayV2::Api").items())
    message = "API Gateway warns of what SAM generates, so the first deployment would fail; remove FailOnWarnings"
    names = {name for name, properties in apis if properties.get("FailOnWarnings") not in (None, False)}
    return [Finding("fail-on-warnings", name, message) for name in sorted(names)]

"""Each rule of the API fails when it is broken."""

import unittest

from . import api
from .model import NotTransformed, Template, real, real_source, transform


def rules(findings: list) -> set[tuple[str, str]]:
    return {(it.rule, it.where) for it in findings}


def small(*functions: str) -> dict:
    """Writes a SAM template whose functions all declare the same route."""
    event = {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}, "Method": "GET", "Path": "/a"}}
    properties = {"Handler": "a", "Runtime": "provided.al2023", "CodeUri": "a", "Events": {"Route": event}}
    resources = {name: {"Type": "AWS::Serverless::Function", "Properties": properties} for name in functions}
    resources["Api"] = {"Type": "AWS::Serverless::HttpApi", "Properties": {}}
    return {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}


class Routes(unittest.TestCase):
    def setUp(self) -> None:
        self.source, self.template = real_source(), real()
        self.paths = self.template.resources["Api"]["Properties"]["Body"]["paths"]

    def test_a_route_that_is_left_out_is_found(self) -> None:
        del self.paths["/t/{brand}"][api.ANY]
        self.assertIn(("route-missing", "Api ANY /t/{brand}"), rules(api.routes(self.source, self.template)))

    def test_a_route_without_integration_is_found(self) -> None:
        del self.paths["/t/{brand}"][api.ANY]["x-amazon-apigateway-integration"]
        self.assertIn(("route-target", "Api ANY /t/{brand}"), rules(api.routes(self.source, self.template)))

    def test_a_route_to_another_function_is_found(self) -> None:
        self.paths["/t/{brand}"][api.ANY] = self.paths["/api/docs"][api.ANY]
        self.assertIn(("route-target", "Api ANY /t/{brand}"), rules(api.routes(self.source, self.template)))

    def test_a_route_that_nobody_asked_for_is_found(self) -> None:
        self.paths["/debug"] = self.paths["/t/{brand}"]
        self.assertIn(("route-unasked", "Api ANY /debug"), rules(api.routes(self.source, self.template)))

    def test_throttling_of_a_route_that_is_not_there_is_found(self) -> None:
        self.assertEqual(api.throttling(self.template), [])
        stage = next(iter(self.template.of_type("AWS::ApiGatewayV2::Stage").values()))
        stage["RouteSettings"]["GET /r/{brand}/{key}"] = {"ThrottlingRateLimit": 1}
        self.assertEqual([it.rule for it in api.throttling(self.template)], ["route-settings"])

    def test_a_small_template_agrees_with_what_it_becomes(self) -> None:
        template = Template(transform(small("F"), {}), {})
        self.assertEqual(api.routes(small("F"), template), [])
        self.assertEqual(api.routes_of_api(template), {("Api", "get", "/a"): "F"})

    def test_sam_refuses_two_functions_for_one_route(self) -> None:
        with self.assertRaisesRegex(NotTransformed, "/a"):
            transform(small("F", "G"), {})


class OpenApi(unittest.TestCase):
    def setUp(self) -> None:
        self.template = real()
        self.body = self.template.resources["Api"]["Properties"]["Body"]

    def test_an_invalid_document_is_found(self) -> None:
        del self.body["info"]["title"]
        self.assertIn(("openapi", "Api info"), rules(api.openapi(self.template)))

    def test_an_undeclared_path_parameter_is_found(self) -> None:
        operation = self.body["paths"]["/t/{brand}"][api.ANY]
        operation["parameters"] = []
        self.assertIn("openapi", {it.rule for it in api.openapi(self.template)})

    def test_a_toleration_that_is_not_needed_is_found(self) -> None:
        self.body["servers"][0]["url"] = "https://example.com"
        messages = [it.message for it in api.openapi(self.template) if it.rule == "openapi-toleration"]
        self.assertEqual(len(messages), 1)
        self.assertIn("servers[0].url is missing", messages[0])

    def test_fail_on_warnings_is_found_in_source_and_result(self) -> None:
        source = real_source()
        source["Resources"]["Api"]["Properties"]["FailOnWarnings"] = True
        self.assertIn(("fail-on-warnings", "Api"), rules(api.warnings(source, real())))
        source = real_source()
        source["Resources"]["Api"]["Properties"].pop("FailOnWarnings", None)
        self.template.resources["Api"]["Properties"]["FailOnWarnings"] = True
        self.assertIn(("fail-on-warnings", "Api"), rules(api.warnings(source, self.template)))
        source["Globals"]["HttpApi"] = {"FailOnWarnings": {"Ref": "Strict"}}
        self.assertIn(("fail-on-warnings", "Globals"), rules(api.warnings(source, real())))

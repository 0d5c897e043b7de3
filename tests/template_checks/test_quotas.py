"""Each quota fails when it is nearly used up, and each requirement of a mapping when it is not met."""

import unittest

from . import quotas
from .model import Template, real


def most(template: Template, quota: str) -> quotas.Row:
    return next(row for row in quotas.rows(template) if row.quota == quota)


def rules(findings: list) -> set[tuple[str, str]]:
    return {(it.rule, it.where) for it in findings}


class Quotas(unittest.TestCase):
    def setUp(self) -> None:
        self.template = real()

    def fails(self, quota: str, where: str) -> None:
        found = quotas.check(self.template)
        messages = [it.message for it in found if it.where == where and it.message.startswith(f"{quota}:")]
        self.assertEqual(len(messages), 1, [str(it) for it in found])

    def test_a_quota_fails_from_85_percent_on(self) -> None:
        for count, fails in [(424, False), (425, True)]:
            body = {"Resources": {f"Q{number}": {"Type": "AWS::SQS::Queue"} for number in range(count)}}
            self.assertEqual(("quota", "template") in rules(quotas.check(Template(body, {}))), fails, count)

    def test_sections_are_counted(self) -> None:
        self.template.body["Parameters"] |= {f"P{number}": {"Type": "String"} for number in range(170)}
        self.template.body["Outputs"] |= {f"O{number}": {"Value": "x"} for number in range(170)}
        self.fails("parameters", "template")
        self.fails("outputs", "template")

    def test_the_size_is_counted(self) -> None:
        self.template.body["Metadata"] = {"Long": "x" * 900_000}
        self.fails("template size (bytes)", "template")

    def test_dynamic_references_are_counted(self) -> None:
        reference = "{{resolve:secretsmanager:${ServerKey}:SecretString:::}}"
        variables = self.template.resources["Portal"]["Properties"]["Environment"]["Variables"]
        variables |= {f"KEY{number}": {"Fn::Sub": reference} for number in range(40)}
        self.fails("dynamic references", "template")

    def test_routes_and_integrations_are_counted(self) -> None:
        paths = self.template.resources["Api"]["Properties"]["Body"]["paths"]
        paths |= {f"/more/{number}": paths["/t/{brand}"] for number in range(130)}
        self.fails("routes per API", "Api")
        self.fails("integrations per API", "Api")

    def test_inline_policies_are_counted_together(self) -> None:
        role = self.template.resources["PortalRole"]["Properties"]
        role["Policies"] *= 1 + 9000 // most(self.template, "inline policies per role (characters)").used * 4
        self.fails("inline policies per role (characters)", "PortalRole")

    def test_managed_policies_are_counted(self) -> None:
        self.template.resources["PortalRole"]["Properties"]["ManagedPolicyArns"] *= 9
        self.fails("managed policies per role", "PortalRole")

    def test_permissions_add_up_to_a_policy(self) -> None:
        permission = self.template.resources["PortalHomePermission"]
        before = quotas.resource_policies(self.template)["Portal"]
        self.template.resources["PortalAgainPermission"] = permission
        one = quotas.resource_policies(self.template)["Portal"] - before
        self.assertTrue(300 < one < 600, one)
        self.template.resources.update({f"PortalMore{number}Permission": permission for number in range(40)})
        self.fails("resource policy per function (bytes)", "Portal")

    def test_the_environment_is_counted_with_secrets_resolved(self) -> None:
        variables = self.template.resources["RelayEvents"]["Properties"]["Environment"]["Variables"]
        before = quotas.environments(self.template)["RelayEvents"]
        variables["KEY"] = {"Fn::Sub": "{{resolve:secretsmanager:${ServerKey}:SecretString:::${ServerKeyVersion}}}"}
        self.assertEqual(quotas.environments(self.template)["RelayEvents"] - before, 64 + len(',"KEY":""'))
        variables |= {f"QUEUE{number}": {"Ref": "Pushes"} for number in range(20)}
        self.fails("environment per function (bytes)", "RelayEvents")

    def test_the_metrics_of_an_alarm_are_counted(self) -> None:
        metric = {"MetricStat": {"Metric": {"Namespace": "AWS/SQS", "MetricName": "x"}, "Period": 60, "Stat": "Sum"}}
        self.template.resources["Many"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [metric] * 9}}
        self.fails("metrics per alarm", "Many")

    def test_the_dashboard_is_counted(self) -> None:
        def dashboard(widgets: int, metrics: int) -> None:
            widget = '{"type": "metric", "properties": {"title": "Many", "metrics": [%s]}}' % ", ".join(['["A", "b"]'] * metrics)
            body = '{"widgets": [%s]}' % ", ".join([widget] * widgets)
            self.template.resources["Dashboard"]["Properties"]["DashboardBody"] = body

        dashboard(430, 5)
        self.fails("widgets per dashboard", "Dashboard")
        self.fails("metrics per dashboard", "Dashboard")
        dashboard(1, 430)
        self.fails("metrics per widget", "Dashboard, “Many”")

    def test_the_policy_of_a_queue_is_counted(self) -> None:
        self.template.resources["MailNewsPolicy"]["Properties"]["PolicyDocument"]["Statement"] *= 20
        self.fails("policy of a queue (bytes)", "MailNewsPolicy")

    def test_the_concurrency_of_mappings_is_added_up(self) -> None:
        self.template.resources["ImportRowsRows"]["Properties"]["ScalingConfig"]["MaximumConcurrency"] = 800
        self.fails("concurrency of queues, of an account's", "all mappings")

    def test_names_are_measured(self) -> None:
        for kind, limit in quotas.NAME_LIMITS.items():
            for length, fails in [(limit - len("partner-invites-prod--A1B2C3D4E5F6"), False), (limit, True)]:
                with self.subTest(kind=kind, length=length):
                    name = "N" * length
                    names = {"Resources": {name: {"Type": kind, "Properties": {"AssumeRolePolicyDocument": {}}}}}
                    self.assertEqual(rules(quotas.check(Template(names, {}))), {("quota", name)} if fails else set())

    def test_the_table_names_each_quota_with_its_source(self) -> None:
        table = quotas.table(self.template)
        for row in quotas.rows(self.template):
            self.assertTrue(any(row.quota in line and row.source in line for line in table.splitlines()), row)


class Mappings(unittest.TestCase):
    def setUp(self) -> None:
        self.template = real()
        self.mapping = self.template.resources["ImportRowsRows"]["Properties"]

    def test_concurrency_is_bounded_and_in_range(self) -> None:
        for config in [{}, {"MaximumConcurrency": 1}, {"MaximumConcurrency": 1001}]:
            with self.subTest(config):
                self.mapping["ScalingConfig"] = config
                self.assertIn(("mapping-concurrency", "ImportRowsRows"), rules(quotas.mappings(self.template)))

    def test_a_queue_hides_messages_as_long_as_its_function_may_work(self) -> None:
        self.template.resources["ImportRows"]["Properties"]["Timeout"] = 899
        self.assertIn(("mapping-visibility", "ImportRowsRows"), rules(quotas.mappings(self.template)))

    def test_the_defaults_of_queue_and_function_count(self) -> None:
        self.template.resources["RowsToImport"]["Properties"].pop("VisibilityTimeout", None)
        self.assertIn(("mapping-visibility", "ImportRowsRows"), rules(quotas.mappings(self.template)))
        self.template.resources["ImportRows"]["Properties"].pop("Timeout", None)
        self.assertNotIn(("mapping-visibility", "ImportRowsRows"), rules(quotas.mappings(self.template)))

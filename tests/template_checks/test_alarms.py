"""Each rule of metrics and alarms fails when it is broken."""

import json
import tempfile
import unittest
from pathlib import Path

from . import alarms, metrics
from .known_metrics import Metric
from .model import real

SQS_VISIBLE = "ApproximateNumberOfMessagesVisible"


def rules(findings: list) -> set[tuple[str, str]]:
    return {(it.rule, it.where) for it in findings}


class Metrics(unittest.TestCase):
    def setUp(self) -> None:
        self.template = real()

    def alarm(self, **properties: object) -> None:
        self.template.resources["New"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}

    def test_an_unknown_metric_of_an_alarm_is_found(self) -> None:
        for properties in [
            {"Namespace": "AWS/Lambda", "MetricName": "Errrors", "Dimensions": [{"Name": "FunctionName", "Value": "x"}]},
            {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": [{"Name": "QueueName", "Value": "x"}]},
            {"Namespace": "AWS/Lambda", "MetricName": "IteratorAge"},
            {"Namespace": "PartnerInvites", "MetricName": "ImportsOfUnknownBrand"},
        ]:
            with self.subTest(properties):
                self.alarm(**properties)
                self.assertIn(("metric", "New"), rules(metrics.check(self.template)))
                self.alarm(Metrics=[{"Id": "m", "MetricStat": {"Metric": properties, "Period": 60, "Stat": "Sum"}}])
                self.assertIn(("metric", "New"), rules(metrics.check(self.template)))

    def test_an_unknown_metric_of_the_dashboard_is_found(self) -> None:
        lines = [["AWS/SES", "Send", "ses:configuration-set", "x"]]
        widget = {"type": "metric", "properties": {"title": "New", "metrics": lines}}
        self.template.resources["Dashboard"]["Properties"]["DashboardBody"] = json.dumps({"widgets": [widget]})
        self.assertIn(("metric", "Dashboard, widget “New”"), rules(metrics.check(self.template)))

    def test_shorthands_of_the_dashboard_are_filled_in(self) -> None:
        lines = [["N", "A", "D", "1"], [".", "B", ".", "."], ["...", "2"], ["...", {"stat": "p99"}], [{"expression": "m1"}]]
        ((title, rows),) = metrics.of_dashboard({"widgets": [{"type": "metric", "properties": {"title": "t", "metrics": lines}}]})
        self.assertEqual(title, "t")
        self.assertEqual(rows, [["N", "A", "D", "1"], ["N", "B", "D", "1"], ["N", "B", "D", "2"], ["N", "B", "D", "2"]])

    def test_metrics_of_our_own_are_those_of_filters_and_code(self) -> None:
        self.assertIn(Metric("PartnerInvites", "ImportsOfUnknownBrands", frozenset()), metrics.published_here(self.template))
        with tempfile.TemporaryDirectory() as directory:
            self.assertNotIn(Metric("Own", "calls", frozenset()), metrics.published_here(self.template, Path(directory)))
            code = 'vec![metric("calls", "Count")]; "CloudWatchMetrics": [{"Namespace": "Own", "Dimensions": [[]], }]'
            (Path(directory) / "lines.rs").write_text(code)
            self.assertIn(Metric("Own", "calls", frozenset()), metrics.published_here(self.template, Path(directory)))
        self.assertIn(Metric("PartnerInvites", "failures", frozenset()), metrics.published_here(self.template))


class Alarms(unittest.TestCase):
    def setUp(self) -> None:
        self.template = real()

    def unwatch(self, metric: str) -> None:
        for name, properties in self.template.of_type("AWS::CloudWatch::Alarm").items():
            properties["Metrics"] = [
                it for it in properties.get("Metrics", []) if it.get("MetricStat", {}).get("Metric", {}).get("MetricName") != metric
            ]
            if properties.get("MetricName") == metric:
                del self.template.resources[name]

    def test_background_functions_without_an_alarm_are_found(self) -> None:
        self.unwatch("Errors")
        watched = {where for rule, where in rules(alarms.check(self.template)) if rule == "alarm-errors"}
        # One behind a queue, one behind the stream, one on a schedule, and none that a user waits for.
        self.assertTrue({"ScrubPartner", "RelayEvents", "RemindInvited"} <= watched, watched)
        self.assertNotIn("Portal", watched)

    def test_dead_letter_queues_without_an_alarm_are_found(self) -> None:
        self.unwatch(SQS_VISIBLE)
        watched = {where for rule, where in rules(alarms.check(self.template)) if rule == "alarm-dead-letters"}
        # One that is left to operators, and one that a function processes.
        self.assertTrue({"PushesDead", "RowsToImportDead"} <= watched, watched)
        self.assertNotIn("Pushes", watched)

    def test_the_dead_letter_queue_of_a_rule_counts(self) -> None:
        self.template.resources["Lost"] = {"Type": "AWS::SQS::Queue"}
        target = self.template.resources["MailNewsRule"]["Properties"]["Targets"][0]
        target["DeadLetterConfig"] = {"Arn": {"Fn::GetAtt": ["Lost", "Arn"]}}
        self.assertIn(("alarm-dead-letters", "Lost"), rules(alarms.check(self.template)))

    def test_an_alarm_that_reaches_nobody_does_not_count(self) -> None:
        for name in self.template.of_type("AWS::CloudWatch::Alarm"):
            self.template.resources[name]["Properties"].pop("AlarmActions", None)
        self.assertIn(("alarm-errors", "RemindInvited"), rules(alarms.check(self.template)))
        self.template = real()
        for name in self.template.of_type("AWS::CloudWatch::Alarm"):
            self.template.resources[name]["Properties"]["ActionsEnabled"] = False
        self.assertIn(("alarm-dead-letters", "PushesDead"), rules(alarms.check(self.template)))

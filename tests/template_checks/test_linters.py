"""Findings of cfn-lint and checkov are reported, and so are exceptions that no finding needs."""

import tempfile
import unittest
from pathlib import Path

from . import linters
from .model import Template


class CfnLint(unittest.TestCase):
    def test_what_it_finds_is_reported(self) -> None:
        body = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 43201}}}}
        with tempfile.TemporaryDirectory() as directory:
            found = linters.cfn_lint(Template(body, {}), "test", Path(directory))
        self.assertEqual([it.where for it in found], ["test, Resources/Queue/Properties/VisibilityTimeout"])

    def test_a_template_it_can_not_read_is_no_success(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "broken.yaml"
            path.write_text("Resources: [")
            self.assertTrue(linters.finish_cfn_lint(linters.start_cfn_lint(path), "test"))


class Checkov(unittest.TestCase):
    REPORT = {
        "summary": {"passed": 1},
        "results": {"failed_checks": [{"check_id": "CKV_1", "check_name": "Lock it", "resource": "Bucket"}]},
    }

    def rules(self, excepted: list[str], **more: object) -> list[str]:
        return [it.rule for it in linters.checkov(self.REPORT | more, excepted)]

    def test_a_finding_needs_an_exception(self) -> None:
        self.assertEqual(self.rules([]), ["checkov"])
        self.assertEqual(self.rules(["CKV_1"]), [])

    def test_an_exception_needs_a_finding(self) -> None:
        self.assertEqual(self.rules(["CKV_1", "CKV_2"]), ["checkov-exception"])

    def test_an_empty_report_is_no_success(self) -> None:
        self.assertEqual(self.rules(["CKV_1"], summary={"passed": 0}), ["checkov"])

    def test_the_exceptions_are_those_of_the_configuration(self) -> None:
        self.assertIn("CKV_AWS_115", linters.exceptions())

"""Each rule of roles fails when it is broken."""

import unittest

from . import policies
from .model import real


class Policies(unittest.TestCase):
    def setUp(self) -> None:
        self.template = real()
        # parliament is slow, so one role represents all.
        resources = self.template.resources
        self.template.body["Resources"] = {name: resources[name] for name in ("PortalRole", "Table")}
        self.role = self.template.resources["PortalRole"]["Properties"]

    def found(self) -> list[str]:
        return [f"{it.rule} {it.where} {it.message}" for it in policies.check(self.template) if "Portal" in it.where]

    def test_what_parliament_finds_is_found(self) -> None:
        statement = {"Effect": "Allow", "Action": "dynamodb:GetItems", "Resource": {"Fn::GetAtt": ["Table", "Arn"]}}
        self.role["Policies"][0]["PolicyDocument"]["Statement"].append(statement)
        self.assertTrue(any("UNKNOWN_ACTION" in it for it in self.found()), self.found())

    def test_a_resource_of_another_kind_is_found(self) -> None:
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {"Fn::GetAtt": ["Table", "Arn"]}}
        self.role["Policies"][0]["PolicyDocument"]["Statement"].append(statement)
        self.assertTrue(any("RESOURCE_MISMATCH" in it for it in self.found()), self.found())

    def test_a_trust_policy_is_looked_at_too(self) -> None:
        self.role["AssumeRolePolicyDocument"]["Statement"][0]["Action"] = ["sts:AssumeRoles"]
        self.assertTrue(any("trust policy UNKNOWN_ACTION" in it for it in self.found()), self.found())

    def test_only_lambda_may_assume_a_role(self) -> None:
        for principal in ["*", {"AWS": "*"}, {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}]:
            with self.subTest(principal):
                self.role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = principal
                self.assertTrue(any(it.startswith("trust PortalRole") for it in self.found()), self.found())

    def test_a_policy_variable_needs_a_version(self) -> None:
        document = self.role["Policies"][0]["PolicyDocument"]
        document["Statement"][0]["Resource"] = {"Fn::Sub": "${Table.Arn}/${!aws:username}"}
        self.assertTrue(any(it.startswith("policy-variable") for it in self.found()), self.found())
        document["Version"] = "2012-10-17"
        self.assertFalse(any(it.startswith("policy-variable") for it in self.found()), self.found())

    def test_a_toleration_that_is_not_needed_is_found(self) -> None:
        for policy in self.role["Policies"]:
            policy["PolicyDocument"]["Version"] = "2012-10-17"
        self.assertEqual({it.rule for it in policies.check(self.template)}, {"policy-toleration"})

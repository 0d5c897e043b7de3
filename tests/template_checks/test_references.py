"""Each rule of references fails when it is broken."""

import unittest

from . import references
from .model import Template, outcomes, real

QUEUE = {"Type": "AWS::SQS::Queue"}
CONDITIONS = {
    "HasDomain": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Domain"}, ""]}]},
    "HasZone": {"Fn::And": [{"Condition": "HasDomain"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "Zone"}, ""]}]}]},
}


def topic(value: object, **more: object) -> dict:
    return {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": value}, **more}


def broken(resources: dict, **sections: dict) -> list[str]:
    parameters = {"Domain": {"Type": "String"}, "Zone": {"Type": "String"}}
    body = {"Parameters": parameters, "Conditions": CONDITIONS, "Resources": resources, **sections}
    return [it.rule for it in references.check(Template(body, {}))]


class References(unittest.TestCase):
    def test_each_form_of_an_unknown_name_is_found(self) -> None:
        forms = [
            {"Ref": "Nobody"},
            {"Fn::GetAtt": ["Nobody", "Arn"]},
            {"Fn::GetAtt": "Nobody.Arn"},
            {"Fn::Sub": "a ${Nobody} b"},
            {"Fn::Sub": "a ${Nobody.Arn} b"},
            {"Fn::Sub": ["${Known}", {"Known": {"Ref": "Nobody"}}]},
            {"Fn::Join": ["", ["a", {"Ref": "Nobody"}]]},
            {"Fn::GetAtt": ["Domain", "Arn"]},
        ]
        for form in forms:
            with self.subTest(form):
                self.assertEqual(broken({"T": topic(form)}), ["reference-unknown"])
        self.assertEqual(broken({"T": topic("a", DependsOn="Nobody")}), ["reference-unknown"])
        self.assertEqual(broken({}, Outputs={"O": {"Value": {"Ref": "Nobody"}}}), ["reference-unknown"])

    def test_what_exists_is_accepted(self) -> None:
        for form in [{"Ref": "Q"}, {"Ref": "AWS::Region"}, {"Fn::GetAtt": ["Q", "Arn"]}, {"Fn::Sub": "${Q.Arn} ${!Nobody}"}]:
            with self.subTest(form):
                self.assertEqual(broken({"Q": QUEUE, "T": topic(form)}), [])

    def test_an_unknown_attribute_is_found(self) -> None:
        self.assertEqual(broken({"Q": QUEUE, "T": topic({"Fn::GetAtt": ["Q", "Address"]})}), ["reference-attribute"])
        self.assertEqual(broken({"Q": QUEUE, "T": topic({"Fn::Sub": "${Q.Address}"})}), ["reference-attribute"])

    def test_a_reference_to_what_may_not_be_there_is_found(self) -> None:
        zone = QUEUE | {"Condition": "HasZone"}
        self.assertEqual(broken({"Q": zone, "T": topic({"Ref": "Q"})}), ["reference-conditional"])
        self.assertEqual(broken({"Q": zone, "T": topic({"Ref": "Q"}, Condition="HasDomain")}), ["reference-conditional"])
        self.assertEqual(broken({"Q": zone, "T": topic({"Fn::If": ["HasZone", "a", {"Ref": "Q"}]})}), ["reference-conditional"])
        output = {"O": {"Value": {"Ref": "Q"}}}
        self.assertEqual(broken({"Q": zone}, Outputs=output), ["reference-conditional"])

    def test_a_reference_under_a_condition_that_implies_the_other_is_accepted(self) -> None:
        domain = QUEUE | {"Condition": "HasDomain"}
        self.assertEqual(broken({"Q": domain, "T": topic({"Ref": "Q"}, Condition="HasZone")}), [])
        self.assertEqual(broken({"Q": domain, "T": topic({"Fn::If": ["HasDomain", {"Ref": "Q"}, "a"]})}), [])
        self.assertEqual(broken({"Q": domain, "T": topic("a", DependsOn=["Q"])}), [])

    def test_an_unknown_condition_is_found(self) -> None:
        self.assertEqual(broken({"Q": QUEUE, "T": topic({"Ref": "Q"}, Condition="Nowhere")}), ["reference-condition"])

    def test_conditions_are_worked_out_for_all_parameters(self) -> None:
        values = {(it["HasDomain"], it["HasZone"]) for it in outcomes(CONDITIONS)}
        self.assertEqual(values, {(False, False), (True, False), (True, True)})


class Secrets(unittest.TestCase):
    def rules(self, value: object) -> list[str]:
        template = real()
        template.resources["Portal"]["Properties"]["Environment"]["Variables"]["KEY"] = value
        before = references.secrets(real())
        return [it.rule for it in references.secrets(template) if it not in before]

    def test_a_secret_that_is_none_of_the_template_is_found(self) -> None:
        text = "{{resolve:secretsmanager:${Table}:SecretString:::}}"
        self.assertEqual(self.rules({"Fn::Sub": text}), ["secret-unknown"])

    def test_a_version_that_is_not_pinned_is_found(self) -> None:
        for text in [
            "{{resolve:secretsmanager:${ServerKey}:SecretString:::}}",
            "{{resolve:secretsmanager:${ServerKey}:SecretString:::${SealingKeysVersion}}}",
        ]:
            with self.subTest(text):
                self.assertEqual(self.rules({"Fn::Sub": text}), ["secret-version"])

    def test_another_form_is_found(self) -> None:
        for text in [
            "{{resolve:secretsmanager:prod/key:SecretString:::}}",
            "{{resolve:secretsmanager:${ServerKey}:SecretBinary:::}}",
            "{{resolve:ssm:/prod/key}}",
            "{{resolve:secretsmanager:${ServerKey}:SecretString::AWSCURRENT:0123}}",
        ]:
            with self.subTest(text):
                self.assertEqual(self.rules({"Fn::Sub": text}), ["secret-form"])

"""Loops are found, and nothing else is mistaken for one."""

import unittest

from . import recursion
from .model import Template, real


def small(sends: dict[str, list[str]], feeds: dict[str, str], redrives: dict[str, str], **more: dict) -> Template:
    """Builds functions that may send to queues, queues that feed a function, and queues with a dead-letter queue."""
    resources: dict[str, dict] = {}
    for queue in {*feeds, *redrives, *redrives.values(), *(it for queues in sends.values() for it in queues)}:
        properties = {}
        if queue in redrives:
            properties["RedrivePolicy"] = {"deadLetterTargetArn": {"Fn::GetAtt": [redrives[queue], "Arn"]}}
        resources[queue] = {"Type": "AWS::SQS::Queue", "Properties": properties}
    for function in {*sends, *feeds.values()}:
        arns = [{"Fn::GetAtt": [queue, "Arn"]} for queue in sends.get(function, [])]
        statement = {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": arns}
        policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}
        resources[f"{function}Role"] = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}
        role = {"Fn::GetAtt": [f"{function}Role", "Arn"]}
        resources[function] = {"Type": "AWS::Lambda::Function", "Properties": {"Role": role, **more.get(function, {})}}
    for queue, function in feeds.items():
        mapping = {"EventSourceArn": {"Fn::GetAtt": [queue, "Arn"]}, "FunctionName": {"Ref": function}}
        resources[f"{function}From{queue}"] = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping}
    return Template({"Resources": resources}, {})


def found(template: Template) -> set[tuple[str, str]]:
    return {(it.rule, it.where) for it in recursion.check(template)}


class Loops(unittest.TestCase):
    def test_a_function_that_sends_to_its_own_queue_is_on_a_loop(self) -> None:
        self.assertEqual(found(small({"F": ["Q"]}, {"Q": "F"}, {})), {("recursion-undeclared", "F")})

    def test_it_may_declare_the_loop(self) -> None:
        self.assertEqual(found(small({"F": ["Q"]}, {"Q": "F"}, {}, F={"RecursiveLoop": "Allow"})), set())

    def test_a_loop_through_two_functions_is_found(self) -> None:
        template = small({"F": ["R"], "G": ["Q"]}, {"Q": "F", "R": "G"}, {})
        self.assertEqual(found(template), {("recursion-undeclared", "F"), ("recursion-undeclared", "G")})

    def test_a_loop_through_a_dead_letter_queue_is_found(self) -> None:
        template = small({"G": ["Q"]}, {"Q": "F", "D": "G"}, {"Q": "D"})
        self.assertEqual(found(template), {("recursion-undeclared", "G")})

    def test_a_dead_letter_queue_that_feeds_the_same_function_is_no_loop_yet(self) -> None:
        self.assertEqual(found(small({}, {"Q": "F", "D": "F"}, {"Q": "D"})), set())

    def test_a_chain_is_no_loop(self) -> None:
        self.assertEqual(found(small({"F": ["R"]}, {"Q": "F", "R": "G"}, {})), set())

    def test_a_declared_loop_that_is_none_is_found(self) -> None:
        template = small({"F": ["R"]}, {"Q": "F", "R": "G"}, {}, F={"RecursiveLoop": "Allow"})
        self.assertEqual(found(template), {("recursion-needless", "F")})

    def test_wildcards_in_rights_count(self) -> None:
        template = small({"F": []}, {"Q": "F"}, {})
        statement = template.resources["FRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]
        statement |= {"Action": "sqs:*", "Resource": "*"}
        self.assertEqual(found(template), {("recursion-undeclared", "F")})

    def test_other_ways_round_are_refused_until_they_are_looked_at(self) -> None:
        for action in ["sns:Publish", "lambda:Invoke*"]:
            with self.subTest(action):
                template = small({"F": []}, {"Q": "F"}, {})
                statement = template.resources["FRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]
                statement |= {"Action": action, "Resource": "*"}
                self.assertEqual(found(template), {("recursion-unknown", "F")})
        template = real()
        template.resources["Bucket"]["Properties"]["NotificationConfiguration"]["QueueConfigurations"] = []
        self.assertIn(("recursion-unknown", "Bucket"), found(template))

    def test_the_real_template_without_its_declarations_is_refused(self) -> None:
        template = real()
        declared = {
            name
            for name, properties in template.of_type("AWS::Lambda::Function").items()
            if properties.pop("RecursiveLoop", None) == "Allow"
        }
        self.assertTrue(declared)
        self.assertEqual(found(template), {("recursion-undeclared", name) for name in declared})


class Comments(unittest.TestCase):
    def test_a_declaration_needs_a_reason(self) -> None:
        self.assertEqual([it.rule for it in recursion.comments("  A: 1\n  RecursiveLoop: Allow\n")], ["recursion-reason"])
        self.assertEqual(recursion.comments("  # It ends after a day.\n  RecursiveLoop: Allow\n"), [])
        self.assertEqual(recursion.comments("  A: 1\n  RecursiveLoop: Allow # It ends after a day.\n"), [])

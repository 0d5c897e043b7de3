"""infra/samconfig.py: it agrees with TOML and the template, also where Python has no TOML parser."""

import sys
import unittest

from places import ROOT

try:
    import tomllib
except ImportError:  # before Python 3.11
    from pip._vendor import tomli as tomllib

sys.path.insert(0, f"{ROOT}/infra")
from samconfig import parse_overrides, parse_toml, read_settings, read_template_parameters


class Samconfig(unittest.TestCase):
    def test_the_small_reader_agrees_with_python_on_this_repositorys_file(self):
        with open(f"{ROOT}/samconfig.toml", encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(parse_toml(text), tomllib.loads(text))

    def test_the_small_reader_agrees_with_python_on_what_it_understands(self):
        text = 'version = 0.1\n[a.b-c]  # a table\none = "a \\"b\\" # c" # d\ntwo = \'x\'\nthree = ["A=1", "B=2"]\nfour = []\nfive = -3\nsix = false\n'
        self.assertEqual(parse_toml(text), tomllib.loads(text))

    def test_the_small_reader_refuses_what_it_does_not_understand(self):
        for text in ['a = """\nb"""', "a = {b = 1}", "a.b = 1", "a = 1979-05-27", 'a = "b" c', "a = [\n1]", "nonsense"]:
            with self.assertRaises(ValueError, msg=text):
                parse_toml(text)

    def test_overrides_in_each_form_that_sam_reads(self):
        wanted = {"A": "1", "B": "two words", "C": "x=y"}
        for overrides in ['A=1 B="two words" C=x=y', ["A=1", "B=two words", "C=x=y"],
                          'ParameterKey=A,ParameterValue=1 "ParameterKey=B,ParameterValue=two words" ParameterKey=C,ParameterValue=x=y']:
            self.assertEqual(parse_overrides(overrides), wanted)
        with self.assertRaises(ValueError):
            parse_overrides("A")

    def test_the_sample_settings_are_read(self):
        settings = read_settings(f"{ROOT}/samconfig.toml", "default")
        self.assertEqual(settings.stack_name, "partner-invites")
        self.assertIn("BaseUrl", settings.parameters)
        self.assertEqual(read_settings(f"{ROOT}/samconfig.toml", "prod").stack_name, "partner-invites-prod")

    def test_the_templates_parameters_are_read(self):
        declared = read_template_parameters(f"{ROOT}/infra/template.yaml")
        for name in ["BaseUrl", "Sender", "Domain", "HostedZoneId", "CertificateArn", "CreateIdentity", "SesRate", "SesDailyQuota",
                     "AlarmAddress", "ServerKeyVersion", "SealingKeysVersion", "Architecture"]:
            self.assertIn(name, declared, "infra/preflight knows it")
        self.assertEqual(declared["CreateIdentity"], {"Default": "yes", "AllowedValues": ["yes", "no"]})
        self.assertEqual(declared["SesRate"], {"Default": "14", "AllowedPattern": "[1-9][0-9]*"})
        self.assertNotIn("Default", declared["BaseUrl"])
        self.assertEqual(sorted(declared["Architecture"]["AllowedValues"]), ["arm64", "x86_64"])


if __name__ == "__main__":
    unittest.main()

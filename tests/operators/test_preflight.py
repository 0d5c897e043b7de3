"""infra/preflight against an emulated account: every fault is reported on a separate line, and nothing else is."""

import contextlib
import importlib.machinery
import importlib.util
import io
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import awscli
import awscli.clidriver
import boto3

from fake_aws import FakeAws, Moto, describe_stack_resource, describe_stacks, query_error
from places import ROOT, TOOLS

REGION = "eu-central-1"
GOOD = {"BaseUrl": "https://invites.acme-shop.com", "Sender": "hello@invites.acme-shop.com", "Domain": "invites.acme-shop.com",
        "AlarmAddress": "ops@acme-shop.com", "Architecture": "x86_64"}
CERTIFICATE = f"arn:aws:acm:{REGION}:123456789012:certificate/11111111-2222-3333-4444-555555555555"
PRODUCTION = {"EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True, "SendingEnabled": True,
              "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}}
SANDBOX = {**PRODUCTION, "ProductionAccessEnabled": False,
           "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 0.0}}
VERSIONS = {"sam": "SAM CLI, version 1.170.0", "rustc": "rustc 1.95.0 (abc 2026-04-01)", "cargo": "cargo 1.95.0 (abc 2026-04-01)",
            "cargo-lambda": "cargo-lambda 1.9.2 (abc 2026-04-01)"}


def load_preflight():
    sys.path.insert(0, f"{ROOT}/infra")
    loader = importlib.machinery.SourceFileLoader("preflight", f"{ROOT}/infra/preflight")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("preflight", loader))
    loader.exec_module(module)
    return module


def run_in_process(command, **settings):
    """Runs the AWS CLI's own code without starting a process for each call, which is most of the time it takes. Other
    programs, and the CLI if it is missing on purpose, are started as usual."""
    if command[0] != "aws" or not shutil.which("aws"):
        return START(command, **settings)
    if "--version" in command:
        return subprocess.CompletedProcess(command, 0, f"aws-cli/{awscli.__version__} Python/3", "")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), \
            mock.patch.dict(os.environ, {**settings.get("env", {}), "AWS_DATA_PATH": CLI_DATA}):
        status = awscli.clidriver.create_clidriver().main(list(command[1:]))
    return subprocess.CompletedProcess(command, status, out.getvalue(), err.getvalue())


START = subprocess.run
# The CLI sets it when it is imported, and tests run the program with a separate environment.
CLI_DATA = os.environ["AWS_DATA_PATH"]


def setUpModule():
    global MOTO, AWS, PREFLIGHT
    PREFLIGHT = load_preflight()
    MOTO = Moto()
    AWS = FakeAws(MOTO)


def tearDownModule():
    AWS.stop()
    MOTO.stop()


class Result:
    def __init__(self, done):
        self.status = done.returncode
        self.text = done.stdout + done.stderr
        rows = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
        self.lines = [(row[0], row[1][:20].strip(), row[1][21:]) for row in rows
                      if row and row[0] in ("ok", "warning", "problem", "skipped")]

    def of(self, level):
        return sorted(check for found, check, _ in self.lines if found == level)

    def says(self, check):
        return " ".join(text for _, found, text in self.lines if found == check)


class Preflight(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        MOTO.reset()
        AWS.seen.clear()
        AWS.answers = {
            "GET /v2/email/account": (200, PRODUCTION),
            "GET /2016-08-19/account-settings": (200, {"AccountLimit": {"ConcurrentExecutions": 1000}, "AccountUsage": {}}),
        }
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.home = stack.enter_context(tempfile.TemporaryDirectory())
        self.tools = os.path.join(self.home, "bin")
        self.sysroot = os.path.join(self.home, "sysroot")
        os.mkdir(self.tools)
        os.makedirs(os.path.join(self.sysroot, "lib/rustlib/x86_64-unknown-linux-gnu/lib"))
        for name, version in VERSIONS.items():
            self.tool(name, version)
        self.zone = self.client("route53").create_hosted_zone(Name="acme-shop.com", CallerReference="1")["HostedZone"]["Id"]
        self.zone = self.zone.rpartition("/")[2]

    def client(self, service):
        return boto3.client(service, region_name=REGION, endpoint_url=MOTO.url, aws_access_key_id="test",
                            aws_secret_access_key="test")

    def tool(self, name, version):
        """A program on the PATH that answers `--version`. `cargo lambda` is a separate program, as in reality."""
        path = os.path.join(self.tools, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n")
            if name == "rustc":
                file.write(f'if [ "$1" = --print ]; then echo "{self.sysroot}"; exit; fi\n')
            if name == "cargo":
                file.write('if [ "$1" = lambda ]; then exec cargo-lambda --version; fi\n')
            file.write(f'echo "{version}"\n')
        os.chmod(path, stat.S_IRWXU)

    def run_it(self, parameters=None, arguments=(), config=None, environment=None, as_process=False):
        parameters = {**GOOD, "HostedZoneId": self.zone} if parameters is None else parameters
        overrides = " ".join(f"{name}={value}" for name, value in parameters.items())
        path = os.path.join(self.home, "samconfig.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config or f'[default.global.parameters]\nstack_name = "invites"\nparameter_overrides = "{overrides}"\n')
        settings = {
            "PATH": f"{self.tools}:{self.home}/aws:/usr/bin:/bin", "HOME": self.home, "AWS_ENDPOINT_URL": AWS.url, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1", **(environment or {}),
        }
        if not os.path.exists(f"{self.home}/aws"):
            # Only the CLI from the tools' folder, which contains other programs too.
            os.mkdir(f"{self.home}/aws")
            os.symlink(f"{TOOLS}/bin/aws", f"{self.home}/aws/aws")
        settings = {name: value for name, value in settings.items() if value is not None}
        command = [f"{ROOT}/infra/preflight", "--config-file", path, *arguments]
        if as_process:
            done = subprocess.run([sys.executable, *command], capture_output=True, text=True, env=settings, check=False)
        else:
            out = io.StringIO()
            with mock.patch.dict(os.environ, settings, clear=True), mock.patch("sys.argv", command), \
                    mock.patch("subprocess.run", run_in_process), contextlib.redirect_stdout(out):
                status = PREFLIGHT.main()
            done = subprocess.CompletedProcess(command, status, out.getvalue(), "")
        result = Result(done)
        self.assertNotIn("Traceback", result.text)
        self.assertEqual(result.status, 1 if result.of("problem") else 0, result.text)
        return result

    def expect(self, result, problems=(), warnings=()):
        self.assertEqual((result.of("problem"), result.of("warning")), (sorted(problems), sorted(warnings)), result.text)

    def test_an_account_that_is_ready_has_no_problem_and_nothing_is_changed(self):
        result = self.run_it(as_process=True)
        self.expect(result)
        self.assertIn("No problems", result.text)
        for operation in AWS.seen:
            self.assertRegex(operation, r"^(GET /|(\w+\.)?(Describe|Get|List))", f"{operation} may change something")

    def test_it_runs_by_its_name(self):
        done = subprocess.run([f"{ROOT}/infra/preflight", "--help"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    # Settings.

    def test_the_sample_settings_name_what_has_to_be_replaced(self):
        with open(f"{ROOT}/samconfig.toml", encoding="utf-8") as file:
            result = self.run_it(config=file.read())
        self.assertIn("Sender", result.of("problem"), result.text)

    def test_settings_that_are_missing_or_misspelled_are_named(self):
        settings = {"Sender": GOOD["Sender"], "AlarmAdress": "ops@acme-shop.com", "Architecture": "x86_64"}
        self.expect(self.run_it(settings), ["AlarmAdress", "BaseUrl"], ["AlarmAddress"])

    def test_values_that_the_template_refuses_are_named(self):
        bad = {**GOOD, "HostedZoneId": self.zone, "BaseUrl": "https://invites.acme-shop.com/", "SesRate": "0", "CreateIdentity": "maybe"}
        self.expect(self.run_it(bad), ["BaseUrl", "CreateIdentity", "SesRate"])

    def test_a_file_that_is_not_there_is_a_problem(self):
        result = self.run_it(arguments=["--config-file", "/nowhere/samconfig.toml"])
        self.assertIn("/nowhere/samconfig.toml", result.says("Settings"))

    def test_an_environment_that_is_not_there_is_a_problem(self):
        self.assertIn("Settings", self.run_it(arguments=["--config-env", "prod"]).of("problem"))

    def test_flags_come_before_the_file(self):
        result = self.run_it(arguments=["--parameter", "SesRate=99", "--region", "us-east-1"])
        self.expect(result, ["SesRate"])
        self.assertEqual(result.says("Region"), "us-east-1")

    # Domains.

    def test_base_url_has_to_be_https(self):
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "BaseUrl": "http://invites.acme-shop.com"}), ["BaseUrl"])

    def test_domain_has_to_be_the_host_of_base_url(self):
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "BaseUrl": "https://www.acme-shop.com"}), ["Domain"])

    def test_domain_needs_a_zone_or_a_certificate(self):
        self.expect(self.run_it(GOOD), ["Domain"])

    def test_a_zone_or_certificate_needs_domain(self):
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "Domain": ""}), ["HostedZoneId"], ["Domain"])

    def test_without_a_domain_deploying_takes_two_steps(self):
        self.expect(self.run_it({**GOOD, "Domain": ""}), [], ["Domain"])

    def test_a_sender_of_another_domain_is_a_problem_unless_it_is_allowed(self):
        other = {**GOOD, "HostedZoneId": self.zone, "Sender": "hello@acme-mailer.net"}
        result = self.run_it(other)
        self.expect(result, ["Sender"])
        self.assertIn("invites.acme-shop.com", result.says("Sender"))
        self.expect(self.run_it(other, ["--allow-other-sender-domain"]))

    def test_senders_of_the_same_domain_are_fine(self):
        for sender in ["a@acme-shop.com", "a@mail.invites.acme-shop.com", "a@news.acme-shop.com"]:
            self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "Sender": sender}))

    def test_a_shared_country_suffix_is_no_relation(self):
        zone = self.client("route53").create_hosted_zone(Name="acme.co.uk", CallerReference="2")["HostedZone"]["Id"].rpartition("/")[2]
        settings = {**GOOD, "HostedZoneId": zone, "BaseUrl": "https://invites.acme.co.uk", "Domain": "invites.acme.co.uk"}
        self.expect(self.run_it({**settings, "Sender": "a@other.co.uk"}), ["Sender"])
        self.expect(self.run_it({**settings, "Sender": "a@mail.acme.co.uk"}))

    def test_a_zone_that_is_not_there_is_a_problem(self):
        self.expect(self.run_it({**GOOD, "HostedZoneId": "Z0000000000000000000"}), ["HostedZoneId"])

    def test_a_zone_of_another_domain_is_a_problem(self):
        zone = self.client("route53").create_hosted_zone(Name="other-shop.com", CallerReference="2")["HostedZone"]["Id"].rpartition("/")[2]
        result = self.run_it({**GOOD, "HostedZoneId": zone})
        self.expect(result, ["HostedZoneId"])
        self.assertIn("other-shop.com", result.says("HostedZoneId"))

    def test_a_zone_whose_name_only_ends_alike_is_another_one(self):
        zone = self.client("route53").create_hosted_zone(Name="shop.com", CallerReference="2")["HostedZone"]["Id"].rpartition("/")[2]
        self.expect(self.run_it({**GOOD, "HostedZoneId": zone}), ["HostedZoneId"])

    def test_a_private_zone_is_a_problem(self):
        made = self.client("route53").create_hosted_zone(Name="acme-shop.com", CallerReference="2", HostedZoneConfig={"PrivateZone": True},
                                                         VPC={"VPCRegion": REGION, "VPCId": "vpc-1"})
        self.expect(self.run_it({**GOOD, "HostedZoneId": made["HostedZone"]["Id"].rpartition("/")[2]}), ["HostedZoneId"])

    def test_a_record_that_the_stack_would_create_is_a_problem(self):
        record = {"Name": GOOD["Domain"], "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
        self.client("route53").change_resource_record_sets(
            HostedZoneId=self.zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]})
        self.expect(self.run_it(), ["HostedZoneId"])

    def certificate(self, status="ISSUED", names=("invites.acme-shop.com",)):
        AWS.answers["CertificateManager.DescribeCertificate"] = (200, {"Certificate": {
            "CertificateArn": CERTIFICATE, "DomainName": names[0], "SubjectAlternativeNames": list(names), "Status": status}})

    def test_certificates(self):
        settings = {**GOOD, "CertificateArn": CERTIFICATE}
        self.expect(self.run_it(settings), ["CertificateArn"])  # there is none
        self.certificate()
        self.expect(self.run_it(settings))
        self.certificate(names=("acme-shop.com", "*.acme-shop.com"))
        self.expect(self.run_it(settings))
        self.certificate(status="PENDING_VALIDATION")
        self.expect(self.run_it(settings), ["CertificateArn"])
        self.certificate(names=("*.com", "*.invites.acme-shop.com"))
        self.expect(self.run_it(settings), ["CertificateArn"])
        self.certificate()
        self.expect(self.run_it({**settings, "CertificateArn": CERTIFICATE.replace(REGION, "us-east-1")}), ["CertificateArn"])
        self.expect(self.run_it({**settings, "HostedZoneId": self.zone}), [], ["CertificateArn"])

    # Tools.

    def test_tools_that_are_missing_or_old_are_named(self):
        os.remove(os.path.join(self.tools, "sam"))
        self.tool("rustc", "rustc 1.94.9 (abc 2026-01-01)")
        self.tool("cargo-lambda", "cargo-lambda 1.8.6 (abc 2026-01-01)")
        self.expect(self.run_it(), ["Rust compiler", "SAM CLI", "cargo-lambda"])

    def test_the_target_of_the_architecture_has_to_be_installed(self):
        result = self.run_it({**GOOD, "HostedZoneId": self.zone, "Architecture": "arm64"})
        self.expect(result, ["Rust target"])
        self.assertIn("rustup target add aarch64-unknown-linux-gnu", result.says("Rust target"))

    def test_without_the_cli_what_needs_no_account_is_checked(self):
        os.makedirs(f"{self.home}/aws")
        result = self.run_it({**GOOD, "BaseUrl": "http://invites.acme-shop.com"})
        self.expect(result, ["AWS CLI", "BaseUrl", "Domain"])
        self.assertIn("Credentials", result.of("skipped"))

    # The account.

    def test_without_credentials_what_needs_none_is_checked_and_the_rest_is_named(self):
        result = self.run_it({**GOOD, "HostedZoneId": self.zone, "Sender": "hello@acme-mailer.net"},
                             as_process=True, environment={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None})
        self.expect(result, ["Credentials", "Sender"])
        self.assertEqual(result.of("skipped"), ["HostedZoneId", "Lambda concurrency", "SES", "SES identity", "SealingKeysVersion",
                                                "ServerKeyVersion", "Stack"])

    def test_a_profile_that_is_not_there_is_a_problem(self):
        self.expect(self.run_it(arguments=["--profile", "nobody"]), ["Credentials"])

    def test_expired_credentials_are_a_problem(self):
        AWS.answers["GetCallerIdentity"] = query_error("ExpiredToken", "The security token included in the request is expired")
        result = self.run_it()
        self.expect(result, ["Credentials"])
        self.assertIn("expired", result.says("Credentials"))

    def test_no_region_is_a_problem(self):
        self.expect(self.run_it(environment={"AWS_DEFAULT_REGION": None}), ["Region"])
        result = self.run_it(environment={"AWS_DEFAULT_REGION": None, "AWS_REGION": REGION})
        self.expect(result, ["Region"])
        self.assertIn("SAM CLI ignores it", result.says("Region"))

    def test_two_regions_are_a_problem(self):
        self.expect(self.run_it(environment={"AWS_REGION": "us-east-1"}), ["Region"])
        self.expect(self.run_it(environment={"AWS_REGION": REGION}))

    def test_a_region_without_ses_is_a_problem(self):
        result = self.run_it(as_process=True, environment={"AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:9"})
        self.expect(result, ["SES"])
        self.assertIn(f"SES is not available in {REGION}", result.says("SES"))
        self.assertEqual(result.of("skipped"), ["SES identity"])

    def test_a_region_whose_endpoint_has_no_name_is_a_problem(self):
        """As above, with the endpoint that the CLI itself derives from a region's name."""
        AWS.answers["DescribeStacks"] = query_error("ValidationError", "Stack with id invites does not exist")
        urls = {f"AWS_ENDPOINT_URL_{name}": AWS.url for name in ["STS", "CLOUDFORMATION", "LAMBDA", "ROUTE_53", "SECRETS_MANAGER"]}
        result = self.run_it(arguments=["--region", "eu-nowhere-9"], environment={"AWS_ENDPOINT_URL": None, **urls})
        self.expect(result, ["SES"])

    def test_the_sandbox_is_a_warning_and_its_limits_are_a_problem(self):
        AWS.answers["GET /v2/email/account"] = (200, SANDBOX)
        result = self.run_it()
        self.expect(result, ["SesDailyQuota", "SesRate"], ["SES access"])
        self.assertIn("Set SesRate=1", result.says("SesRate"))
        self.assertIn("Set SesDailyQuota=200", result.says("SesDailyQuota"))
        self.assertIn("production access", result.says("SES access"))
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "SesRate": "1", "SesDailyQuota": "200"}), [], ["SES access"])

    def test_settings_far_below_what_ses_allows_are_warnings(self):
        settings = {**GOOD, "HostedZoneId": self.zone}
        self.expect(self.run_it({**settings, "SesRate": "1", "SesDailyQuota": "200"}), [], ["SesDailyQuota", "SesRate"])
        self.expect(self.run_it({**settings, "SesRate": "15"}), ["SesRate"])

    def test_no_limit_a_day_is_no_problem(self):
        AWS.answers["GET /v2/email/account"] = (200, {**PRODUCTION, "SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 14.0}})
        self.expect(self.run_it())

    def test_paused_sending_is_a_problem_and_probation_a_warning(self):
        AWS.answers["GET /v2/email/account"] = (200, {**PRODUCTION, "SendingEnabled": False})
        self.expect(self.run_it(), ["SES"])
        AWS.answers["GET /v2/email/account"] = (200, {**PRODUCTION, "EnforcementStatus": "PROBATION"})
        self.expect(self.run_it(), [], ["SES"])

    def test_a_permission_that_is_missing_is_a_warning(self):
        AWS.answers["GET /v2/email/account"] = (403, {"__type": "AccessDeniedException", "message": "not authorized to perform: ses:GetAccount"})
        result = self.run_it()
        self.expect(result, [], ["SES"])
        self.assertIn("ses:GetAccount", result.says("SES"))

    def test_few_concurrent_executions_are_a_warning(self):
        AWS.answers["GET /2016-08-19/account-settings"] = (200, {"AccountLimit": {"ConcurrentExecutions": 10}, "AccountUsage": {}})
        result = self.run_it()
        self.expect(result, [], ["Lambda concurrency"])
        self.assertIn("L-B99A9384", result.says("Lambda concurrency"))

    def identity(self, name, verified):
        AWS.answers[f"GET /v2/email/identities/{name}"] = (200, {
            "IdentityType": "DOMAIN", "VerifiedForSendingStatus": verified, "DkimAttributes": {"Tokens": ["one", "two", "three"]}})

    def test_an_identity_that_exists_stands_in_the_way_of_creating_it(self):
        self.client("sesv2").create_email_identity(EmailIdentity="invites.acme-shop.com")
        result = self.run_it()
        self.expect(result, ["SES identity"])
        self.assertIn("CreateIdentity=no", result.says("SES identity"))

    def test_without_creating_one_the_identity_has_to_be_there_and_verified(self):
        settings = {**GOOD, "HostedZoneId": self.zone, "CreateIdentity": "no"}
        self.expect(self.run_it(settings), ["SES identity"])
        self.identity("invites.acme-shop.com", verified=False)
        result = self.run_it(settings)
        self.expect(result, ["SES identity"])
        self.assertIn("one._domainkey.invites.acme-shop.com CNAME one.dkim.amazonses.com", result.says("SES identity"))
        self.identity("invites.acme-shop.com", verified=True)
        self.expect(self.run_it(settings))

    def test_a_verified_parent_domain_covers_the_sender(self):
        self.identity("acme-shop.com", verified=True)
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "CreateIdentity": "no"}))
        self.identity("acme-shop.com", verified=False)
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "CreateIdentity": "no"}), ["SES identity"])

    # The stack.

    def deployed(self, status="UPDATE_COMPLETE", url="https://abc.execute-api.eu-central-1.amazonaws.com"):
        """Adds a stack with its two secrets; returns the secrets' current versions."""
        secrets = self.client("secretsmanager")
        made = {name: secrets.create_secret(Name=name, SecretString="first") for name in ("ServerKey", "SealingKeys")}
        AWS.answers["DescribeStacks"] = describe_stacks("invites", status, {"Url": url})
        resources = {name: one["ARN"] for name, one in made.items()}
        AWS.answers["DescribeStackResource"] = describe_stack_resource({**resources, "MailIdentity": "invites.acme-shop.com"})
        self.identity("invites.acme-shop.com", verified=True)
        return {name: one["VersionId"] for name, one in made.items()}

    def pinned(self, versions):
        return {**GOOD, "HostedZoneId": self.zone, "ServerKeyVersion": versions["ServerKey"], "SealingKeysVersion": versions["SealingKeys"]}

    def test_a_deployed_stack_with_pinned_secrets_is_fine(self):
        self.expect(self.run_it(self.pinned(self.deployed())))

    def test_secrets_of_a_deployed_stack_have_to_be_pinned(self):
        versions = self.deployed()
        result = self.run_it()
        self.expect(result, ["SealingKeysVersion", "ServerKeyVersion"])
        self.assertIn(f"ServerKeyVersion={versions['ServerKey']}", result.says("ServerKeyVersion"))
        self.assertNotIn("first", result.text)

    def test_a_version_that_the_secret_has_not_is_a_problem(self):
        versions = self.deployed()
        self.expect(self.run_it(self.pinned({**versions, "ServerKey": versions["SealingKeys"]})), ["ServerKeyVersion"])

    def test_a_changed_secret_that_is_not_deployed_yet_is_a_warning(self):
        versions = self.deployed()
        self.client("secretsmanager").put_secret_value(SecretId="SealingKeys", SecretString="second,first")
        self.expect(self.run_it(self.pinned(versions)), [], ["SealingKeysVersion"])

    def test_versions_can_not_be_pinned_before_the_first_deployment(self):
        self.expect(self.run_it({**GOOD, "HostedZoneId": self.zone, "ServerKeyVersion": "11111111-2222-3333-4444-555555555555"}),
                    ["ServerKeyVersion"])

    def test_an_identity_of_a_deployed_stack_has_to_be_verified(self):
        versions = self.deployed()
        self.identity("invites.acme-shop.com", verified=False)
        self.expect(self.run_it(self.pinned(versions)), ["SES identity"])

    def test_without_a_domain_base_url_is_the_url_of_the_stack(self):
        url = "https://abc.execute-api.eu-central-1.amazonaws.com"
        settings = {**self.pinned(self.deployed(url=url)), "Domain": "", "HostedZoneId": ""}
        self.expect(self.run_it({**settings, "BaseUrl": url}))
        result = self.run_it({**settings, "BaseUrl": "https://invites.example.com"})
        self.expect(result, ["BaseUrl"], ["Domain"])
        self.assertIn(f"BaseUrl={url}", result.says("BaseUrl"))

    def test_a_stack_that_failed_to_be_created_stands_in_the_way(self):
        AWS.answers["DescribeStacks"] = describe_stacks("invites", "ROLLBACK_COMPLETE")
        self.expect(self.run_it(), ["Stack"])

    def test_a_stack_that_is_being_updated_stands_in_the_way(self):
        versions = self.deployed(status="UPDATE_IN_PROGRESS")
        self.expect(self.run_it(self.pinned(versions)), ["Stack"])


if __name__ == "__main__":
    unittest.main()

"""infra/smoke-test against the local runner: it passes there, and each possible fault makes it fail with the reason."""

import contextlib
import http.server
import importlib.machinery
import importlib.util
import json
import os
import pty
import re
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from fake_aws import FakeAws, describe_stacks, query_error
from places import ROOT, RUNNER, TOOLS

ADMIN = "olivia@acme-shop.com"
STEPS = ["Reach the deployment", "Create the brand", "Sign in as the owner", "Create a program", "Invite",
         "Wait until the invitation is delivered", "Add a second partner", "Create a share link", "Follow the share link",
         "Add a webhook endpoint", "Send a test event, and read the delivery log", "Delete the webhook endpoint",
         "Revoke the partners", "Follow the share link again", "Archive the program", "Sign out"]


def load_smoke_test():
    sys.path.insert(0, f"{ROOT}/infra")
    loader = importlib.machinery.SourceFileLoader("smoke_test", f"{ROOT}/infra/smoke-test")
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("smoke_test", loader))
    loader.exec_module(module)
    return module


class Runner:
    """The local runner, in memory and on a port that the operating system chose."""

    def __init__(self):
        command = [RUNNER, "--in-memory", "--bare", "--port", "0"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            found = re.search(r"running at (http://localhost:\d+)", line)
            if found:
                self.url = found[1]
                break
        else:
            raise RuntimeError("the local runner did not start")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"Accept": "application/json"})
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def status(self, path):
        try:
            with urllib.request.urlopen(self.url + path) as response:
                return response.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def link_to(self, email, brand):
        """Returns the sign-in link in the last email to a person about a brand."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for mail in reversed(sorted(self.get("/_local/mail"), key=lambda mail: mail["id"])):
                found = re.search(rf"http://localhost:\d+/t/{brand}(?:/admin)?/login\?token=[^\s\"<&]+", mail["text"])
                if email in mail["to"] and found:
                    return found[0]
            time.sleep(0.2)
        raise AssertionError(f"no email to {email} arrived")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def setUpModule():
    global RUNNING, SMOKE_TEST
    SMOKE_TEST = load_smoke_test()
    RUNNING = Runner()


def tearDownModule():
    RUNNING.stop()


class SmokeTest(unittest.TestCase):
    maxDiff = None
    count = 0

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.home = stack.enter_context(tempfile.TemporaryDirectory())
        SmokeTest.count += 1
        self.brand = f"smoke-{SmokeTest.count}"
        self.links = []

    def link_to(self, email):
        link = RUNNING.link_to(email, self.brand)
        self.links.append(link)
        return link

    def run_it(self, *arguments, answers=None, where=None, environment=None, terminal=False):
        """Runs it, in a terminal or not, and answers its prompts with the results of `answers`, one after the other."""
        answers = [lambda: self.link_to(ADMIN)] if answers is None else answers
        where = where or ["--base-url", RUNNING.url, "--create-brand-function", "create-brand", "--endpoint-url", RUNNING.url]
        settings = {"PATH": f"{TOOLS}/bin:/usr/bin:/bin", "HOME": self.home, "AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test",
                    "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
                    "NO_PROXY": "localhost,127.0.0.1", **(environment or {})}
        command = [sys.executable, f"{ROOT}/infra/smoke-test", "--admin", ADMIN, "--brand", self.brand, *where, *arguments]
        stdin = subprocess.PIPE
        if terminal:
            keyboard, stdin = pty.openpty()
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=settings)
        if terminal:
            os.close(stdin)
            process.stdin = os.fdopen(keyboard, "wb")
        said, answers = b"", list(answers)
        while True:
            byte = process.stdout.read(1)
            if not byte:
                break
            said += byte
            if said.endswith((b"Link: ", b"[y/N] ")):
                self.assertTrue(answers, f"it asks more than expected: {said.decode()}")
                process.stdin.write((answers.pop(0)() + "\n").encode())
                process.stdin.flush()
        process.stdin.close()
        process.stdout.close()
        status, text = process.wait(), said.decode()
        self.assertNotIn("Traceback", text)
        self.assertEqual(answers, [], text)
        # Nothing that gives access is ever printed.
        for link in self.links:
            self.assertNotIn(link.partition("token=")[2], text)
        self.assertNotRegex(text, r"whsec_|pik_|token=|admin-smoke")
        return status, text

    def fails(self, reason, *arguments, **settings):
        status, text = self.run_it("--yes", *arguments, **settings)
        self.assertEqual(status, 1, text)
        self.assertIn("The smoke test failed", text)
        self.assertIn(reason, text)
        self.assertEqual(text.count("FAILED"), 1, text)
        return text

    def test_it_passes_and_each_step_has_a_line_with_its_duration(self):
        status, text = self.run_it(answers=[lambda: "y", lambda: self.link_to(ADMIN)])
        self.assertEqual(status, 0, text)
        done = re.findall(r"^(.+) … ok \(\d+\.\d s\)$", text, re.MULTILINE)
        self.assertEqual(len(done), len(STEPS), text)
        for step, expected in zip(done, STEPS):
            self.assertTrue(step.startswith(expected), f"{step!r} instead of {expected!r}")
        self.assertIn("2 revoked partners", text)
        self.assertNotIn("with access", text)
        self.assertNotIn("archive it under Programs", text)
        # The invitation went to SES's mailbox simulator, and no one else got an email.
        recipients = {to for mail in RUNNING.get("/_local/mail") for to in mail["to"] if f"/t/{self.brand}/" in mail["text"]}
        self.assertEqual(len(recipients), 2)
        self.assertRegex(" ".join(sorted(recipients)), rf"^{re.escape(ADMIN)} success\+\S+@simulator\.amazonses\.com$")

    def test_a_partner_with_a_mailbox_signs_in_with_a_link(self):
        partner = "paul@acme-shop.com"
        status, text = self.run_it("--yes", "--partner", partner, answers=[lambda: self.link_to(ADMIN), lambda: self.link_to(partner)])
        self.assertEqual(status, 0, text)
        self.assertIn("Sign in as the partner … ok", text)
        self.assertNotIn("Add a second partner", text)
        self.assertIn("1 revoked partner", text)

    def test_a_partner_who_does_not_sign_in_is_no_failure(self):
        status, text = self.run_it("--yes", "--partner", "paul@acme-shop.com", answers=[lambda: self.link_to(ADMIN), lambda: ""])
        self.assertEqual(status, 0, text)
        self.assertIn("Add a second partner", text)

    def test_nothing_is_changed_before_the_operator_agrees(self):
        status, text = self.run_it(answers=[lambda: "n"])
        self.assertEqual(status, 1)
        self.assertIn("Nothing was changed", text)
        self.assertIn(self.brand, text)
        self.assertEqual(RUNNING.status(f"/t/{self.brand}/login"), 404)

    def test_a_deployment_that_can_not_be_reached(self):
        where = ["--base-url", "http://localhost:9", "--create-brand-function", "create-brand", "--endpoint-url", RUNNING.url]
        self.assertIn("Nothing was created", self.fails("http://localhost:9 can't be reached", where=where, answers=[]))

    def test_a_base_url_of_something_else(self):
        with endpoint(200) as url:
            where = ["--base-url", url, "--create-brand-function", "create-brand", "--endpoint-url", RUNNING.url]
            self.fails("Is BaseUrl right", where=where, answers=[])

    def test_a_function_that_is_not_there(self):
        where = ["--base-url", RUNNING.url, "--create-brand-function", "nothing", "--endpoint-url", RUNNING.url]
        self.fails("Function not found", where=where, answers=[])

    def test_a_function_that_refuses_the_brand(self):
        self.brand = "Not A Slug"
        self.fails("slug", answers=[])

    def test_a_brand_that_has_this_admin_already(self):
        self.brand = "acme"
        status, _ = self.run_it("--yes", "--brand", f"again-{SmokeTest.count}", answers=[lambda: ""])
        self.assertEqual(status, 1)
        self.fails("is already an admin of", "--brand", f"again-{SmokeTest.count}", answers=[])

    def test_a_link_of_another_host(self):
        self.fails("deploy with the right BaseUrl", answers=[lambda: f"https://elsewhere.com/t/{self.brand}/admin/login?token=x"])

    def test_no_link(self):
        self.fails("no link was pasted", answers=[lambda: ""])

    def test_a_terminal_is_asked_again_until_the_link_can_be_the_right_one(self):
        partner = "paul@acme-shop.com"
        answers = [lambda: "", lambda: "https://elsewhere.com/t/acme/admin/login?token=x", lambda: self.link_to(ADMIN),
                   lambda: "two words", lambda: self.link_to(partner)]
        status, text = self.run_it("--yes", "--partner", partner, answers=answers, terminal=True)
        self.assertEqual(status, 0, text)
        self.assertEqual(text.count("That can't be the link"), 3, text)
        self.assertIn("Sign in as the partner … ok", text)

    def test_a_link_that_was_used(self):
        def used():
            link = self.link_to(ADMIN)
            SMOKE_TEST.sign_in(SMOKE_TEST.Browser(RUNNING.url), link, f"/t/{self.brand}/admin")
            return link
        self.fails("has already been used", answers=[used])

    def test_an_invitation_that_bounces(self):
        text = self.fails("the invitation is bounced", "--partner", "paul@bounce.example")
        self.assertIn("1 of the partners with access", text)
        self.assertIn("archive it under Programs", text)

    def test_an_invitation_of_which_nothing_is_heard(self):
        self.fails("still sent", "--partner", "paul@silent.example", "--timeout", "5")

    def test_a_webhook_endpoint_of_ones_own(self):
        with endpoint(204) as url:
            status, text = self.run_it("--yes", "--webhook", url)
        self.assertEqual(status, 0, text)

    def test_a_webhook_endpoint_that_refuses(self):
        with endpoint(500) as url:
            self.assertIn("retried for three days", self.fails("returned status 500", "--webhook", url))

    def test_a_webhook_endpoint_that_may_not_be_called(self):
        self.fails("(url)", "--webhook", "https://10.0.0.1/hook")

    def test_a_deployment_is_found_by_its_stack(self):
        class NoMoto:
            url = "http://127.0.0.1:9"

        aws = FakeAws(NoMoto)
        self.addCleanup(aws.stop)
        environment = {"AWS_ENDPOINT_URL_CLOUDFORMATION": aws.url, "AWS_ENDPOINT_URL_LAMBDA": RUNNING.url}
        config = os.path.join(self.home, "samconfig.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write('[default.global.parameters]\nstack_name = "invites"\n')
        aws.answers["DescribeStacks"] = describe_stacks("invites", "CREATE_COMPLETE", {"CreateBrandName": "create-brand"},
                                                        {"BaseUrl": RUNNING.url})
        status, text = self.run_it("--yes", where=["--config-file", config], environment=environment)
        self.assertEqual(status, 0, text)
        aws.answers["DescribeStacks"] = describe_stacks("invites", "CREATE_IN_PROGRESS", {}, {"BaseUrl": RUNNING.url})
        status, text = self.run_it("--yes", where=["--config-file", config], environment=environment, answers=[])
        self.assertEqual(status, 1)
        self.assertIn("CREATE_IN_PROGRESS", text)
        aws.answers["DescribeStacks"] = query_error("ValidationError", "Stack with id invites does not exist")
        status, text = self.run_it("--yes", where=["--config-file", config], environment=environment, answers=[])
        self.assertEqual(status, 1)
        self.assertIn("does not exist", text)


@contextlib.contextmanager
def endpoint(status):
    """A server that responds to everything with one status."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    unittest.main()

"""Runs the AWS CLI (version 1 or 2), so that operators need no AWS library and their usual credentials apply."""

import json
import os
import re
import shutil
import subprocess
import tempfile


# Longer than the CLI's own timeouts and retries take.
ANSWERS_WITHIN = 240


class AwsError(Exception):
    """A call that failed, with AWS's error code, or one of this module's own: NoCredentials, NoRegion, NoConnection."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self):
        return f"{self.code}: {self.message}"


class Answer(dict):
    """A response from AWS. A missing field raises `AwsError` instead of `KeyError`."""

    def __missing__(self, key):
        raise AwsError("Unreadable", f"the response of the AWS CLI has no {key}")


class Aws:
    """The AWS CLI with a region and a profile. `None` leaves either to the CLI's own settings."""

    def __init__(self, region=None, profile=None, endpoint_url=None):
        self.region = region
        self.profile = profile
        self.endpoint_url = endpoint_url

    def call(self, *arguments):
        """Returns the JSON response of a call, such as `call("sts", "get-caller-identity")`."""
        command = ["aws", *arguments, "--output", "json", "--cli-connect-timeout", "10", "--cli-read-timeout", "60"]
        if self.region:
            command += ["--region", self.region]
        if self.profile:
            command += ["--profile", self.profile]
        if self.endpoint_url:
            command += ["--endpoint-url", self.endpoint_url]
        # Version 2 would open a pager. An endpoint that doesn't exist is not worth the usual number of retries.
        environment = {"AWS_MAX_ATTEMPTS": "3", "AWS_RETRY_MODE": "standard", **os.environ, "AWS_PAGER": ""}
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=ANSWERS_WITHIN)
        except FileNotFoundError:
            raise AwsError("NoCli", "the AWS CLI is not installed, or is not on the PATH") from None
        except subprocess.TimeoutExpired:
            raise AwsError("NoAnswer", f"the AWS CLI did not respond within {ANSWERS_WITHIN} seconds") from None
        except UnicodeDecodeError:
            raise AwsError("Unreadable", "the AWS CLI printed something that is not text") from None
        if done.returncode != 0:
            raise error_of(done.stderr)
        if not done.stdout.strip():
            return Answer()
        try:
            answer = json.loads(done.stdout, object_hook=Answer)
        except ValueError:
            raise AwsError("Unreadable", "the AWS CLI printed no JSON") from None
        if not isinstance(answer, Answer):
            raise AwsError("Unreadable", "the AWS CLI printed JSON that is not an object")
        return answer

    def invoke(self, function, event):
        """Invokes a Lambda function and returns its result. A function that failed raises `AwsError`."""
        folder = tempfile.mkdtemp()
        try:
            payload, answer = os.path.join(folder, "event.json"), os.path.join(folder, "answer.json")
            with open(payload, "w", encoding="utf-8") as file:
                json.dump(event, file)
            # `fileb://` sends the bytes as they are. With `file://`, version 2 expects base64 and version 1 doesn't.
            said = self.call("lambda", "invoke", "--function-name", function, "--payload", f"fileb://{payload}", answer)
            with open(answer, encoding="utf-8") as file:
                text = file.read()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        try:
            returned = json.loads(text)
        except ValueError:
            raise AwsError("Unreadable", f"the function {function} returned no JSON") from None
        if said.get("FunctionError"):
            kind = returned.get("errorType", said["FunctionError"])
            raise AwsError(kind, returned.get("errorMessage", "the function failed; its log says why"))
        return returned


def error_of(stderr):
    """Converts the CLI's error output to an `AwsError`."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    text = " ".join(lines)
    found = re.search(r"An error occurred \((?P<code>[^)]+)\) when calling the \S+ operation[^:]*: (?P<message>.*)", text)
    if found:
        return AwsError(found["code"], found["message"])
    last = lines[-1] if lines else "the AWS CLI failed without a message"
    patterns = [
        ("NoCredentials", r"Unable to locate credentials|NoCredentials|config profile .* could not be found|"
                          r"Error loading SSO Token|SSO session .* (expired|invalid)|Token has expired|"
                          r"Partial credentials|Error when retrieving credentials"),
        ("NoRegion", r"You must specify a region"),
        ("NoConnection", r"Could not connect to the endpoint URL|Connect timeout|Failed to connect|Could not resolve host|"
                         r"Invalid endpoint"),
    ]
    for code, pattern in patterns:
        if re.search(pattern, text, re.IGNORECASE):
            return AwsError(code, last)
    return AwsError("CliFailed", last)

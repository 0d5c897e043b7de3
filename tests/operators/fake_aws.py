"""An AWS endpoint for the CLI: moto, preceded by a test's own responses where moto has none or can't vary them."""

import http.server
import json
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

from places import TOOLS


class Moto:
    """A moto server on a port that the operating system chose."""

    def __init__(self):
        command = [f"{TOOLS}/bin/moto_server", "--host", "127.0.0.1", "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            found = re.search(r"Running on (http://\S+)", line)
            if found:
                self.url = found[1]
                break
        else:
            raise RuntimeError("moto did not start")
        # Later log output must not fill the pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def reset(self):
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")).close()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class FakeAws:
    """`answers` maps an operation, as `operation_of` names it, to a status and a body, or to a function of the request's
    parameters that returns both. Anything else goes to moto. `seen` lists every operation that was called."""

    def __init__(self, moto):
        self.answers = {}
        self.seen = []
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                operation, parameters = operation_of(self.command, self.path, self.headers, body)
                fake.seen.append(operation)
                answer = fake.answers.get(operation)
                if callable(answer):
                    answer = answer(parameters)
                if answer is not None:
                    status, content = answer
                    text = content if isinstance(content, str) else json.dumps(content)
                    kind = "text/xml" if text.startswith("<") else "application/json"
                    headers = {"Content-Type": kind}
                    if isinstance(content, dict) and "__type" in content:
                        headers["x-amzn-errortype"] = content["__type"]
                    self.respond(status, headers, text.encode())
                    return
                request = urllib.request.Request(moto.url + self.path, body or None, dict(self.headers), method=self.command)
                try:
                    with urllib.request.urlopen(request) as response:
                        self.respond(response.status, dict(response.headers), response.read())
                except urllib.error.HTTPError as error:
                    with error:
                        self.respond(error.code, dict(error.headers), error.read())

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any

            def respond(self, status, headers, body):
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def operation_of(method, path, headers, body):
    """Names the operation of a request in any of AWS's protocols: `CertificateManager.DescribeCertificate`, `DescribeStacks`,
    or `GET /v2/email/account`."""
    if "X-Amz-Target" in headers:
        return headers["X-Amz-Target"], json.loads(body or b"{}")
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if "Action" in form:
            return form["Action"], form
    return f"{method} {path.partition('?')[0].rstrip('/')}", {}


def describe_stacks(name, status, outputs=None, parameters=None):
    """Returns CloudFormation's response about one stack."""
    def members(tag, pairs):
        return "".join(f"<member><{tag}Key>{one}</{tag}Key><{tag}Value>{value}</{tag}Value></member>" for one, value in pairs)

    return 200, (
        '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>'
        f"<StackName>{name}</StackName><StackStatus>{status}</StackStatus><CreationTime>2026-11-22T14:05:00Z</CreationTime>"
        f"<Outputs>{members('Output', (outputs or {}).items())}</Outputs>"
        f"<Parameters>{members('Parameter', (parameters or {}).items())}</Parameters>"
        "</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
    )


def describe_stack_resource(resources):
    """Returns responses about the resources of a stack, by their physical IDs."""
    def answer(parameters):
        name = parameters["LogicalResourceId"]
        if name not in resources:
            return query_error("ValidationError", f"Resource {name} does not exist for stack {parameters['StackName']}")
        return 200, (
            '<DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStackResourceResult>'
            f"<StackResourceDetail><LogicalResourceId>{name}</LogicalResourceId><ResourceType>AWS::Any::Thing</ResourceType>"
            f"<PhysicalResourceId>{resources[name]}</PhysicalResourceId><ResourceStatus>CREATE_COMPLETE</ResourceStatus>"
            "<LastUpdatedTimestamp>2026-11-22T14:05:00Z</LastUpdatedTimestamp></StackResourceDetail>"
            "</DescribeStackResourceResult></DescribeStackResourceResponse>"
        )
    return answer


def query_error(code, message):
    """Returns an error in the format of services that use XML."""
    return 400, (f'<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>'
                 "<RequestId>1</RequestId></ErrorResponse>")

"""The provider as a process: how it starts, what it refuses, how it ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from emulator.provider.aws import NotLoopbackError, Session, loopback_endpoint
from tests.emulator.provider.harness import environment

COMMAND = [sys.executable, "-m", "emulator.provider"]


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "https://ec2.us-east-1.amazonaws.com",
        "http://10.0.0.1:5000",
        "http://127.0.0.1.example.com",
        "localhost:1",
    ],
)
def test_it_refuses_an_endpoint_that_is_not_on_the_loopback(endpoint: str) -> None:
    done = subprocess.run(COMMAND, env=environment(endpoint), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "AWS_ENDPOINT_URL" in done.stderr


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:5000", "http://localhost:1", "http://[::1]:80", "http://127.9.0.1"]
)
def test_the_loopback_is_fine(endpoint: str) -> None:
    assert loopback_endpoint({"AWS_ENDPOINT_URL": endpoint}) == endpoint


def test_a_missing_endpoint_is_named() -> None:
    with pytest.raises(NotLoopbackError, match="AWS_ENDPOINT_URL isn't set"):
        loopback_endpoint({})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_traceback(aws_url: str, number: signal.Signals) -> None:
    process = subprocess.Popen(
        COMMAND, env=environment(aws_url), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert int(process.stdout.readline()) > 0
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""


def test_it_ends_when_its_parent_is_gone(aws_url: str) -> None:
    """The parent starts it, says its id and is killed."""
    script = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, '-m', 'emulator.provider']\n"
        "child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)\n"
        "child.stdout.readline(); print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(aws_url), stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait(timeout=20)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _runs(child):
        time.sleep(0.1)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            return stat.read().split()[2] != "Z"
    except FileNotFoundError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return not os.path.isdir("/proc")  # noqa: PTH112


class Flaky(BaseHTTPRequestHandler):
    """Answers the first requests with what AWS says when it's busy."""

    answers: list[tuple[int, bytes]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """No line a request."""


THROTTLED = (
    b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Slower</Message></Error>"
    b"<RequestId>1</RequestId></ErrorResponse>"
)
IDENTITY = (
    b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    b"<Arn>arn:aws:iam::123456789012:root</Arn><UserId>A</UserId><Account>123456789012</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


def test_throttling_and_server_errors_are_retried(aws_environment: None) -> None:
    server = HTTPServer(("127.0.0.1", 0), Flaky)
    Flaky.answers = [(400, THROTTLED), (503, b""), (500, b""), (200, IDENTITY)]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        session = Session(region="us-east-1", endpoint=f"http://127.0.0.1:{server.server_port}")
        assert session.account == "123456789012"
        assert Flaky.answers == []
    finally:
        server.shutdown()

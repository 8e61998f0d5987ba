"""A stand-in for rails and a real nginx in front of it, both on the loopback."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from components.containers import LogToCloudWatch, NginxSettings, RailsSettings
from components.containers.nginx import Places, nginx, nginx_config

START_SECONDS = 10.0


class Rails(ThreadingHTTPServer):
    """Answers with what it received, as JSON. `/slow?seconds=1` takes its time; an Upgrade is echoed back."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received = 0
        self.counting = threading.Lock()

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Rails

    def do_GET(self) -> None:
        with self.server.counting:
            self.server.received += 1
        if self.headers.get("Upgrade"):
            self._echo()
            return
        query = parse_qs(urlsplit(self.path).query)
        time.sleep(float(query.get("seconds", ["0"])[0]))
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = {"path": self.path, "headers": dict(self.headers.items()), "length": len(body)}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET  # noqa: N815 (the name that http.server looks for)

    def _echo(self) -> None:
        self.send_response(101)
        self.send_header("Upgrade", self.headers["Upgrade"])
        self.send_header("Connection", self.headers["Connection"])
        self.end_headers()
        while data := self.connection.recv(1024):
            self.connection.sendall(data)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_rails() -> Iterator[Rails]:
    server = Rails()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def seen(self) -> dict[str, Any]:
        """What rails received."""
        return json.loads(self.body)

    @property
    def seen_headers(self) -> dict[str, str]:
        return self.seen["headers"]


@dataclass(kw_only=True)
class Nginx:
    port: int
    process: subprocess.Popen[bytes]
    folder: Path
    connections: list[HTTPConnection] = field(default_factory=list)

    def connect(self, timeout: float = 10) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        self.connections.append(connection)
        return connection

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers=headers)

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        connection = self.connect()
        connection.request(method, path, body=body, headers=dict(headers or {}))
        return answer_of(connection.getresponse())

    def log(self, lines: int) -> list[dict[str, Any]]:
        """The access log once it has this many lines (nginx writes each after its answer)."""
        file = self.folder / "access.log"
        wait_until(lambda: len(file.read_text().splitlines()) >= lines, f"{lines} lines in the access log")
        return [json.loads(line) for line in file.read_text().splitlines()]

    def quit(self) -> None:
        """What ECS does: the image's stop signal to the container's first process."""
        self.process.send_signal(signal.SIGQUIT)


def answer_of(response: HTTPResponse) -> Answer:
    return Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())


@contextmanager
def running_nginx(
    binary: str,
    folder: Path,
    rails: RailsSettings,
    *,
    settings: NginxSettings | None = None,
    load_balancer_cidr: str = "127.0.0.0/8",
) -> Iterator[Nginx]:
    """nginx, started by the container's own command with the container's /tmp moved to `folder`."""
    settings = settings or NginxSettings()
    port = _free_port()
    places = Places(
        listen=f"127.0.0.1:{port}", temp=str(folder), access_log=f"{folder}/access.log", error_log="stderr"
    )
    command = container_command(settings, rails).replace("/tmp/", f"{folder}/")  # noqa: S108 (the container's)
    if os.geteuid() == 0:  # root's workers would turn into nobody, who can't write to the folder
        command = command.replace("daemon off;", "daemon off; user root;")
    environment = {
        "NGINX_CONF": nginx_config(settings, rails, load_balancer_cidr, places),
        "PATH": f"{Path(binary).parent}:{os.environ['PATH']}",
    }
    with (folder / "error.log").open("wb") as errors:
        process = subprocess.Popen(
            ["sh", "-c", command], env=environment, stdout=errors, stderr=errors, cwd=folder
        )
    server = Nginx(port=port, process=process, folder=folder)
    try:
        wait_until(lambda: _accepts(server), lambda: f"nginx to start: {(folder / 'error.log').read_text()}")
        yield server
    finally:
        for connection in server.connections:
            connection.close()
        process.terminate()
        process.wait(timeout=10)


def container_command(settings: NginxSettings, rails: RailsSettings) -> str:
    log = LogToCloudWatch(group="logs", region="us-east-1", stream_prefix="web")
    container = nginx(settings, rails, load_balancer_cidr="10.0.0.0/16", log=log, depends_on={})
    assert container.entry_point == ("sh", "-c")
    return container.command[0]


def wait_until(condition: Callable[[], bool], what: str | Callable[[], str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {START_SECONDS} s for {what if isinstance(what, str) else what()}")
        time.sleep(0.02)


def _accepts(server: Nginx) -> bool:
    if server.process.poll() is not None:
        raise RuntimeError(f"nginx ended: {(server.folder / 'error.log').read_text()}")
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", server.port)) == 0


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]

"""The HTTP side: moto's dispatcher behind one lock, with errors a client understands."""

import io
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.backends import get_backend
from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs]
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from emulator.aws import about, failure, patches

log = logging.getLogger("emulator.aws")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Handler(MotoRequestHandler):
    """Logs no request, and keeps connections open: as fast as new ones, and each leaves no socket behind."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No line a request."""


class Application:
    """The WSGI application.

    moto keeps its world in plain dictionaries and guards nothing, so twenty clients that create security
    groups race. Its handlers are bound by the CPU, so one lock costs nothing under the interpreter's own; the
    scheduler takes the same lock. Bodies are read before it is taken: a slow client holds up nobody.
    """

    def __init__(self, *, instance: str) -> None:
        self.instance = instance
        self.lock = threading.RLock()
        self._moto = DomainDispatcherApplication(create_app)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        buffer_body(environ)
        if environ.get("PATH_INFO", "").startswith(about.PREFIX):
            return self._about(environ, start_response)
        answer = Answer()
        with self.lock:
            try:
                chunks: Iterable[bytes] = self._moto(environ, answer.start)
                body = b"".join(chunks)
            except Exception as error:  # noqa: BLE001 - whatever moto raises becomes an answer
                answer, body = failure.answer(environ, error)
        if failure.is_moto_not_found(answer.status, answer.headers):
            answer, body = failure.answer(environ, NotImplementedError())
        start_response(answer.status, answer.headers)
        return [body]

    def warm_up(self) -> None:
        """Imports the services that a stack asks first, so that no request waits for all of one."""
        for service in ("ec2", "sts", "ecr", "secretsmanager", "iam", "s3", "logs", "kms", "elbv2"):
            with self.lock:
                get_backend(service)
                patches.apply(service)

    def _about(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        status, told = about.answer(method, path, environ["wsgi.input"].read(), instance=self.instance)
        body = json.dumps(told).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [body]


class Answer:
    """The status and headers that a WSGI application gave."""

    def __init__(self, status: str = "", headers: list[tuple[str, str]] | None = None) -> None:
        self.status = status
        self.headers = headers or []

    def start(self, status: str, headers: list[tuple[str, str]], *_: object) -> None:
        """The `start_response` that fills this answer."""
        self.status, self.headers = status, headers


def create_app(service: Any) -> Any:
    """moto's application for one service, its patches applied first.

    A service is imported at its first request: all of them together would cost seconds at start.
    """
    if service is None:
        raise NotImplementedError
    get_backend(service)
    patches.apply(service)
    return create_backend_app(service)


def buffer_body(environ: Environ) -> None:
    """Replaces the socket behind the request by its body."""
    if environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)


def bind(*, port: int, instance: str) -> tuple[BaseWSGIServer, Application]:
    """A server that listens on the loopback, on `port` if that is free and else on one that is."""
    application = Application(instance=instance)
    wanted = port if port and is_free(port) else 0
    server = make_server("127.0.0.1", wanted, application, threaded=True, request_handler=Handler)
    # A client that keeps a connection open would otherwise hold up the end of the process.
    server.daemon_threads = True  # pyright: ignore[reportAttributeAccessIssue]
    return server, application


def is_free(port: int) -> bool:
    """Whether the loopback port can be taken; make_server would end the process to say that it can't."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

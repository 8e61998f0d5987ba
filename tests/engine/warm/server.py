"""Forks Python processes with the SDKs in memory: `server.py SOCKET PYTHON`.

What a forked process starts by `sys.executable` is PYTHON, and so forked as well. Nothing of this project is
importable here.
"""

import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, cast

_AWS = ("acm", "appautoscaling", "cloudwatch", "ec2", "ecs", "iam", "kms", "lb", "route53", "s3", "sns")
_IMPORTED = ("asyncio", "boto3", "grpc", "pulumi.policy", *(f"pulumi_aws.{it}" for it in _AWS))

Clients = dict[int, socket.socket]
"""Who waits for which process."""


def main() -> None:
    address, python = sys.argv[1:]
    for name in _IMPORTED:
        hasattr(importlib.import_module(name), "load")  # a module of pulumi_aws loads when it is asked
    gc.freeze()
    # A child that ends wakes the wait for clients up.
    wake, woken = os.pipe2(os.O_NONBLOCK)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    clients: Clients = {}
    while True:
        ready = select.select([listener, wake], [], [])[0]
        if wake in ready:
            os.read(wake, 4096)
            _tell_ends(clients)
        if listener in ready:
            connection = listener.accept()[0]
            with suppress(OSError, ValueError):  # a client that is gone, before its request is whole or after
                _fork(connection, clients, python, [listener.fileno(), wake, woken])


def _fork(connection: socket.socket, clients: Clients, python: str, own: list[int]) -> None:
    head, files, _flags, _address = socket.recv_fds(connection, 8, 3)
    with connection.makefile("rb") as stream:
        request: dict[str, Any] = json.loads(stream.read(int.from_bytes(head, "big")))
    forked = os.fork()
    if not forked:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
            for file in (*own, *(it.fileno() for it in clients.values())):
                os.close(file)
            _become(request, files, connection, python)
        finally:
            os._exit(1)
    for file in files:
        os.close(file)
    clients[forked] = connection
    connection.sendall(forked.to_bytes(8, "big"))


def _tell_ends(clients: Clients) -> None:
    """Tells clients how their processes ended: by an exit code, which for a signal is a shell's."""
    while clients:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if not ended:
            return
        code = os.waitstatus_to_exitcode(status)
        with clients.pop(ended) as connection, suppress(OSError):  # the client may be gone
            connection.sendall((code if code >= 0 else 128 - code).to_bytes(8, "big"))


def _become(request: dict[str, Any], files: list[int], connection: socket.socket, python: str) -> NoReturn:
    """Runs in this process what the client was asked to run, with its files, and ends with its exit code."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    real, sys.executable = sys.executable, python
    threading.Thread(target=_end_with, args=[connection], daemon=True).start()
    code = 0
    try:
        _run(request["arguments"], real)
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else int(leave.code is not None)
        if isinstance(leave.code, str):
            sys.stderr.write(f"{leave.code}\n")
    except BaseException:  # noqa: BLE001 (the interpreter would show it, and there is none above this)
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _end_with(connection: socket.socket) -> None:
    """A client says nothing more: when there is something to read, it is gone."""
    connection.recv(1)
    os.kill(os.getpid(), signal.SIGTERM)


def _run(arguments: list[str], real: str) -> None:
    """As `python [-u] [-P] (-m MODULE | FILE | FOLDER) [ARGUMENT …]` does; all else is the real one's."""
    rest = list(arguments)
    flags: set[str] = set()
    while rest and rest[0] in {"-u", "-P"}:
        flags.add(rest.pop(0))
    if not rest or (rest[0].startswith("-") and rest[0] != "-m"):
        os.execv(real, [real, *arguments])  # noqa: S606
    if "-u" in flags:
        for stream in (sys.stdout, sys.stderr):
            cast("io.TextIOWrapper", stream).reconfigure(write_through=True)
    sys.path[:0] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    is_module = rest[0] == "-m"
    if is_module:
        rest.pop(0)
    path = Path(rest[0]).resolve()
    if "-P" not in flags and (is_module or path.is_file()):
        sys.path.insert(0, str(Path.cwd() if is_module else path.parent))
    sys.argv = rest
    if is_module:
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(str(path) if path.is_dir() else rest[0], run_name="__main__")


if __name__ == "__main__":
    main()

# ruff: noqa: ARG002, N802 (gRPC dictates the methods' names and arguments)
"""`pulumi-language-python` for an engine that was built here: the LanguageRuntime service on the public SDK.

The official host ships only inside the official CLI's download. The engine starts this one as a process,
reads its port from the first line of stdout, and asks it to run the program (in this process), the policy
pack and packages of components (each in a process of its own). Run it as `python -P language_host.py`; it
imports nothing of the project, because the program's directory is the import root.
"""

import asyncio
import contextvars
import importlib.metadata
import os
import queue
import runpy
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import grpc
import pulumi
import pulumi.runtime
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

_MESSAGE_LIMIT = 400 * 1024 * 1024  # bytes, as the SDK's own channels
_PARENT_CHECK = 0.5  # seconds


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs and policy packs for one engine; `over` tells when the engine wants no more of it."""

    def __init__(self) -> None:
        # No threading.Event, whose lock a signal's handler would wait for in the thread that holds it.
        self.over: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._engine_address = ""
        self._runs = threading.Event()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi"))

    def About(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetRequiredPlugins(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, request: Any, context: grpc.ServicerContext) -> Any:
        return language_pb2.GetRequiredPackagesResponse()

    def GetProgramDependencies(self, request: Any, context: grpc.ServicerContext) -> Any:
        installed = sorted((d.name, d.version) for d in importlib.metadata.distributions())
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=name, version=version) for name, version in installed
            ]
        )

    def InstallDependencies(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        yield language_pb2.InstallDependenciesResponse(stdout=b"The locked environment has them (uv sync).\n")

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Empty:
        """Ctrl-C. While a program runs it isn't the end: the engine waits for what it has begun, and that may
        be a hook of the program. It signals the end itself."""
        if not self._runs.is_set():
            self.over.put(None)
        return Empty()

    def Run(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Runs the program. `bail` says that the error was shown, so that the engine adds none of its own."""
        self._runs.set()
        try:
            return contextvars.copy_context().run(_run_program, request, self._engine_address)
        finally:
            self._runs.clear()

    def RunPlugin(self, request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        """Runs a policy pack, or a package of components, and streams its output; it ends with the call."""
        directory = request.info.program_directory
        match request.kind:
            case "analyzer":
                command = ["-m", "pulumi.policy", *request.args, directory]
            case "resource":
                command = [directory, *request.args]
            case kind:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"a plugin of kind {kind!r} can't run here")
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-u", *command],
            cwd=request.pwd,
            env=dict(pair.split("=", 1) for pair in request.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(process.kill)
        yield from _stream(process)


def _run_program(request: Any, engine_address: str) -> Any:
    pulumi.runtime.reset_options(
        project=request.project,
        stack=request.stack,
        organization=request.organization or "organization",
        monitor_address=request.monitor_address,
        engine_address=engine_address,
        parallel=request.parallel,
        preview=request.dryRun,
    )
    pulumi.runtime.set_all_config(dict(request.config), list(request.configSecretKeys))
    directory = Path(request.info.program_directory)
    os.chdir(request.pwd)
    sys.path.insert(0, str(directory))
    program = str(directory / request.info.entry_point)
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(request.parallel, 1) * 4))
    loop.set_exception_handler(lambda _loop, _context: None)  # run_in_stack raises the first failure itself
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _run_path(program)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except BaseException as error:  # noqa: BLE001 (an unanswered Run would hang the engine)
        # An engine that has gone, or stops, has taken the monitor with it: there is nobody to tell.
        if not (isinstance(error, grpc.RpcError) and _code(error) == grpc.StatusCode.UNAVAILABLE):
            pulumi.log.error(
                "Program failed with an unhandled exception:\n" + _user_traceback(error, directory)
            )
    else:
        return language_pb2.RunResponse()
    finally:
        _close(loop)
        sys.stdout.flush()
        sys.stderr.flush()
    return language_pb2.RunResponse(error="the program failed", bail=True)


def _run_path(program: str) -> None:
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as leave:
        if leave.code:
            raise pulumi.RunError(f"Program exited with non-zero exit code: {leave.code}") from leave


def _code(error: grpc.RpcError) -> Any:
    return error.code() if isinstance(error, grpc.Call) else None


def _user_traceback(error: BaseException, directory: Path) -> str:
    """The traceback from the program's first own line on; whole when none of the lines is the program's."""
    frame: TracebackType | None = error.__traceback__
    while frame and not Path(frame.tb_frame.f_code.co_filename).is_relative_to(directory):
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame or error.__traceback__))


def _close(loop: asyncio.AbstractEventLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    with suppress(Exception):
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    loop.close()


def _stream(process: subprocess.Popen[bytes]) -> Iterator[Any]:
    """What the process prints, as it prints it, and its exit code last."""
    chunks: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def copy(stream: IO[bytes], name: str) -> None:
        while data := os.read(stream.fileno(), 65536):
            is_stdout = name == "stdout"
            chunks.put(
                language_pb2.RunPluginResponse(stdout=data)
                if is_stdout
                else language_pb2.RunPluginResponse(stderr=data)
            )
        chunks.put(None)

    streams = [
        (stream, name) for stream, name in ((process.stdout, "stdout"), (process.stderr, "stderr")) if stream
    ]
    for stream, name in streams:
        threading.Thread(target=copy, args=(stream, name), daemon=True).start()
    open_streams = len(streams)
    while open_streams:
        if (chunk := chunks.get()) is None:
            open_streams -= 1
        else:
            yield chunk
    yield language_pb2.RunPluginResponse(exitcode=process.wait())


def main() -> None:
    """Serves until the engine cancels, interrupts or is gone."""
    engine = os.getppid()
    host = LanguageHost()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signal, _frame: host.over.put(None))
    server = grpc.server(
        ThreadPoolExecutor(max_workers=8), options=[("grpc.max_receive_message_length", _MESSAGE_LIMIT)]
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine:
        with suppress(queue.Empty):
            host.over.get(timeout=_PARENT_CHECK)
            break
    server.stop(grace=1).wait()
    sys.stdout.flush()
    os._exit(0)  # a program that is still in a call would hold the interpreter's own exit back


if __name__ == "__main__":
    main()

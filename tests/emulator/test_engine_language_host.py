"""The language host as the engine sees it: a process that prints a port and ends when it is told or left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from emulator.engine import language_host
from emulator.local.process import is_alive

pytestmark = pytest.mark.engine

COMMAND = [sys.executable, "-P", language_host.__file__]


class Host:
    def __init__(self) -> None:
        self.process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.channel = grpc.insecure_channel(f"127.0.0.1:{int(self.process.stdout.readline())}")
        self.stub = language_pb2_grpc.LanguageRuntimeStub(self.channel)

    def end(self) -> tuple[int, str]:
        """The exit code and what was printed as an error."""
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


@pytest.fixture
def host() -> Iterator[Host]:
    running = Host()
    yield running
    running.channel.close()
    running.process.kill()
    running.process.communicate()


def test_it_tells_its_version_and_the_interpreter_that_runs_the_program(host: Host) -> None:
    assert host.stub.GetPluginInfo(Empty()).version == "3.259.0"
    assert host.stub.About(language_pb2.AboutRequest()).executable == sys.executable


def test_it_lists_the_environments_packages_as_dependencies(host: Host) -> None:
    found = host.stub.GetProgramDependencies(language_pb2.GetProgramDependenciesRequest()).dependencies
    assert ("pulumi-aws", "7.51.1") in {(d.name.replace("_", "-"), d.version) for d in found}


def test_it_runs_a_package_of_components_with_the_engines_arguments(host: Host, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import sys; print(sys.argv[1:]); sys.exit(3)")
    info = language_pb2.ProgramInfo(program_directory=str(tmp_path))
    request = language_pb2.RunPluginRequest(
        kind="resource", info=info, args=["127.0.0.1:1"], pwd=str(tmp_path), env=[f"PATH={os.defpath}"]
    )
    *printed, end = host.stub.RunPlugin(request)
    assert b"".join(it.stdout for it in printed) == b"['127.0.0.1:1']\n"
    assert end.exitcode == 3


def test_it_refuses_to_run_any_other_plugin(host: Host) -> None:
    with pytest.raises(grpc.RpcError) as error:
        list(host.stub.RunPlugin(language_pb2.RunPluginRequest(kind="converter")))
    assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_without_a_traceback(host: Host, number: signal.Signals) -> None:
    host.process.send_signal(number)
    assert host.end() == (0, "")


def test_the_engines_cancel_ends_it_without_a_traceback(host: Host) -> None:
    host.stub.Cancel(Empty())
    assert host.end() == (0, "")


def test_signals_during_the_engines_cancel_do_not_keep_it() -> None:
    # Ctrl-C comes twice, from the terminal and from the engine; one host in six waited for ever once.
    hosts = [Host() for _ in range(8)]
    for host in hosts:
        host.stub.GetPluginInfo(Empty())
        host.stub.Cancel.future(Empty())
        for _ in range(200):
            host.process.send_signal(signal.SIGTERM)
    assert [host.end() for host in hosts] == [(0, "")] * len(hosts)


def test_it_ends_when_the_process_that_started_it_is_gone() -> None:
    starter = (
        f"import subprocess; p = subprocess.Popen({COMMAND!r}, stdout=subprocess.PIPE); "
        "p.stdout.readline(); print(p.pid)"
    )
    pid = int(subprocess.run([sys.executable, "-c", starter], capture_output=True, check=True).stdout)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and is_alive(pid):
        time.sleep(0.05)
    assert not is_alive(pid)

"""The embedded AWS of one folder: started in the background, recognised again, and ended."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from emulator.local.environment import process_environment
from emulator.local.failure import LocalStackError
from emulator.local.process import is_alive

ROOT = Path(__file__).resolve().parents[2]
_START_LIMIT = 60.0  # seconds; about one on a quiet machine
_STOP_LIMIT = 10.0  # seconds before an end is forced


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Who answers where: a process, a port of the loopback, and an identity that is new at each start."""

    pid: int
    port: int
    instance: str

    @property
    def url(self) -> str:
        """The endpoint of every AWS API."""
        return f"http://127.0.0.1:{self.port}"

    def run_clock(self, speed: float) -> None:
        """Lets `speed` seconds of ECS's pass in each of the machine's, from now on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("POST", "/_emulator/clock", json.dumps({"speed": speed}))
            answer = connection.getresponse()
            if answer.status != HTTPStatus.OK:
                raise LocalStackError(f"The embedded AWS refused a speed: {answer.read().decode()}")


class EmbeddedAws:
    """The embedded AWS that belongs to `directory`, which holds its aws.json and aws.log."""

    def __init__(self, directory: Path) -> None:
        self._announcement = directory / "aws.json"
        self._log = directory / "aws.log"
        self._directory = directory

    def running(self) -> Announcement | None:
        """The server that answers under this folder's identity; None when there is none."""
        try:
            announced = Announcement(**json.loads(self._announcement.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return announced if _instance_at(announced.port) == announced.instance else None

    def start(self, *, port: int = 0) -> Announcement:
        """Starts the server unless it runs; `port` is only a wish.

        Raises LocalStackError when it doesn't answer in a minute.
        """
        if running := self.running():
            return running
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "emulator.aws",
                    f"--directory={self._directory}",
                    f"--port={port}",
                ],
                env=process_environment({"PYTHONPATH": str(ROOT)}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # it outlives this process and its terminal
            )
        deadline = time.monotonic() + _START_LIMIT
        while time.monotonic() < deadline and process.poll() is None:
            if (running := self.running()) and running.pid == process.pid:
                return running
            time.sleep(0.05)
        if process.poll() is None:
            process.kill()
        raise LocalStackError(
            f"The embedded AWS didn't start (exit code {process.wait()}). Its log, {self._log}, ends with:\n"
            + "\n".join(self._log.read_text(errors="replace").splitlines()[-5:])
        )

    def stop(self) -> bool:
        """Ends the server; whether there was one. A process that isn't this folder's is never touched."""
        running = self.running()
        if running:
            _end(running.pid)
        self._announcement.unlink(missing_ok=True)
        return running is not None


def _instance_at(port: int) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/_emulator/instance")
        answer = json.loads(connection.getresponse().read())
        return str(answer["instance"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_LIMIT
    while is_alive(pid):
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)

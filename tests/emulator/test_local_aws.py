"""The embedded AWS of a folder: found again, never confused with another process."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.local.aws import EmbeddedAws
from emulator.local.failure import LocalStackError
from emulator.local.process import is_alive

pytestmark = pytest.mark.engine


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[EmbeddedAws]:
    embedded = EmbeddedAws(tmp_path)
    yield embedded
    embedded.stop()


def test_a_started_server_is_found_again_and_started_only_once(aws: EmbeddedAws, tmp_path: Path) -> None:
    started = aws.start()
    assert EmbeddedAws(tmp_path).running() == started
    assert aws.start() == started


def test_a_stopped_server_is_gone_with_its_announcement(aws: EmbeddedAws, tmp_path: Path) -> None:
    started = aws.start()
    assert aws.stop()
    assert not is_alive(started.pid)
    assert not (tmp_path / "aws.json").exists()
    assert not aws.stop()


def test_a_taken_port_gives_another(aws: EmbeddedAws) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert aws.start(port=port).port != port


def test_a_killed_server_counts_as_none_and_a_new_one_has_another_identity(aws: EmbeddedAws) -> None:
    first = aws.start()
    os.kill(first.pid, 9)
    while is_alive(first.pid):
        pass
    assert aws.running() is None
    second = aws.start(port=first.port)
    assert second.instance != first.instance
    assert second.port == first.port


def test_two_folders_have_servers_that_know_nothing_of_each_other(aws: EmbeddedAws, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = EmbeddedAws(tmp_path / "other")
    try:
        one, two = aws.start(), other.start()
        assert one.port != two.port
        assert aws.stop()
        assert other.running() == two
    finally:
        other.stop()


def test_a_process_that_took_over_the_announced_id_is_left_alone(aws: EmbeddedAws, tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        announced = {"pid": stranger.pid, "port": unused.getsockname()[1], "instance": "gone"}
        (tmp_path / "aws.json").write_text(json.dumps(announced))
        assert not aws.stop()
        assert stranger.poll() is None
        stranger.kill()


def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "aws.json").mkdir()  # what it has to write can't be written
    with pytest.raises(LocalStackError, match=r"exit code 1[\s\S]*IsADirectoryError"):
        EmbeddedAws(tmp_path).start()

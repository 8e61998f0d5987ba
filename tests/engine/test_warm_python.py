"""The Python of what the engine starts in these tests does what the real one does."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.traffic import until

TELL = """
import json, os, sys
print(json.dumps([__name__, sys.argv[1:], sys.path[0], os.getcwd(), os.environ["SAID"], sys.stdin.read()]))
"""
PROGRAMS = {
    "well": TELL,
    "with a code": f"{TELL}\nsys.exit(3)",
    "with a word": f"{TELL}\nsys.exit('wrong')",
    "with an error": f"{TELL}\nraise LookupError('wrong')",
    "after another": f"{TELL}\nimport subprocess\nsubprocess.run([sys.executable, '-c', 'print(1)'])",
    "after a module": f"{TELL}\nimport subprocess\nsubprocess.run([sys.executable, '-m', 'keyword'])",
}
STARTS = {
    "file": ["program.py"],
    "folder": ["package"],
    "module": ["-m", "program"],
    "file without a path": ["-u", "-P", "program.py"],
    "command": ["-c", "import sys; print(sys.argv)"],
}
WAITS = """
import os, time
print(os.getpid(), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", STARTS)
@pytest.mark.parametrize("ends", PROGRAMS)
def test_a_process_reads_says_and_ends_as_the_real_one(python: Path, tmp_path: Path, how: str, ends: str):
    (tmp_path / "package").mkdir()
    for name in ("program.py", "package/__main__.py"):
        (tmp_path / name).write_text(PROGRAMS[ends])
    ours, theirs = (
        subprocess.run(
            [it, *STARTS[how], "one", "two"],
            cwd=tmp_path,
            env={**os.environ, "SAID": "this"},
            input="read",
            capture_output=True,
            text=True,
            check=False,
        )
        for it in (python, sys.executable)
    )
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)
    assert ours.stderr.splitlines()[-1:] == theirs.stderr.splitlines()[-1:]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_process_ends_with_the_one_that_stands_for_it(python: Path, tmp_path: Path, number: int):
    (tmp_path / "waits.py").write_text(WAITS)
    with subprocess.Popen([python, tmp_path / "waits.py"], stdout=subprocess.PIPE) as started:
        assert started.stdout
        process = int(started.stdout.readline())
        assert process != started.pid
        started.send_signal(number)
        assert started.wait(timeout=10) != 0
    until(lambda: not Path("/proc", str(process)).exists(), seconds=10)


def test_a_process_ends_when_who_started_it_is_gone(python: Path, tmp_path: Path):
    (tmp_path / "waits.py").write_text(WAITS)
    starts = f"import subprocess\nsubprocess.run([{str(python)!r}, 'waits.py'])"
    command = [sys.executable, "-c", starts]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        process = int(starter.stdout.readline())
        starter.kill()
    until(lambda: not Path("/proc", str(process)).exists(), seconds=10)

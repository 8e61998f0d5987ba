"""An interrupt of the driver reaches the engine once, and its end is waited for."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from emulator.local.aws import ROOT
from emulator.local.process import run

# Stands in for the engine: counts interrupts for half a second after the first, and ends with 1.
COUNTER = """
import signal, sys, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("ready", flush=True)
while not seen:
    time.sleep(0.01)
time.sleep(0.5)
print("interrupts:", len(seen), flush=True)
sys.exit(1)
"""
DRIVER = f"""
import os, sys
from pathlib import Path
from emulator.local.process import run
done = run([sys.executable, "-c", {COUNTER!r}], environment=os.environ, directory=Path("/"), capture=False)
print("driver saw", done.returncode, flush=True)
"""
# Stands in for the engine: has its driver interrupted, and ends when the interrupt comes back to it.
INTERRUPTER = """
import os, signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(1))
time.sleep(0.3)
os.kill(os.getppid(), signal.SIGINT)
time.sleep(20)
"""
CAPTURING = f"""
import os, sys
from pathlib import Path
from emulator.local.process import run
try:
    run([sys.executable, "-c", {INTERRUPTER!r}], environment=os.environ, directory=Path("/"), capture=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def interrupted(*, whole_group: bool) -> str:
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as driver:
        assert driver.stdout
        assert driver.stdout.readline() == "ready\n"
        send = os.killpg if whole_group else os.kill
        send(driver.pid, signal.SIGINT)
        return driver.communicate(timeout=20)[0]


def test_an_interrupt_of_the_driver_alone_is_passed_on() -> None:
    assert interrupted(whole_group=False) == "interrupts: 1\ndriver saw 1\n"


def test_an_interrupt_of_the_whole_group_arrives_once_too() -> None:
    assert interrupted(whole_group=True) == "interrupts: 1\ndriver saw 1\n"


def test_an_interrupt_isnt_lost_where_the_output_is_captured() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CAPTURING], cwd=ROOT, capture_output=True, text=True, timeout=10, check=True
    )
    assert done.stdout == "interrupted\n"


def test_output_and_exit_code_come_back() -> None:
    command = ["/bin/sh", "-c", "echo out; echo err >&2; exit 3"]
    done = run(command, environment={"PATH": os.defpath}, directory=Path("/"), capture=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")

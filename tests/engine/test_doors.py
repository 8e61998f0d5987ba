"""The three doors of the policies agree, finding for finding, on this program with thirty mistakes."""

import re
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from ecs_policies.audit.state import read
from ecs_policies.catalogue import ALL
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.registered import stack_of
from ecs_policies.judging import Judge
from ecs_policies.model import Stack

from emulator.local.aws import ROOT
from emulator.local.events import Result
from emulator.local.stack import PACK, LocalStack
from tests.engine.mistakes import EXPECTED

Found = tuple[str, str, str, bool]
"""A finding: its rule, the resource's URN, the fingerprint, and whether it says that it can't be judged."""

SOURCE = f"""\
import sys

sys.path.insert(0, {str(ROOT)!r})
from tests.engine.mistakes import run

run()
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with all mistakes, and without the exemptions of the one that has none."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("Pulumi.yaml", "Pulumi.local.yaml"):
        shutil.copy(ROOT / name, folder)
    # The committed environment is beside the committed program.
    settings = (folder / "Pulumi.yaml").read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}")
    (folder / "Pulumi.yaml").write_text(settings)
    (folder / "__main__.py").write_text(SOURCE)
    return folder


@pytest.fixture(scope="module")
def gated(program: Path) -> Counter[Found]:
    (recording,) = record_stacks(program, ["local"])
    assert (recording.error, recording.unanswered) == (None, ())
    return judged(stack_of(recording))


def judged(stack: Stack) -> Counter[Found]:
    verdict = Judge(rules=ALL, today=date(2026, 11, 27)).stack(stack)
    return Counter((it.rule, it.resource, it.fingerprint, it.unverifiable) for it in verdict.findings)


def told(result: Result) -> Counter[Found]:
    """What the pack told the engine."""
    found: Counter[Found] = Counter()
    for it in result.violations:
        (fingerprint,) = re.findall(r"^fingerprint: ([0-9a-f]{16})$", it.message, re.MULTILINE)
        found[it.policy, it.urn, fingerprint, ": can't be judged: " in it.message] += 1
    return found


def test_the_gate_finds_each_mistake(gated: Counter[Found]):
    assert len(EXPECTED) >= 30
    found = {(rule, urn.rpartition("::")[2]) for rule, urn, _, unsure in gated if not unsure}
    assert EXPECTED - found == set()


def test_the_engine_and_the_audit_find_what_the_gate_finds_and_no_more(
    empty_stack: LocalStack, program: Path, gated: Counter[Found]
):
    first = empty_stack.preview(program=program)
    assert first.code != 0
    assert told(first) == gated
    empty_stack.pack = None
    up = empty_stack.up(program=program)
    assert up.code == 0, up.stdout + up.stderr
    assert told(empty_stack.preview(program=program, pack=PACK)) == gated
    state = empty_stack.pulumi("stack", "export", "--show-secrets", "--stack", empty_stack.stack)
    assert judged(read(state.stdout)) == gated
    assert "hunter2" not in first.stdout + first.stderr

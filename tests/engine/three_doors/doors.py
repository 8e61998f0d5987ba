"""The three doors of the rules, each with what it finds as values that can be compared."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ecs_policies.audit.__main__ import main as run_audit
from ecs_policies.gate.__main__ import main as run_gate

from emulator.local.events import Result
from emulator.local.stack import LocalStack

_EXEMPTED = "exempted until "
_CLAIM = re.compile(r"(?P<path>[^\n]*?): (?P<unsure>can't be judged: )?")


class Found(NamedTuple):
    """What a door says of one place. `level` is what it does: mandatory, advisory, or exempted."""

    rule: str
    urn: str
    path: str
    unverifiable: bool
    level: str

    @property
    def name(self) -> str:
        """The resource's logical name."""
        return self.urn.rpartition("::")[2]

    @property
    def place(self) -> tuple[str, str, str]:
        """Rule, logical name and path."""
        return self.rule, self.name, self.path


Findings: TypeAlias = Counter[Found]
"""How often each is told, which is once."""


def engine(result: Result) -> Findings:
    """What the pack told the engine."""
    found: Findings = Counter()
    for it in result.violations:
        _title, first, *rest = it.message.split("\n")
        exempted = first.startswith(_EXEMPTED)
        claim = _CLAIM.match(rest[0] if exempted else first)
        assert claim, it.message
        level = "exempted" if exempted else it.level
        found[Found(it.policy, it.urn, claim["path"], bool(claim["unsure"]), level)] += 1
    return found


def gate(program: Path, *options: str) -> Findings:
    """What the gate finds in a program's local stack."""
    report = program / "gate.json"
    code = run_gate(["--program", str(program), "--stack", "local", "--json", str(report), *options])
    return _reported(report, code)


def audit(stack: LocalStack, program: Path, *options: str, shown: bool = True) -> Findings:
    """What the audit finds in a stack that stands, with its secrets `shown` or not."""
    report, state = program / "audit.json", program / "state.json"
    secrets = ["--show-secrets"] if shown else []
    exported = stack.pulumi("stack", "export", *secrets, "--stack", "local", "--file", str(state))
    assert exported.code == 0, exported.stderr
    code = run_audit(["--program", str(program), "--state", str(state), "--json", str(report), *options])
    return _reported(report, code)


def _reported(report: Path, code: int) -> Findings:
    """A JSON report's findings, of a run that could judge all there is."""
    content: dict[str, Any] = json.loads(report.read_text())
    (stack,) = content["stacks"]
    assert (stack["error"], stack["unanswered"]) == (None, [])
    assert code == content["exit_code"]
    found = [(it, str(it["level"])) for it in stack["findings"]]
    found += [(it["finding"], "exempted") for it in stack["exempted"]]
    return Counter(
        Found(it["rule"], it["resource"], it["path"], it["unverifiable"], level) for it, level in found
    )

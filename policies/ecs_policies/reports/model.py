"""What a door found in each stack, before it becomes a table, SARIF, JUnit, Markdown or JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from ecs_policies.catalogue import ALL
from ecs_policies.checks.cost import Bill
from ecs_policies.judging import Verdict
from ecs_policies.model import Finding, Level, Rule, Severity

_WORST_FIRST = tuple(reversed(Severity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One stack: its verdict, or why there is none.

    `error` says why the program's registrations couldn't be had; `unanswered` names what the program asked
    for that the gate can't answer (invokes, stack references), so that the verdict isn't whole. `assumed`
    names the look-ups that were answered as if they found something, by made-up values. `known` are
    findings that the baseline has already: they are counted and not shown. `seconds` is how long it
    took, `bill` what the stack costs a month. `folder` is the program's, relative to the repository's root,
    and empty if that is it.
    """

    project: str
    stack: str
    resources: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    known: tuple[Finding, ...] = ()
    unanswered: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    error: str | None = None
    seconds: float = 0.0
    bill: Bill | None = None
    folder: str = ""

    @property
    def whole(self) -> bool:
        """Whether everything in the stack could be looked at."""
        return not self.error and not self.unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All stacks that a door judged. Findings of `level` and above fail it.

    `rules` are the rules that judged, without those that the config disables: a report says of each whether
    it holds, and every finding is of one of them.
    """

    stacks: tuple[Judged, ...]
    level: Level = Level.MANDATORY
    rules: tuple[Rule, ...] = ALL

    @property
    def several(self) -> bool:
        """Whether the stacks are of several projects."""
        return len({it.project for it in self.stacks}) > 1

    def name_of(self, judged: Judged) -> str:
        """A stack's name, with its project's where there are several: `web-application/dev`."""
        return f"{judged.project}/{judged.stack}" if self.several else judged.stack

    @property
    def exit_code(self) -> int:
        """0: clean at this level; 1: findings; 2: something couldn't be judged at all."""
        if not all(it.whole for it in self.stacks):
            return 2
        return int(any(self.failing(it) for it in self.stacks))

    def fails(self, finding: Finding) -> bool:
        """Whether the finding is at the report's level or above."""
        return finding.level is Level.MANDATORY or self.level is Level.ADVISORY

    def failing(self, judged: Judged) -> tuple[Finding, ...]:
        """The findings of a stack at the report's level or above."""
        return tuple(it for it in judged.verdict.findings if self.fails(it))

    def worst_first(self, judged: Judged) -> list[Finding]:
        """The findings of a stack by severity, and those of one severity in the order of the rules."""
        order = {it.id: index for index, it in enumerate(self.rules)}
        return sorted(
            judged.verdict.findings, key=lambda it: (_WORST_FIRST.index(it.severity), order[it.rule])
        )

    def broken(self) -> tuple[Rule, ...]:
        """The rules that have a finding to show in some stack, in their order."""
        shown = {finding.rule for it in self.stacks for finding in it.verdict.findings}
        return tuple(it for it in self.rules if it.id in shown)

"""A case of a rule as data: a stack, and exactly what the rule finds in it.

Cases are tables, so that one test runs them all and another proves, by breaking a rule in every way, that
some case would notice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ecs_policies.model import UNKNOWN, Finding, Resource, Rule, Stack
from ecs_policies.reading.values import has_unknown

from tests.policies.stacks import judged, unverified, violations


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`says` goes on from "the rule …": "finds a privileged container", "takes one that …".

    `finds` and `unsure` are logical name and path of each finding that is a judgement, and of each that says
    it can't be judged. `malformed` marks that the stack holds what no provider would take. `told` are parts
    of the findings' text.
    """

    rule: str
    says: str
    stack: tuple[Resource, ...]
    finds: tuple[tuple[str, str], ...] = ()
    unsure: tuple[tuple[str, str], ...] = ()
    malformed: bool = False
    told: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def id(self) -> str:
        """The case's name in a test run."""
        return f"{self.rule} {self.says}"

    def found(self, rule: Rule) -> list[Finding]:
        """What the rule finds in the case's stack."""
        return judged(rule, Stack(self.stack), **self.options)

    def complaint(self, rule: Rule) -> str | None:
        """How what the rule finds differs from what it should; None if it doesn't."""
        findings = self.found(rule)
        if sorted(violations(findings)) != sorted(self.finds):
            return f"finds {sorted(violations(findings))} and not {sorted(self.finds)}"
        if sorted(unverified(findings)) != sorted(self.unsure):
            return f"is unsure of {sorted(unverified(findings))} and not of {sorted(self.unsure)}"
        text = "\n".join(it.text for it in findings)
        return next((f"doesn't tell {it!r} in:\n{text}" for it in self.told if it not in text), None)

    def kinds(self) -> Iterator[str]:
        """Which of the four kinds of case that each rule needs this one is."""
        if not self.finds and not self.unsure:
            yield "passes"
        if self.finds:
            yield "fails"
        if self.unsure and any(has_unknown(dict(it.properties)) for it in self.stack):
            yield "unknown"
        if self.malformed and (self.finds or self.unsure):
            yield "malformed"


__all__ = ["UNKNOWN", "Case"]

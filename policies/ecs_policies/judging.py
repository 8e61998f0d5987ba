"""All rules over one stack, the same at every door: what stands, and what an exemption answers for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ecs_policies.config import Config
from ecs_policies.exemptions import Exempted, Exemptions
from ecs_policies.model import Finding, Level, Resource, Rule, Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules found in one stack: what stands, and what an exemption answers for."""

    findings: tuple[Finding, ...] = ()
    exempted: tuple[Exempted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The rules with a config, and the exemptions of a given day."""

    rules: tuple[Rule, ...]
    config: Config = field(default_factory=Config)
    exemptions: Exemptions = field(default_factory=Exemptions)
    today: date

    def stack(self, stack: Stack, *, whole: bool = True) -> Verdict:
        """Every rule over the stack, and the exemptions' own findings.

        Of a stack that isn't known as a `whole`, no exemption is said to be unused.
        """
        found = [it for rule in self.rules for it in self._of(rule, stack)]
        open_, exempted = self.exemptions.applied(found, self.today)
        about = self.exemptions.findings(stack, exempted, self.today, whole=whole)
        return Verdict(findings=(*open_, *(self._levelled(about))), exempted=tuple(exempted))

    def resource(self, resource: Resource) -> Verdict:
        """The rules that need one resource alone, over this one."""
        found = [
            it
            for rule in self.rules
            if resource.kind in rule.types and (level := self.config.level(rule)) is not Level.DISABLED
            for it in rule.judge_resource(resource, self.config.of(rule), level)
        ]
        open_, exempted = self.exemptions.applied(found, self.today)
        return Verdict(findings=tuple(open_), exempted=tuple(exempted))

    def _of(self, rule: Rule, stack: Stack) -> list[Finding]:
        level = self.config.level(rule)
        return [] if level is Level.DISABLED else rule.judge(stack, self.config.of(rule), level)

    def _levelled(self, findings: Iterable[tuple[Rule, Finding]]) -> list[Finding]:
        levels = ((it, self.config.level(rule)) for rule, it in findings)
        return [it for it, level in levels if level is not Level.DISABLED]

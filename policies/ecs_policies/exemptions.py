"""Findings that somebody answers for until a day: one reviewed file, the same at every door.

`policy-exemptions.yaml` stands beside the program's Pulumi.yaml. An exemption holds for one finding, named by
its fingerprint, on the resources whose URN one of its patterns matches (part by part, `*` within a part). One
that has expired, that nothing uses, or whose pattern names no resource is a finding itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import yaml

from ecs_policies.kinds import STACK
from ecs_policies.model import Finding, Problem, Resource, Rule, Severity, Stack

FILE = "policy-exemptions.yaml"
_KEYS = ("rule", "resource", "fingerprint", "reason", "owner", "expires")
_FIX = "Review it: renew it with a reason of today, or delete it and mend the finding."

EXPIRED = Rule(
    id="exemptions.expired",
    title="An exemption holds until its day",
    severity=Severity.MEDIUM,
    why="What was accepted for a time is accepted for ever if nobody looks again.",
    fix=_FIX,
)
UNUSED = Rule(
    id="exemptions.unused",
    title="An exemption answers for a finding",
    # Advisory: who mends a finding in one stack isn't stopped there by what is left to delete.
    severity=Severity.LOW,
    why="One that nothing needs today would hide tomorrow's mistake.",
    fix="Delete it.",
)
TOO_WIDE = Rule(
    id="exemptions.too-wide",
    title="An exemption names its resource",
    severity=Severity.MEDIUM,
    why="A pattern for any type or any name doesn't say what was reviewed.",
    fix="Give the type and the logical name of the resource: urn:pulumi:*::project::*type::name.",
)
RULES = (EXPIRED, UNUSED, TOO_WIDE)
"""What is said of exemptions; they have no judge of their own."""


class ExemptionError(ValueError):
    """A file of exemptions that can't be read; says which entry and key, and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One accepted finding. `resources` are patterns of URNs; `expires` is the last day on which it holds."""

    rule: str
    resources: tuple[str, ...]
    fingerprint: str
    reason: str
    owner: str
    expires: date

    def covers(self, finding: Finding) -> bool:
        """Whether it answers for this finding, whatever the day."""
        return (self.rule, self.fingerprint) == (finding.rule, finding.fingerprint) and any(
            _matches(it, finding.resource) for it in self.resources
        )

    def concerns(self, urn: str) -> bool:
        """Whether it speaks of the stack and project of this URN."""
        return any(_matches(it, urn, parts=2) for it in self.resources)

    @property
    def title(self) -> str:
        """The exemption in a few words."""
        return f"{self.rule} on {', '.join(self.resources)} ({self.fingerprint}, {self.owner})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempted:
    """A finding and who answers for it."""

    finding: Finding
    exemption: Exemption


@dataclass(frozen=True, slots=True)
class Exemptions:
    """All the exemptions of a program."""

    entries: tuple[Exemption, ...] = ()

    def applied(self, findings: Iterable[Finding], today: date) -> tuple[list[Finding], list[Exempted]]:
        """The findings that stand, and those that an exemption answers for today."""
        open_: list[Finding] = []
        exempted: list[Exempted] = []
        for finding in findings:
            exemption = next((it for it in self.entries if it.expires >= today and it.covers(finding)), None)
            if exemption:
                exempted.append(Exempted(finding=finding, exemption=exemption))
            else:
                open_.append(finding)
        return open_, exempted

    def findings(
        self, stack: Stack, exempted: Iterable[Exempted], today: date, *, whole: bool = True
    ) -> list[tuple[Rule, Finding]]:
        """What is to be said of the exemptions themselves, as far as they concern this stack."""
        root = _root(stack)
        if root is None:
            return []
        used = {id(it.exemption) for it in exempted}
        said = [
            (rule, Problem(resource=root, path=f"{FILE}[{it.fingerprint}]", message=message))
            for it in self.entries
            if it.concerns(root.urn)
            for rule, message in _said(it, today, needed=id(it) in used or not whole)
        ]
        return [(rule, rule.finding(problem)) for rule, problem in said]


def _said(exemption: Exemption, today: date, *, needed: bool) -> Iterator[tuple[Rule, str]]:
    if exemption.expires < today:
        yield EXPIRED, f"{exemption.title} expired on {exemption.expires}"
    elif not needed:
        yield UNUSED, f"{exemption.title} answers for no finding of this stack"
    wide = [it for it in exemption.resources if any(not part.strip("*?$") for part in it.split("::")[2:])]
    if wide:
        yield TOO_WIDE, f"{exemption.title}: {', '.join(wide)} is for any type or any name"


def _root(stack: Stack) -> Resource | None:
    """The stack's own resource, made up where a door doesn't show it."""
    own = stack.of_type(STACK)
    if own:
        return own[0]
    for it in stack.resources:
        _, name, project, *_ = (*it.urn.replace("urn:pulumi:", "urn::", 1).split("::"), "", "")
        return Resource(
            type=STACK, urn=f"urn:pulumi:{name}::{project}::{STACK}::{project}-{name}", properties={}
        )
    return None


def _matches(pattern: str, urn: str, parts: int = 4) -> bool:
    wanted, given = pattern.split("::", 3), urn.split("::", 3)
    return all(fnmatchcase(b, a) for a, b in list(zip(wanted, given, strict=False))[:parts])


def load(path: Path, rules: Sequence[Rule]) -> Exemptions:
    """The exemptions of a file; none if there is no file. Raises `ExemptionError`."""
    if not path.exists():
        return Exemptions()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ExemptionError(f"{path.name} isn't YAML: {' '.join(str(error).split())}") from None
    return parse(content, rules, path.name)


def parse(content: Any, rules: Sequence[Rule], name: str = FILE) -> Exemptions:
    """The exemptions of a file's content, a list under `exemptions`. Raises `ExemptionError`."""
    entries = cast("dict[str, Any]", content).get("exemptions") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise ExemptionError(f"{name} has no list `exemptions`")
    known = {it.id for it in rules}
    entries = cast("list[Any]", entries)
    return Exemptions(
        tuple(_entry(it, known, f"{name}, entry {index}") for index, it in enumerate(entries, 1))
    )


def _entry(content: Any, known: set[str], where: str) -> Exemption:
    if not isinstance(content, dict):
        raise ExemptionError(f"{where} isn't an object; it needs {', '.join(_KEYS)}")
    entry = cast("dict[str, Any]", content)
    for key in _KEYS:
        if not entry.get(key):
            raise ExemptionError(f"{where}: {key} is missing")
    for key in entry:
        if key not in _KEYS:
            raise ExemptionError(f"{where}: {key} is no key of an exemption; known are {', '.join(_KEYS)}")
    patterns = tuple(str(it) for it in cast("list[Any]", _listed(entry["resource"])))
    if str(entry["rule"]) not in known:
        raise ExemptionError(f"{where}: rule {entry['rule']} isn't a rule; see docs/policies.md")
    if not re.fullmatch("[0-9a-f]{16}", str(entry["fingerprint"])):
        raise ExemptionError(
            f"{where}: fingerprint {entry['fingerprint']} isn't sixteen hexadecimal digits; reports show them"
        )
    for pattern in patterns:
        if len(pattern.split("::")) != 4 or not pattern.startswith("urn:pulumi:"):
            raise ExemptionError(
                f"{where}: resource {pattern} isn't a URN's pattern, urn:pulumi:STACK::PROJECT::TYPE::NAME"
            )
    # A time of a day is a date to Python too.
    if type(entry["expires"]) is not date:
        raise ExemptionError(f"{where}: expires {entry['expires']} isn't a day; write it as 2027-01-31")
    return Exemption(
        rule=entry["rule"],
        resources=patterns,
        fingerprint=str(entry["fingerprint"]),
        reason=str(entry["reason"]),
        owner=str(entry["owner"]),
        expires=entry["expires"],
    )


def _listed(value: Any) -> Any:
    return cast(Any, value) if isinstance(value, list) else [value]

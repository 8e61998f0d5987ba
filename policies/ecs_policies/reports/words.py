"""How reports say things: the same words in a terminal, a pull request and a file for a machine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecs_policies.exemptions import Exempted
from ecs_policies.model import Finding, Level
from ecs_policies.reports.model import Judged, Report

TOOL = "ecs-policies"

# Halves of surrogate pairs no file can hold; control characters and non-characters XML can't, and in a
# terminal they would steer it; marks that turn the direction of text would let a name pass for another.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def clean(text: str) -> str:
    """The text with U+FFFD for each character that a report can't show; lines and tabs stay."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


def shortened(text: str, limit: int) -> str:
    """The text, or what of it fits into so many characters, with a mark that it goes on."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def counted(number: int, noun: str) -> str:
    """The number with its noun: `1 finding`, `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(names: list[str]) -> str:
    """The names as a sentence has them: `dev, staging and prod`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


@dataclass(frozen=True, slots=True)
class Place:
    """A resource as a reader knows it: its logical name and its type as the program writes it."""

    name: str
    type: str

    @classmethod
    def of(cls, urn: str) -> Place:
        """The place that a URN names; a text that is no URN is a name without a type."""
        _, found, rest = urn.partition("::")
        _, _, rest = rest.partition("::")
        types, separator, name = rest.partition("::")
        if not (found and separator):
            return cls(clean(urn), "")
        package, _, token = types.rpartition("$")[2].partition(":")
        module, _, class_ = token.rpartition(":")
        parts = (package, module.partition("/")[0], class_)
        return cls(clean(name), clean(".".join(it for it in parts if it)))

    def __str__(self) -> str:
        return f"{self.name} ({self.type})" if self.type else self.name


def said(finding: Finding) -> str:
    """What is wrong, or why that can't be said."""
    doubt = "can't be judged: " if finding.unverifiable else ""
    return clean(doubt + finding.message)


def accepted(it: Exempted) -> str:
    """Who answers for an exempted finding, until when and why."""
    exemption = it.exemption
    return clean(f"exempted until {exemption.expires} by {exemption.owner}: {exemption.reason}")


def asked(unanswered: str) -> str:
    """What an unanswered question means."""
    return clean(f"The verdict isn't whole: the gate can't answer {unanswered}")


def about(judged: Judged) -> str:
    """A stack's numbers: resources, how long they took, what was assumed, what the baseline knows."""
    parts = [counted(judged.resources, "resource"), f"{judged.seconds:.1f} s"]
    if judged.assumed:
        parts.append(f"{counted(len(judged.assumed), 'look-up')} assumed to find something")
    if judged.known:
        parts.append(f"{counted(len(judged.known), 'finding')} known from the baseline")
    return ", ".join(parts)


def result(report: Report) -> str:
    """The report in one line."""
    stacks = counted(len(report.stacks), "stack")
    failing = [number for it in report.stacks if (number := len(report.failing(it)))]
    below = sum(len(it.verdict.findings) for it in report.stacks) - sum(failing)
    level = "mandatory" if report.level is Level.MANDATORY else "advisory or mandatory"
    at = f"at the gate's level ({level})"
    lost = [clean(report.name_of(it)) for it in report.stacks if not it.whole]
    parts = [f"could not judge {listed(lost)}"] if lost else []
    if failing:
        number = counted(sum(failing), "finding")
        parts.append(f"{number} {at} in {len(failing)} of {stacks}")
    elif not lost:
        parts.append(f"clean: no finding {at} in {stacks}")
    if below:
        parts.append(f"{counted(below, 'finding')} below it")
    return "; ".join(parts)

"""The report as JUnit XML (the schema of Apache Ant's JUnitReport), which every CI shows as tests.

A rule that holds in a stack is a test that passed. A rule that a resource breaks is one that failed, or,
where it couldn't be judged, one with an error. What doesn't fail the gate doesn't fail here: a finding below
its level, an exempted one and one that the baseline has are skipped tests, which say why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from ecs_policies.exemptions import Exempted
from ecs_policies.model import Finding
from ecs_policies.reports import words
from ecs_policies.reports.model import Judged, Report
from ecs_policies.reports.words import Place, clean


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One test. `outcome` is the element that says how it ended, none for one that passed."""

    group: str
    name: str
    outcome: str | None = None
    message: str = ""
    text: str = ""


def render(report: Report, when: datetime | None = None) -> str:
    """The report as a file's content. `when` is when the stacks were judged, now unless it's given."""
    when = when or datetime.now(UTC)
    root = ET.Element("testsuites")
    for index, judged in enumerate(report.stacks):
        root.append(_suite(report, judged, index, when))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: Report, judged: Judged, index: int, when: datetime) -> ET.Element:
    cases = list(_cases(report, judged))
    outcomes = [it.outcome for it in cases]
    name = report.name_of(judged)
    suite = ET.Element(
        "testsuite",
        name=_name(name),
        package=_name(judged.project),
        id=str(index),
        timestamp=when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname="localhost",
        tests=str(len(cases)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error")),
        skipped=str(outcomes.count("skipped")),
        time=f"{judged.seconds:.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in (("level", report.level.value), ("resources", judged.resources)):
        ET.SubElement(properties, "property", name=key, value=str(value))
    for case in cases:
        suite.append(_case(name, case))
    ET.SubElement(suite, "system-out").text = words.about(judged)
    ET.SubElement(suite, "system-err").text = "\n".join(_lost(judged))
    return suite


def _case(stack: str, case: _Case) -> ET.Element:
    element = ET.Element("testcase", classname=_name(f"{stack}.{case.group}"), name=case.name, time="0")
    if case.outcome:
        attributes = {"message": case.message}
        if case.outcome != "skipped":
            attributes["type"] = case.group
        ET.SubElement(element, case.outcome, attributes).text = case.text
    return element


def _cases(report: Report, judged: Judged) -> Iterator[_Case]:
    if judged.error:
        yield _Case(
            group="gate", name="The program can be judged", outcome="error", message=clean(judged.error)
        )
    for it in judged.unanswered:
        yield _Case(group="gate", name=f"Answer {_name(it)}", outcome="error", message=words.asked(it))
    found = _by_place(judged)
    for (_, urn), (findings, exempted) in found.items():
        yield _broken(report, urn, findings, exempted)
    if judged.error:
        return
    shown = {id_ for id_, _ in found}
    known = {it.rule for it in judged.known}
    for rule in report.rules:
        if rule.id not in shown:
            outcome = "skipped" if rule.id in known else None
            why = "its findings are known from the baseline" if outcome else ""
            yield _Case(group=rule.id, name=rule.title, outcome=outcome, message=why)


_Found = dict[tuple[str, str], tuple[list[Finding], list[Exempted]]]


def _by_place(judged: Judged) -> _Found:
    """Findings, and exempted ones, by rule and resource."""
    found: _Found = {}
    for it in judged.verdict.findings:
        found.setdefault((it.rule, it.resource), ([], []))[0].append(it)
    for it in judged.verdict.exempted:
        found.setdefault((it.finding.rule, it.finding.resource), ([], []))[1].append(it)
    return found


def _broken(report: Report, urn: str, findings: list[Finding], exempted: list[Exempted]) -> _Case:
    failing = [it for it in findings if report.fails(it)]
    if not failing:
        outcome = "skipped"
    elif all(it.unverifiable for it in failing):
        outcome = "error"
    else:
        outcome = "failure"
    lines = [_line(it) for it in findings]
    lines += [f"{_line(it.finding)}\n{words.accepted(it)}" for it in exempted]
    first = findings[0] if findings else exempted[0].finding
    summary = [f"{clean(it.path)}: {words.said(it)}" for it in failing or findings]
    return _Case(
        group=first.rule,
        name=_name("::".join(urn.split("::")[2:]) or urn),
        outcome=outcome,
        message="; ".join(summary) or words.accepted(exempted[0]),
        text="\n\n".join(
            (f"{Place.of(urn)}, {first.severity.value}", *lines, f"why: {first.why}\nfix: {first.fix}")
        ),
    )


def _line(finding: Finding) -> str:
    source = f"\n{clean(finding.source.file)}:{finding.source.line}" if finding.source else ""
    level = f"{finding.level.value}, fingerprint {finding.fingerprint}"
    return f"{clean(finding.path)}: {words.said(finding)}\n{level}{source}"


def _lost(judged: Judged) -> list[str]:
    return [*filter(None, [clean(judged.error or "")]), *(words.asked(it) for it in judged.unanswered)]


def _name(text: str) -> str:
    """A name for an attribute that may not be empty and whose spaces don't count."""
    return " ".join(clean(text).split()) or "-"

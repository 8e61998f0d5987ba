"""The report as JSON, all of it (`report.schema.json`), and as the baseline of a later one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias, cast

from ecs_policies.exemptions import Exempted
from ecs_policies.model import Finding, Rule
from ecs_policies.reports.model import Judged, Report
from ecs_policies.reports.words import Place, clean, result

Json: TypeAlias = dict[str, Any]

VERSION = 1


class BaselineError(ValueError):
    """A baseline that isn't such a report; says where it differs from the schema."""


class Known(NamedTuple):
    """What makes a finding the same in two reports.

    A place that couldn't be judged is another finding than a mistake at that place.
    """

    project: str
    stack: str
    rule: str
    fingerprint: str
    unverifiable: bool


Baseline: TypeAlias = Counter[Known]
"""How many of each finding a report has."""


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a report."""
    return json.loads(
        files("ecs_policies.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    )


def render(report: Report) -> str:
    """The report as a file's content."""
    content = {
        "version": VERSION,
        "level": report.level.value,
        "exit_code": report.exit_code,
        "result": result(report),
        "rules": [_rule(it) for it in report.rules],
        "stacks": [_stack(report, it) for it in report.stacks],
    }
    return json.dumps(content, indent=2)


def read(text: str) -> Baseline:
    """The baseline in a report's JSON: what it shows, and what it knew itself. Raises `BaselineError`."""
    # Its import takes a tenth of a second, which a run without a baseline doesn't owe.
    from jsonschema import Draft202012Validator

    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise BaselineError("the baseline isn't JSON; write one with the gate's JSON report") from None
    errors: Iterable[Any] = Draft202012Validator(schema()).iter_errors(content)  # pyright: ignore[reportUnknownMemberType]
    for error in errors:
        raise BaselineError(
            f"the baseline isn't a report of version {VERSION}: {error.json_path} {error.message}"
        )
    return Counter(
        Known(stack["project"], stack["stack"], it["rule"], it["fingerprint"], it["unverifiable"])
        for stack in cast("list[Json]", content["stacks"])
        for it in (*stack["findings"], *stack["known"])
    )


def subtract(report: Report, baseline: Baseline) -> Report:
    """The report with what the baseline has moved to `known`: of each finding as many as it has, no more."""
    left = Counter(baseline)
    return replace(report, stacks=tuple(_less(it, left) for it in report.stacks))


def _less(judged: Judged, left: Baseline) -> Judged:
    """The stack without what is `left` of the baseline, which is less afterwards."""
    new: list[Finding] = []
    known = list(judged.known)
    for it in judged.verdict.findings:
        same = Known(clean(judged.project), clean(judged.stack), it.rule, it.fingerprint, it.unverifiable)
        if left[same] > 0:
            left[same] -= 1
            known.append(it)
        else:
            new.append(it)
    return replace(judged, verdict=replace(judged.verdict, findings=tuple(new)), known=tuple(known))


def _stack(report: Report, judged: Judged) -> Json:
    return {
        "project": clean(judged.project),
        "stack": clean(judged.stack),
        "resources": judged.resources,
        "seconds": round(judged.seconds, 3),
        "error": clean(judged.error) if judged.error else None,
        "unanswered": [clean(it) for it in judged.unanswered],
        "assumed": [clean(it) for it in judged.assumed],
        "findings": [_finding(report, it) for it in judged.verdict.findings],
        "exempted": [_exempted(report, it) for it in judged.verdict.exempted],
        "known": [_finding(report, it) for it in judged.known],
    }


def _finding(report: Report, finding: Finding) -> Json:
    place = Place.of(finding.resource)
    source = finding.source
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "level": finding.level.value,
        "fails": report.fails(finding),
        "unverifiable": finding.unverifiable,
        "resource": clean(finding.resource),
        "name": place.name,
        "type": place.type,
        "path": clean(finding.path),
        "message": clean(finding.message),
        "fingerprint": finding.fingerprint,
        "source": {"file": clean(source.file), "line": source.line} if source else None,
    }


def _exempted(report: Report, it: Exempted) -> Json:
    exemption = it.exemption
    return {
        "finding": _finding(report, it.finding),
        "reason": clean(exemption.reason),
        "owner": clean(exemption.owner),
        "expires": exemption.expires.isoformat(),
        "resources": [clean(pattern) for pattern in exemption.resources],
    }


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.value,
        "level": rule.level.value,
        "why": rule.why,
        "fix": rule.fix,
        "mappings": list(rule.mappings),
    }

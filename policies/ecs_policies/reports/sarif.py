"""The report as SARIF 2.1.0, which code scanning shows in a pull request.

Each stack is a run of its own, under its own category (`automationDetails.id`): GitHub then shows a finding
that several stacks have once, with the stacks as its configurations, and it stays open until all of them are
mended. So the upload must not set a category itself, and GitHub takes at most 20 stacks in a file (its pages
"SARIF support for code scanning" and "SARIF results exceed one or more limits").
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from urllib.parse import quote

from ecs_policies.exemptions import Exempted
from ecs_policies.model import Finding, Level, Rule, Severity, Source
from ecs_policies.reports import words
from ecs_policies.reports.model import Judged, Report
from ecs_policies.reports.words import Place, clean

Json: TypeAlias = dict[str, Any]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"
_LEVELS = {Level.MANDATORY: "error", Level.ADVISORY: "warning", Level.DISABLED: "none"}
# GitHub's bands: critical above 9.0, high from 7.0, medium from 4.0.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}


def render(report: Report, *, suppressed: bool = True) -> str:
    """The report as a SARIF file's content.

    `suppressed` says whether exempted findings are results with a suppression, as SARIF has it. GitHub opens
    an alert for each of those all the same: for an upload, let them be notes of the run instead.
    """
    runs = [_Run(report, it).content(suppressed=suppressed) for it in report.stacks]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": runs}, indent=2)


class _Run:
    """One stack as a run."""

    def __init__(self, report: Report, judged: Judged) -> None:
        self._report = report
        self._judged = judged
        self._index = {it.id: index for index, it in enumerate(report.rules)}
        self._seen = Counter[str]()

    def content(self, *, suppressed: bool) -> Json:
        judged = self._judged
        exempted = judged.verdict.exempted
        results = [self._result(it) for it in judged.verdict.findings]
        if suppressed:
            results += [{**self._result(it.finding), "suppressions": [_suppression(it)]} for it in exempted]
        notes = [*_failures(judged), *_notes(() if suppressed else exempted)]
        return {
            "tool": {"driver": {"name": words.TOOL, "rules": [_rule(it) for it in self._report.rules]}},
            "automationDetails": {"id": clean(f"{words.TOOL}/{judged.project}/{judged.stack}/")},
            "originalUriBaseIds": {_BASE: {"description": {"text": "The repository's root."}}},
            "invocations": [
                {
                    "executionSuccessful": judged.whole,
                    "toolExecutionNotifications": [self._notification(level, it) for level, it in notes],
                }
            ],
            "results": results,
            "properties": {
                "project": clean(judged.project),
                "stack": clean(judged.stack),
                "resources": judged.resources,
                "known": len(judged.known),
            },
        }

    def _result(self, finding: Finding) -> Json:
        place = Place.of(finding.resource)
        message = f"{place}, {clean(finding.path)}: {words.said(finding)}"
        self._seen[finding.fingerprint] += 1
        return {
            "ruleId": finding.rule,
            "ruleIndex": self._index[finding.rule],
            "level": _LEVELS[finding.level],
            # A text in brackets before one in parentheses would be a link.
            "message": {"text": message.replace("](", "] (")},
            "locations": [
                {
                    **self._location(finding.source),
                    "logicalLocations": [
                        {
                            "name": place.name,
                            "fullyQualifiedName": clean(finding.resource),
                            "kind": "resource",
                        }
                    ],
                }
            ],
            "partialFingerprints": {
                # What GitHub tells alerts apart by: a place that has several findings numbers them.
                "primaryLocationLineHash": f"{finding.fingerprint}:{self._seen[finding.fingerprint]}",
                "findingInStack/v1": f"{clean(self._judged.stack)}:{finding.fingerprint}",
            },
            "properties": {
                "severity": finding.severity.value,
                "enforcement": finding.level.value,
                "path": clean(finding.path),
                "unverifiable": finding.unverifiable,
            },
        }

    def _notification(self, level: str, message: str) -> Json:
        return {"level": level, "message": {"text": message}, "locations": [self._location(None)]}

    def _location(self, source: Source | None) -> Json:
        settings = f"Pulumi.{clean(self._judged.stack).rpartition('/')[2]}.yaml"
        inside = self._inside(source.file) if source else None
        uri = inside or self._inside(settings) or settings
        return {
            "physicalLocation": {
                "artifactLocation": {"uri": quote(uri), "uriBaseId": _BASE},
                "region": {"startLine": source.line if source and inside else 1},
            }
        }

    def _inside(self, file: str) -> str | None:
        """The path from the repository's root; none for a file outside it, which can't be annotated."""
        path = posixpath.normpath(posixpath.join(self._judged.folder, clean(file)))
        outside = path in (".", "..") or path.startswith(("/", "../"))
        return None if outside else path


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "name": "".join(it.capitalize() for it in re.split(r"[.-]", rule.id)),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nFix: {rule.fix}",
            "markdown": f"{rule.why}\n\n**Fix:** {rule.fix}",
        },
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {
            "security-severity": _SCORES[rule.severity],
            "severity": rule.severity.value,
            "tags": ["security", *rule.mappings],
        },
    }


def _suppression(it: Exempted) -> Json:
    return {"kind": "external", "status": "accepted", "justification": words.accepted(it)}


def _failures(judged: Judged) -> Iterator[tuple[str, str]]:
    if judged.error:
        yield "error", clean(judged.error)
    for it in judged.unanswered:
        yield "error", words.asked(it)


def _notes(exempted: Iterable[Exempted]) -> Iterator[tuple[str, str]]:
    for it in exempted:
        place = f"{Place.of(it.finding.resource)}, {clean(it.finding.path)}"
        yield "note", f"{it.finding.rule} on {place} ({it.finding.fingerprint}): {words.accepted(it)}"

"""The report as a comment on a pull request.

A comment of GitHub's holds at most 65,536 characters, so a long report is cut between findings, of which the
worst come first, and says how many are left out. Whatever a name or a message holds, it's shown as it is,
breaks no table and pings nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ecs_policies.model import Finding
from ecs_policies.reports import words
from ecs_policies.reports.model import Judged, Report
from ecs_policies.reports.words import Place

MARKER = "<!-- ecs-policies: the policy gate's comment -->"
"""The first line of the comment, by which a workflow finds its own again."""
LIMIT = 65_536

# Room for each line that says what is left out, and the most that comes after the tables.
_CLOSING = 500
_EXPLANATIONS = 20_000
_EXEMPTED = 10_000

_LONGEST_RESULT = 300
_LONGEST_NAME = 200
_LONGEST_TEXT = 500
_MOST_UNANSWERED = 5

# All that Markdown, HTML, and GitHub's formulas, addresses and emoji are made with inside a line.
_MARKUP = re.compile(r"[\\`*_~\[\]<>|&$@#]|(?<=www)\.|:(?=//|[\w+-]+:)")
# A mention or a reference needs its sign right before the name: a space without width parts them.
_REFERENCES = {"@": "&#64;&#8203;", "#": "&#35;&#8203;"}

_COLUMNS = """
| Severity | Rule | Resource | What |
| --- | --- | --- | --- |
"""
_CLEAN = """
### No finding

| Stack | Judged |
| --- | --- |
"""


class _Piece(NamedTuple):
    """A part of the comment that is shown whole or not at all, and what it is counted as if it isn't."""

    text: str
    noun: str


def render(report: Report, sections: Iterable[str] = (), elsewhere: str = "the gate's own output") -> str:
    """The comment. `sections` are further parts, Markdown already, that follow the result and are never cut.

    `elsewhere` is Markdown too: where to see what is left out. Raises `ValueError` if the further sections
    don't leave room for a report.
    """
    result = escaped(words.result(report), _LONGEST_RESULT)
    head = "\n\n".join((MARKER, f"## Policy gate: {result}", *sections)) + "\n"
    room = LIMIT - len(head) - 3 * (_CLOSING + len(elsewhere))
    if room < 2 * (_EXPLANATIONS + _EXEMPTED):
        raise ValueError(f"the further sections leave {room} characters for the report, too few to be of use")
    rules = _fitting(_explanations(report), _EXPLANATIONS, elsewhere)
    exempted = _fitting(_exempted(report), _EXEMPTED, elsewhere)
    tables = _fitting(_tables(report), room - len(rules) - len(exempted), elsewhere)
    return head + tables + rules + exempted


def escaped(text: str, limit: int = _LONGEST_TEXT) -> str:
    """The text on one line, no part of it markup, cut where it is too long."""
    shown = words.shortened(" ".join(words.clean(text).split()), limit)
    return _MARKUP.sub(lambda it: _literal(it.group()), shown)


def _literal(sign: str) -> str:
    """The sign as itself: a character reference is text in Markdown, whatever it stands for."""
    return _REFERENCES.get(sign, f"&#{ord(sign)};")


def _code(text: str) -> str:
    """A name, where nothing is looked for that would become a link."""
    return f"<code>{escaped(text, _LONGEST_NAME) or '-'}</code>"


def _fitting(pieces: Iterable[_Piece], room: int, elsewhere: str) -> str:
    """The first pieces, as many as there is room for, and how many are left out."""
    shown: list[str] = []
    left_out = Counter[str]()
    for it in pieces:
        if left_out or len(it.text) > room:
            left_out[it.noun] += 1
        else:
            shown.append(it.text)
            room -= len(it.text)
    if left_out:
        counts = words.listed([words.counted(number, noun) for noun, number in left_out.items()])
        shown.append(f"\n**Left out here: {counts}; see {elsewhere}.**\n")
    return "".join(shown)


def _tables(report: Report) -> Iterator[_Piece]:
    """A section for each stack; of several projects, one table for all stacks with nothing to say."""
    silent: list[Judged] = []
    for judged in report.stacks:
        if report.several and _silent(judged):
            silent.append(judged)
            continue
        yield _Piece(_heading(report, judged), "stack")
        for index, finding in enumerate(report.worst_first(judged)):
            yield _Piece(_row(finding) if index else _COLUMNS + _row(finding), "finding")
    for index, judged in enumerate(silent):
        row = f"| {_code(report.name_of(judged))} | {words.about(judged)} |\n"
        yield _Piece(row if index else _CLEAN + row, "stack")


def _silent(judged: Judged) -> bool:
    return judged.whole and not judged.verdict.findings


def _heading(report: Report, judged: Judged) -> str:
    program = f"{judged.folder or '.'}/" if report.several else judged.project
    lines = [f"### {_code(report.name_of(judged))}", f"{_code(program)}, {words.about(judged)}"]
    if judged.error:
        lines.append(f"**Could not be judged:** {escaped(judged.error)}")
    lines.extend(escaped(words.asked(it)) for it in judged.unanswered[:_MOST_UNANSWERED])
    if more := judged.unanswered[_MOST_UNANSWERED:]:
        lines.append(f"Nor {words.counted(len(more), 'further question')}.")
    if _silent(judged):
        lines.append("No finding.")
    return "\n" + "\n\n".join(lines) + "\n"


def _row(finding: Finding) -> str:
    place = Place.of(finding.resource)
    where = [place.name, place.type]
    if finding.source:
        where.append(f"{finding.source.file}:{finding.source.line}")
    cells = (
        f"{finding.severity.value}, {finding.level.value}",
        _code(finding.rule),
        "<br>".join(_code(it) for it in where if it),
        "<br>".join(
            (_code(finding.path), escaped(words.said(finding)), f"fingerprint {_code(finding.fingerprint)}")
        ),
    )
    return f"| {' | '.join(cells)} |\n"


def _explanations(report: Report) -> Iterator[_Piece]:
    for index, rule in enumerate(report.broken()):
        heading = "" if index else "\n### Why it matters, and how to fix it\n"
        summary = f"{_code(rule.id)} {escaped(rule.title)}"
        body = f"{escaped(rule.why)}\n\n**Fix:** {escaped(rule.fix)}"
        details = f"\n<details><summary>{summary}</summary>\n\n{body}\n\n</details>\n"
        yield _Piece(heading + details, "explanation")


def _exempted(report: Report) -> Iterator[_Piece]:
    every = ((judged, it) for judged in report.stacks for it in judged.verdict.exempted)
    for index, (judged, it) in enumerate(every):
        heading = "" if index else "\n### Exempted\n\n"
        place = _code(Place.of(it.finding.resource).name)
        where = (
            f"{_code(report.name_of(judged))}: {_code(it.finding.rule)} on {place}, {_code(it.finding.path)}"
        )
        level = f"{it.finding.severity.value}, {it.finding.level.value}"
        yield _Piece(f"{heading}- {where} ({level}): {escaped(words.accepted(it))}\n", "exempted finding")

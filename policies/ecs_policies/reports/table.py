"""The report for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ecs_policies.exemptions import Exempted
from ecs_policies.model import Finding, Rule, Severity
from ecs_policies.reports import words
from ecs_policies.reports.model import Judged, Report
from ecs_policies.reports.words import Place, clean

_COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
_RESULT_COLOURS = ("bold green", "bold red", "bold yellow")


def show(report: Report, console: Console) -> None:
    """Print the report. The console knows its width, and that a pipe or NO_COLOR wants no colours."""
    console.print(_whole(report, console.width), highlight=False)


def render(report: Report, width: int = 80) -> str:
    """The report as plain text of so many columns."""
    out = StringIO()
    show(report, Console(file=out, width=width, no_color=True, force_terminal=False, legacy_windows=False))
    return out.getvalue()


def _whole(report: Report, width: int) -> RenderableType:
    parts = [_stack(report, it, width) for it in report.stacks]
    if broken := report.broken():
        parts.append(
            Group(Text("Why it matters, and how to fix it", "bold"), *(_explained(it) for it in broken))
        )
    closing = words.result(report)
    parts.append(Text(closing[:1].upper() + closing[1:], _RESULT_COLOURS[report.exit_code]))
    return Group(*(Group(it, "") for it in parts[:-1]), parts[-1])


def _stack(report: Report, judged: Judged, width: int) -> RenderableType:
    heading = Text.assemble((clean(judged.stack), "bold"), (f"  {clean(judged.project)}, ", "dim"))
    heading.append(words.about(judged), "dim")
    parts: list[RenderableType] = [heading]
    if judged.error:
        parts.append(Text(f"could not be judged: {clean(judged.error)}", "yellow"))
    parts.extend(Text(words.asked(it), "yellow") for it in judged.unanswered)
    parts.extend(_findings(report.worst_first(judged), width))
    if judged.verdict.exempted:
        parts.append(_exempted(judged.verdict.exempted))
    if judged.whole and not judged.verdict.findings:
        parts.append(Text("no finding", "green"))
    return Group(parts[0], *(Padding.indent(it, 2) for it in parts[1:]))


def _findings(findings: Iterable[Finding], width: int) -> Iterator[RenderableType]:
    """A heading and a table for each rule."""
    for id_, group in groupby(findings, key=lambda it: it.rule):
        found = list(group)
        heading = Text()
        heading.append(found[0].severity.value.upper(), _COLOURS[found[0].severity])
        heading.append(f" {found[0].level.value}  ").append(id_, "bold")
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=min(44, width * 4 // 9), overflow="fold")
        table.add_column(overflow="fold")
        for it in found:
            table.add_row(_where(it), _what(it))
        yield Group(heading, Padding.indent(table, 2))


def _where(finding: Finding) -> RenderableType:
    place = Place.of(finding.resource)
    more = [place.type] if place.type else []
    if finding.source:
        more.append(f"{clean(finding.source.file)}:{finding.source.line}")
    return Group(Text(place.name), *(Padding.indent(Text(it, "dim", overflow="fold"), 2) for it in more))


def _what(finding: Finding) -> Text:
    fingerprint = (f"\nfingerprint {finding.fingerprint}", "dim")
    return Text.assemble((clean(finding.path), "bold"), "\n", words.said(finding), fingerprint)


def _exempted(exempted: Iterable[Exempted]) -> RenderableType:
    parts: list[RenderableType] = [Text("Exempted")]
    for it in exempted:
        rule = Text.assemble(
            (it.finding.rule, "bold"), f"  {it.finding.severity.value} {it.finding.level.value}"
        )
        place = f"{Place.of(it.finding.resource)}, {clean(it.finding.path)}"
        parts += [Padding.indent(rule, 2), Padding.indent(Text(f"{place}\n{words.accepted(it)}"), 4)]
    return Group(*parts)


def _explained(rule: Rule) -> RenderableType:
    heading = Text.assemble((rule.id, "bold"), f"  {rule.title}")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_row("why", rule.why)
    table.add_row("fix", rule.fix)
    return Padding.indent(Group(heading, Padding.indent(table, 2)), 2)

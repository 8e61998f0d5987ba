"""What the commands of the gate and of the audit share: their options, and where their reports go."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from ecs_policies import config, exemptions
from ecs_policies.catalogue import ALL
from ecs_policies.judging import Judge
from ecs_policies.model import Level
from ecs_policies.reports import cost, json_report, junit, markdown, sarif, table
from ecs_policies.reports.model import Judged, Report

_FILES = {
    "sarif": "SARIF 2.1.0, for code scanning",
    "junit": "JUnit's XML, for a test report",
    "markdown": "Markdown, for a comment on a pull request",
    "json": "everything, by report.schema.json; a baseline for later runs",
}


class CommandError(ValueError):
    """A command that can't be carried out as it was given; says which option, its value and what is right."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that both commands have."""
    parser.add_argument(
        "--level",
        choices=("mandatory", "advisory"),
        default="mandatory",
        help="findings of this level and above fail (exit code 1); default: mandatory",
    )
    parser.add_argument(
        "--policy-pack-config",
        metavar="FILE",
        type=Path,
        help="levels and options of the rules, the same JSON that pulumi takes",
    )
    parser.add_argument(
        "--exemptions",
        metavar="FILE",
        type=Path,
        help=f"accepted findings; default: {exemptions.FILE} beside the program's Pulumi.yaml",
    )
    parser.add_argument(
        "--baseline", metavar="FILE", type=Path, help="an earlier --json report: show only what is new since"
    )
    for name, what in _FILES.items():
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=f"write {what}")


def judge_of(options: argparse.Namespace, program: Path) -> Judge:
    """The rules as the options ask for them. Raises `CommandError`."""
    try:
        accepted = exemptions.load(options.exemptions or program / exemptions.FILE, ALL)
        given = options.policy_pack_config
        rules_config = (
            config.parse(json.loads(text_of(given, "--policy-pack-config")), ALL) if given else None
        )
    except exemptions.ExemptionError as error:
        raise CommandError(str(error)) from None
    except config.ConfigError as error:
        raise CommandError(f"--policy-pack-config {options.policy_pack_config}: {error}") from None
    except ValueError as error:
        if isinstance(error, CommandError):
            raise
        raise CommandError(f"--policy-pack-config {options.policy_pack_config} isn't JSON: {error}") from None
    if options.exemptions and not options.exemptions.exists():
        raise CommandError(f"--exemptions {options.exemptions}: there is no such file")
    return Judge(
        rules=ALL, config=rules_config or config.Config(), exemptions=accepted, today=datetime.now(UTC).date()
    )


def finished(stacks: tuple[Judged, ...], judge: Judge, options: argparse.Namespace) -> int:
    """Shows the report, writes the files that were asked for, and returns the exit code."""
    rules = tuple(it for it in judge.rules if judge.config.level(it) is not Level.DISABLED)
    report = Report(stacks=stacks, level=Level(options.level), rules=rules)
    if options.baseline:
        try:
            known = json_report.read(text_of(options.baseline, "--baseline"))
        except json_report.BaselineError as error:
            raise CommandError(f"--baseline {options.baseline}: {error}") from None
        report = json_report.subtract(report, known)
    table.show(report, Console())
    for name in _FILES:
        file: Path | None = getattr(options, name)
        if file:
            _write(file, _rendered(name, report), f"--{name}")
    return report.exit_code


def _rendered(name: str, report: Report) -> str:
    match name:
        case "sarif":
            return sarif.render(report, suppressed=False)
        case "junit":
            return junit.render(report)
        case "markdown":
            return markdown.render(report, sections=cost.sections(report))
        case _:
            return json_report.render(report)


def in_repository(program: Path) -> str:
    """The program's folder as code scanning names it: relative to the repository's root, "" if that is it."""
    program = program.resolve()
    root = next((it for it in (program, *program.parents) if (it / ".git").exists()), program)
    return "" if root == program else program.relative_to(root).as_posix()


def _write(file: Path, text: str, option: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{option} {file}: {error.strerror}") from None


def text_of(file: Path, option: str) -> str:
    """A file's text. Raises `CommandError` with the option that named it."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it isn't text"
        raise CommandError(f"{option} {file}: {reason}") from None

"""The workflows as data, and a step of them run as GitHub's runner does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILES = {it.stem: it for it in sorted((ROOT / ".github" / "workflows").glob("*.yaml"))}
WORKFLOWS: Mapping[str, Any] = {
    name: yaml.safe_load(file.read_text(encoding="utf-8")) for name, file in FILES.items()
}
JOBS: Mapping[str, Any] = WORKFLOWS["pull-request"]["jobs"]
ACTION_FILE = ROOT / ".github" / "actions" / "environment" / "action.yaml"
ACTION: Mapping[str, Any] = yaml.safe_load(ACTION_FILE.read_text(encoding="utf-8"))
ACTION_STEPS: Mapping[str, Any] = {it["name"]: it for it in ACTION["runs"]["steps"]}


def jobs() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each job of each workflow: the workflow's name, its own, and what it says."""
    return ((file, name, job) for file, it in WORKFLOWS.items() for name, job in it["jobs"].items())


def steps() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each step with its job's name, `workflow/job`; those of the action too."""
    yield from (("environment", it) for it in ACTION["runs"]["steps"])
    yield from ((f"{file}/{name}", step) for file, name, job in jobs() for step in job.get("steps", ()))


def step(job: str, name: str, workflow: str = "pull-request") -> Mapping[str, Any]:
    """The step of that name."""
    return next(it for it in WORKFLOWS[workflow]["jobs"][job]["steps"] if it["name"] == name)


def holds(condition: str, github: Mapping[str, Any], variables: Mapping[str, str]) -> bool:
    """What GitHub makes of a condition, in a run that nobody cancels."""

    def value(match: re.Match[str]) -> str:
        found: Any = {"github": github, "vars": variables}
        for key in match.group().split("."):
            found = found.get(key, "") if isinstance(found, Mapping) else ""
        return repr(found)

    text = " ".join(condition.removeprefix("${{").removesuffix("}}").split())
    text = text.replace("!cancelled()", "True").replace("&&", "and").replace("||", "or")
    functions = {"contains": lambda held, it: it in held, "fromJSON": json.loads}
    return bool(eval(re.sub(r"\b(?:github|vars)(?:\.\w+)+", value, text), functions))  # noqa: S307


def run(
    which: Mapping[str, Any], folder: Path, environment: Mapping[str, str], executables: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a step's shell. `environment` has to answer each expression among the step's own variables."""
    given = which.get("env", {})
    literal = {key: value for key, value in given.items() if "${{" not in value}
    assert given.keys() - literal.keys() <= environment.keys()
    path = [str(executables)] if executables else []
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", which["run"]],
        cwd=folder,
        env={
            "HOME": str(folder),
            "PATH": os.pathsep.join([*path, os.environ["PATH"]]),
            **literal,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def executable(path: Path, text: str) -> None:
    """Write a Python script that a step can call."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{text}", encoding="utf-8")
    path.chmod(0o755)

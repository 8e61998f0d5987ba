"""What the guides have one add: each change is applied to this program as shown, and judged by the gate."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.recording import Recording

from diagram.composition import picture_of
from tests.diagram.recordings import arrows, boxes
from tests.pages.reading import ROOT, blocks, guide

pytestmark = pytest.mark.engine

MODULES = tuple(it.name for it in ROOT.glob("*.py"))
PACKAGES = ("components", "settings", "policies")
FILES = ("policy-config.json", "policy-exemptions.yaml", "pyproject.toml", "uv.lock")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the program and its stacks' files."""
    for name in (*MODULES, *PACKAGES, *FILES, *(it.name for it in ROOT.glob("Pulumi*.yaml"))):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


def apply(change: str, clone: Path) -> None:
    done = subprocess.run(
        ["git", "apply", "-"], cwd=clone, input=change, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def set_in_dev(clone: Path, settings: dict[str, Any]) -> None:
    """Lay settings over dev's own, a section's keys over the section."""
    file = clone / "Pulumi.dev.yaml"
    stack = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key, value in settings.items():
        own = stack["config"].get(key, {})
        stack["config"][key] = {**own, **value} if isinstance(own, dict) else value
    file.write_text(yaml.safe_dump(stack), encoding="utf-8")


def gate(clone: Path) -> tuple[int, str]:
    """The gate's exit code for dev, and what it says with single spaces."""
    command = [sys.executable, "-m", "ecs_policies.gate", "--stack", "dev"]
    command += ["--policy-pack-config", "policy-config.json"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def recorded(clone: Path) -> Recording:
    (recording,) = record_stacks(clone, ["dev"])
    assert recording.error is None, recording.error
    return recording


def containers(recording: Recording, family: str) -> dict[str, Any]:
    (task,) = (
        it
        for it in recording.resources
        if it.type.endswith(":TaskDefinition") and it.name == family and it.custom
    )
    return {it["name"]: it for it in json.loads(task.inputs["containerDefinitions"])}


def test_the_container_that_a_guide_adds_is_refused_without_memory_and_then_runs_before_rails(clone: Path):
    page = guide("add-a-container")
    (module,) = blocks(page, "python")
    (clone / "cache.py").write_text(module, encoding="utf-8")
    (change,) = blocks(page, "diff")
    apply(change, clone)
    code, said = gate(clone)
    assert code == 2
    (refusal,) = (it for it in blocks(page, "") if "doesn't fit" in it)
    assert " ".join(refusal.split()) in said

    more, environment = (yaml.safe_load(it) for it in blocks(page, "yaml"))
    set_in_dev(clone, {**more, **environment})
    code, said = gate(clone)
    assert (code, "no finding" in said) == (0, True), said

    recording = recorded(clone)
    found = containers(recording, "web")
    assert {"containerName": "memcached", "condition": "HEALTHY"} in found["rails"]["dependsOn"]
    assert {"name": "MEMCACHE_SERVERS", "value": "127.0.0.1:11211"} in found["rails"]["environment"]
    assert found["memcached"]["readonlyRootFilesystem"] is True
    assert ("memcached", "rails", "healthy") in arrows(picture_of(recording))


def test_the_worker_that_a_guide_adds_is_a_service_of_its_own_beside_web(clone: Path):
    before = {it.urn for it in recorded(clone).resources}
    (change,) = blocks(guide("add-a-service"), "diff")
    apply(change, clone)
    code, said = gate(clone)
    assert (code, "no finding" in said) == (0, True), said

    recording = recorded(clone)
    assert before <= {it.urn for it in recording.resources}
    assert containers(recording, "web-worker")["app"]["command"] == ["bin/jobs"]
    assert {"service web", "service web-worker"} <= {it.label for it in boxes(picture_of(recording))}


def test_the_service_with_a_route_that_a_guide_shows_takes_requests(clone: Path):
    page = guide("add-a-service")
    (change,) = blocks(page, "diff")
    apply(change, clone)
    program = (clone / "architecture.py").read_text(encoding="utf-8")
    (block,) = blocks(page, "python")
    shown = "".join(f"    {line}\n" for line in block.splitlines())
    program = program.replace("    monitoring = Monitoring(\n", f"{shown}    monitoring = Monitoring(\n", 1)
    program = program.replace("import pulumi\n", "import pulumi\nfrom components.routing import Route\n", 1)
    (clone / "architecture.py").write_text(program, encoding="utf-8")
    code, said = gate(clone)
    assert (code, "no finding" in said) == (0, True), said
    found = {it[:2] for it in arrows(picture_of(recorded(clone)))}
    assert {
        ("Listener web-http", "ListenerRule web-api"),
        ("TargetGroup web-api", "Service web-api"),
    } <= found


def test_the_schedules_that_a_guide_saves_with_pass_the_gate(clone: Path):
    (block,) = blocks(guide("costs"), "yaml")
    set_in_dev(clone, yaml.safe_load(block))
    code, said = gate(clone)
    assert (code, "no finding" in said) == (0, True), said
    night = [it.inputs for it in recorded(clone).resources if it.type.endswith(":ScheduledAction")]
    assert {"minCapacity": 0, "maxCapacity": 0} in [it["scalableTargetAction"] for it in night]

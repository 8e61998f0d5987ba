"""The component package takes and gives what settings/ and outputs.py say, on the program's own versions."""

import json
import tomllib
from pathlib import Path
from typing import Any

import yaml
from pulumi.provider.experimental.util import camel_case

from docs import component, generate
from outputs import described
from settings import Settings

COMPONENT = component.COMPONENT
ROOT = COMPONENT.parent
SCHEMA: Any = json.loads((COMPONENT / "schema.json").read_text(encoding="utf-8"))
WEB_SERVICE: Any = SCHEMA["resources"]["web-application:index:WebService"]


def inputs(properties: Any, required: list[str], path: str = "") -> dict[str, str]:
    """The path of every input, with what the table of settings says of its default."""
    found: dict[str, str] = {}
    for name, it in properties.items():
        found[f"{path}{name}"] = "required" if name in required else "optional"
        inner, steps = it, ""
        while "items" in inner or "additionalProperties" in inner:
            steps += "[]" if "items" in inner else ".<name>"
            inner = inner.get("items") or inner["additionalProperties"]
        section = SCHEMA["types"].get(inner.get("$ref", "").rpartition("/")[2], {})
        found |= inputs(section.get("properties", {}), section.get("required", []), f"{path}{name}{steps}.")
    return found


def settings_in_the_readme() -> dict[str, str]:
    rows = [line.split(" | ") for line in generate.settings_table().splitlines()[2:]]
    return {
        ".".join(camel_case(it) for it in row[0].strip("| `").split(".")): (
            "required" if row[1] == "required" else "optional"
        )
        for row in rows
    }


def test_the_modules_are_in_step_with_the_settings_and_the_outputs():
    stale = [path.name for path, text in component.files().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `python docs/generate.py`"


def test_the_committed_schema_is_what_the_host_finds():
    assert (COMPONENT / "schema.json").read_text("utf-8") == component.schema(), (
        "run `python docs/generate.py`"
    )


def test_every_setting_is_an_input_and_every_input_a_setting():
    sections = {camel_case(name) for name, it in Settings.model_fields.items() if not it.description}
    found = inputs(WEB_SERVICE["inputProperties"], WEB_SERVICE["requiredInputs"])
    assert {path: it for path, it in found.items() if path not in sections} == settings_in_the_readme()


def test_every_output_is_the_components_with_its_meaning():
    found = {name: it["description"] for name, it in WEB_SERVICE["properties"].items()}
    assert found == {camel_case(name): text for name, text in described().items()}


def test_a_choice_among_words_is_an_enumeration():
    strategy = SCHEMA["types"]["web-application:index:DeploymentStrategy"]
    assert [it["value"] for it in strategy["enum"]] == ["rolling", "blue_green", "linear", "canary"]


def test_it_runs_on_the_engines_that_the_program_runs_on():
    plugin, program = (
        yaml.safe_load(path.read_text()) for path in (COMPONENT / "PulumiPlugin.yaml", ROOT / "Pulumi.yaml")
    )
    assert plugin["requiredPulumiVersion"] == program["requiredPulumiVersion"]


def test_its_environment_has_the_versions_of_the_programs():
    own, programs = (locked(folder) for folder in (COMPONENT, ROOT))
    assert own.items() - programs.items() == {("web-application-component", SCHEMA["version"])}, (
        "run `cp uv.lock component/ && uv lock --project component`"
    )
    assert own.keys() >= {"pulumi", "pulumi-aws", "ecs-policies", "boto3", "pydantic"}


def locked(folder: Path) -> dict[str, str]:
    packages = tomllib.loads((folder / "uv.lock").read_text("utf-8"))["package"]
    return {it["name"]: it["version"] for it in packages}


def test_its_environment_needs_nothing_that_its_project_leaves_out():
    def asked(folder: Path) -> set[str]:
        return set(tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"])

    assert asked(COMPONENT) == {it for it in asked(ROOT) if not it.startswith("pulumi-policy")}

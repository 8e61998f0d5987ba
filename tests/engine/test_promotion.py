"""`make promote`: the image tried in one environment is the one that the next takes, by its digest."""

import difflib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT
from emulator.local.stack import LocalStack
from environments.promote import main
from tests.engine.harness import write_program
from tests.engine.standing import REGISTRY, Standing

TRIED = f"{REGISTRY}/web-application/rails@sha256:{'a' * 64}"
OTHER = f"{REGISTRY}/web-application/rails:0.9.0"


class Team:
    """A folder with two environments' files, and the state of the first."""

    def __init__(self, stack: LocalStack) -> None:
        self.folder = stack.program
        self.target = stack.program / "Pulumi.prod.yaml"
        self._stack = stack
        self._outputs: dict[str, str] | None = None

    def up(self, **outputs: str) -> None:
        """Brings the first environment up with these outputs, unless it has them."""
        if outputs == self._outputs:
            return
        exports = "\n".join(f"pulumi.export({key!r}, {value!r})" for key, value in outputs.items())
        write_program(self.folder, f"import pulumi\n{exports}\n")
        done = self._stack.up("--skip-preview")
        assert done.code == 0, done.stdout + done.stderr
        self._outputs = outputs


@pytest.fixture(scope="module")
def made(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, dict[str, str]]]:
    folder = write_program(tmp_path_factory.mktemp("team"), "")
    (folder / "Pulumi.staging.yaml").write_text("config:\n  aws:region: us-east-1\n")
    home = tmp_path_factory.mktemp("state")
    stack = LocalStack(home, engine=engine, program=folder, pack=None, stack="staging")
    stack.start()
    yield Team(stack), stack.environment
    stack.stop()


@pytest.fixture
def team(made: tuple[Team, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Team:
    """Logged in where the first environment's state is; the file of the second is the committed one."""
    team, environment = made
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    team.target.write_text(from_this_registry("Pulumi.prod.yaml"))
    return team


def from_this_registry(name: str) -> str:
    """A committed stack's file whose image is of the registry that the local stack's is of."""
    text, found = re.subn(r"(?<=:image: )[^/]+", REGISTRY, (ROOT / name).read_text())
    assert found == 1
    return text


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [it for it in lines if it[0] in "+-" and not it.startswith(("+++", "---"))]


Promoting = Callable[..., tuple[int, str, str]]


@pytest.fixture
def promoting(team: Team, capsys: pytest.CaptureFixture[str]) -> Promoting:
    """Runs the command; its exit code, what it prints, and what it says is wrong."""

    def run(source: str = "staging", target: str = "prod") -> tuple[int, str, str]:
        code = main([source, target], root=team.folder)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_promotion_changes_one_line_of_the_file_and_shows_it(team: Team, promoting: Promoting):
    team.up(image=TRIED, url="http://example.com")
    before = team.target.read_text()
    code, out, _ = promoting()
    assert code == 0
    old, new = changed_lines(before, team.target.read_text())
    assert new == f"+  web-application:image: {TRIED}"
    assert old.removeprefix("-").strip() in before
    assert f"+ {TRIED}" in out
    assert f"- {old.partition('image: ')[2]}" in out


def test_comments_stay_where_they_are_even_beside_the_image(team: Team, promoting: Promoting):
    team.up(image=TRIED)
    file = team.target
    told = file.read_text().replace("web-application:image: ", "# What runs.\n  web-application:image: ")
    file.write_text(told.replace("rails:1.0.0\n", "rails:1.0.0 # the first\n"))
    before = file.read_text()
    assert promoting()[0] == 0
    _, new = changed_lines(before, file.read_text())
    assert new == f"+  web-application:image: {TRIED} # the first"


def test_a_key_of_kms_for_the_other_stack_is_neither_used_nor_changed(team: Team, promoting: Promoting):
    team.up(image=TRIED)
    secrets = "secretsprovider: awskms://alias/pulumi-state-prod?region=us-east-1\nencryptedkey: AQIDAHh\n"
    team.target.write_text(secrets + team.target.read_text())
    before = team.target.read_text()
    assert promoting()[0] == 0
    assert len(changed_lines(before, team.target.read_text())) == 2


def test_a_file_without_an_image_gets_one(team: Team, promoting: Promoting):
    team.up(image=TRIED)
    team.target.write_text("config:\n  aws:region: us-east-1\n")
    code, out, _ = promoting()
    assert code == 0
    assert "- none" in out
    assert f"web-application:image: {TRIED}" in team.target.read_text()


def test_a_second_promotion_is_refused_for_it_would_change_nothing(team: Team, promoting: Promoting):
    team.up(image=TRIED)
    promoting()
    before = team.target.read_text()
    code, _, error = promoting()
    assert code == 1
    assert error.startswith(
        "Nothing would change: Pulumi.prod.yaml names the image that staging runs already"
    )
    assert team.target.read_text() == before


def test_an_image_without_a_digest_is_refused(team: Team, promoting: Promoting):
    team.up(image=OTHER)
    code, _, error = promoting()
    assert code == 1
    assert (
        f"The output `image` of the stack staging is {OTHER!r}, which isn't an image by its digest" in error
    )


def test_outputs_without_an_image_are_refused(team: Team, promoting: Promoting):
    team.up(url="http://example.com")
    code, _, error = promoting()
    assert code == 1
    assert "The output `image` of the stack staging is None" in error


def test_a_stack_without_outputs_is_refused(team: Team, promoting: Promoting):
    team.up()
    code, _, error = promoting()
    assert code == 1
    assert error.startswith("The stack staging has no outputs, so nothing was tried there: bring it up first")


def test_a_stack_that_is_in_another_backend_is_refused_with_what_the_engine_says_and_the_next_step(
    promoting: Promoting,
):
    code, _, error = promoting(source="prod", target="staging")
    assert code == 1
    assert error.startswith(
        "`pulumi stack output` ends with: no stack named 'prod' found. The state of prod is in its own "
        "environment's backend: log in to that (`pulumi login`, or PULUMI_BACKEND_URL;"
    )


def test_a_source_without_a_file_is_refused_with_the_names_of_those_there_are(promoting: Promoting):
    code, _, error = promoting(source="stagign")
    assert code == 1
    assert error == (
        "There is no stack 'stagign': it would have a file Pulumi.stagign.yaml. The stacks are prod, "
        "staging.\n"
    )


def test_one_stack_is_not_promoted_to_itself(team: Team, promoting: Promoting):
    team.up(image=TRIED)
    code, _, error = promoting(source="staging", target="staging")
    assert code == 1
    assert error.startswith("FROM and TO are both staging: name where the image was tried")


def test_a_target_without_a_file_is_refused_with_the_names_of_those_there_are(
    team: Team, promoting: Promoting
):
    code, _, error = promoting(target="pord")
    assert code == 1
    assert error == (
        "There is no stack 'pord': it would have a file Pulumi.pord.yaml. The stacks are prod, staging.\n"
    )


def test_a_refusal_leaves_the_file_as_it_was(team: Team, promoting: Promoting):
    before = team.target.read_text()
    team.up(image=OTHER)
    promoting()
    team.up()
    promoting()
    promoting(source="stagign")
    promoting(target="staging")
    assert team.target.read_text() == before


def test_without_pulumi_on_path_it_says_where_to_get_it(
    team: Team, promoting: Promoting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, error = promoting()
    assert code == 1
    assert error.startswith("There is no `pulumi` on PATH. Install it")


def test_another_environment_takes_the_very_image_that_the_program_runs(
    committed: Standing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("Pulumi.yaml", "Pulumi.local.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "Pulumi.prod.yaml").write_text(from_this_registry("Pulumi.prod.yaml"))
    for name, value in committed.stack.environment.items():
        monkeypatch.setenv(name, value)
    assert main(["local", "prod"], root=tmp_path) == 0
    ecs = committed.stack.client("ecs")
    family = ecs.list_task_definitions()["taskDefinitionArns"][-1]
    definition = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]
    (running,) = [it["image"] for it in definition["containerDefinitions"] if it["name"] == "rails"]
    assert f"web-application:image: {running}\n" in (tmp_path / "Pulumi.prod.yaml").read_text()
    outputs = committed.stack.pulumi("stack", "output", "--json", "--stack", "local")
    assert json.loads(outputs.stdout)["image"] == running

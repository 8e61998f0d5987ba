"""The outputs as other teams read them, by the package in reader/, on the real engine."""

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
from web_application_outputs import SCHEMA, VERSION

from emulator.local.events import Result
from emulator.local.stack import LocalStack
from outputs import described
from tests.engine.harness import PROJECT
from tests.engine.standing import Standing

WEB = "organization/web-application/local"
READS = """
    import pulumi
    from web_application_outputs import WebApplication

    web = WebApplication("{stack}")
    pulumi.export("url", web.url)
    pulumi.export("subnets", web.private_subnet_ids)
    pulumi.export("https", web.https_listener_arn)
    pulumi.export("dollars", web.monthly_cost.apply(lambda cost: cost["total"]))
"""
# What a stack of the web application might have left, by version.
LEFT = """
    import pulumi

    pulumi.export("outputs_version", "{version}")
    pulumi.export("url", "{url}")
"""


class Team:
    """A project of another team, whose stack `dev` is in the same backend."""

    def __init__(self, backend: LocalStack, folder: Path, source: str) -> None:
        self._backend = backend
        self._folder = folder
        self.name = f"organization/{folder.name}/dev"
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text(PROJECT.replace("web-application", folder.name))
        self.write(source)
        made = self._pulumi("stack", "init", "dev")
        assert made.code == 0, made.stderr

    def write(self, source: str) -> None:
        (self._folder / "__main__.py").write_text(dedent(source))

    def preview(self) -> Result:
        return self._pulumi("preview", "--stack", "dev")

    def up(self) -> dict[str, Any]:
        """Its outputs after an `up`."""
        done = self._pulumi("up", "--yes", "--skip-preview", "--stack", "dev")
        assert done.code == 0, done.stdout + done.stderr
        return json.loads(self._pulumi("stack", "output", "--json", "--stack", "dev").stdout)

    def _pulumi(self, *arguments: str) -> Result:
        return self._backend.pulumi(*arguments, cwd=self._folder)


NewTeam = Callable[[str], Team]


@pytest.fixture
def new_team(local_backend: LocalStack, tmp_path: Path) -> NewTeam:
    """Makes projects of other teams, each with a name of its own."""
    count = iter(range(100))
    return lambda source: Team(local_backend, tmp_path / f"{tmp_path.name}-{next(count)}", source)


@pytest.fixture
def local_backend(committed: Standing) -> LocalStack:
    return committed.stack


def exported(committed: Standing) -> dict[str, Any]:
    return json.loads(committed.stack.pulumi("stack", "output", "--json", "--stack", "local").stdout)


def refused(team: Team) -> str:
    """The one error of a preview, which is a paragraph."""
    done = team.preview()
    assert done.code != 0, done.stdout
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    lines = [line.strip() for line in said.splitlines()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    assert len(errors) == 1, said
    return errors[0]


def test_a_stack_exports_what_the_committed_schema_promises_and_nothing_else(committed: Standing):
    shown = exported(committed)
    jsonschema.validate(shown, json.loads(SCHEMA.read_text()), jsonschema.Draft202012Validator)
    assert set(shown) <= set(described())
    assert shown["outputs_version"] == VERSION


def test_another_teams_program_reads_what_the_stack_exports(committed: Standing, new_team: NewTeam):
    shown = exported(committed)
    team = new_team(READS.format(stack=WEB))
    assert team.preview().code == 0
    read = team.up()
    assert read["url"] == shown["url"]
    assert read["subnets"] == shown["private_subnet_ids"]
    assert read["dollars"] == shown["monthly_cost"]["total"]
    assert read.get("https") is None


def test_a_reader_sees_the_last_up_and_not_the_program_as_it_is_now(new_team: NewTeam):
    web = new_team(LEFT.format(version=VERSION, url="http://before"))
    web.up()
    web.write(LEFT.format(version=VERSION, url="http://after"))
    team = new_team(
        f"""
        import pulumi
        from web_application_outputs import WebApplication

        pulumi.export("url", WebApplication("{web.name}").url)
        """
    )
    assert team.up() == {"url": "http://before"}
    web.up()
    assert team.up() == {"url": "http://after"}


def test_a_stack_that_doesnt_exist_is_named(new_team: NewTeam):
    missing = "organization/web-application/elsewhere"
    told = refused(new_team(READS.format(stack=missing)))
    assert told.startswith(f'stack {missing} can\'t be read: unknown stack "{missing}"; ')


def test_a_stack_that_was_never_brought_up_is_named_with_the_next_step(new_team: NewTeam):
    web = new_team(LEFT.format(version=VERSION, url="http://never"))
    told = refused(new_team(READS.format(stack=web.name)))
    assert told.startswith(f"stack {web.name} has no output outputs_version: it was never brought up")
    assert "run `pulumi up` there" in told


def test_an_output_that_is_missing_is_named_with_its_stack_and_the_next_step(new_team: NewTeam):
    web = new_team(LEFT.format(version=VERSION, url="http://web"))
    web.up()
    told = refused(new_team(READS.format(stack=web.name)))
    assert told.startswith(f"stack {web.name} has no output ")
    assert told.endswith("which its version of the outputs promises; run `pulumi up` there")


@pytest.mark.parametrize(("version", "told"), [("0.9.0", "too old"), ("999.0.0", "too new")])
def test_a_version_that_cant_be_read_is_told_against_the_readers_own(
    new_team: NewTeam, version: str, told: str
):
    web = new_team(LEFT.format(version=version, url="http://web"))
    web.up()
    found = refused(new_team(READS.format(stack=web.name)))
    assert found.startswith(f"stack {web.name} has version {version} of its outputs, which is {told}: ")
    assert f"web-application-outputs {VERSION}" in found


def test_a_name_that_isnt_whole_is_refused(new_team: NewTeam):
    assert refused(new_team(READS.format(stack="local"))).startswith(
        "WebApplication: 'local' isn't a stack's full name; use organization/project/stack"
    )

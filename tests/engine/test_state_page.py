"""docs/state.md: its commands, run as they stand there, undo what happened to a stack's state."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from backend.names import Backend
from emulator.local.aws import ROOT
from emulator.local.environment import ACCOUNT, REGION
from tests.engine.clone import Clone
from tests.engine.conftest import StackFactory
from tests.engine.harness import write_program

PAGE = (ROOT / "docs" / "state.md").read_text(encoding="utf-8")
EXAMPLE = "111122223333"  # the page's account, and that of the committed settings
SECRET = "hunter2-and-nothing-else"
UP = "pulumi up --yes --skip-preview --stack dev"
SETTINGS = "config: {aws:region: us-east-1}\n"
PROGRAM = """
    import pulumi
    import pulumi_aws as aws

    for name in ("orders", "invoices"):
        aws.sns.Topic(name, name=name)
    token = pulumi.Config().require_secret("token")
    secret = aws.secretsmanager.Secret("token")
    aws.secretsmanager.SecretVersion("token", secret_id=secret.id, secret_string=token)
    pulumi.export("token", token)
"""


def blocks(heading: str) -> list[str]:
    """The shell commands of one section, with the local account for the page's."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [it.replace(EXAMPLE, ACCOUNT) for it in re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]


@dataclass(frozen=True, kw_only=True)
class Team:
    """Who keeps the stack `dev` of a small program in the backend `dev`."""

    clone: Clone
    program: Path
    backend: Backend = field(default_factory=lambda: Backend(stack="dev", account=ACCOUNT, region=REGION))

    def shell(self, *commands: str, **variables: str) -> str:
        """Runs commands in a shell that the page has made ready; what they print."""
        given = [f"{name}={value!r}" for name, value in variables.items()]
        script = "\n".join([*blocks("Set it up"), *given, *commands])
        path = f"{ROOT / '.venv' / 'bin'}:{self.clone.environment['PATH']}"
        return self.clone.run(["/bin/sh", "-ec", script], self.program, PATH=path)

    def follow(self, heading: str, **variables: str) -> str:
        """Runs all commands of a section."""
        return self.shell(*blocks(heading), **variables)

    def fails(self, command: str) -> str:
        """Runs a command that has to fail; what it says."""
        return self.shell(f"! {command}")

    def up(self) -> str:
        return self.shell(UP)

    def preview(self) -> None:
        """Finds that nothing would change."""
        self.shell("pulumi preview --stack dev --expect-no-changes")

    @property
    def state(self) -> str:
        """The state's key in the bucket."""
        return ".pulumi/stacks/web-application/dev.json"

    @property
    def s3(self) -> Any:
        return self.clone.client("s3")

    def spoil(self, body: bytes) -> None:
        self.s3.put_object(Bucket=self.backend.bucket, Key=self.state, Body=body)

    def versions(self) -> list[str]:
        """The ids of the state's versions that the page's command lists, newest first."""
        listed = self.shell(blocks("A state was deleted or spoilt")[0])
        return [line.split("\t")[0] for line in listed.splitlines() if "\t" in line]


@pytest.fixture(scope="module")
def team(new_stack: StackFactory, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A stack that was begun as the page says. Tests leave it with nothing to change."""
    folder = tmp_path_factory.mktemp("team")
    clone = Clone.of(new_stack(), folder / "clone")
    own = clone.folder / "backend" / "Pulumi.dev.yaml"
    own.write_text(own.read_text().replace(EXAMPLE, ACCOUNT))
    clone.make_backend("dev")
    team = Team(clone=clone, program=write_program(folder / "program", PROGRAM))
    settings = team.program / "Pulumi.dev.yaml"
    settings.write_text(SETTINGS)
    team.follow("Begin a stack")
    team.shell(f"pulumi config set --stack dev --secret token {SECRET}")
    team.up()
    assert "secretsprovider: awskms://alias/pulumi-state-dev" in settings.read_text()
    assert "encryptedkey: " in settings.read_text()
    return team


def test_each_command_of_the_page_is_in_a_section_that_a_test_follows():
    followed = {
        "Set it up",
        "Begin a stack",
        "Move a stack here",
        "Keep a copy, and go back to it",
        "A stack is locked",
        "What a killed run left in flight",
        "A state was deleted or spoilt",
        "A key waits to be deleted",
    }
    assert {it for it in re.findall(r"^## (.*)$", PAGE, re.MULTILINE) if blocks(it)} == followed
    assert "make backend STACK=dev" in PAGE


def test_a_secret_is_nowhere_in_plain_text(team: Team):
    assert team.shell("pulumi stack output --stack dev --show-secrets token").strip() == SECRET
    for page in team.s3.get_paginator("list_object_versions").paginate(Bucket=team.backend.bucket):
        for it in page["Versions"]:
            kept = team.s3.get_object(Bucket=team.backend.bucket, Key=it["Key"], VersionId=it["VersionId"])
            assert SECRET.encode() not in kept["Body"].read(), it["Key"]
    assert SECRET not in (team.program / "Pulumi.dev.yaml").read_text()


def test_every_object_is_under_the_backends_key(team: Team):
    key = team.clone.client("kms").describe_key(KeyId=team.backend.key_alias)["KeyMetadata"]["Arn"]
    for it in team.s3.list_objects_v2(Bucket=team.backend.bucket)["Contents"]:
        head = team.s3.head_object(Bucket=team.backend.bucket, Key=it["Key"])
        if "CopySource" not in head.get("Metadata", {}):
            assert (head["ServerSideEncryption"], head.get("SSEKMSKeyId")) == ("aws:kms", key), it["Key"]


def test_a_copy_brings_back_a_state_that_lost_a_resource(team: Team):
    keep, *go_back = blocks("Keep a copy, and go back to it")
    team.shell(keep)
    file = team.program / "state.json"
    state = json.loads(file.read_text())
    resources: list[dict[str, Any]] = state["deployment"]["resources"]
    state["deployment"]["resources"] = [it for it in resources if not it["urn"].endswith("::orders")]
    (team.program / "lost.json").write_text(json.dumps(state))
    team.shell("pulumi stack import --stack dev --file lost.json")
    assert "it exists already" in team.fails(UP)
    team.shell(*go_back)
    team.preview()


def test_cancel_removes_the_lock_of_a_run_that_is_gone(team: Team):
    lock = {"pid": 4711, "username": "ana", "hostname": "laptop", "timestamp": "2026-11-27T19:00:00Z"}
    key = ".pulumi/locks/organization/web-application/dev/0a1b2c3d.json"
    team.s3.put_object(Bucket=team.backend.bucket, Key=key, Body=json.dumps(lock).encode())
    assert "created by ana@laptop (pid 4711) at 2026-11-27T19:00:00Z" in team.fails(UP)
    team.preview()
    team.follow("A stack is locked")
    assert "unchanged" in team.up()


def test_what_a_killed_run_created_is_taken_in(team: Team):
    body = team.s3.get_object(Bucket=team.backend.bucket, Key=team.state)["Body"].read()
    content = json.loads(body)
    latest = content["checkpoint"]["latest"]
    (flying,) = (it for it in latest["resources"] if it["urn"].endswith("Topic::orders"))
    latest["resources"].remove(flying)
    begun = {
        key: value for key, value in flying.items() if key not in {"id", "outputs", "created", "modified"}
    }
    latest["pending_operations"] = [{"type": "creating", "resource": begun}]
    team.spoil(json.dumps(content).encode())
    said = team.fails(UP)
    assert "pending operations" in said
    assert "it exists already" in said
    heading = "What a killed run left in flight"
    team.follow(heading, type="aws:sns/topic:Topic", name="orders", id=flying["id"])
    team.preview()
    assert "pending operations" not in team.up()


def test_a_deleted_state_is_restored_from_the_version_before(team: Team):
    settings = team.program / "Pulumi.dev.yaml"
    committed = settings.read_bytes()
    team.shell("pulumi stack rm dev --force --yes")
    assert not settings.exists()
    assert "no stack named 'dev' found" in team.fails(UP)
    settings.write_bytes(committed)
    _, restore = blocks("A state was deleted or spoilt")
    team.shell(restore, version=team.versions()[0])
    team.preview()


@pytest.mark.parametrize("body", [b"", b"no state at all", b'{"version": 3, "checkpoint": {}}'])
def test_a_spoilt_state_is_restored_from_the_version_before(team: Team, body: bytes):
    before = team.versions()[0]
    team.spoil(body)
    assert team.versions()[1] == before
    team.fails("pulumi preview --stack dev --expect-no-changes")
    _, restore = blocks("A state was deleted or spoilt")
    team.shell(restore, version=team.versions()[1])
    team.preview()


def test_nobody_can_delete_a_version(team: Team):
    version = team.versions()[-1]
    delete = f"aws s3api delete-object --bucket $bucket --key $state --version-id {version}"
    assert "AccessDenied" in team.fails(delete)
    assert version in team.versions()


def test_a_key_that_waits_to_be_deleted_is_brought_back(team: Team):
    kms = team.clone.client("kms")
    key = kms.describe_key(KeyId=team.backend.key_alias)["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    assert "KMSInvalidStateException" in team.fails("pulumi preview --stack dev")
    assert "aws kms cancel-key-deletion" in team.clone.make_backend("dev", code=2)
    team.follow("A key waits to be deleted")
    team.preview()


def test_a_stack_is_moved_here_with_its_secrets(team: Team, tmp_path: Path):
    program = write_program(
        tmp_path / "program", PROGRAM.replace('"orders", "invoices"', '"visits", "views"')
    )
    project = program / "Pulumi.yaml"
    project.write_text(project.read_text().replace("web-application", "moved"))
    (program / "Pulumi.dev.yaml").write_text(SETTINGS)
    (tmp_path / "old").mkdir()
    moved = Team(clone=team.clone, program=program)
    old = {"old_backend": f"file://{tmp_path / 'old'}"}
    there = 'export PULUMI_CONFIG_PASSPHRASE=old; export PULUMI_BACKEND_URL="$old_backend"'
    back = f"export PULUMI_BACKEND_URL={moved.backend.url!r}"
    begin = ("pulumi stack init dev", f"pulumi config set --stack dev --secret token {SECRET}")
    moved.shell(there, *begin, UP, **old)
    moved.shell(there, back, *blocks("Move a stack here"), **old)
    assert moved.shell("pulumi stack output --stack dev --show-secrets token").strip() == SECRET
    settings = (program / "Pulumi.dev.yaml").read_text()
    assert "encryptionsalt" not in settings
    assert "secretsprovider: awskms://" in settings

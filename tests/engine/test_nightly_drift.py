"""The delivery's and the night's own steps on the real engine: what is delivered, what counts as drift."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.local.aws import ROOT
from tests.engine.clone import BACKEND, Clone
from tests.engine.harness import write_program
from tests.workflows.steps import run, step

BRING_UP = step("dev", "Bring it up", "deliver")
JUDGE = step("look", "Judge the state by today's rules", "nightly")
GO_BACK = step("look", "Go back to what was delivered", "nightly")
DRIFT = step("look", "Look for drift", "nightly")
SUMMARIZE = step("look", "Summarize", "nightly")

SETTINGS = "config:\n  aws:region: us-east-1\n  web-application:title: {}\n"
# The display name is like a service's desired count: AWS changes it, and no program wants it back.
PROGRAM = """
    import pulumi
    import pulumi_aws as aws

    title = pulumi.Config().require("title")
    key = aws.kms.Key("key", enable_key_rotation=True, deletion_window_in_days=30)
    aws.sns.Topic(
        "topic", name="topic", display_name="first", kms_master_key_id=key.arn, tags={"Title": title},
        opts=pulumi.ResourceOptions(ignore_changes=["displayName"]),
    )
"""


class Delivered:
    """A repository whose main is ahead of what the workflow's own step brought its stack dev up with.

    Its state is where `make backend` lets an environment's be: in S3, with secrets by a key of KMS.
    """

    def __init__(self, clone: Clone, folder: Path) -> None:
        self.clone, self.folder = clone, folder
        self.settings = folder / "Pulumi.dev.yaml"
        write_program(folder, PROGRAM)
        (folder / "Makefile").write_text(".venv/.ready:\n\t@true\n")
        (folder / ".gitignore").write_text("/.venv\n/policies\n/reports\n/summary.md\n")
        (folder / "policies").symlink_to(ROOT / "policies")
        provider = ("--secrets-provider", BACKEND.secrets_provider)
        clone.pulumi("stack", "init", "dev", *provider, cwd=folder)
        self._key = self.settings.read_text()
        self._git("init", "--quiet", "--initial-branch=main")
        self._commit("delivered")
        self.made = self.run(BRING_UP)
        self._commit("newer")

    def _git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=it", "-c", "user.email=it@localhost")
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def _commit(self, title: str) -> None:
        self.settings.write_text(self._key + SETTINGS.format(title))
        self._git("add", ".")
        self._git("commit", "--quiet", f"--message={title}")

    def run(self, which: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run a step in the checkout, logged in as the job is."""
        environment = {
            **self.clone.environment,
            "PULUMI_BACKEND_URL": BACKEND.url,
            "STACK": "dev",
            "GITHUB_STEP_SUMMARY": "summary.md",
        }
        return run(which, self.folder, environment)

    def topic(self, **attributes: str) -> None:
        """Change the topic by hand."""
        sns = self.clone.client("sns")
        (topic,) = sns.list_topics()["Topics"]
        for name, value in attributes.items():
            sns.set_topic_attributes(TopicArn=topic["TopicArn"], AttributeName=name, AttributeValue=value)


@pytest.fixture(scope="module")
def delivered(backend: Clone, tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    return Delivered(backend, tmp_path_factory.mktemp("delivered") / "checkout")


def test_a_merge_is_brought_up_under_the_policies(delivered: Delivered):
    assert delivered.made.returncode == 0, delivered.made.stdout + delivered.made.stderr
    assert "ecs-policies" in delivered.made.stdout


def test_what_main_has_and_nobody_delivered_yet_and_what_aws_may_change_is_no_drift(delivered: Delivered):
    delivered.topic(DisplayName="scaled")
    assert delivered.run(DRIFT).returncode == 7  # as main is
    before = delivered.settings.read_text()
    went = delivered.run(GO_BACK)
    assert went.returncode == 0, went.stderr
    assert delivered.settings.read_text() == before.replace("newer", "delivered")
    looked = delivered.run(DRIFT)
    assert looked.returncode == 0, looked.stdout


def test_what_somebody_changed_by_hand_is_drift_and_the_summary_names_it_without_its_value(
    delivered: Delivered,
):
    assert delivered.run(GO_BACK).returncode == 0
    delivered.topic(KmsMasterKeyId="alias/by-hand")
    assert delivered.run(DRIFT).returncode == 7
    assert delivered.run(SUMMARIZE).returncode == 0
    summary = (delivered.folder / "summary.md").read_text()
    assert "aws:sns:Topic topic update [diff: ~kmsMasterKeyId]" in summary
    assert "by-hand" not in summary


def test_the_audit_judges_the_very_state(delivered: Delivered):
    (delivered.folder / ".venv").symlink_to(ROOT / ".venv")
    judged = delivered.run(JUDGE)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "<code>dev</code>" in (delivered.folder / "reports" / "audit.md").read_text()

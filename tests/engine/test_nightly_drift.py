"""The delivery's and the night's own steps on the real engine: what is delivered, what counts as drift."""

import subprocess
from collections.abc import Iterator

import pytest

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT
from emulator.local.stack import LocalStack
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
    """A repository whose main is ahead of what the workflow's own step brought its stack dev up with."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack, self.folder = stack, stack.program
        (self.folder / "Makefile").write_text(".venv/.ready:\n\t@true\n")
        (self.folder / ".gitignore").write_text("/.venv\n/policies\n/reports\n/summary.md\n")
        (self.folder / "policies").symlink_to(ROOT / "policies")
        self.stack.init()
        self._git("init", "--quiet", "--initial-branch=main")
        self._commit("delivered")
        self.made = self.run(BRING_UP)
        self._commit("newer")

    def _git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=it", "-c", "user.email=it@localhost")
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def _commit(self, title: str) -> None:
        kept = [
            it for it in self.stack.settings_file.read_text().splitlines() if it.startswith("encryptionsalt")
        ]
        self.stack.settings_file.write_text("\n".join([SETTINGS.format(title), *kept]))
        self._git("add", ".")
        self._git("commit", "--quiet", f"--message={title}")

    def run(self, which: object) -> subprocess.CompletedProcess[str]:
        """Run a step in the checkout, logged in as the job is."""
        environment = {**self.stack.environment, "STACK": "dev", "GITHUB_STEP_SUMMARY": "summary.md"}
        return run(which, self.folder, environment)  # type: ignore[arg-type]

    def topic(self, **attributes: str) -> None:
        """Change the topic by hand."""
        sns = self.stack.client("sns")
        (topic,) = sns.list_topics()["Topics"]
        for name, value in attributes.items():
            sns.set_topic_attributes(TopicArn=topic["TopicArn"], AttributeName=name, AttributeValue=value)


@pytest.fixture(scope="module")
def delivered(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    folder = tmp_path_factory.mktemp("delivered")
    program = folder / "checkout"
    program.mkdir()
    write_program(program, PROGRAM)
    (program / "Pulumi.dev.yaml").write_text(SETTINGS.format("delivered"))
    stack = LocalStack(folder / "stack", engine=engine, program=program, pack=None, stack="dev")
    stack.start()
    yield Delivered(stack)
    stack.stop()


def test_a_merge_is_brought_up_under_the_policies(delivered: Delivered):
    assert delivered.made.returncode == 0, delivered.made.stdout + delivered.made.stderr
    assert "ecs-policies" in delivered.made.stdout


def test_what_main_has_and_nobody_delivered_yet_and_what_aws_may_change_is_no_drift(delivered: Delivered):
    delivered.topic(DisplayName="scaled")
    assert delivered.run(DRIFT).returncode == 7  # as main is
    went = delivered.run(GO_BACK)
    assert went.returncode == 0, went.stderr
    assert "web-application:title: delivered" in delivered.stack.settings_file.read_text()
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

"""The driver on the real engine: what make's targets promise, on small programs."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from emulator.local import session
from emulator.local.aws import ROOT
from emulator.local.failure import LocalStackError
from emulator.local.process import is_alive
from emulator.local.remains import what_remains
from emulator.local.session import made_ready, refuse_interrupted
from emulator.local.stack import LocalStack
from emulator.local.verbs import down, env
from tests.engine.harness import driver, environment, write_pack, write_program

QUIET = Console(quiet=True)
NETWORK = """
    import pulumi
    import pulumi_aws as aws

    def tags(name):
        return {"Name": f"web-application-local-{name}"}

    vpc = aws.ec2.Vpc("web-vpc", cidr_block="10.0.0.0/16", tags=tags("web-vpc"))
    aws.ec2.Subnet("web-subnet", vpc_id=vpc.id, cidr_block="10.0.1.0/24", tags=tags("web-subnet"))
    pulumi.export("vpc", vpc.id)
"""
# What the policies find in it, answered for.
EXEMPTIONS = """\
exemptions:
    - rule: network.default-security-group
      resource: urn:pulumi:local::web-application::aws:ec2/vpc:Vpc::web-vpc
      fingerprint: "0aea929d46474c73"
      reason: a test's network, that nothing is in
      owner: tests
      expires: 2999-01-01
    - rule: network.flow-logs
      resource: urn:pulumi:local::web-application::aws:ec2/vpc:Vpc::web-vpc
      fingerprint: "5669c6b305911a3f"
      reason: a test's network, that nothing is in
      owner: tests
      expires: 2999-01-01
"""
VPC_FILTER = [{"Name": "tag:Name", "Values": ["web-application-local-web-vpc"]}]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    program = write_program(tmp_path / "program", NETWORK)
    (program / "policy-exemptions.yaml").write_text(EXEMPTIONS)
    return program


def vpcs(stack: LocalStack) -> list[str]:
    return [vpc["VpcId"] for vpc in stack.client("ec2").describe_vpcs(Filters=VPC_FILTER)["Vpcs"]]


def test_a_second_up_a_refresh_and_a_preview_change_nothing(empty_stack: LocalStack, network: Path) -> None:
    first = empty_stack.up(program=network)
    assert first.code == 0, first.stdout
    assert {"web-vpc", "web-subnet"} <= set(first.changes)
    assert empty_stack.up("--expect-no-changes", program=network).changes == {}
    assert empty_stack.refresh("--expect-no-changes", program=network).code == 0
    assert empty_stack.preview("--expect-no-changes", program=network).code == 0


def test_destroy_leaves_nothing_of_the_stack(empty_stack: LocalStack, network: Path) -> None:
    assert empty_stack.up(program=network).code == 0
    assert empty_stack.destroy(program=network).code == 0
    assert vpcs(empty_stack) == []
    assert what_remains(empty_stack) == []


def test_a_mandatory_rule_stops_a_first_preview_and_nothing_is_created(
    empty_stack: LocalStack, network: Path, tmp_path: Path
) -> None:
    pack = write_pack(
        tmp_path / "strict",
        """
        from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

        def judge(args, report):
            if args.resource_type == "aws:ec2/vpc:Vpc":
                report("no VPC today")

        rule = ResourceValidationPolicy(
            name="no-vpc", description="none", enforcement_level=EnforcementLevel.MANDATORY, validate=judge
        )
        PolicyPack("strict", [rule])
        """,
    )
    done = empty_stack.up(program=network, pack=pack)
    assert done.code == 1
    assert [(found.policy, found.level) for found in done.violations] == [("no-vpc", "mandatory")]
    assert vpcs(empty_stack) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            'import pulumi\nraise pulumi.RunError("web-application:image is missing")',
            "web-application:image is missing",
        ),
        ("import sys\nsys.exit(3)", "Program exited with non-zero exit code: 3"),
    ],
)
def test_a_programs_own_error_is_one_clean_line(
    empty_stack: LocalStack, tmp_path: Path, source: str, message: str
) -> None:
    done = empty_stack.preview(program=write_program(tmp_path / "program", source))
    assert done.code == 1
    assert message in done.errors
    assert "Traceback" not in done.stdout


def test_an_unhandled_exception_shows_the_programs_own_lines_and_none_of_the_hosts(
    empty_stack: LocalStack, tmp_path: Path
) -> None:
    source = "def broken():\n    raise ValueError('oh')\n\nbroken()\n"
    done = empty_stack.preview(program=write_program(tmp_path / "program", source))
    assert done.code == 1
    assert "in broken" in done.stdout
    assert "language_host" not in done.stdout


def test_settings_of_one_run_lie_over_the_committed_ones_and_leave_them_unchanged(
    empty_stack: LocalStack, tmp_path: Path
) -> None:
    program = write_program(
        tmp_path / "program", 'import pulumi\npulumi.export("image", pulumi.Config().require("image"))\n'
    )
    before = (ROOT / "Pulumi.local.yaml").read_bytes()
    assert empty_stack.up(program=program, settings={"web-application:image": "other:1"}).code == 0
    assert json.loads(empty_stack.pulumi("stack", "output", "--json").stdout) == {"image": "other:1"}
    assert (ROOT / "Pulumi.local.yaml").read_bytes() == before


def test_an_interrupted_up_waits_for_what_runs_and_the_next_up_completes(
    empty_stack: LocalStack, network: Path, tmp_path: Path
) -> None:
    with running_up(empty_stack, network, tmp_path) as running:
        wait_for(lambda: pending(empty_stack) != [], running)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) != 0
    assert pending(empty_stack) == []
    assert empty_stack.lock_files() == []
    assert empty_stack.up(program=network).code == 0
    assert len(vpcs(empty_stack)) == 1


def test_a_killed_engine_leaves_no_process_behind(
    empty_stack: LocalStack, network: Path, tmp_path: Path
) -> None:
    with running_up(empty_stack, network, tmp_path) as running:
        wait_for(lambda: pending(empty_stack) != [], running)
        running.kill()
        running.wait()
    marks = sorted((empty_stack.directory / "providers").iterdir())
    pids = [int(mark.name) for mark in marks]
    wait_for(lambda: not any(is_alive(pid) for pid in pids))
    assert pids


def test_up_says_that_a_killed_run_needs_a_repair_and_a_repair_leaves_nothing_outside_or_twice(
    folder: Path, network: Path, tmp_path: Path
) -> None:
    stack = made_ready(folder, QUIET)
    with running_up(stack, network, tmp_path) as running:
        wait_for(lambda: pending(stack) != [], running)
        running.kill()
        running.wait()
    in_flight = pending(stack)
    with pytest.raises(LocalStackError, match="make repair") as error:
        refuse_interrupted(stack)
    assert all(name in str(error.value) for name in in_flight)

    done = subprocess.run(driver("repair"), cwd=ROOT, env=environment(folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stderr for name in in_flight)

    refuse_interrupted(stack)
    assert stack.up(program=network).code == 0
    assert len(vpcs(stack)) == 1
    assert stack.preview("--expect-no-changes", program=network).code == 0


def test_a_state_whose_attributes_a_kill_left_empty_is_read_again(folder: Path, network: Path) -> None:
    stack = made_ready(folder, QUIET)
    assert stack.up(program=network).code == 0
    stack.checkpoint.with_suffix(".json.attrs").write_bytes(b"")
    assert stack.pulumi("stack", "export", "--stack", "local").code != 0, "the engine reads it after all"
    assert made_ready(folder, QUIET).preview("--expect-no-changes", program=network).code == 0


def test_a_restarted_aws_is_noticed_and_everything_is_built_again(folder: Path, network: Path) -> None:
    stack = made_ready(folder, QUIET)
    assert stack.up(program=network).code == 0
    os.kill(stack.running.pid, signal.SIGKILL)
    again = made_ready(folder, QUIET)
    assert again.running.instance != stack.running.instance
    assert "web-vpc" in again.up(program=network).changes
    assert len(vpcs(again)) == 1


def test_an_aws_that_runs_older_code_than_the_clones_is_started_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = made_ready(folder, QUIET).running
    assert made_ready(folder, QUIET).running == first
    monkeypatch.setattr(session, "_code", lambda: "newer")
    second = made_ready(folder, QUIET).running
    assert second.instance != first.instance
    assert not is_alive(first.pid)


def test_down_stops_everything_and_leaves_no_folder(folder: Path) -> None:
    running = made_ready(folder, QUIET).running
    assert down(folder, QUIET) == 0
    assert not is_alive(running.pid)
    assert not folder.exists()
    assert down(folder, QUIET) == 0


def test_env_points_a_plain_shell_at_the_stack(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stack = made_ready(folder, QUIET)
    assert env(folder, QUIET) == 0
    script = capsys.readouterr().out + "pulumi stack ls --json && echo $AWS_ENDPOINT_URL"
    done = subprocess.run(["/bin/sh", "-ec", script], cwd=ROOT, capture_output=True, text=True, check=True)
    stack.init()
    assert done.stdout.splitlines()[-1] == stack.running.url


def test_env_without_a_stack_prints_nothing_to_evaluate(folder: Path) -> None:
    done = subprocess.run(driver("env"), cwd=ROOT, env=environment(folder), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "make up" in done.stderr
    assert "Traceback" not in done.stderr


def running_up(stack: LocalStack, program: Path, tmp_path: Path) -> "subprocess.Popen[bytes]":
    """An `up` in the background; kill and signal reach the engine itself."""
    settings = tmp_path / "Pulumi.local.yaml"
    settings.write_bytes(stack.settings_file.read_bytes())
    stack.init()
    return subprocess.Popen(
        [stack.directory / "bin" / "pulumi", "up", "--yes", "--skip-preview", "--config-file", settings],
        cwd=program,
        env=stack.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def pending(stack: LocalStack) -> list[str]:
    """The logical names of what is being created, read where the engine writes it."""
    try:
        latest = json.loads(stack.checkpoint.read_text())["checkpoint"]["latest"] or {}
    except (FileNotFoundError, ValueError, KeyError):
        return []
    operations = latest.get("pending_operations") or []
    creating = [one["resource"] for one in operations if one["type"] == "creating"]
    return [str(one["urn"]).rsplit("::", 1)[1] for one in creating if str(one["type"]).startswith("aws:")]


def wait_for(done: Callable[[], bool], process: "subprocess.Popen[bytes] | None" = None) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        assert process is None or process.poll() is None
        time.sleep(0.002)

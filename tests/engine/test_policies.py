"""The policy pack inside the real engine: what it stops, what it only says, and who may say otherwise."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecs_policies import exemptions

from emulator.local.aws import ROOT
from emulator.local.events import Result, Violation
from emulator.local.stack import LocalStack
from tests.engine.conftest import StackFactory
from tests.engine.harness import write_program
from tests.engine.three_doors import doors

# A task of two roles, as it should be. Every reference is unknown on a first preview.
RIGHT = """
import json

import pulumi
import pulumi_aws as aws

ACCOUNT = "123456789012"
REPOSITORY = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/shop"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop:1.0.0"


def document(*statements):
    allowed = [{"Effect": "Allow", **it} for it in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def task_definition(name, *, task, execution, **changes):
    log = {
        "awslogs-group": "shop",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": name,
        "mode": "non-blocking",
    }
    container = {
        "name": "shop",
        "image": IMAGE,
        "essential": True,
        "user": "1000",
        "readonlyRootFilesystem": True,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
        "logConfiguration": {"logDriver": "awslogs", "options": log},
        **changes,
    }
    return aws.ecs.TaskDefinition(
        name,
        family=name,
        cpu="256",
        memory="512",
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        task_role_arn=task.arn,
        execution_role_arn=execution.arn,
        container_definitions=json.dumps([container]),
    )


trust = document(
    {
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
)
task = aws.iam.Role("task", assume_role_policy=trust)
execution = aws.iam.Role("execution", assume_role_policy=trust)
pulls = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
streams = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:shop:log-stream:*"
start = document(
    {"Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    {"Action": pulls, "Resource": REPOSITORY},
    {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": streams},
)
aws.iam.RolePolicy("start", role=execution.id, policy=start)
aws.cloudwatch.LogGroup("logs", name="shop", retention_in_days=30)
"""

TASK = """
definition = task_definition("shop", task=task, execution=execution)
"""

ALL_OF_ECR = """
aws.iam.RolePolicy("star", role=task.id, policy=document({"Action": "ecr:*", "Resource": REPOSITORY}))
"""

# Its ARN is known only once the role is there, and so is the document.
UNKNOWN = """
assume = execution.arn.apply(lambda arn: document({"Action": "sts:AssumeRole", "Resource": arn}))
aws.iam.RolePolicy("unknown", role=task.id, policy=assume)
"""

WITH_CAPABILITIES = """
definition = task_definition("shop", task=task, execution=execution, linuxParameters={})
"""

AS_ROOT = """
definition = task_definition("shop", task=task, execution=execution, user="root")
"""

WITH_PASSWORD = """
environment = [{"name": "DB_PASSWORD", "value": pulumi.Output.secret("hunter2")}]
secret = pulumi.Output.json_dumps([{"name": "shop", "image": IMAGE, "environment": environment}])
aws.ecs.TaskDefinition("leak", family="leak", container_definitions=secret)
"""

BUILDER = """
builds = {"Action": "sts:AssumeRole", "Principal": {"Service": "codebuild.amazonaws.com"}}
trusted = document({**builds, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}})
builder = aws.iam.Role("builder", name="builder", assume_role_policy=trusted)
pull = document({"Action": "ecr:BatchGetImage", "Resource": REPOSITORY})
aws.iam.RolePolicy("builds", role=builder.id, policy=pull)
"""


@pytest.fixture(scope="module")
def unborn(new_stack: StackFactory) -> LocalStack:
    """A stack that is previewed only."""
    return new_stack()


def program(folder: Path, *parts: str) -> Path:
    made = write_program(folder / "program", "\n".join((RIGHT, *parts)))
    shutil.copy(ROOT / "Pulumi.local.yaml", made)
    return made


def mandatory(result: Result) -> set[tuple[str, str]]:
    """The policies that stop the run, with the resource that each names."""
    return {(it.rule, it.name) for it in doors.engine(result) if it.level == "mandatory"}


def roles(stack: LocalStack) -> dict[str, list[str]]:
    """The roles that an ordinary client finds, by logical name, with their inline policies' logical names."""
    iam = stack.client("iam")
    names = [it["RoleName"] for it in iam.list_roles()["Roles"]]
    inline = {it: iam.list_role_policies(RoleName=it)["PolicyNames"] for it in names}
    return {logical(role): [logical(it) for it in policies] for role, policies in inline.items()}


def logical(physical: str) -> str:
    """An automatic name without its random end."""
    return physical.rpartition("-")[0]


def everything(stack: LocalStack) -> list[Any]:
    """What of the program an ordinary client finds."""
    definitions = stack.client("ecs").list_task_definitions()["taskDefinitionArns"]
    groups = stack.client("logs").describe_log_groups()["logGroups"]
    return [*roles(stack), *definitions, *groups]


def test_a_task_role_that_may_call_all_of_ecr_stops_a_first_up_and_nothing_is_created(
    empty_stack: LocalStack, tmp_path: Path
):
    before = everything(empty_stack)
    result = empty_stack.up(program=program(tmp_path, TASK, ALL_OF_ECR))
    assert result.code != 0
    assert {("iam.star-action", "star"), ("iam.task-role-pulls-images", "star")} <= mandatory(result)
    assert {name for _, name in mandatory(result)} == {"star"}
    assert everything(empty_stack) == before


def test_without_a_preview_a_document_that_is_wrong_by_itself_is_still_not_created(
    empty_stack: LocalStack, tmp_path: Path
):
    result = empty_stack.up("--skip-preview", program=program(tmp_path, TASK, ALL_OF_ECR))
    assert result.code != 0
    assert ("iam.star-action", "star") in mandatory(result)
    assert roles(empty_stack)["task"] == []


def test_a_program_as_it_should_be_is_created_and_passes_once_more(empty_stack: LocalStack, tmp_path: Path):
    right = program(tmp_path, TASK)
    first, second = empty_stack.up(program=right), empty_stack.up(program=right)
    assert (first.code, second.code) == (0, 0), first.stdout + first.stderr + second.stdout + second.stderr
    assert first.violations == second.violations == ()
    assert (roles(empty_stack)["task"], roles(empty_stack)["execution"]) == ([], ["start"])


def test_a_document_that_is_not_known_yet_is_a_mandatory_finding_and_not_advice(
    unborn: LocalStack, tmp_path: Path
):
    result = unborn.preview(program=program(tmp_path, TASK, UNKNOWN))
    assert result.code != 0
    found = doors.engine(result)
    assert {"iam.star-action", "iam.star-resource", "iam.task-role-pulls-images"} <= {it.rule for it in found}
    assert {(it.name, it.path, it.unverifiable, it.level) for it in found} == {
        ("unknown", "policy", True, "mandatory")
    }


def test_a_finding_of_low_severity_is_told_and_stops_nothing(unborn: LocalStack, tmp_path: Path):
    result = unborn.preview(program=program(tmp_path, WITH_CAPABILITIES))
    assert result.code == 0, result.stdout + result.stderr
    assert [(it.rule, it.level) for it in doors.engine(result)] == [("task.kept-capabilities", "advisory")]


def test_no_message_shows_a_secret_that_it_is_about(unborn: LocalStack, tmp_path: Path):
    result = unborn.preview(program=program(tmp_path, WITH_PASSWORD))
    assert ("task.secret-in-environment", "leak") in mandatory(result)
    assert "hunter2" not in result.stdout + result.stderr
    assert not [it for it in result.violations if "hunter2" in it.message]


def answer_for(told: Violation, program: Path, *, until: date) -> None:
    """Exempts what the engine was told, by the fingerprint in its message."""
    fingerprint = re.search(r"^fingerprint: (\w+)$", told.message, re.MULTILINE)
    assert fingerprint
    exemption = {
        "rule": told.policy,
        "resource": told.urn,
        "fingerprint": fingerprint[1],
        "reason": "its image is replaced in spring",
        "owner": "shop",
        "expires": until,
    }
    (program / exemptions.FILE).write_text(yaml.safe_dump({"exemptions": [exemption]}))


def test_an_exemption_holds_in_the_engine_as_at_the_gate(unborn: LocalStack, tmp_path: Path):
    spoilt = program(tmp_path, AS_ROOT)
    stopped = unborn.preview(program=spoilt)
    assert (stopped.code != 0, mandatory(stopped)) == (True, {("task.root-user", "shop")})
    answer_for(*stopped.violations, spoilt, until=date(2999, 1, 1))
    accepted = unborn.preview(program=spoilt)
    assert accepted.code == 0, accepted.stdout + accepted.stderr
    found = doors.engine(accepted)
    assert [(it.rule, it.level) for it in found] == [("task.root-user", "exempted")]
    assert doors.gate(spoilt) == found


def test_an_exemption_that_has_expired_stops_a_run_in_the_engine_as_at_the_gate(
    unborn: LocalStack, tmp_path: Path
):
    spoilt = program(tmp_path, AS_ROOT)
    answer_for(*unborn.preview(program=spoilt).violations, spoilt, until=date(2026, 1, 1))
    expired = unborn.preview(program=spoilt)
    assert expired.code != 0
    assert {rule for rule, _ in mandatory(expired)} == {"task.root-user", "exemptions.expired"}
    assert doors.gate(spoilt) == doors.engine(expired)


@pytest.mark.parametrize(
    ("config", "levels"),
    [({"pulling_roles": ["builder"]}, []), ({"enforcementLevel": "advisory"}, ["advisory"])],
    ids=["an option", "a level"],
)
def test_a_config_holds_in_the_engine_as_at_the_gate(
    unborn: LocalStack, tmp_path: Path, config: dict[str, object], levels: list[str]
):
    spoilt = program(tmp_path, TASK, BUILDER)
    assert mandatory(unborn.preview(program=spoilt)) == {("iam.other-role-pulls-images", "builds")}
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"iam.other-role-pulls-images": config}))
    option = ("--policy-pack-config", str(file))
    result = unborn.preview(*option, program=spoilt)
    assert result.code == 0, result.stdout + result.stderr
    found = doors.engine(result)
    assert [it.level for it in found] == levels
    assert doors.gate(spoilt, *option) == found

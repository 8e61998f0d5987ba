"""The policy pack inside the real engine, on the first preview of a stack: everything mandatory stays so."""

from pathlib import Path
from typing import Any

from emulator.local.events import Result
from emulator.local.stack import LocalStack
from tests.engine.harness import write_program

# A task of two roles, as it should be. Every reference is unknown on a first preview.
RIGHT = """
import json

import pulumi_aws as aws

REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/shop"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.0.0"


def document(*statements):
    allowed = [{"Effect": "Allow", **it} for it in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def task_definition(name, *, task, execution, **container):
    containers = [{"name": "shop", "image": IMAGE, "essential": True, **container}]
    return aws.ecs.TaskDefinition(
        name,
        family=name,
        cpu="256",
        memory="512",
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        task_role_arn=task.arn,
        execution_role_arn=execution.arn,
        container_definitions=json.dumps(containers),
    )


trust = document({"Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}})
task = aws.iam.Role("task", assume_role_policy=trust)
execution = aws.iam.Role("execution", assume_role_policy=trust)
pulls = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
pull = document(
    {"Action": "ecr:GetAuthorizationToken", "Resource": "*"}, {"Action": pulls, "Resource": REPOSITORY}
)
aws.iam.RolePolicy("pull", role=execution.id, policy=pull)
definition = task_definition("definition", task=task, execution=execution)
"""

ALL_OF_ECR = """
aws.iam.RolePolicy("star", role=task.id, policy=document({"Action": "ecr:*", "Resource": REPOSITORY}))
"""

# One of each kind of mistake, under a name of its own.
MISTAKES = """
layer = document({"Action": "ecr:GetDownloadUrlForLayer", "Resource": REPOSITORY})
aws.iam.RolePolicy("layer", role=task.id, policy=layer)

shared = aws.iam.Policy("shared", policy=document({"Action": "ecr:BatchGetImage", "Resource": REPOSITORY}))
aws.iam.RolePolicyAttachment("attachment", role=task.name, policy_arn=shared.arn)

wider = document({"Action": "ecr:BatchGetImage", "Resource": REPOSITORY + "-admin"})
aws.iam.RolePolicy("wider", role=execution.id, policy=wider)

assume = execution.arn.apply(lambda arn: document({"Action": "sts:AssumeRole", "Resource": arn}))
unknown = aws.iam.RolePolicy("unknown", role=task.id, policy=assume)

builder = aws.iam.Role("builder", assume_role_policy=trust)
aws.iam.RolePolicy("builds", role=builder.id, policy=pull)

single = aws.iam.Role("single", assume_role_policy=trust)
aws.iam.RolePolicy("single-pull", role=single.id, policy=pull)
task_definition("one-role", task=single, execution=single)

leak = [{"name": "DB_PASSWORD", "value": "hunter2"}]
task_definition("leak", task=task, execution=execution, environment=leak)

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
group = aws.ec2.SecurityGroup("group", vpc_id=vpc.id)
aws.vpc.SecurityGroupIngressRule(
    "open", security_group_id=group.id, ip_protocol="tcp", from_port=80, to_port=80, cidr_ipv4="0.0.0.0/0"
)
aws.ecs.Service(
    "service",
    task_definition=definition.arn,
    launch_type="FARGATE",
    network_configuration={"subnets": [subnet.id], "security_groups": [group.id]},
)
"""


def program(folder: Path, *parts: str) -> Path:
    return write_program(folder / "program", "\n".join(parts))


def mandatory(result: Result) -> set[tuple[str, str]]:
    """The policies that stop the run, with the resource that each names."""
    return {(it.policy, it.urn.rpartition("::")[2]) for it in result.violations if it.level == "mandatory"}


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
    return [*roles(stack), *stack.client("iam").list_policies(Scope="Local")["Policies"], *definitions]


def test_a_task_role_that_may_call_all_of_ecr_stops_a_first_up_and_nothing_is_created(
    empty_stack: LocalStack, tmp_path: Path
):
    before = everything(empty_stack)
    result = empty_stack.up(program=program(tmp_path, RIGHT, ALL_OF_ECR))
    assert result.code != 0
    assert mandatory(result) == {("iam.star-action", "star"), ("iam.task-role-pulls-images", "star")}
    assert everything(empty_stack) == before


def test_without_a_preview_a_document_that_is_wrong_by_itself_is_still_not_created(
    empty_stack: LocalStack, tmp_path: Path
):
    result = empty_stack.up("--skip-preview", program=program(tmp_path, RIGHT, ALL_OF_ECR))
    assert result.code != 0
    assert ("iam.star-action", "star") in mandatory(result)
    assert roles(empty_stack)["task"] == []


def test_a_program_as_it_should_be_is_created_and_passes_once_more(empty_stack: LocalStack, tmp_path: Path):
    right = program(tmp_path, RIGHT)
    first, second = empty_stack.up(program=right), empty_stack.up(program=right)
    assert (first.code, second.code) == (0, 0), first.stdout + first.stderr + second.stdout + second.stderr
    assert first.violations == second.violations == ()
    assert (roles(empty_stack)["task"], roles(empty_stack)["execution"]) == ([], ["pull"])


def test_each_kind_of_mistake_is_named_on_a_first_preview(empty_stack: LocalStack, tmp_path: Path):
    result = empty_stack.preview(program=program(tmp_path, RIGHT, MISTAKES))
    assert mandatory(result) == {
        ("iam.task-role-pulls-images", "layer"),
        ("iam.task-role-pulls-images", "shared"),
        ("iam.task-role-pulls-images", "single-pull"),
        ("iam.execution-role-pull", "wider"),
        ("iam.other-role-pulls-images", "builds"),
        ("iam.one-role-for-both", "one-role"),
        ("iam.star-action", "unknown"),
        ("iam.star-resource", "unknown"),
        ("iam.task-role-pulls-images", "unknown"),
        ("task.secret-in-environment", "leak"),
        ("network.tasks-reached-by-others", "open"),
    }, result.stdout + result.stderr
    assert result.code != 0
    assert "hunter2" not in result.stdout + result.stderr

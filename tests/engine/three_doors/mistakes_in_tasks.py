"""Mistakes in tasks, in their service and in their roles; all of a table fit into one stack together."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from ecs_policies import kinds

from emulator.local.environment import ACCOUNT, REGION
from tests.engine.three_doors.spoiling import (
    Make,
    Mistake,
    Properties,
    add,
    change,
    containers,
    document,
    statement,
    the,
)

_SECRETS = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
_REPOSITORIES = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository"
_RAILS = "containerDefinitions[rails]"
_BUILDS = {
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "codebuild.amazonaws.com"},
    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
}


def in_containers(**settings: Properties | Callable[[Any], Properties]) -> Make:
    return change(kinds.TASK_DEFINITION, "web", container_definitions=containers(**settings))


def with_password(container: Any) -> Properties:
    return {"environment": [*container["environment"], {"name": "DB_PASSWORD", "value": "hunter2"}]}


def with_logs_elsewhere(container: Any) -> Properties:
    log = container["logConfiguration"]
    return {"logConfiguration": {**log, "options": {**log["options"], "awslogs-group": "elsewhere"}}}


def on_network(make: Callable[[Any], Properties]) -> Callable[[Properties], Properties]:
    """The service's network with a part changed."""
    return lambda given: {**given["network_configuration"], **make(given["network_configuration"])}


TASKS: Mapping[str, Mistake] = {
    "capabilities that nothing needs": Mistake(
        make=in_containers(rails={"linuxParameters": None}),
        found=("task.kept-capabilities", "web", f"{_RAILS}.linuxParameters.capabilities.drop"),
    ),
    "a root file system that is written": Mistake(
        make=in_containers(rails={"readonlyRootFilesystem": None}),
        found=("task.writable-root", "web", f"{_RAILS}.readonlyRootFilesystem"),
    ),
    "an image that is whatever is latest": Mistake(
        make=in_containers(log_router={"image": "public.ecr.aws/aws/fluent-bit:latest"}),
        found=("task.moving-image", "web", "containerDefinitions[log_router].image"),
    ),
    "a password in the environment": Mistake(
        make=in_containers(rails=with_password),
        found=("task.secret-in-environment", "web", f"{_RAILS}.environment[DB_PASSWORD]"),
    ),
    "output that nobody keeps": Mistake(
        make=in_containers(datadog={"logConfiguration": None}),
        found=("task.lost-logs", "web", "containerDefinitions[datadog].logConfiguration"),
    ),
    "a log group that doesn't exist": Mistake(
        make=in_containers(datadog_init=with_logs_elsewhere),
        found=(
            "task.missing-log-group",
            "web",
            "containerDefinitions[datadog_init].logConfiguration.options[awslogs-group]",
        ),
    ),
    "tasks with public addresses": Mistake(
        make=change(
            kinds.SERVICE, "web", network_configuration=on_network(lambda _: {"assign_public_ip": True})
        ),
        found=("service.public-ip", "web", "networkConfiguration.assignPublicIp"),
    ),
    "deployments that nothing turns back": Mistake(
        make=change(kinds.SERVICE, "web", deployment_circuit_breaker=None),
        found=("service.rollback", "web", "deploymentCircuitBreaker"),
    ),
    "no time to start": Mistake(
        make=change(kinds.SERVICE, "web", health_check_grace_period_seconds=5),
        found=("service.grace-and-drain", "web", "healthCheckGracePeriodSeconds"),
    ),
    "deployments that stop tasks first": Mistake(
        make=change(kinds.SERVICE, "web", deployment_minimum_healthy_percent=50),
        found=("service.deployment-percentages", "web", "deploymentMinimumHealthyPercent"),
    ),
    "a cluster without insights": Mistake(
        make=change(
            kinds.CLUSTER, "web-cluster", settings=[{"name": "containerInsights", "value": "disabled"}]
        ),
        found=("cluster.container-insights", "web-cluster", "settings[containerInsights]"),
    ),
    "one role for task and agent": Mistake(
        make=change(kinds.TASK_DEFINITION, "web", task_role_arn=lambda given: given["execution_role_arn"]),
        found=("iam.one-role-for-both", "web", "taskRoleArn"),
    ),
}


REFUSED: Mapping[str, Mistake] = {
    "a privileged container": Mistake(
        make=in_containers(rails={"privileged": True}),
        found=("task.privileged", "web", f"{_RAILS}.privileged"),
    ),
    "tasks in a security group of someone's": Mistake(
        make=change(
            kinds.SERVICE,
            "web",
            network_configuration=on_network(
                lambda it: {"security_groups": [*it["security_groups"], "sg-0123456789abcdef0"]}
            ),
        ),
        found=("network.tasks-reached-by-others", "web", "networkConfiguration.securityGroups"),
    ),
}
"""What AWS refuses too, so that no stack stands with it."""


def on_task_role(name: str, **said: Any) -> Make:
    """A policy more on the task role, with a statement that the state keeps as a secret."""
    policy = document({"Sid": "More", **said})
    return add(
        lambda: aws.iam.RolePolicy(
            name, role=the(kinds.ROLE, "web-task").name, policy=pulumi.Output.secret(policy)
        )
    )


def attach_administrator() -> None:
    operator = aws.iam.Role("operator", assume_role_policy=document(_BUILDS))
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    aws.iam.RolePolicyAttachment("operator", role=operator.name, policy_arn=arn)


def attach_pull() -> None:
    images = f"{_REPOSITORIES}/web-application/rails"
    pull = aws.iam.Policy("pull", policy=document({"Action": ["ecr:BatchGetImage"], "Resource": images}))
    role = the(kinds.ROLE, "web-task")
    aws.iam.RolePolicyAttachment("pull", role=role.name, policy_arn=pull.arn)


ROLES: Mapping[str, Mistake] = {
    "a trust in everyone": Mistake(
        make=change(
            kinds.ROLE,
            "web-task",
            assume_role_policy=document({"Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}),
        ),
        found=("iam.public-trust", "web-task", "assumeRolePolicy.Statement[0].Principal"),
    ),
    "an administrator": Mistake(
        make=add(attach_administrator),
        found=("iam.admin-attached", "operator", "policyArn[AdministratorAccess]"),
    ),
    "every action of a service": Mistake(
        make=on_task_role("queues", Action="sqs:*", Resource=f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"),
        found=("iam.star-action", "queues", "policy.Statement[More].Action[sqs:*]"),
    ),
    "any role for any service": Mistake(
        make=on_task_role("passes", Action="iam:PassRole", Resource="*"),
        found=("iam.pass-role", "passes", "policy.Statement[More].Action[iam:PassRole]"),
    ),
    "a pull by the task role": Mistake(
        make=add(attach_pull),
        found=("iam.task-role-pulls-images", "pull", "policy.Statement[0]"),
    ),
    "a pull of every image": Mistake(
        make=change(
            kinds.ROLE_POLICY, "web-execution", policy=statement("PullImages", Resource=f"{_REPOSITORIES}/*")
        ),
        found=("iam.execution-role-pull", "web-execution", "policy.Statement[PullImages]"),
    ),
    "secrets that the agent can't read": Mistake(
        make=change(
            kinds.ROLE_POLICY,
            "web-execution",
            policy=statement("ReadSecrets", Resource=f"{_SECRETS}:other-000000"),
        ),
        found=("role.execution-secrets", "web", f"{_RAILS}.secrets[SECRET_KEY_BASE]"),
    ),
    "secrets that the application reads as well": Mistake(
        make=on_task_role(
            "reads", Action="secretsmanager:GetSecretValue", Resource=f"{_SECRETS}:web-application/*"
        ),
        found=("role.task-role-reads-secrets", "reads", "policy.Statement[More]"),
    ),
}

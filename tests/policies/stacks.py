"""Stacks for the rules to judge: the web application as it should be, and ways to spoil it."""

import json
from collections.abc import Mapping
from typing import Any

from ecs_policies.model import UNKNOWN, Finding, Options, Resource, Rule, Stack

ACCOUNT = "123456789012"
REPOSITORY = f"arn:aws:ecr:us-east-1:{ACCOUNT}:repository/web"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web@sha256:" + "0" * 64
LOG_STREAMS = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/web/rails:log-stream:*"

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
CLASSIC_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy"


def urn(type_: str, name: str) -> str:
    """The URN of a resource of the stack under test."""
    return f"urn:pulumi:local::web-application::{type_}::{name}"


def resource(
    type_: str, name: str, properties: Mapping[str, Any] | None = None, **made_from: Resource | list[Resource]
) -> Resource:
    """A resource; a keyword says which resources a property was made from."""
    origins = {
        key: tuple(one.urn for one in (it if isinstance(it, list) else [it])) for key, it in made_from.items()
    }
    return Resource(
        type=type_, urn=urn(type_, name), properties=properties or {}, property_dependencies=origins
    )


def document(*statements: Mapping[str, Any]) -> str:
    """A policy document; each statement allows unless it says otherwise."""
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **it} for it in statements]}
    )


def allow(actions: str | list[str], resources: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """An Allow statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


TASK_TRUST = document(
    {
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:us-east-1:{ACCOUNT}:*"},
        },
    }
)

PULL = (
    allow("ecr:GetAuthorizationToken"),
    allow(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], REPOSITORY),
)

CONTAINERS = [
    {"name": "rails", "image": IMAGE, "environment": [{"name": "PORT", "value": "3000"}]},
    {"name": "nginx", "image": "public.ecr.aws/nginx/nginx-unprivileged:1.29.3"},
]


class Web:
    """The web application: two roles, their policies, a task definition, a service behind a load balancer.

    On the first preview references are unknown; `deployed`, resources have ids and ARNs, and they are known.
    """

    def __init__(self, *, deployed: bool = False) -> None:
        self.deployed = deployed
        self.task_role = self._made(ROLE, "task", name="web-task", assumeRolePolicy=TASK_TRUST)
        self.execution_role = self._made(ROLE, "execution", name="web-execution", assumeRolePolicy=TASK_TRUST)
        self.execution_policy = resource(
            ROLE_POLICY,
            "execution-policy",
            {
                "role": self.reference(self.execution_role),
                "policy": document(*PULL, allow(["logs:CreateLogStream", "logs:PutLogEvents"], LOG_STREAMS)),
            },
            role=self.execution_role,
        )
        self.definition = self.with_containers(CONTAINERS)
        self.balancer_group = self._made(GROUP, "balancer-group")
        self.task_group = self._made(GROUP, "task-group")
        self.balancer = resource(
            BALANCER,
            "balancer",
            {"securityGroups": [self.reference(self.balancer_group)]},
            securityGroups=self.balancer_group,
        )
        self.ingress = resource(
            INGRESS,
            "ingress",
            {
                "securityGroupId": self.reference(self.task_group),
                "referencedSecurityGroupId": self.reference(self.balancer_group),
                "fromPort": 8080,
                "toPort": 8080,
            },
            securityGroupId=self.task_group,
            referencedSecurityGroupId=self.balancer_group,
        )
        self.service = resource(
            SERVICE,
            "service",
            {
                "networkConfiguration": {
                    "subnets": ["subnet-1", "subnet-2"],
                    "securityGroups": [self.reference(self.task_group)],
                }
            },
            networkConfiguration=self.task_group,
        )

    def reference(self, to: Resource) -> Any:
        """What a property that refers to the resource holds."""
        return to.properties["arn" if to.type in (ROLE, POLICY) else "id"] if self.deployed else UNKNOWN

    def made(self, type_: str, logical: str, /, **properties: Any) -> Resource:
        """A further resource of the stack, with id and ARN if it's deployed."""
        return self._made(type_, logical, **properties)

    def with_containers(self, containers: Any) -> Resource:
        """The task definition with these containers."""
        text = containers if containers is UNKNOWN or isinstance(containers, str) else json.dumps(containers)
        return resource(
            TASK,
            "task-definition",
            {
                "family": "web",
                "requiresCompatibilities": ["FARGATE"],
                "containerDefinitions": text,
                "taskRoleArn": self.reference(self.task_role),
                "executionRoleArn": self.reference(self.execution_role),
            },
            taskRoleArn=self.task_role,
            executionRoleArn=self.execution_role,
        )

    def on_role(self, role: Resource, *statements: Mapping[str, Any], name: str = "extra") -> Resource:
        """A policy on a role."""
        properties = {"role": self.reference(role), "policy": document(*statements)}
        return resource(ROLE_POLICY, name, properties, role=role)

    def stack(self, *more: Resource, without: tuple[Resource, ...] = ()) -> Stack:
        """All of it; a resource in `more` takes the place of one with its URN."""
        own = [it for it in vars(self).values() if isinstance(it, Resource) and it not in without]
        return Stack({it.urn: it for it in (*own, *more)}.values())

    def _made(self, type_: str, logical: str, /, **properties: Any) -> Resource:
        computed: dict[str, Any] = {}
        if self.deployed:
            kind = "role" if type_ == ROLE else "policy"
            arn = f"arn:aws:iam::{ACCOUNT}:{kind}/{properties.get('name', logical)}"
            computed = {"id": f"sg-{logical}" if type_ == GROUP else f"id-{logical}", "arn": arn}
            if type_ == GROUP:
                computed["arn"] = f"arn:aws:ec2:us-east-1:{ACCOUNT}:security-group/sg-{logical}"
        return resource(type_, logical, {**computed, **properties})


def judged(rule: Rule, stack: Stack, **options: Any) -> list[Finding]:
    """The rule's findings."""
    given = {key: frozenset(it) if isinstance(it, list) else it for key, it in options.items()}
    return rule.judge(stack, Options(**given))


def violations(findings: list[Finding]) -> list[tuple[str, str]]:
    """Resource name and path of each finding that is a judgement."""
    return [(it.resource.rpartition("::")[2], it.path) for it in findings if not it.unverifiable]


def unverified(findings: list[Finding]) -> list[tuple[str, str]]:
    """Resource name and path of each finding that says it can't be judged."""
    return [(it.resource.rpartition("::")[2], it.path) for it in findings if it.unverifiable]

"""Cases of the rules about who may take a role over."""

from typing import Any

from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import ACCOUNT, ROLE, TASK_TRUST, document, resource

PUBLIC, DEPUTY, TASKS = "iam.public-trust", "iam.confused-deputy", "iam.task-trust"
GITHUB = "token.actions.githubusercontent.com"
EKS = "oidc.eks.us-east-1.amazonaws.com/id/ABC"
ECS = f"arn:aws:ecs:us-east-1:{ACCOUNT}"


def role(*statements: dict[str, Any]) -> tuple[Resource, ...]:
    return (resource(ROLE, "role", {"assumeRolePolicy": document(*statements)}),)


def to(principal: Any, condition: Any = None, action: Any = "sts:AssumeRole") -> dict[str, Any]:
    conditions = {} if condition is None else {"Condition": condition}
    return {"Effect": "Allow", "Principal": principal, "Action": action, **conditions}


def service(name: str, condition: Any = None) -> dict[str, Any]:
    return to({"Service": f"{name}.amazonaws.com"}, condition)


def source(value: Any, operator: str = "ArnLike") -> dict[str, Any]:
    return {operator: {"aws:SourceArn": value}}


def oidc(provider: str, operator: str = "StringLike", **claims: str) -> dict[str, Any]:
    """A statement that takes the provider's tokens with these claims."""
    principal = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{provider}"}
    condition = {operator: {f"{provider}:{key}": value for key, value in claims.items()}} if claims else None
    return to(principal, condition, "sts:AssumeRoleWithWebIdentity")


def github(sub: str, **claims: str) -> dict[str, Any]:
    return oidc(GITHUB, aud="sts.amazonaws.com", sub=sub, **claims)


def at(*places: str) -> tuple[tuple[str, str], ...]:
    return tuple(("role", f"assumeRolePolicy.Statement{place}") for place in places)


SUB = f".Condition[{GITHUB}:sub]"

CASES = (
    *(
        Case(
            rule=it, says=f"can't judge a trust that is {what}", stack=(stack,), unsure=unsure, malformed=bad
        )
        for it in (PUBLIC, DEPUTY, TASKS)
        for what, stack, unsure, bad in (
            (
                "unknown",
                resource(ROLE, "role", {"assumeRolePolicy": UNKNOWN}),
                (("role", "assumeRolePolicy"),),
                False,
            ),
            ("not set", resource(ROLE, "role"), (("role", "assumeRolePolicy"),), True),
            (
                "malformed",
                resource(ROLE, "role", {"assumeRolePolicy": document(to({"Service": 1}))}),
                at("[0]"),
                True,
            ),
        )
    ),
    *(
        Case(rule=it, says="takes ECS's tasks for this account", stack=role_)
        for it in (PUBLIC, DEPUTY, TASKS)
        for role_ in [(resource(ROLE, "role", {"assumeRolePolicy": TASK_TRUST}),)]
    ),
    Case(
        rule=PUBLIC,
        says="finds everyone, and everyone but some",
        stack=role(
            to("*"),
            to({"AWS": [ACCOUNT, "*"]}, {"StringEquals": {"sts:ExternalId": "a"}}, "sts:*"),
            {"NotPrincipal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"},
            to({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy"}}),
        ),
        finds=at("[0].Principal", "[1].Principal", "[2].NotPrincipal", "[3].Principal"),
        told=("anybody in AWS may take the role over",),
    ),
    Case(
        rule=PUBLIC,
        says="takes an account, an organization, a denial, and a tag on the session",
        stack=role(
            to({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
            to({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1234"}}),
            {**to("*"), "Effect": "Deny"},
            to("*", action="sts:TagSession"),
        ),
    ),
    Case(
        rule=PUBLIC,
        says="finds an identity provider's tokens for any application or of any subject",
        stack=role(
            oidc(GITHUB),
            oidc(GITHUB, aud="sts.amazonaws.com"),
            oidc("gitlab.com", aud="*", sub="project_path:acme/web:ref_type:branch:ref:main"),
            oidc("gitlab.com", aud="https://gitlab.com", sub="*:acme/web"),
            oidc(GITHUB, "ForAllValues:StringEquals", aud="a", sub="repo:acme/web:environment:prod"),
        ),
        finds=at(
            f"[0].Condition[{GITHUB}:aud]",
            f"[0]{SUB}",
            f"[1]{SUB}",
            "[2].Condition[gitlab.com:aud]",
            "[3].Condition[gitlab.com:sub]",
            f"[4].Condition[{GITHUB}:aud]",
            f"[4]{SUB}",
        ),
        told=(f"{GITHUB}'s tokens for any application are accepted", "without an exact subject"),
    ),
    Case(
        rule=PUBLIC,
        says="finds subjects of GitHub's or a cluster's that leave a part open",
        stack=role(
            github("*"),
            github("repo:acme/*"),
            github("repo:acme/web:*"),
            github("repo:acme/web-*:ref:refs/heads/main"),
            github("repo:acme/web:ref:refs/heads/*"),
            github("repo:acme/*:ref:refs/heads/main", environment="prod"),
            github("repo:acme/web:*", environment="*"),
            oidc(EKS.lower(), aud="sts.amazonaws.com", sub="system:serviceaccount:*:web"),
        ),
        finds=(
            *at(*(f"[{it}]{SUB}" for it in range(7))),
            *at(f"[7].Condition[{EKS.lower()}:sub]"),
        ),
    ),
    Case(
        rule=PUBLIC,
        says="takes exact subjects, by name or by another claim",
        stack=role(
            github("repo:acme/web:environment:prod"),
            github("repo:acme/web:ref:refs/tags/v*"),
            github("repo:acme/web:*", environment="prod"),
            github("repository_id:1234:ref:refs/heads/main"),
            oidc(EKS, aud="sts.amazonaws.com", sub="system:serviceaccount:web:rails"),
            oidc(
                "app.terraform.io",
                aud="aws.workload.identity",
                sub="organization:acme:workspace:web:run_phase:*",
            ),
        ),
    ),
    Case(
        rule=PUBLIC,
        says="wants the application named of providers that no account holds, and nothing of SAML's",
        stack=role(
            to({"Federated": "cognito-identity.amazonaws.com"}, None, "sts:AssumeRoleWithWebIdentity"),
            to(
                {"Federated": "www.amazon.com"},
                {"StringEquals": {"www.amazon.com:app_id": "a"}},
                "sts:AssumeRoleWithWebIdentity",
            ),
            to({"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/a"}, None, "sts:AssumeRoleWithSAML"),
        ),
        finds=at("[0].Condition[cognito-identity.amazonaws.com:aud]"),
    ),
    Case(
        rule=DEPUTY,
        says="finds services that would act for any account",
        stack=role(
            to(
                {
                    "Service": [
                        "ecs-tasks.amazonaws.com",
                        "ec2.amazonaws.com",
                        "states.eu-west-1.amazonaws.com",
                    ]
                }
            ),
            service("ecs-tasks", source("arn:aws:ecs:us-east-1:*:*")),
            service("scheduler", {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}),
        ),
        finds=at(
            "[0].Principal[ecs-tasks.amazonaws.com]",
            "[0].Principal[states.eu-west-1.amazonaws.com]",
            "[1].Principal[ecs-tasks.amazonaws.com]",
            "[2].Principal[scheduler.amazonaws.com]",
        ),
        told=("ecs-tasks.amazonaws.com may take the role over on behalf of any account",),
    ),
    Case(
        rule=DEPUTY,
        says="takes services that don't say for whom, and those that are held to an account",
        stack=role(
            to({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com", "ecs.amazonaws.com"]}),
            service("ecs-tasks", {"StringEquals": {"AWS:SourceAccount": ACCOUNT}}),
            service("events", source(f"arn:aws:events:*:{ACCOUNT}:rule/*")),
            service("logs.us-east-1", source("arn:aws:s3:::web")),
            service("pipes", {"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1/r-1/*"}}),
            to({"AWS": f"arn:aws:iam::{ACCOUNT}:role/ecs-tasks"}),
        ),
    ),
    Case(
        rule=TASKS,
        says="finds who else takes over a role of tasks",
        stack=role(
            service("ecs-tasks"),
            service("lambda"),
            to({"AWS": ["*", f"arn:aws:iam::{ACCOUNT}:role/dev"]}),
        ),
        finds=at("[1].Principal[lambda.amazonaws.com]", f"[2].Principal[arn:aws:iam::{ACCOUNT}:role/dev]"),
        told=("lambda.amazonaws.com may take over a role that is for ECS's tasks",),
    ),
    Case(
        rule=TASKS,
        says="finds a source that no task has",
        stack=role(
            service("ecs-tasks", source(f"{ECS}:cluster/web")),
            service("ecs-tasks", source(f"{ECS}:task/web/*")),
            service("ecs-tasks", source(f"{ECS}:*", "StringEquals")),
            service("ecs-tasks", source(f"arn:aws:ecs-tasks:us-east-1:{ACCOUNT}:*")),
            service("ecs-tasks", source("", "StringLike")),
        ),
        finds=at(*(f"[{it}].Condition[aws:SourceArn]" for it in range(5))),
        told=(f"no task can start with it: StringEquals {ECS}:*, where ECS needs ArnLike",),
    ),
    Case(
        rule=TASKS,
        says="takes any source that all of ECS is in, and other services' roles",
        stack=(
            *role(
                service("ecs-tasks", source([f"{ECS}:cluster/web", f"arn:aws:ecs:*:{ACCOUNT}:*"])),
                service("ecs-tasks", source("arn:aws-cn:ecs:*", "StringLikeIfExists")),
                service("ecs-tasks", source("*", "ArnEquals")),
                service("ecs-tasks", {"Null": {"aws:SourceArn": "false"}}),
            ),
            resource(
                ROLE,
                "other",
                {
                    "assumeRolePolicy": document(
                        to(
                            {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]},
                            source("arn:aws:ecs:a:b:c"),
                        )
                    )
                },
            ),
        ),
    ),
)

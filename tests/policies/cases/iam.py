"""Cases of the rules about how wide a policy document is."""

import json
from typing import Any

from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import POLICY, REPOSITORY, ROLE, ROLE_POLICY, allow, document, resource

ADMIN, ACTION, RESOURCE = "iam.admin", "iam.star-action", "iam.star-resource"
KMS_KEYS = "arn:aws:kms:us-east-1:123456789012:key/*"


def policy(*statements: dict[str, Any]) -> tuple[Resource, ...]:
    return (resource(ROLE_POLICY, "policy", {"role": "web", "policy": document(*statements)}),)


def at(*places: str) -> tuple[tuple[str, str], ...]:
    return tuple(("policy", f"policy.Statement{place}") for place in places)


def for_each(says: str, **more: Any) -> tuple[Case, ...]:
    """The same case of all three rules."""
    return tuple(Case(rule=it, says=says, **more) for it in (ADMIN, ACTION, RESOURCE))


def lower(statement: dict[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in statement.items()}


BROKEN = document(allow("s3:GetObject"), {"Effect": "Maybe", "Action": "s3:*", "Resource": "*"})

CASES = (
    *for_each(
        "can't judge a document that isn't known",
        stack=(resource(ROLE_POLICY, "policy", {"policy": UNKNOWN}),),
        unsure=(("policy", "policy"),),
    ),
    *for_each(
        "can't judge inline policies that aren't known",
        stack=(resource(ROLE, "role", {"inlinePolicies": [UNKNOWN, {"policy": document(allow("*"))[:9]}]}),),
        unsure=(("role", "inlinePolicies[0]"), ("role", "inlinePolicies[1].policy")),
        malformed=True,
    ),
    *for_each(
        "can't judge a statement that neither allows nor denies",
        stack=(resource(POLICY, "policy", {"policy": BROKEN}),),
        unsure=(("policy", "policy.Statement[1]"),),
        malformed=True,
    ),
    *for_each(
        "takes actions by name on resources by name, and any denial",
        stack=policy(
            allow(["ecr:BatchGetImage", "ecr:DescribeImages"], REPOSITORY),
            {"Effect": "Deny", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "NotAction": "s3:*", "NotResource": REPOSITORY},
        ),
    ),
    Case(
        rule=ADMIN,
        says="finds every action on every resource, however it's written",
        stack=policy(
            allow("*"),
            {"Sid": "All", **allow(["s3:GetObject", "*:*"], ["arn:aws:s3:::web/*", "arn:*"])},
            allow("*", "arn:aws:*:*:*:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        ),
        finds=at("[0]", "[All]", "[2]"),
        told=("it allows every action on every resource",),
    ),
    Case(
        rule=ADMIN,
        says="takes every action of one service, on some resources, or on those of a tag",
        stack=policy(
            allow("s3:*"),
            allow("*", REPOSITORY),
            allow("*:Get*"),
            allow("*", "*", Condition={"StringEquals": {"aws:ResourceTag/team": "web"}}),
        ),
    ),
    Case(
        rule=ACTION,
        says="finds a wildcard, and leaves everything on everything to the rule about that",
        stack=policy(
            allow(["s3:*", "ecr:BatchGetImag?", "ecr:Nothing*"], REPOSITORY),
            allow("*", REPOSITORY),
            allow(["*", "s3:*"]),
        ),
        finds=at(
            "[0].Action[s3:*]", "[0].Action[ecr:BatchGetImag?]", "[0].Action[ecr:Nothing*]", "[1].Action[*]"
        ),
        told=(
            '"ecr:BatchGetImag?" grants 1 action (ecr:BatchGetImage) and whatever AWS adds',
            '"ecr:Nothing*" matches no action',
            '"*" grants actions of every service',
        ),
    ),
    Case(
        rule=ACTION,
        says="finds Allow with NotAction",
        stack=policy({"NotAction": "iam:*", "Resource": REPOSITORY}),
        finds=at("[0].NotAction"),
    ),
    Case(
        rule=RESOURCE,
        says="finds a resource that is every one for an action that can be limited",
        stack=policy(
            allow(["ecr:BatchGetImage", "ecr:GetAuthorizationToken"]),
            allow("logs:PutLogEvents", ["arn:aws:logs:us-east-1:1:log-group:*", REPOSITORY]),
        ),
        finds=at("[0].Resource[*]", "[1].Resource[arn:aws:logs:us-east-1:1:log-group:*]"),
        told=("is every resource for ecr:BatchGetImage, which",),
    ),
    Case(
        rule=RESOURCE,
        says="finds every resource for actions of every service, unless it's every action",
        stack=policy({"NotAction": "iam:*", "Resource": "*"}, allow("*:Get*", "arn:aws:s3:::*"), allow("*")),
        finds=at("[0].Resource[*]", "[1].Resource[arn:aws:s3:::*]"),
    ),
    Case(
        rule=RESOURCE,
        says="finds Allow with NotResource",
        stack=policy({"Action": "s3:PutObject", "NotResource": REPOSITORY}),
        finds=at("[0].NotResource"),
    ),
    Case(
        rule=RESOURCE,
        says="takes a wildcard that AWS demands, that a condition narrows, or that another rule is about",
        stack=policy(
            allow("ecr:GetAuthorizationToken"),
            allow("ecr:BatchGetImage", REPOSITORY.replace("/web", "/team/*")),
            allow(
                "kms:GenerateDataKey", KMS_KEYS, Condition={"StringLike": {"kms:RequestAlias": "alias/w*"}}
            ),
            allow(["s3:GetObject", "kms:Decrypt", "iam:PassRole", "iam:PutRolePolicy", "sqs:AddPermission"]),
        ),
    ),
    Case(
        rule=RESOURCE,
        says="isn't sure of an action that AWS doesn't document",
        stack=policy(allow("ecr:BatchGetImages")),
        unsure=at("[0].Resource[*]"),
    ),
    *(
        Case(
            rule=rule,
            says=f"reads a document in any case and shape in {it.type}",
            stack=(it,),
            finds=(("it", path + place),),
        )
        for rule, place in ((ACTION, ".Action[sns:*]"), (RESOURCE, ".Resource[*]"))
        for it, path in (
            (
                resource(ROLE, "it", {"inlinePolicies": [{"policy": document(allow("sns:*"))}]}),
                "inlinePolicies[0].policy.Statement[0]",
            ),
            (
                resource(
                    "aws:iam/userPolicy:UserPolicy",
                    "it",
                    {"policy": json.dumps({"statement": {"sid": "S", **lower(allow("sns:*"))}})},
                ),
                "policy.Statement[S]",
            ),
            (
                resource(
                    "aws:iam/groupPolicy:GroupPolicy", "it", {"policy": {"Statement": [allow("sns:*")]}}
                ),
                "policy.Statement[0]",
            ),
        )
    ),
)

"""Cases of the rules about actions that give more than they seem to."""

from typing import Any

from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import POLICY, ROLE, ROLE_POLICY, allow, document, resource

ESCALATION, PASSING = "iam.privilege-escalation", "iam.pass-role"
PERMISSIONS, DATA, DECRYPTION = "iam.permissions-management", "iam.data-exfiltration", "iam.decrypt-all"
ALL = (ESCALATION, PASSING, PERMISSIONS, DATA, DECRYPTION)

IAM = "arn:aws:iam::123456789012:"
KMS_KEYS = "arn:aws:kms:us-east-1:123456789012:key/*"
TO_TASKS = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def policy(*statements: dict[str, Any]) -> tuple[Resource, ...]:
    return (resource(ROLE_POLICY, "policy", {"role": "web", "policy": document(*statements)}),)


def at(*places: str) -> tuple[tuple[str, str], ...]:
    return tuple(("policy", f"policy.Statement{place}") for place in places)


def when(operator: str, key: str, value: str | list[str]) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def for_each(says: str, **more: Any) -> tuple[Case, ...]:
    """The same case of all the rules."""
    return tuple(Case(rule=it, says=says, **more) for it in ALL)


NAMED = (
    allow(["iam:AttachRolePolicy", "iam:PutRolePolicy"], f"{IAM}role/web-*"),
    allow("iam:PassRole", f"{IAM}role/web-task", Condition=TO_TASKS),
    allow(["ecs:RunTask", "lambda:CreateFunction"]),
    allow(["s3:GetObject", "s3:PutObjectAcl"], "arn:aws:s3:::web/*"),
    allow(["secretsmanager:GetSecretValue"], "arn:aws:secretsmanager:us-east-1:1:secret:web/*"),
    allow("ssm:GetParameters", "arn:aws:ssm:us-east-1:1:parameter/web/*"),
    allow("kms:Decrypt", KMS_KEYS.replace("*", "1234")),
    allow("iam:CreateAccessKey", f"{IAM}user/${{aws:username}}"),
    allow(
        "ecs:ExecuteCommand", ["arn:aws:ecs:us-east-1:1:cluster/web", "arn:aws:ecs:us-east-1:1:task/web/*"]
    ),
    allow(["logs:PutResourcePolicy", "ecr:GetAuthorizationToken"]),
    {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
)

CASES = (
    *for_each("takes named resources, and actions that AWS doesn't limit", stack=policy(*NAMED)),
    *for_each(
        "leaves what is of every service, or all but some, to the rules about stars",
        stack=policy(allow("*"), {"NotAction": "ecr:*", "Resource": "*"}, allow("*:Get*")),
    ),
    *for_each(
        "can't judge a document that isn't known, and says so once",
        stack=(resource(POLICY, "policy", {"policy": UNKNOWN}),),
        unsure=(("policy", "policy"),),
    ),
    *for_each(
        "can't judge one that isn't JSON",
        stack=(resource(ROLE, "role", {"inlinePolicies": [{"name": "a", "policy": "{"}]}),),
        unsure=(("role", "inlinePolicies[0].policy"),),
        malformed=True,
    ),
    Case(
        rule=ESCALATION,
        says="finds each action that is enough by itself, in wildcards too",
        stack=policy(
            allow(["iam:CreatePolicyVersion", "ecr:BatchGetImage", "iam:Put*Policy"]),
            allow("iam:createaccesskey", f"{IAM}user/*"),
            allow("ecs:ExecuteCommand", ["arn:aws:ecs:us-east-1:1:cluster/web", "arn:aws:ecs:*:*:task/*"]),
            allow("sts:AssumeRole", "arn:aws:iam::*:role/*"),
        ),
        finds=at(
            "[0].Action[iam:CreatePolicyVersion]",
            "[0].Action[iam:Put*Policy]",
            "[1].Action[iam:createaccesskey]",
            "[2].Action[ecs:ExecuteCommand]",
            "[3].Action[sts:AssumeRole]",
        ),
        told=("by iam:PutGroupPolicy, iam:PutRolePolicy, iam:PutUserPolicy",),
    ),
    Case(
        rule=ESCALATION,
        says="finds what runs code beside every role to pass, wherever either stands in the document",
        stack=policy(
            allow(["ecs:RunTask", "ecs:StopTask"], "arn:aws:ecs:us-east-1:1:task-definition/web:*"),
            allow("iam:PassRole", "*", Condition=TO_TASKS),
            allow("lambda:*", "arn:aws:lambda:us-east-1:1:function:web"),
            {"Effect": "Deny", "Action": "ec2:RunInstances", "Resource": "*"},
        ),
        finds=at("[0].Action[ecs:RunTask]", "[2].Action[lambda:*]"),
        told=("with iam:PassRole on every role, ecs:RunTask runs code as any of them",),
    ),
    Case(
        rule=ESCALATION,
        says="takes it under a boundary, for one policy, or on resources of a tag",
        stack=policy(
            allow(
                ["iam:PutRolePolicy"],
                "*",
                **when("StringEquals", "iam:PermissionsBoundary", f"{IAM}policy/b"),
            ),
            allow("iam:AttachRolePolicy", "*", **when("ArnEquals", "iam:PolicyARN", f"{IAM}policy/a")),
            allow("ssm:StartSession", "*", **when("StringLike", "ssm:resourceTag/team", ["web"])),
        ),
    ),
    Case(
        rule=ESCALATION,
        says="isn't put at rest by a condition that chooses nothing",
        stack=policy(
            allow("iam:PutRolePolicy", "*", **when("StringLike", "iam:PermissionsBoundary", "*")),
            allow("iam:PutUserPolicy", "*", **when("StringNotEquals", "iam:PermissionsBoundary", "a")),
            allow("iam:PutGroupPolicy", "*", **when("ForAllValues:StringEquals", "aws:ResourceTag/a", "b")),
        ),
        finds=at(
            "[0].Action[iam:PutRolePolicy]", "[1].Action[iam:PutUserPolicy]", "[2].Action[iam:PutGroupPolicy]"
        ),
    ),
    Case(
        rule=PASSING,
        says="finds every role, whatever the service",
        stack=policy(
            allow("iam:PassRole", "*", Condition=TO_TASKS),
            allow(["iam:Pass*"], f"{IAM}role/*", Condition=TO_TASKS),
        ),
        finds=at("[0].Action[iam:PassRole]", "[1].Action[iam:Pass*]"),
    ),
    Case(
        rule=PASSING,
        says="finds any service, whatever the role",
        stack=policy(
            allow(["iam:GetRole", "iam:passrole"], f"{IAM}role/web-task"),
            allow("iam:PassRole", f"{IAM}role/a", **when("StringLike", "iam:PassedToService", "*")),
            allow(
                "iam:PassRole", f"{IAM}role/b", **when("StringEqualsIfExists", "iam:PassedToService", "ec2")
            ),
        ),
        finds=at("[0].Condition", "[1].Condition", "[2].Condition"),
        told=("may be passed to any service that trusts it",),
    ),
    Case(
        rule=PERMISSIONS,
        says="finds each action of that access level, in wildcards too",
        stack=policy(
            allow(["sqs:AddPermission", "sqs:SendMessage", "ecr:*"]),
            allow("s3:PutBucketPolicy", "arn:aws:s3:::*"),
            allow("iam:PutRolePolicy"),
        ),
        finds=at("[0].Action[sqs:AddPermission]", "[0].Action[ecr:*]", "[1].Action[s3:PutBucketPolicy]"),
        told=("by ecr:DeleteRepositoryPolicy, ecr:SetRepositoryPolicy",),
    ),
    Case(
        rule=PERMISSIONS,
        says="takes a network interface that a build may have in one subnet",
        stack=policy(
            allow(
                "ec2:CreateNetworkInterfacePermission",
                "arn:aws:ec2:us-east-1:1:network-interface/*",
                **when("StringEquals", "ec2:Subnet", "arn:aws:ec2:us-east-1:1:subnet/subnet-1"),
            )
        ),
    ),
    Case(
        rule=DATA,
        says="finds reads of every resource, in wildcards too",
        stack=policy(
            allow(["s3:GetObject", "s3:ListBucket", "dynamodb:*"]),
            allow("ssm:GetParameter*", "arn:aws:ssm:us-east-1:1:parameter/*"),
            allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:*"),
            allow("rds:ModifyDBSnapshotAttribute"),
        ),
        finds=at(
            "[0].Action[s3:GetObject]",
            "[0].Action[dynamodb:*]",
            "[1].Action[ssm:GetParameter*]",
            "[2].Action[secretsmanager:GetSecretValue]",
            "[3].Action[rds:ModifyDBSnapshotAttribute]",
        ),
        told=("it takes out the data of every resource by dynamodb:BatchGetItem, dynamodb:Export",),
    ),
    Case(
        rule=DATA,
        says="takes reads of what has a tag",
        stack=policy(
            allow("secretsmanager:GetSecretValue", "*", **when("StringEquals", "aws:ResourceTag/a", "web")),
            allow("s3:GetObject", "*", **when("StringEquals", "s3:ExistingObjectTag/public", "yes")),
        ),
    ),
    Case(
        rule=DECRYPTION,
        says="finds every key, without a service or alias that has to be named",
        stack=policy(
            allow(["kms:Decrypt", "kms:GenerateDataKey"], KMS_KEYS),
            allow("kms:*"),
            allow("kms:Decrypt", KMS_KEYS, **when("StringLike", "kms:ViaService", "*")),
            allow("kms:CreateGrant", KMS_KEYS, **when("Bool", "kms:GrantIsForAWSResource", "false")),
        ),
        finds=at(
            "[0].Action[kms:Decrypt]",
            "[1].Action[kms:*]",
            "[2].Action[kms:Decrypt]",
            "[3].Action[kms:CreateGrant]",
        ),
        told=(
            "it decrypts with every key of the account by kms:CreateGrant, kms:Decrypt, kms:ReEncryptFrom",
        ),
    ),
    Case(
        rule=DECRYPTION,
        says="takes keys through a service, by alias, tag or context, and grants for AWS's own use",
        stack=policy(
            allow(
                "kms:Decrypt",
                KMS_KEYS,
                **when("StringEquals", "kms:ViaService", "ssm.eu-west-1.amazonaws.com"),
            ),
            allow(
                "kms:Decrypt", KMS_KEYS, **when("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/a")
            ),
            allow(
                "kms:Decrypt", KMS_KEYS, **when("StringEquals", "kms:EncryptionContext:SecretARN", "arn:a")
            ),
            allow("kms:CreateGrant", KMS_KEYS, Condition={"Bool": {"kms:GrantIsForAWSResource": True}}),
        ),
    ),
)

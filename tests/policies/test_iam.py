"""Policy documents one at a time, and what is known of actions, against the data that they come from."""

import json
from typing import Any

import pytest
from ecs_policies.model import UNKNOWN, Rule
from ecs_policies.reading.actions import (
    expand,
    is_every_action,
    is_every_resource,
    manages_permissions,
    resource_kinds,
)
from ecs_policies.reading.allowed import HOLDERS
from ecs_policies.reading.powers import ALL, RUNNING, Power, power
from ecs_policies.rules import iam, iam_attached, iam_powers
from ecs_policies.rules.iam import STAR_ACTION, STAR_RESOURCE
from ecs_policies.rules.iam_powers import DATA_EXFILTRATION, DECRYPT_ALL
from moto.iam.aws_managed_policies import aws_managed_policies_data

from tests.policies.stacks import (
    LOG_STREAMS,
    REPOSITORY,
    ROLE,
    ROLE_POLICY,
    allow,
    document,
    resource,
    unverified,
    violations,
)

KMS_KEYS = "arn:aws:kms:us-east-1:123456789012:key/*"
OF_DOCUMENTS = [it for it in (*iam.RULES, *iam_powers.RULES) if it.types == HOLDERS]


def policy(*statements: dict[str, Any]):
    return resource(ROLE_POLICY, "policy", {"role": "web", "policy": document(*statements)})


@pytest.mark.parametrize(
    ("rule", "action", "pattern"),
    [
        (STAR_RESOURCE, "ecr:BatchGetImage", "*"),
        (STAR_RESOURCE, "ecr:BatchGetImage", "arn:*"),
        (STAR_RESOURCE, "ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:*"),
        (STAR_RESOURCE, "ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:repository/*"),
        (STAR_RESOURCE, "logs:PutLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:*"),
        (STAR_RESOURCE, "ecr:*", "*"),
        (DATA_EXFILTRATION, "secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:*"),
        (DATA_EXFILTRATION, "s3:GetObject", "arn:aws:s3:::*"),
        (DATA_EXFILTRATION, "s3:GetObject", "arn:aws:s3:::*/*"),
        (DECRYPT_ALL, "kms:Decrypt", KMS_KEYS),
    ],
    ids=lambda it: getattr(it, "id", it),
)
def test_every_resource_for_an_action_that_can_be_limited_is_found_by_one_rule_alone(
    rule: Rule, action: str, pattern: str
):
    judged = policy(allow(action, pattern))
    assert violations(rule.judge_resource(judged))
    others = [it for it in (STAR_RESOURCE, DATA_EXFILTRATION, DECRYPT_ALL) if it is not rule]
    assert [it.id for it in others if it.judge_resource(judged)] == []


@pytest.mark.parametrize(
    ("action", "pattern"),
    [
        ("ecr:GetAuthorizationToken", "*"),
        (["ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"], "*"),
        ("logs:DescribeLogGroups", "*"),
        ("cloudwatch:PutMetricData", "*"),
        ("ecr:BatchGetImage", REPOSITORY),
        ("ecr:BatchGetImage", REPOSITORY.replace("/web", "/team/*")),
        ("logs:PutLogEvents", LOG_STREAMS),
        ("s3:GetObject", "arn:aws:s3:::bucket/*"),
        ("ssm:GetParameters", "arn:aws:ssm:us-east-1:123456789012:parameter/web/*"),
    ],
    ids=str,
)
def test_a_star_that_aws_demands_and_a_named_resource_are_left_alone_by_every_rule(action, pattern):
    judged = policy(allow(action, pattern))
    assert [it.id for it in OF_DOCUMENTS if it.judge_resource(judged)] == []


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"kms:ResourceAliases": "*"}},
        {"StringNotEquals": {"kms:ResourceAliases": "alias/other"}},
        {"StringEqualsIfExists": {"aws:ResourceTag/application": "web"}},
        {"ForAllValues:StringEquals": {"kms:ResourceAliases": "alias/web"}},
        {"StringEquals": {"aws:ResourceTag/application": []}},
        {"StringEquals": {"aws:ResourceTag/application": ["web", "*"]}},
        {"Null": {"kms:ResourceAliases": "false"}},
    ],
    ids=str,
)
def test_a_condition_that_picks_no_resources_leaves_a_star(condition):
    judged = policy(allow(["kms:Decrypt", "kms:Encrypt"], KMS_KEYS, Condition=condition))
    for rule in (STAR_RESOURCE, DECRYPT_ALL):
        assert violations(rule.judge_resource(judged))


@pytest.mark.parametrize("rule", OF_DOCUMENTS, ids=lambda it: it.id)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (UNKNOWN, "isn't known before deployment"),
        ({"Statement": [UNKNOWN]}, "isn't known before deployment"),
        ('{"Statement": ', "isn't valid JSON"),
        ("[" * 100_000, "isn't valid JSON"),
        ("[]", "isn't an object"),
        ("{}", "no statement"),
        (json.dumps({"Statement": ["x"]}), "isn't an object"),
        (json.dumps({"Statement": [{"Effect": "Maybe", "Action": "a:b", "Resource": "*"}]}), "Effect"),
        (json.dumps({"Statement": [{"Effect": "Allow", "Action": [1], "Resource": "*"}]}), "other than text"),
        (json.dumps({"Statement": [{"Effect": "Allow", "Resource": "*"}]}), "Action"),
        (json.dumps({"Statement": [{"Effect": "Allow", "Action": "a:b"}]}), "Resource"),
        (None, "isn't an object"),
    ],
    ids=lambda it: str(it)[:30],
)
def test_a_document_that_can_not_be_read_is_reported_once_by_each_rule(rule: Rule, content, reason):
    found = rule.judge_resource(resource(ROLE_POLICY, "policy", {"policy": content}))
    assert violations(found) == []
    assert [name for name, _ in unverified(found)] == ["policy"]
    assert reason in found[0].message


def test_a_statement_is_named_by_its_sid_wherever_it_stands():
    first, second = {"Sid": "Uploads", **allow("s3:*", "arn:aws:s3:::a")}, allow("sqs:*", REPOSITORY)
    found = [STAR_ACTION.judge_resource(policy(*it)) for it in ((first, second), (second, first))]
    assert [sorted(path for _, path in violations(it)) for it in found] == [
        ["policy.Statement[1].Action[sqs:*]", "policy.Statement[Uploads].Action[s3:*]"],
        ["policy.Statement[0].Action[sqs:*]", "policy.Statement[Uploads].Action[s3:*]"],
    ]


def test_a_rule_of_one_resource_leaves_other_types_alone():
    assert STAR_ACTION.judge_resource(resource("aws:s3/bucket:Bucket", "b", {"policy": "{"})) == []
    assert STAR_ACTION.judge_resource(resource(ROLE, "role", {"policy": "{"})) == []


def test_every_action_that_a_rule_names_exists_and_is_spelt_as_aws_spells_it():
    assert [it for it in sorted(ALL) if expand(it) != (it,)] == []


def test_every_power_can_be_limited_to_a_resource():
    assert [it for it in sorted(ALL - RUNNING) if not resource_kinds(it)] == []


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("iam:PutRolePolicy", Power.ESCALATION),
        ("iam:PassRole", Power.PASSING),
        ("kms:CreateGrant", Power.DECRYPTION),
        ("ec2:ModifySnapshotAttribute", Power.DATA),
        ("s3:PutBucketPolicy", Power.PERMISSIONS),
        ("s3:PutObject", None),
        ("nothing:AtAll", None),
    ],
)
def test_an_action_has_the_first_power_that_fits_it(action: str, expected: Power | None):
    assert power(action) is expected


def test_the_access_level_tells_what_manages_permissions():
    assert manages_permissions("SQS:addpermission")
    assert not manages_permissions("sqs:SendMessage")
    assert not manages_permissions("sqs:NoSuchAction")


def test_everything_is_told_from_all_of_one_service():
    assert [it for it in ("*", "*:*", "**", "s3:*", "*:Get*", "s3") if is_every_action(it)] == [
        "*",
        "*:*",
        "**",
    ]
    patterns = ("*", "arn:*", "arn:aws:*:*:*:*", "arn:aws:s3:::*", "arn:aws:*:us-east-1:*:*")
    assert [it for it in patterns if is_every_resource(it)] == list(patterns[:3])


def test_the_policies_for_administrators_are_those_that_say_so_in_aws_own_copy():
    policies = json.loads(aws_managed_policies_data)
    makers = {
        name for name, it in policies.items() if it["Path"] == "/" and _makes_administrators(it["Document"])
    }
    named = iam_attached._OF_ADMINISTRATORS
    # An agent of AWS's may do all but manage accounts and identities; nobody else is given its policy.
    assert makers - {"AIDevOpsAgentActionsPolicy"} == named


def _makes_administrators(content: dict[str, Any]) -> bool:
    statements = content["Statement"] if isinstance(content["Statement"], list) else [content["Statement"]]
    wide = [
        it
        for it in statements
        if it["Effect"] == "Allow" and "*" in _listed(it.get("Resource", ())) and "Condition" not in it
    ]
    return any(
        "NotAction" in it or {"*", "iam:*", "iam:PutRolePolicy"} & set(_listed(it["Action"])) for it in wide
    )


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value

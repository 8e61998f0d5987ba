"""No star in a policy document where AWS allows something narrower."""

import json

import pytest
from ecs_policies.model import UNKNOWN
from ecs_policies.rules.iam import STAR_ACTION, STAR_RESOURCE

from tests.policies.stacks import (
    ATTACHMENT,
    LOG_STREAMS,
    POLICY,
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


def policy(*statements):
    return resource(ROLE_POLICY, "policy", {"role": "web", "policy": document(*statements)})


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("*", "every action of every service"),
        ("*:*", "every action of every service"),
        ("s3:*", "s3:"),
        ("S3:getobject*", "s3:GetObject,"),
        ("ecr:BatchGetImag?", "grants 1 actions (ecr:BatchGetImage)"),
        ("ecr:Nothing*", "no action that AWS documents"),
    ],
)
def test_a_wildcard_in_an_action_is_found_and_says_what_it_grants(action, said):
    found = STAR_ACTION.judge_resource(policy(allow(action, REPOSITORY)))
    assert violations(found) == [("policy", f"policy.Statement[0].Action[{action}]")]
    assert said in found[0].message


def test_allow_with_not_action_is_found():
    found = STAR_ACTION.judge_resource(policy({"NotAction": "iam:*", "Resource": REPOSITORY}))
    assert violations(found) == [("policy", "policy.Statement[0].NotAction")]


@pytest.mark.parametrize(
    "statement",
    [
        allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::bucket/*"),
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
    ],
    ids=str,
)
def test_actions_by_name_and_denials_are_left_alone(statement):
    assert STAR_ACTION.judge_resource(policy(statement)) == []


@pytest.mark.parametrize(
    "holder",
    [
        resource(ROLE, "it", {"inlinePolicies": [{"name": "a", "policy": document(allow("s3:*"))}]}),
        resource(POLICY, "it", {"policy": document(allow("s3:*"))}),
        resource("aws:iam/userPolicy:UserPolicy", "it", {"policy": document(allow("s3:*"))}),
        resource("aws:iam/groupPolicy:GroupPolicy", "it", {"policy": document(allow("s3:*"))}),
        resource(
            POLICY, "it", {"policy": {"statement": {"effect": "allow", "action": "s3:*", "resource": "*"}}}
        ),
    ],
    ids=lambda it: it.type,
)
def test_stars_are_found_wherever_a_document_stands(holder):
    assert [name for name, _ in violations(STAR_ACTION.judge_resource(holder))] == ["it"]
    assert [name for name, _ in violations(STAR_RESOURCE.judge_resource(holder))] == ["it"]


@pytest.mark.parametrize("name", ["AdministratorAccess", "PowerUserAccess"])
def test_an_attached_administrator_policy_is_found(name):
    arn = f"arn:aws:iam::aws:policy/{name}"
    attachment = resource(ATTACHMENT, "attachment", {"role": "web", "policyArn": arn})
    role = resource(ROLE, "role", {"managedPolicyArns": [arn, UNKNOWN]})
    assert violations(STAR_ACTION.judge_resource(attachment)) == [("attachment", "policyArn")]
    assert violations(STAR_ACTION.judge_resource(role)) == [("role", "managedPolicyArns")]


def test_an_attached_policy_of_a_service_is_left_alone():
    arn = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"
    assert STAR_ACTION.judge_resource(resource(ATTACHMENT, "x", {"policyArn": arn})) == []


@pytest.mark.parametrize(
    ("action", "pattern"),
    [
        ("ecr:BatchGetImage", "*"),
        ("ecr:BatchGetImage", "arn:*"),
        ("ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:*"),
        ("ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:repository/*"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:123456789012:secret:*"),
        ("s3:GetObject", "arn:aws:s3:::*"),
        ("s3:GetObject", "arn:aws:s3:::*/*"),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:*"),
        ("kms:Decrypt", KMS_KEYS),
        ("ecr:*", "*"),
        ("*", "*"),
    ],
)
def test_every_resource_for_an_action_that_can_be_limited_is_found(action, pattern):
    found = STAR_RESOURCE.judge_resource(policy(allow(action, pattern)))
    assert violations(found) == [("policy", "policy.Statement[0].Resource")]


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
def test_a_star_that_aws_demands_and_a_named_resource_are_left_alone(action, pattern):
    assert STAR_RESOURCE.judge_resource(policy(allow(action, pattern))) == []


def test_one_limitable_action_among_others_is_named():
    actions = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"]
    (found,) = STAR_RESOURCE.judge_resource(policy(allow(actions)))
    assert "ecr:BatchGetImage" in found.message
    assert "GetAuthorizationToken" not in found.message


@pytest.mark.parametrize(
    "condition",
    [
        {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/web"}},
        {"StringEquals": {"aws:ResourceTag/application": ["web"]}},
        {"StringLike": {"kms:RequestAlias": "alias/web-*"}},
    ],
    ids=str,
)
def test_a_condition_that_picks_resources_makes_a_star_narrow(condition):
    assert STAR_RESOURCE.judge_resource(policy(allow("kms:Decrypt", KMS_KEYS, Condition=condition))) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}},
        {"StringLike": {"kms:ResourceAliases": "*"}},
        {"StringNotEquals": {"kms:ResourceAliases": "alias/other"}},
        {"StringEqualsIfExists": {"aws:ResourceTag/application": "web"}},
        {"StringEquals": {"aws:ResourceTag/application": []}},
    ],
    ids=str,
)
def test_a_condition_that_picks_no_resources_leaves_a_star(condition):
    found = STAR_RESOURCE.judge_resource(policy(allow("kms:Decrypt", KMS_KEYS, Condition=condition)))
    assert violations(found) == [("policy", "policy.Statement[0].Resource")]


def test_allow_with_not_resource_is_found():
    found = STAR_RESOURCE.judge_resource(
        policy({"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/*"})
    )
    assert violations(found) == [("policy", "policy.Statement[0].NotResource")]


def test_an_action_that_aws_does_not_document_can_not_be_judged_on_a_star():
    found = STAR_RESOURCE.judge_resource(policy(allow("ecr:BatchGetImages")))
    assert unverified(found) == [("policy", "policy.Statement[0].Resource")]


@pytest.mark.parametrize("rule", [STAR_ACTION, STAR_RESOURCE], ids=lambda it: it.id)
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
def test_a_document_that_can_not_be_read_is_reported(rule, content, reason):
    found = rule.judge_resource(resource(ROLE_POLICY, "policy", {"policy": content}))
    assert violations(found) == []
    assert [name for name, _ in unverified(found)] == ["policy"]
    assert reason in found[0].message


@pytest.mark.parametrize("rule", [STAR_ACTION, STAR_RESOURCE], ids=lambda it: it.id)
def test_inline_policies_that_are_unknown_are_reported(rule):
    found = rule.judge_resource(resource(ROLE, "role", {"inlinePolicies": UNKNOWN}))
    assert [name for name, _ in unverified(found)] == ["role"]


def test_a_rule_of_one_resource_leaves_other_types_alone():
    assert STAR_ACTION.judge_resource(resource("aws:s3/bucket:Bucket", "b", {"policy": "{"})) == []

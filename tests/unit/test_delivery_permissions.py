"""What the roles that GitHub's workflows take may do, and what nobody who has them may."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components.documents import document
from environments.stack_files import config, stack_file
from tests.unit.access import allowed_somewhere, allows
from tests.unit.delivery import BOUNDARY, DELIVERING, ENVIRONMENT, PROGRAM, READING, args

ROLE = "arn:aws:iam::444455556666:role/web-application-staging-web-task"
OURS = {"aws:ResourceTag/Project": "web-application", "aws:ResourceTag/Environment": "staging"}
THEIRS = {**OURS, "aws:ResourceTag/Environment": "prod"}
TAGGING = {"aws:RequestTag/Project": "web-application", "aws:RequestTag/Environment": "staging"}
EC2 = "arn:aws:ec2:us-east-1:444455556666"


def may_deliver(action: str, arn: str = "*", **values: Any) -> bool:
    return allows(DELIVERING, action, arn, values)


def test_no_role_reads_a_secrets_value_or_an_image():
    for action in ("secretsmanager:GetSecretValue", "ecr:BatchGetImage", "ssm:GetParameter"):
        assert not allowed_somewhere(DELIVERING, action)


@pytest.mark.parametrize(
    "action", ["CreateRole", "PutRolePolicy", "PutRolePermissionsBoundary", "UpdateAssumeRolePolicy"]
)
def test_a_role_of_the_program_is_made_and_given_rights_and_takers_under_the_boundary_only(action: str):
    assert may_deliver(f"iam:{action}", ROLE, **{"iam:PermissionsBoundary": BOUNDARY})
    assert not may_deliver(f"iam:{action}", ROLE)
    assert not may_deliver(f"iam:{action}", ROLE, **{"iam:PermissionsBoundary": f"{BOUNDARY}-of-mine"})


def test_the_boundary_can_neither_be_taken_off_nor_changed():
    assert not allowed_somewhere(DELIVERING, "iam:DeleteRolePermissionsBoundary")
    for action in ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"):
        assert not allowed_somewhere(DELIVERING, action)


def test_no_policy_but_that_of_ecs_for_load_balancers_is_attached():
    bounded = {"iam:PermissionsBoundary": BOUNDARY}
    of_aws = "arn:aws:iam::aws:policy/"
    infrastructure = f"{of_aws}AmazonECSInfrastructureRolePolicyForLoadBalancers"
    assert may_deliver("iam:AttachRolePolicy", ROLE, **bounded, **{"iam:PolicyARN": infrastructure})
    assert not may_deliver(
        "iam:AttachRolePolicy", ROLE, **bounded, **{"iam:PolicyARN": f"{of_aws}AdministratorAccess"}
    )


def test_roles_are_passed_to_the_services_that_the_program_uses_only():
    assert may_deliver("iam:PassRole", ROLE, **{"iam:PassedToService": "ecs-tasks.amazonaws.com"})
    assert not may_deliver("iam:PassRole", ROLE, **{"iam:PassedToService": "lambda.amazonaws.com"})


@pytest.mark.parametrize(
    "role",
    [
        "web-application-bootstrap-staging-deliver",
        "web-application-bootstrap-staging-preview",
        "web-application-prod-web-task",
        "OrganizationAccountAccessRole",
    ],
)
def test_no_other_role_is_changed_or_passed_on(role: str):
    arn = f"arn:aws:iam::444455556666:role/{role}"
    everything = {
        "iam:PermissionsBoundary": BOUNDARY,
        "iam:PassedToService": "ecs-tasks.amazonaws.com",
        "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
        "iam:AWSServiceName": "ecs.amazonaws.com",
    }
    actions = {
        action
        for text in DELIVERING
        for statement in json.loads(text)["Statement"]
        for action in statement["Action"]
        if action.startswith("iam:")
    }
    assert len(actions) > 10
    assert [it for it in sorted(actions) if may_deliver(it, arn, **everything)] == []


def test_a_network_is_made_with_the_environments_tags_and_in_its_own_vpc_only():
    assert may_deliver("ec2:CreateSubnet", f"{EC2}:subnet/*", **TAGGING)
    assert not may_deliver("ec2:CreateSubnet", f"{EC2}:subnet/*")
    assert may_deliver("ec2:CreateSubnet", f"{EC2}:vpc/vpc-1", **TAGGING, **OURS)
    assert not may_deliver("ec2:CreateSubnet", f"{EC2}:vpc/vpc-1", **TAGGING, **THEIRS)
    assert not may_deliver("ec2:CreateSubnet", f"{EC2}:vpc/vpc-1", **TAGGING)


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("ec2:DeleteVpc", f"{EC2}:vpc/vpc-1"),
        ("ec2:AuthorizeSecurityGroupIngress", f"{EC2}:security-group/sg-1"),
        (
            "elasticloadbalancing:ModifyListener",
            "arn:aws:elasticloadbalancing:us-east-1:444455556666:listener/app/web-lb-1/2/3",
        ),
        ("kms:ScheduleKeyDeletion", "arn:aws:kms:us-east-1:444455556666:key/1"),
        ("acm:DeleteCertificate", "arn:aws:acm:us-east-1:444455556666:certificate/1"),
    ],
)
def test_what_has_only_an_id_is_changed_by_its_tags_alone(action: str, arn: str):
    assert may_deliver(action, arn, **OURS)
    assert not may_deliver(action, arn, **THEIRS)
    assert not may_deliver(action, arn)


def test_nobody_elses_is_made_ones_own_by_tagging_it():
    arn = f"{EC2}:vpc/vpc-1"
    assert may_deliver("ec2:CreateTags", arn, **TAGGING, **{"ec2:CreateAction": "CreateVpc"})
    assert not may_deliver("ec2:CreateTags", arn, **TAGGING, **THEIRS)
    assert not may_deliver("ec2:CreateTags", arn, **TAGGING)
    # But for the group that each VPC comes with, which has no tags.
    group = f"{EC2}:security-group/sg-1"
    assert may_deliver("ec2:CreateTags", group, **TAGGING)
    assert not may_deliver("ec2:CreateTags", group, **TAGGING, **THEIRS)


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("logs:DeleteLogGroup", "logs:us-east-1:444455556666:log-group:web-application-{}-web-sidecars"),
        ("ecs:UpdateService", "ecs:us-east-1:444455556666:service/web-application-{}-web/web-1"),
        ("cloudwatch:PutMetricAlarm", "cloudwatch:us-east-1:444455556666:alarm:web-application-{}-web-cpu"),
        ("events:PutTargets", "events:us-east-1:444455556666:rule/web-application-{}-web-failed-deployment"),
        ("sns:DeleteTopic", "sns:us-east-1:444455556666:web-application-{}-web-alarms"),
        ("s3:DeleteBucket", "s3:::web-application-{}-web-access-logs-444455556666"),
    ],
)
def test_what_has_a_name_is_changed_by_its_name_alone(action: str, arn: str):
    assert may_deliver(action, f"arn:aws:{arn.format('staging')}")
    assert not may_deliver(action, f"arn:aws:{arn.format('prod')}")


def test_records_are_changed_in_the_environments_zone_only():
    assert may_deliver("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z0123456789EXAMPLE")
    assert not may_deliver("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/ZOTHER")


@pytest.mark.parametrize(
    ("key", "read", "written"),
    [
        ("meta.yaml", True, False),
        ("stacks/web-application/staging.json", True, True),
        ("stacks/web-application/staging.json.bak", True, True),
        ("history/web-application/staging/staging-1.history.json", True, True),
        ("locks/organization/web-application/staging/1.json", False, True),
        ("stacks/web-application/staging2.json", False, False),
        ("stacks/web-application-bootstrap/staging.json", False, False),
        ("stacks/pulumi-state/staging.json", False, False),
    ],
)
def test_only_the_stacks_own_state_is_read_and_written(key: str, *, read: bool, written: bool):
    arn = f"arn:aws:s3:::pulumi-state-staging-444455556666/.pulumi/{key}"
    assert allows(READING, "s3:GetObject", arn) is read
    assert not allows(READING, "s3:PutObject", arn)
    assert may_deliver("s3:PutObject", arn) is written
    assert not may_deliver("s3:DeleteObjectVersion", arn)


def test_only_the_states_key_decrypts():
    arn = "arn:aws:kms:us-east-1:444455556666:key/1"
    for action in ("kms:Decrypt", "kms:GenerateDataKey"):
        assert may_deliver(action, arn, **{"kms:ResourceAliases": ("alias/pulumi-state-staging",)})
        assert not may_deliver(action, arn, **{"kms:ResourceAliases": ("alias/other",)})
        assert not may_deliver(action, arn, **OURS)


def test_without_a_domain_no_zone_is_touched():
    without = args(environment=replace(ENVIRONMENT, hosted_zones=()))
    texts = [document(it) for it in (*without.reading().values(), *without.writing().values())]
    for action in ("route53:ChangeResourceRecordSets", "route53:GetHostedZone", "route53:GetChange"):
        assert not allowed_somewhere(texts, action)


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
def test_the_tags_that_say_whose_a_resource_is_are_those_of_the_committed_stacks(stack: str):
    tags = config(stack_file(stack))["aws:defaultTags"]["tags"]
    own = replace(ENVIRONMENT, context=replace(PROGRAM, stack=stack)).own["StringEquals"]
    assert own == {f"aws:ResourceTag/{key}": tags[key] for key in ("Project", "Environment")}

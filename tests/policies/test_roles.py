"""Which documents a role ends up with, however a program attaches them, and what they say together."""

import pytest
from ecs_policies.model import UNKNOWN, Resource, Stack
from ecs_policies.reading.permissions import Permissions
from ecs_policies.reading.roles import Roles

from tests.policies.stacks import (
    ACCOUNT,
    ATTACHMENT,
    POLICY,
    REPOSITORY,
    ROLE,
    ROLE_POLICY,
    Web,
    allow,
    document,
    resource,
)

READ = allow("s3:GetObject", "arn:aws:s3:::bucket/*")
PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"


@pytest.fixture(params=[False, True], ids=["first preview", "deployed"])
def web(request: pytest.FixtureRequest) -> Web:
    return Web(deployed=request.param)


def task_role(web: Web, *more: Resource) -> Permissions:
    stack = web.stack(*more)
    role = stack.by_urn(web.task_role.urn)
    assert role
    return stack.once(Roles).permissions(role)


def places(permissions: Permissions) -> list[tuple[str, str]]:
    return [(it.source.name, it.path) for it in permissions.grants]


def with_properties(web: Web, **properties: object) -> Resource:
    return resource(ROLE, "task", {**web.task_role.properties, **properties})


def test_a_role_without_policies_has_no_permission(web: Web):
    assert task_role(web) == Permissions(grants=())


def test_a_role_policy_belongs_to_the_role_it_was_made_from_or_names(web: Web):
    assert places(task_role(web, web.on_role(web.task_role, READ))) == [("extra", "policy.Statement[0]")]
    by_name = resource(ROLE_POLICY, "named", {"role": "web-task", "policy": document(READ, READ)})
    assert places(task_role(web, by_name)) == [
        ("named", "policy.Statement[0]"),
        ("named", "policy.Statement[1]"),
    ]


def test_inline_policies_of_the_role_itself_count_and_an_empty_one_is_none(web: Web):
    inline = [{}, {"name": "read", "policy": document(READ)}]
    assert places(task_role(web, with_properties(web, inlinePolicies=inline))) == [
        ("task", "inlinePolicies[1].policy.Statement[0]")
    ]


def test_aws_managed_policies_of_the_role_itself_count(web: Web):
    assert places(task_role(web, with_properties(web, managedPolicyArns=[PULL_ONLY]))) == [
        ("task", "managedPolicyArns[AmazonEC2ContainerRegistryPullOnly].Statement[0]")
    ]


@pytest.mark.parametrize(
    ("type_", "roles", "policies"),
    [
        (ATTACHMENT, "role", "policyArn"),
        (POLICY_ATTACHMENT, "roles", "policyArn"),
        (ATTACHMENTS_EXCLUSIVE, "roleName", "policyArns"),
    ],
)
def test_a_policy_of_the_stack_is_found_by_every_way_to_attach_it(web: Web, type_, roles, policies):
    policy = web.made(POLICY, "shared", name="shared", policy=document(READ))
    for role, arn in [
        (web.reference(web.task_role), web.reference(policy)),
        ("web-task", f"arn:aws:iam::{ACCOUNT}:policy/shared"),
    ]:
        properties = {
            roles: [role] if roles == "roles" else role,
            policies: [arn] if policies == "policyArns" else arn,
        }
        attachment = resource(type_, "attachment", properties, **{roles: web.task_role, policies: policy})
        found = task_role(web, policy, attachment)
        assert places(found) == [("shared", "policy.Statement[0]")]
        assert found.unreadable == ()


@pytest.mark.parametrize(
    ("type_", "roles", "policies", "place"),
    [
        (ATTACHMENT, "role", "policyArn", "policyArn"),
        (POLICY_ATTACHMENT, "roles", "policyArn", "policyArn"),
        (
            ATTACHMENTS_EXCLUSIVE,
            "roleName",
            "policyArns",
            "policyArns[AmazonEC2ContainerRegistryPullOnly]",
        ),
    ],
)
def test_an_aws_managed_policy_is_found_by_every_way_to_attach_it(web: Web, type_, roles, policies, place):
    properties = {
        roles: ["web-task"] if roles == "roles" else "web-task",
        policies: [PULL_ONLY] if policies == "policyArns" else PULL_ONLY,
    }
    found = task_role(web, resource(type_, "attachment", properties))
    assert places(found) == [("attachment", f"{place}.Statement[0]")]
    assert [(it.policy.name, it.path) for it in found.managed] == [
        ("AmazonEC2ContainerRegistryPullOnly", place)
    ]


def test_an_aws_managed_policy_counts_beside_one_of_the_stacks_own(web: Web):
    own = web.made(POLICY, "own", name="own", policy=document(READ))
    listed = {"managedPolicyArns": [PULL_ONLY, web.reference(own)]}
    role = resource(ROLE, "task", {**web.task_role.properties, **listed}, managedPolicyArns=own)
    assert set(places(task_role(web, own, role))) == {
        ("task", "managedPolicyArns[AmazonEC2ContainerRegistryPullOnly].Statement[0]"),
        ("own", "policy.Statement[0]"),
    }


def test_a_policy_attached_to_two_roles_counts_for_both(web: Web):
    attachment = resource(
        POLICY_ATTACHMENT, "attachment", {"roles": ["web-task", "web-execution"], "policyArn": PULL_ONLY}
    )
    stack = web.stack(attachment)
    for role in (web.task_role, web.execution_role):
        assert ("attachment", "policyArn.Statement[0]") in places(stack.once(Roles).permissions(role))


def test_names_of_exclusive_policies_add_nothing(web: Web):
    exclusive = resource(POLICIES_EXCLUSIVE, "only", {"roleName": "web-task", "policyNames": ["read"]})
    assert task_role(web, exclusive) == Permissions(grants=())


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::aws:policy/OfTomorrow", f"arn:aws:iam::{ACCOUNT}:policy/of-another-stack"]
)
def test_a_managed_policy_that_nobody_can_look_into_is_unreadable(web: Web, arn):
    attachment = resource(ATTACHMENT, "attachment", {"role": "web-task", "policyArn": arn})
    assert [(it.resource.name, it.path) for it in task_role(web, attachment).unreadable] == [
        ("attachment", "policyArn")
    ]


@pytest.mark.parametrize(
    "policy", [UNKNOWN, "{", "[]", "{}", '{"Statement": [7]}', '{"Statement": {"Effect": "Allow"}}', 7]
)
def test_a_document_that_can_not_be_read_is_unreadable(web: Web, policy):
    found = task_role(web, resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": policy}))
    assert found.grants == ()
    assert [it.resource.name for it in found.unreadable] == ["extra"]


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"inlinePolicies": UNKNOWN}, "inlinePolicies[0]"),
        ({"inlinePolicies": ["read"]}, "inlinePolicies[0]"),
        ({"inlinePolicies": [{"policy": UNKNOWN}]}, "inlinePolicies[0].policy"),
        ({"managedPolicyArns": UNKNOWN}, "managedPolicyArns"),
        ({"managedPolicyArns": [7]}, "managedPolicyArns"),
    ],
)
def test_what_the_role_itself_holds_and_can_not_be_read_is_unreadable(web: Web, properties, path):
    found = task_role(web, with_properties(web, **properties))
    assert [(it.resource.name, it.path) for it in found.unreadable] == [("task", path)]


def test_what_is_attached_to_a_role_of_another_stack_is_known_by_its_name():
    outside = [
        resource(ROLE_POLICY, "theirs", {"role": "elsewhere", "policy": document(READ)}),
        resource(ATTACHMENT, "attached", {"role": "elsewhere", "policyArn": PULL_ONLY}),
    ]
    found = Roles(Stack(outside)).outside
    assert {name: places(it) for name, it in found.items()} == {
        "elsewhere": [("theirs", "policy.Statement[0]"), ("attached", "policyArn.Statement[0]")]
    }


def test_what_is_attached_to_a_role_that_can_not_be_told_is_known_as_such():
    stray = resource(ROLE_POLICY, "stray", {"role": UNKNOWN, "policy": document(READ)})
    found = Roles(Stack([stray])).stray
    assert places(found) == [("stray", "policy.Statement[0]")]
    assert [(it.resource.name, it.path) for it in found.unreadable] == [("stray", "role")]


BUCKET = "arn:aws:s3:::bucket/*"
DENY = {"Effect": "Deny", "Resource": "*"}


@pytest.mark.parametrize(
    "denial",
    [
        {**DENY, "Action": "*"},
        {**DENY, "Action": "S3:get*"},
        {**DENY, "NotAction": "ecr:*"},
        {**DENY, "Action": "s3:*", "Resource": BUCKET},
        {**DENY, "Action": "s3:*", "Resource": "arn:aws:s3:::*"},
        {"Effect": "Deny", "Action": "s3:*", "NotResource": REPOSITORY},
    ],
    ids=str,
)
def test_what_a_deny_covers_is_taken_off(web: Web, denial):
    found = task_role(web, web.on_role(web.task_role, READ, denial))
    assert not found.may("s3:GetObject", "arn:aws:s3:::bucket/key")


@pytest.mark.parametrize(
    "denial",
    [
        {**DENY, "Action": "s3:PutObject"},
        {**DENY, "NotAction": "s3:GetObject"},
        {**DENY, "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/key"},
        {"Effect": "Deny", "Action": "s3:*", "NotResource": "arn:aws:s3:::bucket/public/*"},
        {**DENY, "Action": "s3:*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
    ],
    ids=str,
)
def test_what_a_deny_leaves_stays_allowed(web: Web, denial):
    found = task_role(web, web.on_role(web.task_role, READ, denial))
    assert [pattern for _, pattern in found.patterns("s3:GetObject", "arn:*:s3:::*")] == [BUCKET]


def test_a_deny_of_a_part_is_taken_off_what_it_is_a_part_of(web: Web):
    denial = {**DENY, "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/private/*"}
    found = task_role(web, web.on_role(web.task_role, READ, denial))
    assert found.may("s3:GetObject", "arn:aws:s3:::bucket/public/key")
    assert not found.may("s3:GetObject", "arn:aws:s3:::bucket/private/key")


def test_a_deny_of_one_partition_is_complete_as_an_account_is_in_one_only(web: Web):
    pull = allow("ecr:BatchGetImage")
    denial = {**DENY, "Action": "ecr:*", "Resource": "arn:aws:ecr:*:*:repository/*"}
    found = task_role(web, web.on_role(web.task_role, pull, denial))
    assert list(found.patterns("ecr:BatchGetImage", "arn:*:ecr:*:*:repository/*")) == []


@pytest.mark.parametrize(
    ("statements", "everything"),
    [
        ([allow("*")], True),
        ([allow("*:*", ["arn:aws:s3:::b", "*"])], True),
        ([{"NotAction": "iam:*", "Resource": "*"}], True),
        ([{"Action": "*", "NotResource": "arn:aws:s3:::b"}], True),
        ([allow("*"), {**DENY, "Action": "iam:*"}], True),
        ([allow("*"), {**DENY, "Action": "*"}], False),
        ([allow("*"), {**DENY, "NotAction": "sqs:*"}], False),
        ([allow("*", BUCKET)], False),
        ([allow("iam:*")], False),
    ],
    ids=str,
)
def test_a_grant_of_everything_is_told_from_a_grant_of_a_part(web: Web, statements, everything):
    found = task_role(web, web.on_role(web.task_role, *statements))
    assert bool(list(found.everything())) == everything


@pytest.mark.parametrize(
    ("resources", "may"), [("*", True), ([BUCKET, "*"], True), (BUCKET, False), ("arn:aws:ecr:*:*:*", False)]
)
def test_an_action_without_resources_has_to_be_allowed_on_every_one(web: Web, resources, may):
    found = task_role(web, web.on_role(web.task_role, allow("ecr:GetAuthorizationToken", resources)))
    assert found.may("ecr:GetAuthorizationToken") == may

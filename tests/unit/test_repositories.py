import json
from typing import Any

import pulumi_aws as aws
import pytest

from components.context import Context
from components.repositories import Repositories, RepositoriesArgs
from tests.unit.mocks import Recording, record

CONTEXT = Context(
    project="web-application-bootstrap",
    stack="dev",
    partition="aws",
    region="us-east-1",
    account="111122223333",
)
NAMES = ("web-application/rails", "web-application/worker")


def repositories(*, preview: bool = False, **given: Any) -> Recording:
    standing: dict[str, Any] = {"context": CONTEXT, "names": NAMES, "pulled_by": ("444455556666",)}

    def build() -> Any:
        return Repositories("registry", RepositoriesArgs(**{**standing, **given})).urls

    return record(
        build,
        preview=preview,
        outputs={aws.ecr.Repository.pulumi_type: lambda it: {"repositoryUrl": f"url of {it.inputs['name']}"}},
    )


def test_each_repository_keeps_its_tags_and_scans_what_is_pushed():
    made = repositories().of(aws.ecr.Repository)
    assert [it.inputs["name"] for it in made] == list(NAMES)
    for it in made:
        assert it.inputs["imageTagMutability"] == "IMMUTABLE"
        assert it.inputs["imageScanningConfiguration"] == {"scanOnPush": True}
        assert it.inputs["encryptionConfigurations"] == [{"encryptionType": "AES256"}]
        assert not it.inputs.get("forceDelete")


def test_only_the_named_accounts_pull_and_nobody_pushes_by_the_repositorys_policy():
    recording = repositories(pulled_by=("777788889999", "444455556666"))
    policies = recording.of(aws.ecr.RepositoryPolicy)
    assert len(policies) == len(NAMES)
    [statement] = json.loads(policies[0].inputs["policy"])["Statement"]
    assert statement["Principal"] == {
        "AWS": ["arn:aws:iam::444455556666:root", "arn:aws:iam::777788889999:root"]
    }
    assert statement["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
    ]


def test_untagged_images_expire_and_so_do_the_oldest_of_very_many():
    policy = repositories(keep_images=200).of(aws.ecr.LifecyclePolicy)[0].inputs["policy"]
    first, second = [it["selection"] for it in json.loads(policy)["rules"]]
    assert (first["tagStatus"], first["countUnit"], first["countNumber"]) == ("untagged", "days", 14)
    assert (second["tagStatus"], second["countType"], second["countNumber"]) == (
        "any",
        "imageCountMoreThan",
        200,
    )


def test_repositories_are_protected_on_demand():
    assert {it.protect for it in repositories().of(aws.ecr.Repository)} == {True}
    assert {it.protect for it in repositories(protect=False).of(aws.ecr.Repository)} == {False}


def test_the_urls_are_given_by_name():
    assert repositories().returned == {it: f"url of {it}" for it in NAMES}


def test_no_document_is_unknown_at_a_first_preview():
    recording = repositories(preview=True)
    documents = [*recording.of(aws.ecr.RepositoryPolicy), *recording.of(aws.ecr.LifecyclePolicy)]
    assert all("policy" not in it.unknown_inputs() for it in documents)


@pytest.mark.parametrize("account", ["", "11112222333", "arn:aws:iam::111122223333:root", "*"])
def test_what_is_no_account_is_refused(account: str):
    with pytest.raises(ValueError, match=r"registry\.pulled_by: .* isn't the id of an AWS account"):
        RepositoriesArgs(context=CONTEXT, names=NAMES, pulled_by=(account,))

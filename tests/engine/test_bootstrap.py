"""The bootstrap stack on the embedded AWS: what stands, that it stays, and what it leaves."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT
from emulator.local.environment import ACCOUNT
from emulator.local.events import Result
from emulator.local.stack import LocalStack
from tests.engine.inventory import inventory
from tests.engine.standing import changes, drift, only, push_image

ROLES = {f"web-application-bootstrap-local-{it}" for it in ("deliver", "preview", "audit")}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/web-application-local-boundary"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
REPOSITORY = "web-application/worker"


class Bootstrap:
    """The stack that stands, what its AWS held before, and how it came up."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.before = found(stack)
        self.made: Result = stack.up("--skip-preview")
        assert self.made.code == 0, self.made.stdout + self.made.stderr


def found(stack: LocalStack) -> dict[str, frozenset[str]]:
    """Everything that an ordinary client finds."""
    providers = stack.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return {**inventory(stack), "identity provider": frozenset(it["Arn"] for it in providers)}


@pytest.fixture(scope="module")
def bootstrap(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bootstrap]:
    stack = LocalStack(tmp_path_factory.mktemp("bootstrap"), engine=engine, program=ROOT / "bootstrap")
    stack.start()
    yield Bootstrap(stack)
    stack.stop()


def role(bootstrap: Bootstrap, name: str) -> dict[str, Any]:
    full = f"web-application-bootstrap-local-{name}"
    return bootstrap.stack.client("iam").get_role(RoleName=full)["Role"]


def attached(bootstrap: Bootstrap, name: str) -> set[str]:
    iam = bootstrap.stack.client("iam")
    full = f"web-application-bootstrap-local-{name}"
    policies = iam.list_attached_role_policies(RoleName=full)["AttachedPolicies"]
    return {it["PolicyName"].removeprefix("web-application-bootstrap-local-") for it in policies}


def test_the_gate_finds_nothing_in_it_for_any_account_but_what_somebody_answers_for():
    command = [sys.executable, "-m", "ecs_policies.gate", "--program", "bootstrap", "--level", "advisory"]
    strict = ["--policy-pack-config", "policy-config.json"]
    done = subprocess.run([*command, *strict], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for stack in ("dev", "local", "prod", "staging"):
        assert f"{stack}-lists (aws.iam.Policy), policy.Statement[Alarms].Resource[*]" in done.stdout


def test_it_comes_up_under_the_policies_which_find_only_what_is_exempted(bootstrap: Bootstrap):
    assert set(changes(bootstrap.made).values()) == {"create"}
    assert {(it.policy, it.level) for it in bootstrap.made.violations} == {("iam.star-resource", "advisory")}


def test_githubs_tokens_for_sts_are_trusted(bootstrap: Bootstrap):
    iam = bootstrap.stack.client("iam")
    provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER)
    assert provider["Url"] == "token.actions.githubusercontent.com"
    assert provider["ClientIDList"] == ["sts.amazonaws.com"]


@pytest.mark.parametrize(
    ("name", "subject", "more"),
    [
        (
            "deliver",
            "environment:local",
            {"token.actions.githubusercontent.com:ref": "refs/heads/main"},
        ),
        ("preview", "environment:preview-local", {}),
        ("audit", "ref:refs/heads/main", {}),
    ],
)
def test_each_role_is_for_one_subject_of_one_repository(
    bootstrap: Bootstrap, name: str, subject: str, more: dict[str, str]
):
    statement = only(role(bootstrap, name)["AssumeRolePolicyDocument"]["Statement"])
    assert statement["Principal"] == {"Federated": PROVIDER}
    (conditions,) = statement["Condition"].values()
    assert conditions == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": f"repo:example@123456/web-application@456789:{subject}",
        **more,
    }


def test_only_the_role_that_delivers_has_more_than_reading(bootstrap: Bootstrap):
    reading = {"lists", "details", "state"}
    assert attached(bootstrap, "preview") == attached(bootstrap, "audit") == reading
    assert attached(bootstrap, "deliver") == reading | {"network", "traffic", "service", "records"}


def test_the_boundary_of_the_programs_roles_stands_and_holds_no_role_yet(bootstrap: Bootstrap):
    iam = bootstrap.stack.client("iam")
    assert iam.get_policy(PolicyArn=BOUNDARY)["Policy"]["AttachmentCount"] == 0


def test_the_repository_keeps_its_tags_and_is_scanned_and_shared_with_the_named_accounts(
    bootstrap: Bootstrap,
):
    ecr = bootstrap.stack.client("ecr")
    repository = only(ecr.describe_repositories(repositoryNames=[REPOSITORY])["repositories"])
    assert repository["imageTagMutability"] == "IMMUTABLE"
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    policy = json.loads(ecr.get_repository_policy(repositoryName=REPOSITORY)["policyText"])
    assert only(policy["Statement"])["Principal"] == {
        "AWS": [f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::444455556666:root"]
    }
    lifecycle = ecr.get_lifecycle_policy(repositoryName=REPOSITORY)["lifecyclePolicyText"]
    assert len(json.loads(lifecycle)["rules"]) == 2


def test_its_outputs_say_what_the_workflows_have_to_know(bootstrap: Bootstrap):
    told = bootstrap.stack.pulumi("stack", "output", "--json", "--stack", "local")
    outputs = json.loads(told.stdout)
    arns = {f"arn:aws:iam::{ACCOUNT}:role/{it}" for it in ROLES}
    assert set(outputs["role_arns"]["local"].values()) == arns
    assert outputs["repository_urls"][REPOSITORY].endswith(f".amazonaws.com/{REPOSITORY}")


def test_a_refresh_and_a_second_up_change_nothing(bootstrap: Bootstrap):
    assert drift(bootstrap.stack.refresh()) == {}
    assert changes(bootstrap.stack.up("--skip-preview", "--expect-no-changes")) == {}


def test_committed_examples_in_place_of_ones_own_account_are_one_error(bootstrap: Bootstrap):
    examples = {"account": "111122223333", "repositories": [REPOSITORY], "pulled_by": ["111122223333"]}
    refused = bootstrap.stack.preview(settings={"web-application-bootstrap:registry": examples})
    said = refused.stdout + refused.stderr
    assert refused.code != 0
    assert f"web-application-bootstrap:registry.pulled_by: ['111122223333'] lacks {ACCOUNT}" in said
    assert "Traceback" not in said


def test_protected_it_is_not_destroyed(bootstrap: Bootstrap):
    protected = {"web-application-bootstrap:protect": "true"}
    assert bootstrap.stack.up("--skip-preview", settings=protected).code == 0
    refused = bootstrap.stack.destroy("--skip-preview")
    assert refused.code != 0
    assert "protected" in refused.stdout + refused.stderr
    assert REPOSITORY in str(found(bootstrap.stack))
    assert bootstrap.stack.up("--skip-preview").code == 0


def test_a_repository_with_images_stays_and_destroyed_without_them_it_leaves_nothing(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory
):
    stack = LocalStack(tmp_path_factory.mktemp("gone"), engine=engine, program=ROOT / "bootstrap")
    stack.start()
    try:
        bootstrap = Bootstrap(stack)
        digest = push_image(stack, f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/{REPOSITORY}:1")
        assert stack.destroy("--skip-preview").code != 0
        ecr = stack.client("ecr")
        ecr.batch_delete_image(repositoryName=REPOSITORY, imageIds=[{"imageDigest": digest}])
        done = stack.destroy("--skip-preview")
        assert done.code == 0, done.stdout + done.stderr
        assert found(stack) == bootstrap.before
    finally:
        stack.stop()

"""The config of the bootstrap stacks: what fits, and what is said of what doesn't."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from bootstrap.config import Config
from components.context import Context
from components.errors import InvalidSettingError
from environments.stack_files import ROOT, stack_file
from environments.stack_files import config as config_of
from settings.config import parse
from tests.unit.delivery import ENVIRONMENT

PROJECT = "web-application-bootstrap"
FITTING: dict[str, Any] = {
    "github": {"repository": "example@1/web@2"},
    "registry": {"account": "111122223333", "repositories": ["web"], "pulled_by": ["111122223333"]},
    "environments": {"dev": {}},
}
STACKS = ("local", "dev", "staging", "prod")


def held(stack: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "bootstrap" / f"Pulumi.{stack}.yaml").read_text())["config"]


def refusal(**given: Any) -> str:
    values = {key: json.dumps(value) for key, value in {**FITTING, **given}.items()}
    with pytest.raises(pulumi.RunError) as raised:
        parse(Config, values, PROJECT)
    return str(raised.value)


def test_deliveries_are_approved_and_all_is_protected_unless_the_config_says_otherwise():
    config = parse(Config, {key: json.dumps(value) for key, value in FITTING.items()}, PROJECT)
    assert config.environments["dev"].approval
    assert config.protect


@pytest.mark.parametrize("stack", STACKS)
def test_each_committed_stack_fits_and_has_the_environment_in_whose_account_it_is(stack: str):
    own = {key.removeprefix(f"{PROJECT}:"): it for key, it in held(stack).items() if key.startswith(PROJECT)}
    config = parse(Config, own, PROJECT)
    assert list(config.environments) == [stack]
    assert held(stack)["aws:allowedAccountIds"] == config_of(stack_file(stack))["aws:allowedAccountIds"]


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_registry_is_the_one_that_the_environments_images_come_from_and_lets_them_pull(stack: str):
    registry = held(stack)[f"{PROJECT}:registry"]
    image = config_of(stack_file(stack))["web-application:image"]
    host, _, path = image.partition("/")
    assert host.startswith(f"{registry['account']}.dkr.ecr.")
    assert path.partition(":")[0] in registry["repositories"]
    assert held(stack)["aws:allowedAccountIds"][0] in registry["pulled_by"]


def test_only_dev_is_delivered_to_without_anybody_being_asked():
    asked = {
        stack: held(stack)[f"{PROJECT}:environments"][stack].get("approval", True)
        for stack in ("dev", "staging", "prod")
    }
    assert asked == {"dev": False, "staging": True, "prod": True}


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_each_environment_bounds_its_roles_by_the_policy_that_bootstrap_makes_for_it(stack: str):
    context = Context(project="web-application", stack=stack, partition="aws", region="", account="1")
    environment = replace(ENVIRONMENT, context=context)
    name = config_of(stack_file(stack))["web-application:permissions_boundary"]
    assert environment.boundary == f"arn:aws:iam::1:policy/{name}"


@pytest.mark.parametrize("names", [("dev", "dev-eu"), ("dev-eu", "dev")])
def test_environments_of_one_account_whose_names_cover_each_other_are_refused(names: tuple[str, str]):
    said = refusal(environments={it: {} for it in names})
    assert "environments: 'dev-eu' begins with 'dev-', so the roles of dev could change what it has" in said


def test_environments_of_one_account_with_names_apart_fit():
    given = {**FITTING, "environments": {"dev": {}, "develop": {}, "eu-dev": {}}}
    assert parse(Config, {key: json.dumps(value) for key, value in given.items()}, PROJECT)


def test_an_account_that_may_not_pull_is_refused_before_anything_is_made():
    config = parse(Config, {key: json.dumps(value) for key, value in FITTING.items()}, PROJECT)
    config.refuse_account("111122223333")
    with pytest.raises(InvalidSettingError) as raised:
        config.refuse_account("444455556666")
    said = "registry.pulled_by: ['111122223333'] lacks 444455556666, which this stack is in"
    assert str(raised.value).startswith(said)


def test_an_example_left_as_the_registrys_account_is_refused_for_nobody_would_make_the_repositories():
    given = {"account": "111122223333", "repositories": ["web"], "pulled_by": ["222233334444"]}
    said = refusal(registry=given)
    assert "registry.account: 111122223333 isn't among pulled_by, ['222233334444'], so" in said
    assert "put the account there that has the registry" in said


def test_pulumi_yaml_declares_exactly_what_has_no_default():
    declared = yaml.safe_load(Path(ROOT / "bootstrap" / "Pulumi.yaml").read_text())["config"]
    required = {f"{PROJECT}:{name}" for name, it in Config.model_fields.items() if it.is_required()}
    assert set(declared) == required


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"githup": "x"}, "web-application-bootstrap:githup: no such setting; did you mean 'github'?"),
        ({"environments": {"dev": {"aproval": False}}}, "aproval: no such setting; did you mean 'approval'?"),
        ({"environments": {}}, "environments: {}"),
        ({"github": {}}, "github.repository: required"),
        ({"registry": {"account": "111122223333"}}, "registry.repositories: required"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given: dict[str, Any], said: str):
    assert said in refusal(**given)

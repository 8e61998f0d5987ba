"""What the local stack's settings name is there before the stack, as in a real account."""

import json
from collections.abc import Iterator

import pytest

from emulator.engine.engine import Engine
from emulator.local.seed import seed
from emulator.local.stack import LocalStack

pytestmark = pytest.mark.engine

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack with the committed settings and an empty AWS; no engine runs here."""
    directory = tmp_path_factory.mktemp("local")
    (directory / "pulumi").touch()
    engine = Engine(executable=directory / "pulumi", version="0.0.0", official=True)
    local = LocalStack(directory / "stack", engine=engine)
    local.start()
    yield local
    local.stop()


@pytest.fixture(scope="module")
def made(started: LocalStack) -> list[str]:
    """What the committed settings name, made."""
    return seed(started)


@pytest.fixture
def stack(started: LocalStack, made: list[str]) -> LocalStack:
    """The stack with what its committed settings name."""
    return started


def test_what_the_committed_settings_name_is_made_once(stack: LocalStack, made: list[str]) -> None:
    assert "image web-application/rails:1.0.0" in made
    assert "secret web-application/secret-key-base" in made
    assert seed(stack) == []


def test_another_tag_is_another_digest(stack: LocalStack) -> None:
    for tag in ("1.0.1", "1.0.2"):
        assert seed(stack, {"web-application:image": f"{REGISTRY}/shop/web:{tag}"})
    images = stack.client("ecr").describe_images(repositoryName="shop/web")["imageDetails"]
    assert len({image["imageDigest"] for image in images}) == 2


def test_an_image_of_another_registry_needs_no_repository(stack: LocalStack) -> None:
    before = stack.client("ecr").describe_repositories()["repositories"]
    seed(stack, {"web-application:image": "docker.io/library/ruby:3.4"})
    assert stack.client("ecr").describe_repositories()["repositories"] == before


def test_a_secret_named_with_keys_is_json_with_each_of_them(stack: LocalStack) -> None:
    secrets = {"A": "web-application/both#one", "B": "web-application/both#two"}
    assert seed(stack, {"web-application:rails": {"secrets": secrets}}) == ["secret web-application/both"]
    manager = stack.client("secretsmanager")
    value = json.loads(manager.get_secret_value(SecretId="web-application/both")["SecretString"])
    assert set(value) == {"one", "two"}
    assert value["one"] != value["two"]


def test_a_domains_hosted_zone_is_made(stack: LocalStack) -> None:
    domain = {"web-application:domain": {"name": "shop.example.com", "zone": "example.com"}}
    assert seed(stack, domain) == ["hosted zone example.com"]
    assert seed(stack, domain) == []


def test_the_policy_that_bounds_the_roles_is_made(stack: LocalStack) -> None:
    bounded = {"web-application:permissions_boundary": "web-application-local-boundary"}
    assert "policy web-application-local-boundary" in seed(stack, bounded)
    assert seed(stack, bounded) == []

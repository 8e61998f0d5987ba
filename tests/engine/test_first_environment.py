"""docs/guides/first-environment.md: its commands, run as they stand there, in an account that has nothing."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT
from emulator.local.environment import ACCOUNT
from emulator.local.stack import LocalStack
from tests.engine.clone import Clone
from tests.engine.standing import push_image
from tests.pages.reading import blocks, guide, text

PAGE = guide("first-environment")
EXAMPLE = "111122223333"  # the page's account, and that of the committed settings
WHO, BACKEND, BEGIN, BOOTSTRAP, SECRETS, IMAGE, UP, ASK = (
    it.replace(EXAMPLE, ACCOUNT).replace("make ", "make --old-file=.venv/.ready ")
    for it in blocks(PAGE, "sh")
)
NAMED_IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web-application/rails:1.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who follows the page in a clone, with a shell that has credentials and knows no local stack."""

    clone: Clone

    def follow(self, *commands: str, code: int = 0) -> str:
        """Runs commands; what they print."""
        script = "\n".join(["unset PULUMI_STACK PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE", *commands])
        path = f"{ROOT / '.venv' / 'bin'}:{self.clone.environment['PATH']}"
        answers = {"PULUMI_SKIP_CONFIRMATIONS": "true", "DATADOG_API_KEY": "0" * 32}
        shell = ["bash", "-euo", "pipefail", "-c", script]
        return self.clone.run(shell, self.clone.folder, code=code, PATH=path, **answers)

    def in_the_backend(self, *commands: str, code: int = 0) -> str:
        """Runs commands in a shell that is logged in as the page's first lines for that say."""
        login = next(it for it in BEGIN.splitlines() if it.startswith("export "))
        return self.follow(login, *commands, code=code)


@pytest.fixture(scope="module")
def person(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    folder = tmp_path_factory.mktemp("first") / "clone"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "__pycache__", "tests", "docs"))
    (folder / ".venv").symlink_to(ROOT / ".venv")
    stack = LocalStack(tmp_path_factory.mktemp("account"), engine=engine, program=folder)
    stack.start()
    yield Person(clone=Clone(folder=folder, stack=stack))
    stack.stop()


def test_each_command_of_the_page_is_one_that_is_followed_here():
    assert "docker push" in IMAGE, "which push_image stands for"
    assert "curl" in ASK, "which nothing would answer here"
    assert "aws sts get-caller-identity" in WHO


def test_the_page_brings_dev_up_from_an_empty_account_and_takes_it_away_again(person: Person):
    folder = person.clone.folder
    assert person.follow(WHO).strip() == ACCOUNT

    # 1. Say which account: what is left as it was is refused.
    named = [folder / it for it in re.findall(r"`((?:\w+/)?Pulumi\.dev\.yaml)`", text(PAGE))[:3]]
    assert len(set(named)) == 3
    assert "allows 111122223333" in person.follow(BACKEND, code=2)
    for file in named:
        file.write_text(file.read_text().replace(EXAMPLE, ACCOUNT))

    # 2 to 4.
    assert "The backend stands, with its own state in it." in person.follow(BACKEND)
    person.follow(BEGIN)
    assert "secretsprovider: awskms://alias/pulumi-state-dev" in named[0].read_text()
    assert "repository_urls" in person.in_the_backend(BOOTSTRAP)
    person.follow(SECRETS)
    assert "web-application/rails" in str(person.clone.client("ecr").describe_repositories())
    push_image(person.clone.stack, NAMED_IMAGE)
    assert f"web-application:image: {NAMED_IMAGE}\n" in named[0].read_text()

    # 5. Up: dev's roles are held by the boundary that bootstrap made.
    assert "created" in person.in_the_backend(UP)
    roles = person.clone.client("iam")
    boundary = roles.get_role(RoleName="web-application-dev-web-task")["Role"]["PermissionsBoundary"]
    assert boundary["PermissionsBoundaryArn"].endswith(":policy/web-application-dev-boundary")

    # Away with it, as the last lines say: protected first, and then not.
    destroy = "pulumi destroy -s dev"
    assert f"`{destroy}`" in text(PAGE)
    assert "protected" in person.in_the_backend(destroy, code=1)
    assert 'set `web-application:protect` to `"false"`, `pulumi up -s dev`' in text(PAGE)
    taken_off = "pulumi config set -s dev web-application:protect false"
    person.in_the_backend(taken_off, "pulumi up -s dev", destroy)
    assert person.clone.client("ecs").list_clusters()["clusterArns"] == []
    assert "web-application/rails" in str(person.clone.client("ecr").describe_repositories())

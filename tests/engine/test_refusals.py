"""A stack before its first `up`: what is refused has one clear message, no traceback, and creates nothing."""

from typing import Any

import pytest

from emulator.local.stack import LocalStack
from tests.engine.inventory import inventory
from tests.engine.standing import NAMESPACE, REGISTRY, changes


def test_the_committed_config_passes_every_rule_on_a_first_preview(local_stack: LocalStack):
    result = local_stack.preview()
    # What somebody answers for is shown as advice.
    assert [it for it in result.violations if it.level == "mandatory"] == []
    assert set(changes(result).values()) == {"create"}
    assert len(changes(result)) > 50


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"load_balancr": {"firewall": True}}, ["load_balancr", "did you mean 'load_balancer'"]),
        (
            {"scaling": {"minimum": "some", "maxmum": 4}},
            ["scaling.minimum: 'some'", "did you mean 'maximum'"],
        ),
        ({"task": {"cpu": 1024, "memory": 1024}}, ["task.memory", "1024", "2048"]),
        ({"network": {"nat": "none"}}, ["network.nat", "'none'", "public.ecr.aws", "private ECR"]),
        ({"image": f"{REGISTRY}/web-application/rails:9.9.9"}, ["image", ":9.9.9", "aws ecr list-images"]),
        (
            {"rails": {"secrets": {"KEY": "never-made"}}},
            ["'never-made'", "aws secretsmanager create-secret --name never-made"],
        ),
        (
            {"domain": {"name": "www.example.org", "zone": "example.org"}},
            ["domain.zone", "example.org", "aws route53 create-hosted-zone"],
        ),
    ],
    ids=["misspelt", "wrong type", "impossible pair", "no way out", "no image", "no secret", "no zone"],
)
def test_a_config_that_cannot_work_is_refused_and_nothing_is_created(
    local_stack: LocalStack, settings: dict[str, Any], words: list[str]
):
    before = inventory(local_stack)
    result = local_stack.up(settings={f"{NAMESPACE}{key}": value for key, value in settings.items()})
    assert result.code != 0
    assert len(result.errors) == 1, result.errors
    assert all(word in result.stdout for word in words), result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    assert inventory(local_stack) == before


def test_another_account_than_the_stacks_own_is_never_touched(local_stack: LocalStack):
    before = inventory(local_stack)
    result = local_stack.up(settings={"aws:allowedAccountIds": ["111122223333"]})
    assert result.code != 0
    assert any("123456789012" in error and "111122223333" in error for error in result.errors), result.errors
    assert "Traceback" not in result.stdout + result.stderr
    assert inventory(local_stack) == before

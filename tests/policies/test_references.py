"""Following a property to the resources that it names, by value and, while that is unknown, by origin."""

import pytest
from ecs_policies.model import UNKNOWN, Stack
from ecs_policies.reading.references import References, resolve

from tests.policies.stacks import ACCOUNT, POLICY, ROLE, resource

ARN = f"arn:aws:iam::{ACCOUNT}:role/web"
WEB = resource(ROLE, "web", {"name": "web", "arn": ARN, "id": "web"})
WORKER = resource(ROLE, "worker")
OTHER_KIND = resource(POLICY, "policy", {"name": "shared"})


def references(value: object, *origins: object) -> References:
    owner = resource("x", "owner", {"role": value}, role=list(origins))  # type: ignore[arg-type]
    return resolve(Stack([WEB, WORKER, OTHER_KIND, owner]), owner, "role", (ROLE,))


@pytest.mark.parametrize("value", ["web", ARN, f"arn:aws:iam::{ACCOUNT}:role/services/web", ["web"]])
def test_a_known_value_names_a_resource_by_id_arn_or_name(value):
    assert references(value) == References(found=(WEB,))


def test_a_value_that_no_resource_of_the_kind_has_stands_outside():
    assert references("elsewhere") == References(outside=("elsewhere",))
    assert references("shared") == References(outside=("shared",))
    assert references(["web", "elsewhere"]) == References(found=(WEB,), outside=("elsewhere",))


def test_an_unknown_value_names_what_it_was_made_from():
    assert references(UNKNOWN, WORKER) == References(found=(WORKER,))
    assert references([UNKNOWN, UNKNOWN], WEB, WORKER) == References(found=(WEB, WORKER))
    assert references(["web", UNKNOWN], WEB, WORKER) == References(found=(WEB, WORKER))
    assert references(["elsewhere", UNKNOWN], WORKER) == References(found=(WORKER,), outside=("elsewhere",))


def test_an_unknown_value_made_from_nothing_of_the_kind_is_lost():
    assert references(UNKNOWN) == References(lost=True)
    assert references(UNKNOWN, OTHER_KIND) == References(lost=True)
    assert references(UNKNOWN, resource(ROLE, "gone")) == References(lost=True)


def test_a_known_value_that_was_made_from_a_resource_names_it_though_no_value_of_it_is_known():
    assert references("worker-1a2b3c4", WORKER) == References(found=(WORKER,))


@pytest.mark.parametrize("value", [7, [None], [{"arn": ARN}], True])
def test_what_is_no_text_is_lost(value):
    assert references(value).lost


def test_a_property_that_is_not_set_names_nothing():
    assert references(None) == References()


def test_a_part_of_a_property_is_followed_like_the_whole():
    owner = resource("x", "owner", {"role": {"arns": UNKNOWN, "other": "web"}}, role=WORKER)
    stack = Stack([WEB, WORKER, owner])
    assert resolve(stack, owner, "role", (ROLE,), UNKNOWN) == References(found=(WORKER,))
    assert resolve(stack, owner, "role", (ROLE,), "web") == References(found=(WEB,))


def test_references_are_compared_by_what_they_name():
    assert references(["web", "elsewhere"]).keys == {WEB.urn, "elsewhere"}

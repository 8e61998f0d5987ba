"""The pack's list of types that take tags is the provider's."""

from ecs_policies.kinds import LOG_GROUP, ROLE_POLICY, TARGET_GROUP
from ecs_policies.reading.taggable import TAGGABLE

from tests.policies.taggable_list import TARGET, types_with_tags


def test_the_list_has_exactly_the_types_of_the_provider_that_take_tags():
    assert TARGET.read_text(encoding="utf-8").split() == types_with_tags()


def test_a_type_is_listed_in_its_one_spelling():
    assert {LOG_GROUP, TARGET_GROUP} <= TAGGABLE
    assert ROLE_POLICY not in TAGGABLE
    assert not any(it.startswith("aws:alb/") for it in TAGGABLE)

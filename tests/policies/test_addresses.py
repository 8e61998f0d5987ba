"""Which blocks of addresses are the whole internet, and what holds what."""

import pytest
from ecs_policies.model import UNKNOWN
from ecs_policies.reading.addresses import Block, block, holds, is_everyone
from ecs_policies.reading.values import Unreadable


def read(text: str) -> Block:
    found = block(text)
    assert not isinstance(found, Unreadable)
    return found


@pytest.mark.parametrize("text", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7", "2000::/3"])
def test_a_block_wider_than_any_network_is_everyone(text: str):
    assert is_everyone(read(text))


@pytest.mark.parametrize("text", ["10.0.0.0/8", "203.0.113.7/32", "2600::/12", "fc00::/7", "fd00::/8"])
def test_a_block_that_a_network_may_have_is_not_everyone(text: str):
    assert not is_everyone(read(text))


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("10.0.0.0/16", "10.0.1.0/24", True),
        ("10.0.0.0/16", "10.0.0.0/16", True),
        ("10.0.1.0/24", "10.0.0.0/16", False),
        ("0.0.0.0/0", "::/0", False),
        ("::/0", "10.0.0.0/8", False),
        ("2001:db8::/56", "2001:db8::/64", True),
    ],
)
def test_a_block_holds_another_of_the_same_version(outer: str, inner: str, expected: bool):  # noqa: FBT001
    assert holds(read(outer), read(inner)) == expected


def test_bits_beyond_the_length_are_left_out():
    assert str(read("10.0.1.7/16")) == "10.0.0.0/16"


@pytest.mark.parametrize(
    "value", ["", "10.0.0.0", "10.0.0.0/33", "everyone/0", "10/8/8", 0, None, True, [], {}]
)
def test_what_is_no_block_is_told(value: object):
    assert block(value) == Unreadable("it isn't a block of addresses such as 10.0.0.0/16")  # type: ignore[arg-type]


def test_a_block_that_is_not_known_is_told():
    assert block(UNKNOWN) == Unreadable("it isn't known before deployment")

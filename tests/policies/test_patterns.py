"""IAM's wildcards, against a slow and plain definition."""

import re

from ecs_policies.reading.patterns import arn_covers, arn_overlap, covers, overlap
from hypothesis import given
from hypothesis import strategies as st

PATTERNS = st.text("ab*?", max_size=6)
TEXTS = st.text("ab", max_size=6)


def plain_match(pattern: str, text: str) -> bool:
    parts = (".*" if it == "*" else "." if it == "?" else re.escape(it) for it in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


@given(PATTERNS, TEXTS)
def test_a_pattern_covers_the_texts_that_it_matches(pattern: str, text: str):
    assert covers(pattern, text) == plain_match(pattern, text)


@given(PATTERNS, PATTERNS, TEXTS)
def test_a_pattern_that_covers_another_matches_all_that_it_matches(wide: str, narrow: str, text: str):
    if covers(wide, narrow) and plain_match(narrow, text):
        assert plain_match(wide, text)


@given(PATTERNS, PATTERNS, TEXTS)
def test_patterns_with_a_text_in_common_overlap(one: str, other: str, text: str):
    if plain_match(one, text) and plain_match(other, text):
        assert overlap(one, other)
        assert overlap(other, one)


def test_patterns_with_no_text_in_common_do_not_overlap():
    assert not overlap("a*b", "a*c")
    assert not overlap("a?", "a")
    assert overlap("a*", "*b")


def test_a_wildcard_of_an_arn_stays_in_its_field():
    repositories = "arn:*:ecr:*:*:repository/*"
    assert not arn_overlap("arn:aws:s3:::bucket/*", repositories)
    assert arn_overlap("arn:aws:ecr:*:*:*", repositories)
    assert arn_overlap("*", repositories)
    assert arn_covers("arn:aws:*", "arn:aws:ecr:us-east-1:1:repository/web")
    assert not arn_covers("arn:*:s3:::*", "arn:aws:ecr:us-east-1:1:repository/:s3:::")


def test_a_hostile_pattern_takes_no_time():
    assert not covers("*a" * 500 + "b", "a" * 2_000)

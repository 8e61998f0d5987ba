"""What all reports say alike: the result, a resource's name, and no character that a report can't hold."""

import pytest
from ecs_policies.model import Level
from ecs_policies.reports.words import Place, clean, result
from hypothesis import given

from tests.policies.reports import samples
from tests.policies.reports.samples import TEXTS, URNS, finding, judged, report, urn

ADVICE = finding(level=Level.ADVISORY)


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (report(), "clean: no finding at the gate's level (mandatory) in 0 stacks"),
        (samples.CLEAN, "clean: no finding at the gate's level (mandatory) in 2 stacks"),
        (samples.ONE, "1 finding at the gate's level (mandatory) in 1 of 2 stacks"),
        (
            report(judged(ADVICE)),
            "clean: no finding at the gate's level (mandatory) in 1 stack; 1 finding below it",
        ),
        (
            report(judged(ADVICE), level=Level.ADVISORY),
            "1 finding at the gate's level (advisory or mandatory) in 1 of 1 stack",
        ),
        (
            report(judged(finding(), ADVICE), judged(finding(), finding(), stack="prod")),
            "3 findings at the gate's level (mandatory) in 2 of 2 stacks; 1 finding below it",
        ),
        (report(judged(error="no settings")), "could not judge dev"),
        (
            report(
                judged(unanswered=("getAmi",)), judged(stack="prod", error="x"), judged(ADVICE, stack="qa")
            ),
            "could not judge dev and prod; 1 finding below it",
        ),
        (
            report(*(judged(finding(), stack=it, error="x") for it in ("a", "b", "c"))),
            "could not judge a, b and c; 3 findings at the gate's level (mandatory) in 3 of 3 stacks",
        ),
        (
            samples.SEVERAL,
            "could not judge reports/local; 2 findings at the gate's level (mandatory) in 2 of 4 stacks",
        ),
        (
            report(judged(known=(finding(),), accepted=(samples.exempted(finding()),))),
            "clean: no finding at the gate's level (mandatory) in 1 stack",
        ),
    ],
)
def test_the_result_is_one_line(given_, said):
    assert result(given_) == said


@pytest.mark.parametrize(
    ("given_", "name", "type_"),
    [
        (urn("aws:iam/role:Role", "task"), "task", "aws.iam.Role"),
        ("urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev", "web-dev", "pulumi.pulumi.Stack"),
        ("urn:pulumi:dev::web::acme:index:Thing::a::b", "a::b", "acme.index.Thing"),
        ("urn:pulumi:dev::web::my:Thing::x", "x", "my.Thing"),
        ("task", "task", ""),
        ("", "", ""),
    ],
)
def test_a_resource_is_named_as_the_program_names_it(given_, name, type_):
    assert Place.of(given_) == Place(name, type_)


@given(URNS)
def test_every_text_names_some_place(given_):
    assert isinstance(str(Place.of(given_)), str)


@given(TEXTS)
def test_a_clean_text_can_be_stored_and_steers_no_terminal(given_):
    cleaned = clean(given_)
    cleaned.encode()
    assert "\x1b" not in cleaned
    assert "\u202e" not in cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("text", ["plain", "naïve 名前 🚀", "two\nlines\tand a tab", ""])
def test_a_text_without_such_characters_stays(text):
    assert clean(text) == text


def test_the_exit_code_tells_clean_from_findings_from_what_could_not_be_judged():
    assert [it.exit_code for it in (samples.CLEAN, samples.ONE, samples.MANY)] == [0, 1, 2]
    assert report(judged(ADVICE)).exit_code == 0
    assert report(judged(ADVICE), level=Level.ADVISORY).exit_code == 1
    assert report(judged(), judged(unanswered=("getAmi",))).exit_code == 2

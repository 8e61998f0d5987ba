"""The comment on a pull request, read as GitHub reads it: tables that hold, nothing that links or pings."""

import re

import pytest
from ecs_policies.checks.cost import Bill, Item
from ecs_policies.reports import cost, markdown
from ecs_policies.reports.markdown import LIMIT, MARKER, escaped
from ecs_policies.reports.words import clean
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.policies.reports import samples
from tests.policies.reports.samples import (
    REACHED,
    REPORTS,
    STAR_ACTION,
    TEXTS,
    exempted,
    finding,
    judged,
    reached,
    report,
)

# GitHub's own Markdown: CommonMark with tables, strikethrough and links made of bare addresses.
GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OUR_TAGS = {"code", "/code", "br", "details", "/details", "summary", "/summary"}
# What GitHub looks for in a text once it is rendered, and what in the text as it is written.
REFERENCES = re.compile(r"@\w|#\d")
WRITTEN = re.compile(r"www\.|://|\$|@|:[\w+-]+:")


def tokens(text: str) -> list[Token]:
    """All tokens, the inner ones of a line too."""
    return [it for block in GITHUB.parse(text) for it in (block, *(block.children or ()))]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables' bodies as they are seen."""
    found: list[list[str]] = []
    inside = False
    parsed = GITHUB.parse(text)
    for index, it in enumerate(parsed):
        inside = it.type == "tbody_open" or (inside and it.type != "tbody_close")
        if inside and it.type == "tr_open":
            found.append([])
        if inside and it.type == "td_open":
            found[-1].append(seen(parsed[index + 1]))
    return found


def seen(inline: Token) -> str:
    """The text of a line as it is seen; a line break of HTML is one."""
    parts = [
        {"<br>": "\n"}.get(it.content, "") if it.type == "html_inline" else it.content
        for it in inline.children or ()
    ]
    return "".join(parts).replace("\u200b", "")


def checked(text: str) -> str:
    """The comment, if it keeps to GitHub's limits and does nothing but show."""
    assert len(text) <= LIMIT
    assert text.startswith(f"{MARKER}\n")
    text.encode()
    assert not WRITTEN.search(text)
    found = tokens(text.removeprefix(MARKER))
    assert not {it.type for it in found} & {"link_open", "image", "fence", "code_block", "s_open", "em_open"}
    for it in found:
        if it.type in ("html_inline", "html_block"):
            assert set(re.findall(r"<([^>]*)>", it.content)) <= OUR_TAGS
        elif it.type == "text":
            assert not REFERENCES.search(it.content)
    return text


def test_a_clean_report_says_so_and_has_no_table():
    text = checked(markdown.render(samples.CLEAN))
    assert "## Policy gate: clean: no finding at the gate's level (mandatory) in 2 stacks\n" in text
    assert text.count("\nNo finding.\n") == 2
    assert rows(text) == []
    assert "<details>" not in text


def test_a_finding_is_a_row_of_its_stacks_table():
    assert rows(checked(markdown.render(samples.ONE))) == [
        [
            "high, mandatory",
            "iam.star-action",
            "task-policy\naws.iam.RolePolicy\ncomponents/roles.py:88",
            "policy.Statement[0].Action[s3:*]\ns3:* allows every action of S3\n"
            f"fingerprint {finding().fingerprint}",
        ]
    ]


def test_of_several_programs_only_stacks_with_something_to_say_have_a_section_and_the_rest_one_table():
    text = checked(markdown.render(samples.SEVERAL))
    assert re.findall("^### (.*)$", text, re.MULTILINE) == [
        "<code>web-application/prod</code>",
        "<code>bootstrap/dev</code>",
        "<code>reports/local</code>",
        "No finding",
        "Why it matters, and how to fix it",
        "Exempted",
    ]
    assert "\n<code>./</code>, 153 resources, 2.1 s\n" in text
    assert "\n<code>bootstrap/</code>, 153 resources, 2.1 s\n" in text
    assert rows(text)[-1] == ["web-application/dev", "153 resources, 2.1 s"]
    assert "\n- <code>bootstrap/dev</code>: " in text


def test_what_several_programs_cost_is_told_apart_by_project():
    bill = Bill(items=(Item(name="Fargate", quantity="1", dollars=20.0),))
    given_ = report(judged(project="shop", bill=bill), judged(project="bootstrap"))
    assert rows("\n".join(cost.sections(given_))) == [["shop/dev", "20.00", "Fargate 20.00"]]


def test_the_worst_findings_come_first_so_that_a_cut_leaves_out_the_least():
    medium = samples.BY_ID["exemptions.expired"]
    text = checked(markdown.render(report(judged(finding(medium), finding(REACHED), finding()))))
    assert [row[1] for row in rows(text)] == [STAR_ACTION.id, REACHED.id, medium.id]


def test_why_and_fix_are_folded_once_for_each_rule():
    text = checked(
        markdown.render(report(judged(finding(), finding(name="b"), reached()), judged(finding())))
    )
    assert text.count("<details>") == text.count("</details>") == 2
    for rule in (STAR_ACTION, REACHED):
        assert text.count(f"</code> {rule.title}</summary>") == 1
        assert text.count(rule.why) == 1
        assert text.count(f"**Fix:** {rule.fix}") == 1


def test_what_could_not_be_judged_is_said():
    text = checked(
        markdown.render(
            report(
                judged(stack="lost", error="image isn't set"),
                judged(unanswered=tuple(f"getThing{it}" for it in range(8))),
                judged(reached(unverifiable=True)),
            )
        )
    )
    assert "**Could not be judged:** image isn't set" in text
    assert "the gate can't answer getThing4" in text
    assert "getThing5" not in text
    assert "\nNor 3 further questions.\n" in text
    assert "No finding." not in text
    assert "\ncan't be judged: " in rows(text)[0][3]


def test_exempted_findings_are_listed_with_who_until_when_and_why():
    text = checked(markdown.render(report(judged(accepted=(exempted(finding(name="backup")),)))))
    (line,) = [it for it in text.splitlines() if it.startswith("- ")]
    assert "<code>backup</code>" in line
    assert "(high, mandatory)" in line
    assert "exempted until 2027-05-31 by platform" in line


def test_what_the_baseline_knows_is_counted_and_not_shown():
    text = checked(markdown.render(report(judged(known=(finding(),)))))
    assert "1 finding known from the baseline" in text
    assert "task-policy" not in text


def test_further_sections_follow_the_result():
    text = checked(markdown.render(samples.ONE, ["### Cost\n\n12 USD a month more.", "### Else"]))
    assert (
        text.index("## Policy gate")
        < text.index("12 USD")
        < text.index("### Else")
        < text.index("| Severity")
    )


def test_further_sections_that_leave_no_room_are_refused():
    with pytest.raises(ValueError, match="leave 3"):
        markdown.render(samples.ONE, ["x" * 60_000])


@pytest.mark.parametrize("number", [1, 50, 500, 5_000])
def test_a_long_report_is_cut_at_a_findings_end_and_says_how_many_are_left_out(number):
    link = "[the run](https://ci.example/1)"
    given_ = report(judged(*(finding(name=f"policy-{it}") for it in range(number)), reached()))
    text = markdown.render(given_, elsewhere=link)
    assert len(text) <= LIMIT
    shown = rows(text)
    assert all(len(it) == 4 for it in shown)
    left_out = number + 1 - len(shown)
    line = f"**Left out here: {left_out} findings; see {link}.**"
    assert (line in text) == (left_out > 0)
    assert (left_out > 0) == (number >= 500)
    assert text.count("<details>") == 2


def test_stacks_exempted_findings_and_explanations_are_counted_too_when_left_out():
    accepted = tuple(exempted(finding(name=f"it-{number}")) for number in range(300))
    stack = judged(*(finding(name=f"policy-{it}") for it in range(500)), accepted=accepted)
    text = checked(markdown.render(report(stack, judged(stack="a"), judged(stack="b"))))
    assert re.search(r"\*\*Left out here: \d+ findings and 2 stacks; see", text)
    assert re.search(r"\*\*Left out here: \d+ exempted findings; see", text)


def test_one_huge_message_is_cut_and_not_left_out():
    text = checked(markdown.render(report(judged(finding(message="word " * 50_000), reached()))))
    first, second = rows(text)
    assert len(first[3]) < 1_000
    assert "word…\n" in first[3] or "wor…\n" in first[3] or " …\n" in first[3]
    assert second[1] == "network.tasks-reached-by-others"


@pytest.mark.parametrize(
    "name",
    r"""
    a|b \| `x` ``` <b> </details> --> @octocat @acme/team #12 [a](b) ![a](b) **x** _x_ ~~x~~ &lt; &#64; $x$
    https://example.com www.example.com a@b.c :+1: arn:aws:iam::111122223333:role/x
    """.split(),  # noqa: SIM905
)
def test_a_name_is_shown_as_it_is_wherever_it_stands(name):
    given_ = finding(name=name, path=name, message=name)
    text = checked(
        markdown.render(report(judged(given_, stack=name, error=name, accepted=(exempted(given_),))))
    )
    ((_, _, resource, what),) = rows(text)
    assert resource.startswith(f"{name}\n")
    assert what.startswith(f"{name}\n{name}\n")


@given(TEXTS)
def test_any_text_is_shown_as_it_is(text):
    if len(text) <= 500:
        (inline,) = [it for it in GITHUB.parse(f"x{escaped(text)}") if it.type == "inline"]
        assert seen(inline) == f"x{' '.join(clean(text).split())}".replace("\u200b", "")


@given(REPORTS)
@settings(max_examples=40, deadline=None)
def test_every_report_is_a_comment_that_shows_all_and_does_nothing(given_):
    text = checked(markdown.render(given_))
    shown = rows(text)
    silent = [it for it in given_.stacks if it.whole and not it.verdict.findings]
    assert [len(it) for it in shown].count(4) == sum(len(it.verdict.findings) for it in given_.stacks)
    assert [len(it) for it in shown].count(2) == (len(silent) if given_.several else 0)
    assert len(shown) == sum(len(it) in (2, 4) for it in shown)
    assert text.count("<details>") == text.count("</details>") == len(given_.broken())

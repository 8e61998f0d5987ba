"""What a person reads at a terminal, wide or narrow, in colours or in a pipe."""

from io import StringIO

import pytest
from ecs_policies.reports import table
from ecs_policies.reports.words import result
from hypothesis import given, settings
from rich.console import Console

from tests.policies.reports import samples
from tests.policies.reports.samples import REACHED, REPORTS, STAR_ACTION, finding, judged, report


def squeezed(text: str) -> str:
    """The text however its lines are broken."""
    return "".join(text.split())


def test_a_clean_report_says_so_for_each_stack_and_at_the_end():
    assert table.render(samples.CLEAN) == (
        "dev  web, 153 resources, 2.1 s\n"
        "  no finding\n\n"
        "prod  web, 153 resources, 2.1 s\n"
        "  no finding\n\n"
        "Clean: no finding at the gate's level (mandatory) in 2 stacks\n"
    )


def test_a_finding_shows_its_severity_rule_resource_place_message_and_fingerprint():
    lines = table.render(samples.ONE).splitlines()
    shown = [[it.strip() for it in line.split("  ") if it.strip()] for line in lines]
    assert shown[:5] == [
        ["dev", "web, 153 resources, 2.1 s"],
        ["HIGH mandatory", "iam.star-action"],
        ["task-policy", "policy.Statement[0].Action[s3:*]"],
        ["aws.iam.RolePolicy", "s3:* allows every action of S3"],
        ["components/roles.py:88", f"fingerprint {finding().fingerprint}"],
    ]
    assert shown[-1] == ["1 finding at the gate's level (mandatory) in 1 of 2 stacks"]


@pytest.mark.parametrize("width", [80, 140])
def test_why_and_fix_stand_once_for_each_rule_however_many_findings_it_has(width):
    shown = squeezed(table.render(samples.MANY, width))
    for rule in (STAR_ACTION, REACHED):
        assert shown.count(squeezed(f"why {rule.why}")) == 1
        assert shown.count(squeezed(f"fix {rule.fix}")) == 1
    assert shown.count(squeezed("s3:* allows every action of S3 fingerprint")) > 0


@pytest.mark.parametrize("width", [80, 140])
def test_no_finding_is_lost_and_no_line_is_wider_than_the_terminal(width):
    text = table.render(samples.MANY, width)
    for judged_ in samples.MANY.stacks:
        for it in judged_.verdict.findings:
            assert it.fingerprint in text
    assert max(map(len, text.splitlines())) <= width


def test_what_could_not_be_judged_is_said_in_a_paragraph_each():
    shown = squeezed(table.render(samples.MANY, 140))
    assert squeezed("could not be judged: Pulumi.lost.yaml: image isn't set") in shown
    assert squeezed("the gate can't answer aws:ec2/getAmi:getAmi") in shown
    assert squeezed("the gate can't answer the stack reference acme/dns/prod") in shown
    assert squeezed("can't be judged: it is unknown before deployment") in shown


def test_a_stack_that_could_not_be_judged_is_never_said_to_have_no_finding():
    assert "no finding" not in table.render(
        report(judged(unanswered=("getAmi",)), judged(error="no settings"))
    )


def test_exempted_findings_are_listed_with_who_until_when_and_why():
    shown = squeezed(table.render(samples.MANY))
    assert squeezed("backup (aws.iam.RolePolicy)") in shown
    assert squeezed("exempted until 2027-05-31 by platform: a queue of its own takes over in May") in shown


def test_what_the_baseline_knows_is_counted_and_not_shown():
    text = table.render(report(judged(known=(finding(), finding(name="other")))))
    assert "2 findings known from the baseline" in text
    assert "iam.star-action" not in text


def test_what_rests_on_made_up_values_is_counted():
    assert "153 resources, 2.1 s, 1 look-up assumed to find something" in table.render(
        report(judged(assumed=("getVpc",)))
    )


def test_the_worst_findings_come_first():
    low = samples.BY_ID["exemptions.expired"]
    text = table.render(report(judged(finding(low), finding(REACHED), finding())))
    places = [text.index(f"  {it}") for it in ("HIGH mandatory  iam", "HIGH mandatory  network", "MEDIUM")]
    assert places == sorted(places)


def test_names_and_messages_are_no_markup():
    text = table.render(report(judged(finding(name="[red]x[/red]", message=":smile: [link=a]b[/link]"))))
    assert "[red]x[/red]" in text
    assert ":smile: [link=a]b[/link]" in text


def printed(environment: dict[str, str], *, terminal: bool) -> str:
    """What a console writes in that environment."""
    out = StringIO()
    table.show(samples.ONE, Console(file=out, force_terminal=terminal, width=80, _environ=environment))
    return out.getvalue()


def test_a_terminal_gets_colours_but_a_pipe_and_one_without_color_get_none():
    terminal = {"TERM": "xterm-256color"}
    assert "\x1b[31mHIGH" in printed(terminal, terminal=True)
    assert "\x1b[3" not in printed({**terminal, "NO_COLOR": "1"}, terminal=True)
    assert "\x1b" not in printed(terminal, terminal=False)


@given(REPORTS)
@settings(max_examples=15, deadline=None)
def test_every_report_can_be_shown_and_steers_no_terminal(given_):
    text = table.render(given_)
    text.encode()
    assert "\x1b" not in text
    assert squeezed(result(given_)).casefold() in squeezed(text).casefold()

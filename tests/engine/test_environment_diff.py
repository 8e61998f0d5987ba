"""`make diff-env`: what two environments differ in, and what each costs, as a person sees it."""

import os
import re
import subprocess

import pytest

from emulator.local.aws import ROOT


def shown(*arguments: str, code: int = 0, **environment: str) -> str:
    """What the command prints at a terminal of 100 columns."""
    done = subprocess.run(
        [".venv/bin/python", "-m", "environments.diff", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout or done.stderr


@pytest.fixture(scope="module")
def dev_and_prod() -> str:
    return shown("dev", "prod", NO_COLOR="1", FORCE_COLOR="1")


@pytest.mark.parametrize(
    "row",
    [
        "network.nat one zone",
        "log_retention_days 7 365",
        "alarms.enabled false true",
        "container_insights enabled enhanced",
        "load_balancer.deletion_protection false true",
        "service.desired_count 1 none",
        "domain.name none www.example.com",
        "aws:allowedAccountIds 111122223333 777788889999",
    ],
)
def test_each_difference_is_a_row_with_both_values(dev_and_prod: str, row: str):
    rows = [" ".join(re.sub(r"\x1b\[\d*m", "", line).split()) for line in dev_and_prod.splitlines()]
    assert row in rows


def test_what_is_the_same_in_both_is_not_shown(dev_and_prod: str):
    for setting in ("task.cpu", "datadog.site", "aws:region", "rails.secrets", "image"):
        assert not re.search(rf"(?m)^\W*{re.escape(setting)}\s", dev_and_prod)


def test_the_costs_are_those_of_the_readme(dev_and_prod: str):
    readme = (ROOT / "README.md").read_text()
    dev, prod = (re.search(rf"\| `{it}` \| ([\d.]+) \|", readme) for it in ("dev", "prod"))
    assert dev
    assert prod
    assert re.search(rf"all together\s+{dev[1]}\s+{prod[1]}\b", re.sub(r"\x1b\[\d*m", "", dev_and_prod))
    assert re.search(r"NAT gateways\s+32\.85\s+65\.70", dev_and_prod)


def test_the_costs_add_up_with_what_is_the_same_in_both(dev_and_prod: str):
    text = re.sub(r"\x1b\[\d*m", "", dev_and_prod)
    _, _, bill = text.partition("USD a month")
    rows = [(float(one), float(other)) for one, other in re.findall(r"(\d+\.\d\d) +(\d+\.\d\d)\s*\n", bill)]
    *items, together = rows
    assert re.search(r"the same in both\s+16\.43\s+16\.43", bill)
    for sums, total in zip(zip(*items, strict=True), together, strict=True):
        assert sum(sums) == pytest.approx(total, abs=0.005 * (len(items) + 1))


def test_no_color_is_respected_even_where_colours_would_be_shown(dev_and_prod: str):
    assert not re.search(r"\x1b\[(3|4|9)\d", dev_and_prod)
    assert re.search(r"\x1b\[31m", shown("dev", "produ", code=1, FORCE_COLOR="1", NO_COLOR=""))


def test_an_unknown_stack_is_one_line_with_the_names_of_those_there_are():
    error = shown("dev", "produ", code=1)
    assert error == (
        "There is no stack 'produ': it would have a file Pulumi.produ.yaml. The stacks are dev, local, prod, "
        "staging.\n"
    )


def test_one_environment_twice_differs_in_nothing():
    assert shown("dev", "dev") == "No setting differs between dev and dev.\n"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("diff-env", "A=dev", "B=dev"), "No setting differs between dev and dev."),
        (("diff-env", "A=dev"), "usage: make diff-env A=STACK B=STACK"),
        (("promote", "FROM=staging"), "usage: make promote FROM=STACK TO=STACK"),
        (("promote", "FROM=staging", "TO=pord"), "There is no stack 'pord'"),
    ],
)
def test_make_takes_stacks_by_name_and_says_how_when_one_is_missing(given: tuple[str, ...], said: str):
    # The environment stands: it's what runs this test.
    make = ["make", "--silent", "--old-file=.venv/.ready", *given]
    done = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr

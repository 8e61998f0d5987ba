"""What every job and step of the workflows keeps to."""

import re
import subprocess
import sys
from itertools import groupby

import pytest

from tests.workflows.steps import (
    ACTION_FILE,
    ACTION_STEPS,
    FILES,
    JOBS,
    ROOT,
    WORKFLOWS,
    holds,
    jobs,
    step,
    steps,
)

PINNED = re.compile(r"^(?:- )?uses: ([\w.-]+(?:/[\w.-]+)+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$")
RUNS = [(f"{job}: {it['name']}", it["run"]) for job, it in steps() if "run" in it]
each_run = pytest.mark.parametrize("run", [run for _, run in RUNS], ids=[name for name, _ in RUNS])
OWN = {f"{file}/{name}": job for file, name, job in jobs() if "uses" not in job}
"""The jobs that run on a machine: all but those that are another workflow's."""
each_job = pytest.mark.parametrize("job", OWN)
WORKFLOW = WORKFLOWS["pull-request"]

OURS = {"event_name": "pull_request", "repository": "acme/shop"}
VARIABLES = {"ENVIRONMENTS": '["dev"]'}


def actions():
    """The actions of other repositories, as often as they are used."""
    return [it["uses"] for _, it in steps() if "uses" in it and not it["uses"].startswith("./")]


def pull_request_of(repository):
    return {**OURS, "event": {"pull_request": {"head": {"repo": {"full_name": repository}}}}}


def runs(job, github, variables):
    return holds(JOBS[job]["if"], github, variables)


def test_each_action_is_pinned_by_a_full_digest_with_its_version():
    texts = [it.read_text(encoding="utf-8") for it in (ACTION_FILE, *FILES.values())]
    lines = [it.strip() for text in texts for it in text.splitlines() if "uses:" in it]
    others = [it for it in lines if not it.startswith("uses: ./.github/")]
    assert len(others) == len(actions()) > 10
    assert [it for it in others if not PINNED.match(it)] == []


def test_each_action_has_one_digest():
    pins = sorted({tuple(it.split("@")) for it in actions()})
    assert [name for name, same in groupby(pins, key=lambda it: it[0]) if len(list(same)) > 1] == []


def test_the_workflow_takes_no_action_but_githubs_and_awss():
    assert {it.partition("@")[0] for it in actions()} == {
        "actions/checkout",
        "actions/download-artifact",
        "actions/upload-artifact",
        "aws-actions/configure-aws-credentials",
        "github/codeql-action/upload-sarif",
    }


def test_no_job_may_more_than_it_needs():
    assert all(it["permissions"] == {} for it in WORKFLOWS.values())
    takes_a_role = {"contents": "read", "id-token": "write"}
    assert {f"{file}/{name}": it["permissions"] for file, name, it in jobs()} == {
        "comment/comment": {"pull-requests": "write"},
        "deliver/dev": takes_a_role,
        "nightly/look": takes_a_role,
        "nightly/report": {"issues": "write"},
        "promote/deliver": {"contents": "write", "id-token": "write"},
        "promote/show": takes_a_role,
        "pull-request/check": {"contents": "read"},
        "pull-request/comment": {"pull-requests": "write"},
        "pull-request/comment-preview": {"pull-requests": "write"},
        "pull-request/gate": {"contents": "read"},
        "pull-request/preview": takes_a_role,
        "pull-request/report": {"actions": "read", "contents": "read", "security-events": "write"},
    }


@pytest.mark.parametrize("job", ["comment/comment", "nightly/report", "pull-request/report"])
def test_a_job_that_may_write_to_the_repository_runs_nothing_of_it(job):
    used = [it.get("uses", "") for it in OWN[job]["steps"]]
    assert not any("actions/checkout" in it or it.startswith("./") for it in used)
    assert not any("make" in it.get("run", "") for it in OWN[job]["steps"])


def test_the_token_reaches_only_the_steps_that_call_github():
    holding = {(job, it["name"]) for job, it in steps() if "github.token" in str(it)}
    assert holding == {
        ("comment/comment", "Comment"),
        ("deliver/dev", "Refuse all but main's newest commit"),
        ("nightly/report", "Open an issue, or say it in the open one"),
        ("promote/deliver", "Commit them to main"),
        ("promote/deliver", "Refuse to run again what main has left behind"),
        ("promote/show", "Refuse all but main's newest commit"),
        ("pull-request/check", "Check the pinned actions against GitHub"),
    }


def test_a_checkout_leaves_no_token_behind():
    checkouts = [it for _, it in steps() if "actions/checkout" in it.get("uses", "")]
    assert len(checkouts) == 7
    assert all(it["with"]["persist-credentials"] is False for it in checkouts)


@each_job
def test_a_job_ends_by_itself(job):
    assert 0 < OWN[job]["timeout-minutes"] <= 60


@each_run
def test_a_steps_shell_holds_no_expression(run):
    assert "${{" not in run


@each_run
def test_a_step_of_several_commands_stops_at_the_first_that_fails(run):
    assert "\n" not in run.strip() or run.startswith("set -euo pipefail\n")


def test_steps_run_in_bash():
    assert all(it["defaults"]["run"]["shell"] == "bash" for it in WORKFLOWS.values())
    assert all(it["shell"] == "bash" for it in ACTION_STEPS.values() if "run" in it)


def test_only_a_pull_requests_earlier_run_is_cancelled():
    assert holds(WORKFLOW["concurrency"]["cancel-in-progress"], OURS, {})
    assert not holds(WORKFLOW["concurrency"]["cancel-in-progress"], {"event_name": "push"}, {})


def test_the_upload_leaves_each_stack_its_category():
    assert step("report", "Upload to code scanning")["with"] == {"sarif_file": "reports/gate.sarif"}


def test_a_pull_request_of_the_repository_is_told_and_previewed():
    github = pull_request_of("acme/shop")
    assert all(runs(it, github, VARIABLES) for it in ("report", "comment", "preview"))


@pytest.mark.parametrize("head", ["mallory/shop", ""], ids=["a fork", "a fork that is gone"])
def test_a_forks_pull_request_is_gated_and_no_more(head):
    github = pull_request_of(head)
    assert "if" not in JOBS["gate"]
    assert not any(runs(it, github, VARIABLES) for it in ("report", "comment", "preview"))
    assert holds(step("gate", "Summarize")["env"]["FORK"], github, {})


@pytest.mark.parametrize("event", ["push", "merge_group"])
def test_what_lands_is_uploaded_and_not_previewed(event):
    github = {"event_name": event, "repository": "acme/shop"}
    assert runs("report", github, VARIABLES)
    assert not runs("comment", github, VARIABLES)
    assert not runs("preview", github, VARIABLES)
    assert not holds(step("gate", "Summarize")["env"]["FORK"], github, {})


def test_without_environments_nothing_is_previewed_nor_told():
    assert not runs("preview", pull_request_of("acme/shop"), {})
    assert "needs.preview.result != 'skipped'" in JOBS["comment-preview"]["if"]


def test_a_preview_waits_for_the_gate():
    assert JOBS["preview"]["needs"] == "gate"
    assert "cancelled" not in JOBS["preview"]["if"]  # which would let it run after a gate that failed


def test_the_fast_tests_or_every_test_runs():
    conditions = [step("check", name)["if"] for name in ("Run the fast tests", "Run every test")]
    for event in WORKFLOW[True]:  # YAML 1.1 reads `on` as true
        assert sum(holds(it, {"event_name": event}, {}) for it in conditions) == 1


def test_the_make_targets_exist_and_pass_the_gates_options_on():
    targets = {it for _, run in RUNS for it in re.findall(r"\bmake (?:-C \S+ )?([\w./]+)", run)}
    assert targets == {"lint", "test", "gate", "promote", ".venv/.ready"}
    command = ["make", "--dry-run", "--directory", str(ROOT), *sorted(targets), "GATE_FLAGS=--junit it.xml"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    (gate,) = re.findall(r"ecs_policies\.gate (.*)", shown.replace("\\\n", ""))
    assert gate.startswith("--policy-pack-config policy-config.json ")
    assert gate.endswith(" --junit it.xml")
    assert "zizmor" in shown
    assert all(f".github/workflows/{it}.yaml" in shown for it in FILES)


def test_the_gate_has_the_options_that_it_is_given():
    given = {
        it
        for job, step in steps()
        if job == "pull-request/gate"
        for it in re.findall(r"--\w+ ", step.get("run", ""))
    }
    assert {"--sarif ", "--junit ", "--json ", "--markdown ", "--baseline "} <= given
    command = [sys.executable, "-m", "ecs_policies.gate", "--help"]
    known = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert [it for it in given - {"--detach "} if it not in known] == []

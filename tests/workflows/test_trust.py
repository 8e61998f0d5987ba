"""The roles that the jobs take are those that the bootstrap stacks make, and trust exactly these jobs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
import yaml

from bootstrap.config import Config
from components.context import Context
from components.delivery.github import GitHub
from components.delivery.roles import DeliveryRolesArgs
from environments.delivery import BOOTSTRAP, ROLES, known, main
from tests.unit.delivery import ENVIRONMENT
from tests.workflows.steps import ROOT, WORKFLOWS, jobs

STACKS = ("dev", "staging", "prod")
ACTION = "./.github/actions/environment"
ON_A_BRANCH = ("deliver", "nightly", "promote")


def bootstrap(stack: str) -> tuple[Config, DeliveryRolesArgs]:
    """A committed bootstrap stack's config, and what its roles are made from."""
    folder = ROOT / "bootstrap"
    held = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    project = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))["name"]
    own = {key.partition(":")[2]: it for key, it in held.items() if key.startswith(f"{project}:")}
    config = Config.model_validate(own)
    (account,) = held["aws:allowedAccountIds"]
    context = Context(
        project=project, stack=stack, partition="aws", region=held["aws:region"], account=account
    )
    return config, DeliveryRolesArgs(
        context=context,
        environment=replace(ENVIRONMENT, context=replace(context, project="web-application")),
        github=GitHub(**config.github.model_dump()),
        approval=config.environments[stack].approval,
        provider=None,  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Taken:
    """A role that a job takes, and what GitHub's token says of the job."""

    job: str
    stack: str
    role: str
    subject: str
    ref: str


def filled(text: str, values: Mapping[str, str], variables: Mapping[str, str]) -> str:
    """A text with its expressions as GitHub fills them in."""

    def value(name: re.Match[str]) -> str:
        context, _, key = name[0].partition(".")
        return repr(filled(variables[key], values, {}) if context == "env" else values[name[0]])

    def expression(found: re.Match[str]) -> str:
        python = found[1].replace("&&", "and").replace("||", "or")
        return str(eval(re.sub(r"\b(?:matrix|inputs|env)\.\w+", value, python)))  # noqa: S307

    return re.sub(r"\$\{\{ (.+?) \}\}", expression, text)


def taken() -> Iterator[Taken]:
    """Each, for each environment that the matrix or the person who starts the run can name."""
    for file, name, job in jobs():
        for step in job.get("steps", ()):
            if step.get("uses") != ACTION:
                continue
            for stack in STACKS:
                if file == "promote" and stack == "dev":
                    continue  # it is none of the options
                values = {"matrix.stack": stack, "inputs.to": stack}
                fill: Any = {
                    key: filled(it, values, WORKFLOWS[file].get("env", {}))
                    for key, it in step["with"].items()
                }
                repository = bootstrap(fill["stack"])[0].github.repository
                place = (
                    f"environment:{filled(job['environment'], values, {})}"
                    if "environment" in job
                    else "ref:refs/heads/main"
                )
                ref = "refs/heads/main" if file in ON_A_BRANCH else "refs/pull/1/merge"
                subject = f"repo:{repository}:{place}"
                yield Taken(f"{file}/{name}", fill["stack"], fill["role"], subject, ref)


TAKEN = sorted(set(taken()), key=str)


@pytest.mark.parametrize("it", TAKEN, ids=lambda it: f"{it.job} of {it.stack} as {it.role}")
def test_a_role_that_a_job_takes_trusts_that_job(it: Taken):
    asked = bootstrap(it.stack)[1].trusted()[it.role]
    assert asked["sub"] == it.subject
    assert asked.get("ref", it.ref) == it.ref


@pytest.mark.parametrize("stack", STACKS)
def test_only_the_branch_that_is_deployed_from_changes_an_environment(stack: str):
    _, args = bootstrap(stack)
    asked = args.trusted()["deliver"]
    assert "refs/heads/main" in (asked.get("ref"), asked["sub"].partition(":ref:")[2])


def test_every_role_of_every_environment_is_taken_and_each_delivery_from_one_place():
    assert {(it.stack, it.role) for it in TAKEN} == {(stack, role) for stack in STACKS for role in ROLES}
    deliveries = {it.stack: it.job for it in TAKEN if it.role == "deliver"}
    assert deliveries == {"dev": "deliver/dev", "staging": "promote/deliver", "prod": "promote/deliver"}


@pytest.mark.parametrize("file", ON_A_BRANCH)
def test_a_workflow_whose_jobs_have_the_branchs_subject_runs_on_no_pull_request(file: str):
    events = WORKFLOWS[file][True]  # YAML 1.1 reads `on` as true
    assert set(events) <= {"push", "schedule", "workflow_dispatch"}
    assert events.get("push", {"branches": ["main"]}) == {"branches": ["main"]}


@pytest.mark.parametrize("stack", STACKS)
def test_the_branch_that_the_roles_trust_is_the_one_that_the_workflows_deliver(stack: str):
    assert bootstrap(stack)[0].github.branch == "main"


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("role", ROLES)
def test_the_role_and_the_backend_are_called_as_they_are_made(stack: str, role: str):
    args = bootstrap(stack)[1]
    context, found = args.context, known(stack, role)
    assert context.project == BOOTSTRAP
    assert found["role"] == context.arn("iam", f"role/{args.name(role)}", region="")
    assert found["backend"] == f"s3://pulumi-state-{stack}-{context.account}?region={context.region}"
    assert found["region"] == context.region


@pytest.mark.parametrize(
    "accounts", ["", "  aws:allowedAccountIds: ['1', '2']\n", "  aws:allowedAccountIds: x\n"]
)
def test_an_environment_without_the_one_account_is_refused(tmp_path, capsys, accounts):
    (tmp_path / "Pulumi.dev.yaml").write_text(
        f"config:\n  aws:region: us-east-1\n{accounts}", encoding="utf-8"
    )
    assert main(["dev", "audit"], tmp_path) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Pulumi.dev.yaml: aws:allowedAccountIds is ")


def test_what_a_job_is_told_is_a_line_for_each(capsys):
    assert main(["dev", "preview"]) == 0
    assert [it.partition("=")[0] for it in capsys.readouterr().out.splitlines()] == [
        "region",
        "backend",
        "role",
    ]


@pytest.mark.parametrize("to", ["staging", "prod"])
def test_two_deliveries_of_an_environment_never_run_at_once(to: str):
    assert filled(WORKFLOWS["promote"]["concurrency"]["group"], {"inputs.to": to}, {}) == f"deliver-{to}"
    assert WORKFLOWS["deliver"]["concurrency"] == {"group": "deliver-dev", "cancel-in-progress": False}
    assert WORKFLOWS["promote"]["concurrency"]["cancel-in-progress"] is False


def test_the_set_up_asks_for_reviewers_where_staging_and_prod_change_and_where_unreviewed_code_reads_prod():
    page = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
    reviewed = page.partition("*required reviewers*:\n")[2].partition("\n4. ")[0]
    asked = {
        name for it in re.findall(r"^   - (.+?), for ", reviewed, re.M) for name in re.findall("`(.+?)`", it)
    }
    changed = {
        it.stack
        for it in TAKEN
        if it.role == "deliver" and bootstrap(it.stack)[0].environments[it.stack].approval
    }
    assert asked == changed | {"preview-prod"}

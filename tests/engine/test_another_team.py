"""Another team's stack (examples/another-team) on the web application's: up, changed, and down again."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from components.priorities import priority_of
from emulator.engine.engine import Engine
from emulator.local.aws import ROOT
from emulator.local.events import Result
from emulator.local.session import exported
from emulator.local.stack import LocalStack
from tests.engine.harness import environment
from tests.engine.inventory import inventory
from tests.engine.standing import Standing, changes, drift, image, only

EXAMPLE = ROOT / "examples" / "another-team"
README = (EXAMPLE / "README.md").read_text()
# Revisions stay registered for whoever rolls back.
KEPT = {"task definition"}


def team_in(stack: LocalStack, engine: Engine) -> LocalStack:
    """The team's stack, in the same backend and the same AWS."""
    return LocalStack(stack.directory, engine=engine, program=EXAMPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """The two stacks, which stand, and how the team's came up."""

    web: Standing
    team: LocalStack
    made: Result

    def client(self, service: str) -> Any:
        return self.team.client(service)

    @property
    def listener(self) -> str:
        elb = self.client("elbv2")
        balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
        return only(elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"])["ListenerArn"]

    def service(self, name: str) -> dict[str, Any]:
        """A service of the one cluster."""
        ecs, cluster = self.client("ecs"), "web-application-local-web"
        arns = ecs.list_services(cluster=cluster)["serviceArns"]
        found = ecs.describe_services(cluster=cluster, services=arns)["services"]
        return only(it for it in found if it["serviceName"].startswith(f"{name}-"))

    def group(self, name: str) -> str:
        """The target group of a service's tasks."""
        return only(self.service(name)["loadBalancers"])["targetGroupArn"]

    def leads_to(self, path: str) -> str:
        """The target group that the listener sends a path to: the rules are tried in their order."""
        rules = self.client("elbv2").describe_rules(ListenerArn=self.listener)["Rules"]
        ordered = sorted((it for it in rules if not it["IsDefault"]), key=lambda it: int(it["Priority"]))
        taking = (it for it in ordered if _takes(it, path))
        return only(next(taking)["Actions"])["TargetGroupArn"]


def _takes(rule: dict[str, Any], path: str) -> bool:
    return any(fnmatchcase(path, it) for it in only(rule["Conditions"])["PathPatternConfig"]["Values"])


@pytest.fixture(scope="module")
def both(new_stack: Callable[[], LocalStack], engine: Engine) -> Both:
    web = Standing.build(new_stack(), {})
    team = team_in(web.stack, engine)
    made = team.up("--skip-preview")
    assert made.code == 0, made.stdout + made.stderr
    return Both(web=web, team=team, made=made)


def test_before_the_web_application_stands_the_team_is_told_so_and_nothing_is_created(
    empty_stack: LocalStack, engine: Engine
):
    before = inventory(empty_stack)
    refused = team_in(empty_stack, engine).up()
    assert refused.code != 0
    told = only(refused.errors)
    assert told.startswith("stack organization/web-application/local can't be read: unknown stack")
    assert told.endswith("bring it up first")
    assert inventory(empty_stack) == before


def test_it_comes_up_under_the_policies_which_find_only_what_is_exempted(both: Both):
    assert set(changes(both.made).values()) == {"create"}
    found = {(it.policy, it.level) for it in both.made.violations}
    assert found == {
        ("service.private-subnets", "advisory"),
        ("network.tasks-reached-by-others", "advisory"),
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [("/", "web"), ("/reports", "web"), ("/reports/", "reports"), ("/reports/2026/11", "reports")],
)
def test_one_path_leads_to_the_tasks_of_each_team(both: Both, path: str, name: str):
    assert both.leads_to(path) == both.group(name)


@pytest.mark.parametrize(("name", "port"), [("web", 8080), ("reports", 4000)])
def test_the_targets_of_each_team_are_healthy(both: Both, name: str, port: int):
    answered = both.client("elbv2").describe_target_health(TargetGroupArn=both.group(name))
    found = [
        (it["Target"]["Port"], it["TargetHealth"]["State"]) for it in answered["TargetHealthDescriptions"]
    ]
    assert found == [(port, "healthy")] * 2


def test_each_team_has_roles_and_a_security_group_of_its_own_in_the_same_subnets(both: Both):
    services = [both.service(it) for it in ("web", "reports")]
    placed = [it["networkConfiguration"]["awsvpcConfiguration"] for it in services]
    assert set(placed[0]["subnets"]) == set(placed[1]["subnets"])
    assert len({only(it["securityGroups"]) for it in placed}) == 2
    ecs = both.client("ecs")
    revisions = [ecs.describe_task_definition(taskDefinition=it["taskDefinition"]) for it in services]
    roles = [it["taskDefinition"][of] for it in revisions for of in ("taskRoleArn", "executionRoleArn")]
    assert len(set(roles)) == 4


def test_a_new_image_of_the_team_changes_nothing_of_the_web_application(both: Both):
    newer = {"reports:image": "public.ecr.aws/nginx/nginx-unprivileged:1.30.6-alpine-slim"}
    assert changes(both.team.up("--skip-preview", settings=newer)) == {
        "TaskDefinition reports": "replace",
        "Service reports": "update",
    }
    assert drift(both.web.refresh()) == {}
    assert both.web.preview("--expect-no-changes").code == 0
    assert changes(both.team.up("--skip-preview")).keys() == {"TaskDefinition reports", "Service reports"}


def test_a_new_image_of_the_web_application_changes_nothing_of_the_team(both: Both):
    done = both.web.up(changes=image(both.web, "2.0.0"))
    assert changes(done) == {"TaskDefinition web": "replace", "Service web": "update"}
    assert drift(both.team.refresh()) == {}
    assert both.team.preview("--expect-no-changes").code == 0
    assert changes(both.web.up()).keys() == {"TaskDefinition web", "Service web"}


def test_a_priority_that_is_taken_is_told_in_one_paragraph_and_the_next_up_mends_it(both: Both):
    elb, hosts = both.client("elbv2"), ["elsewhere.example.com"]
    number = priority_of(hosts, ["/reports/*"])
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    made = elb.create_rule(
        ListenerArn=both.listener,
        Priority=number,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/by-hand"]}}],
        Actions=[answer],
    )
    refused = both.team.up("--skip-preview", settings={"reports:hosts": hosts})
    elb.delete_rule(RuleArn=only(made["Rules"])["RuleArn"])
    assert refused.code != 0
    said = only(it for it in refused.errors if it.startswith("routing.priority"))
    assert f"reports's rule for elsewhere.example.com /reports/* at {number} can't stand" in said
    assert f"--listener-arn {both.listener}" in said
    assert "Traceback" not in refused.stdout
    mended = both.team.up("--skip-preview")
    assert mended.code == 0, mended.stdout
    assert both.leads_to("/reports/") == both.group("reports")


def test_a_bare_destroy_of_a_protected_web_application_deletes_nothing_of_either(both: Both):
    protected = {"protect": "true", "load_balancer": {"deletion_protection": True}}
    assert both.web.up(changes=protected).code == 0
    there = inventory(both.team)
    refused = both.web.stack.destroy()
    assert refused.code != 0
    kept = [it for it in refused.errors if "protected" in it]
    assert any("::web-lb" in it for it in kept), kept
    assert inventory(both.team) == there
    resources = exported(both.web.stack)["deployment"]["resources"]
    assert {"web-lb", "web-vpc"} <= {it["urn"].rpartition("::")[2] for it in resources if it.get("protect")}
    assert both.web.up().code == 0


def test_a_web_application_that_goes_first_by_force_keeps_what_the_team_needs_and_then_both_go(
    empty_stack: LocalStack, engine: Engine
):
    before = inventory(empty_stack)
    web, team = Standing.build(empty_stack, {}), team_in(empty_stack, engine)
    assert team.up("--skip-preview").code == 0

    stopped = web.stack.destroy("--skip-preview")
    assert stopped.code != 0
    assert any("web-lb: DeleteSecurityGroup: DependencyViolation" in it for it in stopped.errors)
    kept = inventory(empty_stack)
    assert {"vpc", "subnet", "cluster"} <= {kind for kind, those in kept.items() if those - before[kind]}

    gone = team.destroy("--skip-preview")
    assert gone.code == 0, gone.stdout + gone.stderr
    completed = web.stack.destroy("--skip-preview")
    assert completed.code == 0, completed.stdout + completed.stderr
    after = inventory(empty_stack)
    left = {kind: those - before[kind] for kind, those in after.items() if kind not in KEPT}
    assert {kind for kind, those in left.items() if those} <= {"repository"}, left


def block(number: int) -> list[str]:
    """The commands of one of the README's blocks."""
    return re.findall(r"```\n(.*?)```", README, re.DOTALL)[number].splitlines()


def shell(commands: list[str], folder: Path, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Runs commands as a person types them, on a clone whose run-time folder is `folder`."""
    # The environment of this clone may be older than its pyproject.toml: that is others' to say.
    make = 'make() { command make --old-file=.venv/.ready "$@"; }'
    return subprocess.run(
        ["sh", "-ec", "\n".join([make, *commands])],
        cwd=cwd,
        env={**environment(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_readmes_commands_bring_both_up_and_down_and_the_web_application_never_goes_first(
    folder: Path, engine: Engine
):
    arrive, leave = block(0), block(1)
    assert (arrive[0], leave[-1]) == ("make up", "make down")
    first = shell(arrive[:1], folder)
    assert first.returncode == 0, first.stdout + first.stderr
    stack = LocalStack(folder, engine=engine)
    alone = inventory(stack)
    second = shell(arrive[1:], folder)
    assert second.returncode == 0, second.stdout + second.stderr
    together = inventory(stack)
    assert all(together[kind] >= those for kind, those in alone.items())
    assert len(together["listener rule"]) == len(alone["listener rule"]) + 1

    refused = shell(["make down"], folder)
    assert refused.returncode != 0
    said = only(it for it in refused.stderr.splitlines() if it.startswith("The local stack stays as it is"))
    assert "project reports, stack local, takes /reports/* by the rule arn:aws:elasticloadbalancing:" in said
    assert "Destroy their stacks first" in said
    assert "Traceback" not in refused.stderr
    assert inventory(stack) == together

    gone = shell(['eval "$(make -s env)"', f"cd {EXAMPLE}", *leave[:-1]], folder)
    assert gone.returncode == 0, gone.stdout + gone.stderr
    after = inventory(stack)
    assert {kind: it for kind, it in after.items() if kind not in KEPT} == {
        kind: it for kind, it in alone.items() if kind not in KEPT
    }
    down = shell(leave[-1:], folder)
    assert down.returncode == 0, down.stdout + down.stderr
    assert not folder.exists()


def test_the_readmes_checks_of_a_pull_request_are_clean():
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-ec", "\n".join(block(2))],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
    assert done.stdout.count("exempted until 2028-11-30 by reports") == 2

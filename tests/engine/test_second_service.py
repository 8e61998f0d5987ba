"""The program with three services (examples/second-service): the web application, a worker, an API."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from emulator.engine.engine import Engine
from emulator.local.aws import ROOT
from emulator.local.events import Result
from emulator.local.seed import seed
from emulator.local.stack import LocalStack
from tests.engine.inventory import inventory
from tests.engine.standing import changes, drift, only

CLUSTER = "shop-local-main"


class Shop:
    """The stack that stands, what its AWS held before, and how it came up."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        seed(stack)
        self.before = inventory(stack)
        self.made: Result = stack.up("--skip-preview")
        assert self.made.code == 0, self.made.stdout + self.made.stderr

    def service(self, name: str) -> dict[str, Any]:
        ecs = self.stack.client("ecs")
        arns = ecs.list_services(cluster=CLUSTER)["serviceArns"]
        found = ecs.describe_services(cluster=CLUSTER, services=arns)["services"]
        return only(it for it in found if it["serviceName"].startswith(f"{name}-"))

    def definition(self, name: str) -> dict[str, Any]:
        arn = self.service(name)["taskDefinition"]
        return self.stack.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]

    def group(self, name: str) -> str:
        """The target group of a service's tasks."""
        return only(self.service(name)["loadBalancers"])["targetGroupArn"]

    def leads_to(self, path: str) -> str:
        """The target group that the listener sends a path to: the rules are tried in their order."""
        elb = self.stack.client("elbv2")
        balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
        listeners = elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
        listener = only(it["ListenerArn"] for it in listeners if it["Port"] == 443)
        rules = [it for it in elb.describe_rules(ListenerArn=listener)["Rules"] if not it["IsDefault"]]
        for rule in sorted(rules, key=lambda it: int(it["Priority"])):
            patterns = only(rule["Conditions"])["PathPatternConfig"]["Values"]
            if any(fnmatchcase(path, pattern) for pattern in patterns):
                return only(rule["Actions"])["TargetGroupArn"]
        raise AssertionError(f"no rule takes {path}")


@pytest.fixture(scope="module")
def new_shop(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Shop]]:
    made: list[LocalStack] = []

    def make() -> Shop:
        program = ROOT / "examples" / "second-service"
        stack = LocalStack(tmp_path_factory.mktemp("shop"), engine=engine, program=program)
        made.append(stack)
        stack.start()
        return Shop(stack)

    yield make
    for stack in made:
        stack.stop()


@pytest.fixture(scope="module")
def shop(new_shop: Callable[[], Shop]) -> Shop:
    return new_shop()


def test_it_comes_up_under_the_policies_which_find_only_what_is_exempted(shop: Shop):
    assert set(changes(shop.made).values()) == {"create"}
    found = {(it.policy, it.level) for it in shop.made.violations}
    assert found == {("load-balancer.deletion-protection", "advisory")}


@pytest.mark.parametrize(("name", "tasks"), [("web", 2), ("worker", 1), ("api", 2)])
def test_each_service_runs_its_own_tasks(shop: Shop, name: str, tasks: int):
    service = shop.service(name)
    assert (service["desiredCount"], service["runningCount"]) == (tasks, tasks)
    assert shop.definition(name)["family"] == f"shop-local-{name}"


@pytest.mark.parametrize(("name", "port"), [("web", 8080), ("api", 4000)])
def test_the_targets_of_each_routed_service_are_healthy(shop: Shop, name: str, port: int):
    elb = shop.stack.client("elbv2")
    found = elb.describe_target_health(TargetGroupArn=shop.group(name))["TargetHealthDescriptions"]
    assert [(it["Target"]["Port"], it["TargetHealth"]["State"]) for it in found] == [(port, "healthy")] * 2


def test_the_worker_runs_another_command_of_the_same_image_behind_no_load_balancer(shop: Shop):
    assert shop.service("worker").get("loadBalancers", []) == []
    worker = only(shop.definition("worker")["containerDefinitions"])
    rails = only(it for it in shop.definition("web")["containerDefinitions"] if it["name"] == "rails")
    assert worker["image"] == rails["image"]
    assert worker["command"] == ["bin/jobs"]


@pytest.mark.parametrize(
    ("path", "name"),
    [("/", "web"), ("/api", "web"), ("/apiary", "web"), ("/api/", "api"), ("/api/users/1", "api")],
)
def test_one_path_leads_to_each_target_group(shop: Shop, path: str, name: str):
    assert shop.leads_to(path) == shop.group(name)


def test_nothing_is_shared_that_should_not_be(shop: Shop):
    services = [shop.service(it) for it in ("web", "worker", "api")]
    groups = [only(it["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]) for it in services]
    roles = [
        shop.definition(it)[role]
        for it in ("web", "worker", "api")
        for role in ("taskRoleArn", "executionRoleArn")
    ]
    assert (len(set(groups)), len(set(roles))) == (3, 6)
    scaling = shop.stack.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    ranges = {it["ResourceId"].split("/")[2][:3]: (it["MinCapacity"], it["MaxCapacity"]) for it in targets}
    assert ranges == {"web": (2, 10), "wor": (1, 4), "api": (2, 10)}


def test_a_refresh_and_a_second_up_change_nothing(shop: Shop):
    assert drift(shop.stack.refresh()) == {}
    assert changes(shop.stack.up("--skip-preview", "--expect-no-changes")) == {}


def test_destroyed_it_leaves_nothing(new_shop: Callable[[], Shop]):
    shop = new_shop()
    done = shop.stack.destroy("--skip-preview")
    assert done.code == 0, done.stdout + done.stderr
    after = inventory(shop.stack)
    # Revisions stay registered for whoever rolls back.
    assert {kind: it for kind, it in after.items() if kind != "task definition"} == {
        kind: it for kind, it in shop.before.items() if kind != "task definition"
    }

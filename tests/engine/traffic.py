"""What users of a stack would bring about, as the metrics that the load balancer puts."""

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from emulator.local.stack import LocalStack
from tests.engine.standing import only
from tests.engine.views import service


@contextmanager
def errors_in_the_next_deployment(stack: LocalStack) -> Generator[None]:
    """The load balancer answers with errors as soon as the alarms of a deployment are monitored; in the end
    no longer. Until then time passes slowly, so that no deployment is over before it was seen."""
    before = {it["serviceDeploymentArn"] for it in _deployments(stack)}
    done = threading.Event()

    def spoil() -> None:
        while not done.wait(0.1):
            new = {it["serviceDeploymentArn"] for it in _deployments(stack)} - before
            # Again and again, as the load balancer would.
            if any(_monitors(stack, it) for it in new):
                put_errors(stack, 30)
                stack.running.run_clock(1)

    stack.running.run_clock(0.2)
    thread = threading.Thread(target=spoil)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        stack.running.run_clock(1)
        put_errors(stack, 0)


def put_errors(stack: LocalStack, count: int) -> None:
    """A minute of a hundred requests, of which `count` get an error of the load balancer's own."""
    _put(stack, {"HTTPCode_ELB_5XX_Count": count, "RequestCount": 100})


def put_requests(stack: LocalStack, target_group_arn: str, count: int) -> None:
    """A minute in which each target of a group got `count` requests."""
    _put(stack, {"RequestCountPerTarget": count}, TargetGroup=target_group_arn.rpartition(":")[2])


def _put(stack: LocalStack, values: Mapping[str, int], **more: str) -> None:
    balancer = only(stack.client("elbv2").describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    named = {"LoadBalancer": balancer.partition("loadbalancer/")[2], **more}
    whose = [{"Name": name, "Value": value} for name, value in named.items()]
    stack.client("cloudwatch").put_metric_data(
        Namespace="AWS/ApplicationELB",
        MetricData=[{"MetricName": name, "Value": it, "Dimensions": whose} for name, it in values.items()],
    )


def _deployments(stack: LocalStack) -> list[dict[str, Any]]:
    named = {"cluster": service(stack)["clusterArn"], "service": service(stack)["serviceArn"]}
    return stack.client("ecs").list_service_deployments(**named)["serviceDeployments"]


def _monitors(stack: LocalStack, arn: str) -> bool:
    found = stack.client("ecs").describe_service_deployments(serviceDeploymentArns=[arn])
    return only(found["serviceDeployments"])["alarms"]["status"] == "MONITORING"


def weights(stack: LocalStack) -> dict[str, int]:
    """The weights of the target groups that the web service's rule leads to, by the group's ARN."""
    elb = stack.client("elbv2")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    listener = only(elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"])["ListenerArn"]
    rules = elb.describe_rules(ListenerArn=listener)["Rules"]
    action = only(only(it for it in rules if not it["IsDefault"])["Actions"])
    alone = [{"TargetGroupArn": action.get("TargetGroupArn"), "Weight": 1}]
    groups = action.get("ForwardConfig", {}).get("TargetGroups") or alone
    return {it["TargetGroupArn"]: it.get("Weight", 1) for it in groups}


def serving(stack: LocalStack) -> str:
    """The ARN of the one target group that gets all the traffic."""
    return only(arn for arn, weight in weights(stack).items() if weight)


def health(stack: LocalStack, group: str) -> list[str]:
    found = stack.client("elbv2").describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return sorted(it["TargetHealth"]["State"] for it in found)


@contextmanager
def fewest_healthy(stack: LocalStack) -> Generator[list[int]]:
    """How many targets were healthy, in the group that got the traffic at the time: at each look one number.

    A group is looked at only if it has the traffic before and after the look.
    """
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            group = max(weights(stack).items(), key=lambda it: it[1])[0]
            healthy = health(stack, group).count("healthy")
            if max(weights(stack).items(), key=lambda it: it[1])[0] == group:
                seen.append(healthy)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    """Waits for something to hold, for a minute at most unless told otherwise."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)

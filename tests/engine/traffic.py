"""What users of a stack would bring about, as the metrics that the load balancer puts."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from emulator.local.stack import LocalStack
from tests.engine.standing import only
from tests.engine.views import service


@contextmanager
def errors_in_the_next_deployment(stack: LocalStack) -> Generator[None]:
    """The load balancer answers with errors as soon as the alarms of a deployment are monitored; in the end
    no longer."""
    before = {it["serviceDeploymentArn"] for it in _deployments(stack)}
    done = threading.Event()

    def spoil() -> None:
        while not done.wait(0.05):
            new = {it["serviceDeploymentArn"] for it in _deployments(stack)} - before
            if any(_monitors(stack, it) for it in new):
                put_errors(stack, 30)
                return

    thread = threading.Thread(target=spoil)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
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

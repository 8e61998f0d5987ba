"""What `make up` says at its end: what runs where, read with plain boto3, and what to try next."""

import json
from collections import Counter
from typing import Any

from rich.console import Console

from emulator.local.stack import LocalStack

_NEXT = """\
Next:
  eval "$(make -s env)"   points pulumi, boto3 and the aws CLI at this stack, for instance
                          aws ecs list-services --cluster {cluster}
  make up                 after a change, for instance of web-application:image in Pulumi.local.yaml
  make down               destroys the stack and stops the embedded AWS"""


def show_summary(stack: LocalStack, console: Console) -> None:
    """Prints services, tasks, targets, load balancer and outputs."""
    clusters = _clusters(stack.client("ecs"))
    lines = [*_services(stack.client("ecs"), clusters), *_targets(stack.client("elbv2"))]
    width = max((len(label) for label, _ in lines), default=0)
    for label, text in lines:
        console.print(f"  {label:<{width}}  {text}")
    outputs = json.loads(stack.pulumi("stack", "output", "--json").stdout or "{}")
    if outputs:
        cost = outputs.pop("monthly_cost", None)
        console.print("Outputs:")
        for name, value in sorted(outputs.items()):
            console.print(f"  {name}: {value if isinstance(value, str) else json.dumps(value)}")
        if cost:
            items = ", ".join(f"{it['name']} {it['dollars']:.2f}" for it in cost["items"])
            console.print(f"On AWS it would cost {cost['total']:.2f} {cost['currency']} a month: {items}.")
    console.print(_NEXT.format(cluster=clusters[0].rsplit("/", 1)[-1] if clusters else "…"))


def _clusters(ecs: Any) -> list[str]:
    return sorted(ecs.list_clusters()["clusterArns"])


def _services(ecs: Any, clusters: list[str]) -> list[tuple[str, str]]:
    """A line for each service: how many of its tasks run, in which zones, of which revision."""
    lines: list[tuple[str, str]] = []
    for cluster in clusters:
        arns: list[str] = ecs.list_services(cluster=cluster)["serviceArns"]
        services: list[Any] = (
            ecs.describe_services(cluster=cluster, services=arns)["services"] if arns else []
        )
        for service in services:
            tasks: list[str] = ecs.list_tasks(cluster=cluster, serviceName=service["serviceName"])["taskArns"]
            found: list[Any] = ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"] if tasks else []
            running = [task for task in found if task["lastStatus"] == "RUNNING"]
            zones = Counter(str(task.get("availabilityZone", "an unknown zone")) for task in running)
            where = ", ".join(f"{count} in {zone}" for zone, count in sorted(zones.items()))
            text = f"{len(running)} of {service['desiredCount']} tasks run" + (f": {where}" if where else "")
            revision = service["taskDefinition"].rsplit("/", 1)[-1]
            lines.append((f"service {service['serviceName']}", f"{text} ({revision})"))
    return lines


def _targets(elb: Any) -> list[tuple[str, str]]:
    """A line for each target group's health and for each load balancer's name."""
    lines: list[tuple[str, str]] = []
    for group in elb.describe_target_groups()["TargetGroups"]:
        described = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
        health = Counter(target["TargetHealth"]["State"] for target in described["TargetHealthDescriptions"])
        states = ", ".join(f"{count} {state}" for state, count in sorted(health.items()))
        lines.append((f"target group {group['TargetGroupName']}", states or "no target"))
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        lines.append((f"load balancer {balancer['LoadBalancerName']}", str(balancer["DNSName"])))
        lines.append(("", "nothing answers under that name here: the embedded AWS keeps APIs, not networks"))
    return lines

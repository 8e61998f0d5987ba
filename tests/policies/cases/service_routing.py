"""The way from a load balancer to a container: do the container and the port exist, and is it reached?"""

import json
from typing import Any

from ecs_policies.kinds import SERVICE, TARGET_GROUP, TASK_DEFINITION
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

NGINX = {"name": "nginx", "image": "nginx", "portMappings": [{"containerPort": 8080}]}
GROUP = resource(TARGET_GROUP, "group", {"targetType": "ip", "deregistrationDelay": 30})
OWN_ADDRESS: dict[str, Any] = {"networkConfiguration": {"subnets": ["subnet-1"]}}


def task(*containers: Any, text: Any = None) -> Resource:
    content = json.dumps(containers) if text is None else text
    return resource(TASK_DEFINITION, "task", {"family": "web", "containerDefinitions": content})


TASK = task(NGINX)


def service(
    definition: Resource | None = TASK,
    container: Any = "nginx",
    port: Any = 8080,
    group: Resource | None = GROUP,
    **more: Any,
) -> Resource:
    """A service of this task, before whose container a target group stands."""
    block = {"containerName": container, "containerPort": port, "targetGroupArn": UNKNOWN}
    properties = {
        "taskDefinition": UNKNOWN,
        "loadBalancers": [{key: it for key, it in block.items() if it is not None}],
        **more,
    }
    origins = {
        "taskDefinition": [definition] if definition else [],
        "loadBalancers": [group] if group else [],
    }
    cluster = origins | ({"cluster": [more["cluster"]]} if isinstance(more.get("cluster"), Resource) else {})
    if "cluster" in cluster:
        properties["cluster"] = UNKNOWN
    return resource(SERVICE, "web", properties, **cluster)


def wired(says: str, *stack: Resource, **more: Any) -> Case:
    return Case(rule="service.port-wiring", says=says, stack=stack, **more)


WIRING = (
    wired("takes a container's port", TASK, GROUP, service()),
    wired(
        "takes numbers as texts, and keys in any case",
        it := task({"Name": "nginx", "PortMappings": [{"ContainerPort": "8080"}]}),
        GROUP,
        service(it, port="8080", **OWN_ADDRESS),
    ),
    wired(
        "takes a task definition by its family",
        TASK,
        resource(
            SERVICE,
            "web",
            {
                "taskDefinition": "web:7",
                "loadBalancers": {"containerName": "nginx", "containerPort": 8080, "elbName": "classic"},
            },
        ),
    ),
    wired("takes a service behind no load balancer", resource(SERVICE, "web", {"taskDefinition": UNKNOWN})),
    wired(
        "takes targets by instance where tasks share their instance's address",
        TASK,
        it := resource(TARGET_GROUP, "group", {}),
        service(group=it),
    ),
    wired(
        "leaves containers that can't be read to the task's rules",
        it := task(text=UNKNOWN),
        GROUP,
        service(it),
    ),
    wired(
        "finds a container that isn't there",
        TASK,
        GROUP,
        service(container="rails"),
        finds=(("web", "loadBalancers[rails].containerName"),),
        told=("a container that isn't in the task",),
    ),
    wired(
        "finds a port that the container doesn't expose",
        TASK,
        GROUP,
        service(port=80),
        finds=(("web", "loadBalancers[nginx].containerPort"),),
        told=("80 doesn't fit task: nginx doesn't expose the port",),
    ),
    wired(
        "finds targets by instance of tasks with their own address, the next revision's included",
        TASK,
        GROUP,
        blue := resource(TARGET_GROUP, "blue", {}),
        green := resource(TARGET_GROUP, "green", {"targetType": "instance"}),
        resource(
            SERVICE,
            "web",
            {
                "taskDefinition": UNKNOWN,
                **OWN_ADDRESS,
                "loadBalancers": [
                    {
                        "containerName": "nginx",
                        "containerPort": 8080,
                        "targetGroupArn": UNKNOWN,
                        "advancedConfiguration": {"alternateTargetGroupArn": UNKNOWN},
                    }
                ],
            },
            taskDefinition=TASK,
            loadBalancers=[blue, green],
        ),
        finds=(("blue", "targetType"), ("green", "targetType")),
        told=("can't be targets of type instance",),
    ),
    wired(
        "doesn't pass over a task definition of another stack",
        GROUP,
        resource(
            SERVICE,
            "web",
            {
                "taskDefinition": "other:1",
                "loadBalancers": [{"containerName": "nginx", "containerPort": 80}],
            },
        ),
        unsure=(("web", "taskDefinition"),),
        told=("isn't part of the stack: other:1",),
    ),
    wired(
        "doesn't pass over an unknown",
        TASK,
        it := resource(TARGET_GROUP, "group", {"targetType": UNKNOWN}),
        service(port=UNKNOWN, group=it, **OWN_ADDRESS),
        resource(SERVICE, "api", {"loadBalancers": UNKNOWN, "taskDefinition": UNKNOWN}),
        resource(SERVICE, "lost", {"loadBalancers": [{"containerName": "a"}], "taskDefinition": UNKNOWN}),
        unsure=(
            ("web", "loadBalancers[nginx].containerPort"),
            ("group", "targetType"),
            ("api", "loadBalancers"),
            ("lost", "taskDefinition"),
        ),
    ),
    wired(
        "leaves a container's unknown ports to the task's rules",
        it := task(text=[{"name": "nginx", "portMappings": [{"containerPort": UNKNOWN}]}]),
        GROUP,
        service(it, port=80),
    ),
    wired(
        "doesn't pass over what names no container, or no number",
        TASK,
        GROUP,
        service(container=None),
        resource(SERVICE, "api", {"loadBalancers": [{"containerName": "nginx", "containerPort": "http"}]}),
        unsure=(("web", "loadBalancers[0].containerName"), ("api", "loadBalancers[nginx].containerPort")),
        malformed=True,
    ),
)

CASES = WIRING

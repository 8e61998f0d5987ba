"""Whether tasks have the time to start, and to end their requests."""

import json
from typing import Any

from ecs_policies.kinds import (
    CAPACITY_PROVIDER,
    CLUSTER,
    CLUSTER_CAPACITY_PROVIDERS,
    LISTENER,
    LISTENER_RULE,
    LOAD_BALANCER,
    SERVICE,
    TARGET_GROUP,
    TASK_DEFINITION,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

NGINX = {"name": "nginx", "image": "nginx", "portMappings": [{"containerPort": 8080}]}
GROUP = resource(TARGET_GROUP, "group", {"targetType": "ip", "deregistrationDelay": 30})


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


SLOW = {
    **NGINX,
    "dependsOn": [{"containerName": "rails", "condition": "HEALTHY"}],
    "healthCheck": {"command": ["CMD", "true"], "startPeriod": 10},
}
RAILS = {"name": "rails", "image": "rails", "healthCheck": {"command": ["CMD", "true"], "startPeriod": 60}}
BALANCER = resource(LOAD_BALANCER, "balancer", {"idleTimeout": 60})
HTTPS = resource(
    LISTENER,
    "https",
    {"loadBalancerArn": UNKNOWN, "defaultActions": [{"type": "forward", "targetGroupArn": UNKNOWN}]},
    loadBalancerArn=BALANCER,
    defaultActions=GROUP,
)
SPOT: dict[str, Any] = {"capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}
DRAINS_LONG = resource(TARGET_GROUP, "group", {"targetType": "ip"})


def timed(says: str, *stack: Resource, told: tuple[str, ...] = (), **more: Any) -> Case:
    return Case(rule="service.grace-and-drain", says=says, stack=stack, told=told, **more)


def serves(*words: str, **environment: str) -> Resource:
    """A task whose container has this command and environment."""
    variables = [{"name": key, "value": it} for key, it in environment.items()]
    return task({**NGINX, "command": list(words), "environment": variables})


def kept(says: str, definition: Resource, *, found: bool = False, balancer: Resource = BALANCER) -> Case:
    """A container that keeps idle connections for some time, behind a load balancer that does for 60 s."""
    return timed(
        says,
        definition,
        GROUP,
        balancer,
        HTTPS,
        service(definition),
        finds=(("task", "containerDefinitions[nginx]"),) if found else (),
    )


CONFIG = """
upstream rails { server 127.0.0.1:3000; keepalive_timeout 15s; }
server {
    # keepalive_timeout 5s;
    keepalive_timeout %s;
}
"""

CLUSTER_ = resource(CLUSTER, "cluster")
SPOT_BY_DEFAULT = resource(
    CLUSTER_CAPACITY_PROVIDERS,
    "providers",
    {
        "clusterName": UNKNOWN,
        "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "base": 1}],
    },
    clusterName=CLUSTER_,
)

TIMES = (
    timed("takes tasks that start at once", TASK, GROUP, service()),
    timed(
        "takes a grace of all the start periods",
        it := task(SLOW, RAILS),
        GROUP,
        service(it, healthCheckGracePeriodSeconds="70"),
    ),
    timed(
        "takes long draining where tasks aren't interrupted",
        TASK,
        DRAINS_LONG,
        service(group=DRAINS_LONG, capacityProviderStrategies=[{"capacityProvider": "FARGATE", "weight": 1}]),
    ),
    timed(
        "takes short draining on Spot",
        TASK,
        GROUP,
        service(**SPOT),
    ),
    timed(
        "takes Spot that no task is on, and a launch type in a cluster of Spot",
        TASK,
        DRAINS_LONG,
        CLUSTER_,
        SPOT_BY_DEFAULT,
        service(group=DRAINS_LONG, cluster=CLUSTER_, launchType="FARGATE"),
        resource(
            SERVICE,
            "api",
            {
                "taskDefinition": UNKNOWN,
                "capacityProviderStrategies": [{"capacityProvider": "FARGATE_SPOT", "weight": 0}],
                "loadBalancers": [{"containerName": "nginx", "targetGroupArn": UNKNOWN}],
            },
            taskDefinition=TASK,
            loadBalancers=DRAINS_LONG,
        ),
    ),
    timed(
        "takes a capacity provider of the program's own",
        TASK,
        DRAINS_LONG,
        own := resource(CAPACITY_PROVIDER, "instances"),
        resource(
            SERVICE,
            "web",
            {
                "taskDefinition": UNKNOWN,
                "capacityProviderStrategies": [{"capacityProvider": UNKNOWN}],
                "loadBalancers": [{"containerName": "nginx", "targetGroupArn": UNKNOWN}],
            },
            taskDefinition=TASK,
            loadBalancers=DRAINS_LONG,
            capacityProviderStrategies=own,
        ),
    ),
    timed(
        "takes a service behind no load balancer, and one whose load balancers another rule can't read",
        it := task(SLOW, RAILS),
        resource(SERVICE, "worker", {"taskDefinition": UNKNOWN}, taskDefinition=it),
        resource(SERVICE, "api", {"taskDefinition": UNKNOWN, "loadBalancers": UNKNOWN}, taskDefinition=it),
    ),
    timed("leaves containers that can't be read to the task's rules", it := task(text=UNKNOWN), service(it)),
    kept(
        "takes nginx that keeps connections for longer than the load balancer",
        serves(NGINX_CONF=CONFIG % "75s"),
    ),
    kept("takes minutes", serves(NGINX_CONF=CONFIG % "2m 70s")),
    kept("takes uvicorn", serves("uvicorn", "--timeout-keep-alive", "65")),
    kept("takes what says nothing", serves("puma")),
    kept(
        "takes a Network Load Balancer, which knows no requests",
        serves(NGINX_CONF=CONFIG % "5s"),
        balancer=resource(LOAD_BALANCER, "balancer", {"loadBalancerType": "network"}),
    ),
    timed(
        "finds no grace for containers that take their time",
        it := task(SLOW, RAILS),
        GROUP,
        service(it),
        finds=(("web", "healthCheckGracePeriodSeconds"),),
        told=("0 s doesn't fit: nginx and what it waits for may take 70 s",),
    ),
    timed(
        "finds less grace than the slowest container needs",
        it := task(NGINX, RAILS),
        GROUP,
        resource(
            SERVICE,
            "web",
            {
                "taskDefinition": UNKNOWN,
                "healthCheckGracePeriodSeconds": 30,
                "loadBalancers": [{"containerName": "nginx"}, {"containerName": "rails"}],
            },
            taskDefinition=it,
        ),
        finds=(("web", "healthCheckGracePeriodSeconds"),),
        told=("rails and what it waits for may take 60 s",),
    ),
    timed(
        "finds requests that Spot cuts off, as AWS drains for 300 s unless told otherwise",
        TASK,
        DRAINS_LONG,
        service(group=DRAINS_LONG, **SPOT),
        finds=(("group", "deregistrationDelay"),),
        told=("300 s doesn't fit", "an interrupted Spot task is killed with requests in flight"),
    ),
    timed(
        "finds requests that a cluster's Spot cuts off",
        TASK,
        DRAINS_LONG,
        CLUSTER_,
        SPOT_BY_DEFAULT,
        service(group=DRAINS_LONG, cluster=CLUSTER_),
        finds=(("group", "deregistrationDelay"),),
    ),
    kept("finds nginx that closes idle connections first", serves(NGINX_CONF=CONFIG % "60"), found=True),
    kept("finds nginx's milliseconds", serves(NGINX_CONF=CONFIG % "9000ms"), found=True),
    kept("finds gunicorn", serves("gunicorn", "--keep-alive=5"), found=True),
    timed(
        "finds it behind a rule that splits requests, with the provider's 60 s",
        it := serves(NGINX_CONF=CONFIG % "20s"),
        GROUP,
        balancer := resource(LOAD_BALANCER, "balancer", {}),
        listener := resource(LISTENER, "http", {"loadBalancerArn": UNKNOWN}, loadBalancerArn=balancer),
        resource(
            LISTENER_RULE,
            "rule",
            {
                "listenerArn": UNKNOWN,
                "actions": {"type": "forward", "forward": {"targetGroups": [{"arn": UNKNOWN, "weight": 1}]}},
            },
            listenerArn=listener,
            actions=GROUP,
        ),
        service(it),
        finds=(("task", "containerDefinitions[nginx]"),),
        told=("nginx closes idle connections after 20 s, and balancer keeps them for 60 s",),
    ),
    timed(
        "doesn't pass over an unknown",
        TASK,
        it := resource(TARGET_GROUP, "group", {"deregistrationDelay": UNKNOWN}),
        service(group=it, healthCheckGracePeriodSeconds=UNKNOWN, **SPOT),
        unsure=(("web", "healthCheckGracePeriodSeconds"), ("group", "deregistrationDelay")),
    ),
    timed(
        "doesn't pass over an unknown strategy or idle timeout",
        it := serves(NGINX_CONF=CONFIG % "5s"),
        GROUP,
        resource(LOAD_BALANCER, "balancer", {"idleTimeout": UNKNOWN}),
        HTTPS,
        service(it, capacityProviderStrategies=[{"capacityProvider": UNKNOWN, "weight": 1}]),
        unsure=(("web", "capacityProviderStrategies"), ("balancer", "idleTimeout")),
    ),
    timed(
        "doesn't pass over what is no number, or no strategy",
        TASK,
        GROUP,
        service(healthCheckGracePeriodSeconds="a minute", capacityProviderStrategies=["FARGATE_SPOT"]),
        unsure=(("web", "healthCheckGracePeriodSeconds"), ("web", "capacityProviderStrategies")),
        malformed=True,
    ),
)

CASES = TIMES

"""How many tasks: while they are replaced, and while the service scales."""

from typing import Any

from ecs_policies.kinds import CLUSTER, SCALABLE_TARGET, SERVICE
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

LEAST, MOST = "deploymentMinimumHealthyPercent", "deploymentMaximumPercent"


def service(
    tasks: Any = None, least: Any = None, most: Any = None, name: str = "web", **more: Any
) -> Resource:
    given = {"desiredCount": tasks, LEAST: least, MOST: most, **more}
    return resource(SERVICE, name, {key: it for key, it in given.items() if it is not None})


def target(to: Resource | None, least: Any = 2, most: Any = 10, resource_id: Any = UNKNOWN) -> Resource:
    """What scales a service: by reference, or by the text of its id."""
    given = {
        "serviceNamespace": "ecs",
        "scalableDimension": "ecs:service:DesiredCount",
        "resourceId": resource_id,
        "minCapacity": least,
        "maxCapacity": most,
    }
    properties = {key: it for key, it in given.items() if it is not None}
    return resource(SCALABLE_TARGET, "scaling", properties, resourceId=[to] if to else [])


def replaced(says: str, *stack: Resource, path: str = "", told: str = "") -> Case:
    """A rolling deployment; `path` is what is found of the service "web"."""
    return Case(
        rule="service.deployment-percentages",
        says=says,
        stack=stack,
        finds=(("web", path),) if path else (),
        told=(told,),
    )


PERCENTAGES = (
    replaced("takes the defaults", service(4)),
    replaced("takes the defaults, whatever the count is", service(UNKNOWN, 100, "200")),
    replaced("takes room for a single task more", service(4, 100, 125)),
    replaced("takes a lone task that stops before another starts", service(1, 0, 100)),
    replaced("takes a minimum that rounding makes the whole", service(2, 51, 200)),
    replaced("takes no task at all", service(0, 50, 100), service(None, 50, 100, name="api")),
    replaced("takes a daemon's", service(None, 0, 100, schedulingStrategy="DAEMON")),
    replaced(
        "leaves what ECS doesn't replace a few at a time",
        service(4, 0, 200, deploymentController={"type": "CODE_DEPLOY"}),
        service(4, 0, 200, name="api", deploymentConfiguration={"strategy": "BLUE_GREEN"}),
        service(4, 0, 200, name="unread", deploymentConfiguration={"strategy": UNKNOWN}),
    ),
    replaced(
        "finds tasks that stop before others run",
        service(4, 50, 200),
        path=LEAST,
        told="with 50 %, 2 of 4 tasks may be stopped",
    ),
    replaced(
        "finds too little room for one task more",
        service(2, 100, 149),
        path=MOST,
        told="149 % of 2 tasks leaves no room",
    ),
    replaced("finds no room for a lone task", service(1, 50, 100), path=MOST),
    replaced(
        "counts the fewest tasks that scaling leaves, not the first",
        it := service(6, 100, 120),
        target(it, 2),
        path=MOST,
        told="120 % of 2 tasks",
    ),
    Case(
        rule="service.deployment-percentages",
        says="doesn't pass over an unknown",
        stack=(
            service(4, UNKNOWN, UNKNOWN),
            service(UNKNOWN, 50, 200, name="api"),
            it := service(4, 50, 200, name="worker"),
            target(it, UNKNOWN),
        ),
        unsure=(("web", LEAST), ("web", MOST), ("api", "desiredCount"), ("scaling", "minCapacity")),
    ),
    Case(
        rule="service.deployment-percentages",
        says="doesn't pass over what is no number",
        stack=(service(4, "all", 200),),
        unsure=(("web", LEAST),),
        malformed=True,
    ),
)


def scaled(says: str, *stack: Resource, told: str = "", **found: Any) -> Case:
    return Case(rule="service.scaling-range", says=says, stack=stack, told=(told,), **found)


CLUSTERS = resource(CLUSTER, "one", {"name": "one"}), resource(CLUSTER, "two", {"name": "two"})


def in_cluster(name: str, cluster: Resource, tasks: int) -> Resource:
    """A service with the same name as one in another cluster."""
    return resource(
        SERVICE, name, {"name": "web", "cluster": UNKNOWN, "desiredCount": tasks}, cluster=cluster
    )


RANGE = (
    scaled("takes a range of a service", it := service(2), target(it)),
    scaled("takes ends as texts", it := service("3"), target(it, "3", "3")),
    scaled(
        "takes a service that its id names",
        resource(SERVICE, "service", {"name": "web", "desiredCount": 2}),
        target(None, resource_id="service/cluster/web"),
    ),
    scaled(
        "tells services of one name in two clusters apart",
        *CLUSTERS,
        in_cluster("first", CLUSTERS[0], 2),
        in_cluster("second", CLUSTERS[1], 0),
        target(None, resource_id="service/one/web"),
    ),
    scaled(
        "leaves what isn't ECS's",
        resource(
            SCALABLE_TARGET,
            "table",
            {"serviceNamespace": "dynamodb", "resourceId": "table/web", "minCapacity": 9, "maxCapacity": 5},
        ),
    ),
    scaled(
        "finds an empty range",
        it := service(3),
        target(it, 4, 2),
        finds=(("scaling", "minCapacity"),),
        told="the minimum of 4 tasks is above the maximum of 2",
    ),
    scaled("leaves a count outside the range to what scales it", it := service(11), target(it)),
    scaled(
        "doesn't pass over a service of another stack",
        target(None, resource_id="service/cluster/other"),
        unsure=(("scaling", "resourceId"),),
        told="isn't part of the stack",
    ),
    scaled(
        "doesn't pass over an unknown",
        resource(SCALABLE_TARGET, "lost", {"resourceId": UNKNOWN, "minCapacity": UNKNOWN, "maxCapacity": 3}),
        unsure=(("lost", "resourceId"), ("lost", "minCapacity")),
    ),
    scaled(
        "doesn't pass over ends that are missing or no numbers",
        it := service(3),
        target(it, None, "many"),
        unsure=(("scaling", "minCapacity"), ("scaling", "maxCapacity")),
        malformed=True,
    ),
)

CASES = (*PERCENTAGES, *RANGE)

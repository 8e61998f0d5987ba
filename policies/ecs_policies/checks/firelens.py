"""FireLens: one router, ready before and gone after those who log through it.

AWS documentation: "Send Amazon ECS logs to an AWS service or AWS Partner" (FireLens considerations),
"Amazon ECS task definition parameters for Fargate" (FireLens configuration, Log configuration).
"""

from collections.abc import Iterable

from ecs_policies.checks.graph import graph
from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, named, record, text

FARGATE_DRIVERS = ("awslogs", "splunk", "awsfirelens")


def log_routing(containers: object) -> Problems:
    """Do the containers' logs arrive: a driver Fargate has, at most one router, essential and ready
    first?"""
    members = list(named(containers))
    routers = [(path, each) for path, each in members if each.get("firelensConfiguration") is not None]
    problems = [problem for path, each in members for problem in _driver(path, each)]
    clients = [(path, each) for path, each in members if _log_driver(each) == "awsfirelens"]
    if len(routers) > 1:
        found = [text(each.get("name")) for _, each in routers]
        message, fix = "a task has at most one log router", "Keep one firelensConfiguration"
        problems.append(Problem(path="containers", value=found, message=message, fix=fix))
    if clients and not routers:
        problems.extend(
            Problem(
                path=f"{path}.log",
                value="awsfirelens",
                message="no container of the task is a log router",
                fix="Add the log router, or log with awslogs",
            )
            for path, _ in clients
        )
    for path, router in routers[:1]:
        problems.extend(_router(path, router, has_clients=bool(clients)))
        others = [(path, each) for path, each in clients if each is not router]
        problems.extend(_waits(others, text(router.get("name")), containers))
    return tuple(problems)


def _log_driver(container: Record) -> str:
    return text(record(container.get("logConfiguration")).get("logDriver"))


def _driver(path: str, container: Record) -> Iterable[Problem]:
    if container.get("logConfiguration") is None:
        return
    driver = record(container.get("logConfiguration")).get("logDriver")
    options = record(record(container.get("logConfiguration")).get("options"))
    if driver not in FARGATE_DRIVERS:
        fix = f"Use one of {', '.join(FARGATE_DRIVERS)}"
        yield Problem(path=f"{path}.log", value=driver, message="Fargate has no such log driver", fix=fix)
    if driver == "awslogs":
        for option in ("awslogs-group", "awslogs-region", "awslogs-stream-prefix"):
            if not text(options.get(option)):
                message, fix = f"awslogs on Fargate needs {option}", "Set it"
                yield Problem(
                    path=f"{path}.log.{option}", value=options.get(option), message=message, fix=fix
                )


def _router(path: str, router: Record, *, has_clients: bool) -> Iterable[Problem]:
    options = record(record(router.get("firelensConfiguration")).get("options"))
    if _log_driver(router) == "awsfirelens":
        message = "the log router would send its own logs to itself"
        yield Problem(
            path=f"{path}.log", value="awsfirelens", message=message, fix="Use awslogs for the router"
        )
    if has_clients and router.get("essential", True) is False:
        message = "without its router the task would go on and lose its logs"
        yield Problem(path=f"{path}.essential", value=False, message=message, fix="Make the router essential")
    if has_clients and not record(router.get("healthCheck")):
        message = "nobody can wait until the log router is ready"
        fix = "Give the router a health check"
        yield Problem(path=f"{path}.health_check", value=None, message=message, fix=fix)
    if options.get("config-file-type", "file") != "file":
        message = "Fargate reads a router's own configuration from a file of its image only"
        value = options.get("config-file-type")
        yield Problem(
            path=f"{path}.firelens.config-file-type", value=value, message=message, fix='Use "file"'
        )
    if ("config-file-type" in options) != ("config-file-value" in options):
        message, fix = "config-file-type and config-file-value go together", "Set both or neither"
        yield Problem(path=f"{path}.firelens", value=sorted(options), message=message, fix=fix)


def _waits(clients: Iterable[tuple[str, Record]], router: str, containers: object) -> Iterable[Problem]:
    edges = graph(containers)
    for path, client in clients:
        condition = edges.get(text(client.get("name")), {}).get(router)
        if condition != "HEALTHY":
            message = (
                f"it logs through {router} without waiting until that is healthy: its first lines get lost"
            )
            fix = f"Let it depend on {router} HEALTHY"
            yield Problem(path=f"{path}.depends_on", value=condition, message=message, fix=fix)

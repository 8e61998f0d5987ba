"""FireLens: one router, ready before and gone after those who log through it.

AWS documentation: "Send Amazon ECS logs to an AWS service or AWS Partner" (FireLens considerations),
"Amazon ECS task definition parameters for Fargate" (FireLens configuration, Log configuration).
"""

from collections.abc import Iterable

from ecs_policies.checks.graph import graph
from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, named, record, records, text

FARGATE_DRIVERS = ("awslogs", "splunk", "awsfirelens")

# Outputs that take logs with a key only, and the options that may hold it (Fluent Bit manual, "Datadog",
# "New Relic"; New Relic documentation, "AWS FireLens plugin for log forwarding").
_KEYS = {
    "datadog": ("apikey",),
    "newrelic": ("apiKey", "licenseKey"),
    "nrlogs": ("api_key", "license_key"),
}


def log_routing(containers: object) -> Problems:
    """Do the containers' logs arrive: a driver Fargate has, one essential router, ready first, told where
    to?"""
    return (
        *log_drivers(containers),
        *log_router(containers),
        *log_destinations(containers),
        *log_order(containers),
    )


def log_drivers(containers: object) -> Problems:
    """Is each container's log driver one that Fargate has, with the options that it needs there?"""
    return tuple(problem for path, each in named(containers) for problem in _driver(path, each))


def log_router(containers: object, *, fargate: bool = True) -> Problems:
    """Is there one router where containers log through one, essential, and not its own client?"""
    clients, routers = _clients(containers), _routers(containers)
    problems: list[Problem] = []
    if len(routers) > 1:
        found = [text(each.get("name")) for _, each in routers]
        message, fix = "a task has at most one log router", "Keep one firelensConfiguration"
        problems.append(Problem(path="containers", value=found, message=message, fix=fix))
    if not routers:
        message, fix = "no container of the task is a log router", "Add the log router, or log with awslogs"
        problems.extend(
            Problem(path=f"{path}.log", value="awsfirelens", message=message, fix=fix) for path, _ in clients
        )
    for path, router in routers[:1]:
        problems.extend(_router(path, router, has_clients=bool(clients), fargate=fargate))
    return tuple(problems)


def log_order(containers: object) -> Problems:
    """Does whoever logs through the router wait until it's ready, and can one know?"""
    clients = _clients(containers)
    problems: list[Problem] = []
    for path, router in _routers(containers)[:1]:
        others = [(path, each) for path, each in clients if each is not router]
        if clients and not record(router.get("healthCheck")):
            message, fix = "nobody can wait until the log router is ready", "Give the router a health check"
            problems.append(Problem(path=f"{path}.health_check", value=None, message=message, fix=fix))
        problems.extend(_waits(others, text(router.get("name")), containers))
    return tuple(problems)


def log_destinations(containers: object) -> Problems:
    """Does whoever logs through the router say where to, with the key that is asked for there?

    A router with a configuration file of its own may know by itself.
    """
    routers = [each for _, each in _routers(containers)]
    problems: list[Problem] = []
    for path, client in _clients(containers):
        if routers and client not in routers:
            problems.extend(_destination(path, client, record(routers[0].get("firelensConfiguration"))))
    return tuple(problems)


def _destination(path: str, client: Record, router: Record) -> Iterable[Problem]:
    log = record(client.get("logConfiguration"))
    # Fluent Bit takes names of options in any case, some of its plugins with and without underscores.
    options = {_plain(name): value for name, value in record(log.get("options")).items()}
    output = "@type" if router.get("type") == "fluentd" else "Name"
    destination = text(options.get(output.lower()))
    if not destination and "config-file-value" not in record(router.get("options")):
        message, fix = (
            "the log router isn't told where to send this",
            f"Name an output in the option {output}",
        )
        yield Problem(path=f"{path}.log.{output}", value=None, message=message, fix=fix)
    keys = _KEYS.get(destination.lower(), ())
    given = {*options, *(_plain(text(each.get("name"))) for each in records(log.get("secretOptions")))}
    if keys and not given.intersection(map(_plain, keys)):
        message = f"{destination} takes no logs without a key"
        fix = f"Name the secret that holds it in secretOptions as {' or '.join(keys)}"
        yield Problem(path=f"{path}.log.secrets.{keys[0]}", value=None, message=message, fix=fix)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _clients(containers: object) -> list[tuple[str, Record]]:
    return [(path, each) for path, each in named(containers) if _log_driver(each) == "awsfirelens"]


def _routers(containers: object) -> list[tuple[str, Record]]:
    return [(path, each) for path, each in named(containers) if each.get("firelensConfiguration") is not None]


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


def _router(path: str, router: Record, *, has_clients: bool, fargate: bool) -> Iterable[Problem]:
    options = record(record(router.get("firelensConfiguration")).get("options"))
    if _log_driver(router) == "awsfirelens":
        message = "the log router would send its own logs to itself"
        yield Problem(
            path=f"{path}.log", value="awsfirelens", message=message, fix="Use awslogs for the router"
        )
    if has_clients and router.get("essential", True) is False:
        message = "without its router the task would go on and lose its logs"
        yield Problem(path=f"{path}.essential", value=False, message=message, fix="Make the router essential")
    if fargate and options.get("config-file-type", "file") != "file":
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
            yield Problem(path=f"{path}.depends_on", value=condition, message=message, fix=fix, item=router)

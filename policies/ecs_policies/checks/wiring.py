"""Ports, mount points, environment and secrets: do the names in a container lead anywhere?

AWS documentation: "Amazon ECS task definition parameters for Fargate" (Port mappings, Storage and logging),
"Pass Secrets Manager secrets through Amazon ECS environment variables".
"""

import re
from collections import Counter
from collections.abc import Iterable

from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, named, number, record, records, text

FIRELENS_PORT = 24224

_SECRET = re.compile(
    r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}"
)
_PARAMETER = re.compile(r"arn:[a-z-]+:ssm:[a-z0-9-]+:\d{12}:parameter/[A-Za-z0-9/_.-]+")


def ports(containers: object) -> Problems:
    """In awsvpc all containers share one network interface: is each port taken once, and FireLens' left
    closed?"""
    return (*port_clashes(containers), *firelens_port(containers))


def port_clashes(containers: object) -> Problems:
    """Is each port of the interface that an awsvpc task has taken once?"""
    owners: dict[tuple[int, str], str] = {}
    problems: list[Problem] = []
    for path, container in named(containers):
        for mapping in records(container.get("portMappings")):
            problems.extend(_port(path, mapping, owners))
    return tuple(problems)


def firelens_port(containers: object) -> Problems:
    """Is the port closed on which FireLens takes the task's logs?"""
    message = (
        "the log router listens here for every container of the task, and anyone who reaches it could log"
    )
    return tuple(
        Problem(
            path=f"{path}.ports",
            value=value,
            message=message,
            fix="Don't expose this port",
            item=str(FIRELENS_PORT),
        )
        for path, container in named(containers)
        for mapping in records(container.get("portMappings"))
        for value in (mapping.get("containerPort"), mapping.get("containerPortRange"))
        if FIRELENS_PORT in _port_range(value)
    )


def _port_range(value: object) -> range:
    """The ports of "8080" or "8000-8010"; none if it is neither."""
    first, _, last = value.partition("-") if isinstance(value, str) else (value, "", "")
    low, high = number(first), number(last or first)
    return range(0) if low is None or high is None else range(int(low), int(high) + 1)


def _port(container: str, mapping: Record, owners: dict[tuple[int, str], str]) -> Iterable[Problem]:
    if "containerPortRange" in mapping and "containerPort" not in mapping:
        return
    value, host = mapping.get("containerPort"), number(mapping.get("hostPort"))
    path, port = f"{container}.ports", number(value)
    if port is None or port != int(port) or not 1 <= port <= 65535:
        message, fix = "not a port", "Use a whole number from 1 to 65535"
        yield Problem(path=path, value=value, message=message, fix=fix, item=str(value))
        return
    item, taken = f"{port:g}", (int(port), text(mapping.get("protocol")) or "tcp")
    if taken in owners:
        message = f"{owners[taken]} has this port already: in awsvpc mode containers share one interface"
        fix = "Give each container ports of its own"
        yield Problem(path=path, value=value, message=message, fix=fix, item=item)
    if host not in (None, 0, port):
        message = f"in awsvpc mode the host port is the container port, {item}"
        fix = "Leave the host port out"
        yield Problem(path=path, value=mapping.get("hostPort"), message=message, fix=fix, item=item)
    owners.setdefault(taken, container.removeprefix("containers."))


def routed_port(containers: object, container: str, port: object) -> Problems:
    """Has the container behind the load balancer the port that the target group sends to?"""
    by_name = {text(each.get("name")): each for _, each in named(containers)}
    if container not in by_name:
        fix = f"Name one of {', '.join(sorted(by_name))}"
        message = "the load balancer is to reach a container that isn't in the task"
        return (Problem(path="routed.container", value=container, message=message, fix=fix),)
    mapped = [number(each.get("containerPort")) for each in records(by_name[container].get("portMappings"))]
    if number(port) in mapped:
        return ()
    known = ", ".join(f"{each:g}" for each in mapped if each is not None)
    message = f"{container} doesn't expose the port that the load balancer sends to"
    fix = f"Use {known}" if known else f"Add the port to {container}'s ports"
    return (Problem(path="routed.port", value=port, message=message, fix=fix),)


def mount_points(containers: object, volumes: object) -> Problems:
    """Does each mount point name a volume of the task, at an absolute path that nothing else is mounted
    on?"""
    known = {text(volume.get("name")) for volume in records(volumes)}
    problems: list[Problem] = []
    for path, container in named(containers):
        mounts = records(container.get("mountPoints"))
        temporary = records(record(container.get("linuxParameters")).get("tmpfs"))
        for mount in mounts:
            if text(mount.get("sourceVolume")) not in known:
                fix = f"Name one of {', '.join(sorted(known))}" if known else "Add the volume to the task"
                volume = mount.get("sourceVolume")
                message, place = "the task has no volume of this name", f"{path}.mount_points"
                problems.append(
                    Problem(path=place, value=volume, message=message, fix=fix, item=text(volume))
                )
        problems.extend(_paths(path, [each.get("containerPath") for each in (*mounts, *temporary)]))
    return tuple(problems)


def _paths(path: str, targets: list[object]) -> Iterable[Problem]:
    counted = Counter(text(target).rstrip("/") for target in targets)
    for target in targets:
        if not text(target).startswith("/"):
            message, fix = "a mount needs an absolute path", "Begin it with a slash"
            place = f"{path}.mount_points"
            yield Problem(path=place, value=target, message=message, fix=fix, item=text(target))
    for target, count in sorted(counted.items()):
        if count > 1:
            message, fix = "two mounts are at this path and one would hide the other", "Keep one of them"
            place, shown = f"{path}.mount_points", target or "/"
            yield Problem(path=place, value=shown, message=message, fix=fix, item=shown)


def environment(containers: object) -> Problems:
    """Is each variable set once, and each secret named by an ARN that ECS accepts?"""
    return (*variables(containers), *secret_references(containers))


def variables(containers: object) -> Problems:
    """Is each variable set once, in the environment or as a secret?"""
    problems: list[Problem] = []
    for path, container in named(containers):
        all_of_them = (*records(container.get("environment")), *records(container.get("secrets")))
        counted = Counter(text(variable.get("name")) for variable in all_of_them)
        for name in sorted(name for name, count in counted.items() if count > 1):
            message = "the variable is set twice"
            fix, place = "Set it once, either in the environment or as a secret", f"{path}.environment"
            problems.append(Problem(path=place, value=name, message=message, fix=fix, item=name))
    return tuple(problems)


def secret_references(containers: object) -> Problems:
    """Is each secret, a variable's or the log driver's, named by an ARN that ECS accepts?"""
    problems: list[Problem] = []
    for path, container in named(containers):
        log = record(container.get("logConfiguration"))
        for place, secrets in ((path, container.get("secrets")), (f"{path}.log", log.get("secretOptions"))):
            for each in records(secrets):
                problems.extend(_value_from(f"{place}.secrets", each))
    return tuple(problems)


def _value_from(path: str, secret: Record) -> Iterable[Problem]:
    value, where = secret.get("valueFrom"), f"{path}.{text(secret.get('name')) or '?'}"
    arn, *selectors = _selectors(text(value))
    if not (_SECRET.fullmatch(arn) or (_PARAMETER.fullmatch(arn) and not selectors)):
        message = "not the full ARN of a secret or of an SSM parameter"
        fix = "Use the whole ARN, six random characters included, then :key:: for a JSON key"
        yield Problem(path=where, value=value, message=message, fix=fix)
    elif selectors and len(selectors) != 3:
        message, fix = "after the ARN come a JSON key, a stage and a version", "Write it as ARN:key::"
        yield Problem(path=where, value=value, message=message, fix=fix)
    elif selectors and selectors[2]:
        message = (
            "a pinned version disappears when the secret rotates, and old revisions could no longer start"
        )
        yield Problem(path=where, value=value, message=message, fix="Leave the version id out")


def _selectors(value: str) -> list[str]:
    """The ARN, then what follows it: a secret's ARN has seven parts."""
    parts = value.split(":")
    return [":".join(parts[:7]), *parts[7:]]

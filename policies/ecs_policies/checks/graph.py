"""The order in which a task's containers start and stop.

ECS starts containers in the order of `dependsOn` and stops them in its reverse, but it only looks at the
edges that are written: a container two steps down may be stopped while the first still uses it. So every
edge is declared. AWS documentation: "Amazon ECS task definition parameters for Fargate" (Container
dependency).
"""

import re
from collections.abc import Iterable, Mapping

from ecs_policies.checks.problem import Problem, Problems
from ecs_policies.checks.reading import Record, named, record, records, text

CONDITIONS = ("START", "COMPLETE", "SUCCESS", "HEALTHY")
# Conditions under which the other container has exited: there's nothing left of it to stop.
_EXITED = ("COMPLETE", "SUCCESS")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")

# container → {the container it depends on: the condition}
Graph = Mapping[str, Mapping[str, str]]


def graph(containers: object) -> Graph:
    """The `dependsOn` edges by name, whether or not what they name exists."""
    return {
        text(container.get("name")): {
            text(edge.get("containerName")): text(edge.get("condition"))
            for edge in records(container.get("dependsOn"))
        }
        for _, container in named(containers)
    }


def names(containers: object) -> Problems:
    """Has every container a legal name of its own?"""
    problems: list[Problem] = []
    seen: set[str] = set()
    for path, container in named(containers):
        name = container.get("name")
        if not _NAME.fullmatch(text(name)):
            message = "a container's name is 1 to 255 letters, digits, hyphens and underscores"
            problems.append(Problem(path=f"{path}.name", value=name, message=message, fix="Rename it"))
        elif name in seen:
            message = "two containers have this name"
            problems.append(Problem(path=f"{path}.name", value=name, message=message, fix="Rename one"))
        seen.add(text(name))
    return tuple(problems)


def dependencies(containers: object) -> Problems:
    """Is the order one that ECS can follow, with no edge left to chance?"""
    return (*order(containers), *implied(containers))


def order(containers: object) -> Problems:
    """Can ECS follow the edges that are declared: known names, legal conditions, no cycle?"""
    by_name = {text(container.get("name")): container for _, container in named(containers)}
    problems = [
        problem
        for path, container in named(containers)
        for edge in records(container.get("dependsOn"))
        for problem in _edge(f"{path}.depends_on", text(container.get("name")), edge, by_name)
    ]
    cycle = _cycle(graph(containers))
    if cycle:
        message = "the containers wait for each other"
        fix = "Remove one of these edges"
        problems.append(Problem(path="depends_on", value=" → ".join(cycle), message=message, fix=fix))
    return tuple(problems)


def _edge(path: str, owner: str, edge: Record, by_name: Mapping[str, Record]) -> Iterable[Problem]:
    other, condition = text(edge.get("containerName")), text(edge.get("condition"))
    if other not in by_name:
        fix = f"Name one of {', '.join(sorted(name for name in by_name if name != owner)) or 'its siblings'}"
        value, message = edge.get("containerName"), "no container has this name"
        yield Problem(path=path, value=value, message=message, fix=fix, item=other)
        return
    if condition not in CONDITIONS:
        message = f"there is no such condition for waiting on {other}"
        fix = f"Use one of {', '.join(CONDITIONS)}"
        yield Problem(path=path, value=edge.get("condition"), message=message, fix=fix, item=other)
    if condition == "HEALTHY" and not record(by_name[other].get("healthCheck")):
        message = "waiting for HEALTHY never ends on a container without a health check"
        fix = f"Give {other} a health check, or wait for START"
        yield Problem(path=path, value=other, message=message, fix=fix, item=other)
    if condition in _EXITED and by_name[other].get("essential", True) is not False:
        message = f"waiting for {condition} on an essential container stops the task when it exits"
        fix = f"Set essential=False on {other}, or wait for START or HEALTHY"
        yield Problem(path=path, value=other, message=message, fix=fix, item=other)


def _cycle(edges: Graph) -> list[str]:
    """The first cycle met, closed ("a", "b", "a"), or nothing. Iterative: a policy may feed it any
    depth."""
    finished: set[str] = set()
    for start in sorted(edges):
        trail: list[str] = []
        pending = [(start, False)]
        while pending:
            name, leaving = pending.pop()
            if leaving:
                trail.pop()
                finished.add(name)
            elif name in trail:
                return [*trail[trail.index(name) :], name]
            elif name not in finished:
                trail.append(name)
                pending.append((name, True))
                pending.extend((other, False) for other in sorted(edges.get(name, {})))
    return []


def implied(containers: object) -> Problems:
    """Is each edge declared that follows from others? In a circle all do, so none is asked for there."""
    edges = graph(containers)
    return () if _cycle(edges) else tuple(_implied(edges))


def _implied(edges: Graph) -> Iterable[Problem]:
    for name, direct in edges.items():
        missing = {
            far: near
            for near in reachable(edges, name)
            for far, condition in edges.get(near, {}).items()
            if condition not in _EXITED and far not in direct and far in edges
        }
        for far, near in sorted(missing.items()):
            message = f"{name} needs {far} through {near}, but ECS follows only the edges that are declared"
            fix = f"Let {name} depend on {far} too"
            path = f"containers.{name}.depends_on"
            yield Problem(path=path, value=sorted(direct), message=message, fix=fix, item=far)


def reachable(edges: Graph, name: str) -> set[str]:
    """Everything that must be up before `name`, over edges that outlast the start."""
    found: set[str] = set()
    pending = [name]
    while pending:
        for other, condition in edges.get(pending.pop(), {}).items():
            if condition not in _EXITED and other not in found:
                found.add(other)
                pending.append(other)
    return found

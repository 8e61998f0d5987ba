"""Rules about roles that do for more than one: for task and agent, for several families of tasks."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TypeAlias

from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.needs import images, reads, repositories
from ecs_policies.reading.roles import role_name
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE, Tasks
from ecs_policies.reading.values import Unreadable, word

_FAMILY = "family"
_Families: TypeAlias = Mapping[str, Sequence[Resource]]
_Images: TypeAlias = Mapping[str, frozenset[str]]


def shared_by_families(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Task roles of several applications, and execution roles of families that need different things."""
    told: set[tuple[str, str]] = set()
    for it in _shared(stack):
        # What can't be read is in the way of both roles' judgement.
        if (it.resource.urn, it.path) not in told:
            told.add((it.resource.urn, it.path))
            yield it


def _shared(stack: Stack) -> Iterator[Problem]:
    tasks = stack.once(Tasks)
    for name in (TASK_ROLE, EXECUTION_ROLE):
        if len(tasks.definitions) > 1:
            yield from tasks.lost(name)
        for key, definitions in tasks.by_role(name).items():
            if len(definitions) < 2:
                continue
            families = yield from _by_family(definitions)
            if len(families) < 2:
                continue
            runs = yield from _runs(families)
            role = stack.by_urn(key)
            shown = role_name(role) if role else key
            if name == TASK_ROLE:
                yield from _shared_by_others(runs, families, f"the task role {shown}")
            else:
                yield from _shared_by_unlike(runs, families, f"the execution role {shown}")


def _by_family(
    definitions: Sequence[Resource],
) -> Generator[Problem, None, Mapping[str, list[Resource]]]:
    """The task definitions of each family; yields the problem that one can't be told."""
    found: dict[str, list[Resource]] = {}
    for it in definitions:
        family = word(it.properties.get(_FAMILY))
        if isinstance(family, Unreadable):
            yield unverifiable(it, _FAMILY, family)
        else:
            found.setdefault(family, []).append(it)
    return found


def _shared_by_others(runs: _Images, families: _Families, who: str) -> Iterator[Problem]:
    first = _first(runs)
    for family, its in runs.items():
        if not its <= runs[first]:
            for it in families[family]:
                message = f"{who} is also that of the family {first}, which runs other images"
                yield Problem(resource=it, path=TASK_ROLE, message=message)


def _shared_by_unlike(runs: _Images, families: _Families, who: str) -> Iterator[Problem]:
    first = _first(runs)
    wanted = (yield from _needs(families[first])) if len(runs) > 1 else None
    for family, its in runs.items():
        if wanted is None or family == first:
            continue
        needs = yield from _needs(families[family])
        is_part = its <= runs[first] and needs is not None and needs <= wanted
        if needs is not None and needs != wanted and not is_part:
            for it in families[family]:
                message = f"{who} is also that of the family {first}, which needs other images or secrets"
                yield Problem(resource=it, path=EXECUTION_ROLE, message=message)


def _runs(families: _Families) -> Generator[Problem, None, _Images]:
    """What each family's containers run, where it can be read."""
    found: dict[str, frozenset[str]] = {}
    for family, definitions in families.items():
        its = yield from images(definitions)
        if its is not None:
            found[family] = its
    return found


def _first(runs: _Images) -> str:
    """Of an application's families the one with the most images has the others' too.

    A family that runs nothing but another's images is of the same application: its release, its console.
    """
    return max(runs, key=lambda family: len(runs[family]), default="")


def _needs(definitions: Sequence[Resource]) -> Generator[Problem, None, frozenset[str] | None]:
    """The repositories, and the secrets, parameters and files, that tasks need to start: their ARNs."""
    pulled = yield from repositories(definitions)
    # The containers' problems are the same, and were told.
    read = None if pulled is None else (yield from reads(definitions))
    return None if pulled is None or read is None else pulled | {it.arn for it in read}


def one_role_for_both(stack: Stack, _options: Options) -> Iterator[Problem]:
    """A role, in the stack or outside, that is one task's own and also the agent's."""
    tasks = stack.once(Tasks)
    for name in (TASK_ROLE, EXECUTION_ROLE):
        yield from tasks.lost(name)
    agents = tasks.by_role(EXECUTION_ROLE)
    for key, definitions in tasks.by_role(TASK_ROLE).items():
        for definition in definitions if key in agents else ():
            role = stack.by_urn(key)
            name = role_name(role) if role else key
            message = f"the task role {name} is also the execution role of {agents[key][0].name}"
            yield Problem(resource=definition, path=TASK_ROLE, message=message)


ONE_ROLE_FOR_BOTH = Rule(
    id="iam.one-role-for-both",
    title="Task role and execution role are two roles",
    severity=Severity.HIGH,
    why="One role for both gives the application the agent's pull and every secret that the agent reads.",
    fix="Create a role of its own for each, and name them in taskRoleArn and executionRoleArn.",
    stack=one_role_for_both,
)

SHARED_BY_FAMILIES = Rule(
    id="role.shared-by-families",
    title="Each application's tasks have roles of their own",
    severity=Severity.MEDIUM,
    why="A shared role has what any of its tasks needs, so each may do what only another should. A family "
    "that runs another's images only, and reads no other secrets, is of the same application (its release, "
    "its console), and an execution role whose tasks all need the same gives none of them more.",
    fix="Create a role for each application and name it in task_role_arn (or execution_role_arn).",
    stack=shared_by_families,
)

RULES = (ONE_ROLE_FOR_BOTH, SHARED_BY_FAMILIES)

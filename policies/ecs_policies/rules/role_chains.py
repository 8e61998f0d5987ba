"""Rules about task roles that get hold of other roles."""

from collections.abc import Iterator

from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.chains import Chain, Chains, more
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.permissions import Grant, listed
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.tasks import TASK_ROLE, Tasks, is_outside
from ecs_policies.reading.values import Unreadable


def chains_to_more(stack: Stack, options: Options) -> Iterator[Problem]:
    """Roles that a task role may pass or assume, directly or by others, and that may do more than it."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    for role, _ in tasks.having(TASK_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        places: dict[tuple[str, str], tuple[Grant, list[str], list[str]]] = {}
        for chain in stack.once(Chains).of(role):
            there = stack.once(Roles).permissions(chain.end)
            grant = chain.grant
            _, found, unsure = places.setdefault((grant.source.urn, grant.path), (grant, [], []))
            if beyond := more(there, permissions):
                found.append(f"{_way(chain)}, which may call {beyond}")
            elif there.unreadable:
                unsure.append(_way(chain))
        for grant, found, unsure in places.values():
            yield from _told(grant, role, found, unsure)
        for grant, arn in stack.once(Chains).outside(role):
            if arn not in options.outside_roles:
                yield unverifiable(grant.source, f"{grant.path}.Resource[{arn}]", is_outside(arn))


def _told(grant: Grant, role: Resource, found: list[str], unsure: list[str]) -> Iterator[Problem]:
    if found:
        message = f"the task role {role_name(role)} gets hold of {listed(found)}"
        yield Problem(resource=grant.source, path=grant.path, message=message)
    elif unsure:
        reason = Unreadable(f"what {listed(unsure)} may do: a policy of it can't be read")
        yield unverifiable(grant.source, grant.path, reason)


def _way(chain: Chain) -> str:
    return " and so ".join(role_name(it) for it in chain.way)


CHAIN_TO_MORE = Rule(
    id="role.chain-to-more",
    title="A task role passes and assumes no role that may do more than itself",
    severity=Severity.HIGH,
    why="Whoever takes the application over starts something with the other role, or becomes it, and has its "
    "permissions as well.",
    fix="Take iam:PassRole or sts:AssumeRole on it from the task role, or let another service with a narrow "
    "interface (a queue, a schedule) do the work.",
    options=("outside_roles",),
    stack=chains_to_more,
)

RULES = (CHAIN_TO_MORE,)

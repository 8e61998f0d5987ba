"""What belongs together: task definitions, their two roles, and the services that run them."""

from collections.abc import Iterator, Mapping, Sequence

from ecs_policies.kinds import ROLE, SERVICE, TASK_DEFINITION
from ecs_policies.model import Problem, Resource, Stack, arn_tail
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, text

TASK_ROLE, EXECUTION_ROLE = "taskRoleArn", "executionRoleArn"
"""The properties of a task definition that name its roles."""

TASK_DEFINITION_OF = "taskDefinition"
"""The property of a service that names its task definition, by ARN, family or family and revision."""


def is_outside(arn: str) -> Unreadable:
    """Why a role can't be looked into, and the way out."""
    return Unreadable(
        f"the role {arn} isn't part of the stack; list it in outside_roles if it's judged elsewhere"
    )


class Tasks:
    """All of a stack's task definitions with their roles and services."""

    def __init__(self, stack: Stack) -> None:
        self.definitions = stack.of_type(TASK_DEFINITION)
        self._stack = stack
        self._roles = {
            (it.urn, name): resolve(stack, it, name, (ROLE,))
            for it in self.definitions
            for name in (TASK_ROLE, EXECUTION_ROLE)
        }
        self._by_role = {name: self._definitions_by_role(name) for name in (TASK_ROLE, EXECUTION_ROLE)}
        self._by_family = self._definitions_by_family()
        self._services = self._services_by_definition()

    def role(self, definition: Resource, name: str) -> References:
        """The role that a task definition names in `TASK_ROLE` or `EXECUTION_ROLE`."""
        return self._roles[definition.urn, name]

    def having(self, name: str) -> Iterator[tuple[Resource, Sequence[Resource]]]:
        """Each role of the stack that is named in this property, with the task definitions that do."""
        for key, definitions in self._by_role[name].items():
            role = self._stack.by_urn(key)
            if role is not None:
                yield role, definitions

    def by_role(self, name: str) -> Mapping[str, Sequence[Resource]]:
        """The task definitions by the role that they name: its URN, or what names one outside the stack."""
        return self._by_role[name]

    def lost(self, name: str) -> Iterator[Problem]:
        """A problem for each role that can't be told.

        A role that stands outside the stack is told by its ARN and judged where it is made; that it can't be
        looked into here is for `outside` to say.
        """
        for it in self.definitions:
            if self.role(it, name).lost:
                yield unverifiable(it, name, Unreadable(f"which role it is: {IS_UNKNOWN}"))

    def outside(self, name: str, accepted: frozenset[str]) -> Iterator[Problem]:
        """A problem for each role that stands outside the stack and whose ARN isn't among the accepted."""
        for it in self.definitions:
            for arn in self.role(it, name).outside:
                if arn not in accepted:
                    yield unverifiable(it, name, is_outside(arn))

    def services(self, definition: Resource) -> Sequence[Resource]:
        """The services that run the task definition."""
        return self._services.get(definition.urn, ())

    def definition(self, service: Resource) -> References:
        """The task definition that a service runs."""
        found = resolve(self._stack, service, TASK_DEFINITION_OF, (TASK_DEFINITION,))
        by_family = {it: self._by_family.get(arn_tail(it).partition(":")[0], ()) for it in found.outside}
        return References(
            found=(*found.found, *(it for family in by_family.values() for it in family)),
            outside=tuple(name for name, family in by_family.items() if not family),
            lost=found.lost,
        )

    def _definitions_by_role(self, name: str) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for it in self.definitions:
            for key in sorted(self.role(it, name).keys):
                found.setdefault(key, []).append(it)
        return found

    def _definitions_by_family(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for it in self.definitions:
            if family := text(it.properties.get("family")):
                found.setdefault(family, []).append(it)
        return found

    def _services_by_definition(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for service in self._stack.of_type(SERVICE):
            for it in self.definition(service).found:
                found.setdefault(it.urn, []).append(service)
        return found

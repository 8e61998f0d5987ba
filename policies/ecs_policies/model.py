"""What rules read (resources and their references) and what they report (findings)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final, TypeAlias, Union


class Unknown(Enum):
    """The type of `UNKNOWN`, which stands where a value can't be known before deployment."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

# A union as an object, so that annotations can join it with `|` at run time.
Value: TypeAlias = Union[bool, int, float, str, Unknown, Mapping[str, "Value"], Sequence["Value"], None]  # noqa: UP007


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of a program, by pulumi_aws's type token and camel-case property names.

    `property_dependencies` says which resources (URNs) the value of a property was made from; it's how a
    reference is followed while its value is unknown. A property that is absent was not set.
    """

    type: str
    urn: str
    properties: Mapping[str, Value]
    parent: str | None = None
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rpartition("::")[2]


class Stack:
    """All the resources of a program."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these types, in the order of `types`, then of registration."""
        return tuple(resource for it in types for resource in self._by_type.get(it, ()))

    def by_urn(self, urn: str) -> Resource | None:
        """The resource of that URN, if the stack has it."""
        return self._by_urn.get(urn)

    @cached_property
    def _by_type(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return found

    @cached_property
    def _by_urn(self) -> Mapping[str, Resource]:
        return {resource.urn: resource for resource in self.resources}

    def named(self, value: str, types: Iterable[str]) -> list[Resource]:
        """The resources of these types with that id, ARN or name, or whose name ends the ARN given."""
        wanted = frozenset(types)
        found = {it.urn: it for key in {value, arn_tail(value)} for it in self._by_name.get(key, ())}
        return [it for it in found.values() if it.type in wanted]

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            names = {
                it for key in ("id", "arn", "name") if isinstance(it := resource.properties.get(key), str)
            }
            for name in names | {arn_tail(it) for it in names}:
                found.setdefault(name, []).append(resource)
        return found


def arn_tail(value: str) -> str:
    """The name that ends an ARN; texts that are none, and ARNs of AWS's own policies, stay whole."""
    if not value.startswith("arn:") or ":aws:policy/" in value:
        return value
    return value.rpartition("/")[2]


class Severity(Enum):
    """How bad a violation is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a rule's function yields: where, and what is wrong there. Never a secret's value.

    `unverifiable` marks that the rule couldn't judge (a value unknown or malformed), which is not a pass.
    """

    resource: Resource
    path: str
    message: str
    unverifiable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem with the rule's part: its stable id, why it matters and how to fix it."""

    rule: str
    severity: Severity
    resource: str
    path: str
    message: str
    why: str
    fix: str
    unverifiable: bool

    @property
    def text(self) -> str:
        """The finding for a person: what, where, why and the fix."""
        kind = "can't be judged: " if self.unverifiable else ""
        return f"{self.path}: {kind}{self.message}\nwhy: {self.why}\nfix: {self.fix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a pack's config can relax, each empty by default.

    `outside_roles`: ARNs of roles that no resource of the stack creates and that are judged elsewhere.
    `extra_repositories`: ARNs of ECR repositories that an execution role may pull besides its tasks' images.
    `pulling_roles`: names of further roles that may pull images.
    """

    outside_roles: frozenset[str] = frozenset()
    extra_repositories: frozenset[str] = frozenset()
    pulling_roles: frozenset[str] = frozenset()


ResourceJudge: TypeAlias = Callable[[Resource], Iterator[Problem]]
StackJudge: TypeAlias = Callable[[Stack, Options], Iterator[Problem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A judgement with a stable id.

    Exactly one of `resource` and `stack` is set. A rule that needs one resource alone is judged before the
    engine creates it; one that follows references needs the whole stack. `options` names the fields of
    `Options` that it reads. `mappings` are the same demand elsewhere ("AWS Security Hub FSBP ECS.8").
    """

    id: str
    title: str
    severity: Severity
    why: str
    fix: str
    mappings: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    resource: ResourceJudge | None = None
    stack: StackJudge | None = None

    def judge(self, stack: Stack, options: Options | None = None) -> list[Finding]:
        """Every finding of this rule in the stack."""
        if self.stack:
            return [self._finding(it) for it in self.stack(stack, options or Options())]
        return [finding for resource in stack.resources for finding in self.judge_resource(resource)]

    def judge_resource(self, resource: Resource) -> list[Finding]:
        """Every finding of a rule of one resource; none for a type it doesn't read."""
        if self.resource is None or resource.type not in self.types:
            return []
        return [self._finding(it) for it in self.resource(resource)]

    def _finding(self, problem: Problem) -> Finding:
        return Finding(
            rule=self.id,
            severity=self.severity,
            resource=problem.resource.urn,
            path=problem.path,
            message=problem.message,
            why=self.why,
            fix=self.fix,
            unverifiable=problem.unverifiable,
        )

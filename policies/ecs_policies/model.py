"""What rules read (resources and their references) and what they report (findings)."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Final, TypeAlias, TypeVar, Union, cast

from ecs_policies.kinds import canonical

T = TypeVar("T")


class Unknown(Enum):
    """The type of `UNKNOWN`, which stands where a value can't be known before deployment."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

# A union as an object, so that annotations can join it with `|` at run time.
Value: TypeAlias = Union[bool, int, float, str, Unknown, Mapping[str, "Value"], Sequence["Value"], None]  # noqa: UP007


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where in the program a resource was registered: a path relative to the program, a line from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of a program, by pulumi_aws's type token and camel-case property names.

    `properties` are what the program set: a property that is absent was not set. `property_dependencies`
    says which resources (URNs) the value of a property was made from; it's how a reference is followed while
    its value is unknown. `identity` is what a reference to this resource may hold once it exists (id, ARN,
    name).
    """

    type: str
    urn: str
    properties: Mapping[str, Value]
    parent: str | None = None
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    identity: frozenset[str] = frozenset()
    source: Source | None = None

    @property
    def kind(self) -> str:
        """The type in its one spelling (`ecs_policies.kinds`)."""
        return canonical(self.type)

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rpartition("::")[2]


class Stack:
    """All the resources of a program, in the order of their URNs."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        # Registration has no order of its own: each door, and each run of the engine, sees another.
        self.resources = tuple(sorted(resources, key=lambda it: it.urn))
        self._made: dict[Callable[[Stack], Any], Any] = {}

    def once(self, make: Callable[["Stack"], T]) -> T:
        """What `make` makes of this stack, made once however many rules ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(T, self._made[make])

    def of_type(self, *kinds: str) -> tuple[Resource, ...]:
        """The resources of these kinds, in the order of `kinds`, then of their URNs."""
        return tuple(resource for it in kinds for resource in self._by_kind.get(it, ()))

    def by_urn(self, urn: str) -> Resource | None:
        """The resource of that URN, if the stack has it."""
        return self._by_urn.get(urn)

    @cached_property
    def _by_kind(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.kind, []).append(resource)
        return found

    @cached_property
    def _by_urn(self) -> Mapping[str, Resource]:
        return {resource.urn: resource for resource in self.resources}

    def named(self, value: str, kinds: Iterable[str]) -> list[Resource]:
        """The resources of these kinds with that id, ARN or name, or whose name ends the ARN given."""
        wanted = frozenset(kinds)
        found = {it.urn: it for key in {value, arn_tail(value)} for it in self._by_name.get(key, ())}
        return [it for it in found.values() if it.kind in wanted]

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            names = {
                it for key in ("id", "arn", "name") if isinstance(it := resource.properties.get(key), str)
            } | resource.identity
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


class Level(Enum):
    """What a finding does: it stops a deployment and fails the gate, or is only shown."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a rule's function yields: where, and what is wrong there. Never a secret's value.

    `unverifiable` marks that the rule couldn't judge (a value unknown or malformed), which is not a pass.
    `path` names the place as exactly as it can, since an exemption holds for one place.
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
    level: Level
    resource: str
    path: str
    message: str
    why: str
    fix: str
    unverifiable: bool
    source: Source | None = None

    @property
    def claim(self) -> str:
        """Where, and what is wrong there."""
        kind = "can't be judged: " if self.unverifiable else ""
        return f"{self.path}: {kind}{self.message}"

    @property
    def text(self) -> str:
        """The finding for a person: the claim, why it matters, the fix, and what an exemption names it by."""
        return f"{self.claim}\nwhy: {self.why}\nfix: {self.fix}\nfingerprint: {self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """Names the finding in every environment: rule, resource without its stack, path."""
        place = "::".join(self.resource.split("::")[2:]) or self.resource
        text = "\n".join((self.rule, place, self.path))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


# ECR's hosts in all partitions (Amazon ECR User Guide, "Amazon ECR private registry", "endpoints").
_REGISTRIES = (
    "*.dkr.ecr.*.amazonaws.com",
    "*.dkr.ecr-fips.*.amazonaws.com",
    "*.dkr.ecr.*.amazonaws.com.cn",
    "*.dkr-ecr.*.on.aws",
    "public.ecr.aws",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a pack's config can change of the rules, with the defaults that hold at every door.

    Each field is a key in the config of the rules that read it (`Rule.options`); its schema is in
    `ecs_policies.config`.
    """

    outside_roles: frozenset[str] = frozenset()
    extra_repositories: frozenset[str] = frozenset()
    pulling_roles: frozenset[str] = frozenset()
    allowed_registries: frozenset[str] = frozenset(_REGISTRIES)
    public_ports: frozenset[int] = frozenset({80, 443})
    required_tags: frozenset[str] = frozenset()
    boundary_arn: str = ""
    maximum_retention_days: int = 3653
    customer_keys: frozenset[str] = frozenset({"sns"})


ResourceJudge: TypeAlias = Callable[[Resource, Options], Iterator[Problem]]
StackJudge: TypeAlias = Callable[[Stack, Options], Iterator[Problem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A judgement with a stable id.

    Exactly one of `resource` and `stack` is set. A rule that needs one resource alone is judged before the
    engine creates it; one that follows references needs the whole stack. `types` are the kinds that a rule of
    one resource reads. `options` names the fields of `Options` that it reads. `mappings` are the same demand
    elsewhere ("AWS Security Hub FSBP ECS.8").
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

    @property
    def level(self) -> Level:
        """What its findings do unless the pack's config says otherwise."""
        return Level.ADVISORY if self.severity is Severity.LOW else Level.MANDATORY

    def judge(
        self, stack: Stack, options: Options | None = None, level: Level | None = None
    ) -> list[Finding]:
        """Every finding of this rule in the stack."""
        if self.stack:
            return [self.finding(it, level) for it in self.stack(stack, options or Options())]
        found = (self.judge_resource(it, options, level) for it in stack.of_type(*sorted(self.types)))
        return [finding for each in found for finding in each]

    def judge_resource(
        self, resource: Resource, options: Options | None = None, level: Level | None = None
    ) -> list[Finding]:
        """Every finding of a rule of one resource; none for a kind it doesn't read."""
        if self.resource is None or resource.kind not in self.types:
            return []
        return [self.finding(it, level) for it in self.resource(resource, options or Options())]

    def finding(self, problem: Problem, level: Level | None = None) -> Finding:
        """A problem as this rule's finding."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            level=level or self.level,
            resource=problem.resource.urn,
            path=problem.path,
            message=problem.message,
            why=self.why,
            fix=self.fix,
            unverifiable=problem.unverifiable,
            source=problem.resource.source,
        )

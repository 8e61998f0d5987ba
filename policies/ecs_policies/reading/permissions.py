"""A role's statements taken together: what it may call on what, in the end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecs_policies.model import Problem, Resource
from ecs_policies.reading.actions import is_every_action, is_every_resource, matches
from ecs_policies.reading.documents import Statement
from ecs_policies.reading.managed import ManagedPolicy
from ecs_policies.reading.patterns import arn_covers, arn_overlap, covers

# One action of each of some services, all of them destructive: who may call one of them by a statement about
# every service is as good as an administrator.
_TELLTALES = ("dynamodb:DeleteTable", "ec2:TerminateInstances", "iam:AttachRolePolicy", "s3:DeleteBucket")

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A statement that applies to a role, and where in the program it is written.

    `of_aws` marks a statement of an AWS-managed policy: the place is the one that attaches it.
    """

    statement: Statement
    source: Resource
    path: str
    of_aws: bool = False

    @property
    def everything(self) -> bool:
        """Whether it allows every action, or all but some, on every resource."""
        return self.statement.allow and is_of_everything(self.statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """One of AWS's own policies on a role, and the place that attaches it."""

    policy: ManagedPolicy
    source: Resource
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """One action that a grant allows on one pattern of ARNs."""

    grant: Grant
    action: str
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """All of a role's identity-based statements; `unreadable` is what couldn't be read of them.

    `managed` are the AWS-managed policies among them, whose statements are known only in part.
    """

    grants: tuple[Grant, ...]
    managed: tuple[Managed, ...] = ()
    unreadable: tuple[Problem, ...] = ()

    def patterns(self, action: str, kind: str) -> Iterator[tuple[Grant, str]]:
        """Each grant of the action and each resource pattern of it that reaches ARNs of that kind.

        Taken off is what an unconditional Deny covers (IAM User Guide, "Policy evaluation logic").
        A condition of an Allow, a boundary or an organization's policy isn't: what it leaves isn't known.
        """
        denials = [
            it.statement for it in self.grants if not it.statement.allow and not it.statement.conditions
        ]
        for grant in self.grants:
            if not grant.statement.allow or not acts(grant.statement, action):
                continue
            for pattern in grant.statement.resources or ("*",):
                reach = kind if arn_covers(pattern, kind) else pattern
                if arn_overlap(pattern, kind) and not any(_denies(it, action, reach) for it in denials):
                    yield grant, pattern

    def may(self, action: str, arn: str = "*") -> bool:
        """Whether some grant lets the action be called on that ARN, or on something that it stands for.

        For an action that takes no resource, "*" has to be allowed as such.
        """
        found = (pattern for _, pattern in self.patterns(action, arn))
        return any(covers(it, "*") for it in found) if arn == "*" else any(found)

    def all_of(self, actions: Iterable[str], kind: str) -> Iterator[Granted]:
        """`patterns` of several actions."""
        for action in actions:
            for grant, pattern in self.patterns(action, kind):
                yield Granted(grant=grant, action=action, pattern=pattern)

    def everything(self) -> Iterator[Grant]:
        """The grants of actions of every service on every resource that no Deny takes back."""
        left = {id(grant) for action in _TELLTALES for grant, _ in self.patterns(action, "*")}
        for grant in self.grants:
            if grant.everything and id(grant) in left:
                yield grant


def is_of_everything(statement: Statement) -> bool:
    """Whether the statement is about every action, or all but some, on every resource, or all but some."""
    actions = bool(statement.not_actions) or any(map(is_every_action, statement.actions))
    return actions and (bool(statement.not_resources) or any(map(is_every_resource, statement.resources)))


def acts(statement: Statement, action: str) -> bool:
    """Whether the statement is about the action."""
    if statement.actions:
        return any(matches(it, action) for it in statement.actions)
    return not any(matches(it, action) for it in statement.not_actions)


def _denies(denial: Statement, action: str, reach: str) -> bool:
    if not acts(denial, action):
        return False
    reach = _any_partition(reach)
    if denial.resources:
        return any(arn_covers(_any_partition(it), reach) for it in denial.resources)
    return not any(arn_overlap(_any_partition(it), reach) for it in denial.not_resources)


def _any_partition(pattern: str) -> str:
    """The pattern for all partitions: an account is in one only, so a Deny of that one is complete."""
    parts = pattern.split(":", 2)
    return f"arn:*:{parts[2]}" if len(parts) == 3 and parts[0] == "arn" else pattern


def told(granted: Iterable[Granted], who: str, end: str = "") -> Iterator[Problem]:
    """One problem for each place in the program, with all that it grants there: "who may call … on …"."""
    places: dict[tuple[str, str], list[Granted]] = {}
    for it in granted:
        places.setdefault((it.grant.source.urn, it.grant.path), []).append(it)
    for here in places.values():
        grant = here[0].grant
        actions, patterns = listed(it.action for it in here), listed(it.pattern for it in here)
        message = f"{who} may call {actions} on {patterns}{end}"
        yield Problem(resource=grant.source, path=grant.path, message=message)


def listed(names: Iterable[str]) -> str:
    """Without repetition, in order, the first few."""
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct[:_SHOWN]) + (", …" if len(distinct) > _SHOWN else "")

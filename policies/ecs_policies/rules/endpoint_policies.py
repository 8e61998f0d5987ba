"""Whom VPC endpoints let through: by their policies, which narrow what credentials may do by that way."""

from collections.abc import Iterator

from ecs_policies.kinds import VPC_ENDPOINT_POLICY
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.conditions import demands, is_exact, is_named
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.endpoints import Endpoints
from ecs_policies.reading.values import Unreadable

# Condition keys that say whose the caller or the resource is.
_OWNERS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "s3:resourceaccount",
    }
)
_NEGATED = ("arnnotequals", "arnnotlike", "stringnotequals", "stringnotequalsignorecase", "stringnotlike")


def open_policies(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Endpoints that let anyone's credentials through to anyone's resources.

    AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies": by default all pass.
    """
    endpoints = stack.once(Endpoints)
    for it in endpoints.all:
        if it.service != "" and (it.is_gateway or it.is_interface):
            for holder in endpoints.companions(it, VPC_ENDPOINT_POLICY) or (it.resource,):
                yield from _open_policy(holder, unsure=VPC_ENDPOINT_POLICY in endpoints.strays)


def _open_policy(holder: Resource, *, unsure: bool) -> Iterator[Problem]:
    """What is wrong with a policy; `unsure` says that one more may be for this endpoint."""
    value = holder.properties.get("policy")
    if value in (None, ""):
        message = "by the default policy anyone's credentials may do anything through the endpoint"
        yield Problem(resource=holder, path="policy", message=message, unverifiable=unsure)
        return
    content = read(value)
    if isinstance(content, Unreadable):
        yield unverifiable(holder, "policy", content)
    elif not any(map(_refuses_others, content)):
        for it in content:
            if it.allow and not _names_its_own(it):
                message = "it names neither callers nor resources, nor whose they are"
                yield Problem(resource=holder, path=f"policy.{it.path}", message=message)


def _names_its_own(statement: Statement) -> bool:
    """Whether a statement is for certain callers, or for resources of certain owners."""
    callers = [value for _, value in statement.principals]
    named = bool(callers) and not statement.not_principals and all(map(is_named, callers))
    owned = bool(statement.resources) and all(map(_is_owned, statement.resources))
    return named or owned or demands(statement, _OWNERS.__contains__)


def _is_owned(arn: str) -> bool:
    """Whether an ARN is of a certain account, or of certain buckets, whose ARNs have no account."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return False
    _, _, service, _, account, name = parts
    return is_named(name.partition("/")[0]) if service == "s3" else is_exact(account)


def _refuses_others(statement: Statement) -> bool:
    """Whether a statement denies everything to, or of, others than certain owners."""
    everything = "*" in statement.actions and "*" in statement.resources
    others = any(
        it.operator.lower().removesuffix("ifexists") in _NEGATED and it.key.lower() in _OWNERS
        for it in statement.conditions
    )
    return not statement.allow and everything and others


OPEN_POLICY = Rule(
    id="endpoint.open-policy",
    title="A VPC endpoint is for its own account's callers or resources",
    severity=Severity.LOW,
    why="Whoever takes a task over could send its data to an account of theirs, by credentials of theirs.",
    fix="Set policy: each Allow for named resources, or with a Condition on aws:PrincipalAccount or "
    "aws:ResourceAccount.",
    stack=open_policies,
)

RULES = (OPEN_POLICY,)

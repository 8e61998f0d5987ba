"""What a resource's own policy says about everyone: whom it lets in, and what it refuses without TLS."""

import re
from collections.abc import Iterable, Iterator

from ecs_policies.reading.conditions import demands
from ecs_policies.reading.documents import Condition, Statement
from ecs_policies.reading.patterns import covers, has_wildcard

# Keys that say who calls, or on whose behalf, or from where. Amazon S3 User Guide, "The meaning of public";
# IAM User Guide, "AWS global condition context keys".
_CALLER_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
_WITHOUT_TLS = frozenset({"bool", "boolifexists", "stringequals"})


def lets_everyone_in(statement: Statement) -> bool:
    """Whether it allows something to anybody in AWS, or to anybody at all."""
    open_ = statement.allow and _is_for_everyone(statement)
    return open_ and not demands(statement, _CALLER_KEYS.__contains__, _is_somebody)


def refused_without_tls(statements: Iterable[Statement], action: str) -> Iterator[str]:
    """The resource patterns on which `action` is denied to everyone who calls by plain HTTP.

    `action` may be a pattern ("s3:*"), all of which has to be denied.
    """
    for it in statements:
        acts = any(covers(pattern.lower(), action.lower()) for pattern in it.actions)
        if not it.allow and acts and _is_for_everyone(it) and _is_without_tls(it.conditions):
            yield from it.resources


def _is_for_everyone(statement: Statement) -> bool:
    if statement.not_principals:
        # Allowed but to those named; a Deny leaves them out, and so isn't for everyone.
        return statement.allow
    return any(name == "*" for _, name in statement.principals)


def _is_without_tls(conditions: tuple[Condition, ...]) -> bool:
    """A second test would let some requests pass, as all of them have to hold."""
    if len(conditions) != 1:
        return False
    test = conditions[0]
    values = tuple(it.lower() for it in test.values)
    return (
        test.operator.lower() in _WITHOUT_TLS
        and test.key.lower() == "aws:securetransport"
        and values == ("false",)
    )


def _is_somebody(value: str) -> bool:
    """Whether a condition's value stands for particular callers: an account, an organization, a network."""
    fields = value.split(":", 5)
    if fields[0] == "arn" and len(fields) == 6:
        account, name = fields[4:]
        # Names of buckets are unique in all of AWS, and their ARNs have no account.
        bucket = name.partition("/")[0] if fields[2] == "s3" else ""
        return account.isdigit() or bool(bucket and bucket != "accesspoint" and not has_wildcard(bucket))
    if value.endswith("/0"):
        return False
    return bool(value) and not has_wildcard(re.split("[:/]", value)[0])

"""What a statement's conditions hold it to.

IAM User Guide, "IAM JSON policy elements: Condition operators". All conditions of a statement must hold, so
one that narrows is enough.
"""

import re
from collections.abc import Callable

from ecs_policies.reading.documents import Condition, Statement
from ecs_policies.reading.patterns import has_wildcard

# One that ends in IfExists, or begins with ForAllValues, holds for a request without the key too.
_DEMANDING = frozenset(
    {"arnequals", "arnlike", "bool", "ipaddress", "stringequals", "stringequalsignorecase", "stringlike"}
)

# Keys that choose which resources are meant, where the ARN can't: the key by its alias or by the service that
# uses it, what a new network interface is for, which service-linked role, which policy may be attached.
_CHOOSING_KEYS = frozenset(
    {
        "ec2:authorizedservice",
        "ec2:createaction",
        "ec2:subnet",
        "ec2:vpc",
        "ecs:cluster",
        "iam:awsservicename",
        "iam:permissionsboundary",
        "iam:policyarn",
        "kms:grantisforawsresource",
        "kms:requestalias",
        "kms:resourcealiases",
        "kms:viaservice",
    }
)
_CHOOSING_PARTS = (":existingobjecttag/", ":requesttag/", ":resourcetag/", "kms:encryptioncontext:")

_SOURCE_KEYS = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})


def is_named(value: str) -> bool:
    """Whether a value says something: it isn't made of wildcards alone."""
    return bool(value.strip("*?"))


def is_exact(value: str) -> bool:
    """Whether a value stands for itself only."""
    return bool(value) and not has_wildcard(value)


def demands(
    statement: Statement, is_key: Callable[[str], bool], is_good: Callable[[str], bool] = is_named
) -> bool:
    """Whether a condition demands a value for such a key, and takes good values only.

    `is_key` gets the key in lower case.
    """
    return any(
        _is_demanding(it) and is_key(it.key.lower()) and bool(it.values) and all(map(is_good, it.values))
        for it in statement.conditions
    )


def chooses_resources(statement: Statement) -> bool:
    """Whether a condition picks resources by tag, alias or the like, so that a wildcard isn't every one."""
    return demands(
        statement, lambda key: key in _CHOOSING_KEYS or any(it in key for it in _CHOOSING_PARTS), _is_chosen
    )


def names_its_source(statement: Statement) -> bool:
    """Whether a service has to act for a certain account or organization, or for a resource of one.

    IAM User Guide, "The confused deputy problem".
    """
    return demands(statement, _SOURCE_KEYS.__contains__, _is_of_an_account)


def _is_demanding(condition: Condition) -> bool:
    return re.sub("^foranyvalue:", "", condition.operator.lower()) in _DEMANDING


def _is_chosen(value: str) -> bool:
    return is_named(value) and value != "false"


def _is_of_an_account(value: str) -> bool:
    if not value.startswith("arn:"):
        return is_named(value)
    parts = [*value.split(":", 5), *[""] * 5]
    # A bucket's name is unique in all of AWS, and its ARN has no account.
    return is_named(parts[5]) if parts[2] == "s3" else is_exact(parts[4])

"""Whether IAM would let a call pass: the part of its evaluation that this program's documents need.

IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Values = Mapping[str, str | tuple[str, ...]]
_NONE: Values = {}


def allows(documents: Iterable[str], action: str, arn: str = "*", values: Values = _NONE) -> bool:
    """Whether the documents together allow the action on the ARN, when its request has these values of keys.

    Only Allow statements are known; another kind fails.
    """
    statements = [it for document in documents for it in json.loads(document)["Statement"]]
    assert {it["Effect"] for it in statements} == {"Allow"}
    return any(_applies(it, action, arn, values) for it in statements)


def allowed_somewhere(documents: Iterable[str], action: str) -> bool:
    """Whether the action is allowed on anything, under any condition."""
    statements = [it for document in documents for it in json.loads(document)["Statement"]]
    return any(_is_about(it, action) for it in statements)


def _is_about(statement: Mapping[str, Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), it.lower()) for it in statement["Action"])


def _applies(statement: Mapping[str, Any], action: str, arn: str, values: Values) -> bool:
    return (
        _is_about(statement, action)
        and any(fnmatchcase(arn, it) for it in statement["Resource"])
        and all(
            _holds(operator, values.get(key), expected if isinstance(expected, list) else [expected])
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def _holds(operator: str, found: str | tuple[str, ...] | None, expected: list[str]) -> bool:
    one_of_many = operator.startswith("ForAnyValue:")
    match operator.removeprefix("ForAnyValue:"):
        case "Null":
            return (found is None) == (expected == ["true"])
        case "StringEquals" | "ArnEquals":
            fits = expected.__contains__
        case "StringLike" | "ArnLike":

            def fits(value: str) -> bool:
                return any(fnmatchcase(value, it) for it in expected)
        case _:
            raise NotImplementedError(operator)
    if found is None:
        return False
    if isinstance(found, str):
        return fits(found)
    assert one_of_many, f"{operator} of a key with several values"
    return any(map(fits, found))

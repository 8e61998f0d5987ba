"""Makes the pack's table of AWS-managed policies from the full copy that the embedded AWS carries.

`python tests/policies/managed_table.py` writes it anew.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, cast

from ecs_policies.reading.actions import expand, is_star, resource_kinds
from ecs_policies.reading.managed import KEPT
from ecs_policies.reading.patterns import covers, has_wildcard
from moto.iam.aws_managed_policies import aws_managed_policies_data

TABLE = Path(__file__).parents[2] / "policies" / "ecs_policies" / "reading" / "managed_policies.json"

# Only AWS attaches these, to roles that it makes itself.
_OF_SERVICES = "/aws-service-role/"
_SHOWN = 3
_KEPT = frozenset(KEPT)


def table() -> dict[str, dict[str, Any]]:
    """Each policy's path and name with what it says about the actions that rules ask for, and examples of
    the rest. An empty part is left out."""
    policies = json.loads(aws_managed_policies_data)
    return {
        it["Path"][1:] + name: _entry(_listed(it["Document"]["Statement"]))
        for name, it in policies.items()
        if it["Path"] != _OF_SERVICES
    }


def rendered() -> str:
    """One line for each policy, so that a change of AWS's shows as one."""
    lines = (f"{json.dumps(name)}: {json.dumps(it, sort_keys=True)}" for name, it in sorted(table().items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _entry(statements: list[dict[str, Any]]) -> dict[str, Any]:
    allowed = [it for it in statements if it["Effect"] == "Allow" and "Action" in it]
    entry = {
        "says": [it for it in map(_reduced, statements) if it],
        "others": _first(_others(allowed)),
        "wide": _first(_wide(allowed)),
    }
    return {key: it for key, it in entry.items() if it}


def _reduced(statement: dict[str, Any]) -> dict[str, Any] | None:
    statement = {key: it for key, it in statement.items() if key != "Sid"}
    if "NotAction" in statement:
        return statement if len(_kept(statement["NotAction"])) < len(KEPT) else None
    actions = _kept(statement["Action"])
    return {**statement, "Action": actions} if actions else None


def _kept(actions: str | list[str]) -> list[str]:
    """What patterns say about the kept actions: "*" as it stands, others by the actions they name."""
    patterns = _listed(actions)
    if "*" in patterns:
        return ["*"]
    return [it for it in KEPT if any(covers(pattern.lower(), it.lower()) for pattern in patterns)]


def _others(allowed: list[dict[str, Any]]) -> Iterator[str]:
    """The action patterns that stand for more than kept actions; "*" is kept as it stands."""
    for statement in allowed:
        yield from (
            it for it in _listed(statement["Action"]) if it != "*" and not _KEPT.issuperset(_named(it))
        )


def _wide(allowed: list[dict[str, Any]]) -> Iterator[str]:
    """The actions allowed on every resource of a kind that they can be limited to."""
    for statement in allowed:
        resources = [it for it in _listed(statement.get("Resource", "*")) if has_wildcard(it)]
        for action in (one for it in _listed(statement["Action"]) for one in _named(it)):
            if any(is_star(it, kind) for it in resources for kind in resource_kinds(action)):
                yield action


def _named(pattern: str) -> tuple[str, ...]:
    return expand(pattern) or (pattern,)


def _first(names: Iterable[str]) -> list[str]:
    return list(islice(dict.fromkeys(names), _SHOWN))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


if __name__ == "__main__":
    TABLE.write_text(rendered(), encoding="utf-8")

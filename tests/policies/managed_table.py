"""Makes the pack's table of AWS-managed policies from the full copy that the embedded AWS carries.

`python tests/policies/managed_table.py` writes it anew.
"""

import json
from pathlib import Path
from typing import Any

from ecs_policies.reading.patterns import covers
from ecs_policies.rules.pull import PULL, TOKEN
from moto.iam.aws_managed_policies import aws_managed_policies_data

TABLE = Path(__file__).parents[2] / "policies" / "ecs_policies" / "reading" / "managed_policies.json"


def table() -> dict[str, list[Any]]:
    """Each policy's path and name with what it says about pulling images, if anything."""
    policies = json.loads(aws_managed_policies_data)
    return {it["Path"][1:] + name: _about_pulling(it["Document"]) for name, it in sorted(policies.items())}


def rendered() -> str:
    """One line for each policy, so that a change of AWS's shows as one."""
    lines = (f"{json.dumps(name)}: {json.dumps(it, sort_keys=True)}" for name, it in sorted(table().items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _about_pulling(document: dict[str, Any]) -> list[Any]:
    statements = document["Statement"]
    reduced = (_reduced(it) for it in (statements if isinstance(statements, list) else [statements]))
    return [it for it in reduced if it]


def _reduced(statement: dict[str, Any]) -> dict[str, Any] | None:
    statement = {key: it for key, it in statement.items() if key != "Sid"}
    if "NotAction" in statement:
        return statement if len(_matching(statement["NotAction"])) < len((*PULL, TOKEN)) else None
    actions = _matching(statement["Action"])
    return {**statement, "Action": actions} if actions else None


def _matching(actions: str | list[str]) -> list[str]:
    """What patterns say about the pull: "*" as it stands, others by the actions they name."""
    patterns = [actions] if isinstance(actions, str) else actions
    if "*" in patterns:
        return ["*"]
    return [it for it in (*PULL, TOKEN) if any(covers(pattern.lower(), it.lower()) for pattern in patterns)]


if __name__ == "__main__":
    TABLE.write_text(rendered(), encoding="utf-8")

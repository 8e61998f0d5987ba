"""`aws.iam.get_policy_document`, which needs no AWS: a policy as JSON, as the provider writes it.

Terraform AWS provider, "Data Source: aws_iam_policy_document".
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

_VERSION: Final = "2012-10-17"
_LISTS: Final = {
    "Action": "actions",
    "NotAction": "notActions",
    "Resource": "resources",
    "NotResource": "notResources",
}

_Statement = dict[str, Any]


class DocumentError(ValueError):
    """The arguments make no document; the text says why."""


def policy_document(args: Mapping[str, Any]) -> dict[str, Any]:
    """The invoke's answer. Raises `DocumentError` for what the provider refuses too."""
    sources = [_loaded(it) for it in (*args.get("sourcePolicyDocuments", ()), *_one(args.get("sourceJson")))]
    overrides = [
        _loaded(it) for it in (*args.get("overridePolicyDocuments", ()), *_one(args.get("overrideJson")))
    ]
    own = [_statement(it) for it in args.get("statements", ())]
    statements: list[_Statement] = []
    for it in sources:
        _refuse_twice(statements, _statements(it))
        statements.extend(_statements(it))
    for more in (own, *map(_statements, overrides)):
        _merge(statements, more)
    identifiers = [
        str(it["Id"]) for it in (*sources, {"Id": args.get("policyId")}, *overrides) if it.get("Id")
    ]
    version = max(
        str(it.get("Version") or _VERSION) for it in ({"Version": args.get("version")}, *sources, *overrides)
    )
    document = {
        "Version": version,
        **({"Id": identifiers[-1]} if identifiers else {}),
        "Statement": statements,
    }
    if not statements:
        del document["Statement"]
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return {
        "id": str(zlib.crc32(text.encode(errors="replace"))),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        "version": version,
    }


def _one(text: Any) -> list[Any]:
    return [text] if text else []


def _loaded(text: Any) -> dict[str, Any]:
    try:
        content: Any = json.loads(text) if text else {}
    except (TypeError, ValueError) as error:
        raise DocumentError(f"a source or override document isn't JSON: {error}") from None
    if not isinstance(content, dict):
        raise DocumentError("a source or override document isn't a JSON object")
    return cast("dict[str, Any]", content)


def _statements(document: Mapping[str, Any]) -> list[_Statement]:
    found: Any = document.get("Statement") or []
    return cast("list[_Statement]", found) if isinstance(found, list) else [found]


def _refuse_twice(statements: Iterable[_Statement], more: Iterable[_Statement]) -> None:
    sids = {it.get("Sid") for it in statements} - {None, ""}
    twice = next((it["Sid"] for it in more if it.get("Sid") in sids), None)
    if twice:
        raise DocumentError(f'two source documents have a statement with the sid "{twice}"')


def _merge(statements: list[_Statement], more: Iterable[_Statement]) -> None:
    """Add statements; one with the sid of another takes its place."""
    for statement in more:
        sid = statement.get("Sid")
        place = next((at for at, it in enumerate(statements) if sid and it.get("Sid") == sid), None)
        if place is None:
            statements.append(statement)
        else:
            statements[place] = statement


def _statement(given: Mapping[str, Any]) -> _Statement:
    made: _Statement = {"Sid": given["sid"]} if given.get("sid") else {}
    made["Effect"] = given.get("effect") or "Allow"
    for member, name in _LISTS.items():
        if given.get(name):
            made[member] = _few(sorted(given[name], reverse=True))
    for member, name in (("Principal", "principals"), ("NotPrincipal", "notPrincipals")):
        if given.get(name):
            made[member] = _principals(given[name])
    if given.get("conditions"):
        made["Condition"] = _conditions(given["conditions"])
    # The provider's spelling of a policy variable, since its own language interpolates ${}.
    return json.loads(json.dumps(made).replace("&{", "${"))


def _few(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _principals(given: Iterable[Mapping[str, Any]]) -> Any:
    found: dict[str, list[Any]] = {}
    for principal in given:
        found.setdefault(principal["type"], []).extend(principal["identifiers"])
    if found == {"*": ["*"]}:
        return "*"
    return {kind: _few(sorted(found[kind], reverse=True)) for kind in sorted(found)}


def _conditions(given: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, dict[str, list[Any]]] = {}
    for it in given:
        found.setdefault(it["test"], {}).setdefault(it["variable"], []).extend(it["values"])
    return {
        test: {variable: _few(values) for variable, values in sorted(variables.items())}
        for test, variables in sorted(found.items())
    }

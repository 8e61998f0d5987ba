"""aws.iam.get_policy_document: policies as JSON, written as the official provider writes them."""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Resource
from emulator.provider.operation import OperationError

Statement = dict[str, Any]
LISTS = (
    ("Action", "actions"),
    ("NotAction", "notActions"),
    ("Resource", "resources"),
    ("NotResource", "notResources"),
)


def _document(query: Query) -> Mapping[str, Any]:
    args = query.args
    sources = [*args.get("sourcePolicyDocuments", []), *_one(args.get("sourceJson"))]
    overrides = [*args.get("overridePolicyDocuments", []), *_one(args.get("overrideJson"))]
    version = args.get("version", "2012-10-17")
    merged: dict[str, Any] = {"Version": version}
    if args.get("policyId"):
        merged["Id"] = args["policyId"]
    statements: list[Statement] = []
    for text in sources:
        loaded = _loaded(text)
        merged = {**{k: v for k, v in loaded.items() if k != "Statement"}, **merged}
        _add(statements, _statements(loaded), refuse_twice=True)
    _add(statements, [_statement(s) for s in args.get("statements", [])], refuse_twice=False)
    for text in overrides:
        loaded = _loaded(text)
        merged.update({k: v for k, v in loaded.items() if k != "Statement" and v})
        _add(statements, _statements(loaded), refuse_twice=False)
    if statements:
        merged["Statement"] = statements
    order = [k for k in ("Version", "Id", "Statement") if k in merged]
    document = {k: merged[k] for k in order}
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return {
        "id": str(zlib.crc32(text.encode())),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":"), ensure_ascii=False),
        "version": version,
        "statements": [{"effect": "Allow", **s} for s in args.get("statements", [])],
    }


def _one(text: str | None) -> list[str]:
    return [text] if text else []


def _loaded(text: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = json.loads(text) if text else {}
    except ValueError as error:
        raise OperationError(f"aws.iam.get_policy_document: a document isn't JSON: {error}") from error
    return loaded


def _statements(document: Mapping[str, Any]) -> list[Statement]:
    found: list[Statement] | Statement = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _add(into: list[Statement], more: Iterable[Statement], *, refuse_twice: bool) -> None:
    """Adds statements; one with the Sid of another takes its place, unless sources may not repeat one."""
    for statement in more:
        sid = statement.get("Sid")
        index = next((i for i, s in enumerate(into) if sid and s.get("Sid") == sid), None)
        if index is None:
            into.append(statement)
        elif refuse_twice:
            raise OperationError(f"aws.iam.get_policy_document: duplicate Sid ({sid}) in source documents")
        else:
            into[index] = statement


def _statement(given: Mapping[str, Any]) -> Statement:
    made: Statement = {"Sid": given["sid"]} if given.get("sid") else {}
    made["Effect"] = given.get("effect", "Allow")
    for member, name in LISTS:
        if given.get(name):
            made[member] = _few(sorted(given[name], reverse=True))
    for member, name in (("Principal", "principals"), ("NotPrincipal", "notPrincipals")):
        if given.get(name):
            made[member] = _principals(given[name])
    if given.get("conditions"):
        made["Condition"] = _conditions(given["conditions"])
    loaded: Statement = json.loads(json.dumps(made).replace("&{", "${"))
    return loaded


def _few(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values


def _principals(given: list[Mapping[str, Any]]) -> Any:
    if any(p["type"] == "*" and p["identifiers"] == ["*"] for p in given):
        return "*"
    found: dict[str, list[str]] = {}
    for principal in given:
        found.setdefault(principal["type"], []).extend(principal["identifiers"])
    return {k: _few(sorted(v, reverse=True)) for k, v in found.items()}


def _conditions(given: list[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, dict[str, list[str]]] = {}
    for condition in given:
        values = found.setdefault(condition["test"], {}).setdefault(condition["variable"], [])
        values.extend(condition["values"])
    return {test: {k: _few(v) for k, v in variables.items()} for test, variables in found.items()}


RESOURCES: tuple[Resource, ...] = ()
INVOKES: tuple[Invoke, ...] = (
    Invoke(
        token="aws:iam/getPolicyDocument:getPolicyDocument",
        run=_document,
        uses=(
            "overrideJson",
            "overridePolicyDocuments",
            "policyId",
            "sourceJson",
            "sourcePolicyDocuments",
            "statements",
            "version",
        ),
    ),
)

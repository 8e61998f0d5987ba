"""IAM policy documents, read from whatever a program wrote.

IAM User Guide, "IAM JSON policy element reference".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ecs_policies.model import Value
from ecs_policies.reading.values import Unreadable, has_unknown, items, mapping, parsed

NO_STATEMENT = "a statement isn't an object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test of a statement's Condition: operator, key and the values, as written."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement. `path` is where it stands in its document, by its Sid if it has one; unset elements
    are empty.

    `principals` are pairs of kind (aws, service, federated, canonicaluser; "*" for everyone) and value.
    """

    path: str
    allow: bool
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: tuple[tuple[str, str], ...] = ()
    not_principals: bool = False
    conditions: tuple[Condition, ...] = field(default=())


def read(value: Value, *, of_resource: bool = False) -> tuple[Statement, ...] | Unreadable:
    """The statements of a document, given as JSON text or as an object.

    A document `of_resource` is one that a resource carries (a repository's policy): its statements may leave
    Resource out, which then means that resource. Keys are read in any case, as lists or as one value.
    """
    content = parsed(value)
    if isinstance(content, Unreadable):
        return content
    if has_unknown(content):
        return Unreadable("a part of it isn't known before deployment")
    if not isinstance(content, Mapping):
        return Unreadable("it isn't an object with statements")
    lowered = _lowered(content)
    statements = items(lowered.get("statement"))
    if not statements:
        return Unreadable("it has no statement")
    found: list[Statement] = []
    for index, it in enumerate(statements):
        statement = _statement(it, f"Statement[{index}]", of_resource=of_resource)
        if isinstance(statement, Unreadable):
            return statement
        found.append(statement)
    return tuple(found)


def _statement(value: Value, path: str, *, of_resource: bool) -> Statement | Unreadable:
    if not isinstance(value, Mapping):
        return Unreadable(NO_STATEMENT, path)
    parts = _lowered(value)
    # A document's statements may be sorted, so an index isn't the same place after the next change.
    sid = parts.get("sid")
    path = f"Statement[{sid}]" if isinstance(sid, str) and sid else path
    effect = parts.get("effect")
    if not isinstance(effect, str) or effect.lower() not in ("allow", "deny"):
        return Unreadable("its Effect is neither Allow nor Deny", path)
    lists: dict[str, tuple[str, ...]] = {}
    for key in ("action", "notaction", "resource", "notresource"):
        texts = _texts(parts.get(key))
        if texts is None:
            return Unreadable("it holds something other than text", f"{path}.{key.capitalize()}")
        lists[key] = texts
    if bool(lists["action"]) == bool(lists["notaction"]):
        return Unreadable("it needs one of Action and NotAction", path)
    if of_resource and not lists["resource"] and not lists["notresource"]:
        lists["resource"] = ("*",)
    if bool(lists["resource"]) == bool(lists["notresource"]):
        return Unreadable("it needs one of Resource and NotResource", path)
    principals = _principals(parts.get("principal"))
    conditions = _conditions(parts.get("condition"))
    if principals is None or conditions is None:
        return Unreadable("its Principal or Condition is malformed", path)
    return Statement(
        path=path,
        allow=effect.lower() == "allow",
        actions=lists["action"],
        not_actions=lists["notaction"],
        resources=lists["resource"],
        not_resources=lists["notresource"],
        principals=principals,
        not_principals="notprincipal" in parts,
        conditions=conditions,
    )


def _lowered(value: Mapping[str, Value]) -> Mapping[str, Value]:
    return {str(key).lower(): it for key, it in value.items()}


def _texts(value: Value) -> tuple[str, ...] | None:
    texts = tuple(it for it in items(value) if isinstance(it, str))
    return texts if len(texts) == len(items(value)) else None


def _principals(value: Value) -> tuple[tuple[str, str], ...] | None:
    if value is None:
        return ()
    if value == "*":
        return (("*", "*"),)
    if not isinstance(value, Mapping):
        return None
    found: list[tuple[str, str]] = []
    for kind, names in _lowered(value).items():
        texts = _texts(names)
        if texts is None:
            return None
        found.extend((kind, it) for it in texts)
    return tuple(found)


def _conditions(value: Value) -> tuple[Condition, ...] | None:
    if value is not None and not isinstance(value, Mapping):
        return None
    return tuple(_tests(mapping(value)))


def _tests(value: Mapping[str, Value]) -> Iterator[Condition]:
    for operator, keys in value.items():
        for key, values in mapping(keys).items():
            texts = tuple(str(it).lower() if isinstance(it, bool) else str(it) for it in items(values))
            yield Condition(operator=str(operator), key=str(key), values=texts)

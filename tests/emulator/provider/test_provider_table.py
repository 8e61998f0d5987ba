"""The table carries every property, and agrees with pulumi_aws."""

from typing import Any

import pytest

from emulator.provider import lifecycle
from emulator.provider.aws import Session
from emulator.provider.generate import SCHEMAS, generate
from emulator.provider.model import Call, Code, Read, Resource
from emulator.provider.names import find_name, member_of
from emulator.provider.registry import INVOKES, RESOURCES
from emulator.provider.schema import Shape, element, resource_shape

ENTRIES = list(RESOURCES.values())


@pytest.fixture(scope="module")
def session(aws_environment: None) -> Session:
    return Session(region="us-east-1")


def label(entry: Resource) -> str:
    return entry.token.split(":", 1)[1]


def carried(entry: Resource, shape: Shape, session: Session) -> dict[str, object]:
    """Property → the botocore shape that carries it (None: a special case carries it)."""
    found: dict[str, object] = {}
    for change in entry.changes:
        for name in change.when:
            if change.at_create or not isinstance(entry.create, Code):
                found[name] = target(change.do, name, entry, session)
    operation = None
    if isinstance(entry.create, Call):
        operation = session.operation(entry.create.service or entry.service, entry.create.op)
    for name in lifecycle.creation_properties(entry, shape, operation):
        found[name] = target(entry.create, name, entry, session)
    return found


def target(step: Call | Code, name: str, entry: Resource, session: Session) -> object:
    if isinstance(step, Code):
        return None
    shape = session.operation(step.service or entry.service, step.op)
    path = member_of(name, step.rename, shape)
    assert path is not None, f"{entry.token}: {step.op} has no member for {name}"
    for part in path.split("."):
        shape = shape.members[part]
    return shape


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_every_input_reaches_aws_or_says_what_it_is(entry: Resource, session: Session) -> None:
    shape = resource_shape(entry.token)
    create_sends = carried(entry, shape, session)
    only_update = {n for c in entry.changes if not c.at_create for n in c.when}
    operation = (
        None
        if isinstance(entry.create, Code)
        else session.operation(entry.create.service or entry.service, entry.create.op)
    )
    at_creation = {
        *lifecycle.creation_properties(entry, shape, operation),
        *(n for c in entry.changes if c.at_create for n in c.when),
    }
    for prop in shape.inputs():
        declared = {*entry.provider_only, *entry.refused, "region"}
        if entry.tags is not None:
            declared |= {"tags"}
        assert prop.name in at_creation or prop.name in declared, f"{prop.name} is dropped at creation"
        assert prop.name not in only_update or prop.name in at_creation or prop.name in declared
    for name, botocore_shape in create_sends.items():
        if botocore_shape is not None:
            step = next((c.do for c in entry.changes if name in c.when), entry.create)
            rename = {**getattr(entry.create, "rename", {}), **getattr(step, "rename", {})}
            nested(entry, shape, shape.properties[name].type, botocore_shape, name, rename)


def nested(
    entry: Resource,
    shape: Shape,
    kind: Any,
    into: Any,
    path: str,
    rename: dict[str, str],
    above: tuple[Any, ...] = (),
) -> None:
    """Every nested input has a member; a type inside itself (a WAF statement) is looked at once."""
    fields = shape.fields(element(kind))
    while fields is not None and into.type_name == "list":
        into = into.member
    if element(kind) in above:
        return
    for name, prop in (fields or {}).items():
        inner = f"{path}.{name}"
        if not prop.input or inner in entry.refused:
            continue
        member = rename.get(inner) or find_name(name, into.members)
        assert member is not None, f"{entry.token}: {inner} has no member in {into.name}"
        found = into
        for part in member.split("."):
            found = found.members[part]
        nested(entry, shape, prop.type, found, inner, rename, (*above, element(kind)))


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_every_path_in_an_entry_exists(entry: Resource) -> None:
    shape = resource_shape(entry.token)
    groups = [*entry.conflicts, *entry.exactly_one, *entry.at_least_one]
    paths = {
        *entry.replace, *entry.replace_when, *entry.defaults, *entry.enums, *(p for g in groups for p in g),
        *entry.provider_only, *entry.refused, *entry.keep, *entry.sets, *entry.json, *entry.same,
        *entry.computed,
        *(n for c in entry.changes for n in c.when),
        *(n for r in entry.read if isinstance(r, Read) for n in r.props),
    }  # fmt: skip
    assert not {p for p in paths if shape.at(p) is None}


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_every_input_can_be_changed_or_forces_a_replacement(entry: Resource) -> None:
    covered = {"tags", "region", *entry.provider_only, *entry.refused, *entry.replace, *entry.replace_when}
    covered |= {n for change in entry.changes for n in change.when}
    assert not {p.name for p in resource_shape(entry.token).inputs()} - covered


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_what_the_docstrings_say_forces_a_replacement_does(entry: Resource) -> None:
    stated = set(resource_shape(entry.token).replace)
    assert not stated - {*entry.replace, *entry.replace_when, *entry.refused}


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_every_type_can_be_found_again_after_an_interruption(entry: Resource) -> None:
    assert entry.find is not None or "{" in entry.id


@pytest.mark.parametrize("entry", ENTRIES, ids=label)
def test_every_taggable_type_carries_tags(entry: Resource) -> None:
    assert (entry.tags is not None) == ("tags" in resource_shape(entry.token).properties)


def test_the_schemas_are_those_of_pulumi_aws() -> None:
    assert {p.name: p.read_text() for p in SCHEMAS.glob("*.json")} == generate()


def test_every_nested_type_that_a_schema_names_is_in_it() -> None:
    for token in RESOURCES:
        shape = resource_shape(token)
        for fields in (shape.properties, *shape.types.values()):
            for prop in fields.values():
                kind = element(prop.type)
                assert not isinstance(kind, str) or not kind.startswith("#") or kind[1:] in shape.types


def test_the_core_invokes_are_there() -> None:
    names = {t.rsplit(":", 1)[1] for t in INVOKES}
    assert names >= {"getCallerIdentity", "getRegion", "getPartition", "getAvailabilityZones"}

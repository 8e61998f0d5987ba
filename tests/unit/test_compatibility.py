"""Which version a change of the outputs asks for."""

from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.compatibility import changes, refusal

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
NUMBER = {"type": "number"}


def schema(properties: Mapping[str, Any], *, optional: str = "", version: str = "1.2.3") -> dict[str, Any]:
    """Outputs that are always there, but for those in `optional`."""
    required = [name for name in properties if name not in optional.split()]
    return {"version": version, "type": "object", "properties": dict(properties), "required": required}


COST = schema({"total": NUMBER})
PROPERTIES = {"url": TEXT, "ids": TEXTS, "cost": COST, "topic": TEXT}
FORMER = schema(PROPERTIES, optional="topic")


def less(properties: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if key != name}


BREAKING = [
    (schema(less(PROPERTIES, "url"), optional="topic"), "url is gone"),
    (schema(less(PROPERTIES, "topic")), "topic is gone"),
    (schema({**less(PROPERTIES, "url"), "address": TEXT}, optional="topic"), "url is gone"),
    (schema({**PROPERTIES, "url": TEXTS}, optional="topic"), "url was string and is array"),
    (schema({**PROPERTIES, "url": {"enum": ["a"]}}, optional="topic"), "url was string and is ['a']"),
    (
        schema({**PROPERTIES, "ids": {"type": "array", "items": NUMBER}}, optional="topic"),
        "ids[] was string and is number",
    ),
    (
        schema({**PROPERTIES, "url": {**TEXT, "pattern": "^x"}}, optional="topic"),
        "url was string and is string, ^x",
    ),
    (schema(PROPERTIES, optional="topic url"), "url may be absent"),
    (schema({**PROPERTIES, "cost": schema({})}, optional="topic"), "cost.total is gone"),
    (
        schema({**PROPERTIES, "cost": schema({"total": NUMBER}, optional="total")}, optional="topic"),
        "cost.total may be absent",
    ),
]
ADDING = [
    (schema({**PROPERTIES, "name": TEXT}, optional="topic"), "name is new"),
    (schema({**PROPERTIES, "name": TEXT}, optional="topic name"), "name is new"),
    (schema(PROPERTIES), "topic is always there"),
    (
        schema({**PROPERTIES, "cost": schema({"total": NUMBER, "tax": NUMBER})}, optional="topic"),
        "cost.tax is new",
    ),
]
TELLING = [
    schema({**PROPERTIES, "url": {**TEXT, "description": "where it answers"}}, optional="topic"),
    schema({**PROPERTIES, "url": {**TEXT, "examples": ["https://example.com"]}}, optional="topic"),
    schema(dict(reversed(PROPERTIES.items())), optional="topic"),
]


def with_version(present: Mapping[str, Any], version: str) -> dict[str, Any]:
    return {**present, "version": version}


@pytest.mark.parametrize(("present", "told"), BREAKING, ids=[told for _, told in BREAKING])
def test_what_breaks_readers_asks_for_a_major_version(present: Any, told: str):
    for version in ("1.2.3", "1.2.4", "1.3.0", "1.9.9"):
        refused = refusal(FORMER, with_version(present, version))
        assert refused is not None
        assert refused.startswith(f"VERSION: {version} can't follow 1.2.3, because readers break: {told}")
        assert "Set VERSION in outputs.py to 2.0.0" in refused
    for version in ("2.0.0", "2.0.1", "3.1.0"):
        assert refusal(FORMER, with_version(present, version)) is None


@pytest.mark.parametrize(("present", "told"), ADDING, ids=[told for _, told in ADDING])
def test_what_gives_readers_more_asks_for_a_minor_version(present: Any, told: str):
    for version in ("1.2.3", "1.2.4"):
        refused = refusal(FORMER, with_version(present, version))
        assert refused is not None
        assert f"readers have to know: {told}. Set VERSION in outputs.py to 1.3.0" in refused
    for version in ("1.3.0", "1.3.1", "2.0.0"):
        assert refusal(FORMER, with_version(present, version)) is None


@pytest.mark.parametrize("present", TELLING, ids=["a description", "an example", "the order"])
def test_what_only_tells_more_asks_for_no_version(present: Any):
    for version in ("1.2.3", "1.2.4", "1.3.0", "2.0.0"):
        assert refusal(FORMER, with_version(present, version)) is None


@pytest.mark.parametrize("version", ["1.2.2", "1.1.9", "0.9.0"])
def test_a_version_never_goes_back(version: str):
    for present in (FORMER, *(it for it, _ in (*BREAKING, *ADDING))):
        refused = refusal(FORMER, with_version(present, version))
        assert refused is not None
        assert refused.startswith(f"VERSION: {version} ")


def test_all_that_breaks_is_told_at_once():
    refused = refusal(FORMER, schema({"ids": TEXT}))
    assert refused is not None
    assert "url is gone, ids was array and is string, cost is gone, topic is gone." in refused


# A schema of outputs, and of objects in them.
SCHEMAS = st.recursive(
    st.sampled_from([TEXT, NUMBER, {"type": "boolean"}]),
    lambda inner: st.one_of(
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(
            lambda properties, optional: schema(properties, optional=" ".join(optional)),
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            st.sets(st.sampled_from("abc")),
        ),
    ),
    max_leaves=8,
)


def values(of: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What fits a schema."""
    match of["type"]:
        case "string":
            return st.text(max_size=3)
        case "number":
            return st.integers(0, 9)
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(values(of["items"]), max_size=2)
        case _:
            members = {name: values(it) for name, it in of["properties"].items()}
            required = {name: it for name, it in members.items() if name in of["required"]}
            return st.fixed_dictionaries(
                required, optional={name: it for name, it in members.items() if name not in required}
            )


@given(SCHEMAS)
def test_a_schema_doesnt_differ_from_itself(one: dict[str, Any]):
    assert list(changes(one, one)) == []


@given(st.data())
def test_where_nothing_breaks_all_that_is_exported_fits_the_former_schema_too(data: st.DataObject):
    former, present = data.draw(SCHEMAS), data.draw(SCHEMAS)
    fits = jsonschema.Draft202012Validator(former).is_valid(data.draw(values(present)))
    assert fits or any(it.breaks for it in changes(former, present))

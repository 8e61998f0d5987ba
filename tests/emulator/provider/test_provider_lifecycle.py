"""Every type in the table lives its whole life on the embedded AWS."""

from typing import Any

import pytest

from emulator.provider.codec import UNKNOWN
from emulator.provider.find import find
from emulator.provider.registry import RESOURCES
from emulator.provider.schema import resource_shape
from tests.emulator.provider.cases import CASES
from tests.emulator.provider.harness import Case, Made, World


def paths(diff: Any) -> list[str]:
    return sorted(diff.detailedDiff)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.label)
def test_a_resource_is_created_read_updated_and_deleted(case: Case, world: World) -> None:
    engine, name = world.engine, world.name()
    program = {**case.inputs(world)}
    if "tags" in resource_shape(case.token).properties:
        program.setdefault("tags", {"Name": world.name("tag")})
    inputs = engine.check(case.token, name, program)

    preview = engine.preview(case.token, name, inputs)
    assert {k: preview[k] for k in inputs if k != "__defaults"} == {
        k: v for k, v in inputs.items() if k != "__defaults"
    }

    made = engine.create(case.token, name, inputs)
    assert made.id
    assert set(made.outputs) - {"id"} <= set(resource_shape(case.token).properties)
    unforeseen = {
        k for k, v in made.outputs.items() if k not in preview and v not in (None, False, "", [], {}, 0)
    }
    assert not unforeseen - {"id"}, "AWS fills these in, but the preview said that they stay empty"

    try:
        unchanged(world, made, program, case)
        look_up(world, made)
        imported(world, made, case)
        refused_replacements(world, made, case, program)
        if case.update:
            made, program = updated(world, made, case, program)
    finally:
        engine.delete(made)
    if not case.keeps:
        assert engine.read(made) is None
        engine.delete(made)
    if case.clean:
        case.clean(world)


def still(made: Made, case: Case) -> dict[str, Any]:
    """The outputs that only a change by someone changes."""
    return {k: v for k, v in made.outputs.items() if k not in case.moving}


def unchanged(world: World, made: Made, program: dict[str, Any], case: Case) -> None:
    """Neither the next preview nor a refresh nor the preview after it shows a change."""
    checked = world.engine.check(made.token, made.name, program, olds=made.inputs, seed=b"another")
    assert checked == made.inputs
    assert paths(world.engine.diff(made, checked)) == []
    read = world.engine.read(made)
    assert read is not None
    assert read.inputs == made.inputs
    assert still(read, case) == still(made, case)
    assert paths(world.engine.diff(read, checked)) == []


def look_up(world: World, made: Made) -> None:
    """The repair of an interrupted `up` finds it by its name or tag."""
    from emulator.provider.aws import Session

    inputs = {k: v for k, v in made.inputs.items() if k != "__defaults"}
    assert find(made.token, inputs, Session(region="us-east-1")) == made.id


def imported(world: World, made: Made, case: Case) -> None:
    """An import reads the same values; what only the provider knows can't be read."""
    read = world.engine.import_(made.token, made.name, case.import_id(made))
    assert read is not None
    entry = RESOURCES[made.token]
    unread = {*entry.provider_only, *entry.keep, *case.moving}
    for key, value in made.outputs.items():
        if key not in unread:
            assert read.outputs.get(key) == value, key


def refused_replacements(world: World, made: Made, case: Case, program: dict[str, Any]) -> None:
    for prop, value in case.replace.items():
        changed = value(world) if callable(value) else value
        news = world.engine.check(made.token, made.name, {**program, prop: changed}, olds=made.inputs)
        answer = world.engine.diff(made, news)
        assert list(answer.replaces) == [prop], prop


def updated(world: World, made: Made, case: Case, program: dict[str, Any]) -> tuple[Made, dict[str, Any]]:
    """Each property changes in place, alone, and the new value is what AWS has."""
    engine = world.engine
    for prop, value in case.update.items():
        changed = value(world) if callable(value) else value
        program = (
            {**program, prop: changed}
            if changed is not None
            else {k: v for k, v in program.items() if k != prop}
        )
        news = engine.check(made.token, made.name, program, olds=made.inputs)
        answer = engine.diff(made, news)
        assert {p.split(".")[0].split("[")[0] for p in paths(answer)} - {"tagsAll"} == {prop}
        assert not answer.replaces
        made = engine.update(made, news)
        assert paths(engine.diff(made, news)) == [], prop
        read = engine.read(made)
        assert read is not None
        assert still(read, case) == still(made, case), prop
    return made, program


def test_every_type_of_the_table_has_a_case() -> None:
    assert {c.token for c in CASES} == set(RESOURCES)


def test_unknown_stays_one_value() -> None:
    assert bool(UNKNOWN)

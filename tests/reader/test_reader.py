"""The package that other teams read the outputs with, on mocks; tests/engine has it on the real engine."""

import asyncio
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_type_hints

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_application_outputs import SCHEMA, VERSION, WebApplication
from web_application_outputs.stack import unreadable

from outputs import described
from tests.policies.test_imports import imported
from tests.unit.mocks import Recording, Secret, record

PROD = "acme/web-application/prod"
PROMISED = json.loads(SCHEMA.read_text())
EXAMPLE = {name: it["examples"][0] for name, it in PROMISED["properties"].items()}
OPTIONAL = [name for name in EXAMPLE if name not in PROMISED["required"]]


def read(output: str, has: Mapping[str, Any], *, preview: bool = False) -> Any:
    """What a program reads of a stack with these outputs."""
    return reading(output, has, preview=preview).returned


def reading(output: str, has: Mapping[str, Any], *, preview: bool = False) -> Recording:
    return record(lambda: getattr(WebApplication(PROD), output), stacks={PROD: has}, preview=preview)


def refused(output: str, has: Mapping[str, Any]) -> str:
    with pytest.raises(pulumi.RunError) as told:
        read(output, has)
    assert "\n" not in str(told.value)
    return str(told.value)


def less(name: str) -> dict[str, Any]:
    return {key: value for key, value in EXAMPLE.items() if key != name}


@pytest.mark.parametrize("output", described())
def test_every_output_is_read_as_the_stack_has_it_in_a_preview_too(output: str):
    assert read(output, EXAMPLE) == read(output, EXAMPLE, preview=True) == EXAMPLE[output]


@pytest.mark.parametrize("output", described())
def test_every_output_has_the_type_that_is_promised(output: str):
    texts = {"string": pulumi.Output[str], "array": pulumi.Output[list[str]]}
    found = get_type_hints(getattr(WebApplication, output).fget)["return"]
    if output == "monthly_cost":
        assert found.__args__[0].__annotations__.keys() == EXAMPLE[output].keys()
    elif output in OPTIONAL:
        assert found == pulumi.Output[str | None]
    else:
        assert found == texts[PROMISED["properties"][output]["type"]]


@pytest.mark.parametrize("output", OPTIONAL)
def test_an_output_that_not_every_stack_has_is_none_without_it(output: str):
    assert read(output, less(output)) is None


@pytest.mark.parametrize("output", [it for it in PROMISED["required"] if it != "outputs_version"])
def test_an_output_that_is_missing_is_named_with_its_stack_and_the_next_step(output: str):
    assert refused(output, less(output)) == (
        f"stack {PROD} has no output {output}, which its version of the outputs promises; "
        "run `pulumi up` there"
    )


def test_outputs_that_nobody_reads_arent_missed():
    assert (
        read("url", {"outputs_version": VERSION, "url": "https://www.example.com"})
        == "https://www.example.com"
    )


@pytest.mark.parametrize("has", [{}, less("outputs_version")], ids=["nothing", "no version"])
def test_a_stack_without_a_version_may_never_have_been_brought_up(has: Mapping[str, Any]):
    told = refused("url", has)
    assert told.startswith(
        f"stack {PROD} has no output outputs_version: it was never brought up, or destroyed"
    )
    assert "run `pulumi up` there" in told


def test_a_stack_that_cant_be_read_is_named_with_the_engines_reason():
    with pytest.raises(pulumi.RunError) as told:
        record(lambda: WebApplication("acme/web-application/nowhere"), stacks={PROD: EXAMPLE})
    assert str(told.value) == (
        "stack acme/web-application/nowhere can't be read: "
        'unknown stack "acme/web-application/nowhere"; name one that `pulumi stack ls --all` lists, or '
        "bring it up first"
    )


def test_a_version_is_checked_even_when_nothing_is_read():
    with pytest.raises(pulumi.RunError, match=r"has version 0\.9\.0 of its outputs, which is too old"):
        record(lambda: WebApplication(PROD) and None, stacks={PROD: {**EXAMPLE, "outputs_version": "0.9.0"}})


@pytest.mark.parametrize("output", ["url", "https_listener_arn"])
def test_nothing_is_read_of_a_version_that_is_too_new(output: str):
    major = int(VERSION.partition(".")[0]) + 1
    assert refused(output, {**EXAMPLE, "outputs_version": f"{major}.0.0"}) == (
        f"stack {PROD} has version {major}.0.0 of its outputs, which is too new: this program reads them "
        f"with web-application-outputs {VERSION}, and outputs that it knows may be gone; install "
        f"web-application-outputs {major} here"
    )


@pytest.mark.parametrize(
    ("has", "told"),
    [
        ("1.2.0", None),
        ("1.2.9", None),
        ("1.10.0", None),
        ("1.1.9", "version 1.1.9 of its outputs, which is too old"),
        ("0.9.0", "version 0.9.0 of its outputs, which is too old"),
        ("2.0.0", "version 2.0.0 of its outputs, which is too new"),
        ("10.0.0", "version 10.0.0 of its outputs, which is too new"),
        ("1.2", "the outputs_version '1.2', which isn't a version such as 1.2.0"),
        (3, "the outputs_version 3, which isn't a version such as 1.2.0"),
        (None, "no output outputs_version"),
    ],
)
def test_a_reader_takes_its_own_major_version_and_no_lower_minor_one(has: object, told: str | None):
    problem = unreadable(PROD, has, "1.2.0")
    assert problem is None if told is None else f"stack {PROD} has {told}" in str(problem)


NUMBERS = st.integers(0, 20)
VERSIONS = st.tuples(NUMBERS, NUMBERS, NUMBERS)


@given(VERSIONS, VERSIONS)
def test_two_versions_read_each_other_only_if_no_more_than_the_patch_differs(
    one: tuple[int, int, int], other: tuple[int, int, int]
):
    first, second = (".".join(map(str, it)) for it in (one, other))
    both = not unreadable(PROD, first, second) and not unreadable(PROD, second, first)
    assert both == (one[:2] == other[:2])


@pytest.mark.parametrize(
    "name",
    [
        "",
        "prod",
        "web-application/prod",
        "acme/web-application/prod/",
        "a/b/c/d",
        "a//c",
        "a/b c/d",
        " a/b/c",
    ],
)
def test_a_name_that_isnt_whole_is_refused_at_once(name: str):
    with pytest.raises(pulumi.RunError) as told:
        WebApplication(name)
    assert str(told.value).startswith(
        f"WebApplication: {name!r} isn't a stack's full name; use organization/"
    )


def test_a_stack_is_read_once_whatever_is_read_of_it():
    def program() -> pulumi.Output[Any]:
        web = WebApplication(PROD)
        return pulumi.Output.all(web.url, web.vpc_id, web.url)

    found = record(program, stacks={PROD: EXAMPLE}).returned
    assert found == [EXAMPLE["url"], EXAMPLE["vpc_id"], EXAMPLE["url"]]


def test_another_output_that_is_secret_makes_no_secret_of_those_that_arent():
    def program() -> None:
        web = WebApplication(PROD)
        pulumi.export("url", web.url)
        pulumi.export("vpc_id", web.vpc_id)

    has = {**EXAMPLE, "password": Secret("hidden"), "vpc_id": Secret("vpc-1")}
    (shown,) = record(program, stacks={PROD: has}).outputs.values()
    assert shown["url"] == EXAMPLE["url"]
    assert shown["vpc_id"] == Secret("vpc-1")


def test_a_component_can_read_a_stack_of_its_own():
    def program() -> pulumi.Output[str]:
        component = pulumi.ComponentResource("test:index:Reports", "reports")
        web = WebApplication(PROD, pulumi.ResourceOptions(parent=component))
        return pulumi.Output.all(web.url, web._stack._reference.urn)

    url, urn = record(program, stacks={PROD: EXAMPLE}).returned
    assert url == EXAMPLE["url"]
    assert "::test:index:Reports$pulumi:pulumi:StackReference::" in urn


def test_the_package_imports_nothing_but_pulumi_and_python():
    files = list(SCHEMA.parent.glob("*.py"))
    names = set[str]().union(*(imported(it) for it in files))
    assert names - sys.stdlib_module_names == {"pulumi", "web_application_outputs"}


def test_outputs_wait_for_nothing_but_the_stack():
    def program() -> None:
        pulumi.CustomResource("test:index:Thing", "thing", {"url": WebApplication(PROD).url})

    thing = record(program, stacks={PROD: EXAMPLE}, preview=True).one("test:index:Thing")
    assert thing.inputs == {"url": EXAMPLE["url"]}
    assert thing.unknown_inputs() == []


class UrlAlone(pulumi.runtime.Mocks):
    """The mocks of another team's tests, which know of the stack what they need."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        return {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, {"outputs": {"url": "https://www.example.com"}}


def test_another_teams_tests_answer_with_ordinary_mocks():
    seen: list[str] = []

    def another_teams_test() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        pulumi.runtime.set_mocks(UrlAlone())
        pulumi.runtime.test(lambda: WebApplication(PROD).url.apply(seen.append))()
        asyncio.get_event_loop().close()

    # Such mocks and their loop are their thread's, so no other test meets them.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(another_teams_test).result()
    assert seen == ["https://www.example.com"]

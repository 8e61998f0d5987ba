"""What sets environments apart: their files, whose every choice is explained, and the comparison of two."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

import environments.promote
from environments.differences import Difference, of_provider, of_settings, shown
from environments.failure import EnvironmentsError
from environments.stack_files import ROOT, config, settings, stack_file
from settings import PROJECT, Settings
from tests.unit.program import run_program, stack_config

STACKS = ("local", "dev", "staging", "prod")
IMAGE = {"image": "rails:1"}


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[Difference]:
    return of_settings(Settings.parse({**IMAGE, **first}), Settings.parse({**IMAGE, **second}))


def settings_that_differ() -> set[str]:
    """Every setting that isn't the same in all environments, by its path."""
    held = {stack: config(stack_file(stack)) for stack in STACKS}
    found: set[str] = set()
    for one, other in combinations(STACKS, 2):
        both = (settings(stack_file(it), held[it]) for it in (one, other))
        found |= {it.setting for it in (*of_provider(held[one], held[other]), *of_settings(*both))}
    return found


def places(file: Path) -> Iterator[tuple[str, int]]:
    """Each setting in a stack's file that holds no other, with its line."""

    def below(node: yaml.Node, path: str) -> Iterator[tuple[str, int]]:
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            name = f"{path}.{key.value}".removeprefix(".").removeprefix(f"{PROJECT}:")
            if isinstance(value, yaml.MappingNode):
                yield from below(value, name)
            else:
                yield name, key.start_mark.line

    root = yaml.compose(file.read_text(), yaml.SafeLoader)
    (held,) = [value for key, value in root.value if key.value == "config"]
    yield from below(held, "")


@pytest.mark.parametrize("stack", STACKS)
def test_every_setting_that_sets_an_environment_apart_has_a_comment_of_its_own_above_it(stack: str):
    file, different = stack_file(stack), settings_that_differ()
    lines = file.read_text().splitlines()
    explained = [(name, line) for name, line in places(file) if name in different]
    assert len(explained) > 3
    assert [name for name, line in explained if not lines[line - 1].strip().startswith("#")] == []
    assert len({line for _, line in explained}) == len(explained), "two settings share a line, and a comment"


@pytest.mark.parametrize("stack", STACKS)
def test_a_bare_destroy_is_stopped_by_the_network_and_the_load_balancer_everywhere_but_on_local(stack: str):
    recording = run_program(stack_config(stack), stack=stack)
    kept = (recording.one("aws:ec2/vpc:Vpc"), recording.one("aws:lb/loadBalancer:LoadBalancer"))
    assert [it.protect for it in kept] == [stack != "local"] * 2


def test_who_is_exempted_from_deletion_protection_though_protected_is_said_to_be_protected():
    exemptions = yaml.safe_load((ROOT / "policy-exemptions.yaml").read_text())["exemptions"]
    (exempted,) = [it for it in exemptions if it["rule"] == "load-balancer.deletion-protection"]
    stacks = [urn.split(":")[2] for urn in exempted["resource"]]
    protected = [it for it in stacks if settings(stack_file(it), config(stack_file(it))).protect]
    assert protected == ["dev"]
    assert all(f"{it} is kept by `protect`" in exempted["reason"] for it in protected)


def test_what_both_leave_to_the_default_or_one_writes_out_is_no_difference():
    assert differences({}, {"task": {"cpu": 1024}, "protect": "true"}) == []


def test_a_setting_that_one_leaves_to_the_default_is_compared_with_the_default():
    assert differences({}, {"network": {"nat": "zone"}}) == [
        Difference(
            setting="network.nat",
            first="one",
            second="zone",
            meaning="NAT gateways: one, one in each zone, or none (VPC endpoints instead)",
        )
    ]


def test_a_section_that_one_has_not_got_is_compared_setting_by_setting():
    found = differences({}, {"domain": {"name": "www.example.com", "zone": "example.com"}})
    assert [(it.setting, it.first, it.second) for it in found] == [
        ("domain.name", "none", "www.example.com"),
        ("domain.zone", "none", "example.com"),
    ]


def test_a_list_and_a_mapping_are_one_setting_each():
    schedule = {"name": "night", "schedule": "rate(1 day)", "minimum": 0}
    found = differences(
        {"alarms": {"subscribers": ["a@example.com", "b@example.com"]}},
        {"scaling": {"schedules": [schedule]}, "volumes": {"scratch": {"path": "/rails/scratch"}}},
    )
    assert {it.setting: (it.first, it.second) for it in found} == {
        "alarms.subscribers": ("a@example.com, b@example.com", "none"),
        "scaling.schedules": ("none", '{"minimum": 0, "name": "night", "schedule": "rate(1 day)"}'),
        "volumes": ("none", '{"scratch": {"path": "/rails/scratch"}}'),
    }


def test_the_providers_settings_are_compared_member_by_member():
    first = {"aws:defaultTags": {"tags": {"Environment": "dev", "Project": "web"}}, f"{PROJECT}:image": "a"}
    second = {"aws:defaultTags": {"tags": {"Environment": "prod", "Project": "web"}}, "aws:profile": "prod"}
    assert [(it.setting, it.first, it.second) for it in of_provider(first, second)] == [
        ("aws:defaultTags.tags.Environment", "dev", "prod"),
        ("aws:profile", "none", "prod"),
    ]


def test_every_difference_of_the_environments_has_a_meaning():
    for one, other in combinations(STACKS, 2):
        first, second = (settings(stack_file(it), config(stack_file(it))) for it in (one, other))
        assert all(it.meaning for it in of_settings(first, second))


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "none"), (True, "true"), (2.0, "2.0"), ("", ""), ((), "none"), ({}, "none"), (["a", 1], "a, 1")],
)
def test_a_value_is_shown_on_one_line(value: Any, text: str):
    assert shown(value) == text


def test_an_unknown_stack_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(
        EnvironmentsError, match=r"There is no stack 'produ'.* The stacks are dev, local, prod, staging\."
    ):
        stack_file("produ")


def test_a_file_whose_settings_do_not_fit_is_refused_by_name(tmp_path: Path):
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(f"config:\n  {PROJECT}:image: rails:1\n  {PROJECT}:protekt: true\n")
    with pytest.raises(
        EnvironmentsError, match=r"(?s)Pulumi\.dev\.yaml: .*did you mean 'protect'\?"
    ) as raised:
        settings(file, config(file))
    assert "Traceback" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [", "can't be read"),
        ("", "has no settings"),
        ("config: 1", "has no settings"),
        ("- 1", "has no settings"),
    ],
)
def test_a_file_that_is_no_stacks_is_refused_by_name(tmp_path: Path, text: str, said: str):
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(text)
    with pytest.raises(EnvironmentsError, match=rf"Pulumi\.dev\.yaml {said}"):
        config(file)


TRIED = f"111122223333.dkr.ecr.us-east-1.amazonaws.com/web-application/rails@sha256:{'a' * 64}"
OWN = TRIED.partition("@")[0]


def promoted(folder: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> list[str]:
    """What a promotion to prod writes where prod's file names this image."""
    written: list[str] = []
    monkeypatch.setattr(environments.promote, "outputs", lambda _stack, _root: {"image": TRIED})
    monkeypatch.setattr(environments.promote, "set_setting", lambda _file, _key, value: written.append(value))
    for stack in ("staging", "prod"):
        (folder / f"Pulumi.{stack}.yaml").write_text(f"config:\n  {PROJECT}:image: {named}\n")
    environments.promote.promote("staging", "prod", folder)
    return written


@pytest.mark.parametrize("named", [f"{OWN}:1.0.0", OWN, f"{OWN}@sha256:{'b' * 64}"])
def test_a_promotion_stays_in_the_repository_that_the_target_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
):
    assert promoted(tmp_path, monkeypatch, named) == [TRIED]


@pytest.mark.parametrize(
    "named",
    [
        f"{OWN.replace('111122223333', '444455556666')}:1.0.0",
        f"{OWN.replace('us-east-1', 'eu-west-1')}:1.0.0",
        f"{OWN}-fork:1.0.0",
        "web-application/rails:1.0.0",
        "localhost:5000/web-application/rails:1.0.0",
    ],
)
def test_a_promotion_to_another_repository_than_the_target_names_is_refused_with_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
):
    with pytest.raises(EnvironmentsError) as refused:
        promoted(tmp_path, monkeypatch, named)
    said = str(refused.value)
    assert said.startswith(
        f"{PROJECT}:image in Pulumi.prod.yaml is {named}, and staging runs {TRIED}, which is of"
    )
    assert "let staging run an image of prod's own repository" in said
    assert "\n" not in said


def test_a_promotion_to_a_file_whose_image_is_none_is_refused_with_what_would_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(
        EnvironmentsError, match=r"Pulumi\.prod\.yaml, image: 'Rails' doesn't fit: .*; write it as"
    ):
        promoted(tmp_path, monkeypatch, "Rails")


def test_the_files_are_those_of_this_repository():
    assert [stack_file(it) for it in STACKS] == [ROOT / f"Pulumi.{it}.yaml" for it in STACKS]

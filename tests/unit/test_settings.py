"""The settings model: what it takes, and what it says when something doesn't fit."""

import json
from contextvars import copy_context
from pathlib import Path

import pulumi
import pytest
import yaml

from settings import PROJECT, Settings

ROOT = Path(__file__).resolve().parents[2]
STACKS = ("local", "dev", "staging", "prod")


def refusal(**config: object) -> str:
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    with pytest.raises(pulumi.RunError) as raised:
        Settings.parse(values)
    return str(raised.value)


def test_an_image_is_all_that_is_needed():
    settings = Settings.parse({"image": "rails:1"})
    assert settings.datadog is None
    assert (settings.task.cpu, settings.scaling.minimum, settings.network.nat) == (1024, 2, "one")


def test_values_come_as_the_engine_hands_them_over():
    settings = Settings.parse(
        {"image": "rails:1", "exec": "true", "log_retention_days": "7", "scaling": '{"minimum": 3}'}
    )
    assert (settings.exec, settings.log_retention_days, settings.scaling.minimum) == (True, 7, 3)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({}, ["image", "required", "pulumi config set image"]),
        ({"image": "r", "scalling": {}}, ["web-application:scalling", "did you mean 'scaling'"]),
        ({"image": "r", "network": {"zone": 2}}, ["network.zone", "did you mean 'zones'"]),
        ({"image": "r", "network": {"nat": "two"}}, ["network.nat", "'two'", "'one', 'zone' or 'none'"]),
        ({"image": "r", "task": "5"}, ["web-application:task", "section", "cpu"]),
        ({"image": "r", "task": {"cpu": "fast"}}, ["task.cpu", "'fast'", "integer"]),
        ({"image": "r", "scaling": {"minimum": 20}}, ["scaling", "20", "10"]),
        (
            {"image": "r", "datadog": {"site": "datadoghq.com"}},
            ["datadog.api_key_secret", "required", "--path"],
        ),
        (
            {"image": "r", "domain": {"name": "a.b.com", "zone": "c.com"}},
            ["domain", "a.b.com", "c.com"],
        ),
        (
            {"image": "r", "domain": {"certificate_arn": "arn:aws:acm:us-east-1:1:certificate/a"}},
            ["domain.name", "required"],
        ),
        ({"image": "r", "routing": {"hosts": ["a.b"] * 3, "paths": ["/a", "/b", "/c"]}}, ["routing", "five"]),
        (
            {
                "image": "r",
                "scaling": {"schedules": [{"name": "day", "schedule": "rate(1 day)", "minimun": 1}]},
            },
            ["scaling.schedules[0].minimun: no such setting", "did you mean 'minimum'"],
        ),
        (
            {"image": "r", "scaling": {"schedules": [{"name": "day"}]}},
            ["scaling.schedules[0].schedule: required", "--path scaling.schedules[0].schedule VALUE"],
        ),
        ({"image": "r", "scaling": {"schedules": ["day"]}}, ["scaling.schedules[0]: 'day' isn't a section"]),
        (
            {"image": "r", "volumes": {"path": {"path": "/a", "efs": {"file_systm": "fs-1"}}}},
            ["volumes.path.efs.file_systm: no such setting; did you mean 'file_system'?"],
        ),
        ({"image": "r", "volumes": {"uploads": {}}}, ["volumes.uploads.path: required", "--path volumes"]),
        ({"image": "r", "scaling": {"predictive": "on"}}, ["scaling.predictive", "'forecast' or 'scale'"]),
        ({"image": "r", "log_retention_days": "31"}, ["log_retention_days", ": 31 ", "30"]),
        (
            {"image": "r", "rails": {"release_command": "bin/rails db:migrate"}},
            ["rails.release_command: 'bin/rails db:migrate'", "a list: [bin/rails, db:migrate]"],
        ),
        ({"image": "r", "service": {"desired_count": -1}}, ["service.desired_count", "-1"]),
    ],
)
def test_what_does_not_fit_is_named_with_its_value_and_the_way_out(
    config: dict[str, object], words: list[str]
):
    message = refusal(**config)
    assert all(word in message for word in words), message


def test_every_problem_is_told_at_once():
    message = refusal(scalling={}, network={"nat": "two"})
    assert all(key in message for key in (":image", ":scalling", ":network.nat"))


def test_a_number_is_told_as_a_number_whatever_held_it_and_each_line_begins_with_its_setting():
    lines = refusal(
        image="r", log_retention_days="31", task={"ephemeral_storage": 7}, scaling={"minimum": 20}
    ).splitlines()
    assert lines == [
        "The stack's config doesn't fit:",
        "  web-application:task.ephemeral_storage: 7 should be greater than or equal to 21",
        "  web-application:scaling.minimum: 20 is above maximum 10; lower one or raise the other",
        "  web-application:log_retention_days: 31 isn't a number of days that CloudWatch Logs offers; "
        "the nearest is 30",
    ]


def test_a_setting_that_is_set_as_a_secret_is_refused_without_its_value():
    def load() -> None:
        values = {f"{PROJECT}:image": "rails:1", f"{PROJECT}:rails": '{"environment": {"KEY": "hunter2"}}'}
        pulumi.runtime.set_all_config(values, [f"{PROJECT}:rails"])
        Settings.load()

    with pytest.raises(pulumi.RunError, match=f"{PROJECT}:rails: set as a secret") as raised:
        copy_context().run(load)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("stack", STACKS)
def test_each_committed_stack_fits(stack: str):
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    own = {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items() if key.startswith(PROJECT)}
    settings = Settings.parse(own)
    assert settings.datadog is not None
    assert config["aws:allowedAccountIds"], "a stack names the account that it may touch"


def test_pulumi_yaml_declares_exactly_the_settings_without_a_default():
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    required = {f"{PROJECT}:{name}" for name, field in Settings.model_fields.items() if field.is_required()}
    assert set(declared) == required

"""What is generated in README.md, docs/ and policies/ says what the models and the rules say."""

import json
import re

import pytest
import yaml

from components.schedules import Schedule
from docs import generate
from settings import PROJECT, Settings


@pytest.mark.engine
def test_every_generated_file_is_in_step_with_what_it_describes():
    stale = [
        path.name
        for path, content in generate.files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    assert stale == [], "run `python docs/generate.py`"


def test_every_config_that_the_readme_shows_fits():
    readme = (generate.ROOT / "README.md").read_text(encoding="utf-8")
    shown = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)]
    assert len(shown) > 2
    for config in shown:
        own = {key.removeprefix(f"{PROJECT}:"): json.dumps(value) for key, value in config.items()}
        settings = Settings.parse({"image": "rails:1", **own})
        for schedule in settings.scaling.schedules:
            assert Schedule(**schedule.model_dump())


def test_the_pages_have_their_settings_their_outputs_and_their_rules():
    readme, settings, policies = (
        (generate.ROOT / it).read_text(encoding="utf-8")
        for it in ("README.md", "docs/settings.md", "docs/policies.md")
    )
    assert "| `image` | required |" in settings
    assert "| `url` |" in readme
    assert "[iam.task-role-pulls-images](#iamtask-role-pulls-images)" in policies

"""README.md's tables say what the models say."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_tables_are_in_step_with_settings_outputs_and_rules():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    readme = (ROOT / "README.md").read_text()
    assert readme == generate.generated(readme), "run `python docs/generate.py`"
    assert "| `image` | required |" in readme
    assert "| `url` |" in readme
    assert "| `iam.task-role-pulls-images` |" in readme

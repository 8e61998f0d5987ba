"""A secret's value stays in Secrets Manager: the stack knows its name only."""

import json
from pathlib import Path

from tests.engine.standing import Standing


def files(folder: Path) -> dict[Path, str]:
    """Every file of a run-time folder as text, but for the engine and the wrappers in bin/."""
    found = [it for it in folder.rglob("*") if it.is_file() and "bin" not in it.relative_to(folder).parts]
    return {it: it.read_text(errors="replace") for it in found}


def test_no_secret_is_in_the_state_the_output_the_events_or_a_log(committed: Standing):
    manager = committed.stack.client("secretsmanager")
    names = [it["Name"] for it in manager.list_secrets()["SecretList"]]
    values = [manager.get_secret_value(SecretId=name)["SecretString"] for name in names]
    assert len(values) >= 2
    export = committed.stack.pulumi("stack", "export", "--show-secrets", "--stack", "local")
    assert export.code == 0
    written = files(committed.stack.directory)
    assert committed.stack.checkpoint in written
    said = {
        "output": committed.made.stdout + committed.made.stderr,
        "events": json.dumps([dict(event) for event in committed.made.events]),
        "export": export.stdout,
        **{str(path): text for path, text in written.items()},
    }
    assert {place for place, text in said.items() for value in values if value in text} == set()
    # Other tests may have put more secrets into this AWS; the stack reads two of them, and says so.
    assert sum(name in said["events"] for name in names) >= 2

"""`make backend`, ended at any step, is finished by the next run: nothing lost, outside or twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.engine.clone import BACKEND, Clone

STEPS = ("stack init", "up", "stack migrate", "preview")
"""The commands that leave something behind, and the last one before the local state goes."""


def assert_it_is_finished(clone: Clone) -> None:
    """The state is in the bucket, knows all that there is, and nothing is there twice."""
    clone.make_backend()
    assert not clone.local_state.exists()
    assert clone.locks("pulumi-state") == []
    state = json.loads(clone.pulumi("stack", "export", "--stack", "local"))["deployment"]
    assert state.get("pending_operations", []) == []
    kinds = [it["type"].rpartition(":")[2] for it in state["resources"] if it["type"].startswith("aws:")]
    assert len(kinds) == len(set(kinds)) == 9
    kms = clone.client("kms")
    assert len(kms.list_keys()["Keys"]) == 1
    aliases = [it["AliasName"] for it in kms.list_aliases()["Aliases"]]
    assert [it for it in aliases if not it.startswith("alias/aws/")] == [BACKEND.key_alias]
    assert [it["Name"] for it in clone.client("s3").list_buckets()["Buckets"]] == [BACKEND.bucket]
    clone.pulumi("preview", "--expect-no-changes", "--stack", "local")


@pytest.mark.parametrize("after", STEPS)
def test_a_run_that_is_ended_after_a_step_is_finished_by_the_next(clone: Clone, after: str):
    clone.end_backend(after=after)
    assert clone.local_state.exists()
    assert_it_is_finished(clone)


def test_a_move_that_got_no_further_than_an_empty_stack_and_a_lock_begins_anew(clone: Clone):
    clone.end_backend(after="up")
    clone.pulumi("stack", "init", "local", "--no-select", "--secrets-provider", BACKEND.secrets_provider)
    lock = {"pid": 1, "username": "ana", "hostname": "gone", "timestamp": "2026-11-27T19:00:00Z"}
    key = ".pulumi/locks/organization/pulumi-state/local/0a1b2c3d.json"
    clone.client("s3").put_object(Bucket=BACKEND.bucket, Key=key, Body=json.dumps(lock).encode())
    assert_it_is_finished(clone)


def test_a_run_in_another_clone_finishes_what_one_that_is_gone_began(clone: Clone):
    clone.end_backend(after="up")
    shutil.rmtree(clone.folder / ".backend")
    another = Clone.of(clone.stack, clone.folder.with_name("another"))
    assert_it_is_finished(another)


def test_of_clones_that_began_at_once_each_ends_unless_one_made_what_the_other_does_not_know(clone: Clone):
    another = Clone.of(clone.stack, clone.folder.with_name("another"))
    for it in (clone, another):
        it.end_backend(after="up")
    clone.make_backend()
    file = another.local_state / ".pulumi/stacks/pulumi-state/local.json"
    state = file.read_text()
    key = clone.client("kms").describe_key(KeyId=BACKEND.key_alias)["KeyMetadata"]["KeyId"]
    file.write_text(state.replace(key, "another-key"))
    said = another.make_backend(code=2)
    assert "aws:kms/key:Key::state (another-key)" in said
    assert "Nothing was removed" in said
    file.write_text(state)
    assert_it_is_finished(another)
    assert another.settings.read_text() == clone.settings.read_text()


def test_a_backend_that_lost_its_own_state_makes_another_and_leaves_all_others_alone(clone: Clone):
    clone.make_backend()
    s3, bucket, own = clone.client("s3"), BACKEND.bucket, ".pulumi/stacks/pulumi-state/local.json"
    other = ".pulumi/stacks/web-application/local.json"
    s3.put_object(Bucket=bucket, Key=other, Body=b"another stack's")
    s3.delete_object(Bucket=bucket, Key=own)
    assert_it_is_finished(clone)
    assert s3.get_object(Bucket=bucket, Key=other)["Body"].read() == b"another stack's"


def test_a_local_state_half_removed_is_none(clone: Clone):
    clone.end_backend(after="preview")
    removed = clone.folder / ".backend" / "tmp1234"
    removed.mkdir()
    clone.local_state.rename(removed / "local")
    assert "10 unchanged" in clone.make_backend()


def test_an_engine_that_is_killed_while_it_creates_leaves_nothing_twice(clone: Clone):
    command = [sys.executable, "-m", "backend.setup", "local"]
    running = subprocess.Popen(
        command, cwd=clone.folder, env=clone.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    os.kill(engine_at_work(clone), signal.SIGKILL)
    said = running.communicate(timeout=60)[0].decode()
    assert running.returncode == 1
    assert "the same command goes on from there" in said
    assert_it_is_finished(clone)


def engine_at_work(clone: Clone) -> int:
    """Waits until the local `up` creates something; the engine's process id, from its lock."""
    checkpoint = clone.local_state / ".pulumi/stacks/pulumi-state/local.json"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        content = json.loads(checkpoint.read_text()) if checkpoint.exists() else {"checkpoint": {}}
        pending = (content["checkpoint"].get("latest") or {}).get("pending_operations", [])
        if any(it["resource"]["type"].startswith("aws:") for it in pending):
            (lock,) = (clone.local_state / ".pulumi/locks").rglob("*.json")
            return int(json.loads(lock.read_text())["pid"])
        time.sleep(0.002)
    raise AssertionError("nothing was ever created")


@pytest.mark.parametrize("in_flight", [("bucket:Bucket", "key:Key"), ("alias:Alias",)])
def test_what_was_in_flight_and_exists_is_taken_into_the_state(clone: Clone, in_flight: tuple[str, ...]):
    clone.end_backend(after="up")
    local = {"PULUMI_BACKEND_URL": f"file://{clone.local_state}", "PULUMI_CONFIG_PASSPHRASE": ""}
    state = json.loads(clone.pulumi("stack", "export", "--stack", "local", **local))
    file = clone.local_state / ".pulumi/stacks/pulumi-state/local.json"
    content = json.loads(file.read_text())
    latest = content["checkpoint"]["latest"]
    assert latest["resources"] == state["deployment"]["resources"]
    flying = [it for it in latest["resources"] if it["type"].endswith(in_flight)]
    assert len(flying) == len(in_flight)
    latest["resources"] = without(latest["resources"], flying)
    if in_flight != ("alias:Alias",):
        # An alias needs its key's id, so it can't have been made yet.
        clone.client("kms").delete_alias(AliasName=BACKEND.key_alias)
    made = ("id", "outputs", "created", "modified")
    latest["pending_operations"] = [
        {"type": "creating", "resource": {k: v for k, v in it.items() if k not in made}} for it in flying
    ]
    file.write_text(json.dumps(content))
    assert_it_is_finished(clone)


def without(resources: list[dict[str, Any]], gone: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The resources less `gone` and what depends on them."""
    urns = {it["urn"] for it in gone}
    kept: list[dict[str, Any]] = []
    for it in resources:
        if it["urn"] in urns or urns & set(it.get("dependencies", [])):
            urns.add(it["urn"])
        else:
            kept.append(it)
    return kept


def test_ctrl_c_lets_the_engine_end_in_order_and_the_next_run_goes_on(clone: Clone):
    command = [sys.executable, "-m", "backend.setup", "local"]
    running = subprocess.Popen(
        command, cwd=clone.folder, env=clone.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    engine_at_work(clone)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=120)[0].decode()
    assert running.returncode == 130
    assert "Interrupted. The same command goes on from here." in said
    assert "Traceback" not in said
    assert list((clone.local_state / ".pulumi" / "locks").rglob("*.json")) == []
    assert_it_is_finished(clone)

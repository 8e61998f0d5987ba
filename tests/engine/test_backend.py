"""`make backend` on the embedded AWS: what it makes, where its state ends, what it refuses."""

import fcntl
import json
import subprocess
import sys
from typing import Any

from emulator.local.aws import ROOT
from tests.engine.clone import BACKEND, Clone
from tests.engine.standing import only

ELSEWHERE = "222233334444"


def own_resources(clone: Clone) -> dict[str, dict[str, Any]]:
    """The backend's own resources by URN, as its state has them."""
    state = json.loads(clone.pulumi("stack", "export", "--stack", "local"))["deployment"]["resources"]
    told = ("id", "inputs", "outputs", "protect")
    return {it["urn"]: {name: it.get(name) for name in told} for it in state if it["type"].startswith("aws:")}


def test_the_gate_finds_nothing_in_the_backend_of_any_environment():
    command = [sys.executable, "-m", "ecs_policies.gate", "--program", "backend", "--level", "advisory"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(it in done.stdout for it in ("dev", "local", "prod", "staging"))


def test_it_says_how_to_use_the_backend(backend: Clone):
    said = (backend.folder / "said").read_text()
    assert f"pulumi login '{BACKEND.url}'" in said
    assert f"--secrets-provider '{BACKEND.secrets_provider}'" in said


def test_nobody_outside_reads_the_bucket_and_nothing_in_it_is_lost(backend: Clone):
    s3, name = backend.client("s3"), {"Bucket": BACKEND.bucket}
    assert set(s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"].values()) == {True}
    assert s3.get_bucket_versioning(**name)["Status"] == "Enabled"
    lifecycle = only(s3.get_bucket_lifecycle_configuration(**name)["Rules"])
    assert lifecycle["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert lifecycle["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    denied = {it["Sid"]: it for it in json.loads(s3.get_bucket_policy(**name)["Policy"])["Statement"]}
    assert {it["Effect"] for it in denied.values()} == {"Deny"}
    assert denied["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denied["OldVersionsStay"]["Action"] == ["s3:DeleteObjectVersion"]


def test_the_bucket_is_encrypted_with_the_key_that_the_alias_names(backend: Clone):
    kms, s3 = backend.client("kms"), backend.client("s3")
    key = kms.describe_key(KeyId=BACKEND.key_alias)["KeyMetadata"]
    tags = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
    assert {"TagKey": "Name", "TagValue": BACKEND.key_name} in tags
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
    encryption = s3.get_bucket_encryption(Bucket=BACKEND.bucket)["ServerSideEncryptionConfiguration"]
    rule = only(encryption["Rules"])
    assert rule["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": key["Arn"],
    }
    assert rule["BucketKeyEnabled"] is True


def test_its_own_state_is_in_the_bucket_and_nowhere_else(backend: Clone):
    assert ".pulumi/stacks/pulumi-state/local.json" in backend.objects()
    assert not backend.local_state.exists()
    assert (
        "secretsprovider: awskms://alias/pulumi-state-local?region=us-east-1" in backend.settings.read_text()
    )
    assert "encryptionsalt" not in backend.settings.read_text()
    assert [it.name for it in backend.settings.parent.glob("*.bak*")] == []


def test_everything_that_it_made_is_protected(backend: Clone):
    own = own_resources(backend)
    assert len(own) == 9
    assert [urn for urn, it in own.items() if not it["protect"]] == []
    said = backend.pulumi("destroy", "--yes", "--stack", "local", code=1)
    assert "cannot be deleted" in said
    assert "because it is protected" in said
    assert own_resources(backend) == own


def test_it_never_touches_the_users_login(backend: Clone):
    home = backend.stack.directory / "pulumi"
    credentials = home / "credentials.json"
    assert not credentials.exists() or BACKEND.bucket not in credentials.read_text()
    assert (backend.folder / ".backend" / "pulumi").is_dir()


def test_a_second_run_changes_nothing_and_neither_does_one_in_a_fresh_clone(clone: Clone):
    clone.make_backend()
    before = own_resources(clone)
    assert "10 unchanged" in clone.make_backend()
    assert own_resources(clone) == before
    fresh = Clone.of(clone.stack, clone.folder.with_name("fresh"))
    assert "encryptedkey" not in fresh.settings.read_text()
    assert "10 unchanged" in fresh.make_backend()
    assert own_resources(fresh) == before
    assert fresh.settings.read_text() == clone.settings.read_text()


def test_it_brings_back_what_somebody_turned_off_by_hand(clone: Clone):
    clone.make_backend()
    s3 = clone.client("s3")
    s3.delete_public_access_block(Bucket=BACKEND.bucket)
    s3.put_bucket_versioning(Bucket=BACKEND.bucket, VersioningConfiguration={"Status": "Suspended"})
    clone.make_backend()
    block = s3.get_public_access_block(Bucket=BACKEND.bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert s3.get_bucket_versioning(Bucket=BACKEND.bucket)["Status"] == "Enabled"


def test_another_accounts_credentials_make_nothing(clone: Clone):
    settings = clone.settings.read_text()
    clone.settings.write_text(settings.replace(BACKEND.account, ELSEWHERE))
    said = clone.make_backend(code=2)
    assert f"are of account {BACKEND.account}, and aws:allowedAccountIds" in said
    assert "Traceback" not in said
    assert clone.client("s3").list_buckets()["Buckets"] == []


def test_a_machine_without_pulumi_is_told_where_to_get_it(clone: Clone):
    said = clone.make_backend(code=2, PATH="/usr/bin:/bin")
    assert "There is no `pulumi` on PATH" in said


def test_no_stack_is_asked_for_by_name(clone: Clone):
    assert "required: STACK" in clone.make_backend("", code=2)


def test_a_policys_finding_stops_it_before_anything_is_made(clone: Clone):
    program = clone.folder / "backend" / "__main__.py"
    program.write_text(program.read_text().replace("enable_key_rotation=True", "enable_key_rotation=False"))
    said = clone.make_backend(code=2)
    assert "kms.rotation" in said
    assert clone.client("s3").list_buckets()["Buckets"] == []


def test_two_runs_in_one_clone_do_not_meet(clone: Clone):
    (clone.folder / ".backend").mkdir()
    with (clone.folder / ".backend" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "Another `make backend` is at work" in clone.make_backend(code=2)
    assert clone.client("s3").list_buckets()["Buckets"] == []

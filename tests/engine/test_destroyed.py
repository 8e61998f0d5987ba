"""A destroyed stack leaves nothing but what AWS itself keeps."""

from emulator.local.remains import what_remains
from emulator.local.stack import LocalStack
from tests.engine.inventory import inventory
from tests.engine.standing import FULL, Standing, changes
from tests.engine.views import LOG_BUCKET


def test_destroying_everything_leaves_only_revisions_and_keys_that_wait_and_names_them(
    empty_stack: LocalStack,
):
    before = inventory(empty_stack)
    standing = Standing.build(empty_stack, FULL)
    s3, kms = empty_stack.client("s3"), empty_stack.client("kms")
    s3.delete_bucket_policy(Bucket=LOG_BUCKET)  # which lets nobody else write
    for body in (b"first", b"second"):
        s3.put_object(Bucket=LOG_BUCKET, Key="AWSLogs/log.gz", Body=body)
    keys = {it["KeyId"] for it in kms.list_keys()["Keys"]}

    result = empty_stack.destroy(settings=standing.config({}))
    assert set(changes(result).values()) == {"delete"}
    assert len(changes(result)) == len(changes(standing.made))
    after = inventory(empty_stack)
    seeded = {"record", "repository", "secret"}
    kept = {"task definition"}
    assert {kind: ids for kind, ids in after.items() if kind not in seeded | kept} == {
        kind: ids for kind, ids in before.items() if kind not in seeded | kept
    }
    assert after["record"] <= {"NS example.com.", "SOA example.com."}
    remains = what_remains(empty_stack)
    assert remains[0] == "task-definition revision web-application-local-web:1, ACTIVE"
    assert {it.split(",")[0] for it in remains[1:]} == {f"KMS key {key}" for key in keys}

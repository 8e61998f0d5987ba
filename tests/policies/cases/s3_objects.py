"""Cases of the rules about what S3's buckets keep."""

from ecs_policies.kinds import BUCKET, BUCKET_LIFECYCLE, BUCKET_VERSIONING
from ecs_policies.model import UNKNOWN

from tests.policies.buckets import bucket, companion, stray
from tests.policies.cases.case import Case
from tests.policies.stacks import resource

VERSIONING = (
    Case(
        rule="s3.versioning",
        says="takes versioning as a companion, in its older spelling too",
        stack=(
            bucket(),
            companion(
                "aws:s3/bucketVersioningV2:BucketVersioningV2",
                {"versioningConfiguration": [{"status": "Enabled"}]},
            ),
        ),
    ),
    *(
        Case(rule="s3.versioning", says=f"takes {what}", stack=(bucket(properties),))
        for what, properties in (
            ("inline versioning", {"versioning": {"enabled": True}}),
            ("inline versioning as BucketV2 has it", {"versionings": [{"enabled": "true"}]}),
            ("Object Lock, which needs versions", {"objectLockEnabled": True}),
        )
    ),
    Case(
        rule="s3.versioning",
        says="finds a bucket that says nothing of it",
        stack=(bucket(),),
        finds=(("logs", "versioning"),),
    ),
    Case(
        rule="s3.versioning",
        says="finds versioning that is off or suspended",
        stack=(
            bucket(),
            companion(BUCKET_VERSIONING, {"versioningConfiguration": {"status": "Suspended"}}),
            resource(BUCKET, "inline", {"versioning": {"mfaDelete": True}}),
        ),
        finds=(("its", "versioningConfiguration.status"), ("inline", "versioning.enabled")),
        told=("versioning is Suspended",),
    ),
    Case(
        rule="s3.versioning",
        says="can't tell while a part of it isn't known",
        stack=(
            bucket({"objectLockEnabled": UNKNOWN}),
            resource(BUCKET, "inline", {"versioning": UNKNOWN}),
            resource(BUCKET, "plain"),
            stray(BUCKET_VERSIONING),
            companion(BUCKET_VERSIONING, {"versioningConfiguration": {"status": UNKNOWN}}, "second"),
            resource(BUCKET, "another", {"objectLockEnabled": UNKNOWN}),
        ),
        unsure=(
            ("second", "versioningConfiguration.status"),
            ("inline", "versioning"),
            ("plain", "versioning"),
            ("another", "objectLockEnabled"),
        ),
    ),
    Case(
        rule="s3.versioning",
        says="can't read settings that are no block",
        stack=(bucket(), companion(BUCKET_VERSIONING, {"versioningConfiguration": "on"})),
        unsure=(("its", "versioningConfiguration"),),
        malformed=True,
    ),
)

LIFECYCLE = (
    Case(
        rule="s3.lifecycle",
        says="takes a bucket with an enabled rule",
        stack=(
            bucket(),
            companion(BUCKET_LIFECYCLE, {"rules": [{"status": "Disabled"}, {"status": "Enabled"}]}),
        ),
    ),
    Case(
        rule="s3.lifecycle",
        says="takes an inline rule",
        stack=(bucket({"lifecycleRules": [{"enabled": True, "expiration": {"days": 30}}]}),),
    ),
    Case(
        rule="s3.lifecycle",
        says="finds a bucket without one",
        stack=(bucket(),),
        finds=(("logs", "lifecycleRules"),),
    ),
    Case(
        rule="s3.lifecycle",
        says="finds rules that are all off",
        stack=(
            bucket(),
            companion(BUCKET_LIFECYCLE, {"rules": [{"status": "Disabled"}]}),
            resource(BUCKET, "inline", {"lifecycleRules": [{"enabled": False}]}),
        ),
        finds=(("its", "rules"), ("inline", "lifecycleRules")),
    ),
    Case(
        rule="s3.lifecycle",
        says="can't tell while rules, or whether one is on, or whose they are, isn't known",
        stack=(
            bucket(),
            companion(BUCKET_LIFECYCLE, {"rules": [{"status": UNKNOWN}]}),
            resource(BUCKET, "inline", {"lifecycleRules": UNKNOWN}),
            resource(BUCKET, "plain"),
            stray(BUCKET_LIFECYCLE),
        ),
        unsure=(("its", "rules"), ("inline", "lifecycleRules"), ("plain", "lifecycleRules")),
    ),
    Case(
        rule="s3.lifecycle",
        says="can't read rules that are none",
        stack=(bucket(), companion(BUCKET_LIFECYCLE, {"rules": "expire"})),
        unsure=(("its", "rules"),),
        malformed=True,
    ),
)

CASES = (*VERSIONING, *LIFECYCLE)

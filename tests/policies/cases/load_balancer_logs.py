"""Whether a load balancer's logs can be delivered into their bucket."""

from typing import Any

from ecs_policies.kinds import BUCKET, BUCKET_ENCRYPTION, BUCKET_POLICY, LOAD_BALANCER
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import document, resource

DELIVERY = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
LOGS = "arn:aws:s3:::logs"
BUCKET_ = resource(BUCKET, "bucket", {"bucket": "logs"})


def statement(
    resources: Any = f"{LOGS}/AWSLogs/111122223333/*",
    principal: Any = DELIVERY,
    action: Any = "s3:PutObject",
    effect: str = "Allow",
) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": resources}


def policy(*statements: dict[str, Any], name: str = "policy") -> Resource:
    return resource(BUCKET_POLICY, name, {"bucket": UNKNOWN, "policy": document(*statements)}, bucket=BUCKET_)


def encrypted(algorithm: Any, bucket: Any = UNKNOWN) -> Resource:
    rule = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}
    return resource(
        BUCKET_ENCRYPTION,
        "encryption",
        {"bucket": bucket, "rules": [rule]},
        bucket=[BUCKET_] if bucket is UNKNOWN else [],
    )


def balancer(bucket: Any = "logs", kind: str = "accessLogs", **more: Any) -> Resource:
    """A load balancer whose logs go to a bucket, named by its text or, where unknown, by reference."""
    log = {"bucket": bucket, "enabled": True, **more}
    return resource(LOAD_BALANCER, "lb", {kind: log}, **{kind: [BUCKET_] if bucket is UNKNOWN else []})


def delivered(says: str, *stack: Resource, told: tuple[str, ...] = (), **more: Any) -> Case:
    return Case(rule="load-balancer.log-bucket", says=says, stack=stack, told=told, **more)


NOT_WRITTEN = (("bucket", "policy"),)
ALGORITHM = "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"

CASES = (
    delivered(
        "takes a policy for the delivery service, and S3's own keys",
        BUCKET_,
        policy(statement()),
        encrypted("AES256"),
        balancer(),
    ),
    delivered(
        "takes the region's account, a prefix, a reference, patterns and no encryption of its own",
        BUCKET_,
        policy(
            statement(principal={"AWS": "arn:aws:iam::127311923021:root"}, resources=[LOGS, f"{LOGS}/web/*"])
        ),
        balancer(UNKNOWN, prefix="web"),
    ),
    delivered(
        "takes the account's number, and all of S3's actions",
        BUCKET_,
        policy(statement(principal={"AWS": ["156460612806"]}, action=["s3:*"])),
        balancer(),
    ),
    delivered(
        "takes a policy inside the bucket, and an automatic name",
        it := resource(
            BUCKET,
            "bucket",
            {
                "policy": document(statement(resources="arn:aws:s3:::bucket-1a2b3c4/AWSLogs/111122223333/*")),
                "serverSideEncryptionConfiguration": {
                    "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
                },
            },
        ),
        resource(LOAD_BALANCER, "lb", {"accessLogs": {"bucket": UNKNOWN, "enabled": True}}, accessLogs=it),
    ),
    delivered(
        "takes one of two policies, though the other can't be read",
        BUCKET_,
        resource(BUCKET_POLICY, "odd", {"bucket": UNKNOWN, "policy": UNKNOWN}, bucket=BUCKET_),
        policy(statement()),
        balancer(),
    ),
    delivered(
        "leaves logs that are off, that another rule can't read, and of a Network Load Balancer",
        BUCKET_,
        encrypted("aws:kms"),
        balancer(enabled=False),
        resource(LOAD_BALANCER, "unread", {"accessLogs": UNKNOWN}),
        resource(
            LOAD_BALANCER,
            "nlb",
            {"loadBalancerType": "network", "accessLogs": {"bucket": "logs", "enabled": True}},
        ),
    ),
    delivered("leaves a bucket of another stack to AWS", balancer("elsewhere")),
    delivered(
        "finds a bucket without a policy",
        BUCKET_,
        balancer(),
        finds=NOT_WRITTEN,
        told=("write accessLogs of lb to logs/AWSLogs/*",),
    ),
    delivered(
        "finds logs of other kinds",
        BUCKET_,
        balancer(kind="connectionLogs"),
        finds=NOT_WRITTEN,
        told=("write connectionLogs of lb",),
    ),
    *(
        delivered(f"finds a policy {what}", BUCKET_, policy(it), balancer(), finds=NOT_WRITTEN)
        for what, it in {
            "for another service": statement(principal={"Service": "delivery.logs.amazonaws.com"}),
            "for another account": statement(principal={"AWS": "arn:aws:iam::111122223333:root"}),
            "for another action": statement(action="s3:GetObject"),
            "for another bucket": statement("arn:aws:s3:::other/AWSLogs/*"),
            "for another prefix": statement(f"{LOGS}/web/AWSLogs/*"),
            "that denies": statement(effect="Deny"),
        }.items()
    ),
    delivered(
        "finds a prefix that the policy leaves out",
        BUCKET_,
        policy(statement()),
        balancer(prefix="web"),
        finds=NOT_WRITTEN,
        told=("logs/web/AWSLogs/*",),
    ),
    delivered(
        "finds a KMS key, once for both kinds of logs",
        BUCKET_,
        policy(statement()),
        encrypted("aws:kms"),
        resource(
            LOAD_BALANCER,
            "lb",
            {it: {"bucket": "logs", "enabled": True} for it in ("accessLogs", "connectionLogs")},
        ),
        finds=(("encryption", ALGORITHM),),
        told=("encrypted with aws:kms",),
    ),
    delivered(
        "finds a KMS key where the bucket is named twice",
        BUCKET_,
        policy(statement()),
        encrypted("aws:kms:dsse", "logs"),
        balancer(),
        finds=(("encryption", ALGORITHM),),
    ),
    delivered(
        "finds a KMS key inside the bucket",
        it := resource(
            BUCKET,
            "bucket",
            {
                "bucket": "logs",
                "serverSideEncryptionConfiguration": {
                    "rule": {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}
                },
            },
        ),
        policy(statement()),
        balancer(),
        finds=(("bucket", f"serverSideEncryptionConfiguration.{ALGORITHM.replace('rules', 'rule')}"),),
    ),
    delivered(
        "doesn't pass over an unknown",
        BUCKET_,
        resource(BUCKET_POLICY, "policy", {"bucket": UNKNOWN, "policy": UNKNOWN}, bucket=BUCKET_),
        encrypted(UNKNOWN),
        balancer(),
        unsure=(("policy", "policy"), ("encryption", ALGORITHM)),
    ),
    delivered(
        "doesn't pass over an unknown prefix, or a policy of it isn't known which bucket",
        BUCKET_,
        resource(BUCKET_POLICY, "policy", {"bucket": UNKNOWN, "policy": document(statement())}),
        balancer(),
        resource(
            LOAD_BALANCER,
            "other",
            {"accessLogs": {"bucket": "logs", "enabled": "true", "prefix": UNKNOWN}},
        ),
        unsure=(("bucket", "policy"), ("other", "accessLogs.prefix")),
    ),
    delivered(
        "doesn't pass over what is no policy",
        BUCKET_,
        resource(BUCKET_POLICY, "policy", {"bucket": UNKNOWN, "policy": "{"}, bucket=BUCKET_),
        balancer(),
        unsure=(("policy", "policy"),),
        malformed=True,
    ),
)

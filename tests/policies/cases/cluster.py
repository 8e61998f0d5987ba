"""What a cluster measures, and what it records of sessions into containers."""

from typing import Any

from ecs_policies.kinds import CLUSTER, KEY, LOG_GROUP, SERVICE
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource


def insights(value: Any) -> list[dict[str, Any]]:
    return [{"name": "containerInsights", "value": value}]


def measured(says: str, *settings: Any, **more: Any) -> Case:
    """Clusters with these settings, named c0, c1 …; None for one without."""
    stack = tuple(
        resource(CLUSTER, f"c{index}", {} if it is None else {"settings": it})
        for index, it in enumerate(settings)
    )
    return Case(rule="cluster.container-insights", says=says, stack=stack, **more)


SETTING = "settings[containerInsights]"
INSIGHTS = (
    measured(
        "takes Container Insights, enhanced or not, as a list or one block",
        insights("enabled"),
        insights("enhanced"),
        insights("enabled")[0],
    ),
    measured(
        "finds a cluster that says nothing, one that says no, and another setting",
        None,
        insights("disabled"),
        [{"name": "other", "value": "enabled"}],
        finds=(("c0", SETTING), ("c1", SETTING), ("c2", SETTING)),
        told=("Container Insights is disabled",),
    ),
    measured(
        "doesn't pass over an unknown",
        UNKNOWN,
        insights(UNKNOWN),
        [{"name": UNKNOWN, "value": "enabled"}],
        unsure=(("c0", "settings"), ("c1", SETTING), ("c2", SETTING)),
    ),
    measured(
        "doesn't pass over what is no setting",
        "containerInsights=enabled",
        insights(7),
        unsure=(("c0", "settings"), ("c1", SETTING)),
        malformed=True,
    ),
)

EXEC = "configuration.executeCommandConfiguration"
LOG = f"{EXEC}.logConfiguration"
KEY_ = resource(KEY, "key")
GROUP = resource(LOG_GROUP, "sessions", {"name": "/exec", "kmsKeyId": UNKNOWN}, kmsKeyId=KEY_)
TO_GROUP = {"cloudWatchEncryptionEnabled": True, "cloudWatchLogGroupName": "/exec"}
TO_BUCKET = {"s3BucketName": "sessions", "s3BucketEncryptionEnabled": "true"}


def cluster(log: Any = TO_GROUP, logging: Any = "OVERRIDE", key: Any = UNKNOWN, **origins: Any) -> Resource:
    given = {"logging": logging, "kmsKeyId": key, "logConfiguration": log}
    block = {name: it for name, it in given.items() if it is not None}
    return resource(
        CLUSTER,
        "cluster",
        {"configuration": {"executeCommandConfiguration": block}},
        **(origins or {"configuration": [KEY_]}),
    )


def service(at: Resource | None, allowed: Any = "true", **more: Any) -> Resource:
    properties = {"enableExecuteCommand": allowed, **more}
    return resource(
        SERVICE, "web", {**properties, **({"cluster": UNKNOWN} if at else {})}, cluster=[at] if at else []
    )


def audited(says: str, *stack: Resource, told: tuple[str, ...] = (), **more: Any) -> Case:
    return Case(rule="cluster.exec-audit", says=says, stack=stack, told=told, **more)


AUDIT = (
    audited("takes sessions recorded in an encrypted log group", KEY_, GROUP, it := cluster(), service(it)),
    audited(
        "takes sessions recorded in a bucket, under a key of another stack",
        it := cluster(TO_BUCKET, key="arn:aws:kms:us-east-1:111122223333:key/1"),
        service(it),
    ),
    audited(
        "takes a log group of another stack, which ECS refuses without a key",
        KEY_,
        it := cluster(),
        service(it),
    ),
    audited(
        "takes a cluster without a record while no service allows sessions",
        it := resource(CLUSTER, "cluster"),
        service(it, allowed=False),
        resource(SERVICE, "api", {}),
    ),
    audited(
        "finds a cluster that says nothing",
        it := resource(CLUSTER, "cluster"),
        service(it),
        finds=(("cluster", f"{EXEC}.logging"), ("cluster", f"{EXEC}.kmsKeyId")),
        told=("logging is DEFAULT", "without a KMS key"),
    ),
    audited(
        "finds sessions that aren't recorded",
        KEY_,
        it := cluster(None, "NONE"),
        service(it),
        finds=(("cluster", f"{EXEC}.logging"),),
        told=("logging is NONE",),
    ),
    audited(
        "finds a record that is kept nowhere",
        KEY_,
        it := cluster(None),
        service(it),
        finds=(("cluster", LOG),),
    ),
    audited(
        "finds records that aren't encrypted",
        KEY_,
        it := cluster({"cloudWatchLogGroupName": "/exec", **TO_BUCKET, "s3BucketEncryptionEnabled": False}),
        service(it),
        finds=(
            ("cluster", f"{LOG}.cloudWatchEncryptionEnabled"),
            ("cluster", f"{LOG}.s3BucketEncryptionEnabled"),
        ),
    ),
    audited(
        "finds a log group without a key, referred to or named",
        KEY_,
        group := resource(LOG_GROUP, "plain", {"name": "/exec"}),
        it := cluster({**TO_GROUP, "cloudWatchLogGroupName": UNKNOWN}, configuration=[KEY_, group]),
        service(it),
        finds=(("plain", "kmsKeyId"),),
        told=("cluster records sessions here",),
    ),
    audited(
        "doesn't pass over a cluster of another stack, or the account's default one",
        service(None, cluster="shared"),
        resource(SERVICE, "api", {"enableExecuteCommand": True}),
        unsure=(("web", "cluster"), ("api", "cluster")),
    ),
    audited(
        "doesn't pass over an unknown",
        it := cluster({**TO_GROUP, "cloudWatchEncryptionEnabled": UNKNOWN}, configuration=[]),
        service(it),
        resource(SERVICE, "api", {"enableExecuteCommand": UNKNOWN}),
        unsure=(
            ("cluster", f"{LOG}.cloudWatchEncryptionEnabled"),
            ("cluster", f"{EXEC}.kmsKeyId"),
            ("api", "enableExecuteCommand"),
        ),
    ),
    audited(
        "doesn't pass over an unknown way of logging",
        KEY_,
        it := cluster(logging=UNKNOWN),
        service(it),
        unsure=(("cluster", f"{EXEC}.logging"),),
    ),
    audited(
        "doesn't pass over an unknown configuration",
        it := resource(CLUSTER, "cluster", {"configuration": UNKNOWN}),
        service(it),
        unsure=(("cluster", f"{EXEC}.logging"), ("cluster", f"{EXEC}.kmsKeyId")),
    ),
    audited(
        "doesn't pass over what is no block",
        KEY_,
        it := cluster("/exec"),
        service(it),
        unsure=(("cluster", LOG),),
        malformed=True,
    ),
)

CASES = (*INSIGHTS, *AUDIT)

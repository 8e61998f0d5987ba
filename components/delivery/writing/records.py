"""What is kept and told: logs and their keys, access logs, alarms, events, the topic, and the state."""

from __future__ import annotations

from components.delivery.environment import Environment
from components.delivery.statements import ANY, allow
from components.documents import Statement

_LOG_GROUPS = (
    "AssociateKmsKey",
    "CreateLogGroup",
    "DeleteLogGroup",
    "DeleteRetentionPolicy",
    "DisassociateKmsKey",
    "PutRetentionPolicy",
    "TagResource",
    "UntagResource",
)
# How a firewall's logs get to CloudWatch Logs. AWS WAF Developer Guide, "Sending web ACL traffic logs to an
# Amazon CloudWatch Logs log group".
_LOG_DELIVERY = ("CreateLogDelivery", "DeleteLogDelivery", "PutResourcePolicy")
_KEYS = (
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteAlias",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
_ALIASES = ("CreateAlias", "DeleteAlias", "UpdateAlias")
_BUCKETS = (
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "ListBucketVersions",
    "PutBucketOwnershipControls",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketTagging",
    "PutBucketVersioning",
    "PutEncryptionConfiguration",
    "PutLifecycleConfiguration",
    "TagResource",
    "UntagResource",
)
_ALARMS = ("DeleteAlarms", "PutMetricAlarm", "TagResource", "UntagResource")
_DASHBOARDS = ("DeleteDashboards", "PutDashboard", "TagResource", "UntagResource")
_EVENTS = ("DeleteRule", "PutRule", "PutTargets", "RemoveTargets", "TagResource", "UntagResource")
_TOPICS = (
    "CreateTopic",
    "DeleteTopic",
    "SetSubscriptionAttributes",
    "SetTopicAttributes",
    "Subscribe",
    "TagResource",
    "Unsubscribe",
    "UntagResource",
)


def records(environment: Environment) -> list[Statement]:
    """By name, and keys by the environment's tags."""
    arns, name, context = environment.arns, environment.name, environment.context
    keys = arns("kms", "key/*")
    dashboards = (context.arn("cloudwatch", f"dashboard/{name}", region=""),)
    # `destroy` empties the bucket of access logs where the settings say so.
    logs = tuple(f"{it}/*" for it in environment.buckets)
    return [
        allow("LogGroups", "logs", _LOG_GROUPS, environment.log_groups),
        allow("LogDelivery", "logs", _LOG_DELIVERY, ANY),
        allow("NewKey", "kms", ("CreateKey", "TagResource"), ANY, environment.new),
        allow("OwnKey", "kms", _KEYS, keys, environment.own),
        allow("Aliases", "kms", _ALIASES, arns("kms", f"alias/{name}")),
        allow("Buckets", "s3", _BUCKETS, environment.buckets),
        allow("EmptyBuckets", "s3", ("DeleteObject", "DeleteObjectVersion"), logs),
        allow("Alarms", "cloudwatch", _ALARMS, arns("cloudwatch", f"alarm:{name}")),
        allow("Dashboards", "cloudwatch", _DASHBOARDS, dashboards),
        allow("Events", "events", _EVENTS, arns("events", f"rule/{name}")),
        allow("Topics", "sns", _TOPICS, arns("sns", name)),
    ]


def state(environment: Environment) -> list[Statement]:
    """The stack's state, its history and its locks; no other stack's, and no state's earlier version."""
    keys = environment.arns("kms", "key/*")
    return [
        allow("StateWrite", "s3", ("DeleteObject", "GetObject", "PutObject"), environment.state_files),
        allow("StateEncrypt", "kms", ("Encrypt", "GenerateDataKey"), keys, environment.state_key),
    ]

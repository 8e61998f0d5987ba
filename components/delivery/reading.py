"""What a preview, a drift check and an audit call: all that tells about an environment, and no data in it.

The provider reads everything about a resource, configured by the program or not.
"""

from __future__ import annotations

from components.delivery.environment import Environment
from components.delivery.statements import ANY, allow, with_resources
from components.documents import Statement

_EC2 = (
    "DescribeAddresses",
    "DescribeAddressesAttribute",
    "DescribeAvailabilityZones",
    "DescribeFlowLogs",
    "DescribeInternetGateways",
    "DescribeManagedPrefixLists",
    "DescribeNatGateways",
    "DescribeNetworkAcls",
    "DescribeNetworkInterfaces",
    "DescribePrefixLists",
    "DescribeRegions",
    "DescribeRouteTables",
    "DescribeSecurityGroupRules",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcEndpointServices",
    "DescribeVpcEndpoints",
    "DescribeVpcs",
)
_LOAD_BALANCING = (
    "DescribeCapacityReservation",
    "DescribeListenerAttributes",
    "DescribeListenerCertificates",
    "DescribeListeners",
    "DescribeLoadBalancerAttributes",
    "DescribeLoadBalancers",
    "DescribeRules",
    "DescribeTags",
    "DescribeTargetGroupAttributes",
    "DescribeTargetGroups",
    "DescribeTargetHealth",
)
_SCALING = ("DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions")
_TASKS = (
    "DescribeClusters",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
    "DescribeServices",
    "DescribeTasks",
    "ListServiceDeployments",
    "ListTagsForResource",
)
_BUCKETS = (
    "GetAccelerateConfiguration",
    "GetBucketAbac",
    "GetBucketAcl",
    "GetBucketCORS",
    "GetBucketLocation",
    "GetBucketLogging",
    "GetBucketObjectLockConfiguration",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPublicAccessBlock",
    "GetBucketRequestPayment",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketWebsite",
    "GetEncryptionConfiguration",
    "GetLifecycleConfiguration",
    "GetReplicationConfiguration",
    "ListBucket",
    "ListTagsForResource",
)
_ROLES = (
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
)
_TOPICS = (
    "GetSubscriptionAttributes",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "ListTagsForResource",
)
_FIREWALLS = ("GetLoggingConfiguration", "GetWebACL", "GetWebACLForResource", "ListTagsForResource")
_KEYS = ("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags")
_SECRETS = ("DescribeSecret", "GetResourcePolicy", "ListSecretVersionIds")


def lists() -> list[Statement]:
    """What AWS shows only of the whole account: lists, and much that describes."""
    return [
        allow("Network", "ec2", _EC2, ANY),
        allow("LoadBalancing", "elasticloadbalancing", _LOAD_BALANCING, ANY),
        allow("Scaling", "application-autoscaling", _SCALING, ANY),
        allow("TaskDefinitions", "ecs", ("DescribeTaskDefinition", "ListTaskDefinitions"), ANY),
        allow("Aliases", "kms", ("ListAliases",), ANY),
        allow("LogGroups", "logs", ("DescribeLogGroups", "DescribeResourcePolicies"), ANY),
        allow("HostedZones", "route53", ("ListHostedZones", "ListHostedZonesByName"), ANY),
        # It could be limited to alarms by name, but the call is judged as one about all of them.
        allow("Alarms", "cloudwatch", ("DescribeAlarms",), ANY),
    ]


def details(environment: Environment) -> list[Statement]:
    """What AWS shows of one resource: those of this environment, by their names or by their tags."""
    arns, name, own = environment.arns, environment.name, environment.own
    dashboards = (environment.context.arn("cloudwatch", f"dashboard/{name}", region=""),)
    cluster = {"ArnLike": {"ecs:cluster": environment.context.arn("ecs", f"cluster/{name}")}}
    return with_resources(
        [
            allow("Vpc", "ec2", ("DescribeVpcAttribute",), arns("ec2", "vpc/*"), own),
            allow("Keys", "kms", _KEYS, arns("kms", "key/*"), own),
            allow("SecretsKeys", "kms", ("DescribeKey",), environment.reached("kms")),
            allow(
                "Certificates",
                "acm",
                ("DescribeCertificate", "ListTagsForCertificate"),
                arns("acm", "certificate/*"),
                own,
            ),
            allow(
                "ScalingTags",
                "application-autoscaling",
                ("ListTagsForResource",),
                arns("application-autoscaling", "scalable-target/*"),
                own,
            ),
            allow("Tasks", "ecs", _TASKS, (*environment.tasks, *arns("ecs", f"service-revision/{name}"))),
            allow("ListTasks", "ecs", ("ListTasks",), ANY, cluster),
            allow("Roles", "iam", _ROLES, environment.roles),
            allow("Buckets", "s3", _BUCKETS, environment.buckets),
            allow("Topics", "sns", _TOPICS, arns("sns", name)),
            allow(
                "Events",
                "events",
                ("DescribeRule", "ListTagsForResource", "ListTargetsByRule"),
                arns("events", f"rule/{name}"),
            ),
            allow("AlarmsTags", "cloudwatch", ("ListTagsForResource",), arns("cloudwatch", f"alarm:{name}")),
            allow("Dashboards", "cloudwatch", ("GetDashboard", "ListTagsForResource"), dashboards),
            allow("LogGroupsTags", "logs", ("ListTagsForResource",), environment.log_groups),
            allow("Firewalls", "wafv2", _FIREWALLS, environment.firewalls),
            allow(
                "Zones",
                "route53",
                ("GetHostedZone", "ListResourceRecordSets", "ListTagsForResource"),
                environment.zones,
            ),
            allow("Images", "ecr", ("DescribeImages", "DescribeRepositories"), environment.images),
            allow("Secrets", "secretsmanager", _SECRETS, environment.secrets),
        ]
    )


def state(environment: Environment) -> list[Statement]:
    """The stack's own state and the secrets in it. A preview writes nothing there and takes no lock."""
    keys = environment.arns("kms", "key/*")
    return [
        # Unlimited by a prefix, or S3 would refuse to say that an object isn't there.
        allow("StateList", "s3", ("ListBucket",), (environment.state,)),
        allow("StateRead", "s3", ("GetObject",), environment.state_read),
        allow("StateKey", "kms", ("Decrypt", "DescribeKey"), keys, environment.state_key),
    ]

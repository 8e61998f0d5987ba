"""Sessions into containers, allowed by the service and by the task role."""

from collections.abc import Callable
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, ATTACHMENT, ROLE_POLICY, SERVICE, TASK, Web, allow, resource

RULE = "role.exec-permissions"
CLUSTER = "aws:ecs/cluster:Cluster"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUCKET = "aws:s3/bucket:Bucket"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0a1b"
EXEC = "configuration.executeCommandConfiguration"

NAMES = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
CHANNELS = allow([f"ssmmessages:{it}" for it in NAMES])
TO_GROUP = (
    allow("logs:DescribeLogGroups"),
    allow(
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/web/exec:*",
    ),
)
TO_BUCKET = (
    allow("s3:GetEncryptionConfiguration", "arn:aws:s3:::sessions"),
    allow("s3:PutObject", "arn:aws:s3:::sessions/exec/*"),
)
DECRYPT = allow("kms:Decrypt", KEY)


def service(web: Web, *, allowed: Any = True, **properties: Any) -> Resource:
    """A service that runs the task."""
    definition = {"taskDefinition": UNKNOWN} if not web.deployed else {"taskDefinition": "web:3"}
    switch = {} if allowed is None else {"enableExecuteCommand": allowed}
    return resource(SERVICE, "web", {**definition, **switch, **properties}, taskDefinition=web.definition)


def cluster(**configuration: Any) -> Resource:
    settings = {"configuration": {"executeCommandConfiguration": configuration}} if configuration else {}
    return resource(CLUSTER, "cluster", {"name": "web", **settings})


def exec_(
    says: str,
    *statements: dict[str, Any],
    more: Callable[[Web], list[Resource]] = lambda web: [service(web)],
    **expected: Any,
) -> tuple[Case, ...]:
    def spoil(web: Web) -> list[Resource]:
        return [*([web.on_role(web.task_role, *statements)] if statements else []), *more(web)]

    return on_web(RULE, says, spoil, **expected)


def in_cluster(*resources: Resource) -> Callable[[Web], list[Resource]]:
    return lambda web: [service(web, cluster="web"), *resources]


def by_reference(kind: str, setting: str, **named: str) -> Callable[[Web], list[Resource]]:
    """A cluster that records where a resource of the stack says."""
    place = resource(kind, "place", named)
    configuration = {
        "executeCommandConfiguration": {"logging": "OVERRIDE", "logConfiguration": {setting: UNKNOWN}}
    }
    recording = resource(
        CLUSTER, "cluster", {"name": "web", "configuration": configuration}, configuration=place
    )
    return in_cluster(place, recording)


def changed(web: Web, **properties: Any) -> Resource:
    """The task definition with other properties, and references that are known or lead nowhere."""
    return resource(TASK, "task-definition", {**web.definition.properties, **properties})


AT_SWITCH = (("web", "enableExecuteCommand"),)
EVERYWHERE = cluster(
    logging="OVERRIDE",
    kmsKeyId=KEY,
    logConfiguration={"cloudWatchLogGroupName": "/web/exec", "s3BucketName": "sessions"},
)

CASES = (
    *exec_("takes a stack without sessions", more=lambda web: [service(web, allowed=None)]),
    *exec_("takes sessions that role and service allow", CHANNELS),
    *exec_(
        "takes sessions that are allowed in a cluster of another stack",
        CHANNELS,
        more=lambda web: [service(web, cluster="x")],
    ),
    *exec_(
        "finds a role that can't open a session",
        allow("ssmmessages:Create*"),
        finds=AT_SWITCH,
        told=("may not call ssmmessages:OpenControlChannel, ssmmessages:OpenDataChannel",),
    ),
    *exec_("finds a role without permissions", finds=AT_SWITCH),
    *exec_(
        "finds a role that opens sessions for a service that doesn't allow them",
        CHANNELS,
        more=lambda web: [service(web, allowed="false")],
        finds=(("extra", "policy.Statement[0]"),),
        told=("though no service of its tasks has enableExecuteCommand",),
    ),
    *exec_(
        "finds a policy of AWS's that opens sessions for no service",
        more=lambda web: [
            service(web, allowed=None),
            resource(
                ATTACHMENT,
                "attachment",
                {"role": "web-task", "policyArn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"},
            ),
        ],
        finds=(("attachment", "policyArn.Statement[1]"),),
    ),
    *exec_(
        "leaves an administrator to the rule about them",
        allow("*"),
        more=lambda web: [service(web, allowed=None)],
    ),
    *exec_("takes a role of tasks that no service runs", CHANNELS, more=lambda _: []),
    *exec_(
        "takes a role that one of two services allows sessions with",
        CHANNELS,
        more=lambda web: [
            service(web),
            resource(SERVICE, "quiet", {"taskDefinition": "web"}, taskDefinition=web.definition),
        ],
    ),
    *exec_(
        "finds a task without role",
        more=lambda web: [service(web), changed(web, taskRoleArn=None)],
        finds=AT_SWITCH,
        told=("task-definition has no task role",),
    ),
    *exec_("takes sessions that are recorded nowhere", CHANNELS, more=in_cluster(cluster(logging="NONE"))),
    *exec_("takes sessions that are recorded by the driver", CHANNELS, more=in_cluster(cluster())),
    *exec_(
        "takes sessions that the role can record everywhere",
        CHANNELS,
        *TO_GROUP,
        *TO_BUCKET,
        DECRYPT,
        more=in_cluster(EVERYWHERE),
    ),
    *exec_(
        "finds sessions that the role can't write into the log",
        CHANNELS,
        *TO_BUCKET,
        DECRYPT,
        more=in_cluster(EVERYWHERE),
        finds=AT_SWITCH,
        told=("logs:DescribeLogGroups, logs:DescribeLogStreams, logs:CreateLogStream, logs:PutLogEvents",),
    ),
    *exec_(
        "finds sessions that the role can't put into the bucket",
        CHANNELS,
        *TO_GROUP,
        DECRYPT,
        more=in_cluster(EVERYWHERE),
        finds=AT_SWITCH,
        told=("may not call s3:GetEncryptionConfiguration, s3:PutObject,",),
    ),
    *exec_(
        "finds sessions under a key that the role can't use",
        CHANNELS,
        *TO_GROUP,
        *TO_BUCKET,
        more=in_cluster(EVERYWHERE),
        finds=AT_SWITCH,
        told=("may not call kms:Decrypt,",),
    ),
    *exec_(
        "takes a key that isn't known",
        CHANNELS,
        DECRYPT,
        more=in_cluster(cluster(logging="NONE", kmsKeyId=UNKNOWN)),
    ),
    *exec_(
        "takes a key by its alias",
        CHANNELS,
        DECRYPT,
        more=in_cluster(cluster(logging="NONE", kmsKeyId="alias/exec")),
    ),
    *exec_(
        "finds that another key is allowed than the sessions'",
        CHANNELS,
        allow("kms:Decrypt", f"{KEY}-other"),
        more=in_cluster(cluster(logging="NONE", kmsKeyId=KEY)),
        finds=AT_SWITCH,
    ),
    *exec_(
        "is unsure of a kind of log that is no text",
        CHANNELS,
        more=in_cluster(cluster(logging=7, kmsKeyId=KEY)),
        unsure=(("cluster", EXEC),),
        malformed=True,
    ),
    *exec_(
        "finds that another group is recorded to, by its name",
        CHANNELS,
        *TO_GROUP,
        more=by_reference(LOG_GROUP, "cloudWatchLogGroupName", name="/other"),
        finds=AT_SWITCH,
    ),
    *exec_(
        "takes a group of the stack, by its name",
        CHANNELS,
        *TO_GROUP,
        more=by_reference(LOG_GROUP, "cloudWatchLogGroupName", name="/web/exec"),
    ),
    *exec_(
        "takes a group with an automatic name",
        CHANNELS,
        *TO_GROUP,
        more=by_reference(LOG_GROUP, "cloudWatchLogGroupName"),
    ),
    *exec_(
        "takes a bucket of the stack, by its name",
        CHANNELS,
        *TO_BUCKET,
        more=by_reference(BUCKET, "s3BucketName", bucket="sessions"),
    ),
    *exec_(
        "is unsure of a group that isn't known",
        CHANNELS,
        more=in_cluster(cluster(logging="OVERRIDE", logConfiguration={"cloudWatchLogGroupName": UNKNOWN})),
        unsure=(("cluster", f"{EXEC}.logConfiguration.cloudWatchLogGroupName"),),
    ),
    *exec_(
        "is unsure of a log configuration that is no block",
        CHANNELS,
        more=in_cluster(cluster(logging="OVERRIDE", logConfiguration=7)),
        unsure=(
            ("cluster", f"{EXEC}.logConfiguration.cloudWatchLogGroupName"),
            ("cluster", f"{EXEC}.logConfiguration.s3BucketName"),
        ),
        malformed=True,
    ),
    *exec_(
        "is unsure of where a cluster that can't be read records",
        CHANNELS,
        more=in_cluster(resource(CLUSTER, "cluster", {"name": "web", "configuration": UNKNOWN})),
        unsure=(("cluster", EXEC),),
    ),
    *exec_(
        "is unsure of a cluster that isn't known",
        CHANNELS,
        more=lambda web: [service(web, cluster=UNKNOWN)],
        unsure=(("web", "cluster"),),
    ),
    *exec_(
        "is unsure of a switch that isn't known, and finds nothing",
        CHANNELS,
        more=lambda web: [service(web, allowed=UNKNOWN)],
        unsure=AT_SWITCH,
    ),
    *exec_(
        "is unsure of a switch that is none",
        CHANNELS,
        more=lambda web: [service(web, allowed="perhaps")],
        unsure=AT_SWITCH,
        malformed=True,
    ),
    *exec_(
        "is unsure of a task definition that isn't known",
        more=lambda _: [resource(SERVICE, "web", {"taskDefinition": UNKNOWN, "enableExecuteCommand": True})],
        unsure=(("web", "taskDefinition"),),
    ),
    *exec_(
        "is unsure of a task definition of another stack",
        more=lambda _: [
            resource(SERVICE, "web", {"taskDefinition": "elsewhere:1", "enableExecuteCommand": True})
        ],
        unsure=(("web", "taskDefinition"),),
        told=("no resource of the stack has this name",),
    ),
    *exec_(
        "takes a task definition of another stack without sessions",
        more=lambda _: [resource(SERVICE, "web", {"taskDefinition": "elsewhere:1"})],
    ),
    *exec_(
        "is unsure of a document that isn't JSON, and finds nothing missing",
        more=lambda web: [
            service(web),
            resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": "{"}),
        ],
        unsure=(("extra", "policy"),),
        malformed=True,
    ),
    *exec_(
        "is unsure of a role that isn't known",
        more=lambda web: [service(web), changed(web, taskRoleArn=UNKNOWN)],
        unsure=(("task-definition", "taskRoleArn"),),
    ),
)

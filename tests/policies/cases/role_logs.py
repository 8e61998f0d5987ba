"""The logs that a task writes with its own role."""

from collections.abc import Callable
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, ATTACHMENT, IMAGE, ROLE_POLICY, SERVICE, TASK, Web, allow, resource

LOGS = "role.task-role-writes-logs"

FULL_ACCESS = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"
CLUSTER = "aws:ecs/cluster:Cluster"
FIRST = (("extra", "policy.Statement[0]"),)


def group(name: str) -> str:
    return f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}:*"


WRITE = ["logs:CreateLogStream", "logs:PutLogEvents"]
RECORDED = "/web/exec"
CHANNELS = allow(
    [f"ssmmessages:{it}Channel" for it in ("CreateControl", "CreateData", "OpenControl", "OpenData")]
)


def router(**fields: Any) -> dict[str, Any]:
    firelens = {"type": "fluentbit", **fields.pop("firelens", {})}
    return {"name": "router", "image": IMAGE, "firelensConfiguration": firelens, **fields}


def through(**options: Any) -> dict[str, Any]:
    log = {"logDriver": "awsfirelens", **({"options": options} if options else {})}
    return {"name": "rails", "image": IMAGE, "logConfiguration": log}


TO_CLOUDWATCH = through(Name="cloudwatch_logs", log_group_name="/web/rails", region="us-east-1")
BY_DRIVER = {
    "name": "rails",
    "image": IMAGE,
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web/rails"}},
}


def writing(
    containers: Any, *groups: str, more: Callable[[Web], list[Resource]] = lambda _: []
) -> Callable[[Web], list[Resource]]:
    """The task with these containers, whose role may write these groups."""

    def spoil(web: Web) -> list[Resource]:
        policy = web.on_role(web.task_role, *(allow(WRITE, group(it)) for it in groups))
        return [web.with_containers(containers), policy, *more(web)]

    return spoil


def served(*clusters: Resource, allowed: Any, cluster: Any = None) -> Callable[[Web], list[Resource]]:
    """A service of the task that allows sessions, or not, in this cluster."""

    def more(_: Web) -> list[Resource]:
        properties = {"taskDefinition": "web", "enableExecuteCommand": allowed, "cluster": cluster}
        return [
            resource(SERVICE, "web", {key: it for key, it in properties.items() if it is not None}),
            *clusters,
        ]

    return more


def recording(**configuration: Any) -> Resource:
    settings = {"executeCommandConfiguration": configuration} if configuration else {}
    return resource(CLUSTER, "cluster", {"name": "web", "configuration": settings})


TO_GROUP = recording(logging="OVERRIDE", logConfiguration={"cloudWatchLogGroupName": RECORDED})


def logs(says: str, spoil: Callable[[Web], list[Resource]], **expected: Any) -> tuple[Case, ...]:
    return on_web(LOGS, says, spoil, **expected)


CASES = (
    *logs("takes a task role that writes no logs", lambda _: []),
    *logs("takes the group that the router writes", writing([router(), TO_CLOUDWATCH], "/web/rails")),
    *logs(
        "finds another group than the router's",
        writing([router(), TO_CLOUDWATCH], "/web/rails", "/other"),
        finds=(("extra", "policy.Statement[1]"),),
        told=("groups its tasks write: /web/rails",),
    ),
    *logs(
        "finds the group that the driver writes",
        writing([BY_DRIVER], "/web/rails"),
        finds=FIRST,
        told=("groups its tasks write: none",),
    ),
    *logs(
        "finds a group of a router that sends elsewhere",
        writing([router(), through(Name="datadog")], "/web/rails"),
        finds=FIRST,
    ),
    *logs(
        "finds a group of a router with a file of AWS's own",
        writing(
            [
                router(firelens={"options": {"config-file-value": "/fluent-bit/configs/parse-json.conf"}}),
                through(Name="datadog"),
            ],
            "/web/rails",
        ),
        finds=FIRST,
    ),
    *logs(
        "takes any group of a router with a file of its own",
        writing(
            [router(firelens={"options": {"config-file-value": "/own.conf"}}), through(Name="x")], "/any"
        ),
    ),
    *logs(
        "takes any group of a router that fetches its files",
        writing([router(environment=[{"name": "aws_fluent_bit_init_s3_1", "value": "x"}])], "/any"),
    ),
    *logs("takes any group where the router alone knows", writing([router(), through()], "/any")),
    *logs(
        "takes any group that the router fills in",
        writing([router(), through(Name="cloudwatch", log_group_name="/web/$(task)")], "/web/x"),
    ),
    *logs(
        "takes Fluentd's spelling",
        writing(
            [router(), through(**{"@type": "cloudwatch_logs", "log_group_name": "/web/rails"})], "/web/rails"
        ),
    ),
    *logs(
        "takes any group of CloudWatch's agent",
        writing(
            [{"name": "agent", "image": "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.2.3"}], "/any"
        ),
    ),
    *logs(
        "leaves AWS's own policies to the rule about them",
        lambda _: [
            resource(
                ATTACHMENT,
                "all",
                {"role": "web-task", "policyArn": "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"},
            )
        ],
    ),
    *logs(
        "leaves an administrator to the rule about them", lambda web: [web.on_role(web.task_role, allow("*"))]
    ),
    *logs(
        "takes the group where sessions are recorded",
        writing([BY_DRIVER], RECORDED, more=served(TO_GROUP, allowed="true", cluster="web")),
    ),
    *logs(
        "finds another group than where sessions are recorded",
        writing([BY_DRIVER], "/web/rails", more=served(TO_GROUP, allowed=True, cluster="web")),
        finds=FIRST,
    ),
    *logs(
        "finds the group of sessions that aren't allowed",
        writing([BY_DRIVER], RECORDED, more=served(TO_GROUP, allowed=False, cluster="web")),
        finds=FIRST,
    ),
    *logs(
        "takes the driver's group where sessions are recorded as the driver does",
        writing([BY_DRIVER], "/web/rails", more=served(recording(), allowed=True, cluster="web")),
    ),
    *logs(
        "finds another group than the driver's",
        writing([BY_DRIVER], RECORDED, more=served(recording(), allowed=True, cluster="web")),
        finds=FIRST,
    ),
    *logs(
        "finds the driver's group where sessions aren't recorded",
        writing(
            [BY_DRIVER], "/web/rails", more=served(recording(logging="NONE"), allowed=True, cluster="web")
        ),
        finds=FIRST,
    ),
    *logs(
        "takes any group where the cluster is another stack's",
        writing([BY_DRIVER], "/any", more=served(allowed=True, cluster="elsewhere")),
    ),
    *logs(
        "takes any group where whoever starts the task may open sessions",
        lambda web: [web.on_role(web.task_role, allow(WRITE, group("/any")), CHANNELS)],
    ),
    *logs(
        "finds a group where a service without sessions starts the task",
        lambda web: [
            web.on_role(web.task_role, allow(WRITE, group("/any")), CHANNELS),
            *served(allowed=None)(web),
        ],
        finds=FIRST,
    ),
    *logs(
        "is unsure of a cluster's settings that aren't known",
        writing(
            [BY_DRIVER],
            RECORDED,
            more=served(
                resource(CLUSTER, "cluster", {"name": "web", "configuration": UNKNOWN}),
                allowed=True,
                cluster="web",
            ),
        ),
        unsure=(("cluster", "configuration.executeCommandConfiguration"),),
    ),
    *logs(
        "is unsure of containers that aren't known",
        writing(UNKNOWN, "/any"),
        unsure=(("task-definition", "containerDefinitions"),),
    ),
    *logs(
        "is unsure of a document that isn't JSON",
        lambda _: [resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": "{"})],
        unsure=(("extra", "policy"),),
        malformed=True,
    ),
    *logs(
        "is unsure of roles that aren't known",
        lambda _: [resource(TASK, "task-definition", {"taskRoleArn": UNKNOWN})],
        unsure=(("task-definition", "taskRoleArn"),),
    ),
)

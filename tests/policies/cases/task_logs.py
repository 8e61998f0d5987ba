"""What becomes of the output: kept, without waiting, in a group that exists, through one router."""

from dataclasses import replace

from ecs_policies.kinds import ACCOUNT_SETTING, LOG_GROUP

from tests.policies.cases.case import UNKNOWN
from tests.policies.stacks import resource
from tests.policies.tasks import at, container, not_json, of, task

FARGATE = {"requiresCompatibilities": ["FARGATE"]}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:web/key-AbCdEf"
LOG, OPTIONS = "logConfiguration", "logConfiguration.options"


def awslogs(group="/web", **options):
    given = {"awslogs-group": group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web", **options}
    return {LOG: {"logDriver": "awslogs", "options": given}}


def routed(*secrets, **options):
    secret_options = [{"name": it, "valueFrom": SECRET} for it in secrets]
    return {LOG: {"logDriver": "awsfirelens", "options": options, "secretOptions": secret_options}}


def router(name="router", options=None, **fields):
    configuration = {"type": "fluentbit", "options": options or {}}
    return container(name, firelensConfiguration=configuration, **{**awslogs(), **fields})


LOST_LOGS = (
    of(
        "task.lost-logs",
        "takes Fargate's drivers with what they need, and any driver elsewhere",
        task(container(**awslogs()), container("b", **routed(Name="null")), **FARGATE),
        task(
            container(**{LOG: {"logDriver": "json-file"}}), name="instance", requiresCompatibilities=["EC2"]
        ),
        task({"Name": "web", "LogConfiguration": {"LogDriver": "syslog"}}, name="unset"),
    ),
    of(
        "task.lost-logs",
        "finds that no driver is named",
        task(container(), container("b", **{LOG: {}}), container("c", **{LOG: {"options": {}}}), **FARGATE),
        task(container(), name="instance"),
        finds=(at(LOG), at(LOG, "b"), at(LOG, "c"), at(LOG, "web", "instance")),
        told=("nobody keeps the container's output",),
    ),
    of(
        "task.lost-logs",
        "finds what Fargate doesn't have, and options that it needs",
        task(
            container(**{LOG: {"logDriver": "json-file"}}),
            container("b", **{LOG: {"logDriver": "awslogs", "options": {"awslogs-group": "/web"}}}),
            **FARGATE,
        ),
        finds=(
            at(LOG),
            at(f"{OPTIONS}[awslogs-region]", "b"),
            at(f"{OPTIONS}[awslogs-stream-prefix]", "b"),
        ),
        told=("'json-file': Fargate has no such log driver", "awslogs on Fargate needs awslogs-region"),
    ),
    of(
        "task.lost-logs",
        "doesn't pass over an unknown",
        task(container(**{LOG: {"logDriver": UNKNOWN}}), container("b", **awslogs(UNKNOWN)), **FARGATE),
        task(container(**awslogs()), name="launch", requiresCompatibilities=UNKNOWN),
        task(text=UNKNOWN, name="whole"),
        unsure=(
            at(f"{LOG}.logDriver"),
            at(f"{OPTIONS}[awslogs-group]", "b"),
            ("launch", "requiresCompatibilities"),
            ("whole", "containerDefinitions"),
        ),
    ),
    of(
        "task.lost-logs",
        "doesn't pass over what ECS wouldn't take",
        task(
            container(**{LOG: "awslogs"}),
            container("b", **{LOG: {"logDriver": "x", "options": []}}),
            **FARGATE,
        ),
        unsure=(at(LOG), at(OPTIONS, "b")),
        malformed=True,
    ),
    not_json("task.lost-logs"),
)


def account(name, value):
    return resource(ACCOUNT_SETTING, "account", {"name": name, "value": value})


BLOCKING_LOGS = (
    of(
        "task.blocking-logs",
        "takes the default, and what says the same",
        task(container(**awslogs()), container("b", **awslogs(mode="non-blocking")), container("c")),
        account("defaultLogDriverMode", "non-blocking"),
    ),
    of(
        "task.blocking-logs",
        "leaves other settings of the account alone",
        account("containerInsights", "blocking"),
    ),
    of(
        "task.blocking-logs",
        "finds a container that waits, and an account in which all do",
        task(container(**awslogs(mode="blocking")), container("b", **routed(Name="null", mode="blocking"))),
        account("defaultLogDriverMode", "blocking"),
        finds=(at(f"{OPTIONS}[mode]"), at(f"{OPTIONS}[mode]", "b"), ("account", "value")),
        told=("with blocking a container stands still",),
    ),
    of(
        "task.blocking-logs",
        "doesn't pass over an unknown",
        task(container(**awslogs(mode=UNKNOWN)), container("b", **{LOG: UNKNOWN})),
        account("defaultLogDriverMode", UNKNOWN),
        unsure=(at(f"{OPTIONS}[mode]"), at(LOG, "b"), ("account", "value")),
    ),
    of(
        "task.blocking-logs",
        "doesn't pass over what is no mode",
        task(container(**awslogs(mode=True))),
        account("defaultLogDriverMode", 7),
        unsure=(at(f"{OPTIONS}[mode]"), ("account", "value")),
        malformed=True,
    ),
    not_json("task.blocking-logs"),
)


def group(name, logical="logs"):
    return resource(LOG_GROUP, logical, {} if name is None else {"name": name})


GROUP = f"{OPTIONS}[awslogs-group]"
NAMED_BY_AWS = replace(group(None), identity=frozenset({"arn:aws:logs:us-east-1:1:log-group:/web", "/web"}))

MISSING_LOG_GROUP = (
    of("task.missing-log-group", "takes a group of the stack", task(container(**awslogs())), group("/web")),
    of(
        "task.missing-log-group",
        "takes a group that AWS has named",
        task(container(**awslogs())),
        NAMED_BY_AWS,
    ),
    of(
        "task.missing-log-group",
        "takes a group of the stack that the log router writes to",
        task(container(**routed(name="cloudwatch_logs", log_group_name="/web"))),
        group("/web"),
    ),
    of(
        "task.missing-log-group",
        "takes groups that the driver or the router may create",
        task(
            container(**awslogs("/other", **{"awslogs-create-group": "true"})),
            container("b", **routed(Name="cloudwatch", log_group_name="/other", Auto_Create_Group="true")),
        ),
        group("/web"),
    ),
    of(
        "task.missing-log-group",
        "takes any name in a stack without log groups, and other drivers in one with some",
        task(container(**awslogs("/elsewhere"))),
    ),
    of(
        "task.missing-log-group",
        "leaves other drivers, and drivers that name no group, alone",
        task(
            container(**routed(Name="datadog", log_group_name="/other")),
            container("b", **{LOG: {"logDriver": "splunk"}}),
            container("c", **{LOG: {"logDriver": "awslogs"}}),
            container("d"),
        ),
        group("/web"),
    ),
    of(
        "task.missing-log-group",
        "finds a name that no group of the stack has",
        task(
            container(**awslogs("/wbe")),
            container("b", **awslogs("/web")),
            container(
                "c", **routed(Name="cloudwatch_logs", Log_Group_Name="/wbe", auto_create_group="false")
            ),
        ),
        group("/web"),
        finds=(at(GROUP), at(f"{OPTIONS}[Log_Group_Name]", "c")),
        told=("no log group of the stack is named /wbe; it has /web",),
    ),
    of(
        "task.missing-log-group",
        "names only a few of many groups",
        task(container(**awslogs("/wbe"))),
        *(group(f"/web{index}", f"logs{index}") for index in range(7)),
        finds=(at(GROUP),),
        told=("/web4, …",),
    ),
    of(
        "task.missing-log-group",
        "doesn't pass over an unknown",
        task(
            container(**awslogs(UNKNOWN)),
            container("b", **awslogs("/other")),
            container("c", **awslogs("/web")),
        ),
        task(text=UNKNOWN, name="whole"),
        group("/web"),
        group(UNKNOWN, "nameless"),
        unsure=(at(GROUP), at(GROUP, "b"), ("whole", "containerDefinitions")),
        told=("the names of the stack's log groups aren't known",),
    ),
    of(
        "task.missing-log-group",
        "doesn't pass over a name that the router puts together",
        task(container(**routed(Name="cloudwatch", log_group_name="/ecs/$(ecs_cluster)"))),
        group("/web"),
        unsure=(at(f"{OPTIONS}[log_group_name]"),),
        told=("put together when the task runs",),
    ),
    of(
        "task.missing-log-group",
        "doesn't pass over what is no name",
        task(container(**awslogs(7))),
        task(text="{", name="whole"),
        group("/web"),
        unsure=(at(GROUP), ("whole", "containerDefinitions")),
        malformed=True,
        told=("it isn't text",),
    ),
)

S3_FILE = {"config-file-type": "s3", "config-file-value": "arn:aws:s3:::web/extra.conf"}

BROKEN_LOG_ROUTER = (
    of(
        "task.broken-log-router",
        "takes one router whose clients name their outputs and keys",
        task(
            router(),
            container(**routed("apikey", Name="datadog", Host="http-intake.logs.datadoghq.com")),
            container("b", **routed(name="cloudwatch_logs")),
            **FARGATE,
        ),
        task(container(**awslogs()), name="without"),
        task(router(essential=False), name="idle"),
    ),
    of(
        "task.broken-log-router",
        "takes a router that has its outputs in a file of its own, on instances from S3 too",
        task(
            router(options={"config-file-type": "file", "config-file-value": "/extra.conf"}),
            container(**routed()),
            **FARGATE,
        ),
        task(router(options=S3_FILE), container(**routed()), name="instance"),
    ),
    of(
        "task.broken-log-router",
        "finds clients without a router, and a router that is its own client",
        task(container(**routed(Name="null"))),
        task(router(**routed(Name="null")), container(**routed(Name="null")), name="own"),
        finds=(at(LOG), at(LOG, "router", "own")),
        told=("no container of the task is a log router", "would send its own logs to itself"),
    ),
    of(
        "task.broken-log-router",
        "finds two routers, and one that the task outlives",
        task(router(), router("second")),
        task(router(essential="false"), container(**routed(Name="null")), name="outlived"),
        finds=(("task", "containerDefinitions"), at("essential", "router", "outlived")),
        told=("a task has at most one log router", "lose its logs"),
    ),
    of(
        "task.broken-log-router",
        "finds a configuration that Fargate doesn't read, and half a one",
        task(router(options=S3_FILE), **FARGATE),
        task(router(options={"config-file-type": "file"}), name="half"),
        finds=(
            at("firelensConfiguration.options[config-file-type]", "router"),
            at("firelensConfiguration", "router", "half"),
        ),
    ),
    of(
        "task.broken-log-router",
        "finds clients that name no output, or no key where one is asked for",
        task(
            router(),
            container(**routed()),
            container("b", **routed(Name="datadog")),
            container("c", **routed(Name="newrelic")),
        ),
        finds=(
            at(f"{OPTIONS}[Name]"),
            at("logConfiguration.secretOptions[apikey]", "b"),
            at("logConfiguration.secretOptions[apiKey]", "c"),
        ),
        told=("isn't told where to send this", "datadog takes no logs without a key"),
    ),
    of(
        "task.broken-log-router",
        "leaves a key that stands in an option to the rule about secrets",
        task(router(), container(**routed(Name="datadog", apikey="hunter2"))),
    ),
    of(
        "task.broken-log-router",
        "doesn't pass over an unknown",
        task(router(), container(**routed(Name=UNKNOWN))),
        task(container(firelensConfiguration=UNKNOWN), name="b", requiresCompatibilities=UNKNOWN),
        unsure=(
            at(f"{OPTIONS}[Name]"),
            ("b", "requiresCompatibilities"),
            at("firelensConfiguration", "web", "b"),
        ),
    ),
    of(
        "task.broken-log-router",
        "doesn't pass over what ECS wouldn't take",
        task(container(firelensConfiguration=[]), container("b", essential="perhaps")),
        unsure=(at("firelensConfiguration"), at("essential", "b")),
        malformed=True,
    ),
    not_json("task.broken-log-router"),
)

CASES = (*LOST_LOGS, *BLOCKING_LOGS, *MISSING_LOG_GROUP, *BROKEN_LOG_ROUTER)

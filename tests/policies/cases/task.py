"""What a task reads: secrets by reference alone, and shared files over a safe way."""

from tests.policies.cases.case import UNKNOWN
from tests.policies.tasks import at, container, not_json, of, task

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:web/key-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/web/key"


def variable(name, value):
    return {"name": name, "value": value}


def logging(**configuration):
    return {"logConfiguration": {"logDriver": "awsfirelens", **configuration}}


SECRET_IN_ENVIRONMENT = (
    of(
        "task.secret-in-environment",
        "takes ordinary variables, options and commands, and secrets by reference",
        task(
            container(
                environment=[
                    variable("PORT", 3000),
                    variable("DEBUG", value=False),
                    {"name": "EMPTY", "value": None},
                ],
                secrets=[{"name": "PASSWORD", "valueFrom": SECRET}],
                command=["bundle", "exec", "puma"],
                entryPoint=["sh", "-c"],
                healthCheck={"command": ["CMD-SHELL", "true"]},
                firelensConfiguration={"type": "fluentbit", "options": {"enable-ecs-log-metadata": "true"}},
                **logging(options={"Name": "datadog", "Host": None}),
            )
        ),
        task(container(environment=[variable("DD_API_KEY", "ENC[datadog/key]")]), name="looked-up"),
    ),
    of(
        "task.secret-in-environment",
        "finds secrets by their names and by their shapes",
        task(
            container(
                environment=[
                    variable("DB_PASSWORD", "hunter2"),
                    variable("DSN", "postgres://web:hunter2@db/web"),
                ],
                command=["sh", "-c", "curl https://web:hunter2@db.internal/"],
                entryPoint=["AKIA" + "IOSFODNN7EXAMPLE"],
                healthCheck={"command": ["CMD", "curl", "https://web:hunter2@localhost/"]},
                firelensConfiguration={"options": {"shared_key": "hunter2"}},
                **logging(options={"Name": "datadog", "apikey": "hunter2"}),
            ),
        ),
        finds=(
            at("environment[DB_PASSWORD]"),
            at("environment[DSN]"),
            at("command[2]"),
            at("entryPoint[0]"),
            at("healthCheck.command[2]"),
            at("logConfiguration.options[apikey]"),
            at("firelensConfiguration.options[shared_key]"),
        ),
        told=("its name says that it's a secret", "its value contains a password in a URL"),
    ),
    of(
        "task.secret-in-environment",
        "reads keys in any case, and values that are numbers",
        task({"Name": "web", "Environment": [{"Name": "PIN_TOKEN", "Value": 493027}]}),
        finds=(at("environment[PIN_TOKEN]"),),
    ),
    of(
        "task.secret-in-environment",
        "doesn't pass over an unknown",
        task(
            container(
                environment=[variable("A", UNKNOWN), UNKNOWN],
                command=[UNKNOWN],
                firelensConfiguration=UNKNOWN,
                **logging(options={"Host": UNKNOWN}),
            ),
            container("b", **logging(options=UNKNOWN)),
        ),
        task(text=UNKNOWN, name="whole"),
        unsure=(
            at("environment[A]"),
            at("environment[1]"),
            at("command[0]"),
            at("firelensConfiguration.options"),
            at("logConfiguration.options[Host]"),
            at("logConfiguration.options", "b"),
            ("whole", "containerDefinitions"),
        ),
        told=("it isn't known before deployment",),
    ),
    of(
        "task.secret-in-environment",
        "doesn't pass over what ECS wouldn't take",
        task(
            container(environment="PASSWORD=x", command=[{}], **logging(options=["apikey"])),
            container("b", environment=[{"value": "x"}, variable("A", ["x"])], logConfiguration="awslogs"),
        ),
        unsure=(
            at("environment[0]"),
            at("command[0]"),
            at("logConfiguration.options"),
            at("environment[0]", "b"),
            at("environment[A]", "b"),
            at("logConfiguration.options", "b"),
        ),
        malformed=True,
        told=("it isn't text",),
    ),
    not_json("task.secret-in-environment"),
)


def named(*values, **more):
    return container(
        secrets=[{"name": f"V{index}", "valueFrom": it} for index, it in enumerate(values)], **more
    )


SECRET_REFERENCE = (
    of(
        "task.secret-reference",
        "takes ARNs of secrets and parameters, with a key or without",
        task(named(SECRET, f"{SECRET}:password::", f"{SECRET}:password:AWSCURRENT:", PARAMETER)),
        task(container(**logging(secretOptions=[{"name": "apikey", "valueFrom": SECRET}])), name="log"),
        task(container(), name="none"),
    ),
    of(
        "task.secret-reference",
        "finds names, ARNs cut short and versions",
        task(
            named(
                "web/key",
                SECRET.removesuffix("-AbCdEf"),
                f"{SECRET}:password::6f1f1b8c",
                f"{SECRET}:password",
            )
        ),
        finds=tuple(at(f"secrets[V{index}]") for index in range(4)),
        told=("not the full ARN of a secret", "a pinned version disappears", "write it as ARN:key::"),
    ),
    of(
        "task.secret-reference",
        "finds them among a log driver's options, at a dotted name too",
        task(container(**logging(secretOptions=[{"name": "a.key", "valueFrom": "hunter2"}]))),
        finds=(at("logConfiguration.secretOptions[a.key]"),),
    ),
    of(
        "task.secret-reference",
        "doesn't pass over an unknown",
        task(named(UNKNOWN), container("b", secrets=UNKNOWN), container("c", logConfiguration=UNKNOWN)),
        unsure=(at("secrets[0].valueFrom"), at("secrets", "b"), at("logConfiguration", "c")),
    ),
    of(
        "task.secret-reference",
        "doesn't pass over what ECS wouldn't take",
        task(
            named(7),
            container("b", secrets={"name": "A"}),
            container("c", secrets=["A"]),
            container("d", **logging(secretOptions="A")),
        ),
        unsure=(
            at("secrets[0].valueFrom"),
            at("secrets", "b"),
            at("secrets[0]", "c"),
            at("logConfiguration.secretOptions", "d"),
        ),
        malformed=True,
        told=("it isn't text", "it isn't a list", "it isn't an object"),
    ),
    not_json("task.secret-reference"),
)


def volume(mount, name="data", definition="task"):
    return task(container(), name=definition, volumes=[{"name": name, "efsVolumeConfiguration": mount}])


SAFE = {"transitEncryption": "ENABLED", "authorizationConfig": {"iam": "ENABLED"}}
TLS, ROLE = (
    f"volumes[data].efsVolumeConfiguration.{it}" for it in ("transitEncryption", "authorizationConfig.iam")
)

OPEN_VOLUME = (
    of(
        "task.open-volume",
        "takes a volume over TLS as the task's role, and volumes that aren't EFS",
        volume(SAFE),
        volume([{**SAFE, "authorizationConfig": [{"iam": "ENABLED"}]}], definition="lists"),
        task(container(), name="other", volumes=[{"name": "scratch"}, {"name": "host", "hostPath": "/srv"}]),
        task(container(), name="none"),
    ),
    of(
        "task.open-volume",
        "finds plain text and no role, which are the defaults",
        volume({}),
        volume(
            {"transitEncryption": "DISABLED", "authorizationConfig": {"accessPointId": "fsap-1"}},
            definition="b",
        ),
        finds=(("task", TLS), ("task", ROLE), ("b", TLS), ("b", ROLE)),
        told=("goes over the network in plain text", "the task's role isn't asked for"),
    ),
    of(
        "task.open-volume",
        "finds a volume over TLS that anybody mounts",
        volume({**SAFE, "authorizationConfig": None}),
        finds=(("task", ROLE),),
    ),
    of(
        "task.open-volume",
        "doesn't pass over an unknown, but the file system's id",
        volume({"fileSystemId": UNKNOWN, **SAFE}, definition="id"),
        volume({"transitEncryption": UNKNOWN, "authorizationConfig": {"iam": UNKNOWN}}),
        volume({**SAFE, "authorizationConfig": UNKNOWN}, definition="b"),
        volume(UNKNOWN, name=UNKNOWN, definition="c"),
        task(container(), name="d", volumes=UNKNOWN),
        unsure=(
            ("task", TLS),
            ("task", ROLE),
            ("b", "volumes[data].efsVolumeConfiguration.authorizationConfig"),
            ("c", "volumes[0].efsVolumeConfiguration"),
            ("d", "volumes"),
        ),
    ),
    of(
        "task.open-volume",
        "doesn't pass over what isn't a block of settings",
        volume("fs-1"),
        volume({**SAFE, "authorizationConfig": 7}, definition="b"),
        volume({**SAFE, "transitEncryption": True}, definition="c"),
        task(container(), name="d", volumes=["data"]),
        unsure=(
            ("task", "volumes[data].efsVolumeConfiguration"),
            ("b", "volumes[data].efsVolumeConfiguration.authorizationConfig"),
            ("c", TLS),
            ("d", "volumes"),
        ),
        malformed=True,
    ),
)

CASES = (*SECRET_IN_ENVIRONMENT, *SECRET_REFERENCE, *OPEN_VOLUME)

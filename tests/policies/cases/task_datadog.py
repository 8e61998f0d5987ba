"""Datadog's agent beside the application."""

from tests.policies.cases.case import UNKNOWN
from tests.policies.stacks import ACCOUNT
from tests.policies.tasks import at, container, not_json, of, task

RULE = "task.datadog-agent"
FARGATE = {"requiresCompatibilities": ["FARGATE"]}
IMAGE = "public.ecr.aws/datadog/agent:7.77.2"
KEY = [{"name": "DD_API_KEY", "valueFrom": "arn:aws:secretsmanager:us-east-1:1:secret:datadog-AbCdEf"}]


def variables(**values):
    return [{"name": name, "value": it} for name, it in values.items()]


def agent(name="agent", **changes):
    right = {
        "image": IMAGE,
        "secrets": KEY,
        "environment": variables(ECS_FARGATE="true", DD_DOGSTATSD_NON_LOCAL_TRAFFIC="false"),
        "healthCheck": {"command": ["CMD-SHELL", "agent health"]},
        "essential": False,
    }
    return container(name, **{**right, **changes})


CASES = (
    of(RULE, "takes an agent as it should be", task(container(), agent(), **FARGATE)),
    of(RULE, "takes an agent that has a task to itself", task(agent(essential=None), **FARGATE)),
    of(
        RULE,
        "asks for less on instances, where one agent serves all tasks over a port",
        task(agent(environment=None, portMappings=[{"containerPort": 8126}], essential=True)),
    ),
    of(
        RULE,
        "leaves other images alone, and the agent's own where it only prepares a volume",
        task(
            container("app", image="public.ecr.aws/team/agent:1.0.0"),
            container("init", image=IMAGE, essential=False),
            agent(dependsOn=[{"containerName": "init", "condition": "SUCCESS"}]),
            container("odd", image="no image"),
            **FARGATE,
        ),
    ),
    of(
        RULE,
        "leaves a key that stands in the environment to the rule about secrets",
        task(
            container(),
            agent(secrets=None, environment=variables(ECS_FARGATE=True, DD_API_KEY="x")),
            **FARGATE,
        ),
    ),
    of(
        RULE,
        "finds an agent without key and health check, wherever it runs",
        task(agent(secrets=None, healthCheck=None)),
        task(
            agent(
                secrets=None,
                healthCheck=None,
                image=f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/datadog-agent:7.77.2",
            ),
            name="copy",
        ),
        finds=tuple(
            at(place, "agent", it)
            for it in ("task", "copy")
            for place in ("secrets[DD_API_KEY]", "healthCheck")
        ),
        told=("Datadog takes nothing from it", "nobody notices when the agent hangs"),
    ),
    of(
        RULE,
        "finds a sidecar that doesn't know Fargate, is open, or takes the application with it",
        task(
            container(),
            agent(
                environment=variables(DD_APM_NON_LOCAL_TRAFFIC="true"),
                portMappings=[{"containerPort": 8126}, {"containerPort": 8125, "protocol": "udp"}],
                essential=None,
            ),
            **FARGATE,
        ),
        finds=tuple(
            at(place, "agent")
            for place in (
                "environment[ECS_FARGATE]",
                "environment[DD_APM_NON_LOCAL_TRAFFIC]",
                "portMappings[8126]",
                "portMappings[8125]",
                "essential",
            )
        ),
        told=("listens to whoever reaches the task", "ECS stops the application too"),
    ),
    of(
        RULE,
        "doesn't pass over an unknown",
        task(container(), agent(environment=variables(ECS_FARGATE=UNKNOWN)), requiresCompatibilities=UNKNOWN),
        unsure=(at("environment[0].value", "agent"), ("task", "requiresCompatibilities")),
    ),
    of(
        RULE,
        "doesn't pass over what ECS wouldn't take",
        task(container(), agent(secrets="key"), **FARGATE),
        unsure=(at("secrets", "agent"),),
        malformed=True,
    ),
    not_json(RULE),
)

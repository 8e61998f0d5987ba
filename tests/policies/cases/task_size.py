"""Sizes and times that ECS and Fargate take."""

from tests.policies.cases.case import UNKNOWN
from tests.policies.tasks import at, container, not_json, of, task

FARGATE = {"requiresCompatibilities": ["FARGATE"]}
SMALL = {**FARGATE, "cpu": "256", "memory": "512"}


def tmpfs(size):
    return {"linuxParameters": {"tmpfs": [{"containerPath": "/scratch", "size": size}]}}


SIZE = (
    of(
        "task.size",
        "takes what Fargate sells, in any spelling, with containers that fit",
        task(
            container(cpu=128, memoryReservation="256", memory=256),
            container("b", cpu="128", **tmpfs(16)),
            **SMALL,
            ephemeralStorage={"sizeInGib": 21},
        ),
        task(container(), name="words", **FARGATE, cpu="1 vCPU", memory="2 GB"),
    ),
    of(
        "task.size",
        "takes tasks on instances that the task's limit or each container's holds",
        task(container(), memory=300, requiresCompatibilities=["EC2"]),
        task(container(memory="300"), container("b", memory=100, memoryReservation=50), name="each"),
    ),
    of(
        "task.size",
        "finds what Fargate doesn't sell",
        task(container(), **FARGATE, cpu="256", memory="4096"),
        task(container(), name="cpu", **FARGATE, cpu=300, memory=512),
        task(container(), name="unset", **FARGATE),
        task(container(), name="storage", **SMALL, ephemeralStorage=[{"sizeInGib": 20}]),
        finds=(
            ("task", "memory"),
            ("cpu", "cpu"),
            ("unset", "cpu"),
            ("storage", "ephemeralStorage.sizeInGib"),
        ),
        told=("4096: Fargate has no task of 256 CPU units with this much memory; with 256 CPU units use",),
    ),
    of(
        "task.size",
        "finds containers that don't fit",
        task(container(cpu=200), container("b", cpu=100), **SMALL),
        task(container(memory=100, memoryReservation=600), name="memory", **SMALL),
        task(container(**tmpfs(512)), name="tmpfs", **SMALL),
        finds=(
            ("task", "cpu"),
            ("memory", "memory"),
            at("memory", "web", "memory"),
            at("linuxParameters.tmpfs", "web", "tmpfs"),
        ),
        told=("the containers reserve 300, 44 more than the task's 256",),
    ),
    of(
        "task.size",
        "finds containers on instances that nothing limits",
        task(container(), container("b", memory=100), container("c", memoryReservation=100)),
        finds=(at("memory"), at("memory", "c")),
        told=("nothing limits how much",),
    ),
    of(
        "task.size",
        "finds a text of more than 64 KiB",
        task(container(environment=[{"name": "CONFIG", "value": "x" * 65536}]), **SMALL),
        finds=(("task", "containerDefinitions"),),
        told=("bytes",),
    ),
    of(
        "task.size",
        "doesn't pass over an unknown",
        task(container(), **FARGATE, cpu=UNKNOWN, memory=UNKNOWN),
        task(container(), name="launch", requiresCompatibilities=[UNKNOWN], cpu=256, memory=512),
        task(container(), name="storage", **SMALL, ephemeralStorage={"sizeInGib": UNKNOWN}),
        task(container(), name="block", **SMALL, ephemeralStorage=UNKNOWN),
        task(container(cpu=UNKNOWN), name="part", **SMALL),
        task(container(image=UNKNOWN), name="other", **SMALL),
        task(text=UNKNOWN, name="whole", **SMALL),
        unsure=(
            ("task", "cpu"),
            ("task", "memory"),
            ("launch", "requiresCompatibilities"),
            ("storage", "ephemeralStorage.sizeInGib"),
            ("block", "ephemeralStorage"),
            at("cpu", "web", "part"),
            ("part", "containerDefinitions"),
            ("other", "containerDefinitions"),
            ("whole", "containerDefinitions"),
        ),
    ),
    of(
        "task.size",
        "doesn't pass over what is no size",
        task(container(cpu="much"), name="part", **SMALL),
        task(container(), cpu="much", memory=[512], requiresCompatibilities=["EC2"]),
        task(container(), name="storage", **SMALL, ephemeralStorage="21"),
        unsure=(
            at("cpu", "web", "part"),
            ("task", "cpu"),
            ("task", "memory"),
            ("storage", "ephemeralStorage"),
        ),
        malformed=True,
        told=("it isn't a size", "it isn't a number"),
    ),
    not_json("task.size", **SMALL),
)


TIMEOUTS = (
    of(
        "task.timeouts",
        "takes times in ECS's ranges, and on instances any stop timeout",
        task(
            container(
                stopTimeout=120,
                startTimeout="60",
                healthCheck={"command": ["CMD", "true"], "interval": 10, "retries": 2, "startPeriod": 0},
                restartPolicy={"enabled": True, "restartAttemptPeriod": 60},
            ),
            **FARGATE,
        ),
        task(container(stopTimeout=600), name="instance", requiresCompatibilities=["EC2"]),
    ),
    of(
        "task.timeouts",
        "finds times that Fargate doesn't take",
        task(container(stopTimeout=121), container("b", startTimeout=600), **FARGATE),
        finds=(at("stopTimeout"), at("startTimeout", "b")),
        told=("121: out of the range that ECS accepts; use a whole number from 0 to 120",),
    ),
    of(
        "task.timeouts",
        "finds health checks and restart policies that ECS doesn't take, on instances too",
        task(
            container(healthCheck={"command": ["true"], "interval": 1, "timeout": 90}),
            container("b", restartPolicy={"restartAttemptPeriod": 10}),
        ),
        finds=(
            at("healthCheck.command"),
            at("healthCheck.interval"),
            at("healthCheck.timeout"),
            at("restartPolicy.restartAttemptPeriod", "b"),
        ),
    ),
    of(
        "task.timeouts",
        "doesn't pass over an unknown",
        task(container(stopTimeout=UNKNOWN), requiresCompatibilities=UNKNOWN),
        task(container(healthCheck={"command": UNKNOWN}), name="check"),
        unsure=(
            at("stopTimeout"),
            ("task", "requiresCompatibilities"),
            at("healthCheck.command", "web", "check"),
        ),
    ),
    of(
        "task.timeouts",
        "doesn't pass over what is no time",
        task(container(stopTimeout="soon"), container("b", restartPolicy=60)),
        unsure=(at("stopTimeout"), at("restartPolicy", "b")),
        malformed=True,
    ),
    not_json("task.timeouts"),
)

CASES = (*SIZE, *TIMEOUTS)

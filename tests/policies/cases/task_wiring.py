"""How a task's containers fit together: order, ports, mounts, variables."""

from tests.policies.cases.case import UNKNOWN
from tests.policies.tasks import at, container, not_json, of, task

CHECK = {"healthCheck": {"command": ["CMD-SHELL", "true"]}}


def waiting(*edges, name="web", **fields):
    edges = [{"containerName": other, "condition": condition} for other, condition in edges]
    return container(name, dependsOn=edges, **fields)


CONTAINER_GRAPH = (
    of(
        "task.container-graph",
        "takes an order that ends",
        task(
            waiting(("b", "HEALTHY"), ("c", "SUCCESS")),
            container("b", **CHECK),
            {"Name": "c", "Essential": "false"},
        ),
    ),
    of(
        "task.container-graph",
        "finds a circle",
        task(waiting(("b", "START")), waiting(("web", "START"), name="b")),
        finds=(("task", "containerDefinitions"),),
        told=("b → web → b", "the containers wait for each other"),
    ),
    of(
        "task.container-graph",
        "finds edges that lead nowhere or never end",
        task(
            waiting(("x", "START"), ("b", "HEALTHY"), ("c", "SUCCESS"), ("d", "READY")),
            container("b"),
            container("c"),
            container("d"),
        ),
        finds=tuple(at(f"dependsOn[{name}]") for name in ("x", "b", "c", "d")),
        told=("no container has this name", "never ends on a container without a health check"),
    ),
    of(
        "task.container-graph",
        "finds that no container is essential, names that ECS refuses, and too many",
        task(container(essential=False)),
        task(container("a b"), container(), container(), name="names"),
        task(*(container(f"c{index}") for index in range(11)), name="many"),
        finds=(
            ("task", "containerDefinitions"),
            at("name", "a b", "names"),
            at("name", "web", "names"),
            ("many", "containerDefinitions"),
        ),
        told=("no container of the task is essential", "a task has 1 to 10 containers"),
    ),
    of(
        "task.container-graph",
        "doesn't pass over an unknown",
        task(
            waiting((UNKNOWN, "START")),
            container("b", essential=UNKNOWN),
            container("c", healthCheck=UNKNOWN),
        ),
        unsure=(at("dependsOn[0].containerName"), at("essential", "b"), at("healthCheck", "c")),
    ),
    of(
        "task.container-graph",
        "doesn't pass over what ECS wouldn't take",
        task(container(dependsOn="b"), container("b", dependsOn=["web"]), container("c", healthCheck="true")),
        unsure=(at("dependsOn"), at("dependsOn[0]", "b"), at("healthCheck", "c")),
        malformed=True,
    ),
    of(
        "task.container-graph",
        "doesn't pass over what is nested deeper than a container is",
        task(text="[" * 40 + "]" * 40),
        unsure=(("task", "containerDefinitions"),),
        malformed=True,
    ),
    not_json("task.container-graph"),
)

ROUTER = {"firelensConfiguration": {"type": "fluentbit"}, "logConfiguration": {"logDriver": "awslogs"}}
ROUTED = {"logConfiguration": {"logDriver": "awsfirelens"}}

CONTAINER_ORDER = (
    of(
        "task.container-order",
        "takes clients that wait until the router is ready, and no edge to what has ended",
        task(
            container("router", **ROUTER, **CHECK),
            waiting(("router", "HEALTHY"), **ROUTED),
            waiting(("web", "START"), ("router", "HEALTHY"), name="proxy", **ROUTED),
            waiting(("router", "START"), ("init", "SUCCESS"), name="b"),
        ),
        task(
            waiting(("b", "START")),
            waiting(("init", "SUCCESS"), name="b"),
            container("init", essential=False),
            name="ended",
        ),
    ),
    of(
        "task.container-order",
        "finds an edge that follows from others",
        task(waiting(("b", "START")), waiting(("c", "START"), name="b"), container("c")),
        finds=(at("dependsOn[c]"),),
        told=("web needs c through b", "let web depend on c too"),
    ),
    of(
        "task.container-order",
        "finds a client that doesn't wait for the router, once where two things are wrong with it",
        task(
            container("router", **ROUTER),
            waiting(("router", "START"), name="b", **ROUTED),
            waiting(("b", "START"), **ROUTED),
        ),
        finds=(at("healthCheck", "router"), at("dependsOn[router]", "b"), at("dependsOn[router]")),
        told=("its first lines get lost",),
    ),
    of(
        "task.container-order",
        "asks for nothing in a circle, which another rule finds",
        task(waiting(("b", "START")), waiting(("web", "START"), name="b")),
    ),
    of(
        "task.container-order",
        "doesn't pass over an unknown",
        task(container(logConfiguration={"logDriver": UNKNOWN}), container("b", dependsOn=[UNKNOWN])),
        unsure=(at("logConfiguration.logDriver"), at("dependsOn[0]", "b")),
    ),
    of(
        "task.container-order",
        "doesn't pass over what ECS wouldn't take",
        task(container(dependsOn={"containerName": "b"})),
        unsure=(at("dependsOn"),),
        malformed=True,
    ),
    not_json("task.container-order"),
)

AWSVPC = {"networkMode": "awsvpc"}


def ports(*mappings, name="web"):
    return container(name, portMappings=list(mappings))


def mounted(*mounts):
    return container(mountPoints=[{"sourceVolume": name, "containerPath": path} for name, path in mounts])


WIRING = (
    of(
        "task.wiring",
        "takes ports, mounts and variables of a container's own",
        task(
            ports({"containerPort": 8080, "hostPort": 8080}, {"containerPort": 53, "protocol": "udp"}),
            ports({"containerPort": "53"}, name="b"),
            {**mounted(("data", "/data")), "name": "c", "environment": [{"name": "A", "value": "1"}]},
            **AWSVPC,
            volumes=[{"name": "data", "efsVolumeConfiguration": {"fileSystemId": UNKNOWN}}],
        ),
    ),
    of(
        "task.wiring",
        "takes one port in two containers where each has an interface of its own",
        task(ports({"containerPort": 80}), ports({"containerPort": 80}, name="b"), networkMode="bridge"),
        task(ports({"containerPort": 80, "hostPort": 8080}), name="default"),
    ),
    of(
        "task.wiring",
        "finds ports that clash on the one interface of an awsvpc task",
        task(ports({"containerPort": 80}), ports({"containerPort": 80}, name="b"), **AWSVPC),
        task(ports({"containerPort": 80, "hostPort": 8080}, {"containerPort": 0}), name="host", **AWSVPC),
        finds=(
            at("portMappings[80]", "b"),
            at("portMappings[80]", "web", "host"),
            at("portMappings[0]", "web", "host"),
        ),
        told=("in awsvpc mode containers share one interface", "leave the host port out"),
    ),
    of(
        "task.wiring",
        "finds the log router's port open, in any mode",
        task(ports({"containerPort": 24224}), **AWSVPC),
        task(ports({"containerPortRange": "24000-25000"}), name="range"),
        finds=(at("portMappings[24224]"), at("portMappings[24224]", "web", "range")),
        told=("anyone who reaches it could log",),
    ),
    of(
        "task.wiring",
        "finds mounts of no volume and of no place, and variables that are set twice",
        task(
            mounted(("data", "/data"), ("other", "/other"), ("data", "tmp"), ("data", "/data/")),
            volumes=[{"name": "data"}],
        ),
        task(
            container(
                environment=[{"name": "A", "value": "1"}],
                secrets=[{"name": "A", "valueFrom": "arn:aws:ssm:us-east-1:1:parameter/a"}],
            ),
            name="twice",
        ),
        finds=(
            at("mountPoints[other]"),
            at("mountPoints[tmp]"),
            at("mountPoints[/data]"),
            at("environment[A]", "web", "twice"),
        ),
        told=("the task has no volume of this name", "the variable is set twice"),
    ),
    of(
        "task.wiring",
        "doesn't pass over an unknown",
        task(ports({"containerPort": UNKNOWN}), **AWSVPC),
        task(container(), name="mode", networkMode=UNKNOWN),
        task(mounted(("data", "/data")), name="volumes", volumes=UNKNOWN),
        task(mounted(("data", "/data")), name="nameless", volumes=[{"name": UNKNOWN}]),
        unsure=(
            at("portMappings[0].containerPort"),
            ("mode", "networkMode"),
            ("volumes", "volumes"),
            ("nameless", "volumes"),
        ),
    ),
    of(
        "task.wiring",
        "doesn't pass over what ECS wouldn't take",
        task(container(portMappings=8080), ports({"containerPort": "http"}, name="b"), networkMode=7),
        task(container(mountPoints={}), container("b", environment=["A"]), name="rest", volumes=["data"]),
        unsure=(
            at("portMappings"),
            at("portMappings[0].containerPort", "b"),
            ("task", "networkMode"),
            at("mountPoints", "web", "rest"),
            at("environment[0]", "b", "rest"),
            ("rest", "volumes"),
        ),
        malformed=True,
    ),
    not_json("task.wiring"),
)

CASES = (*CONTAINER_GRAPH, *CONTAINER_ORDER, *WIRING)

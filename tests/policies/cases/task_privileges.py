"""What a container may do: rights, capabilities, namespaces, root file system, user."""

from tests.policies.cases.case import UNKNOWN
from tests.policies.tasks import at, container, not_json, of, task

WINDOWS = {"runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}}
AGENT = "public.ecr.aws/datadog/agent:7.77.2"


def capabilities(**lists):
    return {"linuxParameters": {"capabilities": lists}}


def prepared(**fields):
    """A container that prepares another one and ends."""
    waiting = container("web", dependsOn=[{"containerName": "init", "condition": "SUCCESS"}], user="1000")
    dropped = {"linuxParameters": {"capabilities": {"drop": ["ALL"]}}}
    return container("init", essential=False, **fields), {**waiting, **dropped}


PRIVILEGED = (
    of(
        "task.privileged",
        "takes a container that asks for nothing, and capabilities that every container has",
        task(
            container(),
            container("b", privileged=False, **capabilities(drop=["ALL"])),
            container("c", privileged="false", **capabilities(add=["NET_BIND_SERVICE", "CAP_CHOWN"])),
        ),
    ),
    of(
        "task.privileged",
        "finds a privileged container, however the switch is written",
        task(
            container(privileged=True), container("b", privileged="true"), {"Name": "c", "Privileged": True}
        ),
        finds=(at("privileged"), at("privileged", "b"), at("privileged", "c")),
        told=("nearly all rights on its host",),
    ),
    of(
        "task.privileged",
        "finds each capability that is added to the usual ones",
        task(container(**capabilities(add=["SYS_PTRACE", "cap_sys_admin", "CHOWN"]))),
        finds=(
            at("linuxParameters.capabilities.add[SYS_PTRACE]"),
            at("linuxParameters.capabilities.add[SYS_ADMIN]"),
        ),
        told=("the container gets SYS_ADMIN, which no container has by default",),
    ),
    of(
        "task.privileged",
        "doesn't pass over an unknown",
        task(
            container(privileged=UNKNOWN),
            container("b", **capabilities(add=[UNKNOWN])),
            container("c", linuxParameters=UNKNOWN),
            container("d", linuxParameters={"capabilities": UNKNOWN}),
        ),
        unsure=(
            at("privileged"),
            *(at("linuxParameters.capabilities.add", name) for name in ("b", "c", "d")),
        ),
        told=("it isn't known before deployment",),
    ),
    of(
        "task.privileged",
        "doesn't pass over what ECS wouldn't take",
        task(
            container(privileged="perhaps"),
            container("b", **capabilities(add=[7])),
            container("c", linuxParameters=["ALL"]),
        ),
        unsure=(
            at("privileged"),
            *(at("linuxParameters.capabilities.add", name) for name in ("b", "c")),
        ),
        malformed=True,
        told=("it's neither true nor false", "it isn't text", "it isn't an object"),
    ),
    not_json("task.privileged"),
)

DROP = "linuxParameters.capabilities.drop"

KEPT_CAPABILITIES = (
    of(
        "task.kept-capabilities",
        "takes containers that drop all, in any spelling, and Windows, which has none",
        task(container(**capabilities(drop=["ALL"])), container("b", **capabilities(drop=["CAP_all"]))),
        task(container(), name="windows", **WINDOWS),
    ),
    of(
        "task.kept-capabilities",
        "takes a log router, Datadog's agent and a container that prepares the others",
        task(
            container("router", firelensConfiguration={"type": "fluentbit"}), container("agent", image=AGENT)
        ),
        task(*prepared(), name="prepared"),
    ),
    of(
        "task.kept-capabilities",
        "finds containers that drop some or none, and one that only looks like a preparing one",
        task(
            container(),
            container("b", **capabilities(drop=["NET_RAW"])),
            container("c", image="team/datadog"),
            container("d", image="no image"),
        ),
        finds=tuple(at(DROP, name) for name in ("web", "b", "c", "d")),
    ),
    of(
        "task.kept-capabilities",
        "finds an essential container that another one waits for",
        task(
            container("init", essential=True),
            container(
                dependsOn=[{"containerName": "init", "condition": "SUCCESS"}], **capabilities(drop=["ALL"])
            ),
        ),
        task(
            container("init", essential=False),
            container(
                dependsOn=[{"containerName": "init", "condition": "START"}], **capabilities(drop=["ALL"])
            ),
            name="started",
        ),
        finds=(at(DROP, "init"), at(DROP, "init", "started")),
    ),
    of(
        "task.kept-capabilities",
        "doesn't pass over an unknown",
        task(container(**capabilities(drop=[UNKNOWN])), container("b", **capabilities(drop=UNKNOWN))),
        unsure=(at(DROP), at(DROP, "b")),
    ),
    not_json("task.kept-capabilities"),
)

ISOLATED = {"networkMode": "awsvpc"}

SHARED_WITH_HOST = (
    of(
        "task.shared-with-host",
        "takes awsvpc, no network at all, and namespaces of the task's own",
        task(container(), networkMode="awsvpc", pidMode="task", ipcMode="none"),
        task(container(), name="alone", networkMode="none", ipcMode="task"),
    ),
    of(
        "task.shared-with-host",
        "takes bridge on servers of one's own, where there's no awsvpc",
        task(container(), networkMode="bridge", requiresCompatibilities=["EXTERNAL"]),
        task(container(), name="unset", requiresCompatibilities=["EXTERNAL"]),
    ),
    of(
        "task.shared-with-host",
        "finds the host's namespaces",
        task(container(), networkMode="host", pidMode="host", ipcMode="host"),
        task(container(), name="external", networkMode="host", requiresCompatibilities=["EXTERNAL"]),
        finds=(
            ("task", "networkMode"),
            ("task", "pidMode"),
            ("task", "ipcMode"),
            ("external", "networkMode"),
        ),
        told=("with host a container sees the host's processes",),
    ),
    of(
        "task.shared-with-host",
        "finds bridge, which is the default",
        task(container()),
        task(container(), name="bridge", networkMode="bridge", requiresCompatibilities=["EC2"]),
        finds=(("task", "networkMode"), ("bridge", "networkMode")),
        told=("with bridge the task has no interface",),
    ),
    of(
        "task.shared-with-host",
        "doesn't pass over an unknown",
        task(container(), networkMode=UNKNOWN, pidMode=UNKNOWN, ipcMode=UNKNOWN),
        unsure=(("task", "networkMode"), ("task", "pidMode"), ("task", "ipcMode")),
    ),
    of(
        "task.shared-with-host",
        "doesn't pass over what is no mode",
        task(container(), networkMode=["awsvpc"], pidMode=1, ipcMode={}),
        unsure=(("task", "networkMode"), ("task", "pidMode"), ("task", "ipcMode")),
        malformed=True,
    ),
)

WRITABLE_ROOT = (
    of(
        "task.writable-root",
        "takes read-only root file systems, and Windows, which can't have one",
        task(container(readonlyRootFilesystem=True), {"NAME": "b", "ReadonlyRootFilesystem": "true"}),
        task(container(), name="windows", **WINDOWS),
    ),
    of(
        "task.writable-root",
        "finds one that can be written, as it can by default",
        task(container(), container("b", readonlyRootFilesystem=False)),
        finds=(at("readonlyRootFilesystem"), at("readonlyRootFilesystem", "b")),
    ),
    of(
        "task.writable-root",
        "judges a platform that isn't known as Linux",
        task(container(), runtimePlatform={"operatingSystemFamily": UNKNOWN}),
        task(container(), name="b", runtimePlatform=UNKNOWN),
        finds=(at("readonlyRootFilesystem"), at("readonlyRootFilesystem", "web", "b")),
    ),
    of(
        "task.writable-root",
        "doesn't pass over an unknown",
        task(container(readonlyRootFilesystem=UNKNOWN)),
        unsure=(at("readonlyRootFilesystem"),),
    ),
    of(
        "task.writable-root",
        "doesn't pass over what is no switch",
        task(container(readonlyRootFilesystem="yes")),
        unsure=(at("readonlyRootFilesystem"),),
        malformed=True,
    ),
    not_json("task.writable-root"),
)

ROOT_USER = (
    of(
        "task.root-user",
        "takes users by number and by name, with a group or without",
        task(
            container(user="1000"),
            container("b", user="1000:0"),
            container("c", user="app"),
            container("d", user="root2"),
        ),
        task(container(user="ContainerUser"), name="windows", **WINDOWS),
        task(container(user="root"), name="unix-on-windows", **WINDOWS),
    ),
    of(
        "task.root-user",
        "takes a log router, Datadog's agent and a container that prepares the others",
        task(
            container("router", user="0", firelensConfiguration={"type": "fluentbit"}),
            container("agent", image=AGENT),
        ),
        task(*prepared(user="root"), name="prepared"),
    ),
    of(
        "task.root-user",
        "finds root by any of its names",
        task(
            *(
                container(f"c{index}", user=it)
                for index, it in enumerate(("root", "0", "00", "0:1000", "Root:app"))
            )
        ),
        task(container(user="ContainerAdministrator"), name="windows", **WINDOWS),
        finds=(*(at("user", f"c{index}") for index in range(5)), at("user", "web", "windows")),
        told=("the container runs as 0:1000",),
    ),
    of(
        "task.root-user",
        "finds that nobody is named",
        task(container(), container("b", user=""), container("c", image="public.ecr.aws/team/agent:1.0.0")),
        finds=(at("user"), at("user", "b"), at("user", "c")),
        told=("the image decides",),
    ),
    of(
        "task.root-user",
        "doesn't pass over an unknown",
        task(container(user=UNKNOWN)),
        unsure=(at("user"),),
    ),
    of(
        "task.root-user",
        "doesn't pass over a user that is no text",
        task(container(user=1000)),
        unsure=(at("user"),),
        malformed=True,
    ),
    not_json("task.root-user"),
)

CASES = (*PRIVILEGED, *KEPT_CAPABILITIES, *SHARED_WITH_HOST, *WRITABLE_ROOT, *ROOT_USER)

"""Samples as a watcher makes them, written by hand: what a service looked like at each moment."""

from emulator.local.demo.sample import DeploymentSeen, Sample, TaskSeen
from emulator.local.demo.timeline import Timeline


def task(
    name: str, state: str, *, revision: int = 1, zone: str = "a", why: tuple[str, str] = ("", "")
) -> TaskSeen:
    """A task whose id is one letter over and over; `state` has its status and its target's."""
    status, _, target = state.partition(" ")
    return TaskSeen(
        id=name * 32,
        revision=revision,
        zone=f"us-east-1{zone}",
        status=status,
        target=target,
        stop_code=why[0],
        stopped_reason=why[1],
    )


def sample(at: float, *tasks: TaskSeen, desired: int = 2, events: tuple[str, ...] = ()) -> Sample:
    """A service whose revision is the newest of its tasks', and which has rolled out."""
    revision = max((it.revision for it in tasks), default=1)
    return Sample(
        at=at,
        revision=revision,
        desired=desired,
        running=sum(it.status == "RUNNING" for it in tasks),
        healthy=sum(it.target == "healthy" for it in tasks),
        tasks=tasks,
        deployments=(DeploymentSeen(id="d", revision=revision, status="PRIMARY", rollout="COMPLETED"),),
        events=events,
    )


HEALTHY = "RUNNING healthy"


def rollout() -> Timeline:
    """A new image: task a of revision 1 in the one zone, b in the other, then c and d of revision 2."""
    old = (task("a", HEALTHY), task("b", HEALTHY, zone="b"))
    starting = (task("c", "PENDING", revision=2), task("d", "PENDING", revision=2, zone="b"))
    running = (task("c", "RUNNING initial", revision=2), task("d", "RUNNING initial", revision=2, zone="b"))
    new = (task("c", HEALTHY, revision=2), task("d", HEALTHY, revision=2, zone="b"))
    draining = (task("a", "RUNNING draining"), task("b", "RUNNING draining", zone="b"))
    gone = (task("a", "STOPPED"), task("b", "STOPPED", zone="b"))
    return Timeline.of(
        [
            sample(0.0, *old),
            sample(1.0, *old, *starting, events=("has started 2 tasks",)),
            sample(2.0, *old, *running),
            sample(3.0, *draining, *new),
            sample(4.0, *gone, *new, events=("has reached a steady state.",)),
            sample(5.0, *gone, *new),
        ]
    )


def failure() -> Timeline:
    """An image that fails: task a serves, b of revision 2 exits, and ECS gives its deployment up."""
    serving, exited = task("a", HEALTHY), ("EssentialContainerExited", "Essential container in task exited")
    return Timeline.of(
        [
            sample(0.0, serving, desired=1),
            sample(1.0, serving, task("b", "ACTIVATING initial", revision=2, zone="b"), desired=1),
            sample(2.0, serving, task("b", "STOPPING", revision=2, zone="b"), desired=1),
            sample(
                3.0,
                serving,
                task("b", "STOPPED", revision=2, zone="b", why=exited),
                desired=1,
                events=("(deployment d) deployment failed: tasks failed to start.",),
            ),
            sample(4.0, serving, desired=1),
        ]
    )

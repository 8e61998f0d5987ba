"""The acts of the tour. Each does something as a person would, waits, and checks what it tells."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from emulator.local.demo.sample import Sample, TaskSeen
from emulator.local.demo.timeline import Life
from emulator.local.demo.tour import PATIENCE, Tour
from emulator.local.events import Result

NEW, BAD, MENDED = "1.1.0", "2.0.0-fails-at-once", "2.0.1"
"""Tags of images. On the embedded AWS no container runs, and an image that fails says so by its tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """An act: what is said before it, and what it does."""

    title: str
    told: str
    play: Callable[[Tour], None]
    pictured: bool = True
    """Whether the picture shows it."""


def everything_from_nothing(tour: Tour) -> None:
    """The first `up`: what stands after it, and where its tasks run."""
    tour.ended_well("pulumi up", *tour.up())
    rested = tour.settled()
    tour.name_revision(f"image {_tag(tour)}")
    zones = Counter(task.zone for task in rested.alive)
    tour.check("two tasks serve, one in each of two zones", sorted(zones.values()) == [1, 1], _listed(zones))


def a_new_image(tour: Tour) -> None:
    """A rolling deployment: who runs beside whom, and that nothing is missed meanwhile."""
    old = tour.settled().revision
    rested = _rolled_out(tour, NEW)
    timeline = tour.timeline
    together = timeline.ran_together(old, rested.revision)
    tour.check("old and new tasks ran side by side", together > 0, f"for {together:.1f} s")
    replaced = [life for life in timeline.lived(tour.began, timeline.end) if life.revision == old]
    drained = all(life.drained for life in replaced)
    tour.check("the old ones drained before they stopped", drained, _named(replaced))
    tour.check("two tasks of the new revision serve", len(rested.alive) == 2, _named(rested.alive))
    tour.never_lacked()


def an_image_that_fails(tour: Tour) -> None:
    """A deployment that ECS takes back: what the `up` says of it, and who serves all the time."""
    good = tour.settled().revision
    result, seconds = tour.up({"image": _image(tour, BAD)})
    reasons = _told_by_program(result)
    tour.show.quote(reasons)
    tour.check("`pulumi up` failed", result.code != 0, f"exit code {result.code}, after {seconds:.0f} s")
    tour.check("it told why, in ECS's words", any("exited (exit code 1)" in line for line in reasons))
    rested = tour.settled()
    tour.name_revision(f"image {BAD}")
    timeline = tour.timeline
    failed = [life for life in timeline.lived(tour.began, timeline.end) if life.failed]
    count = f"when {len(failed)} tasks had failed"
    tour.check("ECS rolled back to the good revision", rested.revision == good, count)
    served = timeline.revisions_served(tour.began, timeline.end)
    tour.check("only the good revision ever served", served == {good}, f"revision {good}")
    tour.never_lacked()


def the_image_is_mended(tour: Tour) -> None:
    """The `up` after a failed one."""
    before = tour.settled()
    rested = _rolled_out(tour, MENDED)
    tour.check("every task has the mended image", len(_others(rested, before)) == 2, _named(rested.alive))
    tour.never_lacked()


def a_task_is_stopped(tour: Tour) -> None:
    """StopTask, and what ECS does about it."""
    before = tour.settled()
    stopped = before.alive[0]
    tour.show.doing("aws ecs stop-task")
    ecs = tour.stack.client("ecs")
    ecs.stop_task(cluster=ecs.list_clusters()["clusterArns"][0], task=stopped.id, reason="by hand")
    noticed = tour.watcher.wait_for(lambda sample: not sample.is_steady, seconds=10)
    tour.check("a task was stopped by hand", noticed, _placed([stopped]))
    new = _others(tour.settled(), before)
    tour.check("ECS put another into the same zone", [it.zone for it in new] == [stopped.zone], _placed(new))


def load_arrives(tour: Tour) -> None:
    """A metric above its target: what auto-scaling does, and an `up` after that."""
    before = tour.settled()
    _put_cpu(tour, 100)
    tour.show.doing("the tasks are busy")
    grown = tour.watcher.wait_for(lambda sample: sample.desired > before.desired, seconds=PATIENCE)
    wanted = f"{grown.desired} instead of {before.desired}" if grown else ""
    tour.check("auto-scaling wants more tasks", grown, wanted)
    rested = tour.settled()
    zones = Counter(task.zone for task in rested.alive)
    tour.check("they serve, as many in each zone", len(set(zones.values())) == 1, _listed(zones))
    _put_cpu(tour, 55)
    tour.ended_well("pulumi up", *tour.up())
    after = tour.settled()
    tour.check("`up` didn't pull the number of tasks back", after.desired == rested.desired, after.desired)
    tour.check("every task serves on", not _others(after, rested), _named(after.alive))


def a_rotated_secret(tour: Tour) -> None:
    """PutSecretValue, and the `up` after it."""
    before = tour.settled()
    name = str(next(iter(tour.settings["rails"]["secrets"].values()))).partition("#")[0]
    manager = tour.stack.client("secretsmanager")
    manager.put_secret_value(SecretId=name, SecretString=secrets.token_urlsafe(32))
    tour.ended_well("pulumi up", *tour.up())
    rested = tour.settled()
    tour.name_revision("the secret rotated")
    is_new = rested.revision > before.revision
    tour.check("the new version of the secret made a new revision", is_new, f"revision {rested.revision}")
    tour.check(
        "every task was replaced", len(_others(rested, before)) == before.desired, _named(rested.alive)
    )
    tour.never_lacked()


def down(tour: Tour) -> None:
    """What is left after a `destroy`."""
    tour.show.doing("pulumi destroy")
    began = time.monotonic()
    tour.ended_well("pulumi destroy", tour.stack.destroy("--skip-preview"), time.monotonic() - began)
    clusters = tour.stack.client("ecs").list_clusters()["clusterArns"]
    balancers = tour.stack.client("elbv2").describe_load_balancers()["LoadBalancers"]
    tour.check("no cluster and no load balancer is left", not clusters and not balancers)


ACTS = (
    Script(
        title="up",
        told="The engine builds everything from nothing, and ECS starts a task in each zone.",
        play=everything_from_nothing,
    ),
    Script(
        title="a new image",
        told=f"Image {NEW} is a new revision of the task definition. ECS starts its tasks beside the old "
        "ones, and lets those go when the new ones are healthy.",
        play=a_new_image,
    ),
    Script(
        title="an image that fails",
        told=f"Rails exits at once in image {BAD}. Its tasks fail one after another, until ECS's circuit "
        "breaker gives the revision up and rolls back.",
        play=an_image_that_fails,
    ),
    Script(
        title="the image is mended",
        told=f"Image {MENDED} is a good one, and the next `up` goes on from where everything stood.",
        play=the_image_is_mended,
    ),
    Script(
        title="a task is stopped",
        told="Somebody stops a task by hand, and ECS puts another in its place.",
        play=a_task_is_stopped,
    ),
    Script(
        title="load arrives",
        told="The tasks' CPU goes up to 100 %, where auto-scaling is to hold it at 60. It adds tasks, and an "
        "`up` leaves their number alone.",
        play=load_arrives,
    ),
    Script(
        title="a rotated secret",
        told="A secret gets a new value. The next `up` sees that it has a new version, without reading it, "
        "and rolls the service, so that every task has the new value.",
        play=a_rotated_secret,
    ),
    Script(title="down", told="The engine takes everything down again.", play=down, pictured=False),
)


def _tag(tour: Tour) -> str:
    return str(tour.settings["image"]).rpartition(":")[2]


def _image(tour: Tour, tag: str) -> str:
    """The image of the settings under another tag."""
    return f"{str(tour.settings['image']).rpartition(':')[0]}:{tag}"


def _rolled_out(tour: Tour, tag: str) -> Sample:
    """The service after an `up` with the image of that tag."""
    tour.ended_well("pulumi up", *tour.up({"image": _image(tour, tag)}))
    rested = tour.settled()
    tour.name_revision(f"image {tag}")
    return rested


def _put_cpu(tour: Tour, percent: float) -> None:
    """What ECS tells CloudWatch each minute of a service's tasks (Amazon ECS CloudWatch metrics)."""
    ecs = tour.stack.client("ecs")
    cluster = ecs.list_clusters()["clusterArns"][0].rsplit("/", 1)[-1]
    service = ecs.list_services(cluster=cluster)["serviceArns"][0].rsplit("/", 1)[-1]
    whose = [{"Name": "ClusterName", "Value": cluster}, {"Name": "ServiceName", "Value": service}]
    tour.stack.client("cloudwatch").put_metric_data(
        Namespace="AWS/ECS",
        MetricData=[
            {"MetricName": "CPUUtilization", "Value": percent, "Unit": "Percent", "Dimensions": whose}
        ],
    )


def _others(now: Sample, before: Sample) -> list[TaskSeen]:
    """The tasks that weren't there before."""
    known = {task.id for task in before.alive}
    return [task for task in now.alive if task.id not in known]


def _told_by_program(result: Result) -> list[str]:
    """What the program wrote to stderr while the engine ran it: why a deployment failed."""
    found = [event["diagnosticEvent"] for event in result.events if "diagnosticEvent" in event]
    said = [str(it["message"]).strip() for it in found if it["severity"] == "info#err"]
    return [line.removeprefix("error: ") for line in said]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} in {zone}" for zone, count in sorted(counts.items()))


def _named(tasks: Iterable[TaskSeen | Life]) -> str:
    return ", ".join(task.name for task in tasks)


def _placed(tasks: Iterable[TaskSeen]) -> str:
    return ", ".join(f"{task.name} in {task.zone}" for task in tasks)

"""A service and its deployments: what the API was told, and what came of it."""

import random
import string
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from emulator.aws.ecs.failing import NO_CANDIDATE, Failure
from emulator.aws.ecs.strategy import ROLLING, Progress, Stage

# Settings that a deployment is made of: a change of one of them in UpdateService begins a new deployment
# (UpdateService in the API reference); the others take effect at once.
DEPLOYED = (
    "taskDefinition",
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)
EVENTS_KEPT = 100


def revision_id() -> str:
    """Nineteen digits, as ECS numbers deployments and service revisions."""
    return "".join(random.choices(string.digits, k=19))  # noqa: S311 - a name, no secret


def deployment_id() -> str:
    """The last part of a service deployment's ARN."""
    return "".join(random.choices(string.ascii_letters + string.digits, k=21))  # noqa: S311 - a name, no secret


class State(StrEnum):
    """A service deployment's status (Amazon ECS Developer Guide, "View service history using Amazon ECS
    service deployments"). None stays PENDING here.
    """

    IN_PROGRESS = "IN_PROGRESS"
    SUCCESSFUL = "SUCCESSFUL"
    STOP_REQUESTED = "STOP_REQUESTED"
    STOPPED = "STOPPED"
    ROLLBACK_REQUESTED = "ROLLBACK_REQUESTED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_SUCCESSFUL = "ROLLBACK_SUCCESSFUL"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"

    @property
    def is_final(self) -> bool:
        """Whether the deployment is over."""
        return self in (State.SUCCESSFUL, State.STOPPED, State.ROLLBACK_SUCCESSFUL, State.ROLLBACK_FAILED)


@dataclass(slots=True, kw_only=True)
class Deployment:
    """One roll-out of a service: of its settings at that time. Times are seconds since the epoch.

    It shows in two places: in DescribeServices while it is PRIMARY or its tasks are being replaced
    (ACTIVE), and in the service deployments, with one service revision, for as long as the service exists.
    One that only takes a failed rolling one back (`takes_back`) is part of that one's service deployment; a
    traffic-shifting one goes back to the deployment that it `replaces`, whose tasks still run.
    `failed_tasks` counts the tasks that failed one after another.
    """

    number: str
    arn: str
    revision_arn: str
    settings: dict[str, Any]
    configuration: dict[str, Any]
    sources: tuple[str, ...]
    created_at: float
    updated_at: float
    status: Literal["PRIMARY", "ACTIVE", "INACTIVE"] = "PRIMARY"
    state: State = State.IN_PROGRESS
    finished_at: float | None = None
    failed_tasks: int = 0
    failure: Failure | None = None
    status_reason: str = ""
    takes_back: "Deployment | None" = None
    replaces: "Deployment | None" = None
    rolled_back_at: float | None = None
    balancers: list[dict[str, Any]] | None = None
    """Where its tasks are registered as targets; None until the scheduler has placed it."""
    progress: Progress | None = None
    """How far it has come, if it shifts traffic."""
    watches_alarms: bool | None = None
    """Whether ECS monitors its alarms; None until the scheduler has looked at them first."""
    baked_since: float | None = None
    """When a rolling one had replaced every task."""

    @property
    def id(self) -> str:
        """The id that DescribeServices gives, and the `startedBy` of the deployment's tasks."""
        return f"ecs-svc/{self.number}"

    @property
    def has_failed(self) -> bool:
        """Whether ECS gave it up, so that it starts no more tasks."""
        return self.failure is not None

    @property
    def shifts_traffic(self) -> bool:
        """Whether its strategy is another than the rolling update."""
        return self.configuration.get("strategy", ROLLING) != ROLLING

    @property
    def is_shifting(self) -> bool:
        """Whether blue and green run side by side: until blue is cleaned up."""
        return self.shifts_traffic and (self.progress is None or self.progress.stage is not Stage.CLEAN_UP)

    @property
    def can_fail(self) -> bool:
        """Whether ECS still looks for failures: until everything is replaced and the bake time is over."""
        return self.state is State.IN_PROGRESS and (self.is_shifting or not self.shifts_traffic)

    def finish(self, state: State, now: float) -> None:
        """Ends the roll-out; one that has ended stays as it is."""
        if self.state.is_final:
            return
        self.state, self.finished_at, self.updated_at = state, now, now
        if self.takes_back:
            took = state is State.SUCCESSFUL
            self.takes_back.finish(State.ROLLBACK_SUCCESSFUL if took else State.ROLLBACK_FAILED, now)


@dataclass(slots=True, kw_only=True)
class Service:
    """A service; `settings` are CreateService's and UpdateService's own, defaults spelled out."""

    arn: str
    name: str
    cluster_arn: str
    cluster_name: str
    account: str
    region: str
    settings: dict[str, Any]
    tags: list[dict[str, str]]
    created_at: float
    status: Literal["ACTIVE", "DRAINING", "INACTIVE"] = "ACTIVE"
    deployments: list[Deployment] = field(default_factory=lambda: list[Deployment]())
    events: list[dict[str, Any]] = field(default_factory=lambda: list[dict[str, Any]]())
    is_steady: bool = False
    failure: str = ""

    @property
    def physical_resource_id(self) -> str:
        """The name under which moto's tagging looks for the ARN."""
        return self.arn

    @property
    def desired_count(self) -> int:
        """How many tasks should run."""
        return self.settings["desiredCount"]

    @property
    def primary(self) -> Deployment | None:
        """The deployment that the service moves to, or stands at."""
        return next((one for one in self.deployments if one.status == "PRIMARY"), None)

    @property
    def completed(self) -> Deployment | None:
        """The last deployment that was completed, which a rollback goes back to."""
        return next((one for one in self.deployments if one.state is State.SUCCESSFUL), None)

    @property
    def ongoing(self) -> Deployment | None:
        """The deployment that is under way, also while it is taken back."""
        own = (one for one in self.deployments if not one.takes_back)
        return next((one for one in own if not one.state.is_final), None)

    def deploy(self, now: float, *, takes_back: Deployment | None = None) -> Deployment:
        """Makes a deployment of the settings as they are now the primary one."""
        sources = tuple(one.revision_arn for one in self.deployments if one.status != "INACTIVE")
        for one in self.deployments:
            if one.status == "PRIMARY":
                one.status, one.updated_at = "ACTIVE", now
            if one is not takes_back:
                self._overtake(one, now)
        number = revision_id()
        base = self.arn.rsplit(":", 1)[0]
        path = f"{self.cluster_name}/{self.name}"
        configuration = dict(self.settings.get("deploymentConfiguration", {}))
        made = Deployment(
            number=number,
            arn=f"{base}:service-deployment/{path}/{deployment_id()}",
            revision_arn=f"{base}:service-revision/{path}/{number}",
            settings={key: self.settings[key] for key in DEPLOYED if key in self.settings},
            # What takes a deployment back replaces tasks as a rolling update does.
            configuration={**configuration, "strategy": ROLLING} if takes_back else configuration,
            sources=sources,
            created_at=now,
            updated_at=now,
            takes_back=takes_back,
            replaces=self.completed,
        )
        self.deployments.insert(0, made)
        self.is_steady = False
        return made

    def fail(self, failure: Failure, now: float) -> None:
        """Gives the primary deployment up, and rolls it back if that is asked for and possible."""
        failed = self.primary
        if failed is None or failed.has_failed:
            return
        failed.failure, failed.updated_at, failed.status_reason = failure, now, failure.status_reason
        self.is_steady = False
        self.say(f"(deployment {failed.id}) {failure.event}", now)
        last = failed.replaces if failed.shifts_traffic else self.completed
        if failure.roll_back and last:
            self.say(f"rolling back to deployment {last.id}.", now)
            self._roll_back(failed, last, now)
            return
        if failure.roll_back:
            failed.status_reason = NO_CANDIDATE
        failed.finish(
            State.ROLLBACK_FAILED if failure.roll_back and failed.shifts_traffic else State.STOPPED, now
        )

    def _roll_back(self, failed: Deployment, last: Deployment, now: float) -> None:
        self.settings = {**{k: v for k, v in self.settings.items() if k not in DEPLOYED}, **last.settings}
        failed.state, failed.rolled_back_at = State.ROLLBACK_IN_PROGRESS, now
        if failed.shifts_traffic:
            failed.status, last.status, last.updated_at = "ACTIVE", "PRIMARY", now
        else:
            self.deploy(now, takes_back=failed)

    @staticmethod
    def _overtake(one: Deployment, now: float) -> None:
        """Stops a deployment because of the next one; green's tasks of one that shifts traffic go first."""
        if one.is_shifting and not one.state.is_final and one.status == "ACTIVE":
            one.state, one.updated_at = State.STOP_REQUESTED, now
        elif one.shifts_traffic and not one.is_shifting:
            # Green has all of the traffic, and only blue's last tasks were still to go.
            one.finish(State.SUCCESSFUL, now)
        else:
            one.finish(State.STOPPED, now)

    def say(self, message: str, now: float) -> None:
        """Adds an event, newest first; AWS keeps the last hundred."""
        said = f"(service {self.name}) {message}"
        self.events.insert(0, {"id": str(uuid.uuid4()), "at": now, "message": said})
        del self.events[EVENTS_KEPT:]

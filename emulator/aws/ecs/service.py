"""A service and its deployments: what the API was told, and what came of it."""

import random
import string
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

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
    """A service deployment's status (ServiceDeployment in the API reference), as far as it comes here."""

    IN_PROGRESS = "IN_PROGRESS"
    SUCCESSFUL = "SUCCESSFUL"
    STOPPED = "STOPPED"
    ROLLBACK_IN_PROGRESS = "ROLLBACK_IN_PROGRESS"
    ROLLBACK_SUCCESSFUL = "ROLLBACK_SUCCESSFUL"
    ROLLBACK_FAILED = "ROLLBACK_FAILED"


@dataclass(slots=True, kw_only=True)
class Deployment:
    """One roll-out of a service: of its settings at that time. Times are seconds since the epoch.

    It shows in two places: in DescribeServices while it is PRIMARY or its tasks are being replaced
    (ACTIVE), and in the service deployments, with one service revision, for as long as the service exists.
    One that only takes a failed one back (`takes_back`) is part of that one's service deployment.
    `failed_tasks` counts the tasks that failed one after another.
    """

    number: str
    arn: str
    revision_arn: str
    settings: dict[str, Any]
    sources: tuple[str, ...]
    created_at: float
    updated_at: float
    status: Literal["PRIMARY", "ACTIVE", "INACTIVE"] = "PRIMARY"
    state: State = State.IN_PROGRESS
    finished_at: float | None = None
    failed_tasks: int = 0
    reason: str = ""
    takes_back: "Deployment | None" = None
    rolled_back_at: float | None = None

    @property
    def id(self) -> str:
        """The id that DescribeServices gives, and the `startedBy` of the deployment's tasks."""
        return f"ecs-svc/{self.number}"

    @property
    def has_failed(self) -> bool:
        """Whether ECS gave it up, so that it starts no more tasks."""
        return self.reason != ""

    def finish(self, state: State, now: float) -> None:
        """Ends the roll-out; one that has ended stays as it is."""
        if self.state is State.IN_PROGRESS:
            self.state, self.finished_at, self.updated_at = state, now, now
            if self.takes_back:
                took = state is State.SUCCESSFUL
                self.takes_back.state = State.ROLLBACK_SUCCESSFUL if took else State.ROLLBACK_FAILED
                self.takes_back.finished_at = now


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
    def load_balancers(self) -> list[dict[str, Any]]:
        """Where the tasks are registered as targets."""
        return self.settings.get("loadBalancers", [])

    def deploy(self, now: float, *, takes_back: Deployment | None = None) -> Deployment:
        """Makes a deployment of the settings as they are now the primary one."""
        before = self.primary
        for one in self.deployments:
            if one.status == "PRIMARY":
                one.status, one.updated_at = "ACTIVE", now
            if one is not takes_back:
                one.finish(State.STOPPED, now)
        number = revision_id()
        base = self.arn.rsplit(":", 1)[0]
        path = f"{self.cluster_name}/{self.name}"
        made = Deployment(
            number=number,
            arn=f"{base}:service-deployment/{path}/{deployment_id()}",
            revision_arn=f"{base}:service-revision/{path}/{number}",
            settings={key: self.settings[key] for key in DEPLOYED if key in self.settings},
            sources=(before.revision_arn,) if before else (),
            created_at=now,
            updated_at=now,
            takes_back=takes_back,
        )
        self.deployments.insert(0, made)
        self.is_steady = False
        return made

    def fail(self, reason: str, now: float, *, roll_back: bool) -> None:
        """Gives the primary deployment up, and rolls back to the last that was completed if there is one."""
        failed = self.primary
        if failed is None or failed.has_failed:
            return
        failed.reason, failed.updated_at = reason, now
        last = next((one for one in self.deployments if one.state is State.SUCCESSFUL), None)
        self.say(f"(deployment {failed.id}) deployment failed: {reason}.", now)
        if not (roll_back and last):
            failed.finish(State.STOPPED, now)
            return
        self.say(f"rolling back to deployment {last.id}.", now)
        self.settings = {**{k: v for k, v in self.settings.items() if k not in DEPLOYED}, **last.settings}
        failed.state, failed.rolled_back_at = State.ROLLBACK_IN_PROGRESS, now
        self.deploy(now, takes_back=failed)

    def say(self, message: str, now: float) -> None:
        """Adds an event, newest first; AWS keeps the last hundred."""
        self.events.insert(0, {"at": now, "message": f"(service {self.name}) {message}"})
        del self.events[EVENTS_KEPT:]

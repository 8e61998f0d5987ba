"""A service on the scheduler, without a server, under a clock that the test moves."""

import os
import uuid
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("MOTO_ACCOUNT_ID", "123456789012")

from moto.ec2.models import ec2_backends
from moto.ecs.models import ecs_backends
from moto.elbv2.models import elbv2_backends

from emulator.aws.ecs import targets
from emulator.aws.ecs.scheduler import Scheduler
from emulator.aws.ecs.service import Deployment, Service
from emulator.aws.ecs.task_run import TaskRun
from emulator.aws.ecs.timing import Timing

ACCOUNT, REGION = "123456789012", "us-east-1"
TIMING = Timing(
    provisioning=10,
    pending=10,
    activating=10,
    healthy_after=10,
    deactivating=10,
    stopping=10,
    deprovisioning=10,
    stopped_kept=1000,
    unhealthy_after=15,
    command=10,
    second=0.4,
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


@dataclass
class World:
    clock: Clock
    scheduler: Scheduler
    service: Service
    target_group: str

    def pass_time(self, seconds: float) -> None:
        """Ticks every second, as the thread ticks every tenth of one."""
        for _ in range(round(seconds)):
            self.clock.at += 1
            self.scheduler.tick()

    def tasks(self) -> list[TaskRun]:
        return list(self.scheduler.fleet.tasks(self.service))

    def running(self) -> list[TaskRun]:
        return [task for task in self.tasks() if not task.is_stopping]

    def health(self, group: str = "") -> list[str]:
        """The states of the targets of a target group, by default the service's first."""
        found: Any = targets.group(ACCOUNT, REGION, group or self.target_group)
        return sorted(target["health"] for target in found.targets.values())

    def deploy(self, image: str, **configuration: Any) -> Deployment:
        """Begins a deployment of a new revision with this image, as UpdateService does."""
        ecs = ecs_backends[ACCOUNT][REGION]
        before: Any = ecs.describe_task_definition(self.service.settings["taskDefinition"])
        containers = [{**one, "image": image} for one in before.container_definitions]
        made: Any = ecs.register_task_definition(before.family, containers, network_mode="awsvpc")
        settings = self.service.settings
        self.service.settings = {
            **settings,
            "taskDefinition": made.arn,
            "deploymentConfiguration": {**settings["deploymentConfiguration"], **configuration},
        }
        return self.service.deploy(self.clock.now())

    def said(self) -> list[str]:
        """The service's events, oldest first."""
        return [event["message"] for event in reversed(self.service.events)]


def make_world(
    *, breaker: dict[str, bool] | None = None, image: str = "web:1", **configuration: Any
) -> World:
    """A service of two tasks behind a target group, in two zones; its strategy is the rolling update."""
    ec2, ecs, elb = (backends[ACCOUNT][REGION] for backends in (ec2_backends, ecs_backends, elbv2_backends))
    # The scheduler moves all of them on, also what other tests have left.
    ecs.services.clear()
    ecs.tasks.clear()
    name = f"t{uuid.uuid4().hex[:8]}"
    vpc: Any = ec2.create_vpc("10.0.0.0/16")
    subnets = [
        ec2.create_subnet(vpc.id, f"10.0.{i}.0/24", availability_zone=f"us-east-1{zone}").id
        for i, zone in enumerate("ab")
    ]
    group = elb.create_target_group(name, vpc_id=vpc.id, protocol="HTTP", port="8080", target_type="ip")
    cluster: Any = ecs.create_cluster(name)
    definition = ecs.register_task_definition(
        name, [{"name": "web", "image": image, "memory": 512}], network_mode="awsvpc"
    )
    clock = Clock()
    service = Service(
        arn=f"{cluster.arn.replace(':cluster/', ':service/')}/web",
        name="web",
        cluster_arn=cluster.arn,
        cluster_name=name,
        account=ACCOUNT,
        region=REGION,
        settings={
            "desiredCount": 2,
            "taskDefinition": definition.arn,
            "loadBalancers": [{"targetGroupArn": group.arn, "containerName": "web", "containerPort": 8080}],
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}},
            "deploymentConfiguration": {
                "minimumHealthyPercent": 100,
                "maximumPercent": 200,
                "deploymentCircuitBreaker": dict(breaker or {"enable": False}),
                **configuration,
            },
            "availabilityZoneRebalancing": "ENABLED",
            "propagateTags": "NONE",
            "enableECSManagedTags": False,
            "enableExecuteCommand": False,
        },
        tags=[],
        created_at=clock.at,
    )
    service.deploy(clock.at)
    ecs.services[f"{name}:web"] = service
    return World(
        clock=clock,
        scheduler=Scheduler(ecs, clock=clock, timing=TIMING),
        service=service,
        target_group=group.arn,
    )

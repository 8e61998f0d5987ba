"""A service whose deployments shift traffic between two target groups, under a clock that the test moves."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends

from emulator.aws.ecs.service import Deployment, State
from emulator.aws.ecs.strategy import Stage
from emulator.aws.ecs.task_run import TaskRun
from tests.emulator.aws.world import ACCOUNT, REGION, TIMING, World, make_world

MINUTE = TIMING.minute
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@dataclass
class ShiftingWorld(World):
    """`target_group` is the service's first one, `other_group` the alternate."""

    other_group: str
    production: str
    test: str

    def rule(self, arn: str) -> Any:
        return elbv2_backends[ACCOUNT][REGION].describe_rules(None, [arn])[0]

    def weights(self, rule: str = "") -> tuple[int, int]:
        """The weights of the first and the other group in a rule, by default production's."""
        groups: list[dict[str, Any]] = (
            self.rule(rule or self.production).actions[0].data["ForwardConfig"]["TargetGroups"]
        )
        weight = {one["TargetGroupArn"]: int(one["Weight"]) for one in groups}
        return weight.get(self.target_group, 0), weight.get(self.other_group, 0)

    def weigh(self, rule: str, *groups: tuple[str, int]) -> None:
        """Sets a rule's weights by hand."""
        forward = {"TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]}
        action = {"Type": "forward", "ForwardConfig": forward}
        elbv2_backends[ACCOUNT][REGION].modify_rule(rule, [], [action])

    def fewest_serving(self) -> int:
        """The healthy targets of the group that gets production traffic and has the fewest."""
        groups = zip((self.target_group, self.other_group), self.weights(), strict=True)
        return min(self.health(group).count("healthy") for group, weight in groups if weight)

    def pass_time_serving(self, seconds: float) -> None:
        """Lets time pass, with two healthy targets at any time wherever production traffic goes."""
        for _ in range(round(seconds)):
            self.pass_time(1)
            assert self.fewest_serving() >= 2, self.said()

    def until(self, stage: Stage, *, limit: int = 1000) -> None:
        """Lets time pass until the service's last deployment is in a stage."""
        for _ in range(limit):
            if self.stage is stage:
                return
            self.pass_time_serving(1)
        raise AssertionError(f"{stage} isn't reached: {self.said()}")

    def until_it_ends(self, *, limit: int = 3000) -> Deployment:
        """Lets time pass until the last deployment is over."""
        last = self.service.deployments[0]
        for _ in range(limit):
            if last.state.is_final:
                return last
            self.pass_time_serving(1)
        raise AssertionError(f"{last.state} doesn't end: {self.said()}")

    @property
    def stage(self) -> Stage | None:
        progress = self.service.deployments[0].progress
        return progress.stage if progress else None

    def of(self, deployment: Deployment) -> list[TaskRun]:
        return [task for task in self.running() if task.started_by == deployment.id]


def make_shifting_world(
    *, breaker: dict[str, bool] | None = None, image: str = "web:1", **configuration: Any
) -> ShiftingWorld:
    """A service whose first deployment has just begun."""
    plain = make_world()
    elb, service = elbv2_backends[ACCOUNT][REGION], plain.service
    subnets = service.settings["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    name = f"t{uuid.uuid4().hex[:8]}"
    first: Any = elb.target_groups[plain.target_group]
    other = elb.create_target_group(
        name, vpc_id=first.vpc_id, protocol="HTTP", port="8080", target_type="ip"
    ).arn
    balancer = elb.create_load_balancer(name, [], subnets)
    refusal = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    rules: list[str] = []
    for port in ("80", "8443"):
        listener = elb.create_listener(balancer.arn, "HTTP", port, "", None, [refusal])
        forward = {
            "TargetGroups": [
                {"TargetGroupArn": plain.target_group, "Weight": 1},
                {"TargetGroupArn": other, "Weight": 0},
            ]
        }
        condition = {"Field": "path-pattern", "Values": ["/*"]}
        action = {"Type": "forward", "ForwardConfig": forward}
        rules.append(elb.create_rule(listener.arn, [condition], 10, [action]).arn)
    role = iam_backends[ACCOUNT]["aws"].create_role(name, json.dumps(TRUST), "/", None, "", [], None)
    settings = service.settings
    strategy = {"strategy": "BLUE_GREEN", "deploymentCircuitBreaker": dict(breaker or {"enable": False})}
    service.settings = {
        **settings,
        "loadBalancers": [
            {
                **settings["loadBalancers"][0],
                "advancedConfiguration": {
                    "alternateTargetGroupArn": other,
                    "productionListenerRule": rules[0],
                    "testListenerRule": rules[1],
                    "roleArn": role.arn,
                },
            }
        ],
        "deploymentConfiguration": {**settings["deploymentConfiguration"], **strategy, **configuration},
    }
    service.deployments.clear()
    world = ShiftingWorld(
        clock=plain.clock,
        scheduler=plain.scheduler,
        service=service,
        target_group=plain.target_group,
        other_group=other,
        production=rules[0],
        test=rules[1],
    )
    if image == "web:1":
        service.deploy(world.clock.now())
    else:
        world.deploy(image)
    return world


def make_serving_world(**keywords: Any) -> ShiftingWorld:
    """A service whose first deployment is completed."""
    world = make_shifting_world(**keywords)
    world.pass_time(60)
    assert world.service.deployments[0].state is State.SUCCESSFUL, world.said()
    return world

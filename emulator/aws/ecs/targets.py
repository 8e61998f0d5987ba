"""Tasks as targets of a load balancer's target groups."""

from moto.elbv2.models import FakeTargetGroup, elbv2_backends

from emulator.aws.ecs.task_run import TaskRun


def group(account: str, region: str, arn: str) -> FakeTargetGroup | None:
    """The target group, or nothing when it was deleted."""
    return elbv2_backends[account][region].target_groups.get(arn)


def is_behind_a_balancer(account: str, region: str, arn: str) -> bool:
    """Whether a listener or one of its rules leads to the target group."""
    return elbv2_backends[account][region]._any_listener_using(arn)  # pyright: ignore[reportPrivateUsage]


def register(account: str, region: str, task: TaskRun) -> list[str]:
    """Registers the task where its deployment says, as `initial`; the target groups' ARNs."""
    done: list[str] = []
    for balancer in task.balancers:
        target_group = group(account, region, balancer.get("targetGroupArn", ""))
        if target_group is None or task.interface is None:
            continue
        target_group.register([{"Id": task.interface.address, "Port": balancer["containerPort"]}])
        target_group.targets[task.interface.address]["health"] = "initial"
        target_group.targets[task.interface.address]["zone"] = task.zone
        done.append(target_group.arn)
    return done


def set_health(account: str, region: str, task: TaskRun, state: str) -> None:
    """Gives the task's targets that state, where they are registered."""
    for balancer in task.balancers:
        target_group = group(account, region, balancer.get("targetGroupArn", ""))
        if target_group and task.interface and task.interface.address in target_group.targets:
            target_group.targets[task.interface.address]["health"] = state


def deregister(account: str, region: str, task: TaskRun) -> None:
    """Takes the task's targets out of their groups."""
    for balancer in task.balancers:
        target_group = group(account, region, balancer.get("targetGroupArn", ""))
        if target_group and task.interface:
            target_group.targets.pop(task.interface.address, None)


def are_healthy(account: str, region: str, task: TaskRun) -> bool:
    """Whether every target group that still exists calls the task's target healthy."""
    for balancer in task.balancers:
        target_group = group(account, region, balancer.get("targetGroupArn", ""))
        if target_group is None or task.interface is None:
            continue
        target = target_group.targets.get(task.interface.address)
        if target is None or target.get("health", "healthy") != "healthy":
            return False
    return True

"""Elastic Load Balancing: targets have a health of their own, and what is in use or protected stays."""

from typing import Any

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

from emulator.aws.patching import replace, wrap

_REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
}


# DescribeTargetHealth shows a task's target as initial, healthy, then draining.
@wrap(FakeTargetGroup)
def health_for(original: Any, self: Any, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
    known = self.targets.get(target["Id"], {})
    state = known.get("health")
    if state is None:
        return original(self, target, ec2_backend)
    reason, description = _REASONS.get(state, (None, None))
    return FakeHealthStatus(known["Id"], known["Port"], self.health_check_port, state, reason, description)


# DeregisterTargets of a target that isn't there succeeds.
@replace(FakeTargetGroup)
def deregister(self: Any, targets: list[dict[str, Any]]) -> None:
    for target in targets:
        known = self.targets.pop(target["Id"], None)
        if known is not None:
            self.deregistered_targets[target["Id"]] = known

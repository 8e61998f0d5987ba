"""Application Auto Scaling: scalable targets have tags, and take their policies and schedules with them."""

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.models import FakeApplicationAutoscalingPolicy as Policy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Responses

from emulator.aws.patching import add, wrap
from emulator.aws.refusal import Refusal


# RegisterScalableTarget keeps tags, and wants both limits the first time.
@wrap(Responses)
def register_scalable_target(original: Any, self: Any) -> str:
    known = _known(self)
    limits = (self._get_param("MinCapacity"), self._get_param("MaxCapacity"))
    if known is None and None in limits:
        raise Refusal(
            "ValidationException", "MinCapacity and MaxCapacity are required for a new scalable target."
        )
    answer = original(self)
    made = _known(self)
    if known is None:
        made.tags = dict[str, str]()
    made.tags.update(self._get_param("Tags") or {})
    return answer


# PutScalingPolicy of a known policy changes it in place: its ARN and its alarms stay.
@wrap(ApplicationAutoscalingBackend)
def put_scaling_policy(
    original: Any, self: Any, *, policy_body: dict[str, Any], policy_type: str | None, **place: str
) -> Any:
    known = self.policies.get(Policy.formulate_key(**place))
    if known is None:
        return original(self, policy_body=policy_body, policy_type=policy_type, **place)
    if policy_type not in (None, known.policy_type):
        raise Refusal("ValidationException", "The type of a scaling policy can't be changed.")
    tracks = known.policy_type == "TargetTrackingScaling"
    configuration = "target_tracking" if tracks else "step"
    setattr(known, f"{configuration}_scaling_policy_configuration", policy_body)
    return known


# DeregisterScalableTarget of an unknown target is an ObjectNotFoundException; policies, their alarms and
# schedules go with it.
@wrap(ApplicationAutoscalingBackend)
def deregister_scalable_target(original: Any, self: Any, namespace: str, r_id: str, dimension: str) -> None:
    if r_id not in self.targets.get(dimension, {}):
        raise Refusal(
            "ObjectNotFoundException",
            f"No scalable target found for service namespace: {namespace}, resource ID: {r_id}, "
            f"scalable dimension: {dimension}",
        )
    original(self, namespace, r_id, dimension)
    mine = (namespace, r_id, dimension)
    for key, policy in list(self.policies.items()):
        if (policy.service_namespace, policy.resource_id, policy.scalable_dimension) == mine:
            policy.delete_alarms(self.account_id, self.region_name)
            del self.policies[key]
    self.scheduled_actions = [
        action
        for action in self.scheduled_actions
        if (action.service_namespace, action.resource_id, action.scalable_dimension) != mine
    ]


# DescribeScalingPolicies answers with the policies that PolicyNames asks for only.
@wrap(Responses)
def describe_scaling_policies(original: Any, self: Any) -> str:
    answer = json.loads(original(self))
    names = self._get_param("PolicyNames")
    if names:
        answer["ScalingPolicies"] = [it for it in answer["ScalingPolicies"] if it["PolicyName"] in names]
    return json.dumps(answer)


# DeleteScalingPolicy and DeleteScheduledAction of an unknown one are an ObjectNotFoundException.
@wrap(Responses)
def delete_scaling_policy(original: Any, self: Any) -> str:
    place = [self._get_param(name) for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")]
    name, backend = self._get_param("PolicyName"), self.applicationautoscaling_backend
    if not any(
        [one.service_namespace, one.resource_id, one.scalable_dimension, one.policy_name] == [*place, name]
        for one in backend.policies.values()
    ):
        raise Refusal("ObjectNotFoundException", f"No scaling policy found for {'/'.join(place)}: {name}")
    answer: str = original(self)
    return answer


@wrap(Responses)
def delete_scheduled_action(original: Any, self: Any) -> str:
    place = [self._get_param(name) for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")]
    name, backend = self._get_param("ScheduledActionName"), self.applicationautoscaling_backend
    if not any(
        [one.service_namespace, one.resource_id, one.scalable_dimension, one.scheduled_action_name]
        == [*place, name]
        for one in backend.scheduled_actions
    ):
        raise Refusal("ObjectNotFoundException", f"No scheduled action found for {'/'.join(place)}: {name}")
    answer: str = original(self)
    return answer


@add(Responses)
def list_tags_for_resource(self: Any) -> str:
    return json.dumps({"Tags": _by_arn(self).tags})


@add(Responses)
def tag_resource(self: Any) -> str:
    _by_arn(self).tags.update(self._get_param("Tags"))
    return "{}"


@add(Responses)
def untag_resource(self: Any) -> str:
    target = _by_arn(self)
    for key in self._get_param("TagKeys"):
        target.tags.pop(key, None)
    return "{}"


def _known(self: Any) -> Any:
    targets = self.applicationautoscaling_backend.targets
    return targets.get(self._get_param("ScalableDimension"), {}).get(self._get_param("ResourceId"))


def _by_arn(self: Any) -> Any:
    arn = self._get_param("ResourceARN")
    for targets in self.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise Refusal("ResourceNotFoundException", f"The resource {arn} was not found.")

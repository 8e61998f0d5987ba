"""Application Auto Scaling: what it keeps has an effect, tags, and an end with its scalable target."""

import json
from typing import Any

from moto.applicationautoscaling import responses
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.models import FakeApplicationAutoscalingPolicy as Policy
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Responses

from emulator.aws.patching import add, replace, wrap
from emulator.aws.refusal import Refusal
from emulator.aws.scaling import activities, schedule, tracking

_TRACKING, _PREDICTIVE = "TargetTrackingScaling", "PredictiveScaling"


# RegisterScalableTarget brings the capacity within its limits, keeps tags, and wants both limits the first
# time.
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
    made.registered = True  # for the scaler
    return answer


# PutScalingPolicy wants a scalable target; a predictive policy is kept, and no forecast is made of it.
@wrap(Responses, "put_scaling_policy")
def put_policy(original: Any, self: Any) -> str:
    _want_target(self)
    try:
        return _put_predictive(self) if self._get_param("PolicyType") == _PREDICTIVE else original(self)
    except tracking.MetricError as error:
        raise Refusal("ValidationException", str(error)) from error


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
    tracks = known.policy_type == _TRACKING
    name = f"{'target_tracking' if tracks else 'step'}_scaling_policy_configuration"
    before = getattr(known, name)
    setattr(known, name, policy_body)
    if tracks and known.service_namespace == "ecs":
        try:
            known.alarms = tracking.put_alarms(known)
        except tracking.MetricError:
            setattr(known, name, before)
            raise
    return known


def _put_predictive(self: Any) -> str:
    backend = self.applicationautoscaling_backend
    place = {
        "service_namespace": self._get_param("ServiceNamespace"),
        "resource_id": self._get_param("ResourceId"),
        "scalable_dimension": self._get_param("ScalableDimension"),
        "policy_name": self._get_param("PolicyName"),
    }
    key = Policy.formulate_key(**place)
    policy: Any = backend.policies.get(key)
    if policy is None:
        owner = {"account_id": backend.account_id, "region_name": backend.region_name}
        policy = Policy(**owner, **place, policy_type="StepScaling", policy_body={})
        policy.policy_type = _PREDICTIVE
    elif policy.policy_type != _PREDICTIVE:
        raise Refusal("ValidationException", "The type of a scaling policy can't be changed.")
    policy.predictive_configuration = self._get_param("PredictiveScalingPolicyConfiguration")
    backend.policies[key] = policy
    return json.dumps({"PolicyARN": policy.policy_arn, "Alarms": []})


@wrap(responses)
def _build_policy(original: Any, policy: Any) -> dict[str, Any]:
    shown: dict[str, Any] = original(policy)
    if policy.policy_type == _PREDICTIVE:
        shown["PredictiveScalingPolicyConfiguration"] = policy.predictive_configuration
    return shown


# A target tracking policy's alarms watch its own metric.
@replace(Policy)
def _generate_ecs_alarms(self: Any) -> list[Any]:
    return tracking.put_alarms(self)


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


# DescribeScalingActivities lists what was done, newest first.
@add(Responses)
def describe_scaling_activities(self: Any) -> str:
    place = [self._get_param(name) for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")]
    found = [
        activities.describe(one)
        for one in activities.of(self.applicationautoscaling_backend)
        if all(wanted in (None, known) for wanted, known in zip(place, one.target, strict=True))
    ]
    return json.dumps({"ScalingActivities": found[: self._get_int_param("MaxResults") or 50]})


# PutScheduledAction wants a scalable target, and refuses a schedule that nobody can keep.
@wrap(Responses)
def put_scheduled_action(original: Any, self: Any) -> str:
    _want_target(self)
    try:
        wanted = self._get_param("Schedule")
        if wanted is not None:
            schedule.parse(wanted, self._get_param("Timezone"))
    except schedule.ScheduleError as error:
        raise Refusal("ValidationException", f"The schedule is invalid: {error}.") from error
    answer: str = original(self)
    return answer


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


def _want_target(self: Any) -> None:
    """Raises ObjectNotFoundException unless the request's scalable target is registered."""
    if _known(self) is None:
        place = [self._get_param(name) for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")]
        raise Refusal(
            "ObjectNotFoundException",
            f"No scalable target registered for service namespace: {place[0]}, resource ID: {place[1]}, "
            f"scalable dimension: {place[2]}",
        )


def _by_arn(self: Any) -> Any:
    arn = self._get_param("ResourceARN")
    for targets in self.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return target
    raise Refusal("ResourceNotFoundException", f"The resource {arn} was not found.")

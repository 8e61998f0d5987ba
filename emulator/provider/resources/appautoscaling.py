"""Application Auto Scaling: what scales, by which policy, at what times."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation

SERVICE = "application-autoscaling"
PLACE = {
    "ServiceNamespace": "{serviceNamespace}",
    "ResourceId": "{resourceId}",
    "ScalableDimension": "{scalableDimension}",
}
WHERE = ("serviceNamespace", "resourceId", "scalableDimension")


def _place(operation: Operation, *, named: bool) -> dict[str, str]:
    """The properties in an id `namespace/resource/dimension[/name]`; a resource's own id has slashes too."""
    namespace, _, rest = operation.id.partition("/")
    fields = {"serviceNamespace": namespace}
    if named:
        rest, _, fields["name"] = rest.rpartition("/")
    fields["resourceId"], _, fields["scalableDimension"] = rest.rpartition("/")
    return fields


def _placed(run: Any, *, named: bool) -> Code:
    """A read that fills the properties in the id first, for an import."""

    def read(operation: Operation) -> Mapping[str, Any] | None:
        operation.old = {**operation.old, **_place(operation, named=named)}
        return operation.fetch(run)

    return Code(run=read)


ONE = {
    "ServiceNamespace": "{serviceNamespace}",
    "ResourceIds": ["{resourceId}"],
    "ScalableDimension": "{scalableDimension}",
}

TARGET = Resource(
    token="aws:appautoscaling/target:Target",
    service=SERVICE,
    create=Call(op="register_scalable_target"),
    id="{serviceNamespace}/{resourceId}/{scalableDimension}",
    upserts=True,
    read=(
        _placed(
            Read(
                op="describe_scalable_targets",
                params=ONE,
                at="ScalableTargets[0]",
                props={"arn": "ScalableTargetARN"},
            ),
            named=False,
        ),
    ),
    changes=(
        Change(
            do=Call(op="register_scalable_target", params=PLACE),
            when=("maxCapacity", "minCapacity", "roleArn", "suspendedState"),
        ),
    ),
    delete=Call(op="deregister_scalable_target", params=PLACE, retry=("ConcurrentUpdateException",)),
    tags=Tags(
        form="map",
        tag=Call(op="tag_resource", params={"ResourceARN": "{arn}"}, send=()),
        untag=Call(op="untag_resource", params={"ResourceARN": "{arn}"}, send=()),
        read=Read(
            op="list_tags_for_resource", params={"ResourceARN": "{found:ScalableTargetARN}"}, at="Tags"
        ),
    ),
    replace=WHERE,
    computed=("suspendedState",),
)


def _same_number(old: Any, new: Any) -> bool:
    """Bounds are text in a program and numbers in AWS."""
    try:
        return float(old) == float(new)
    except ValueError:
        return False


POLICY = Resource(
    token="aws:appautoscaling/policy:Policy",
    service=SERVICE,
    create=Call(
        op="put_scaling_policy", rename={"name": "PolicyName"}, retry=("FailedResourceAccessException",)
    ),
    id="{serviceNamespace}/{resourceId}/{scalableDimension}/{name}",
    upserts=True,
    read=(
        _placed(
            Read(
                op="describe_scaling_policies",
                params={**PLACE, "PolicyNames": ["{name}"]},
                at="ScalingPolicies[0]",
                props={"name": "PolicyName", "arn": "PolicyARN", "alarmArns": "Alarms[].AlarmARN"},
            ),
            named=True,
        ),
    ),
    changes=(
        Change(
            do=Call(op="put_scaling_policy", params={**PLACE, "PolicyName": "{name}"}),
            when=(
                "policyType",
                "predictiveScalingPolicyConfiguration",
                "stepScalingPolicyConfiguration",
                "targetTrackingScalingPolicyConfiguration",
            ),
            whole=True,
        ),
    ),
    delete=Call(op="delete_scaling_policy", params={**PLACE, "PolicyName": "{name}"}),
    name=Name(longest=255),
    replace=("name", *WHERE),
    defaults={"policyType": "StepScaling"},
    enums={"policyType": ("StepScaling", "TargetTrackingScaling", "PredictiveScaling")},
    same={
        "stepScalingPolicyConfiguration.stepAdjustments.metricIntervalLowerBound": _same_number,
        "stepScalingPolicyConfiguration.stepAdjustments.metricIntervalUpperBound": _same_number,
        "predictiveScalingPolicyConfiguration.metricSpecifications.targetValue": _same_number,
    },
    sets=("stepScalingPolicyConfiguration.stepAdjustments",),
)

SCHEDULED_ACTION = Resource(
    token="aws:appautoscaling/scheduledAction:ScheduledAction",
    service=SERVICE,
    create=Call(op="put_scheduled_action", rename={"name": "ScheduledActionName"}),
    id="{serviceNamespace}/{resourceId}/{scalableDimension}/{name}",
    upserts=True,
    read=(
        _placed(
            Read(
                op="describe_scheduled_actions",
                params={**PLACE, "ScheduledActionNames": ["{name}"]},
                at="ScheduledActions[0]",
                props={"name": "ScheduledActionName", "arn": "ScheduledActionARN"},
            ),
            named=True,
        ),
    ),
    changes=(
        Change(
            do=Call(op="put_scheduled_action", params={**PLACE, "ScheduledActionName": "{name}"}),
            when=("endTime", "scalableTargetAction", "schedule", "startTime", "timezone"),
            whole=True,
        ),
    ),
    delete=Call(op="delete_scheduled_action", params={**PLACE, "ScheduledActionName": "{name}"}),
    name=Name(longest=256),
    replace=("name", *WHERE),
    defaults={"timezone": "UTC"},
)

RESOURCES: tuple[Resource, ...] = (TARGET, POLICY, SCHEDULED_ACTION)
INVOKES: tuple[Invoke, ...] = ()

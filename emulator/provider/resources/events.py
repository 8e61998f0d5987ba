"""EventBridge: rules and their targets."""

from collections.abc import Mapping
from typing import Any

from emulator.provider import aws
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.names import Writer
from emulator.provider.operation import Operation, OperationError

PUT = ("description", "eventPattern", "roleArn", "scheduleExpression", "state")
RULE = {"Name": "{name}", "EventBusName": "{eventBusName}"}


def _where(operation: Operation) -> dict[str, str]:
    """The rule's name and bus, out of an id `bus/rule` or, on the default bus, `rule`."""
    bus, _, name = operation.id.rpartition("/")
    return {"name": name, "eventBusName": bus or "default"}


def _put_rule(operation: Operation) -> None:
    """Sets the whole rule: PutRule leaves nothing of the old one but its tags."""
    inputs, place = operation.inputs, _where(operation)
    values = {n: inputs[n] for n in PUT if n in inputs}
    call = Call(op="put_rule", params={"Name": place["name"], "EventBusName": place["eventBusName"]})
    operation.send(call, values, _state(inputs))


def _state(inputs: Mapping[str, Any]) -> dict[str, str]:
    """isEnabled is the older word for state."""
    if "isEnabled" not in inputs:
        return {}
    return {"State": "ENABLED" if inputs["isEnabled"] else "DISABLED"}


def _create_rule(operation: Operation) -> str:
    inputs = operation.inputs
    name, bus = str(inputs["name"]), str(inputs.get("eventBusName", "default"))
    operation.id = name if bus == "default" else f"{bus}/{name}"
    _put_rule(operation)
    return operation.id


def _read_rule(operation: Operation) -> Mapping[str, Any] | None:
    place = _where(operation)
    operation.old = {**operation.old, **place}
    found = operation.fetch(Read(op="describe_rule", params=RULE))
    if found is None:
        return None
    # Only one of the two words goes into the state, as the program chose it.
    if "isEnabled" in operation.inputs:
        found["isEnabled"] = found.pop("state", "ENABLED") != "DISABLED"
    return {**found, **place}


def _find_rule(operation: Operation) -> str | None:
    inputs = operation.inputs
    name, bus = str(inputs["name"]), str(inputs.get("eventBusName", "default"))
    read = Read(op="describe_rule", params={"Name": name, "EventBusName": bus}, at="Name")
    found = operation.fetch_raw(read)
    return None if found is None else name if bus == "default" else f"{bus}/{name}"


def _delete_rule(operation: Operation) -> None:
    place = {"Name": _where(operation)["name"], "EventBusName": _where(operation)["eventBusName"]}
    force = bool(operation.old.get("forceDestroy"))
    operation.call("delete_rule", {**place, "Force": force}, retry=("ValidationException",))


RULE_ARN = "arn:{partition}:events:{region}:{account}:rule/{id}"
"""A rule of another bus has `bus/rule` in its ARN as in its id."""

EVENT_RULE = Resource(
    token="aws:cloudwatch/eventRule:EventRule",
    service="events",
    create=Code(run=_create_rule, send=(*PUT, "eventBusName", "isEnabled", "name")),
    id="Name",
    upserts=True,
    read=(Code(run=_read_rule),),
    changes=(Change(do=Code(run=_put_rule, send=(*PUT, "isEnabled")), when=(*PUT, "isEnabled")),),
    delete=Code(run=_delete_rule),
    tags=Tags(
        member="",
        tag=Call(op="tag_resource", params={"ResourceARN": RULE_ARN}, send=()),
        untag=Call(op="untag_resource", params={"ResourceARN": RULE_ARN}, send=()),
        read=Read(op="list_tags_for_resource", params={"ResourceARN": "{found:Arn}"}, at="Tags"),
    ),
    name=Name(longest=64),
    find=Code(run=_find_rule),
    replace=("eventBusName", "name"),
    defaults={"eventBusName": "default", "forceDestroy": False, "state": "ENABLED"},
    enums={"state": ("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")},
    conflicts=(("isEnabled", "state"),),
    at_least_one=(("eventPattern", "scheduleExpression"),),
    json=("eventPattern",),
    provider_only=("forceDestroy",),
    refused=("namePrefix",),
)

ECS = "ecsTarget"
TARGET = (
    "arn",
    "deadLetterConfig",
    "ecsTarget",
    "input",
    "inputPath",
    "inputTransformer",
    "kinesisTarget",
    "retryPolicy",
    "roleArn",
    "sqsTarget",
)
RENAMED = {
    "ecsTarget": "EcsParameters",
    "ecsTarget.capacityProviderStrategies": "CapacityProviderStrategy",
    "inputTransformer.inputPaths": "InputPathsMap",
    "kinesisTarget": "KinesisParameters",
    "sqsTarget": "SqsParameters",
}
WORDS = {True: "ENABLED", False: "DISABLED"}


def _target(operation: Operation) -> dict[str, Any]:
    """The target in EventBridge's words."""
    inputs = operation.inputs
    members = operation.session.operation("events", "put_targets").members["Targets"].member
    writer = Writer(operation.shape, members, RENAMED)
    made: dict[str, Any] = {}
    for name in TARGET:
        if name in inputs and name != ECS:
            writer.put(made, name, inputs[name])
    if ECS in inputs:
        writer.put(
            made, ECS, {k: v for k, v in inputs[ECS].items() if k not in ("networkConfiguration", "tags")}
        )
        network = inputs[ECS].get("networkConfiguration")
        if network:
            made["EcsParameters"]["NetworkConfiguration"] = {
                "awsvpcConfiguration": {
                    "Subnets": network["subnets"],
                    "SecurityGroups": network.get("securityGroups", []),
                    "AssignPublicIp": WORDS[bool(network.get("assignPublicIp"))],
                }
            }
    return made


def _put_target(operation: Operation) -> str:
    inputs = operation.inputs
    bus = str(inputs.get("eventBusName", "default"))
    target = {**_target(operation), "Id": inputs["targetId"]}
    answer = operation.call("put_targets", {"Rule": inputs["rule"], "EventBusName": bus, "Targets": [target]})
    _complain(operation, answer)
    return f"{bus}/{inputs['rule']}/{inputs['targetId']}"


def _complain(operation: Operation, answer: Mapping[str, Any]) -> None:
    """PutTargets and RemoveTargets report failures inside a success."""
    for failed in answer.get("FailedEntries", []):
        if failed["ErrorCode"] != "ResourceNotFoundException":
            why = f"{failed['ErrorCode']}: {failed['ErrorMessage']}"
            raise OperationError(f"{operation.resource.token} {operation.name}: {why}")


def _place(operation: Operation) -> tuple[str, str, str]:
    bus, rule, target = operation.id.split("/")
    return bus, rule, target


def _read_target(operation: Operation) -> Mapping[str, Any] | None:
    bus, rule, target = _place(operation)
    read = Read(
        op="list_targets_by_rule",
        params={"Rule": rule, "EventBusName": bus},
        at=f"Targets[?Id == '{target}'] | [0]",
        props={p: m for p, m in RENAMED.items() if "." not in p},
        rename={k: v for k, v in RENAMED.items() if "." in k},
    )
    found = operation.fetch(read)
    if found is None:
        return None
    network = aws.search("EcsParameters.NetworkConfiguration.awsvpcConfiguration", operation.found)
    if network:
        found[ECS]["networkConfiguration"] = {
            "subnets": network["Subnets"],
            "securityGroups": network.get("SecurityGroups", []),
            "assignPublicIp": network.get("AssignPublicIp") == "ENABLED",
        }
    return {**found, "eventBusName": bus, "rule": rule, "targetId": target}


def _remove_target(operation: Operation) -> None:
    bus, rule, target = _place(operation)
    force = bool(operation.old.get("forceDestroy"))
    params = {"Rule": rule, "EventBusName": bus, "Ids": [target], "Force": force}
    _complain(operation, operation.call("remove_targets", params))


EVENT_TARGET = Resource(
    token="aws:cloudwatch/eventTarget:EventTarget",
    service="events",
    create=Code(run=_put_target, send=(*TARGET, "eventBusName", "rule", "targetId")),
    id="{eventBusName}/{rule}/{targetId}",
    upserts=True,
    read=(Code(run=_read_target),),
    changes=(Change(do=Code(run=_put_target, send=TARGET), when=TARGET),),
    delete=Code(run=_remove_target),
    name=Name(prop="targetId", longest=64),
    replace=("eventBusName", "rule", "targetId"),
    defaults={
        "ecsTarget.enableEcsManagedTags": False,
        "ecsTarget.enableExecuteCommand": False,
        "ecsTarget.taskCount": 1,
        "eventBusName": "default",
        "forceDestroy": False,
    },
    conflicts=(("input", "inputPath", "inputTransformer"),),
    sets=("ecsTarget.networkConfiguration.securityGroups", "ecsTarget.networkConfiguration.subnets"),
    json=("input",),
    provider_only=("forceDestroy",),
    refused=(
        "appsyncTarget",
        "batchTarget",
        "ecsTarget.tags",
        "httpTarget",
        "redshiftTarget",
        "runCommandTargets",
        "sagemakerPipelineTarget",
    ),
)

RESOURCES: tuple[Resource, ...] = (EVENT_RULE, EVENT_TARGET)
INVOKES: tuple[Invoke, ...] = ()

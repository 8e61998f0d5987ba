"""Create, read, update and delete of any resource in the table."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.aws import BotoCoreError, ClientError
from emulator.provider.codec import UNKNOWN
from emulator.provider.model import Call, Change, Code, Resource
from emulator.provider.names import UntranslatableError, member_of
from emulator.provider.operation import Operation, OperationError
from emulator.provider.schema import Property, Shape
from emulator.provider.values import is_list

TAGGING = ("tags", "tagsAll")
ZERO: Mapping[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0}
SETTLING = ("DependencyViolation", "ResourceInUse", "ResourceInUseException", "DeleteConflict")


class PartialError(Exception):
    """The resource exists, but something after its creation failed: the engine has to record it."""

    def __init__(self, operation: Operation, outputs: Mapping[str, Any], error: Exception) -> None:
        self.reason = _line(operation, error)
        super().__init__(self.reason)
        self.id, self.outputs, self.secrets = operation.id, dict(outputs), operation.secrets


def own_properties(resource: Resource, shape: Shape) -> list[str]:
    """The inputs that calls carry: all but tags, what is provider-only, and `region` (it chooses the
    client).
    """
    apart = {*TAGGING, *resource.provider_only, "region"}
    return [p.name for p in shape.inputs() if p.name not in apart]


def creation_properties(resource: Resource, shape: Shape, operation_input: Any) -> list[str]:
    """What the create call carries; the rest is set by changes at creation."""
    if isinstance(resource.create, Code):
        return list(resource.create.send)
    if resource.create.send is not None:
        return list(resource.create.send)
    names = own_properties(resource, shape)
    return [n for n in names if member_of(n, resource.create.rename, operation_input) is not None]


def create(operation: Operation) -> tuple[str, dict[str, Any]]:
    """The new resource's id and outputs. Raises OperationError when nothing was made, PartialError when
    something was.
    """
    operation.id = _created_id(operation)
    try:
        _after_creation(operation)
        for wait in operation.resource.waits:
            operation.wait(wait)
        outputs = read(operation)
        if outputs is None:
            raise OperationError(f"{operation.resource.token} {operation.name} ({operation.id}) vanished")
    except (OperationError, ClientError, BotoCoreError, UntranslatableError) as error:
        raise PartialError(operation, operation.inputs, error) from error
    return operation.id, outputs


def _created_id(operation: Operation) -> str:
    resource, inputs = operation.resource, operation.inputs
    try:
        existing = _located(operation) if resource.upserts else None
        if existing:
            raise OperationError(
                f"{resource.token} {operation.name}: it exists already{_hint(operation, existing)}"
            )
        if isinstance(resource.create, Code):
            answer = resource.create.run(operation)
        else:
            target = operation.writer(resource.create).operation
            names = creation_properties(resource, operation.shape, target)
            values = {n: inputs[n] for n in names if n in inputs}
            answer = operation.send(resource.create, values, tagging.creation(operation))
    except (ClientError, BotoCoreError, UntranslatableError) as error:
        raise OperationError(_taken(operation, error) or _line(operation, error)) from error
    if "{" in resource.id and "}" in resource.id:
        return str(operation.text(resource.id))
    return str(answer if isinstance(resource.create, Code) else aws.search(resource.id, answer))


def _after_creation(operation: Operation) -> None:
    for step in operation.resource.settle:
        step.run(operation)
    for change in operation.resource.changes:
        given = [n for n in change.when if n in operation.inputs]
        if change.at_create and given:
            _apply(operation, change, given)
    tags = operation.resource.tags
    if tags is not None and not tags.member:
        tagging.write(operation, {})


def _apply(operation: Operation, change: Change, names: Iterable[str]) -> None:
    """Makes a change; `names` are the properties that changed."""
    inputs = operation.inputs
    if change.unset is not None and not any(n in inputs for n in change.when):
        operation.do(change.unset, {})
        return
    sent = [n for n in change.when if n in inputs] if change.whole else names
    values = {n: inputs[n] if n in inputs else zero(operation.shape.properties[n]) for n in sent}
    if change.each:
        for name, value in values.items():
            operation.do(change.do, {name: value})
    else:
        operation.do(change.do, values)


def zero(prop: Property) -> Any:
    """What an optional property is when it's taken away."""
    if is_list(prop.type):
        return []
    nothing: dict[str, Any] = {}
    return ZERO.get(prop.type, nothing) if isinstance(prop.type, str) else nothing


def read(operation: Operation) -> dict[str, Any] | None:
    """The outputs as AWS has them, None when the resource is gone. Raises ClientError."""
    resource = operation.resource
    outputs: dict[str, Any] = {}
    operation.found = None
    for index, step in enumerate(resource.read):
        found = step.run(operation) if isinstance(step, Code) else operation.fetch(step)
        if found is None and index == 0:
            return None
        outputs.update(found or {})
    outputs.update(tagging.read(operation))
    kept = {**operation.old, **operation.inputs}
    for name in (*resource.provider_only, *resource.keep):
        if kept.get(name) is not None:
            outputs[name] = kept[name]
    if "region" in operation.shape.properties:
        outputs["region"] = operation.region
    outputs = {k: v for k, v in outputs.items() if k in operation.shape.properties and v is not None}
    return {"id": operation.id, **outputs}


def update(operation: Operation) -> dict[str, Any]:
    """The new outputs. Raises OperationError before the first change, PartialError after.

    What only didn't settle in time has its new properties: the official provider keeps them, so that a second
    `up` finds nothing to change.
    """
    covered = {"tags", "tagsAll", *operation.resource.provider_only}
    for change in operation.resource.changes:
        covered.update(change.when)
    kept: Mapping[str, Any] = operation.old
    lost = sorted(operation.changed - covered)
    if lost:
        raise OperationError(f"{operation.resource.token}: {', '.join(lost)} can't be changed in place")
    try:
        for change in operation.resource.changes:
            names = [n for n in change.when if n in operation.changed]
            if names:
                _apply(operation, change, names)
        tagging.write(operation, operation.old.get("tagsAll") or {})
        kept = {**operation.old, **operation.inputs}
        for wait in operation.resource.waits_update:
            operation.wait(wait)
        outputs = read(operation)
    except (OperationError, ClientError, BotoCoreError, UntranslatableError) as error:
        raise PartialError(operation, kept, error) from error
    if outputs is None:
        raise OperationError(f"{operation.resource.token} {operation.name} ({operation.id}) no longer exists")
    return outputs


def delete(operation: Operation) -> None:
    """Deletes; a resource that's gone is done. Raises OperationError."""
    step = operation.resource.delete
    if step is None:
        return
    try:
        if isinstance(step, Call):
            _delete_call(operation, step)
        else:
            step.run(operation)
        for wait in operation.resource.waits_delete:
            operation.wait(wait, gone_is_done=True)
    except ClientError as error:
        if not aws.is_gone(error, operation.resource.gone):
            raise OperationError(_line(operation, error)) from error
    except BotoCoreError as error:
        raise OperationError(_line(operation, error)) from error


def _delete_call(operation: Operation, step: Call) -> None:
    params = operation.fill(step.params)
    try:
        operation.call(step.op, params, service=step.service, retry=(*SETTLING, *step.retry))
    except ClientError as error:
        if aws.code(error) not in step.done:
            raise


def preview_create(operation: Operation) -> dict[str, Any]:
    """The outputs that are known before creation: the inputs; what AWS computes is UNKNOWN."""
    outputs: dict[str, Any] = {
        p.name: UNKNOWN for p in operation.shape.properties.values() if not p.optional and not p.required
    }
    if "region" in outputs:
        outputs["region"] = operation.region
    return {**outputs, **operation.inputs}


def preview_update(operation: Operation) -> dict[str, Any]:
    """The outputs that an update is known to leave: the recorded ones under the new inputs."""
    gone = {n for n in operation.changed if n not in operation.inputs}
    return {**{k: v for k, v in operation.old.items() if k not in gone}, **operation.inputs}


def _line(operation: Operation, error: Exception) -> str:
    if isinstance(error, OperationError):
        return str(error)
    return f"{operation.resource.token} {operation.name}: {aws.explain(error)}"


def _taken(operation: Operation, error: Exception) -> str | None:
    """AWS's refusal of a name in use, with the command that imports what has it."""
    if not isinstance(error, ClientError) or not aws.is_taken(error):
        return None
    existing = _located(operation)
    return _line(operation, error) + (_hint(operation, existing) if existing else "")


def _located(operation: Operation) -> str | None:
    from emulator.provider.find import locate  # find reads resources back with this module

    return locate(operation)


def _hint(operation: Operation, existing: str) -> str:
    return (
        f"; to manage the existing one: pulumi import {operation.resource.token} {operation.name} {existing}"
    )


def spread(template: str, resource_id: str) -> dict[str, str]:
    """The properties in an id made from a template: "{role}:{name}" and "a:b" give role a, name b."""
    names = re.findall(r"\{(\w+)\}", template)
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(.+?)", re.escape(template))
    match = re.fullmatch(pattern, resource_id)
    return dict(zip(names, match.groups(), strict=True)) if match else {}

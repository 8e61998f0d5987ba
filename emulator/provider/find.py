"""Finds an existing resource by its explicit name or its `Name` tag: for the repair of an interrupted `up`."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from emulator.provider import aws, lifecycle
from emulator.provider.model import Code
from emulator.provider.operation import MISSING, Operation, OperationError
from emulator.provider.registry import RESOURCES
from emulator.provider.schema import resource_shape


def find(token: str, inputs: Mapping[str, Any], session: aws.Session) -> str | None:
    """The id of the resource that `inputs` (as Check gave them back) describe, None when AWS has none.

    Raises OperationError when the type is unknown or more than one matches.
    """
    resource = RESOURCES.get(token)
    if resource is None:
        raise OperationError(f"{token}: the stand-in provider doesn't know this type")
    shape = resource_shape(token)
    return locate(Operation(resource=resource, shape=shape, session=session, inputs=inputs))


def locate(operation: Operation) -> str | None:
    """As `find`, for an operation that has its inputs. Raises OperationError when more than one matches."""
    how = operation.resource.find
    if how is None:
        return _by_template(operation)
    if isinstance(how, Code):
        found = how.run(operation)
        return str(found) if found is not None else None
    params = operation.fill(how.params)
    if MISSING in (params or {}).values() or set(params) != set(how.params):
        return None
    try:
        answer = getattr(operation.client(how.service), how.op)(**params)
    except ClientError as error:
        if aws.is_gone(error, operation.resource.gone):
            return None
        raise
    found = aws.search(operation.fill(how.at) if "{" in how.at else how.at, answer)
    ids = [found] if isinstance(found, str) else list(found or [])
    if len(ids) > 1:
        raise OperationError(f"{operation.resource.token}: more than one matches: {', '.join(ids)}")
    return ids[0] if ids else None


def _by_template(operation: Operation) -> str | None:
    candidate = operation.fill(operation.resource.id)
    if candidate is MISSING:
        return None
    copy = Operation(
        resource=operation.resource,
        shape=operation.shape,
        session=operation.session,
        name=operation.name,
        id=str(candidate),
        inputs=operation.inputs,
    )
    return str(candidate) if lifecycle.read(copy) is not None else None

"""Finds an existing resource by its explicit name or its `Name` tag: for the repair of an interrupted
`up`.
"""

from collections.abc import Collection, Mapping
from typing import Any

from emulator.provider import aws, lifecycle
from emulator.provider.aws import ClientError
from emulator.provider.model import Code
from emulator.provider.operation import Operation, OperationError
from emulator.provider.registry import RESOURCES
from emulator.provider.schema import resource_shape


def find(
    token: str, inputs: Mapping[str, Any], session: aws.Session, *, known: Collection[str] = ()
) -> str | None:
    """The id of the resource that `inputs` (as Check gave them back) describe, None when AWS has none.

    `known` are ids that the state has already: the one that is being replaced carries the same tag.
    Raises OperationError when the type is unknown or more than one matches.
    """
    resource = RESOURCES.get(token)
    if resource is None:
        raise OperationError(f"{token}: the stand-in provider doesn't know this type")
    shape = resource_shape(token)
    return locate(Operation(resource=resource, shape=shape, session=session, inputs=inputs), known=known)


def locate(operation: Operation, *, known: Collection[str] = ()) -> str | None:
    """As `find`, for an operation that has its inputs. Raises OperationError when more than one matches."""
    how = operation.resource.find
    if how is None:
        return _by_template(operation)
    if isinstance(how, Code):
        found = how.run(operation)
        return str(found) if found is not None else None
    params = operation.fill(how.params)
    at = operation.text(how.at)
    if at is None or set(params) != set(how.params):
        return None
    try:
        answer = getattr(operation.client(how.service), how.op)(**params)
    except ClientError as error:
        if aws.is_gone(error, operation.resource.gone):
            return None
        raise
    found = aws.search(at, answer)
    ids = [i for i in ([found] if isinstance(found, str) else found or []) if i not in known]
    if len(ids) > 1:
        raise OperationError(f"{operation.resource.token}: more than one matches: {', '.join(ids)}")
    return ids[0] if ids else None


def _by_template(operation: Operation) -> str | None:
    candidate = operation.text(operation.resource.id)
    if candidate is None:
        return None
    copy = Operation(
        resource=operation.resource,
        shape=operation.shape,
        session=operation.session,
        name=operation.name,
        id=candidate,
        inputs=operation.inputs,
    )
    return candidate if lifecycle.read(copy) is not None else None

"""Invokes: functions of the AWS package that look things up (aws.get_region and its kind)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.provider import aws, check
from emulator.provider.codec import has_unknown
from emulator.provider.operation import OperationError
from emulator.provider.schema import Shape, invoke_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What an invoke works with."""

    args: Mapping[str, Any]
    session: aws.Session
    shape: Shape
    default_tags: Mapping[str, str]

    @property
    def region(self) -> str:
        return str(self.args.get("region") or self.session.region)

    def client(self, service: str) -> Any:
        return self.session.client(service, self.region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoke:
    """One invoke. `run` returns the results; arguments that are results too are added by the core. A thing
    that isn't there is an OperationError that names it.
    """

    token: str
    run: Callable[[Query], Mapping[str, Any]]
    uses: tuple[str, ...] = ()
    """The arguments that `run` heeds; any other one is refused when given."""
    secret: tuple[str, ...] = ()
    """Results that are secret."""


def invoke(
    entry: Invoke, args: Mapping[str, Any], session: aws.Session, default_tags: Mapping[str, str]
) -> tuple[dict[str, Any], list[check.Failure]]:
    """The results, or what is wrong with the arguments. Raises OperationError."""
    shape = invoke_shape(entry.token)
    failures = check.shape_failures(entry.token, shape, args)
    for name in sorted(set(args) - {*entry.uses, "region"}):
        if name in shape.properties:
            failures.append(
                check.Failure(name, f"{entry.token}: {name} isn't supported by the stand-in provider")
            )
    if failures:
        return {}, failures
    if has_unknown(args):
        raise OperationError(f"{entry.token}: called with values that aren't known yet")
    query = Query(args=args, session=session, shape=shape, default_tags=default_tags)
    results = {"region": query.region, **args, **entry.run(query)}
    known = shape.results or {}
    unknown = sorted(set(results) - set(known) - {"region"} - set(args))
    if unknown:
        raise OperationError(f"{entry.token}: results without a place: {', '.join(unknown)}")
    return {k: v for k, v in results.items() if k in known and v is not None}, []

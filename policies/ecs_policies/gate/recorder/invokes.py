"""Answers an invoke: truly where no provider is needed, with placeholders where it only looks a thing up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pulumi.runtime.proto import resource_pb2

from ecs_policies.gate.recorder import asked, lookups, outputs
from ecs_policies.gate.recorder.cloud import PLACEHOLDER_ACCOUNT, Cloud, Clouds
from ecs_policies.gate.recorder.kept import Kept
from ecs_policies.gate.recorder.plain import plain, returning, secret
from ecs_policies.gate.recorder.pure import PURE
from ecs_policies.gate.recorder.refusal import RefusedError
from ecs_policies.gate.recorder.subject import Subject

_CALLER_IDENTITY: Final = "aws:index/getCallerIdentity:getCallerIdentity"
_REGION: Final = "aws:index/getRegion:getRegion"
_LONGEST: Final = 120  # characters of an argument in a message


class Invokes:
    """The providers' functions, for one run."""

    def __init__(self, clouds: Clouds, kept: Kept) -> None:
        self._clouds = clouds
        self._kept = kept

    def answer(self, request: Any) -> Any:
        """The response to an invoke. Raises `RefusedError` when the provider would refuse it too."""
        token, args = request.tok, plain(request.args)
        cloud, ask = self._clouds.of(request.provider, args), asked.current.get()
        if token in PURE:
            if _is_guess(token, cloud):
                self._kept.make_up(f"{token}({_named(args)})", ask.place)
            return _response(_computed(token, args, cloud, ask.result))
        if token in lookups.LOOKUPS:
            self._kept.make_up(f"{token}({_named(args)})", ask.place)
            return _response(_found(token, args, cloud, ask.result))
        self._kept.miss(f"{token}({_named(args)})", ask.place)
        if ask.as_output:
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        return _response(outputs.unknown_answer(ask.result))


def _response(answer: Mapping[str, Any]) -> Any:
    return returning(resource_pb2.ResourceInvokeResponse, answer)


def _is_guess(token: str, cloud: Cloud) -> bool:
    """Whether an answer follows from a region or an account that neither the stack nor the program names."""
    return (token == _REGION and not cloud.is_region_known) or (
        token == _CALLER_IDENTITY and cloud.account == PLACEHOLDER_ACCOUNT
    )


def _computed(token: str, args: Mapping[str, Any], cloud: Cloud, result: type | None) -> dict[str, Any]:
    try:
        computed = PURE[token](args, cloud)
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedError(str(error)) from None
    subject = Subject(type=token, name=token.rpartition(":")[2], seed=token, cloud=cloud)
    return outputs.of_invoke(result, {**args, **computed}, subject)


def _found(token: str, args: Mapping[str, Any], cloud: Cloud, result: type | None) -> dict[str, Any]:
    found = lookups.subject(token, args, cloud)
    answer = outputs.of_invoke(result, lookups.answer(token, args, found), found)
    secrets = lookups.LOOKUPS[token].secrets
    return {name: secret(it) if name in secrets else it for name, it in answer.items()}


def _named(args: Mapping[str, Any]) -> str:
    """The arguments that say which thing is meant, short enough for a message."""
    texts = ((key, it) for key, it in args.items() if isinstance(it, str))
    return ", ".join(f"{key}={it[:_LONGEST]}" for key, it in sorted(texts))

"""Transforms and hooks of the program, which the engine would call back over gRPC: called in place.

pulumi/pulumi, pkg/resource/deploy/source_eval.go: a resource's own transforms run first, then those of its
parents, then the stack's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

from pulumi.runtime._callbacks import _CallbackServicer  # pyright: ignore[reportPrivateUsage]
from pulumi.runtime.proto import resource_pb2

from ecs_policies.gate.recorder.refusal import RefusedError


class Callbacks(_CallbackServicer):
    """The SDK's own table of callbacks, without its server: the monitor is in the same process."""

    def __init__(self, monitor: Any, loop: asyncio.AbstractEventLoop) -> None:
        # Not the base's, which opens a port.
        self._callbacks: dict[str, Any] = {}
        self._transforms: dict[Any, str] = {}
        self._monitor = monitor
        self._target = ""
        self._loop = loop

    def call(self, callback: Any, request: Any) -> Any:
        """What a callback answers. For the monitor's threads: the callback runs on the program's own."""
        run = self._callbacks[callback.token](request.SerializeToString())
        return asyncio.run_coroutine_threadsafe(run, self._loop).result()


class Transforms:
    """What changes requests on their way."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self.of_stack: list[Any] = []
        self.of_invokes: list[Any] = []
        self._of_resource: dict[str, list[Any]] = {}
        self._parents: dict[str, str] = {}

    def add(self, urn: str, request: Any) -> None:
        """Remember a resource's own transforms, which are its children's too."""
        self._of_resource[urn] = list(request.transforms)
        self._parents[urn] = request.parent

    def resource(self, request: Any) -> None:
        """Change a registration as the program's transforms want it."""
        for it in (*request.transforms, *self._inherited(request.parent), *self.of_stack):
            options = resource_pb2.TransformResourceOptions(
                depends_on=request.dependencies,
                provider=request.provider,
                additional_secret_outputs=request.additionalSecretOutputs,
            )
            sent = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=request.object,
                options=options,
            )
            answer = self._callbacks.call(it, sent)
            request.object.CopyFrom(answer.properties)
            if answer.HasField("options"):
                request.dependencies[:] = answer.options.depends_on
                request.provider = answer.options.provider
                request.additionalSecretOutputs[:] = answer.options.additional_secret_outputs

    def invoke(self, request: Any) -> None:
        """Change an invoke's arguments as the program's transforms want them."""
        for it in self.of_invokes:
            options = resource_pb2.TransformInvokeOptions(provider=request.provider)
            sent = resource_pb2.TransformInvokeRequest(token=request.tok, args=request.args, options=options)
            answer = self._callbacks.call(it, sent)
            request.args.CopyFrom(answer.args)
            if answer.HasField("options"):
                request.provider = answer.options.provider

    def _inherited(self, urn: str) -> Iterator[Any]:
        while urn:
            yield from self._of_resource.get(urn, ())
            urn = self._parents.get(urn, "")


class Hooks:
    """The program's resource hooks; a preview runs those that ask for it."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._by_name: dict[str, Any] = {}

    def add(self, request: Any) -> None:
        """Remember a hook by the name that resources call it."""
        self._by_name[request.name] = request

    def run(self, names: Iterable[str], request: Any, urn: str, identifier: str, outputs: Any = None) -> None:
        """Run a resource's hooks. Raises `RefusedError` for one that fails."""
        for hook in (it for it in map(self._by_name.__getitem__, names) if it.on_dry_run):
            sent = resource_pb2.ResourceHookRequest(
                urn=urn,
                id=identifier,
                name=request.name,
                type=request.type,
                new_inputs=request.object,
                new_outputs=outputs,
            )
            error = self._callbacks.call(hook.callback, sent).error
            if error and not hook.ignore_errors:
                raise RefusedError(f"the hook {hook.name} of {request.name} ({request.type}) failed: {error}")

"""The engine's side of a run: takes every registration, and answers so that the program can go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import empty_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import provider_pb2, resource_pb2

from ecs_policies import wire
from ecs_policies.gate.recorder import asked, outputs, references
from ecs_policies.gate.recorder.callbacks import Callbacks, Hooks, Transforms
from ecs_policies.gate.recorder.cloud import Clouds
from ecs_policies.gate.recorder.invokes import Invokes
from ecs_policies.gate.recorder.kept import Kept
from ecs_policies.gate.recorder.places import Line, Places, shown
from ecs_policies.gate.recorder.plain import plain, returning, struct
from ecs_policies.gate.recorder.refusal import RefusedError
from ecs_policies.gate.recorder.secrecy import Secrets
from ecs_policies.gate.recorder.subject import Subject
from ecs_policies.gate.recorder.tags import with_default_tags
from ecs_policies.gate.recording import Recorded

_STACK: Final = "pulumi:pulumi:Stack"
_STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"
_READ_STACK_OUTPUTS: Final = "pulumi:pulumi:readStackOutputs"
_AWS_PROVIDER: Final = "pulumi:providers:aws"


class Monitor(mocks.MockMonitor):
    """The resource monitor, in the program's own process; the SDK calls it from threads.

    `kept` fills while the program runs, on `loop`. Names are the protocol's (pulumi/proto: resource.proto).
    """

    def __init__(
        self,
        *,
        loop: asyncio.AbstractEventLoop,
        project: str,
        stack: str,
        config: Mapping[str, str],
        places: Places,
        stack_references: references.References,
    ) -> None:
        super().__init__(None)  # pyright: ignore[reportArgumentType] (no mocks: this class answers itself)
        self.kept = Kept()
        self.secrets = Secrets()
        self.callbacks = Callbacks(self, loop)
        self._urns = f"urn:pulumi:{stack}::{project}::"
        self._clouds = Clouds(config)
        self._invokes = Invokes(self._clouds, self.kept)
        self._places = places
        self._references = stack_references
        self._transforms = Transforms(self.callbacks)
        self._hooks = Hooks(self.callbacks)
        self._claimed: dict[str, str] = {}
        self._answered: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the engine builds it: with the types of all parents but the stack."""
        above = parent.split("::")[2] if parent else _STACK
        return f"{self._urns}{type_ if above == _STACK else f'{above}${type_}'}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        """Keep a resource, and answer with outputs as a provider might."""
        self._transforms.resource(request)
        urn = self._claim(request)
        self._transforms.add(urn, request)
        inputs = plain(request.object)
        self.secrets.find(inputs)
        if request.type == _AWS_PROVIDER:
            self._clouds.add(urn, inputs)
        return self._custom(request, urn, inputs) if request.custom else self._component(request, urn, inputs)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Answer for what stands outside of the stack: `Type.get()`, or a stack reference."""
        urn = self._claim(request)
        given = plain(request.properties)
        if request.type == _STACK_REFERENCE:
            state = self._outputs_of(request.id, self._place(request))
        else:
            subject = Subject(
                type=request.type,
                name=request.name,
                seed=urn.removeprefix(self._urns),
                cloud=self._clouds.of(request.provider, given),
                inputs=given,
                known={"id": request.id, **({"arn": request.id} if request.id.startswith("arn:") else {})},
            )
            state = outputs.of_resource(outputs.resource_class(request.type), subject)
        state = outputs.as_secrets(state, request.additionalSecretOutputs)
        self._answered[urn] = (request.id, state)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=struct(state))

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Answer a provider's function."""
        if request.tok == "pulumi:pulumi:getResource":
            urn = str(request.args["urn"])
            identifier, state = self._answered[urn]
            return returning(
                resource_pb2.ResourceInvokeResponse, {"urn": urn, "id": identifier, "state": state}
            )
        if request.tok == _READ_STACK_OUTPUTS:
            state = self._outputs_of(str(request.args["name"]), asked.current.get().place)
            return returning(resource_pb2.ResourceInvokeResponse, state)
        self._transforms.invoke(request)
        return self._invokes.answer(request)

    def Call(self, request: Any) -> Any:  # noqa: N802
        """A resource's method, which only its provider can run."""
        self.kept.miss(request.tok, asked.current.get().place)
        return returning(provider_pb2.CallResponse, {"answer": wire.UNKNOWN_TEXT})

    def RegisterStackTransform(self, request: Any) -> Any:  # noqa: N802
        """A transform of every resource from now on."""
        self._transforms.of_stack.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any) -> Any:  # noqa: N802
        """A transform of every invoke from now on."""
        self._transforms.of_invokes.append(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any) -> Any:  # noqa: N802
        """A hook that resources may name."""
        self._hooks.add(request)
        return empty_pb2.Empty()

    def RegisterErrorHook(self, _request: Any) -> Any:  # noqa: N802
        """A hook on a failed operation; a preview has none."""
        return empty_pb2.Empty()

    def _custom(self, request: Any, urn: str, inputs: dict[str, Any]) -> Any:
        made = outputs.resource_class(request.type)
        cloud = self._clouds.of(request.provider, inputs)
        known = {"id": request.importId} if request.importId else {}
        if request.type.startswith("aws:") and outputs.takes_default_tags(made):
            inputs = with_default_tags(inputs, cloud.default_tags)
            known["tagsAll"] = inputs.get("tags", {})
        seed = urn.removeprefix(self._urns)
        subject = Subject(
            type=request.type, name=request.name, seed=seed, cloud=cloud, inputs=inputs, known=known
        )
        state = outputs.of_resource(made, subject)
        state = outputs.as_secrets(state, request.additionalSecretOutputs)
        self._hooks.run(request.hooks.before_create, request, urn, "")
        self._keep(request, urn, inputs, _identity(subject, state))
        self._answered[urn] = (subject.id, state)
        answer = struct(state)
        self._hooks.run(request.hooks.after_create, request, urn, subject.id, answer)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=subject.id, object=answer)

    def _component(self, request: Any, urn: str, inputs: Mapping[str, Any]) -> Any:
        if request.remote:
            what = f"the component {request.name} ({request.type}), which another process makes,"
            self.kept.miss(what, self._place(request))
        self._keep(request, urn, inputs, ())
        # The outputs of one that another process makes stay unknown.
        state: Mapping[str, Any] = {} if request.remote else inputs
        self._answered[urn] = ("", state)
        return resource_pb2.RegisterResourceResponse(urn=urn, object=struct(state))

    def _claim(self, request: Any) -> str:
        """A request's URN, which must be the first of its kind."""
        urn = self.make_urn(request.parent, request.type, request.name)
        place = shown(self._place(request))
        with self._lock:
            if urn in self._claimed:
                raise RefusedError(
                    f"Duplicate resource URN {urn}: {self._claimed[urn]} and {place} make a "
                    f"{request.type} of the same name, {request.name}; give one of them another"
                )
            self._claimed[urn] = place
        return urn

    def _keep(self, request: Any, urn: str, inputs: Mapping[str, Any], identity: tuple[str, ...]) -> None:
        file, line = self._place(request) or (None, None)
        origins = {key: tuple(sorted(it.urns)) for key, it in sorted(request.propertyDependencies.items())}
        self.kept.resources[urn] = Recorded(
            type=request.type,
            urn=urn,
            name=request.name,
            custom=request.custom,
            inputs=inputs,
            parent=request.parent or None,
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={key: it for key, it in origins.items() if it},
            identity=identity,
            file=file,
            line=line,
        )

    def _place(self, request: Any) -> Line | None:
        """Where the program makes a resource; the SDK traces none that is of one of its own classes."""
        frames = request.stackTrace.frames
        return self._places.registered(frames) if frames else asked.current.get().place

    def _outputs_of(self, stack: str, place: Line | None) -> dict[str, Any]:
        found = self._references.outputs(stack)
        if found is not None:
            return {"name": stack, "outputs": found, "secretOutputNames": []}
        self.kept.miss(f"the outputs of stack {stack} (--stack-reference {stack}=FILE gives them)", place)
        return {"name": stack, "outputs": wire.UNKNOWN_TEXT}


def _identity(subject: Subject, state: Mapping[str, Any]) -> tuple[str, ...]:
    """What a reference to a resource may hold: its id, ARN and name."""
    named = (state.get("arn"), state.get(subject.shape.name) if subject.is_aws else None)
    found = [subject.id, *(it for it in named if isinstance(it, str) and it not in wire.UNKNOWNS)]
    return tuple(dict.fromkeys(found))

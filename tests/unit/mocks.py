"""Run a piece of the program without an engine and keep what it registers.

`record(build)` runs `build` as a program on an event loop of its own and in a context of its own, so that
no test sees another's resources, and returns a `Recording`. The program's inputs are kept as the engine
would receive them, before any provider saw them.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import grpc
import pulumi
import pulumi_aws as aws
from google.protobuf import struct_pb2
from pulumi.runtime import mocks, rpc
from pulumi.runtime import resource as registering
from pulumi.runtime.proto import source_pb2
from pulumi.runtime.settings import SETTINGS, Settings
from pulumi.runtime.stack import run_in_stack

PROJECT = "web-application"
STACK = "test"

# What the program sends for a value that only exists once a resource does.
UNKNOWN = rpc.UNKNOWN

type_or_token = type[pulumi.Resource] | str


@dataclass(frozen=True, slots=True)
class Secret:
    """An input that the program marked as a secret."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One resource as the program registered it. Inputs have the wire's spelling (camelCase).

    `dependencies` holds explicit and implied ones; `property_dependencies` says which input implied which.
    All references are URNs.
    """

    urn: str
    type: str
    name: str
    custom: bool
    inputs: dict[str, Any]
    parent: str
    dependencies: frozenset[str]
    property_dependencies: dict[str, frozenset[str]]
    protect: bool
    delete_before_replace: bool
    retain_on_delete: bool
    ignore_changes: tuple[str, ...]
    replace_on_changes: tuple[str, ...]
    aliases: tuple[str, ...]
    """Former names and URNs."""

    def unknown_inputs(self) -> list[str]:
        """The inputs that hold, at any depth, a value not known in this run."""
        return sorted(name for name, value in self.inputs.items() if _has_unknown(value))


@dataclass(slots=True)
class Recording:
    """Everything that one run registered, in the order of arrival."""

    registrations: dict[str, Registration] = field(default_factory=dict[str, Registration])
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """What components (and the stack) registered as their outputs, by URN."""
    messages: list[str] = field(default_factory=list[str])
    """Warnings and errors that the program logged."""
    hooks: dict[str, Any] = field(default_factory=dict[str, Any])
    """The hooks that the program registered, by name."""
    returned: Any = None
    """What `build` returned, with its outputs resolved; an unknown one is `pulumi.output.Unknown`."""

    def __iter__(self) -> Iterator[Registration]:
        return iter(self.registrations.values())

    def of(self, kind: type_or_token) -> list[Registration]:
        """All resources of a type, given as pulumi_aws's class or as a type token; sorted by name."""
        token = _token(kind)
        return sorted((it for it in self if it.type == token), key=lambda it: it.name)

    def one(self, kind: type_or_token, name: str | None = None) -> Registration:
        """The only resource of a type (and logical name)."""
        found = [it for it in self.of(kind) if name in (None, it.name)]
        assert len(found) == 1, (
            f"{len(found)} resources of type {_token(kind)} named {name or 'anything'}; "
            f"registered: {sorted(f'{it.type} {it.name}' for it in self)}"
        )
        return found[0]

    def named(self, name: str) -> Registration:
        """The only resource with a logical name."""
        found = [it for it in self if it.name == name]
        assert len(found) == 1, f"{len(found)} resources named {name}: {sorted(it.name for it in self)}"
        return found[0]

    def path_exists(self, start: Registration, end: Registration) -> bool:
        """Whether `start` is created after `end`, following dependencies as far as they go."""
        seen: set[str] = set()
        ahead = [start.urn]
        while ahead:
            registration = self.registrations.get(ahead.pop())
            if registration is None or registration.urn in seen:
                continue
            if registration.urn == end.urn:
                return True
            seen.add(registration.urn)
            ahead.extend(registration.dependencies)
        return False

    def deprecated_inputs(self) -> list[str]:
        """Top-level inputs that pulumi_aws marks as deprecated; nested ones are among `messages`."""
        return sorted(
            f"{it.type} {it.name}: {name}"
            for it in self
            if it.custom and it.type.startswith("aws:")
            for name in _deprecated(it.type) & it.inputs.keys()
        )

    def inside(self, parent: Registration) -> list[Registration]:
        """The resources below a component, at any depth."""
        return [it for it in self if parent.urn in self._ancestors(it)]

    def _ancestors(self, registration: Registration) -> Iterator[str]:
        parent = registration.parent
        while parent:
            yield parent
            above = self.registrations.get(parent)
            parent = above.parent if above else ""


Outputs = Mapping[str, Mapping[str, Any] | Callable[[Registration], Mapping[str, Any]]]
Calls = Mapping[str, Mapping[str, Any] | Callable[[dict[str, Any]], Mapping[str, Any]]]
Stacks = Mapping[str, Mapping[str, Any]]


def record(
    build: Callable[[], Any],
    *,
    preview: bool = False,
    outputs: Outputs | None = None,
    calls: Calls | None = None,
    stack: str = STACK,
    stacks: Stacks | None = None,
) -> Recording:
    """Run `build` and return what it registered; what it raises is raised here.

    In a preview of a new stack (`preview=True`) ids and computed values are unknown. Else each resource gets
    `<name>-id` as its id, an `arn`, and what `outputs` adds for its type token. `calls` answers invokes, by
    token; an invoke without an answer fails the run. `stacks` holds other stacks' outputs, by full name, with
    their secrets marked by `Secret`.
    """
    recording = Recording()
    answers = _Answers(calls or {}, stacks or {})
    monitor = _Monitor(recording, stack=stack, preview=preview, outputs=outputs or {}, answers=answers)

    async def program() -> None:
        recording.returned = await pulumi.Output.from_input(build()).future(with_unknowns=True)

    def run() -> None:
        # Settings live in context variables, and making a Settings sets them.
        Settings(
            project=PROJECT,
            stack=stack,
            monitor=monitor,
            engine=_Engine(recording),
            dry_run=preview,
            organization="organization",
            root_directory=str(Path(__file__).parents[2]),
        )
        SETTINGS.callbacks = cast(Any, _Hooks(recording))
        with _no_source_positions():
            asyncio.run(run_in_stack(program))

    contextvars.copy_context().run(run)
    return recording


def _no_source_positions() -> AbstractContextManager[Any]:
    """Which line registered a resource is nothing that a recording keeps, and costs a third of its time."""
    return patch.object(registering, "_get_stack_trace", source_pb2.StackTrace)


class RefusedInvokeError(grpc.RpcError):
    """A failed invoke as the engine reports it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._text


class _Monitor(mocks.MockMonitor):
    """The engine's side of a registration: remembers the request, answers with made-up outputs."""

    def __init__(
        self, recording: Recording, *, stack: str, preview: bool, outputs: Outputs, answers: "_Answers"
    ) -> None:
        super().__init__(answers)
        self._recording = recording
        self._stack = stack
        self._preview = preview
        self._outputs = outputs

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        above = parent.split("::")[2] if parent else ""
        chain = type_ if above in ("", "pulumi:pulumi:Stack") else f"{above}${type_}"
        return f"urn:pulumi:{self._stack}::{PROJECT}::{chain}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        registration = _registration(self.make_urn(request.parent, request.type, request.name), request)
        if registration.urn in self._recording.registrations:
            raise ValueError(f"Duplicate resource URN {registration.urn!r}")
        self._recording.registrations[registration.urn] = registration
        identity, state = "", request.object
        if registration.custom and not self._preview:
            identity = f"{registration.name}-id"
            state = struct_pb2.Struct()
            state.CopyFrom(request.object)
            # What the caller gives wins over what we make up, and the program's inputs over both.
            answer = {**_made_up(registration), **self._answer(registration)}
            for key, value in answer.items():
                if key not in state:
                    state.update({key: value})
        self.resources[registration.urn] = mocks.MockMonitor.ResourceRegistration(
            registration.urn, identity, registration.inputs
        )
        return mocks.resource_pb2.RegisterResourceResponse(urn=registration.urn, id=identity, object=state)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        self._recording.outputs[request.urn] = cast(dict[str, Any], _plain(request.outputs))
        return super().RegisterResourceOutputs(request)

    def _answer(self, registration: Registration) -> Mapping[str, Any]:
        answer = self._outputs.get(registration.type, {})
        return answer(registration) if callable(answer) else answer


class _Answers(mocks.Mocks):
    def __init__(self, calls: Calls, stacks: Stacks) -> None:
        self._calls = calls
        self._stacks = stacks

    def call(self, args: mocks.MockCallArgs) -> Any:
        if args.token == "pulumi:pulumi:readStackOutputs":
            return self._stack(str(args.args["name"]))
        if args.token not in self._calls:
            raise AssertionError(f"no answer for the invoke {args.token}({args.args}); give one in calls=")
        answer = self._calls[args.token]
        return dict(answer(args.args) if callable(answer) else answer)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        if args.typ != "pulumi:pulumi:StackReference":
            raise AssertionError(f"{args.typ} {args.name} is read with get(), which these mocks don't serve")
        return args.resource_id, self._stack(str(args.resource_id))

    def _stack(self, name: str) -> dict[str, Any]:
        """Another stack, as the engine answers for it."""
        if name not in self._stacks:
            asked = "invocation of pulumi:pulumi:readStackOutputs"
            raise RefusedInvokeError(f'{asked} returned an error: unknown stack "{name}"')
        has = self._stacks[name]
        outputs = {
            key: pulumi.Output.secret(value.value) if isinstance(value, Secret) else value
            for key, value in has.items()
        }
        secret = [key for key, value in has.items() if isinstance(value, Secret)]
        return {"name": name, "outputs": outputs, "secretOutputNames": secret}


class _Hooks:
    """What the engine would call back; here a test does."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def register_resource_hook(self, hook: Any) -> None:
        self._recording.hooks[hook.name] = hook

    def register_error_hook(self, hook: Any) -> None:
        self._recording.hooks[hook.name] = hook


class _Engine:
    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def Log(self, request: Any) -> None:  # noqa: N802 - the protocol's name
        if request.severity >= mocks.engine_pb2.WARNING:
            self._recording.messages.append(request.message)


def _registration(urn: str, request: Any) -> Registration:
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=cast(dict[str, Any], _plain(request.object)),
        parent=request.parent,
        dependencies=frozenset(request.dependencies),
        property_dependencies={
            key: frozenset(value.urns) for key, value in request.propertyDependencies.items() if value.urns
        },
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace,
        retain_on_delete=request.retainOnDelete,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        aliases=tuple(request.aliasURNs) + tuple(alias.urn or alias.spec.name for alias in request.aliases),
    )


def _made_up(registration: Registration) -> dict[str, Any]:
    return {"arn": f"arn:aws:mock:::{registration.name}", "name": f"{registration.name}-0000000"}


def _plain(value: Any) -> Any:
    """A protobuf value as Python's own, with secrets marked and whole numbers as int."""
    if isinstance(value, struct_pb2.Value):
        kind = value.WhichOneof("kind")
        return None if kind in (None, "null_value") else _plain(getattr(value, kind))
    if isinstance(value, struct_pb2.Struct):
        plain = {key: _plain(item) for key, item in value.fields.items()}
        return Secret(plain["value"]) if plain.get(rpc._special_sig_key) == rpc._special_secret_sig else plain
    if isinstance(value, struct_pb2.ListValue):
        return [_plain(item) for item in value.values]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _has_unknown(value: Any) -> bool:
    if isinstance(value, Secret):
        return _has_unknown(value.value)
    if isinstance(value, dict):
        return any(_has_unknown(item) for item in cast(dict[str, Any], value).values())
    if isinstance(value, list):
        return any(_has_unknown(item) for item in cast(list[Any], value))
    return bool(value == UNKNOWN)


def _deprecated(token: str) -> set[str]:
    """The deprecated properties of a type such as `aws:ec2/vpc:Vpc`, in the wire's spelling."""
    _, module, name = token.split(":")
    resource = getattr(getattr(aws, module.split("/")[0]), name)
    getters = [it.fget for it in vars(resource).values() if isinstance(it, property)]
    return {it._pulumi_name for it in getters if hasattr(it, "_pulumi_deprecated_callable")}


def _token(kind: type_or_token) -> str:
    return kind if isinstance(kind, str) else cast(Any, kind).pulumi_type

"""The ResourceProvider service: protobuf in and out; the work is done by check, diff, lifecycle and
invoke.
"""

import threading
import traceback
from collections.abc import Callable
from typing import Any, ParamSpec

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from emulator.provider import aws, codec, config, imports, lifecycle
from emulator.provider import check as checking
from emulator.provider import diff as differing
from emulator.provider import invoke as invoking
from emulator.provider.aws import BotoCoreError, ClientError
from emulator.provider.model import Resource
from emulator.provider.operation import Operation, OperationError
from emulator.provider.registry import INVOKES, RESOURCES
from emulator.provider.schema import Shape, resource_shape

VERSION = "7.51.1"
Context = grpc.ServicerContext
P = ParamSpec("P")


def guarded(handler: Callable[P, Any]) -> Callable[P, Any]:
    """Turns the expected errors of a handler into gRPC errors with one clear message."""

    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        context: Any = kwargs.get("context", args[-1])
        try:
            return handler(*args, **kwargs)
        except lifecycle.PartialError as error:
            return _abort_partial(error, context)
        except (OperationError, config.ConfigError, codec.UnsupportedError) as error:
            return context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except (ClientError, BotoCoreError) as error:
            return context.abort(grpc.StatusCode.UNKNOWN, aws.explain(error))
        except Exception as error:  # noqa: BLE001  # a fault of ours: the engine gets one line, stderr the rest
            traceback.print_exc()
            place = traceback.extract_tb(error.__traceback__)[-1]
            message = (
                f"the stand-in provider failed: {type(error).__name__}: {error} ({place.name}:{place.lineno})"
            )
            return context.abort(grpc.StatusCode.INTERNAL, message)

    return call


def _abort_partial(error: lifecycle.PartialError, context: Context) -> Any:
    """The engine records the resource as it is and tries again at the next update."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.id, properties=codec.encode(error.outputs, error.secrets), reasons=[error.reason]
    )
    packed = any_pb2.Any()
    packed.Pack(detail)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=error.reason, details=[packed])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    return context.abort(grpc.StatusCode.UNKNOWN, error.reason)


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One configured provider; the engine calls it from many threads."""

    def __init__(self) -> None:
        self._config: config.Config | None = None
        self._session: aws.Session | None = None
        self._stop = threading.Event()

    def GetPluginInfo(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        return plugin_pb2.PluginInfo(version=VERSION)

    def Handshake(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetSchema(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        message = "the stand-in provider has no package schema; the SDKs come from the official provider"
        return context.abort(grpc.StatusCode.UNIMPLEMENTED, message)

    @guarded
    def CheckConfig(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        given, _ = codec.decode(request.news)
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(config.failures(given)))

    @guarded
    def DiffConfig(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        """Another region is another set of resources; anything else is an update of the provider."""
        olds, news = codec.decode(request.olds)[0], codec.decode(request.news)[0]
        differing_keys = sorted(
            k for k in {*olds, *news} if k not in config.ENGINE and olds.get(k) != news.get(k)
        )
        replaces = [k for k in differing_keys if k == "region" and olds.get(k)]
        changes = (
            provider_pb2.DiffResponse.DIFF_SOME if differing_keys else provider_pb2.DiffResponse.DIFF_NONE
        )
        return provider_pb2.DiffResponse(changes=changes, diffs=differing_keys, replaces=replaces)

    @guarded
    def Configure(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        given, _ = codec.decode(request.args)
        if not given:
            given = {k.removeprefix("aws:config:"): v for k, v in request.variables.items()}
        parsed = config.parse(given)
        session = aws.Session(region=parsed.region, settings=parsed.credentials)
        if parsed.allowed_accounts or parsed.forbidden_accounts:
            parsed.check_account(session.account)
        self._config, self._session = parsed, session
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @guarded
    def Check(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        resource, shape = _entry(request.urn)
        news, secrets = codec.decode(request.news)
        inputs, failures = checking.check(
            resource,
            shape,
            logical=_logical(request.urn),
            olds=codec.decode(request.olds)[0],
            news=news,
            seed=request.randomSeed,
            default_tags=self._configured.default_tags,
        )
        if any(path[0] == "tags" for path in secrets):
            secrets |= {("tagsAll",)}
        return provider_pb2.CheckResponse(inputs=codec.encode(inputs, secrets), failures=_failures(failures))

    @guarded
    def Diff(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        resource, shape = _entry(request.urn)
        olds, news = codec.decode(request.olds)[0], codec.decode(request.news)[0]
        found = differing.diff(resource, shape, olds, news)
        replaces = sorted({d.top for d in found if d.replace})
        detailed = {
            d.path: provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(d.wire_kind))
            for d in found
        }
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if found else response.DIFF_NONE,
            replaces=replaces,
            diffs=sorted({d.top for d in found}),
            deleteBeforeReplace=bool(replaces) and differing.delete_before_replace(resource, olds, news),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    @guarded
    def Create(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        inputs, secrets = codec.decode(request.properties)
        operation = self._operation(request.urn, inputs=inputs)
        paths = codec.secret_outputs(secrets, operation.shape.secret)
        if request.preview:
            return provider_pb2.CreateResponse(
                properties=codec.encode(lifecycle.preview_create(operation), paths)
            )
        operation.secrets, operation.timeout = paths, request.timeout
        resource_id, outputs = lifecycle.create(operation)
        return provider_pb2.CreateResponse(id=resource_id, properties=codec.encode(outputs, paths))

    @guarded
    def Read(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        old, old_secrets = codec.decode(request.properties)
        recorded, secrets = codec.decode(request.inputs)
        operation = self._operation(request.urn, id=request.id, inputs=recorded, old=old)
        if not recorded:
            template = operation.resource.parts or operation.resource.id
            parts = lifecycle.spread(template, request.id)
            operation.id = parts.pop("id", request.id)
            operation.old = {**parts, **old}
        outputs = lifecycle.read(operation)
        if outputs is None:
            return provider_pb2.ReadResponse()
        resource, shape = operation.resource, operation.shape
        inputs = (
            imports.refreshed(resource, shape, recorded, outputs)
            if recorded
            else imports.imported(resource, shape, outputs)
        )
        hidden = codec.secret_outputs(secrets | old_secrets, shape.secret)
        return provider_pb2.ReadResponse(
            id=operation.id,
            properties=codec.encode(outputs, hidden),
            inputs=codec.encode(inputs, codec.secret_outputs(secrets, shape.secret)),
        )

    @guarded
    def Update(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        news, secrets = codec.decode(request.news)
        old, _ = codec.decode(request.olds)
        operation = self._operation(request.urn, id=request.id, inputs=news, old=old)
        found = differing.diff(operation.resource, operation.shape, old, news)
        operation.changed = frozenset(d.top for d in found)
        paths = codec.secret_outputs(secrets, operation.shape.secret)
        if request.preview:
            return provider_pb2.UpdateResponse(
                properties=codec.encode(lifecycle.preview_update(operation), paths)
            )
        operation.secrets, operation.timeout = paths, request.timeout
        outputs = lifecycle.update(operation)
        return provider_pb2.UpdateResponse(properties=codec.encode(outputs, paths))

    @guarded
    def Delete(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        old, _ = codec.decode(request.properties)
        recorded, _ = codec.decode(request.old_inputs)
        lifecycle.delete(self._operation(request.urn, id=request.id, inputs=recorded, old=old))
        return empty_pb2.Empty()

    @guarded
    def Invoke(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        entry = INVOKES.get(request.tok)
        if entry is None:
            raise OperationError(f"{request.tok}: the stand-in provider doesn't know this invoke")
        args, secrets = codec.decode(request.args)
        results, failures = invoking.invoke(entry, args, self._connected, self._configured.default_tags)
        hidden = codec.secret_outputs(secrets, entry.secret)
        return provider_pb2.InvokeResponse(
            **{"return": codec.encode(results, hidden)}, failures=_failures(failures)
        )

    def Cancel(self, request: Any, context: Context) -> Any:  # noqa: N802, ARG002
        self._stop.set()
        return empty_pb2.Empty()

    @property
    def _configured(self) -> config.Config:
        if self._config is None:
            raise OperationError("the provider isn't configured: the engine has to call Configure first")
        return self._config

    @property
    def _connected(self) -> aws.Session:
        if self._session is None:
            raise OperationError("the provider isn't configured: the engine has to call Configure first")
        return self._session

    def _operation(self, urn: str, **values: Any) -> Operation:
        resource, shape = _entry(urn)
        values["inputs"] = {k: v for k, v in values["inputs"].items() if k not in checking.INTERNAL}
        return Operation(
            resource=resource,
            shape=shape,
            session=self._connected,
            name=_logical(urn),
            default_tags=self._configured.default_tags,
            stop=self._stop,
            **values,
        )


def _entry(urn: str) -> tuple[Resource, Shape]:
    """The table's entry for a URN's type. Raises OperationError for a type that it doesn't have."""
    token = urn.split("::")[2].split("$")[-1]
    resource = RESOURCES.get(token)
    if resource is None:
        raise OperationError(f"{token}: the stand-in provider doesn't know this type ({_logical(urn)})")
    return resource, resource_shape(token)


def _logical(urn: str) -> str:
    return urn.split("::", 3)[3]


def _failures(found: list[checking.Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in found]

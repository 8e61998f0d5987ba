"""Drives the stand-in provider over gRPC as the engine does: check, preview, create, read, diff, update,
delete.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from emulator.provider import codec
from emulator.provider.server import Provider

REGION, ACCOUNT = "us-east-1", "123456789012"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One resource type's life.

    `inputs` makes the full inputs (and what they need) in a world; `update` is what changes in place,
    `replace` what forces a replacement, each a property → its new value (or a function of the world).
    """

    token: str
    inputs: Callable[["World"], dict[str, Any]]
    update: Mapping[str, Any] = field(default_factory=dict)
    replace: Mapping[str, Any] = field(default_factory=dict)
    import_id: Callable[["Made"], str] = lambda made: made.id
    """The id that `pulumi import` takes, where the official provider wants another one."""
    clean: Callable[["World"], None] | None = None
    moving: tuple[str, ...] = ()
    """Outputs that AWS changes by itself (a certificate's status)."""
    keeps: bool = False
    """AWS keeps the resource after a delete (task definitions, keys in their window)."""

    @property
    def label(self) -> str:
        return self.token.split(":")[1].split("/")[0] + "." + self.token.split(":")[2]


@dataclass(frozen=True)
class Made:
    token: str
    name: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class CheckFailedError(AssertionError):
    def __init__(self, failures: Any) -> None:
        super().__init__("; ".join(f"{f.property}: {f.reason}" for f in failures))
        self.failures = {f.property: f.reason for f in failures}


class Engine:
    """The engine's side of the protocol."""

    def __init__(self, stub: Any) -> None:
        self.stub = stub

    def configure(self, **settings: Any) -> None:
        self.stub.Configure(
            pb.ConfigureRequest(args=codec.encode({"region": REGION, **settings}), acceptSecrets=True)
        )

    def urn(self, token: str, name: str) -> str:
        return f"urn:pulumi:test::project::{token}::{name}"

    def check(
        self,
        token: str,
        name: str,
        news: Mapping[str, Any],
        olds: Mapping[str, Any] | None = None,
        seed: bytes = b"1",
    ) -> dict[str, Any]:
        request = pb.CheckRequest(
            urn=self.urn(token, name), news=codec.encode(news), olds=codec.encode(olds or {}), randomSeed=seed
        )
        answer = self.stub.Check(request)
        if answer.failures:
            raise CheckFailedError(answer.failures)
        return codec.decode(answer.inputs)[0]

    def preview(self, token: str, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        request = pb.CreateRequest(urn=self.urn(token, name), properties=codec.encode(inputs), preview=True)
        return codec.decode(self.stub.Create(request).properties)[0]

    def create(self, token: str, name: str, inputs: Mapping[str, Any]) -> Made:
        request = pb.CreateRequest(urn=self.urn(token, name), properties=codec.encode(inputs))
        answer = self.stub.Create(request)
        return Made(token, name, answer.id, dict(inputs), codec.decode(answer.properties)[0])

    def read(self, made: Made) -> Made | None:
        request = pb.ReadRequest(
            id=made.id,
            urn=self.urn(made.token, made.name),
            properties=codec.encode(made.outputs),
            inputs=codec.encode(made.inputs),
        )
        answer = self.stub.Read(request)
        if not answer.id:
            return None
        outputs, inputs = codec.decode(answer.properties)[0], codec.decode(answer.inputs)[0]
        return Made(made.token, made.name, answer.id, inputs, outputs)

    def import_(self, token: str, name: str, resource_id: str) -> Made | None:
        return self.read(Made(token, name, resource_id, {}, {}))

    def diff(self, made: Made, news: Mapping[str, Any]) -> Any:
        return self.stub.Diff(
            pb.DiffRequest(
                id=made.id,
                urn=self.urn(made.token, made.name),
                olds=codec.encode(made.outputs),
                old_inputs=codec.encode(made.inputs),
                news=codec.encode(news),
            )
        )

    def update(self, made: Made, news: Mapping[str, Any]) -> Made:
        answer = self.stub.Update(
            pb.UpdateRequest(
                id=made.id,
                urn=self.urn(made.token, made.name),
                olds=codec.encode(made.outputs),
                old_inputs=codec.encode(made.inputs),
                news=codec.encode(news),
            )
        )
        return Made(made.token, made.name, made.id, dict(news), codec.decode(answer.properties)[0])

    def delete(self, made: Made) -> None:
        self.stub.Delete(
            pb.DeleteRequest(
                id=made.id,
                urn=self.urn(made.token, made.name),
                properties=codec.encode(made.outputs),
                old_inputs=codec.encode(made.inputs),
            )
        )

    def invoke(self, token: str, args: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self.stub.Invoke(pb.InvokeRequest(tok=token, args=codec.encode(args or {})))
        if answer.failures:
            raise CheckFailedError(answer.failures)
        return codec.decode(getattr(answer, "return"))[0]

    def info(self) -> Any:
        return self.stub.GetPluginInfo(empty_pb2.Empty())


class World:
    """What a test made, deleted again in the reverse order."""

    def __init__(self, engine: Engine, label: str) -> None:
        self.engine, self.label = engine, label
        self.made: list[Made] = []
        self._named: dict[str, Made] = {}

    def name(self, rest: str = "x") -> str:
        return f"{self.label}-{rest}"

    def make(self, token: str, rest: str, inputs: Mapping[str, Any]) -> Made:
        """Makes a resource once for each `rest`."""
        if rest not in self._named:
            name = self.name(rest)
            made = self.engine.create(token, name, self.engine.check(token, name, inputs))
            self.made.append(made)
            self._named[rest] = made
        return self._named[rest]

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION)

    def close(self) -> None:
        for made in reversed(self.made):
            self.engine.delete(made)


@contextmanager
def serve_provider() -> Iterator[Engine]:
    """A provider in this process, reached over gRPC, not yet configured."""
    server = grpc.server(ThreadPoolExecutor(max_workers=16))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(provider_pb2_grpc.ResourceProviderStub(channel))
    server.stop(grace=None)


@contextmanager
def serve_aws(directory: Path) -> Iterator[str]:
    """An embedded AWS of one's own; its URL."""
    with (directory / "aws.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator.aws", "--directory", str(directory)], stdout=log, stderr=log
        )
        try:
            yield f"http://127.0.0.1:{_port(directory / 'aws.json', process)}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _port(path: Path, process: "subprocess.Popen[bytes]") -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the embedded AWS ended: {(path.parent / 'aws.log').read_text()}")
        if path.exists():
            return int(json.loads(path.read_text())["port"])
        time.sleep(0.05)
    raise AssertionError("the embedded AWS didn't start within 60 s")


def environment(url: str) -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": url,
    }

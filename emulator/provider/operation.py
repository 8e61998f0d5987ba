"""One operation on one resource: what is known, and how calls are made with it."""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.provider import aws
from emulator.provider.aws import ClientError
from emulator.provider.codec import UNKNOWN, Path
from emulator.provider.model import Call, Code, Params, Read, Resource, Wait
from emulator.provider.names import Reader, Writer
from emulator.provider.schema import Shape
from emulator.provider.values import is_dict, is_list, is_map

PLACE = re.compile(r"\{([A-Za-z0-9_:]+)\}")
MISSING = object()
SETTLE_SECONDS = 120.0


class OperationError(Exception):
    """A failure with one clear line for the user."""


class CancelledError(OperationError):
    """The engine asked to stop while the operation waited."""


@dataclass(kw_only=True)
class Operation:
    """What a special case works with. Property values are plain Python, without secrets' wrapping."""

    resource: Resource
    shape: Shape
    session: aws.Session
    name: str = ""
    """The logical name."""
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The new, checked inputs (at a delete and a read: the recorded ones)."""
    old: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The recorded outputs."""
    changed: frozenset[str] = frozenset()
    """Top-level properties that an update changes."""
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    found: Any = None
    """What the resource's first read found, as AWS answered it."""
    secrets: frozenset[Path] = frozenset()
    """The paths of outputs that are secret."""
    timeout: float = 0.0
    """Seconds that the program's customTimeouts give the operation; 0 without any."""
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def region(self) -> str:
        return str(self.inputs.get("region") or self.old.get("region") or self.session.region)

    def client(self, service: str | None = None) -> Any:
        return self.session.client(service or self.resource.service, self.region)

    def value(self, name: str) -> Any:
        """A property's value: of the inputs, else as recorded; MISSING when there is none."""
        fixed = {"region": self.region, "id": self.id, "logical": self.name}
        if name in fixed:
            return fixed[name] or MISSING
        if name in ("account", "partition"):
            return getattr(self.session, name)
        if name.startswith("tag:"):
            return self.inputs.get("tagsAll", {}).get(name[4:], MISSING)
        if name.startswith("found:"):
            found = self.found
            return found.get(name[6:], MISSING) if is_map(found) else MISSING
        found = self.inputs.get(name, self.old.get(name))
        return MISSING if found is None or found is UNKNOWN else found

    def fill(self, template: Params) -> dict[str, Any]:
        """A call's arguments, without those that have a place without a value."""
        filled = {name: self._filled(value) for name, value in template.items()}
        return {name: value for name, value in filled.items() if value is not MISSING}

    def text(self, template: str) -> str | None:
        """A template's text, None when a place has no value."""
        values = {name: self.value(name) for name in PLACE.findall(template)}
        if MISSING in values.values():
            return None
        return PLACE.sub(lambda match: str(values[match[1]]), template)

    def _filled(self, template: Any) -> Any:
        """A value with its places filled; MISSING when any of them has none."""
        if isinstance(template, str):
            whole = PLACE.fullmatch(template)
            text = None if whole else self.text(template)
            return self.value(whole[1]) if whole else MISSING if text is None else text
        if is_map(template):
            filled = {k: self._filled(v) for k, v in template.items()}
            return MISSING if any(v is MISSING for v in filled.values()) else filled
        if isinstance(template, (list, tuple)):
            items: list[Any] = [self._filled(v) for v in template]  # pyright: ignore[reportUnknownVariableType]
            return MISSING if any(v is MISSING for v in items) else items
        return template

    def call(
        self, op: str, params: Params, *, service: str | None = None, retry: tuple[str, ...] = ()
    ) -> Any:
        """Calls AWS. An error whose code is in `retry` is tried again with back-off, for up to two
        minutes.
        """
        delay, deadline = 0.1, time.monotonic() + SETTLE_SECONDS
        while True:
            try:
                return getattr(self.client(service), op)(**params)
            except ClientError as error:
                if aws.code(error) not in retry or time.monotonic() > deadline:
                    raise
            self.pause(delay)
            delay = min(delay * 2, 2.0)

    def pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise CancelledError(f"{self.resource.token} {self.name}: cancelled while waiting for AWS")

    def writer(self, call: Call) -> Writer:
        service = call.service or self.resource.service
        return Writer(self.shape, self.session.operation(service, call.op), call.rename)

    def send(self, call: Call, values: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> Any:
        """Makes a call that carries `values` (property → value) and `extra` arguments; {} when already
        done.
        """
        params = self.fill(call.params)
        writer = self.writer(call)
        for name, value in values.items():
            writer.put(params, name, value)
        merge(params, extra or {})
        try:
            return self.call(call.op, params, service=call.service, retry=call.retry)
        except ClientError as error:
            if aws.code(error) in call.done:
                return {}
            raise

    def do(self, step: Call | Code, values: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> Any:
        return step.run(self) if isinstance(step, Code) else self.send(step, values, extra)

    def fetch(self, read: Read) -> dict[str, Any] | None:
        """The properties that a read finds, None when it finds nothing."""
        found = self.fetch_raw(read)
        if found is None:
            return None
        if self.found is None:
            self.found = found
        reader = Reader(self.shape, read.rename)
        fields = {
            n: p
            for n, p in self.shape.properties.items()
            if n not in read.props and n not in ("tags", "tagsAll")
        }
        result = {} if read.only or not is_map(found) else reader.object(found, fields)
        for name, expression in read.props.items():
            filled = self.text(expression)
            value = aws.search(filled, found) if filled else None
            if value is not None:
                result[name] = reader.value(value, self.shape.properties[name].type, name)
        return result

    def fetch_raw(self, read: Read) -> Any:
        """What stands at the read's place in the answer, None when it doesn't exist."""
        try:
            params, at = self.fill(read.params), self.text(read.at)
            if at is None:
                return None
            return aws.search(at, getattr(self.client(read.service), read.op)(**params))
        except ClientError as error:
            if aws.is_gone(error, self.resource.gone):
                return None
            raise

    def wait(self, wait: Wait, *, gone_is_done: bool = False) -> None:
        """Polls until done. Raises OperationError when it fails or takes too long."""
        if wait.when and self.inputs.get(wait.when) is not True:
            return
        read = Read(op=wait.op, params=wait.params, at=wait.at, service=wait.service)
        deadline, found = time.monotonic() + wait.seconds, None
        while time.monotonic() < deadline:
            found = self.fetch_raw(read)
            if found in wait.until or (found is None and gone_is_done):
                return
            if found in wait.failed:
                reason = (
                    wait.reason
                    and f": {self.fetch_raw(Read(op=wait.op, params=wait.params, at=wait.reason))}"
                )
                raise OperationError(f"{self.resource.token} {self.name} ({self.id}) is {found}{reason}")
            self.pause(0.1)
        wanted = " or ".join(map(str, wait.until)) or "gone"
        raise OperationError(
            f"{self.resource.token} {self.name} ({self.id}): "
            f"after {wait.seconds:g} s it is {found}, not {wanted}"
        )


def merge(into: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Adds `extra` to nested arguments; lists are joined."""
    for key, value in extra.items():
        present = into.get(key)
        if is_dict(present) and is_map(value):
            merge(present, value)  # pyright: ignore[reportUnknownArgumentType]
        elif is_list(present) and is_list(value):
            into[key] = [*present, *value]
        else:
            into[key] = value

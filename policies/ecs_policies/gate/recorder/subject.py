"""Placeholders for what AWS would say of one resource: marked with its name, shaped like the real thing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ecs_policies.gate.recorder.cloud import Cloud
from ecs_policies.gate.recorder.plain import is_unknown, opened
from ecs_policies.gate.recorder.shapes import Shape, shape_of

PLACEHOLDER: Final = "placeholder"
# Addresses that no network has. RFC 2544 and RFC 5737.
PLACEHOLDER_CIDR: Final = "198.18.0.0/16"
PLACEHOLDER_ADDRESS: Final = "192.0.2.1"

_CIDR: Final = re.compile(r"(?<!ipv6)cidrBlock\Z", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?:public|private)Ip\Z|\A(?!ipv6).*[iI]pAddress\Z")
_ACCOUNT: Final = frozenset({"accountId", "awsAccountId", "ownerId", "registryId"})


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A resource that would exist: of a type, with a logical name and inputs, somewhere in AWS.

    `seed` tells it from every other resource of a stack, and is the same in each stack. `known` are outputs
    that aren't made up: an id that the program gave, the tags.
    """

    type: str
    name: str
    seed: str
    cloud: Cloud
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_aws(self) -> bool:
        """Whether it is a resource of the AWS provider."""
        return self.type.startswith("aws:")

    @cached_property
    def shape(self) -> Shape:
        """How resources of its type are identified."""
        return shape_of(self.type)

    @cached_property
    def mark(self) -> str:
        """The logical name with what the engine would append to make it unique."""
        return f"{self.name}-{self._hash[:7]}"

    @cached_property
    def physical_name(self) -> str:
        """The name that it would bear: the program's own, else one as the engine makes it."""
        of_id = str(self.known.get("id", "")) if self.shape.id == "{name}" and self.is_aws else ""
        given = self._text(self.shape.name) or of_id
        prefix = self._text(f"{self.shape.name}Prefix")
        return given or (f"{prefix}{self._hash[:7]}" if prefix else self.mark)

    @cached_property
    def arn(self) -> str:
        """The ARN, with the run's partition, region and account."""
        given = self.known.get("arn") or self._text("arn")
        if given:
            return str(given)
        own = {} if "{arn}" in self.shape.id else {"id": self.id}
        return f"arn:{self.cloud.partition}:" + self.shape.arn.format(**self._fields, **own)

    @cached_property
    def id(self) -> str:
        """The id that the provider would give it."""
        if "id" in self.known:
            return str(self.known["id"])
        if not self.is_aws:
            return self.mark
        own = {"arn": self.arn} if "{arn}" in self.shape.id else {}
        return self.shape.id.format(**self._fields, **own)

    def text(self, name: str) -> str:
        """The placeholder for an output that is text."""
        special = self.special(name)
        if special is not None:
            return special
        if name.endswith(("Arn", "ARN")):
            service = self.shape.arn.partition(":")[0] or "aws"
            where = f"{self.cloud.partition}:{service}:{self.cloud.region}:{self.cloud.account}"
            return f"arn:{where}:{name}/{self.mark}"
        if _CIDR.search(name):
            return PLACEHOLDER_CIDR
        if _ADDRESS.search(name):
            return PLACEHOLDER_ADDRESS
        return f"{PLACEHOLDER}-{self.mark}-{name}"

    def special(self, name: str) -> str | None:
        """An output whose value follows from the type, the name and the place; None for any other."""
        if name in self.known and isinstance(self.known[name], str):
            return self.known[name]
        if not self.is_aws:
            return None
        if name in self.shape.more:
            return self.filled(self.shape.more[name])
        if name in _ACCOUNT:
            return self.cloud.account
        of_every_type = {"arn": self.arn, "region": self.cloud.region, self.shape.name: self.physical_name}
        return of_every_type.get(name)

    def filled(self, template: str) -> str:
        """A template like those of `shapes`, for this resource."""
        return template.format(**self._fields, arn=self.arn, id=self.id)

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(self.seed.encode(errors="replace")).hexdigest()

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        digits, name = self._hash, self.physical_name
        return {
            "partition": self.cloud.partition,
            "region": self.cloud.region,
            "account": self.cloud.account,
            "suffix": self.cloud.dns_suffix,
            "name": name,
            "slashed": f"/{name.removeprefix('/')}",
            "mark": self.mark,
            "hash": digits,
            "HASH": digits.upper(),
            "uuid": "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])),
            "path": self._text("path") or "/",
            "cluster": self._text("cluster").rpartition("/")[2] or "default",
            "host": self._text("url").removeprefix("https://") or self.mark,
        }

    def _text(self, name: str) -> str:
        value = opened(self.inputs.get(name))
        return value if isinstance(value, str) and not is_unknown(value) else ""

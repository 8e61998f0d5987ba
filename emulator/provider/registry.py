"""The whole table: every resource type and invoke, by token."""

from collections.abc import Mapping
from typing import Final

from emulator.provider.invoke import Invoke
from emulator.provider.model import Resource
from emulator.provider.resources import AREAS

RESOURCES: Final[Mapping[str, Resource]] = {r.token: r for area in AREAS for r in area.RESOURCES}
INVOKES: Final[Mapping[str, Invoke]] = {i.token: i for area in AREAS for i in area.INVOKES}

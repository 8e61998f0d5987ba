"""The example in YAML (examples/web-service-in-yaml) as a stack, and programs that differ from it."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from emulator.engine.engine import Engine
from emulator.engine.yaml_host import find_yaml_host
from emulator.local.aws import ROOT
from emulator.local.environment import ACCOUNT, REGION
from emulator.local.seed import seed
from emulator.local.stack import LocalStack

EXAMPLE = ROOT / "examples" / "web-service-in-yaml"
COMPONENT = ROOT / "component"
IMAGES = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop/rails"
_SECRET = {"shop:rails": {"secrets": {"SECRET_KEY_BASE": "shop/secret-key-base"}}}


def started(directory: Path, engine: Engine, program: Path = EXAMPLE, **options: Any) -> LocalStack:
    """The program's stack with a started AWS that has what the example needs; it is empty."""
    stack = LocalStack(directory, engine=engine, program=program, **options)
    stack.start()
    host = stack.directory / "bin" / "pulumi-language-yaml"
    if not host.exists():
        host.symlink_to(find_yaml_host(engine, Console(stderr=True)))
    seed(stack, _SECRET)
    return stack


def push(stack: LocalStack, tag: str) -> str:
    """An image of the shop under this tag, which is pushed."""
    image = f"{IMAGES}:{tag}"
    seed(stack, {"shop:image": image})
    return image


def properties() -> dict[str, Any]:
    """What the example gives the component."""
    return dict(_example()["resources"]["web"]["properties"])


def with_properties(directory: Path, **changes: Any) -> Path:
    """The example with other properties of its component; a section's keys are laid over the section."""
    merged = properties()
    for name, value in changes.items():
        before = merged.get(name)
        merged[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value
    return with_resources(directory, {"web": merged})


def with_resources(
    directory: Path, resources: Mapping[str, Mapping[str, Any]], *, stack: str | None = None
) -> Path:
    """The example with these components instead of its own, by name and properties, and without outputs.

    `stack`: one that they may read, by its full name, as `shop`.
    """
    program = _example()
    program["packages"] = {"web-application": str(COMPONENT)}
    program["resources"] = {
        name: {"type": "web-application:index:WebService", "properties": dict(it)}
        for name, it in resources.items()
    }
    if stack:
        reference = {"type": "pulumi:pulumi:StackReference", "properties": {"name": stack}}
        program["resources"]["shop"] = reference
    del program["outputs"]
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "Pulumi.yaml").write_text(yaml.safe_dump(program, sort_keys=False))
    shutil.copy(EXAMPLE / "Pulumi.local.yaml", directory)
    return directory


def _example() -> dict[str, Any]:
    return dict(yaml.safe_load((EXAMPLE / "Pulumi.yaml").read_text()))

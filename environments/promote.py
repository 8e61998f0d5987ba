"""`python -m environments.promote FROM TO`: what `make promote` runs."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from components.containers.images import ImageReference, InvalidImageError
from environments.engine import outputs, set_setting
from environments.failure import EnvironmentsError
from environments.stack_files import ROOT, config, stack_file
from settings import PROJECT

_IMAGE = f"{PROJECT}:image"
_BY_DIGEST = re.compile(r"\S+@sha256:[0-9a-f]{64}")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Writes the image that one stack runs into another's file; 1 with one paragraph when it can't be."""
    parser = argparse.ArgumentParser(
        prog="make promote",
        usage="make promote FROM=STACK TO=STACK",
        description="Let one environment take the image that was tried in another, by its digest.",
    )
    parser.add_argument("FROM", help="the stack whose last `up` has the image")
    parser.add_argument("TO", help="the stack whose file gets it")
    given = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    try:
        with errors.status(f"Asking which image {given.FROM} runs"):
            file, before, after = promote(given.FROM, given.TO, root)
    except EnvironmentsError as error:
        errors.print(str(error), style="red")
        return 1
    out = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)
    out.print(f"{file.name}, {_IMAGE}:")
    out.print(f"  - {before or 'none'}", style="red")
    out.print(f"  + {after}", style="green")
    out.print(f"Commit {file.name}; then `pulumi up -s {given.TO} --policy-pack policies` deploys it.")
    return 0


def promote(source: str, target: str, root: Path = ROOT) -> tuple[Path, str | None, str]:
    """Writes the image of `source`'s outputs into `target`'s file: the file, its image before and after.

    Raises `EnvironmentsError` when that can't be or would change nothing; then the file is as it was.
    """
    if source == target:
        raise EnvironmentsError(
            f"FROM and TO are both {source}: name where the image was tried, and who takes it."
        )
    stack_file(source, root)
    file = stack_file(target, root)
    held = config(file).get(_IMAGE)
    before = None if held is None else str(held)
    after = _tried(source, root)
    if after == before:
        raise EnvironmentsError(
            f"Nothing would change: {file.name} names the image that {source} runs already, {after}."
        )
    if before and _repository(after, f"{source}'s output") != _repository(before, file.name):
        raise EnvironmentsError(
            f"{_IMAGE} in {file.name} is {before}, and {source} runs {after}, which is of another "
            f"repository, so {target} may not be allowed to pull it: let {source} run an image of {target}'s "
            f"own repository and promote that, or name the other repository in {file.name} first, once "
            "bootstrap's registry has it."
        )
    set_setting(file, _IMAGE, after)
    return file, before, after


def _repository(image: str, place: str) -> tuple[str, str]:
    """The registry and the repository in it. Raises `EnvironmentsError` where that's no image."""
    try:
        reference = ImageReference.parse(image)
    except InvalidImageError as error:
        raise EnvironmentsError(f"{place}, {error}") from None
    return reference.registry, reference.repository


def _tried(stack: str, root: Path) -> str:
    """The image, by its digest, that the last `up` of a stack put there."""
    found = outputs(stack, root)
    if not found:
        raise EnvironmentsError(
            f"The stack {stack} has no outputs, so nothing was tried there: bring it up first, "
            f"`pulumi up -s {stack} --policy-pack policies`."
        )
    image = found.get("image")
    if not isinstance(image, str) or not _BY_DIGEST.fullmatch(image):
        raise EnvironmentsError(
            f"The output `image` of the stack {stack} is {image!r}, which isn't an image by its digest "
            "(…@sha256:…): what a tag names may be another image tomorrow. Let the stack take its image from "
            "ECR, where the program finds the digest, or name the digest in its settings, and `up` first."
        )
    return image


if __name__ == "__main__":
    sys.exit(main())

"""Another stack's outputs through a `pulumi.StackReference`, or one paragraph that says why not."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

import pulumi

_FULL_NAME: Final = re.compile(r"[\w.-]+/[\w.-]+/[\w.-]+")
_VERSION: Final = re.compile(r"(\d+)\.(\d+)\.\d+")
_READ: Final = "pulumi:pulumi:readStackOutputs"


class Stack:
    """The outputs of a stack of the web application, each only if it is there.

    Raises `pulumi.RunError`, as `WebApplication` says.
    """

    def __init__(self, name: str, *, wanted: str, opts: pulumi.ResourceOptions | None = None) -> None:
        if not _FULL_NAME.fullmatch(name):
            raise pulumi.RunError(
                f"WebApplication: {name!r} isn't a stack's full name; use organization/project/stack, "
                "such as acme/web-application/prod (organization/… in a backend of your own)"
            )
        self._name = name
        self._has = _outputs_now(name)
        if self._has is not None and (problem := unreadable(name, self._has.get("outputs_version"), wanted)):
            raise pulumi.RunError(problem)
        self._reference = pulumi.StackReference(name, opts=opts)

    def required(self, output: str) -> pulumi.Output[Any]:
        """An output that this version promises."""
        if self._has is not None and output not in self._has:
            raise pulumi.RunError(
                f"stack {self._name} has no output {output}, which its version of the outputs promises; run "
                "`pulumi up` there"
            )
        return self._reference.get_output(output)

    def optional(self, output: str) -> pulumi.Output[Any]:
        """An output that not every stack has; None without it."""
        return self._reference.get_output(output)


def _outputs_now(stack: str) -> Mapping[str, object] | None:
    """What a stack exports, to check; None where nobody can know it, as in the gate without a file.

    The engine ends a program at once when a `StackReference` can't be read. The function behind it fails in a
    way that a program can tell, so it is asked first.
    """
    try:
        answer: Any = pulumi.runtime.invoke(_READ, {"name": stack}).value
    except Exception as error:  # noqa: BLE001 (the SDK has no other class for a failed invoke)
        reason = str(error).rpartition(" returned an error: ")[2]
        raise pulumi.RunError(
            f"stack {stack} can't be read: {reason}; name one that `pulumi stack ls --all` lists, or bring "
            "it up first"
        ) from None
    outputs = cast("Mapping[str, object]", answer or {}).get("outputs")
    return cast("Mapping[str, object]", outputs) if isinstance(outputs, Mapping) else None


def unreadable(stack: str, has: object, wanted: str) -> str | None:
    """Why outputs of a version can't be read by a reader that knows another; None when they can.

    They can when the major version is the same and the minor one isn't lower (semantic versioning). `has` is
    None for a stack without outputs, or from before they had versions.
    """
    if has is None:
        return (
            f"stack {stack} has no output outputs_version: it was never brought up, or destroyed, or last "
            "brought up before its outputs had versions, or is no web application; run `pulumi up` there "
            "with the web application as it is now, or name another stack"
        )
    theirs, ours = _major_and_minor(has), _major_and_minor(wanted)
    if theirs is None or ours is None:
        return (
            f"stack {stack} has the outputs_version {has!r}, which isn't a version such as {wanted}; run "
            "`pulumi up` there with the web application, or name another stack"
        )
    told = f"stack {stack} has version {has} of its outputs, which is too"
    if theirs < ours:
        return (
            f"{told} old: this program reads them with web-application-outputs {wanted}; run `pulumi up` "
            "there with a newer web application, or install an older web-application-outputs here"
        )
    if theirs[0] > ours[0]:
        return (
            f"{told} new: this program reads them with web-application-outputs {wanted}, and outputs that it "
            f"knows may be gone; install web-application-outputs {theirs[0]} here"
        )
    return None


def _major_and_minor(version: object) -> tuple[int, int] | None:
    found = _VERSION.fullmatch(str(version))
    return (int(found[1]), int(found[2])) if found else None

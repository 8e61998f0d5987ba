"""Gives every resource that takes tags a `Name` of its own in the stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pulumi

from components.context import Context


def tag_with_names(context: Context) -> None:
    """Tag each resource that is registered from now on, as `named` says."""
    pulumi.runtime.register_stack_transformation(named(context))


def named(context: Context) -> pulumi.ResourceTransformation:
    """What tags a resource with `Name = <project>-<stack>-<logical name>`.

    The console shows it (Amazon EC2 User Guide: Tag your Amazon EC2 resources), and a resource with an opaque
    id can be found by it. A `Name` that the program sets itself stays.
    """

    def add_name(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # pulumi_aws hands every property of a class over, set or not: the key tells that the type takes tags.
        if not args.type_.startswith("aws:") or "tags" not in args.props:
            return None
        given = cast(Mapping[str, pulumi.Input[str]], args.props["tags"] or {})
        tags = {"Name": context.name(args.name), **given}
        return pulumi.ResourceTransformationResult({**args.props, "tags": tags}, args.opts)

    return add_name

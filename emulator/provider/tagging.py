"""Tags: the provider's default tags, the forms that services want, and what is read back."""

from collections.abc import Mapping
from typing import Any

from emulator.provider import aws
from emulator.provider.codec import UNKNOWN, has_unknown
from emulator.provider.model import Code
from emulator.provider.operation import Operation
from emulator.provider.values import is_map


def all_tags(inputs: Mapping[str, Any], default_tags: Mapping[str, str]) -> Any:
    """tagsAll: the default tags under the resource's own."""
    tags = inputs.get("tags", {})
    return UNKNOWN if tags is UNKNOWN or has_unknown(tags) else {**default_tags, **tags}


def formed(form: str, tags: Mapping[str, str]) -> Any:
    """Tags in the form that a call wants (emulator.provider.model.Tags)."""
    if form == "map":
        return dict(tags)
    if form.startswith("ec2:"):
        return [{"ResourceType": form[4:], "Tags": formed("Key", tags)}]
    key, value = {"Key": ("Key", "Value"), "key": ("key", "value"), "TagKey": ("TagKey", "TagValue")}[form]
    return [{key: k, value: v} for k, v in sorted(tags.items())]


def parsed(found: Any) -> dict[str, str]:
    """Tags in any form as a map, without AWS's own."""
    if is_map(found):
        fields: Mapping[str, str] = found
        pairs = list(fields.items())
    else:
        listed: list[Mapping[str, str]] = found or []
        pairs = [(_ending(t, "key"), _ending(t, "value")) for t in listed]
    return {k: v for k, v in pairs if not k.startswith("aws:")}


def _ending(tag: Mapping[str, str], word: str) -> str:
    """The Key or the Value of a tag, whatever a service calls it (Key, key, TagKey)."""
    return next((v for name, v in tag.items() if name.lower().endswith(word)), "")


def creation(operation: Operation) -> dict[str, Any]:
    """The create call's argument that carries the tags."""
    tags = operation.resource.tags
    values: Mapping[str, str] = operation.inputs.get("tagsAll") or {}
    if tags is None or not tags.member or not values:
        return {}
    return {tags.member: formed(tags.form, values)}


def write(operation: Operation, old: Mapping[str, str]) -> None:
    """Makes AWS's tags the new tagsAll, where they were `old`."""
    tags = operation.resource.tags
    new: Mapping[str, str] = operation.inputs.get("tagsAll") or {}
    if tags is None or new == old:
        return
    if isinstance(tags.tag, Code):
        tags.tag.run(operation)
        return
    form = tags.tag_form or ("Key" if tags.form.startswith("ec2:") else tags.form)
    removed = sorted(k for k in old if k not in new)
    added = new if tags.untag is None else {k: v for k, v in new.items() if old.get(k) != v}
    if removed and tags.untag is not None:
        keys: Any = removed if tags.untag_form == "keys" else [{"Key": k} for k in removed]
        operation.send(tags.untag, {}, {tags.untag_member: keys})
    if added or (removed and tags.untag is None):
        operation.send(tags.tag, {}, {tags.tag_member: formed(form, added)})


def read(operation: Operation) -> dict[str, Any]:
    """The properties tags and tagsAll as AWS has them."""
    tags = operation.resource.tags
    if tags is None:
        return {}
    found = operation.fetch_raw(tags.read) if tags.read else aws.search(tags.listed, operation.found)
    present = parsed(found)
    own: Mapping[str, str] = operation.inputs.get("tags") or {}
    defaults = operation.default_tags
    plain = {k: v for k, v in present.items() if k in own or defaults.get(k) != v}
    result: dict[str, Any] = {"tagsAll": present}
    if plain:
        result["tags"] = plain
    return result

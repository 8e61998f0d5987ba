"""What a table entry is made of: a resource, the calls that make, read, change and delete it, its tags.

`Params` is a template of a boto3 call's arguments: a string "{name}" stands for the value of that property
(of the new inputs, else of the recorded outputs; "{id}" is the resource's id; "{region}", "{account}",
"{partition}" are the provider's; "{found:Member}" is of the first read's object). An argument whose
property has no value is left out. Expressions over answers are JMESPath.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, Any]
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One AWS API call that writes.

    `send` lists the properties it carries; None means every input that has a member of the same name (in
    any case, singular or plural) in the operation's input. `rename` maps a property's path to a member's
    path ("enableDnsSupport" → "EnableDnsSupport.Value"; nested properties as "healthCheck.path"), relative
    to the call.
    """

    op: str
    params: Params = field(default_factory=dict[str, Any])
    send: tuple[str, ...] | None = None
    rename: Names = field(default_factory=dict[str, str])
    service: str | None = None
    retry: tuple[str, ...] = ()
    """Error codes that pass by themselves while AWS settles: the call is repeated with back-off."""
    done: tuple[str, ...] = ()
    """Error codes that mean there's nothing left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A special case: a function of the operation's context (emulator.provider.operation.Operation)."""

    run: Callable[[Any], Any]
    send: tuple[str, ...] = ()
    """The properties that the function carries to AWS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How some properties are changed in place, and set at creation when the create call can't carry them."""

    do: Call | Code
    when: tuple[str, ...]
    at_create: bool = False
    whole: bool = False
    """Send all of `when`, not only what changed (APIs that replace the whole setting)."""
    each: bool = False
    """One call for each property (APIs that take one attribute at a time)."""
    unset: Call | Code | None = None
    """Runs instead when none of `when` has a value any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One AWS API call that reads; `at` is where in the answer the object stands.

    Members become properties of the same name by themselves; `props` adds or overrides (property → JMESPath
    relative to the object, "" to leave the property out; places in braces are filled), and `rename` names
    nested ones (property path → member name). When the first read of a resource finds nothing, the resource
    is gone.
    """

    op: str
    params: Params = field(default_factory=dict[str, Any])
    at: str = "@"
    props: Names = field(default_factory=dict[str, str])
    rename: Names = field(default_factory=dict[str, str])
    only: bool = False
    """Take only `props`, nothing by name."""
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Polls until the value at `at` is one of `until`; one of `failed` is an error that `reason` explains."""

    op: str
    params: Params = field(default_factory=dict[str, Any])
    at: str
    until: tuple[Any, ...]
    failed: tuple[Any, ...] = ()
    reason: str = ""
    seconds: float = 600
    when: str = ""
    """The wait happens only when this boolean input is true; empty: always."""
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """How a service carries tags. Tags travel from `tagsAll`, so that the provider's default tags are set
    too.

    `member` is the argument of the create call ("" when tags are set after creation, with `tag`); `form` is
    the shape of a tag list: "Key" ([{Key, Value}]), "key" ([{key, value}]), "TagKey" ([{TagKey,
    TagValue}]), "map", or "ec2:TYPE" (TagSpecifications of that resource type). `listed` is the JMESPath of
    the tags in the first read's object, unless `read` is a call of its own.
    """

    member: str = "Tags"
    form: str = "Key"
    tag: Call | Code
    tag_member: str = "Tags"
    tag_form: str = ""
    """The form in the `tag` call, when it isn't `form`."""
    untag: Call | None = None
    """None: `tag` replaces the whole set."""
    untag_member: str = "TagKeys"
    untag_form: str = "keys"
    """"keys" (a list of keys) or "Key" ([{Key}])."""
    listed: str = "Tags"
    read: Read | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The automatic name `<logical name>-<7 hex digits>`, as the official provider makes it."""

    prop: str = "name"
    longest: int = 255
    prefix: str = ""
    """Begins the name ("alias/")."""
    suffix: str = ""
    """Ends the name (".fifo")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """Looks an existing resource up by its name or `Name` tag; `at` gives the list of ids.

    In `params`, "{name}" … are the inputs and "{tag:Name}" is the `Name` tag."""

    op: str
    params: Params = field(default_factory=dict[str, Any])
    at: str
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One entry of the table. Property paths are dotted, without indices ("defaultActions.type")."""

    token: str
    service: str
    create: Call | Code
    id: str
    """JMESPath of the id in the create call's answer (a Code returns the id itself); or a template with
    braces over the inputs ("{role}:{name}").
    """
    parts: str = ""
    """How an id splits into properties, for an import: the same template when `id` is a template."""
    read: tuple[Read | Code, ...]
    """A Code returns the properties it read, or None when the resource is gone."""
    upserts: bool = False
    """The create call would take over or overwrite an existing one: the create looks first, and refuses."""
    delete: Call | Code | None
    """None: AWS keeps it; the entry's comment says why."""
    settle: tuple[Code, ...] = ()
    """Steps that always follow the create call, before the changes."""
    changes: tuple[Change, ...] = ()
    tags: Tags | None = None
    name: Name | None = None
    find: Find | Code | None = None
    """None: the id is a template, and reading it back is the look-up. A Code returns the id or None."""
    waits: tuple[Wait, ...] = ()
    waits_update: tuple[Wait, ...] = ()
    waits_delete: tuple[Wait, ...] = ()
    """Here the resource being gone ends the wait."""
    gone: tuple[str, ...] = ()
    """Error codes that mean that the resource doesn't exist, besides those that say NotFound or NoSuch."""

    replace: tuple[str, ...] = ()
    replace_when: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = field(
        default_factory=dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]]
    )
    """Properties that force a replacement only under a condition over (old outputs, new inputs)."""
    delete_before_replace: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Values that the official provider fills in; nested paths apply inside objects that were given."""
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    conflicts: tuple[tuple[str, ...], ...] = ()
    """Groups of which at most one may be set."""
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_least_one: tuple[tuple[str, ...], ...] = ()
    check: Callable[[Mapping[str, Any]], Mapping[str, str]] | None = None
    """Further rules over known inputs: property → reason."""

    provider_only: tuple[str, ...] = ()
    """Inputs that steer the provider and never reach AWS (skipDestroy, forceDestroy …); kept in state."""
    refused: tuple[str, ...] = ()
    """Inputs that the stand-in doesn't carry (nested paths too): setting one is a check failure that says
    so.
    """
    keep: tuple[str, ...] = ()
    """Inputs that go to AWS but can't be read back (write-only values): kept in state as given."""
    sets: tuple[str, ...] = ()
    """Lists whose order means nothing."""
    json: tuple[str, ...] = ()
    """JSON documents: equal when they mean the same."""
    same: Mapping[str, Callable[[Any, Any], bool]] = field(
        default_factory=dict[str, Callable[[Any, Any], bool]]
    )
    """Further semantic equality of two values of a property."""
    computed: tuple[str, ...] = ()
    """Optional (also nested) properties that AWS fills in when they aren't given: no change when left out."""

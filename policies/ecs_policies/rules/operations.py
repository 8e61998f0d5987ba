"""Rules about what those who run a stack depend on: logs, alarms and tags."""

from collections.abc import Iterator

from ecs_policies.kinds import COMPOSITE_ALARM, LOG_GROUP, METRIC_ALARM
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown
from ecs_policies.reading.alarms import Used
from ecs_policies.reading.demands import unverifiable, wants_flag
from ecs_policies.reading.taggable import TAGGABLE, tag_keys
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, number


def unlimited_retention(group: Resource, options: Options) -> Iterator[Problem]:
    """Log groups that keep logs for ever, or for longer than the pack's config allows.

    How long logs have to be kept at least depends on what is in them, so that isn't judged.
    """
    if group.properties.get("logGroupClass") == "DELIVERY":
        return  # CloudWatch Logs keeps those for two days, whatever is asked for
    days = number(group.properties.get("retentionInDays"), default=0)
    if isinstance(days, Unreadable):
        yield unverifiable(group, "retentionInDays", days)
    elif days <= 0:
        yield Problem(resource=group, path="retentionInDays", message="logs are kept for ever")
    elif days > options.maximum_retention_days:
        message = f"logs are kept for {days:g} days, more than the {options.maximum_retention_days} allowed"
        yield Problem(resource=group, path="retentionInDays", message=message)


def idle_alarms(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Alarms that tell no one: without an action, or with actions off, and used by nothing else."""
    used = stack.once(Used)
    for it in stack.of_type(METRIC_ALARM, COMPOSITE_ALARM):
        if it in used:
            continue
        enabled, message = it.properties.get("actionsEnabled"), "its actions are off"
        yield from wants_flag(it, "actionsEnabled", enabled, want=True, default=True, message=message)
        yield from _no_action(it)


def _no_action(alarm: Resource) -> Iterator[Problem]:
    name = "alarmActions"
    actions = items(alarm.properties.get(name))
    if not actions:
        yield Problem(resource=alarm, path=name, message="nothing happens when the alarm goes off")
    elif isinstance(alarm.properties[name], Unknown) and not alarm.property_dependencies.get(name):
        yield unverifiable(alarm, name, Unreadable(IS_UNKNOWN))
    elif not all(isinstance(it, (str, Unknown)) for it in actions):
        yield unverifiable(alarm, name, Unreadable("it isn't a list of ARNs"))


def missing_tags(resource: Resource, options: Options) -> Iterator[Problem]:
    """Resources that lack one of the tags that the pack's config asks for."""
    if not options.required_tags:
        return
    keys = tag_keys(resource.properties.get("tags"))
    if isinstance(keys, Unreadable):
        yield unverifiable(resource, "tags", keys)
        return
    for key in sorted(options.required_tags - keys):
        yield Problem(resource=resource, path=f"tags[{key}]", message=f"the tag {key} is missing")


RETENTION = Rule(
    id="logs.retention",
    title="Logs are kept for a time that the program says",
    severity=Severity.MEDIUM,
    why="Logs kept for ever cost more each month, and hold personal data longer than anyone may keep it.",
    fix="Set retention_in_days to what the logs are needed for.",
    options=("maximum_retention_days",),
    types=frozenset({LOG_GROUP}),
    resource=unlimited_retention,
)

ALARM_ACTION = Rule(
    id="alarm.action",
    title="An alarm tells someone",
    severity=Severity.MEDIUM,
    why="An alarm that goes off and does nothing is seen by whoever happens to look.",
    fix="Name a topic in alarm_actions, and leave actions_enabled on.",
    mappings=("AWS Security Hub CloudWatch.15", "AWS Security Hub CloudWatch.17"),
    stack=idle_alarms,
)

REQUIRED_TAGS = Rule(
    id="tags.required",
    title="A resource has the tags that the pack's config asks for",
    severity=Severity.MEDIUM,
    why="Without them nobody can tell whose it is, what it costs whom, or whether it may go.",
    fix="Set tags on the resource, or default_tags on the provider for all of them.",
    options=("required_tags",),
    types=TAGGABLE,
    resource=missing_tags,
)

RULES = (RETENTION, ALARM_ACTION, REQUIRED_TAGS)

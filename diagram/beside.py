"""What stands beside the tasks: roles, logs, keys, buckets, and the topic that alarms are told to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ecs_policies import kinds
from ecs_policies.model import Resource, Stack, arn_tail
from ecs_policies.reading.documents import Statement, read
from ecs_policies.reading.references import resolve
from ecs_policies.reading.roles import Roles
from ecs_policies.reading.values import Unreadable, items, mapping, text

from diagram.picture import Row
from diagram.wording import listed, shortened, shown

SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
_COMPARED = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def role(stack: Stack, it: Resource) -> Iterator[Row]:
    """Who takes it over, and what it may call: each statement by its Sid."""
    trust = read(it.properties.get("assumeRolePolicy"), of_resource=True)
    if not isinstance(trust, Unreadable):
        who = sorted({arn_tail(value) for statement in trust for _, value in statement.principals})
        yield Row(label="trusted by", value=listed(who))
    permissions = stack.once(Roles).permissions(it)
    own = [one for one in permissions.grants if not one.of_aws]
    for number, grant in enumerate(own, 1):
        label = _sid(grant.statement) or f"statement {number}"
        tells = () if grant.source is it else (grant.source.urn,)
        yield Row(label=label, value=_allowed(grant.statement), tells=tells)
    for one in permissions.managed:
        tells = () if one.source is it else (one.source.urn,)
        yield Row(label="AWS's policy", value=shortened(one.policy.name), tells=tells)
    if not own and not permissions.managed:
        yield Row(label="may call", value="unreadable" if permissions.unreadable else "nothing")


def _sid(statement: Statement) -> str:
    found = re.fullmatch(r"Statement\[(.+)\]", statement.path)
    return "" if not found or found[1].isdigit() else found[1]


def _allowed(statement: Statement) -> str:
    actions = statement.actions or tuple(f"all but {it}" for it in statement.not_actions)
    return ("" if statement.allow else "denies ") + listed(sorted(actions, key=lambda it: (len(it), it)))


def log_group(stack: Stack, it: Resource) -> Iterator[Row]:
    """How long it's kept, and its key."""
    days = it.properties.get("retentionInDays")
    yield Row(label="kept", value=f"{shown(days)} days" if days else "for ever")
    yield from _key(stack, it, "kmsKeyId")


def topic(stack: Stack, it: Resource) -> Iterator[Row]:
    """Who hears of what. An endpoint may hold a token, so subscribers are counted by protocol."""
    heard = [
        one for one in stack.of_type(SUBSCRIPTION) if it in resolve(stack, one, "topic", (kinds.TOPIC,)).found
    ]
    if heard:
        protocols = Counter(shown(one.properties.get("protocol")) for one in heard)
        value = listed(f"{count} by {protocol}" for protocol, count in sorted(protocols.items()))
        yield Row(label="heard by", value=value, tells=tuple(one.urn for one in heard))
    yield from _key(stack, it, "kmsMasterKeyId")
    for target in stack.of_type(EVENT_TARGET):
        # `arn` isn't among what rules read: of most resources it's an output.
        if it.urn in target.property_dependencies.get("arn", ()):
            events = resolve(stack, target, "rule", (EVENT_RULE,)).found
            name = listed(one.name for one in events) or target.name
            yield Row(label=name, value="event", tells=(target.urn, *(one.urn for one in events)))
    for alarm in stack.of_type(kinds.METRIC_ALARM, kinds.COMPOSITE_ALARM):
        if it in resolve(stack, alarm, "alarmActions", (kinds.TOPIC,)).found:
            yield Row(label=alarm.name, value=_watched(alarm), tells=(alarm.urn,))


def _watched(alarm: Resource) -> str:
    """What an alarm compares."""
    given = alarm.properties
    composite = alarm.kind == kinds.COMPOSITE_ALARM
    metric = text(given.get("metricName")) or ("other alarms" if composite else "metric math")
    statistic = text(given.get("extendedStatistic"))
    sign = _COMPARED.get(shown(given.get("comparisonOperator")))
    limit = f" {sign} {shown(given.get('threshold'))}" if sign and given.get("threshold") is not None else ""
    return shortened(f"{statistic + ' ' if statistic else ''}{metric}") + limit


def bucket(stack: Stack, it: Resource) -> Iterator[Row]:
    """When what is in it goes."""
    for one in stack.of_type(kinds.BUCKET_LIFECYCLE):
        if it in resolve(stack, one, "bucket", (kinds.BUCKET,)).found:
            for rule in items(one.properties.get("rules")):
                days = mapping(mapping(rule).get("expiration")).get("days")
                if days is not None:
                    yield Row(label="kept", value=f"{shown(days)} days", tells=(one.urn,))


def _key(stack: Stack, it: Resource, name: str) -> Iterator[Row]:
    if it.properties.get(name) is None:
        return
    found = resolve(stack, it, name, (kinds.KEY,))
    given = listed(one.name for one in found.found) or "another stack's"
    yield Row(label="key", value=given, tells=tuple(one.urn for one in found.found))


FACTS = {
    kinds.ROLE: role,
    kinds.LOG_GROUP: log_group,
    kinds.TOPIC: topic,
    kinds.BUCKET: bucket,
}

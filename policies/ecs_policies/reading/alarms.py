"""What acts on CloudWatch's alarms in the place of their own actions."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ecs_policies.kinds import COMPOSITE_ALARM, DEPLOYMENT_GROUP, HEALTH_CHECK, SERVICE
from ecs_policies.model import Resource, Stack, Value

# What names alarms, and where: other alarms, deployments that are rolled back, DNS failover.
_USERS = {
    COMPOSITE_ALARM: ("alarmRule", "actionsSuppressor"),
    DEPLOYMENT_GROUP: ("alarmConfiguration",),
    HEALTH_CHECK: ("cloudwatchAlarmName",),
    SERVICE: ("alarms",),
}
# Amazon CloudWatch User Guide, "Create a composite alarm".
_IN_A_RULE = re.compile(r'(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"?([^")]+?)"?\s*\)')


class Used:
    """The alarms that another resource of the stack names."""

    def __init__(self, stack: Stack) -> None:
        self._keys = frozenset(_named(stack))

    def __contains__(self, alarm: Resource) -> bool:
        names = (alarm.properties.get("name"), alarm.properties.get("alarmName"))
        known = {alarm.urn, *alarm.identity, *(it for it in names if isinstance(it, str))}
        return not self._keys.isdisjoint(known)


def _named(stack: Stack) -> Iterator[str]:
    """URNs and names of alarms."""
    for user in stack.of_type(*_USERS):
        for name in _USERS[user.kind]:
            yield from user.property_dependencies.get(name, ())
            for it in _texts(user.properties.get(name)):
                yield from (named.rpartition(":alarm:")[2] for named in (it, *_IN_A_RULE.findall(it)))


def _texts(value: Value) -> Iterator[str]:
    """Every text in a value, however deep."""
    pending: list[Value] = [value]
    while pending:
        it = pending.pop()
        if isinstance(it, str):
            yield it
        elif isinstance(it, Mapping):
            pending.extend(it.values())
        elif isinstance(it, Sequence):
            pending.extend(it)

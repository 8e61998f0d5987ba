"""What the stack costs a month, from its settings: an output, and the same sum that the gate reads."""

from __future__ import annotations

from ecs_policies.checks.cost import Bill, Quantities, Tasks, monthly
from ecs_policies.checks.spot import spread

from application import Application
from components.alarms import Alarm
from components.firewall import RULES
from settings import Settings


def bill(settings: Settings, app: Application) -> Bill:
    """The stack's monthly bill without any traffic, with the tasks that it starts with."""
    return monthly(_quantities(settings, app))


def _quantities(settings: Settings, app: Application) -> Quantities:
    zones = settings.network.zones
    gateways = {"one": 1, "zone": zones, "none": 0}[settings.network.nat]
    firewall = settings.load_balancer.firewall
    return Quantities(
        tasks=(_tasks(settings, app),),
        load_balancers=1,
        addresses=zones + gateways,
        nat_gateways=gateways,
        endpoints=len(app.endpoints) * zones,
        # Of the flow logs, of the firewall's logs, of sessions into containers, of the alarms' topic.
        keys=1 + firewall + settings.exec + settings.alarms.enabled,
        web_acls=int(firewall),
        web_acl_rules=len(RULES) if firewall else 0,
        alarms=sum(_watched(it, groups=2 if app.deployment.shifts else 1) for it in app.alarms),
        dashboards=int(settings.dashboard),
    )


def _watched(alarm: Alarm, *, groups: int) -> int:
    """How many metrics an alarm watches: those of targets in each of the target groups."""
    return sum(groups if it.of_targets else 1 for it in alarm.metrics.values())


def _tasks(settings: Settings, app: Application) -> Tasks:
    desired = settings.service.desired_count
    count = settings.scaling.minimum if desired is None else desired
    on_demand, spot = spread(count, base=1, on_demand=1, spot=settings.service.spot_weight)
    return Tasks(
        cpu=app.task.cpu,
        memory=app.task.memory,
        architecture=app.task.architecture,
        storage=app.task.ephemeral_storage or 20,
        on_demand=on_demand,
        spot=spot,
    )

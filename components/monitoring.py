"""What watches a service: the alarms that its deployments aren't judged by, and its dashboard."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.alarms import Alarm, Alarms, AlarmsArgs
from components.cluster import Cluster
from components.context import Context
from components.dashboard import Dashboard, DashboardArgs, Graph
from components.errors import InvalidSettingError
from components.load_balancer import LoadBalancer
from components.metrics import Measured
from components.notifications import Notifications
from components.service import FargateService
from components.shared import SharedCluster, SharedLoadBalancer


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringArgs:
    """Whom to watch, by which alarms and graphs, and who is told. Graphs of traffic need the load balancer.

    Raises `InvalidSettingError` for alarms that nobody is told of.
    """

    context: Context
    cluster: Cluster | SharedCluster
    service: FargateService
    load_balancer: LoadBalancer | SharedLoadBalancer | None = None
    alarms: tuple[Alarm, ...] = ()
    """All of the service's: those that it has registered itself are only shown."""
    notifications: Notifications | None = None
    graphs: tuple[Graph, ...] = ()

    def __post_init__(self) -> None:
        if self.others() and self.notifications is None:
            fix = "are told to nobody; give notifications too"
            raise InvalidSettingError("alarms", [it.name for it in self.others()], fix)

    def others(self) -> tuple[Alarm, ...]:
        """The alarms that the service hasn't registered itself."""
        return tuple(it for it in self.alarms if it not in self.service.alarms)

    def measured(self) -> Measured:
        """Whose metrics are looked at."""
        return Measured(
            cluster=self.cluster.name,
            service=self.service.name,
            load_balancer_arn=self.load_balancer.arn if self.load_balancer else None,
            target_group_arn=self.service.target_group_arn,
            alternate_target_group_arn=self.service.alternate_target_group_arn,
        )


class Monitoring(pulumi.ComponentResource):
    """Alarms of a service, and a dashboard of all that is known of it; each absent without its values."""

    dashboard_name: str | None

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Monitoring", name, {}, opts)
        child, measured = pulumi.ResourceOptions(parent=self), args.measured()
        standing = list(args.service.alarms_standing)
        if args.notifications and args.others():
            others = AlarmsArgs(
                context=args.context,
                alarms=args.others(),
                measured=measured,
                topic_arn=args.notifications.topic_arn,
                topic_ready=args.notifications.ready,
            )
            standing += Alarms(name, others, child).standing
        self.dashboard_name = None
        if args.graphs:
            shown = DashboardArgs(
                context=args.context,
                graphs=args.graphs,
                alarms=args.alarms,
                measured=measured,
                standing=standing,
            )
            self.dashboard_name = Dashboard(name, shown, child).name
        self.register_outputs({"dashboard_name": self.dashboard_name})

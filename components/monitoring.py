"""What watches a service: the alarms that its deployments aren't judged by, and its dashboard."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.alarms import Alarms, AlarmsArgs
from components.cluster import Cluster
from components.context import Context
from components.dashboard import Dashboard, DashboardArgs, Graph
from components.load_balancer import LoadBalancer
from components.metrics import Measured
from components.service import FargateService
from components.shared import SharedCluster, SharedLoadBalancer


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringArgs:
    """Whom to watch, and by which graphs. The alarms, and who is told, are the service's own.

    Alarms and graphs of traffic need the load balancer.
    """

    context: Context
    cluster: Cluster | SharedCluster
    service: FargateService
    load_balancer: LoadBalancer | SharedLoadBalancer | None = None
    graphs: tuple[Graph, ...] = ()

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
    """Alarms of a service that don't judge its deployments, and a dashboard; each absent without values."""

    dashboard_name: str | None

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Monitoring", name, {}, opts)
        child, measured, service = pulumi.ResourceOptions(parent=self), args.measured(), args.service
        standing = list(service.judging_standing)
        others = tuple(it for it in service.alarms if not it.of_traffic)
        if service.notifications and others:
            told = service.notifications
            of_service = AlarmsArgs(
                context=args.context,
                alarms=others,
                measured=measured,
                topic_arn=told.topic_arn,
                topic_ready=told.ready,
            )
            standing += Alarms(name, of_service, child).standing
        self.dashboard_name = None
        if args.graphs:
            shown = DashboardArgs(
                context=args.context,
                graphs=args.graphs,
                alarms=service.alarms,
                measured=measured,
                standing=standing,
            )
            self.dashboard_name = Dashboard(name, shown, child).name
        self.register_outputs({"dashboard_name": self.dashboard_name})

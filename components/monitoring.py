"""What watches a service: its alarms, who hears of them, and its dashboard."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.alarms import Alarm, Alarms, AlarmsArgs
from components.cluster import Cluster
from components.context import Context
from components.dashboard import Dashboard, DashboardArgs, Graph
from components.deployment_events import DeploymentEvents, DeploymentEventsArgs
from components.load_balancer import LoadBalancer
from components.metrics import Measured
from components.notifications import Notifications, NotificationsArgs
from components.service import FargateService
from components.subscribers import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringArgs:
    """Whom to watch, by which alarms and graphs, and who is told. Without alarms nobody is.

    Those of traffic need the load balancer.
    """

    context: Context
    cluster: Cluster
    service: FargateService
    load_balancer: LoadBalancer | None = None
    alarms: tuple[Alarm, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    graphs: tuple[Graph, ...] = ()

    def measured(self) -> Measured:
        """Whose metrics are looked at."""
        return Measured(
            cluster=self.cluster.name,
            service=self.service.name,
            load_balancer_arn=self.load_balancer.arn if self.load_balancer else None,
            target_group_arn=self.service.target_group_arn,
        )


class Monitoring(pulumi.ComponentResource):
    """Alarms and failed deployments told to one topic, and a dashboard; each absent without its values."""

    topic_arn: pulumi.Output[str] | None
    dashboard_name: str | None

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Monitoring", name, {}, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self.topic_arn, self.dashboard_name = None, None
        standing: list[pulumi.Resource] = []
        if args.alarms:
            told = Notifications(
                name, NotificationsArgs(context=args.context, subscribers=args.subscribers), self._child
            )
            self.topic_arn = told.topic_arn
            standing = self._alarms(told)
        if args.graphs:
            self.dashboard_name = self._dashboard(standing)
        self.register_outputs({"topic_arn": self.topic_arn, "dashboard_name": self.dashboard_name})

    def _alarms(self, told: Notifications) -> list[pulumi.Resource]:
        args = self._args
        DeploymentEvents(
            self._name,
            DeploymentEventsArgs(
                context=args.context,
                cluster=args.cluster,
                topic_arn=told.topic_arn,
                topic_ready=told.ready,
            ),
            self._child,
        )
        alarms = AlarmsArgs(
            context=args.context,
            alarms=args.alarms,
            measured=args.measured(),
            topic_arn=told.topic_arn,
            topic_ready=told.ready,
        )
        return Alarms(self._name, alarms, self._child).standing

    def _dashboard(self, alarms: list[pulumi.Resource]) -> str:
        args = self._args
        shown = DashboardArgs(
            context=args.context,
            graphs=args.graphs,
            alarms=args.alarms,
            measured=args.measured(),
            standing=alarms,
        )
        return Dashboard(self._name, shown, self._child).name

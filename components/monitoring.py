"""What watches a service: its alarms, who hears of them, and its dashboard."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.alarms import Alarm, Alarms, AlarmsArgs
from components.cluster import Cluster
from components.context import Context
from components.dashboard import Dashboard, DashboardArgs, Graph
from components.deployment_events import DeploymentEvents, DeploymentEventsArgs
from components.errors import InvalidSettingError
from components.load_balancer import LoadBalancer
from components.metrics import Measured
from components.notifications import Notifications, NotificationsArgs
from components.service import FargateService
from components.subscribers import Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringArgs:
    """Whom to watch, by which alarms and graphs, and who is told. Without alarms nobody is.

    Those of traffic need the load balancer. Raises `InvalidSettingError` for subscribers of no topic.
    """

    context: Context
    cluster: Cluster
    service: FargateService
    load_balancer: LoadBalancer | None = None
    alarms: tuple[Alarm, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    notifications: Notifications | None = None
    """Those of another service of the cluster, which are told of this one too: they have the failed
    deployments and the load balancer's own errors already. None: a topic of its own, for `subscribers`."""
    graphs: tuple[Graph, ...] = ()

    def __post_init__(self) -> None:
        if self.notifications and self.subscribers:
            fix = "hear of nothing here; give them to the service whose notifications these are"
            raise InvalidSettingError("subscribers", len(self.subscribers), fix)

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
    """Alarms and failed deployments told to one topic, and a dashboard; each absent without its values."""

    notifications: Notifications | None
    """For the stack's other services."""
    topic_arn: pulumi.Output[str] | None
    dashboard_name: str | None

    def __init__(self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Monitoring", name, {}, opts)
        self._name, self._args, self._child = name, args, pulumi.ResourceOptions(parent=self)
        self._alarms, self.notifications = args.alarms, args.notifications
        if args.notifications:
            self._alarms = tuple(it for it in args.alarms if not it.of_load_balancer_alone)
        elif args.alarms:
            self.notifications = self._notifications()
        standing = self._register_alarms(self.notifications) if self.notifications and self._alarms else []
        self.topic_arn = self.notifications.topic_arn if self.notifications else None
        self.dashboard_name = self._dashboard(standing) if args.graphs else None
        self.register_outputs({"topic_arn": self.topic_arn, "dashboard_name": self.dashboard_name})

    def _notifications(self) -> Notifications:
        """The topic, told of failed deployments too."""
        args = self._args
        told = Notifications(
            self._name, NotificationsArgs(context=args.context, subscribers=args.subscribers), self._child
        )
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
        return told

    def _register_alarms(self, told: Notifications) -> list[pulumi.Resource]:
        alarms = AlarmsArgs(
            context=self._args.context,
            alarms=self._alarms,
            measured=self._args.measured(),
            topic_arn=told.topic_arn,
            topic_ready=told.ready,
        )
        return Alarms(self._name, alarms, self._child).standing

    def _dashboard(self, alarms: list[pulumi.Resource]) -> str:
        args = self._args
        shown = DashboardArgs(
            context=args.context,
            graphs=args.graphs,
            alarms=self._alarms,
            measured=args.measured(),
            standing=alarms,
        )
        return Dashboard(self._name, shown, self._child).name

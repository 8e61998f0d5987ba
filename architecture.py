"""The web application of the post "Unpacking Amazon ECS", read from top to bottom."""

import pulumi

from application import Application
from components.cluster import Cluster, ClusterArgs
from components.context import Context
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.network import Network, NetworkArgs
from components.notifications import Notifications, NotificationsArgs
from components.service import FargateService, FargateServiceArgs
from cost import bill
from outputs import Outputs
from settings import Settings
from standing import Standing


def register(
    name: str,
    settings: Settings,
    app: Application,
    context: Context,
    standing: Standing,
    opts: pulumi.ResourceOptions | None = None,
) -> Outputs:
    """Register the web application under this name, all of it with `opts`; returns its outputs.

    What can't work was refused already, when `app` was made of the same settings.
    """
    network = Network(
        name,
        NetworkArgs(
            context=context,
            zones=standing.zones,
            cidr=settings.network.cidr,
            nat=settings.network.nat,
            endpoints=app.endpoints,
            flow_log_retention_days=settings.network.flow_log_retention_days,
            protect=settings.protect,
        ),
        opts,
    )
    load_balancer = LoadBalancer(
        name,
        LoadBalancerArgs(
            context=context,
            network=network,
            domain=app.domain,
            idle_timeout=settings.load_balancer.idle_timeout,
            deletion_protection=settings.load_balancer.deletion_protection,
            access_log_retention_days=settings.load_balancer.access_log_retention_days,
            empty_access_logs_on_delete=settings.load_balancer.empty_access_logs_on_delete,
            firewall=settings.load_balancer.firewall,
            protect=settings.protect,
        ),
        opts,
    )
    cluster = Cluster(
        name,
        ClusterArgs(
            context=context,
            insights=settings.container_insights,
            exec=settings.exec,
            protect=settings.protect,
        ),
        opts,
    )
    notifications = None
    if app.alarms:
        notifications = Notifications(
            name,
            NotificationsArgs(context=context, cluster=cluster, subscribers=app.subscribers),
            opts,
        )
    service = FargateService(
        name,
        FargateServiceArgs(
            context=context,
            network=network,
            cluster=cluster,
            load_balancer=load_balancer,
            route=app.route,
            task=app.task,
            desired_count=settings.service.desired_count,
            deployment=app.deployment,
            alarms=app.alarms,
            notifications=notifications,
            release=app.release,
            scaling=app.scaling,
            keep_revisions=settings.service.keep_revisions,
            spot_weight=settings.service.spot_weight,
            exec=settings.exec,
            secret_keys=app.secret_keys,
            log_retention_days=settings.log_retention_days,
            protect=settings.protect,
        ),
        opts,
    )
    monitoring = Monitoring(
        name,
        MonitoringArgs(
            context=context,
            cluster=cluster,
            service=service,
            load_balancer=load_balancer,
            graphs=app.graphs,
        ),
        opts,
    )

    return Outputs(
        url=load_balancer.url,
        image=standing.image,
        vpc_id=network.vpc_id,
        public_subnet_ids=network.public_subnet_ids,
        private_subnet_ids=network.private_subnet_ids,
        load_balancer_arn=load_balancer.arn,
        load_balancer_dns_name=load_balancer.dns_name,
        load_balancer_zone_id=load_balancer.zone_id,
        load_balancer_security_group_id=load_balancer.security_group_id,
        listener_arn=load_balancer.listener_arn,
        http_listener_arn=load_balancer.http_listener_arn,
        https_listener_arn=load_balancer.https_listener_arn,
        target_group_arn=service.target_group_arn,
        cluster_name=cluster.name,
        cluster_arn=cluster.arn,
        service_name=service.name,
        service_arn=service.arn,
        task_definition_arn=service.task_definition_arn,
        task_security_group_id=service.security_group_id,
        task_role_arn=service.task_role_arn,
        execution_role_arn=service.execution_role_arn,
        alarm_topic_arn=notifications.topic_arn if notifications else None,
        dashboard_name=monitoring.dashboard_name,
        monthly_cost=bill(settings, app).to_json(),
        log_group_names=service.log_groups,
    )

"""More than one service in a cluster: each has what is its own, and a listener's rules find their places."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pulumi_aws as aws
import pytest

from components.alarms import Thresholds, service_alarms
from components.app_task import app_task
from components.cluster import Cluster, ClusterArgs
from components.containers.app import App
from components.containers.model import Task
from components.containers.parts import LogToCloudWatch, Secret
from components.dashboard import graphs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.network import Network, NetworkArgs
from components.notifications import Notifications, NotificationsArgs
from components.routing import Route
from components.service import FargateService, FargateServiceArgs
from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import Recording, record
from tests.unit.test_service import CONTEXT, IMAGE, SECRET, web_task

WORKER = app_task(CONTEXT, "worker", App(image=IMAGE, command=("bin/jobs",)))
API = app_task(CONTEXT, "api", App(image=IMAGE, port=3000))
Services = Mapping[str, tuple[Task, Route | None]]
THREE: Services = {
    "web": (web_task(), Route()),
    "worker": (WORKER, None),
    "api": (API, Route(paths=("/api/*",))),
}


def run(
    services: Services = THREE, *, nat: Any = "one", endpoints: tuple[str, ...] = (), watched: bool = False
) -> Recording:
    def build() -> None:
        network = Network(
            "shop",
            NetworkArgs(context=CONTEXT, zones=("us-east-1a", "us-east-1b"), nat=nat, endpoints=endpoints),
        )
        cluster = Cluster("shop", ClusterArgs(context=CONTEXT))
        balancer = LoadBalancer("shop", LoadBalancerArgs(context=CONTEXT, network=network))
        told = Notifications("shop", NotificationsArgs(context=CONTEXT, cluster=cluster)) if watched else None
        for name, (task, route) in services.items():
            routed, first = route is not None, name == "web"
            alarms = service_alarms(Thresholds(), routed=routed, insights=True, first=first)
            args = FargateServiceArgs(
                context=CONTEXT,
                network=network,
                cluster=cluster,
                task=task,
                load_balancer=balancer if route else None,
                route=route,
                alarms=alarms if watched else (),
                notifications=told,
            )
            service = FargateService(name, args)
            if watched:
                watching = MonitoringArgs(
                    context=CONTEXT,
                    cluster=cluster,
                    service=service,
                    load_balancer=args.load_balancer,
                    graphs=graphs(routed=routed, insights=True),
                )
                Monitoring(name, watching)

    return record(build, preview=True)


def test_three_services_stand_side_by_side_and_every_document_finds_what_it_names():
    recording = run()
    assert [it.name for it in recording.of(aws.ecs.Service)] == ["api", "web", "worker"]
    assert undeclared_edges(recording) == []
    assert recording.messages == []


@pytest.mark.parametrize(
    ("kind", "of_service"),
    [
        (aws.ecs.TaskDefinition, lambda it: it.inputs["family"]),
        (aws.iam.Role, lambda it: it.inputs["name"]),
        (aws.iam.RolePolicy, lambda it: it.inputs["name"]),
        (aws.cloudwatch.LogGroup, lambda it: it.inputs["name"]),
        (aws.ec2.SecurityGroup, lambda it: it.urn),
        (aws.appautoscaling.Target, lambda it: it.urn),
    ],
)
def test_each_has_a_family_roles_logs_a_security_group_and_scaling_of_its_own(
    kind: Any, of_service: Callable[[Any], str]
):
    recording = run()
    found = [of_service(it) for it in recording.of(kind)]
    assert len(set(found)) == len(found)
    for service in ("api", "web", "worker"):
        component = recording.one("web-application:index:FargateService", service)
        assert [it for it in recording.inside(component) if it.type == recording.of(kind)[0].type], service


def test_roles_are_exact_for_their_own_service():
    recording = run()
    named = {group for holder, group in mentions(recording) if holder == "worker-execution"}
    assert named == {"worker-application"}


def test_the_api_is_asked_before_the_web_service_which_takes_everything():
    rules = {it.name: it.inputs["priority"] for it in run().of(aws.lb.ListenerRule)}
    assert rules.keys() == {"web", "api"}
    assert rules["api"] < rules["web"]


def test_the_load_balancer_reaches_each_routed_service_on_its_own_port_and_never_the_worker():
    ports = {
        it.name: it.inputs["fromPort"]
        for it in run().of(aws.vpc.SecurityGroupIngressRule)
        if it.name.endswith("-from-load-balancer")
    }
    assert ports == {"web-from-load-balancer": 8080, "api-from-load-balancer": 3000}


SAME_FAMILY = replace(API, family="web-application-test-web")
LOGS_OF_WEB = replace(
    API,
    containers=tuple(
        replace(
            it, log=LogToCloudWatch(group="web-application-test-app", region="us-east-1", stream_prefix="api")
        )
        for it in API.containers
    ),
)
UNDER_API = Route(paths=("/api/*",))


@pytest.mark.parametrize(
    ("web", "api", "message"),
    [
        (
            Route(priority=100),
            (API, replace(UNDER_API, priority=100)),
            "routing.priority: .*web's rule for /",
        ),
        (Route(priority=100), (API, UNDER_API), "routing.priority: .*api's .* gets no request, since web's"),
        (Route(), (API, Route()), "routing: .*api's .* takes the same requests as web's"),
        (
            Route(),
            (SAME_FAMILY, UNDER_API),
            "task.family: 'web-application-test-web' is that of web already; give api its own",
        ),
        (
            Route(),
            (LOGS_OF_WEB, UNDER_API),
            "log group: 'web-application-test-app' is that of web already; give api its own",
        ),
    ],
    ids=["priority", "order", "requests", "family", "log group"],
)
def test_what_belongs_to_another_service_is_refused_with_both_their_names(
    web: Route, api: tuple[Task, Route], message: str
):
    with pytest.raises(ValueError, match=message):
        run({"web": (web_task(), web), "api": api})


def test_all_of_them_are_told_to_one_topic_and_nothing_is_told_twice():
    recording = run(watched=True)
    topic = recording.one(aws.sns.Topic)
    assert recording.one(aws.cloudwatch.EventRule).name == "shop-failed-deployment"
    alarms = recording.of(aws.cloudwatch.MetricAlarm)
    assert all(it.property_dependencies["alarmActions"] == {topic.urn} for it in alarms)
    names = [it.name for it in alarms]
    assert [it for it in names if it.endswith("load-balancer-5xx")] == ["web-load-balancer-5xx"]
    assert {"web-target-5xx", "api-target-5xx", "worker-cpu", "api-latency"} <= set(names)
    assert not [it for it in names if it.startswith("worker-target")]
    pages = [it.inputs["dashboardName"] for it in recording.of(aws.cloudwatch.Dashboard)]
    assert len(set(pages)) == 3
    assert undeclared_edges(recording) == []


def test_alarms_that_nobody_is_told_of_are_refused():
    def build() -> None:
        network = Network("shop", NetworkArgs(context=CONTEXT, zones=("us-east-1a", "us-east-1b")))
        cluster = Cluster("shop", ClusterArgs(context=CONTEXT))
        common: dict[str, Any] = {"context": CONTEXT, "cluster": cluster}
        alarms = service_alarms(Thresholds(), routed=False, insights=False)
        FargateServiceArgs(**common, network=network, task=WORKER, alarms=alarms)

    with pytest.raises(ValueError, match=r"alarms: \['cpu', 'memory'\] are told to nobody"):
        record(build, preview=True)


def test_without_nat_the_endpoints_have_to_be_those_that_every_service_needs():
    task = app_task(CONTEXT, "worker", App(image=IMAGE, secrets={"KEY": Secret(arn=SECRET)}))
    enough = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
    assert run({"worker": (task, None)}, nat="none", endpoints=enough).one(aws.ecs.Service)
    message = "network.endpoints: .* leave web-application-test-worker no way to secretsmanager; add them"
    with pytest.raises(ValueError, match=message):
        run({"worker": (task, None)}, nat="none", endpoints=enough[:3])

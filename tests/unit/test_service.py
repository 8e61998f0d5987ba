import json
from functools import cache
from typing import Any

import pulumi_aws as aws
import pytest

from components.cluster import Cluster, ClusterArgs
from components.containers.model import Container, Routed, Task
from components.containers.parts import FireLens, HealthCheck, LogThroughFireLens, LogToCloudWatch, Secret
from components.context import Context
from components.deployment import Deployment
from components.grants import ReadObjects
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network import Network, NetworkArgs
from components.routing import Route
from components.scaling import ScalingRange
from components.schedules import Schedule
from components.service import FargateService, FargateServiceArgs
from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import Recording, record

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="us-east-1", account="123456789012"
)
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"
ROUTER_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/log_router:3"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:web/key-AbCdEf"
OWN_LOG = LogToCloudWatch(group="web-application-test-sidecars", region="us-east-1", stream_prefix="web")
ROUTED_LOG = LogThroughFireLens(
    options={"Name": "cloudwatch_logs", "region": "us-east-1", "log_group_name": "web-application-test-app"},
    log_group="web-application-test-app",
)


def web_task(router_image: str = ROUTER_IMAGE, log: Any = ROUTED_LOG, **given: Any) -> Task:
    router = Container(
        name="log_router",
        image=router_image,
        log=OWN_LOG,
        memory_reservation=128,
        firelens=FireLens(),
        health_check=HealthCheck(command="true"),
        user="0",
        read_only_root=False,
    )
    app = Container(
        name="app",
        image=IMAGE,
        log=log,
        memory_reservation=512,
        ports=(8080,),
        secrets={"KEY": Secret(arn=SECRET)},
        depends_on={"log_router": "HEALTHY"},
        health_check=HealthCheck(command="true", start_period=40),
        stop_timeout=60,
    )
    defaults: dict[str, Any] = {
        "family": "web-application-test-web",
        "containers": (app, router),
        "routed": Routed(container="app", port=8080),
        "volumes": ("shared",),
    }
    return Task(**{**defaults, **given})


def worker_task() -> Task:
    worker = Container(name="worker", image=IMAGE, log=OWN_LOG)
    return Task(family="web-application-test-worker", containers=(worker,))


def program(
    *,
    name: str = "web",
    nat: Any = "one",
    exec: bool = False,  # noqa: A002 - the setting's name
    worker: bool = False,
    cluster: Cluster | None = None,
    **given: Any,
) -> FargateService:
    zones = ("us-east-1a", "us-east-1b")
    network = Network("web", NetworkArgs(context=CONTEXT, zones=zones, nat=nat))
    cluster = cluster or Cluster("web", ClusterArgs(context=CONTEXT, exec=exec))
    base: dict[str, Any] = {"context": CONTEXT, "network": network, "cluster": cluster, "exec": exec}
    if worker:
        base |= {"task": worker_task()}
    else:
        balancer = LoadBalancer("web", LoadBalancerArgs(context=CONTEXT, network=network))
        base |= {"task": web_task(), "load_balancer": balancer, "route": Route()}
    return FargateService(name, FargateServiceArgs(**{**base, **given}))


def run(*, preview: bool = False, serving: str | None = None, **given: Any) -> Recording:
    asked = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-test-web:7"
    return record(
        lambda: program(**given).task_definition_arn,
        preview=preview,
        outputs={
            "aws:ecs/taskDefinition:TaskDefinition": {"arn": asked},
            "aws:ec2/vpcEndpoint:VpcEndpoint": {"prefixListId": "pl-s3"},
            "aws:lb/loadBalancer:LoadBalancer": {"dnsName": "web.example.com", "zoneId": "Z1"},
        },
        calls={"aws:ecs/getService:getService": {"taskDefinition": serving or asked, "deployments": []}},
    )


@cache
def usual(**given: Any) -> Recording:
    """A recording that several tests read; the settings have to be hashable."""
    return run(**given)


def service(**given: Any) -> dict[str, Any]:
    return usual(**given).one(aws.ecs.Service).inputs


def test_a_service_runs_two_tasks_in_private_subnets_without_public_addresses():
    inputs = service()
    assert inputs["desiredCount"] == 2
    assert inputs["networkConfiguration"] == {
        "subnets": ["web-private-a-id", "web-private-b-id"],
        "securityGroups": ["web-tasks-id"],
        "assignPublicIp": False,
    }
    assert inputs["availabilityZoneRebalancing"] == "ENABLED"


def test_a_deployment_keeps_every_task_healthy_and_rolls_back_by_itself():
    inputs = service()
    assert inputs["deploymentMinimumHealthyPercent"] == 100
    assert inputs["deploymentMaximumPercent"] == 200
    assert inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert inputs["deploymentController"] == {"type": "ECS"}
    assert inputs["waitForSteadyState"] is True


def test_a_service_passes_its_tags_on_and_allows_no_session():
    inputs = service()
    assert inputs["propagateTags"] == "SERVICE"
    assert inputs["enableEcsManagedTags"] is True
    assert inputs["enableExecuteCommand"] is False
    assert inputs["platformVersion"] == "LATEST"


def test_what_may_be_replaced_has_an_automatic_name():
    recording = usual()
    kinds = (aws.ecs.Service, aws.lb.TargetGroup, aws.ec2.SecurityGroup)
    assert not any("name" in it.inputs for kind in kinds for it in recording.of(kind))
    assert not any(it.delete_before_replace for it in recording)


def test_the_load_balancer_reaches_the_routed_container_through_a_rule():
    recording = usual()
    assert recording.one(aws.ecs.Service).inputs["loadBalancers"] == [
        {"targetGroupArn": "arn:aws:mock:::web", "containerName": "app", "containerPort": 8080}
    ]
    assert recording.path_exists(recording.one(aws.ecs.Service), recording.one(aws.lb.ListenerRule))


def test_the_grace_period_lasts_as_long_as_the_containers_take_to_start():
    assert service()["healthCheckGracePeriodSeconds"] == 40
    given = service(deployment=Deployment(health_check_grace=90))
    assert given["healthCheckGracePeriodSeconds"] == 90


def test_only_the_load_balancer_reaches_the_tasks():
    recording = usual()
    [ingress] = [
        it
        for it in recording.of(aws.vpc.SecurityGroupIngressRule)
        if it.inputs["securityGroupId"] == "web-tasks-id"
    ]
    assert ingress.inputs["referencedSecurityGroupId"] == "web-lb-id"
    assert ingress.inputs["fromPort"] == ingress.inputs["toPort"] == 8080


def test_tasks_speak_https_to_the_internet_through_nat():
    recording = usual()
    [egress] = [
        it
        for it in recording.of(aws.vpc.SecurityGroupEgressRule)
        if it.inputs["securityGroupId"] == "web-tasks-id"
    ]
    assert egress.inputs["cidrIpv4"] == "0.0.0.0/0"
    assert egress.inputs["fromPort"] == egress.inputs["toPort"] == 443


def test_tasks_speak_https_only_to_the_endpoints_without_nat():
    recording = usual(nat="none")
    egress = [
        it.inputs
        for it in recording.of(aws.vpc.SecurityGroupEgressRule)
        if it.inputs["securityGroupId"] == "web-tasks-id"
    ]
    assert not any("cidrIpv4" in it for it in egress)
    assert [it["referencedSecurityGroupId"] for it in egress if "referencedSecurityGroupId" in it] == [
        "web-endpoints-id"
    ]
    assert [it["prefixListId"] for it in egress if "prefixListId" in it] == ["pl-s3"]
    assert all(it["fromPort"] == it["toPort"] == 443 for it in egress)


def test_every_description_of_a_rule_is_one_that_ec2_takes():
    allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-:/()#,@[]+=&;{}!$*")
    recording = usual()
    for kind in (aws.vpc.SecurityGroupEgressRule, aws.vpc.SecurityGroupIngressRule, aws.ec2.SecurityGroup):
        for it in recording.of(kind):
            assert it.inputs["description"], it.name
            assert set(it.inputs["description"]) <= allowed, it.inputs["description"]


def test_a_task_definition_is_what_the_task_says():
    inputs = usual().one(aws.ecs.TaskDefinition).inputs
    assert inputs["containerDefinitions"] == web_task().container_definitions()
    assert {key: value for key, value in inputs.items() if key != "containerDefinitions"} == {
        "family": "web-application-test-web",
        "cpu": "1024",
        "memory": "2048",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "volumes": [{"name": "shared"}],
        "executionRoleArn": "arn:aws:mock:::web-execution",
        "taskRoleArn": "arn:aws:mock:::web-task",
        "skipDestroy": True,
    }


def test_ephemeral_storage_is_a_setting_of_the_task():
    inputs = run(task=web_task(ephemeral_storage=30)).one(aws.ecs.TaskDefinition).inputs
    assert inputs["ephemeralStorage"] == {"sizeInGib": 30}


def test_each_log_group_exists_before_its_containers_and_keeps_its_events_as_long_as_asked():
    recording = run(log_retention_days=14)
    groups = {
        it.name: it.inputs for it in recording.of(aws.cloudwatch.LogGroup) if it.name in ("app", "sidecars")
    }
    assert groups == {
        "app": {"name": "web-application-test-app", "retentionInDays": 14},
        "sidecars": {"name": "web-application-test-sidecars", "retentionInDays": 14},
    }
    assert {("web", "app"), ("web", "sidecars")} <= mentions(recording)


def test_log_groups_take_a_key():
    groups = run(log_key_arn="arn:key").of(aws.cloudwatch.LogGroup)
    assert [it.inputs["kmsKeyId"] for it in groups if it.name in ("app", "sidecars")] == ["arn:key"] * 2


def policy(recording: Recording, name: str) -> dict[str, Any]:
    text = recording.one(aws.iam.RolePolicy, name).inputs["policy"]
    return {it["Sid"]: it for it in json.loads(text)["Statement"]}


def test_the_roles_are_exact_for_the_task():
    recording = usual()
    execution, task = policy(recording, "web-execution"), policy(recording, "web-task")
    assert sorted(execution) == ["LogInToEcr", "PullImages", "ReadSecrets", "WriteLogs"]
    assert execution["PullImages"]["Resource"] == [
        "arn:aws:ecr:us-east-1:123456789012:repository/log_router",
        "arn:aws:ecr:us-east-1:123456789012:repository/web",
    ]
    assert execution["ReadSecrets"]["Resource"] == [SECRET]
    assert execution["WriteLogs"]["Resource"] == [
        "arn:aws:logs:us-east-1:123456789012:log-group:web-application-test-sidecars:log-stream:*"
    ]
    assert sorted(task) == ["WriteRoutedLogs"]
    assert task["WriteRoutedLogs"]["Resource"] == [
        "arn:aws:logs:us-east-1:123456789012:log-group:web-application-test-app:log-stream:*"
    ]


def test_exec_is_allowed_only_with_its_audit():
    recording = usual(exec=True)
    assert recording.one(aws.ecs.Service).inputs["enableExecuteCommand"] is True
    assert {"ExecChannels", "ExecKey", "ExecLogs"} <= set(policy(recording, "web-task"))


@pytest.mark.parametrize("given", [{}, {"exec": True}, {"nat": "none"}, {"worker": True}])
def test_everything_that_a_document_names_is_created_in_order(given: dict[str, Any]):
    recording = usual(**given)
    assert len(mentions(recording)) >= 2
    assert undeclared_edges(recording) == []


@pytest.mark.parametrize("given", [{}, {"exec": True}, {"nat": "none"}, {"worker": True}])
def test_no_document_is_unknown_at_a_first_preview(given: dict[str, Any]):
    recording = run(preview=True, **given)
    holders = {
        "aws:iam/rolePolicy:RolePolicy": "policy",
        "aws:iam/role:Role": "assumeRolePolicy",
        "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions",
        "aws:kms/key:Key": "policy",
    }
    found = [it for it in recording if it.type in holders]
    assert len(found) >= 4
    assert [it.name for it in found if holders[it.type] in it.unknown_inputs()] == []


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (aws.iam.RolePolicy, ["web-execution", "web-task"]),
        (aws.cloudwatch.LogGroup, ["app", "sidecars", "web-exec"]),
        (aws.kms.Alias, ["web-exec"]),
        (aws.ecs.ClusterCapacityProviders, ["web-capacity"]),
        (aws.lb.ListenerRule, ["web"]),
        (aws.vpc.SecurityGroupEgressRule, ["web-to-internet", "web-to-tasks"]),
        (aws.vpc.SecurityGroupIngressRule, ["web-from-load-balancer"]),
        (aws.ec2.NatGateway, ["web-nat-a"]),
        (aws.ec2.Route, ["web-private-a", "web-private-b"]),
        (aws.ec2.RouteTableAssociation, ["web-private-a", "web-private-b"]),
    ],
)
def test_the_service_waits_for_everything_its_tasks_need(kind: Any, names: list[str]):
    recording = usual(exec=True)
    made = recording.one(aws.ecs.Service)
    assert [it for it in names if not recording.path_exists(made, recording.one(kind, it))] == []


def test_the_service_waits_for_the_endpoints_without_nat():
    recording = usual(nat="none")
    made, endpoints = recording.one(aws.ecs.Service), recording.of(aws.ec2.VpcEndpoint)
    assert len(endpoints) > 3
    assert all(recording.path_exists(made, it) for it in endpoints)


def test_auto_scaling_owns_the_number_of_tasks_after_the_first_up():
    recording = usual()
    assert recording.one(aws.ecs.Service).ignore_changes == ("desiredCount",)
    assert recording.one(aws.appautoscaling.Target).inputs["resourceId"] == (
        "service/web-application-test-web/web-0000000"
    )


def test_without_scaling_the_program_owns_the_number_of_tasks():
    recording = run(scaling=None, desired_count=5)
    assert recording.of(aws.appautoscaling.Target) == []
    assert recording.one(aws.ecs.Service).inputs["desiredCount"] == 5
    assert recording.one(aws.ecs.Service).ignore_changes == ()


def test_a_service_starts_with_the_fewest_tasks_that_it_may_have():
    assert service(scaling=ScalingRange(minimum=3))["desiredCount"] == 3


def test_spot_takes_its_share_and_never_the_first_task():
    assert service()["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1}
    ]
    assert service(spot_weight=3)["capacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]


def test_a_worker_has_no_load_balancer_target_or_rule():
    recording = run(name="worker", worker=True)
    inputs = recording.one(aws.ecs.Service).inputs
    assert "loadBalancers" not in inputs
    assert "healthCheckGracePeriodSeconds" not in inputs
    assert recording.of(aws.lb.TargetGroup) == recording.of(aws.lb.ListenerRule) == []
    metrics = [it.name for it in recording.of(aws.appautoscaling.Policy)]
    assert metrics == ["worker-cpu", "worker-memory"]
    tasks = [it.inputs.get("securityGroupId") for it in recording.of(aws.vpc.SecurityGroupIngressRule)]
    assert "worker-tasks-id" not in tasks


def test_an_up_fails_when_another_revision_serves():
    old = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-test-web:6"
    with pytest.raises(
        Exception, match=r"serves web-application-test-web:6 and not web-application-test-web:7"
    ):
        run(serving=old)


def test_old_revisions_are_deregistered_on_demand_and_never_by_a_preview(monkeypatch: pytest.MonkeyPatch):
    calls: list[tuple[str, int]] = []

    def deregister(context: Context, *, serving: str, keep: int) -> None:
        calls.append((serving.rpartition("/")[2], keep))

    monkeypatch.setattr("components.service.deregister", deregister)
    run()
    run(preview=True, keep_revisions=3)
    assert calls == []
    run(keep_revisions=3)
    assert calls == [("web-application-test-web:7", 3)]


def test_a_preview_does_not_ask_which_revision_serves():
    recording = record(lambda: program().task_definition_arn, preview=True)
    assert recording.one(aws.ecs.Service)


def test_grants_come_after_the_resources_they_name():
    def build() -> None:
        bucket = aws.s3.Bucket("pictures", bucket="pictures")
        grant = ReadObjects(bucket="pictures", prefix="a/", reason="shown on every page")
        program(grants=(grant,), granted=(bucket,))

    recording = record(build, preview=True)
    assert ("web-task", "pictures") in mentions(recording)
    assert undeclared_edges(recording) == []


def test_roles_and_the_sidecars_logs_are_protected_on_demand_and_not_the_log_group_of_the_router():
    recording = run(protect=True)
    assert recording.one(aws.cloudwatch.LogGroup, "app")
    assert {it.name for it in recording if it.protect} == {"web-execution", "web-task", "sidecars"}


def test_draining_longer_than_the_stop_timeout_is_a_warning():
    recording = run(route=Route(deregistration_delay=90))
    assert any("deregistration_delay: 90" in it for it in recording.messages)
    assert usual().messages == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"route": None}, "service: 'load_balancer' is given alone"),
        ({"load_balancer": None}, "service: 'route' is given alone"),
        ({"task": worker_task()}, "task.routed: None has to name the container"),
        ({"spot_weight": -1}, "service.spot_weight: -1 has to be 0 to 1000"),
        ({"keep_revisions": 1}, "service.keep_revisions: 1 has to be 2 or more"),
        ({"desired_count": -1}, "service.desired_count: -1 has to be 0 or more"),
        (
            {"desired_count": 11},
            r"service.desired_count: 11 is outside scaling.minimum \(2\) to maximum \(10\)",
        ),
        (
            {"scaling": ScalingRange(minimum=1), "deployment": Deployment(maximum_percent=150)},
            "service.maximum_percent: 150 leaves no room to replace one of 1 tasks: use 200 or more",
        ),
        (
            {
                "scaling": ScalingRange(
                    schedules=(Schedule(name="night", schedule="rate(1 day)", minimum=1),)
                ),
                "deployment": Deployment(maximum_percent=150),
            },
            "service.maximum_percent: 150 leaves no room to replace one of 1 tasks: use 200 or more",
        ),
        ({"name": "a-very-long-name-of-a-service"}, "service name: .* at most 24 characters"),
        ({"deployment": Deployment(health_check_grace=39)}, "health_check_grace: 39"),
        ({"spot_weight": 1, "route": Route(deregistration_delay=90)}, "deregistration_delay: 90"),
    ],
)
def test_a_service_that_can_not_work_registers_nothing_of_its_own(given: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        run(preview=True, **given)


PUBLIC_IMAGE = "public.ecr.aws/aws-observability/aws-for-fluent-bit:3.4.17"
TO_DATADOG = LogThroughFireLens(
    options={"Name": "datadog", "Host": "http-intake.logs.datadoghq.com"},
    secrets={"apikey": Secret(arn=SECRET)},
)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            web_task(router_image=PUBLIC_IMAGE),
            f"network.nat: 'none' leaves no way to {PUBLIC_IMAGE}; use copies in private ECR",
        ),
        (web_task(log=TO_DATADOG), "network.nat: 'none' leaves app's logs no way to datadog"),
    ],
)
def test_what_needs_the_internet_is_refused_without_nat_and_fine_with_it(task: Task, message: str):
    with pytest.raises(ValueError, match=message):
        run(preview=True, nat="none", task=task)
    assert run(preview=True, task=task).one(aws.ecs.Service)


def test_exec_that_opens_no_container_is_refused():
    with pytest.raises(ValueError, match="exec: True opens no container; set exec on one of the task's"):
        run(preview=True, name="worker", worker=True, exec=True)


def test_exec_without_an_audit_is_refused():
    def build() -> None:
        cluster = Cluster("web", ClusterArgs(context=CONTEXT))
        network = Network("web", NetworkArgs(context=CONTEXT, zones=("us-east-1a", "us-east-1b")))
        FargateServiceArgs(context=CONTEXT, network=network, cluster=cluster, task=worker_task(), exec=True)

    with pytest.raises(ValueError, match="exec: True needs a cluster with exec"):
        record(build, preview=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"minimum_healthy_percent": 101}, "service.minimum_healthy_percent: 101 has to be 0 to 100"),
        ({"maximum_percent": 100}, "service.maximum_percent: 100 has to be 101 to 400"),
    ],
)
def test_a_deployment_in_percent_has_its_bounds(given: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        Deployment(**given)


@pytest.mark.parametrize(
    ("minimum", "maximum", "tasks"),
    [(100, 200, 1), (0, 101, 1), (100, 150, 2), (50, 101, 2), (100, 101, 100), (100, 101, 0)],
)
def test_a_deployment_with_room_for_one_more_or_one_less_task_moves(minimum: int, maximum: int, tasks: int):
    Deployment(minimum_healthy_percent=minimum, maximum_percent=maximum).check_moves(tasks)


@pytest.mark.parametrize(
    ("minimum", "maximum", "tasks"), [(100, 199, 1), (99, 199, 1), (100, 149, 2), (100, 101, 99)]
)
def test_a_deployment_that_rounding_leaves_no_room_is_refused(minimum: int, maximum: int, tasks: int):
    deployment = Deployment(minimum_healthy_percent=minimum, maximum_percent=maximum)
    with pytest.raises(ValueError, match="leaves no room"):
        deployment.check_moves(tasks)

"""A service whose network, cluster and load balancer stand in another stack, on mocks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
import yaml
from web_application_outputs import SCHEMA, WebApplication

from components.alarms import Thresholds, service_alarms
from components.app_task import app_task
from components.containers.app import App
from components.context import Context
from components.dashboard import graphs
from components.monitoring import Monitoring, MonitoringArgs
from components.notifications import Notifications, NotificationsArgs
from components.priorities import priority_of
from components.roles import ExecAudit
from components.routing import Route
from components.service import FargateService, FargateServiceArgs
from components.shared import SharedCluster, SharedLoadBalancer, SharedNetwork
from tests.unit.document_edges import documents, undeclared_edges
from tests.unit.mocks import Recording, record

ROOT = Path(__file__).parents[2]
WEB = "acme/web-application/prod"
HAS: dict[str, Any] = {
    name: it["examples"][0] for name, it in json.loads(SCHEMA.read_text())["properties"].items()
}
CONTEXT = Context(
    project="reports", stack="test", partition="aws", region="us-east-1", account="111122223333"
)
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/reports:1"
REPORTS = Route(paths=("/reports/*",))
RULE_TAKEN = "CreateRule: PriorityInUse: Priority '25567' is currently in use"


def shared(web: WebApplication, **cluster: Any) -> dict[str, Any]:
    return {
        "context": CONTEXT,
        "network": SharedNetwork(vpc_id=web.vpc_id, private_subnet_ids=web.private_subnet_ids),
        "cluster": SharedCluster(name=web.cluster_name, arn=web.cluster_arn, **cluster),
        "load_balancer": SharedLoadBalancer(
            arn=web.load_balancer_arn,
            listener_arn=web.listener_arn,
            security_group_id=web.load_balancer_security_group_id,
        ),
    }


def service(name: str = "reports", route: Route = REPORTS, **given: Any) -> FargateService:
    app = App(image=IMAGE, port=4000, exec=bool(given.get("exec")))
    args = FargateServiceArgs(**{"task": app_task(CONTEXT, name, app), "route": route, **given})
    return FargateService(name, args)


def run(build: Callable[[dict[str, Any]], Any] = lambda web: service(**web), **given: Any) -> Recording:
    """What a program registers that gets the shared parts."""
    settings: dict[str, Any] = {"preview": True, **given}
    return record(
        lambda: build(shared(WebApplication(WEB))) and None,
        stacks={WEB: HAS},
        calls={
            "aws:ecs/getService:getService": {"taskDefinition": "arn:aws:mock:::reports", "deployments": []}
        },
        **settings,
    )


def test_it_goes_on_the_listener_and_into_the_cluster_and_the_subnets_that_the_outputs_name():
    recording = run()
    assert recording.one(aws.lb.ListenerRule).inputs["listenerArn"] == HAS["listener_arn"]
    assert recording.one(aws.lb.TargetGroup).inputs["vpcId"] == HAS["vpc_id"]
    inputs = recording.one(aws.ecs.Service).inputs
    assert inputs["cluster"] == HAS["cluster_arn"]
    assert inputs["networkConfiguration"]["subnets"] == HAS["private_subnet_ids"]
    scaled = run(preview=False).one(aws.appautoscaling.Target).inputs["resourceId"]
    assert scaled == f"service/{HAS['cluster_name']}/reports-0000000"


def test_it_makes_nothing_that_the_other_stack_has():
    kinds = {it.type for it in run()}
    others = (aws.ec2.Vpc, aws.ec2.Subnet, aws.ecs.Cluster, aws.lb.LoadBalancer, aws.lb.Listener)
    assert not kinds & {it.pulumi_type for it in others}


def test_every_document_is_known_at_a_first_preview_and_names_what_is_its_own():
    recording = run()
    held = {(it.type.rpartition(":")[2], key) for it, key, _ in documents(recording)}
    assert {("TaskDefinition", "containerDefinitions"), ("RolePolicy", "policy")} <= held
    assert undeclared_edges(recording) == []
    assert "web-application" not in "".join(text for _, _, text in documents(recording))


def test_only_the_shared_load_balancer_reaches_its_tasks_and_they_reach_the_internet():
    recording = run()
    way_in = recording.one(aws.vpc.SecurityGroupIngressRule).inputs
    assert way_in["referencedSecurityGroupId"] == HAS["load_balancer_security_group_id"]
    to_tasks = recording.one(aws.vpc.SecurityGroupEgressRule, "reports-to-tasks").inputs
    assert to_tasks["securityGroupId"] == HAS["load_balancer_security_group_id"]
    assert recording.one(aws.vpc.SecurityGroupEgressRule, "reports-to-internet").inputs["fromPort"] == 443


def test_two_services_of_one_program_are_refused_in_each_others_way_as_ever():
    with pytest.raises(ValueError, match=r"routing: .*other's rule .* takes the same requests as reports's"):
        run(lambda web: service(**web) and service("other", **web))
    task = app_task(CONTEXT, "reports", App(image=IMAGE, port=4000))
    with pytest.raises(ValueError, match=r"task.family: .* is that of reports already; give other its own"):
        run(lambda web: service(**web) and service("other", Route(paths=("/other/*",)), task=task, **web))


def test_sessions_need_the_record_of_the_cluster_and_are_let_into_it_alone():
    with pytest.raises(ValueError, match="exec: True needs a cluster with exec, where it is audited"):
        run(lambda web: service(exec=True, **web))
    audit = ExecAudit(
        log_group="web-application-prod-web-exec", key_alias="alias/web-application-prod-web-exec"
    )
    recording = record(
        lambda: service(exec=True, **shared(WebApplication(WEB), audit=audit)) and None,
        stacks={WEB: HAS},
        preview=True,
    )
    assert "log-group:web-application-prod-web-exec" in "".join(text for _, _, text in documents(recording))


def watched(web: dict[str, Any]) -> None:
    alarms = service_alarms(Thresholds(), routed=True, insights=True, first=False)
    told = Notifications("reports", NotificationsArgs(context=CONTEXT))
    watching = MonitoringArgs(
        context=CONTEXT,
        cluster=web["cluster"],
        load_balancer=web["load_balancer"],
        service=service(alarms=alarms, notifications=told, **web),
        graphs=graphs(routed=True, insights=True),
    )
    Monitoring("reports", watching)


def test_its_alarms_look_at_its_own_part_of_what_is_shared_and_tell_the_teams_own_topic():
    recording = run(watched, preview=False)
    dimensions = {
        key: it for alarm in recording.of(aws.cloudwatch.MetricAlarm) for key, it in _dimensions(alarm.inputs)
    }
    assert dimensions["ClusterName"] == HAS["cluster_name"]
    assert dimensions["LoadBalancer"] == HAS["load_balancer_arn"].partition(":loadbalancer/")[2]
    assert recording.one(aws.sns.Topic).inputs["name"] == "reports-test-reports-alarms"
    assert HAS["cluster_name"] in recording.one(aws.cloudwatch.Dashboard).inputs["dashboardBody"]
    assert recording.of(aws.cloudwatch.EventRule) == [], "the cluster's stack tells of failed deployments"


def _dimensions(alarm: dict[str, Any]) -> list[tuple[str, str]]:
    queried = [it["metric"]["dimensions"] for it in alarm.get("metricQueries", []) if "metric" in it]
    return [pair for it in (alarm.get("dimensions", {}), *queried) for pair in it.items()]


def told(error: str) -> list[str]:
    """What is said when the rule of a service fails with this error."""
    recording = run(preview=False)
    hook = recording.hooks["reports-priority"]
    failed = pulumi.ErrorHookArgs(
        urn="urn",
        id="",
        name="reports",
        type="aws:lb/listenerRule:ListenerRule",
        new_inputs={"listenerArn": HAS["listener_arn"]},
        failed_operation="create",
        errors=[error],
    )
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pulumi.log, "error", said.append)
        assert hook(failed) is False, "it isn't tried again"
    return said


def test_a_priority_that_another_stack_has_is_told_in_one_paragraph():
    (said,) = told(RULE_TAKEN)
    number = priority_of((), ("/reports/*",))
    assert said.startswith(f"routing.priority: reports's rule for /reports/* at {number} can't stand: ")
    assert f"`aws elbv2 describe-rules --listener-arn {HAS['listener_arn']}`" in said
    assert "\n" not in said


def test_any_other_failure_of_a_rule_is_awss_to_tell():
    assert told("CreateRule: TooManyRules: The maximum number of rules has been reached") == []


def test_a_preview_has_no_hook_for_it():
    assert "reports-priority" not in run().hooks


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
def test_a_path_of_the_web_applications_hosts_is_asked_before_its_own_rule(stack: str):
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    routing = {"hosts": (), "paths": ("/*",), **config.get("web-application:routing", {})}
    assert "priority" not in routing
    assert priority_of(routing["hosts"], ["/reports/*"]) < priority_of(routing["hosts"], routing["paths"])

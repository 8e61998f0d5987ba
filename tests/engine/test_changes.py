"""An `up` of each kind on a stack that stands: in place, a replacement, additions, removals, a new image."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.engine.inventory import inventory
from tests.engine.standing import FULL, REGISTRY, Standing, changes, drift, only, push_image
from tests.engine.views import Definition, rules_of, security_group, service, tasks

REVISION = {"TaskDefinition web": "replace", "Service web": "update"}


def without(found: dict[str, frozenset[str]], *kinds: str) -> dict[str, frozenset[str]]:
    return {kind: identifiers for kind, identifiers in found.items() if kind not in kinds}


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.2)
    return holds()


def rails_image(standing: Standing) -> str:
    return Definition.serving(standing.stack).containers["rails"]["image"]


def test_a_new_image_replaces_only_the_task_definition_and_the_service_rolls_to_it(changing: Standing):
    old = Definition.serving(changing.stack)
    image = f"{REGISTRY}/web-application/rails:1.1.0"
    digest = push_image(changing.stack, image)
    result = changing.up(changes={"image": image})
    assert changes(result) == REVISION
    assert rails_image(changing) == f"{REGISTRY}/web-application/rails@{digest}"

    new = Definition.serving(changing.stack)
    assert new.task["revision"] == old.task["revision"] + 1
    assert {it.definition for it in tasks(changing.stack)} == {new.task["taskDefinitionArn"]}
    assert service(changing.stack)["runningCount"] == 2
    kept = Definition.of(changing.stack, old.task["taskDefinitionArn"])
    assert kept.task["status"] == "ACTIVE"
    assert kept.containers == old.containers
    # Datadog is told the new version; nothing else of the sidecars moves with the image.
    assert new.environment("rails")["DD_VERSION"] == "1.1.0"
    before, after = (
        {name: it.containers[name] for name in it.containers if name != "rails"} for it in (old, new)
    )
    assert json.dumps(after) == json.dumps(before).replace("version:1.0.0", "version:1.1.0")


def test_a_moved_tag_is_a_new_image(changing: Standing):
    before = rails_image(changing)
    digest = push_image(changing.stack, f"{REGISTRY}/web-application/rails:1.0.0", content="built again")
    assert changes(changing.up()) == REVISION
    assert rails_image(changing) == f"{REGISTRY}/web-application/rails@{digest}" != before


def test_the_number_of_tasks_is_auto_scalings_and_outlives_a_new_revision(changing: Standing):
    ecs, described = changing.stack.client("ecs"), service(changing.stack)
    ecs.update_service(cluster=described["clusterArn"], service=described["serviceArn"], desiredCount=3)
    found = changes(changing.up(changes={"rails": {"environment": {"RAILS_LOG_LEVEL": "debug"}}}))
    assert found == REVISION
    assert (service(changing.stack)["desiredCount"], service(changing.stack)["runningCount"]) == (3, 3)
    ecs.update_service(cluster=described["clusterArn"], service=described["serviceArn"], desiredCount=2)


def test_what_a_schedule_has_changed_outlives_an_up_and_comes_back_when_the_schedule_is_gone(
    changing: Standing,
):
    soon = datetime.now(UTC) + timedelta(minutes=10)
    sale = {"name": "sale", "schedule": f"at({soon:%Y-%m-%dT%H:%M:%S})", "minimum": 4, "maximum": 12}
    night = {"name": "night", "schedule": "cron(0 20 ? * * 2199)", "timezone": "Europe/Berlin", "minimum": 2}
    scheduled = {"scaling": {"schedules": [sale, night]}}
    found = changes(changing.up(changes=scheduled))
    assert found == dict.fromkeys(["ScheduledAction web-sale", "ScheduledAction web-night"], "create")
    scaling = changing.stack.client("application-autoscaling")

    def counts() -> tuple[int, ...]:
        target = only(scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"])
        described = service(changing.stack)
        ends = target["MinCapacity"], target["MaxCapacity"]
        return (*ends, described["desiredCount"], described["runningCount"])

    changing.stack.running.run_clock(1000)
    try:
        assert eventually(lambda: counts() == (4, 12, 4, 4)), counts()
    finally:
        changing.stack.running.run_clock(1)
    image = f"{REGISTRY}/web-application/rails:1.2.0"
    push_image(changing.stack, image)
    assert changes(changing.up("--refresh", changes={**scheduled, "image": image})) == REVISION
    assert counts() == (4, 12, 4, 4)

    assert changes(changing.up("--refresh"))["Target web"] == "update"
    assert counts() == (2, 10, 4, 4)
    assert scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []
    ecs, described = changing.stack.client("ecs"), service(changing.stack)
    ecs.update_service(cluster=described["clusterArn"], service=described["serviceArn"], desiredCount=2)


def test_a_forecast_is_tried_before_tasks_are_started_by_it(changing: Standing):
    def forecast() -> tuple[str, str]:
        scaling = changing.stack.client("application-autoscaling")
        policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
        found = only(it for it in policies if it["PolicyType"] == "PredictiveScaling")
        return found["PolicyARN"], found["PredictiveScalingPolicyConfiguration"]["Mode"]

    found = changes(changing.up(changes={"scaling": {"predictive": "forecast"}}))
    assert found == {"Policy web-predictive": "create"}
    arn, mode = forecast()
    assert mode == "ForecastOnly"
    found = changes(changing.up(changes={"scaling": {"predictive": "scale"}}))
    assert found == {"Policy web-predictive": "update"}
    assert forecast() == (arn, "ForecastAndScale")
    assert changes(changing.up()) == {"Policy web-predictive": "delete"}


def test_rails_gets_files_that_outlive_a_task_and_room_on_its_disk(changing: Standing):
    efs, ec2 = changing.stack.client("efs"), changing.stack.client("ec2")
    system = efs.create_file_system(CreationToken="uploads", Encrypted=True)["FileSystemId"]
    point = efs.create_access_point(FileSystemId=system, PosixUser={"Uid": 1000, "Gid": 1000})
    vpc = only(it["VpcId"] for it in ec2.describe_vpcs()["Vpcs"] if not it["IsDefault"])
    group = ec2.create_security_group(GroupName="files", Description="Mount targets", VpcId=vpc)["GroupId"]
    files = {"file_system": system, "access_point": point["AccessPointId"], "security_group": group}
    wanted = {
        "volumes": {
            "uploads": {"path": "/rails/storage", "efs": files},
            "scratch": {"path": "/rails/scratch"},
        },
        "task": {"ephemeral_storage": 40},
    }
    found = changes(changing.up(changes=wanted))
    assert found == {
        **REVISION,
        "Role web-task": "update",
        "RolePolicy web-task": "create",
        f"SecurityGroupEgressRule web-to-files-{group}": "create",
    }
    definition = Definition.serving(changing.stack)
    volumes = {it["name"]: it.get("efsVolumeConfiguration") for it in definition.task["volumes"]}
    assert volumes["scratch"] is None
    assert volumes["uploads"]["fileSystemId"] == system
    assert volumes["uploads"]["transitEncryption"] == "ENABLED"
    assert volumes["uploads"]["authorizationConfig"] == {
        "accessPointId": point["AccessPointId"],
        "iam": "ENABLED",
    }
    assert definition.task["ephemeralStorage"] == {"sizeInGiB": 40}
    rails = {it["containerPath"]: it["sourceVolume"] for it in definition.containers["rails"]["mountPoints"]}
    assert {"/rails/storage": "uploads", "/rails/scratch": "scratch"}.items() <= rails.items()
    assert ("tcp", 2049, 2049, group) in rules_of(
        changing.stack, security_group(changing.stack, "web-tasks"), egress=True
    )
    assert drift(changing.refresh()) == {}
    assert {it.definition for it in tasks(changing.stack)} == {definition.task["taskDefinitionArn"]}

    found = changes(changing.up())
    assert found["RolePolicy web-task"] == found[f"SecurityGroupEgressRule web-to-files-{group}"] == "delete"
    ec2.delete_security_group(GroupId=group)


def test_only_the_last_revisions_are_kept_where_a_stack_asks_for_it(changing: Standing):
    for level in ("debug", "warn"):
        changed = {"rails": {"environment": {"RAILS_LOG_LEVEL": level}}, "service": {"keep_revisions": 2}}
        assert changes(changing.up(changes=changed)) == REVISION
    serving = Definition.serving(changing.stack).task
    kept = inventory(changing.stack)["task definition"]
    assert {int(arn.rpartition(":")[2]) for arn in kept} == {serving["revision"] - 1, serving["revision"]}


def test_what_is_changed_in_place_keeps_its_identity(changing: Standing):
    before = inventory(changing.stack)
    result = changing.up(
        changes={
            "scaling": {"maximum": 6, "cpu": 50},
            "routing": {"priority": 50, "deregistration_delay": 20},
            "service": {"minimum_healthy_percent": 50},
            "log_retention_days": "7",
        }
    )
    assert changes(result) == dict.fromkeys(
        [
            "Target web",
            "Policy web-cpu",
            "ListenerRule web",
            "TargetGroup web",
            "Service web",
            "LogGroup web-sidecars",
        ],
        "update",
    )
    # A changed service starts a deployment, and so other tasks with interfaces of their own.
    assert without(inventory(changing.stack), "network interface") == without(before, "network interface")
    scaling, elb = changing.stack.client("application-autoscaling"), changing.stack.client("elbv2")
    assert (
        only(scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"])["MaxCapacity"] == 6
    )
    listener = only(before["listener"])
    priorities = [it["Priority"] for it in elb.describe_rules(ListenerArn=listener)["Rules"]]
    assert sorted(priorities) == ["50", "default"]
    configuration = service(changing.stack)["deploymentConfiguration"]
    assert configuration["minimumHealthyPercent"] == 50


def test_everything_on_and_off_again_leaves_what_was_there(changing: Standing):
    changing.seed(FULL)
    before = inventory(changing.stack)
    found = changes(changing.up(changes=FULL))
    assert found["WebAcl web-firewall"] == found["Certificate web-certificate"] == "create"
    assert found["ListenerRule web"] == "replace"
    assert not {"Vpc web-vpc", "LoadBalancer web-lb", "Cluster web-cluster"} & {
        name for name, op in found.items() if op != "update"
    }
    assert len({it.zone for it in tasks(changing.stack)}) == 2

    found = changes(changing.up())
    assert found["WebAcl web-firewall"] == found["Certificate web-certificate"] == "delete"
    assert found["ListenerRule web"] == "replace"
    after = inventory(changing.stack)
    # Revisions stay for a rollback.
    renewed = {"listener rule", "security-group rule", "network interface", "task definition"}
    assert without(after, *renewed) == without(before, *renewed)
    for kind in renewed - {"task definition"}:
        assert len(after[kind]) == len(before[kind]), kind
    assert drift(changing.refresh()) == {}


def test_what_is_changed_by_hand_is_found_by_a_refresh_and_put_right_by_the_next_up(changing: Standing):
    elb, ec2, logs = (changing.stack.client(it) for it in ("elbv2", "ec2", "logs"))
    there = inventory(changing.stack)
    elb.modify_target_group(
        TargetGroupArn=only(there["target group"]), HealthCheckPath="/", HealthCheckIntervalSeconds=60
    )
    rules = elb.describe_rules(ListenerArn=only(there["listener"]))["Rules"]
    elb.delete_rule(RuleArn=only(it["RuleArn"] for it in rules if not it["IsDefault"]))
    logs.put_retention_policy(logGroupName="web-application-local-web-sidecars", retentionInDays=1)
    wanted = [{"Name": "tag:Name", "Values": ["web-application-local-web-to-internet"]}]
    rule = only(ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"])
    ec2.modify_security_group_rules(
        GroupId=rule["GroupId"],
        SecurityGroupRules=[
            {
                "SecurityGroupRuleId": rule["SecurityGroupRuleId"],
                "SecurityGroupRule": {
                    "IpProtocol": "tcp",
                    "FromPort": 0,
                    "ToPort": 65535,
                    "CidrIpv4": "0.0.0.0/0",
                    "Description": "opened by hand",
                },
            }
        ],
    )
    found = {
        "TargetGroup web": "update",
        "ListenerRule web": "delete",
        "LogGroup web-sidecars": "update",
        "SecurityGroupEgressRule web-to-internet": "update",
    }
    assert drift(changing.refresh()) == found
    assert changes(changing.up()) == {**found, "ListenerRule web": "create"}
    assert drift(changing.refresh()) == {}
    group = only(elb.describe_target_groups()["TargetGroups"])
    assert (group["HealthCheckPath"], group["HealthCheckIntervalSeconds"]) == ("/up", 15)

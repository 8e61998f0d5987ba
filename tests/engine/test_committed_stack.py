"""The local stack as it is committed, brought up and seen through an ordinary AWS client."""

import json

from emulator.local.environment import ACCOUNT
from tests.engine.inventory import inventory
from tests.engine.standing import Standing, changes, only
from tests.engine.views import (
    LOG_BUCKET,
    NAME,
    assert_it_was_created_and_serves,
    assert_nothing_changes_again,
    elements,
    rules_of,
    security_group,
    service,
    tags,
    tasks,
    unanswered,
)


def test_an_up_from_nothing_creates_and_does_nothing_else(committed: Standing):
    assert set(changes(committed.made).values()) == {"create"}
    assert unanswered(committed) == []
    nouns = {each.split()[0] for each in changes(committed.made)}
    assert nouns >= {"Vpc", "LoadBalancer", "Cluster", "TaskDefinition", "Service", "NatGateway", "FlowLog"}


def test_two_of_two_tasks_serve_in_two_zones(committed: Standing):
    assert_it_was_created_and_serves(committed)


def test_a_refresh_a_second_up_and_a_preview_show_no_change(committed: Standing):
    assert_nothing_changes_again(committed)


def test_tasks_are_in_private_subnets_without_a_public_address(committed: Standing):
    ec2, running = committed.stack.client("ec2"), tasks(committed.stack)
    subnets = ec2.describe_subnets(SubnetIds=[task.subnet for task in running])["Subnets"]
    assert {tags(subnet)["Name"] for subnet in subnets} == {f"{NAME}-private-a", f"{NAME}-private-b"}
    network = service(committed.stack)["networkConfiguration"]["awsvpcConfiguration"]
    assert network["assignPublicIp"] == "DISABLED"


def test_only_the_load_balancer_reaches_the_tasks_and_only_on_nginxs_port(committed: Standing):
    stack = committed.stack
    tasks_group, balancer_group = security_group(stack, "web-tasks"), security_group(stack, "web-lb")
    assert rules_of(stack, tasks_group, egress=False) == {("tcp", 8080, 8080, balancer_group)}
    assert rules_of(stack, tasks_group, egress=True) == {("tcp", 443, 443, "0.0.0.0/0")}
    assert rules_of(stack, balancer_group, egress=False) == {("tcp", 80, 80, "0.0.0.0/0")}
    assert rules_of(stack, balancer_group, egress=True) == {("tcp", 8080, 8080, tasks_group)}
    default = security_group(stack, "web-default")
    assert rules_of(stack, default, egress=False) == rules_of(stack, default, egress=True) == set()
    assert service(stack)["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] == [tasks_group]


def test_the_listener_answers_404_and_its_one_rule_leads_to_the_target_group(committed: Standing):
    elb = committed.stack.client("elbv2")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])
    group = only(elb.describe_target_groups()["TargetGroups"])
    listener = only(elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"])
    assert (listener["Port"], listener["Protocol"]) == (80, "HTTP")
    assert only(listener["DefaultActions"])["FixedResponseConfig"]["StatusCode"] == "404"
    rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    rule = only(rule for rule in rules if not rule["IsDefault"])
    # Last of all, so that whatever asks for less comes before it.
    assert int(rule["Priority"]) > 49_000
    assert only(rule["Conditions"])["PathPatternConfig"]["Values"] == ["/*"]
    assert only(rule["Actions"])["TargetGroupArn"] == group["TargetGroupArn"]
    assert (group["TargetType"], group["Port"], group["HealthCheckPath"]) == ("ip", 8080, "/up")
    assert group["Matcher"]["HttpCode"] == "200"
    assert balancer["Scheme"] == "internet-facing"
    zones = {it["ZoneName"] for it in balancer["AvailabilityZones"]}
    assert zones == {"us-east-1a", "us-east-1b"}


def test_the_service_rolls_back_by_itself_and_stays_in_balance(committed: Standing):
    described = service(committed.stack)
    configuration = described["deploymentConfiguration"]
    assert configuration["deploymentCircuitBreaker"]["enable"] is True
    assert configuration["deploymentCircuitBreaker"]["rollback"] is True
    assert (configuration["minimumHealthyPercent"], configuration["maximumPercent"]) == (100, 200)
    assert described["healthCheckGracePeriodSeconds"] == 100
    assert described["availabilityZoneRebalancing"] == "ENABLED"
    assert described["propagateTags"] == "SERVICE"
    assert described["enableECSManagedTags"] is True
    assert described["enableExecuteCommand"] is False
    assert described["capacityProviderStrategy"] == [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}]


def test_auto_scaling_holds_cpu_memory_and_requests_between_two_and_ten_tasks(committed: Standing):
    scaling = committed.stack.client("application-autoscaling")
    target = only(scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"])
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 10)
    assert target["ResourceId"] == f"service/{NAME}/{service(committed.stack)['serviceName']}"
    policies = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    tracked = [it["TargetTrackingScalingPolicyConfiguration"] for it in policies]
    metrics = {
        it["PredefinedMetricSpecification"]["PredefinedMetricType"]: it["TargetValue"] for it in tracked
    }
    assert metrics == {
        "ECSServiceAverageCPUUtilization": 60,
        "ECSServiceAverageMemoryUtilization": 70,
        "ALBRequestCountPerTarget": 1000,
    }


def test_access_logs_go_to_a_private_bucket_that_only_the_delivery_writes(committed: Standing):
    s3, elb = committed.stack.client("s3"), committed.stack.client("elbv2")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    answered = elb.describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
    attributes = {it["Key"]: it["Value"] for it in answered}
    assert attributes["access_logs.s3.enabled"] == "true"
    assert attributes["access_logs.s3.bucket"] == LOG_BUCKET
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["deletion_protection.enabled"] == "false"

    block = s3.get_public_access_block(Bucket=LOG_BUCKET)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    allow, deny = sorted(
        json.loads(s3.get_bucket_policy(Bucket=LOG_BUCKET)["Policy"])["Statement"],
        key=lambda it: it["Effect"],
    )
    assert allow["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert elements(allow["Action"]) == ["s3:PutObject"]
    assert elements(allow["Resource"]) == [f"arn:aws:s3:::{LOG_BUCKET}/AWSLogs/{ACCOUNT}/*"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    encryption = s3.get_bucket_encryption(Bucket=LOG_BUCKET)["ServerSideEncryptionConfiguration"]
    default = only(encryption["Rules"])["ApplyServerSideEncryptionByDefault"]
    assert default == {"SSEAlgorithm": "AES256"}
    rule = only(s3.get_bucket_lifecycle_configuration(Bucket=LOG_BUCKET)["Rules"])
    assert (rule["Status"], rule["Expiration"]["Days"]) == ("Enabled", 90)
    assert s3.get_bucket_versioning(Bucket=LOG_BUCKET)["Status"] == "Enabled"


def test_flow_logs_of_all_traffic_go_to_an_encrypted_log_group(committed: Standing):
    ec2, logs = committed.stack.client("ec2"), committed.stack.client("logs")
    flow = only(ec2.describe_flow_logs()["FlowLogs"])
    assert (flow["TrafficType"], flow["LogDestinationType"]) == ("ALL", "cloud-watch-logs")
    assert flow["DeliverLogsPermissionArn"].endswith(f"role/{NAME}-flow-log-delivery")
    vpc = ec2.describe_vpcs(VpcIds=[flow["ResourceId"]])["Vpcs"]
    assert tags(only(vpc))["Name"] == f"{NAME}-vpc"
    group = only(logs.describe_log_groups(logGroupNamePrefix=f"{NAME}-flow-logs")["logGroups"])
    assert group["retentionInDays"] == 30
    key = committed.stack.client("kms").get_key_rotation_status(KeyId=group["kmsKeyId"])
    assert key["KeyRotationEnabled"] is True


def test_private_subnets_leave_through_one_nat_and_reach_s3_directly(committed: Standing):
    ec2 = committed.stack.client("ec2")
    gateway = only(ec2.describe_nat_gateways()["NatGateways"])
    tables = [
        it for it in ec2.describe_route_tables()["RouteTables"] if "-private-" in tags(it).get("Name", "")
    ]
    ways_out = [
        [route["NatGatewayId"] for route in it["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
        for it in tables
    ]
    assert ways_out == [[gateway["NatGatewayId"]]] * 2
    endpoint = only(ec2.describe_vpc_endpoints()["VpcEndpoints"])
    assert endpoint["ServiceName"] == "com.amazonaws.us-east-1.s3"
    assert set(endpoint["RouteTableIds"]) == {it["RouteTableId"] for it in tables}


def test_every_resource_carries_a_name_and_the_stacks_tags(committed: Standing):
    ec2 = committed.stack.client("ec2")
    vpc = only(it for it in ec2.describe_vpcs()["Vpcs"] if not it["IsDefault"])
    of_stack = {"Project": "web-application", "Environment": "local", "ManagedBy": "pulumi"}
    assert tags(vpc) == {**of_stack, "Name": f"{NAME}-vpc"}
    assert tags(service(committed.stack)) == {**of_stack, "Name": NAME}


def test_the_outputs_say_what_an_ordinary_client_finds(committed: Standing):
    shown = json.loads(committed.stack.pulumi("stack", "output", "--json", "--stack", "local").stdout)
    there = inventory(committed.stack)
    described = service(committed.stack)
    assert shown["service_arn"] == described["serviceArn"]
    assert shown["task_definition_arn"] == described["taskDefinition"]
    assert {shown["load_balancer_arn"]} == there["load balancer"]
    assert {shown["target_group_arn"]} == there["target group"]
    assert {shown["cluster_arn"]} == there["cluster"]
    assert {shown["listener_arn"]} == there["listener"]
    assert set(shown["private_subnet_ids"] + shown["public_subnet_ids"]) <= there["subnet"]
    assert shown["url"] == f"http://{shown['load_balancer_dns_name']}"
    assert "https_listener_arn" not in shown

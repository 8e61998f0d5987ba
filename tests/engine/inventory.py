"""Everything of a stack that an ordinary AWS client finds, kind by kind."""

import jmespath

from emulator.local.stack import LocalStack

# Kind → client, operation, arguments, and where the identifiers stand in the answer.
KINDS = {
    "vpc": ("ec2", "describe_vpcs", {}, "Vpcs[].VpcId"),
    "subnet": ("ec2", "describe_subnets", {}, "Subnets[].SubnetId"),
    "route table": ("ec2", "describe_route_tables", {}, "RouteTables[].RouteTableId"),
    "internet gateway": ("ec2", "describe_internet_gateways", {}, "InternetGateways[].InternetGatewayId"),
    "NAT gateway": (
        "ec2",
        "describe_nat_gateways",
        {},
        "NatGateways[?State=='available' || State=='pending'].NatGatewayId",
    ),
    "address": ("ec2", "describe_addresses", {}, "Addresses[].AllocationId"),
    "network interface": (
        "ec2",
        "describe_network_interfaces",
        {},
        "NetworkInterfaces[].NetworkInterfaceId",
    ),
    "security group": ("ec2", "describe_security_groups", {}, "SecurityGroups[].GroupId"),
    "security-group rule": (
        "ec2",
        "describe_security_group_rules",
        {},
        "SecurityGroupRules[].SecurityGroupRuleId",
    ),
    "endpoint": ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints[].VpcEndpointId"),
    "flow log": ("ec2", "describe_flow_logs", {}, "FlowLogs[].FlowLogId"),
    "load balancer": ("elbv2", "describe_load_balancers", {}, "LoadBalancers[].LoadBalancerArn"),
    "target group": ("elbv2", "describe_target_groups", {}, "TargetGroups[].TargetGroupArn"),
    "cluster": ("ecs", "list_clusters", {}, "clusterArns"),
    "task definition": ("ecs", "list_task_definitions", {"status": "ACTIVE"}, "taskDefinitionArns"),
    "scalable target": (
        "application-autoscaling",
        "describe_scalable_targets",
        {"ServiceNamespace": "ecs"},
        "ScalableTargets[].ResourceId",
    ),
    "scaling policy": (
        "application-autoscaling",
        "describe_scaling_policies",
        {"ServiceNamespace": "ecs"},
        "ScalingPolicies[].PolicyARN",
    ),
    "scheduled action": (
        "application-autoscaling",
        "describe_scheduled_actions",
        {"ServiceNamespace": "ecs"},
        "ScheduledActions[].ScheduledActionARN",
    ),
    "alarm": ("cloudwatch", "describe_alarms", {}, "MetricAlarms[].AlarmName"),
    "dashboard": ("cloudwatch", "list_dashboards", {}, "DashboardEntries[].DashboardName"),
    "topic": ("sns", "list_topics", {}, "Topics[].TopicArn"),
    "subscription": ("sns", "list_subscriptions", {}, "Subscriptions[].SubscriptionArn"),
    "event rule": ("events", "list_rules", {}, "Rules[].Name"),
    "role": ("iam", "list_roles", {}, "Roles[].Arn"),
    "policy": ("iam", "list_policies", {"Scope": "Local"}, "Policies[].Arn"),
    "log group": ("logs", "describe_log_groups", {}, "logGroups[].logGroupName"),
    "key alias": ("kms", "list_aliases", {}, "Aliases[].AliasName"),
    "bucket": ("s3", "list_buckets", {}, "Buckets[].Name"),
    "certificate": ("acm", "list_certificates", {}, "CertificateSummaryList[].CertificateArn"),
    "web ACL": ("wafv2", "list_web_acls", {"Scope": "REGIONAL"}, "WebACLs[].ARN"),
    "secret": ("secretsmanager", "list_secrets", {}, "SecretList[].ARN"),
    "repository": ("ecr", "describe_repositories", {}, "repositories[].repositoryArn"),
}


def inventory(stack: LocalStack) -> dict[str, frozenset[str]]:
    """The identifiers of all that is there. A KMS key counts until its deletion is scheduled."""
    found = {kind: _identifiers(stack, *where) for kind, where in KINDS.items()}
    elb, kms, route53 = stack.client("elbv2"), stack.client("kms"), stack.client("route53")
    listeners = [
        listener["ListenerArn"]
        for balancer in found["load balancer"]
        for listener in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    ]
    rules = [rule["RuleArn"] for it in listeners for rule in elb.describe_rules(ListenerArn=it)["Rules"]]
    keys = [it["KeyId"] for it in kms.list_keys()["Keys"]]
    kept = [it for it in keys if kms.describe_key(KeyId=it)["KeyMetadata"]["KeyState"] == "Enabled"]
    records = [
        f"{record['Type']} {record['Name']}"
        for zone in route53.list_hosted_zones()["HostedZones"]
        for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    ]
    more = {"listener": listeners, "listener rule": rules, "key": kept, "record": records}
    return {**found, **{kind: frozenset(identifiers) for kind, identifiers in more.items()}}


def _identifiers(
    stack: LocalStack, service: str, operation: str, arguments: dict[str, str], where: str
) -> frozenset[str]:
    client = stack.client(service)
    if client.can_paginate(operation):
        pages = client.get_paginator(operation).paginate(**arguments)
    else:
        pages = [getattr(client, operation)(**arguments)]
    return frozenset(identifier for page in pages for identifier in jmespath.search(where, page) or [])

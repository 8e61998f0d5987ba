"""Scaling, alarms, logs, events, notifications and the firewall on the embedded AWS."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Clients = Callable[[str], Any]


def refusal(call: Callable[..., Any], **keywords: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**keywords)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return caught.value.response["Error"]["Code"]


@pytest.fixture
def target(client: Clients, unique: str) -> dict[str, str]:
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{unique}/web",
        "ScalableDimension": "ecs:service:DesiredCount",
    }


@pytest.fixture
def service(client: Clients, network: Any, unique: str) -> None:
    ecs = client("ecs")
    ecs.create_cluster(clusterName=unique)
    ecs.register_task_definition(
        family=unique,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "web", "image": "web:1"}],
    )
    ecs.create_service(
        cluster=unique,
        serviceName="web",
        taskDefinition=unique,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network.subnets}},
    )


def test_a_scalable_target_has_tags_policies_and_schedules(
    client: Clients, service: None, target: dict[str, str]
) -> None:
    scaling = client("application-autoscaling")
    made = scaling.register_scalable_target(**target, MinCapacity=2, MaxCapacity=10, Tags={"Name": "x"})
    arn = made["ScalableTargetARN"]
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Name": "x"}
    scaling.tag_resource(ResourceARN=arn, Tags={"team": "web"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["Name"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"team": "web"}
    again = scaling.register_scalable_target(**target, MinCapacity=3)
    assert again["ScalableTargetARN"] == arn
    shown = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[target["ResourceId"]])
    seen = shown["ScalableTargets"][0]
    assert (seen["MinCapacity"], seen["MaxCapacity"], seen["ScalableTargetARN"]) == (3, 10, arn)
    tracking = {
        "TargetValue": 60.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        "ScaleInCooldown": 300,
        "ScaleOutCooldown": 60,
    }
    scaling.put_scaling_policy(
        **target,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking,
    )
    policy = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=target["ResourceId"])
    assert policy["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"] == tracking
    other = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["memory"])
    assert other["ScalingPolicies"] == []
    scaling.put_scheduled_action(
        **target,
        ScheduledActionName="night",
        Schedule="cron(0 20 * * ? *)",
        Timezone="Europe/Berlin",
        ScalableTargetAction={"MinCapacity": 2, "MaxCapacity": 4},
    )
    action = scaling.describe_scheduled_actions(ServiceNamespace="ecs", ResourceId=target["ResourceId"])
    seen_action = action["ScheduledActions"][0]
    assert (seen_action["Timezone"], seen_action["ScalableTargetAction"]["MaxCapacity"]) == (
        "Europe/Berlin",
        4,
    )
    scaling.delete_scheduled_action(**target, ScheduledActionName="night")
    scaling.delete_scaling_policy(**target, PolicyName="cpu")
    scaling.deregister_scalable_target(**target)
    assert refusal(scaling.deregister_scalable_target, **target) == "ObjectNotFoundException"
    assert refusal(scaling.list_tags_for_resource, ResourceARN=arn) == "ResourceNotFoundException"


def test_a_scaling_policy_changes_in_place_and_its_alarms_go_with_the_target(
    client: Clients, service: None, target: dict[str, str]
) -> None:
    scaling, cloudwatch = client("application-autoscaling"), client("cloudwatch")
    scaling.register_scalable_target(**target, MinCapacity=2, MaxCapacity=10)

    def put(goal: float) -> tuple[str, list[str]]:
        made = scaling.put_scaling_policy(
            **target,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": goal,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            },
        )
        return made["PolicyARN"], [alarm["AlarmName"] for alarm in made["Alarms"]]

    arn, alarms = put(60.0)
    assert put(50.0) == (arn, alarms)
    found = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=target["ResourceId"])
    assert found["ScalingPolicies"][0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0
    assert len(cloudwatch.describe_alarms(AlarmNames=alarms)["MetricAlarms"]) == 2
    scaling.deregister_scalable_target(**target)
    assert cloudwatch.describe_alarms(AlarmNames=alarms)["MetricAlarms"] == []


def test_a_composite_alarm_comes_back(client: Clients, unique: str) -> None:
    cloudwatch = client("cloudwatch")
    metric: dict[str, Any] = {
        "AlarmName": f"{unique}-5xx",
        "AlarmDescription": "too many errors",
        "MetricName": "HTTPCode_ELB_5XX_Count",
        "Namespace": "AWS/ApplicationELB",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "Dimensions": [{"Name": "LoadBalancer", "Value": "app/x/1"}],
        "Tags": [{"Key": "Name", "Value": unique}],
    }
    cloudwatch.put_metric_alarm(**metric)
    shown = cloudwatch.describe_alarms(AlarmNames=[metric["AlarmName"]])["MetricAlarms"][0]
    wanted = {key: value for key, value in metric.items() if key != "Tags"}
    assert wanted.items() <= shown.items()
    tags = cloudwatch.list_tags_for_resource(ResourceARN=shown["AlarmArn"])["Tags"]
    assert tags == [{"Key": "Name", "Value": unique}]
    composite: dict[str, Any] = {
        "AlarmName": unique,
        "AlarmRule": f'ALARM("{unique}-5xx") OR ALARM("{unique}-5xx")',
        "AlarmDescription": "either",
        "ActionsEnabled": True,
        "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:x"],
        "OKActions": [],
        "InsufficientDataActions": [],
        "ActionsSuppressor": f"{unique}-5xx",
        "ActionsSuppressorWaitPeriod": 60,
        "ActionsSuppressorExtensionPeriod": 30,
    }
    cloudwatch.put_composite_alarm(**composite, Tags=[{"Key": "Name", "Value": unique}])
    seen = cloudwatch.describe_alarms(AlarmNames=[unique], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][
        0
    ]
    assert composite.items() <= seen.items()
    assert seen["StateValue"] == "INSUFFICIENT_DATA"
    tags = cloudwatch.list_tags_for_resource(ResourceARN=seen["AlarmArn"])["Tags"]
    assert tags == [{"Key": "Name", "Value": unique}]
    assert cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"] == []
    assert refusal(cloudwatch.delete_alarms, AlarmNames=[f"{unique}-5xx"]) == "ValidationError"
    cloudwatch.delete_alarms(AlarmNames=[unique])
    cloudwatch.delete_alarms(AlarmNames=[f"{unique}-5xx"])
    assert (
        cloudwatch.describe_alarms(AlarmNames=[unique], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        == []
    )


def test_an_alarm_of_metric_math_comes_back(client: Clients, unique: str) -> None:
    cloudwatch = client("cloudwatch")
    metrics = [
        {"Id": "e", "Expression": "m / 2", "Label": "half", "ReturnData": True},
        {
            "Id": "m",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/ECS", "MetricName": "CPUUtilization", "Dimensions": []},
                "Period": 60,
                "Stat": "Average",
            },
        },
    ]
    cloudwatch.put_metric_alarm(
        AlarmName=unique,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Metrics=metrics,
    )
    shown = cloudwatch.describe_alarms(AlarmNames=[unique])["MetricAlarms"][0]
    assert [one["Id"] for one in shown["Metrics"]] == ["e", "m"]
    assert [one["ReturnData"] for one in shown["Metrics"]] == [True, False]
    assert shown["Metrics"][1]["MetricStat"]["Stat"] == "Average"


def test_a_dashboard_comes_back(client: Clients, unique: str) -> None:
    cloudwatch = client("cloudwatch")
    body = json.dumps({"widgets": []})
    cloudwatch.put_dashboard(DashboardName=unique, DashboardBody=body)
    assert cloudwatch.get_dashboard(DashboardName=unique)["DashboardBody"] == body
    cloudwatch.delete_dashboards(DashboardNames=[unique])
    assert refusal(cloudwatch.get_dashboard, DashboardName=unique) in (
        "ResourceNotFound",
        "ResourceNotFoundException",
    )


def test_log_groups_and_their_policies(client: Clients, unique: str) -> None:
    logs, kms = client("logs"), client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    logs.create_log_group(
        logGroupName=unique, kmsKeyId=key, logGroupClass="INFREQUENT_ACCESS", tags={"Name": unique}
    )
    assert refusal(logs.create_log_group, logGroupName=unique) == "ResourceAlreadyExistsException"
    logs.put_retention_policy(logGroupName=unique, retentionInDays=30)
    group = logs.describe_log_groups(logGroupNamePrefix=unique)["logGroups"][0]
    assert (group["retentionInDays"], group["kmsKeyId"]) == (30, key)
    assert group["logGroupClass"] == "INFREQUENT_ACCESS"
    assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == {
        "Name": unique
    }
    logs.put_resource_policy(policyName=unique, policyDocument="{}")
    policies = {one["policyName"] for one in logs.describe_resource_policies()["resourcePolicies"]}
    assert unique in policies
    logs.delete_resource_policy(policyName=unique)
    logs.delete_log_group(logGroupName=unique)
    assert refusal(logs.delete_log_group, logGroupName=unique) == "ResourceNotFoundException"


def test_a_saved_query_comes_back(client: Clients, unique: str) -> None:
    logs = client("logs")
    made = logs.put_query_definition(name=unique, queryString="fields @message", logGroupNames=[])
    seen = logs.describe_query_definitions(queryDefinitionNamePrefix=unique)["queryDefinitions"]
    assert [(one["queryDefinitionId"], one["queryString"]) for one in seen] == [
        (made["queryDefinitionId"], "fields @message")
    ]
    changed: dict[str, Any] = {"name": unique, "queryString": "stats count()", "logGroupNames": []}
    logs.put_query_definition(queryDefinitionId=made["queryDefinitionId"], **changed)
    seen = logs.describe_query_definitions(queryDefinitionNamePrefix=unique)["queryDefinitions"]
    assert [one["queryString"] for one in seen] == ["stats count()"]
    assert logs.delete_query_definition(queryDefinitionId=made["queryDefinitionId"])["success"] is True
    assert logs.describe_query_definitions(queryDefinitionNamePrefix=unique)["queryDefinitions"] == []
    assert refusal(logs.delete_query_definition, queryDefinitionId="x") == "ResourceNotFoundException"


def test_a_rule_with_targets_comes_back_and_is_not_deleted_before_them(client: Clients, unique: str) -> None:
    events = client("events")
    pattern = json.dumps({"source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"]})
    arn = events.put_rule(
        Name=unique,
        EventPattern=pattern,
        Description="d",
        State="ENABLED",
        Tags=[{"Key": "Name", "Value": unique}],
    )["RuleArn"]
    target = {
        "Id": "sns",
        "Arn": "arn:aws:sns:us-east-1:123456789012:x",
        "InputTransformer": {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": '"<a>"'},
        "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60},
    }
    events.put_targets(Rule=unique, Targets=[target])
    assert events.list_targets_by_rule(Rule=unique)["Targets"] == [target]
    seen = events.describe_rule(Name=unique)
    assert (json.loads(seen["EventPattern"]), seen["Description"]) == (json.loads(pattern), "d")
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "Name", "Value": unique}]
    assert refusal(events.delete_rule, Name=unique) == "ValidationException"
    events.remove_targets(Rule=unique, Ids=["sns"])
    events.delete_rule(Name=unique)
    assert refusal(events.describe_rule, Name=unique) == "ResourceNotFoundException"


def test_a_topic_with_policy_and_subscription(client: Clients, unique: str) -> None:
    sns = client("sns")
    attributes = {"DisplayName": "alarms", "KmsMasterKeyId": "alias/aws/sns"}
    arn = sns.create_topic(Name=unique, Attributes=attributes, Tags=[{"Key": "Name", "Value": unique}])[
        "TopicArn"
    ]
    assert (
        sns.create_topic(Name=unique, Attributes=attributes, Tags=[{"Key": "Name", "Value": unique}])[
            "TopicArn"
        ]
        == arn
    )
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    seen = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert json.loads(seen["Policy"]) == json.loads(policy)
    assert attributes.items() <= seen.items()
    subscription = sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:us-east-1:123456789012:q",
        Attributes={"RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    shown = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert (shown["RawMessageDelivery"], shown["Endpoint"]) == (
        "true",
        "arn:aws:sqs:us-east-1:123456789012:q",
    )
    sns.unsubscribe(SubscriptionArn=subscription)
    assert refusal(sns.get_subscription_attributes, SubscriptionArn=subscription) == "NotFound"
    sns.delete_topic(TopicArn=arn)
    assert refusal(sns.get_topic_attributes, TopicArn=arn) == "NotFound"


def test_a_firewall_with_rules_guards_a_load_balancer(client: Clients, network: Any, unique: str) -> None:
    waf = client("wafv2")
    visibility = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": unique}
    rules = [
        {
            "Name": "common",
            "Priority": 1,
            "Statement": {
                "ManagedRuleGroupStatement": {
                    "VendorName": "AWS",
                    "Name": "AWSManagedRulesCommonRuleSet",
                    "RuleActionOverrides": [{"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}],
                }
            },
            "OverrideAction": {"None": {}},
            "VisibilityConfig": visibility,
        },
        {
            "Name": "rate",
            "Priority": 2,
            "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}},
            "Action": {"Block": {}},
            "VisibilityConfig": visibility,
        },
    ]
    common: dict[str, Any] = {"Name": unique, "Scope": "REGIONAL"}
    body: dict[str, Any] = {"DefaultAction": {"Allow": {}}, "VisibilityConfig": visibility, "Rules": rules}
    made = waf.create_web_acl(**common, **body, Description="d", Tags=[{"Key": "Name", "Value": unique}])[
        "Summary"
    ]
    seen = waf.get_web_acl(**common, Id=made["Id"])
    assert seen["WebACL"]["Rules"] == rules
    assert seen["WebACL"]["Description"] == "d"
    assert refusal(waf.create_web_acl, **common, **body) == "WAFDuplicateItemException"
    assert (
        refusal(waf.update_web_acl, **common, **body, Id=made["Id"], LockToken="x" * 36)
        == "WAFOptimisticLockException"
    )
    waf.associate_web_acl(WebACLArn=made["ARN"], ResourceArn=network.load_balancer)
    assert waf.get_web_acl_for_resource(ResourceArn=network.load_balancer)["WebACL"]["ARN"] == made["ARN"]
    assert waf.list_resources_for_web_acl(WebACLArn=made["ARN"])["ResourceArns"] == [network.load_balancer]
    token = seen["LockToken"]
    assert (
        refusal(waf.delete_web_acl, **common, Id=made["Id"], LockToken=token) == "WAFAssociatedItemException"
    )
    waf.disassociate_web_acl(ResourceArn=network.load_balancer)
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=network.load_balancer)
    group = f"aws-waf-logs-{unique}"
    client("logs").create_log_group(logGroupName=group)
    logging = {
        "ResourceArn": made["ARN"],
        "LogDestinationConfigs": [f"arn:aws:logs:us-east-1:123456789012:log-group:{group}"],
        "RedactedFields": [{"SingleHeader": {"Name": "authorization"}}],
    }
    waf.put_logging_configuration(LoggingConfiguration=logging)
    kept = waf.get_logging_configuration(ResourceArn=made["ARN"])["LoggingConfiguration"]
    assert logging.items() <= kept.items()
    waf.delete_logging_configuration(ResourceArn=made["ARN"])
    assert refusal(waf.get_logging_configuration, ResourceArn=made["ARN"]) == "WAFNonexistentItemException"
    waf.delete_web_acl(**common, Id=made["Id"], LockToken=token)
    assert refusal(waf.get_web_acl, **common, Id=made["Id"]) == "WAFNonexistentItemException"

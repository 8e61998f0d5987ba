"""Examples of the rules about logs, alarms and tags."""

from __future__ import annotations

import pulumi_aws as aws


def bad_logs_retention() -> None:
    aws.cloudwatch.LogGroup("web", name="web")


def good_logs_retention() -> None:
    aws.cloudwatch.LogGroup("web", name="web", retention_in_days=90)


def bad_alarm_action() -> None:
    aws.cloudwatch.MetricAlarm(
        "errors",
        namespace="AWS/ApplicationELB",
        metric_name="HTTPCode_Target_5XX_Count",
        statistic="Sum",
        period=60,
        evaluation_periods=5,
        threshold=10,
        comparison_operator="GreaterThanThreshold",
    )


def good_alarm_action() -> None:
    alarms = aws.sns.Topic("alarms")
    aws.cloudwatch.MetricAlarm(
        "errors",
        namespace="AWS/ApplicationELB",
        metric_name="HTTPCode_Target_5XX_Count",
        statistic="Sum",
        period=60,
        evaluation_periods=5,
        threshold=10,
        comparison_operator="GreaterThanThreshold",
        alarm_actions=[alarms.arn],
    )


def bad_tags_required() -> None:
    # In the pack's config: {"tags.required": {"required_tags": ["owner"]}}
    aws.cloudwatch.LogGroup("web", name="web", tags={"Name": "web"})


def good_tags_required() -> None:
    # In the pack's config: {"tags.required": {"required_tags": ["owner"]}}
    aws.cloudwatch.LogGroup("web", name="web", tags={"owner": "team-web"})

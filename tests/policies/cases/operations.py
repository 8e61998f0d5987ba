"""Cases of the rules about logs, alarms and tags."""

from typing import Any

from ecs_policies.kinds import (
    COMPOSITE_ALARM,
    DEPLOYMENT_GROUP,
    HEALTH_CHECK,
    LOG_GROUP,
    METRIC_ALARM,
    ROLE_POLICY,
    SERVICE,
    TOPIC,
)
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import ACCOUNT, resource


def group(properties: dict[str, Any] | None = None) -> Resource:
    """A log group with these properties."""
    return resource(LOG_GROUP, "logs", properties)


RETENTION = (
    *(
        Case(rule="logs.retention", says=f"takes {what}", stack=(group(properties),))
        for what, properties in (
            ("a week", {"retentionInDays": 7}),
            ("ten years", {"retentionInDays": "3653"}),
            ("a delivery class, which AWS keeps for two days", {"logGroupClass": "DELIVERY"}),
        )
    ),
    Case(
        rule="logs.retention",
        says="finds logs that are kept for ever, said or not",
        stack=(group(), resource(LOG_GROUP, "second", {"retentionInDays": 0, "logGroupClass": "STANDARD"})),
        finds=(("logs", "retentionInDays"), ("second", "retentionInDays")),
        told=("logs are kept for ever",),
    ),
    Case(
        rule="logs.retention",
        says="finds logs that are kept for longer than the config allows",
        stack=(group({"retentionInDays": 400}), resource(LOG_GROUP, "second", {"retentionInDays": 365})),
        finds=(("logs", "retentionInDays"),),
        told=("400 days, more than the 365 allowed",),
        options={"maximum_retention_days": 365},
    ),
    Case(
        rule="logs.retention",
        says="can't tell while the days aren't known",
        stack=(group({"retentionInDays": UNKNOWN}),),
        unsure=(("logs", "retentionInDays"),),
    ),
    Case(
        rule="logs.retention",
        says="can't read days that are no number",
        stack=(group({"retentionInDays": "a week"}),),
        unsure=(("logs", "retentionInDays"),),
        malformed=True,
    ),
)

A_TOPIC = resource(TOPIC, "topic")
ARN = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:errors"


def alarm(properties: dict[str, Any] | None = None, type_: str = METRIC_ALARM, **made_from: Any) -> Resource:
    """An alarm with these properties."""
    return resource(type_, "alarm", properties, **made_from)


def composite(rule: Any, **more: Any) -> Resource:
    """A composite alarm with an action."""
    made_from = {"alarmRule": alarm()} if rule is UNKNOWN else {}
    properties = {"alarmName": "all", "alarmRule": rule, "alarmActions": [UNKNOWN], **more}
    return resource(COMPOSITE_ALARM, "composite", properties, **made_from)


ALARMS = (
    *(
        Case(rule="alarm.action", says=f"takes {what}", stack=stack)
        for what, stack in (
            ("an alarm with an action", (alarm({"alarmActions": ["arn:aws:sns:::a"]}),)),
            ("one with an action that isn't known yet", (alarm({"alarmActions": [UNKNOWN]}),)),
            (
                "actions that come from a topic",
                (A_TOPIC, alarm({"alarmActions": UNKNOWN}, alarmActions=A_TOPIC)),
            ),
            ("a part of a composite alarm", (alarm(), composite(UNKNOWN))),
            ("a part by name", (alarm({"name": "errors"}), composite("OK(slow) OR ALARM(errors)"))),
            ("a part by ARN", (alarm({"name": "errors"}), composite(f'NOT ALARM("{ARN}")'))),
            (
                "a composite alarm in another",
                (alarm({"alarmName": "errors"}, COMPOSITE_ALARM), composite("ALARM( errors )")),
            ),
            (
                "one that silences a composite alarm",
                (alarm({"name": "errors"}), composite("TRUE", actionsSuppressor={"alarm": ARN})),
            ),
            (
                "one that rolls a deployment of ECS back",
                (
                    alarm({"name": "errors", "actionsEnabled": False}),
                    resource(SERVICE, "service", {"alarms": {"alarmNames": ["errors"], "enable": True}}),
                ),
            ),
            (
                "one that rolls a deployment of CodeDeploy back",
                (
                    alarm({"name": "errors"}),
                    resource(DEPLOYMENT_GROUP, "group", {"alarmConfiguration": {"alarms": ["errors"]}}),
                ),
            ),
            (
                "one that a health check goes by",
                (
                    alarm(),
                    resource(
                        HEALTH_CHECK, "check", {"cloudwatchAlarmName": UNKNOWN}, cloudwatchAlarmName=alarm()
                    ),
                ),
            ),
        )
    ),
    Case(
        rule="alarm.action",
        says="finds alarms of both kinds without an action",
        stack=(
            alarm({"name": "errors", "okActions": ["arn:aws:sns:::a"], "alarmActions": []}),
            resource(COMPOSITE_ALARM, "composite", {"alarmRule": "ALARM(others)"}),
        ),
        finds=(("alarm", "alarmActions"), ("composite", "alarmActions")),
    ),
    Case(
        rule="alarm.action",
        says="finds actions that are off",
        stack=(alarm({"alarmActions": [UNKNOWN], "actionsEnabled": "false"}),),
        finds=(("alarm", "actionsEnabled"),),
    ),
    Case(
        rule="alarm.action",
        says="can't tell while the actions, or whether they are on, aren't known",
        stack=(alarm({"alarmActions": UNKNOWN, "actionsEnabled": UNKNOWN}),),
        unsure=(("alarm", "alarmActions"), ("alarm", "actionsEnabled")),
    ),
    Case(
        rule="alarm.action",
        says="can't read actions that are none",
        stack=(alarm({"alarmActions": [{"topic": "a"}]}),),
        unsure=(("alarm", "alarmActions"),),
        malformed=True,
    ),
)

OWNER = {"required_tags": ["cost-center", "owner"]}
SCALING_GROUP = "aws:autoscaling/group:Group"

TAGS = (
    Case(
        rule="tags.required",
        says="takes resources with the tags, whatever their values, and those that take none",
        stack=(
            group({"tags": {"owner": "web", "cost-center": UNKNOWN, "Name": "logs"}}),
            resource(
                SCALING_GROUP,
                "instances",
                {"tags": [{"key": "owner", "value": "web"}, {"key": "cost-center", "value": "1"}]},
            ),
            resource(ROLE_POLICY, "policy"),
        ),
        options=OWNER,
    ),
    Case(
        rule="tags.required",
        says="asks for no tag by default",
        stack=(group(), resource(LOG_GROUP, "second", {"tags": UNKNOWN})),
    ),
    Case(
        rule="tags.required",
        says="finds each tag that is missing",
        stack=(
            group({"tags": {"owner": "web", "Cost-Center": "1"}}),
            resource("aws:alb/targetGroup:TargetGroup", "target"),
            resource(SCALING_GROUP, "instances", {"tags": [{"key": "owner"}, {"value": "cost-center"}]}),
            resource("aws:rds/instance:Instance", "database", {"tags": {"owner": None, "cost-center": "1"}}),
        ),
        finds=(
            ("logs", "tags[cost-center]"),
            ("target", "tags[cost-center]"),
            ("target", "tags[owner]"),
            ("instances", "tags[cost-center]"),
            ("database", "tags[owner]"),
        ),
        options=OWNER,
    ),
    Case(
        rule="tags.required",
        says="can't tell while the tags aren't known",
        stack=(group({"tags": UNKNOWN}),),
        unsure=(("logs", "tags"),),
        options=OWNER,
    ),
    Case(
        rule="tags.required",
        says="can't read tags that are none",
        stack=(group({"tags": "owner"}),),
        unsure=(("logs", "tags"),),
        malformed=True,
        options=OWNER,
    ),
)

CASES = (*RETENTION, *ALARMS, *TAGS)

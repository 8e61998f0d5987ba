"""Mistakes in the network and load balancer, and in what keeps data; all of a table fit into one
stack together.
"""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws
from ecs_policies import kinds

from tests.engine.three_doors.spoiling import Make, Mistake, add, change, document, statement, the

_VPC = "10.0.0.0/16"


def let_in(name: str, group: str, *, port: int, source: str) -> Make:
    """A rule more on a security group."""
    return add(
        lambda: aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=the(kinds.SECURITY_GROUP, group).id,
            description="By mistake",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=source,
        )
    )


NETWORK: Mapping[str, Mistake] = {
    "tasks in a public subnet": Mistake(
        make=change(
            kinds.ROUTE,
            "web-private-a",
            nat_gateway_id=None,
            gateway_id=lambda _: the(kinds.INTERNET_GATEWAY, "web-internet").id,
        ),
        found=("service.private-subnets", "web", "networkConfiguration.subnets[web-private-a]"),
    ),
    "malformed headers that pass": Mistake(
        make=change(kinds.LOAD_BALANCER, "web-lb", drop_invalid_header_fields=None),
        found=("load-balancer.request-smuggling", "web-lb", "dropInvalidHeaderFields"),
    ),
    "a load balancer that reaches everything": Mistake(
        make=change(kinds.EGRESS_RULE, "web-to-tasks", referenced_security_group_id=None, cidr_ipv4=_VPC),
        found=("load-balancer.egress", "web-to-tasks", "cidrIpv4"),
    ),
    "errors that count as health": Mistake(
        make=change(
            kinds.TARGET_GROUP,
            "web",
            health_check=lambda given: {**given["health_check"], "matcher": "200-499"},
        ),
        found=("target-group.health-check", "web", "healthCheck.matcher"),
    ),
    "SSH from everywhere": Mistake(
        make=let_in("ssh", "web-lb", port=22, source="0.0.0.0/0"),
        found=("network.high-risk-port", "ssh", "cidrIpv4"),
    ),
    "tasks that the whole network reaches": Mistake(
        make=let_in("inside", "web-tasks", port=8080, source=_VPC),
        found=("network.tasks-reached-by-others", "inside", "cidrIpv4"),
    ),
    "everything out to everywhere": Mistake(
        make=change(kinds.EGRESS_RULE, "web-to-internet", ip_protocol="-1", from_port=None, to_port=None),
        found=("network.egress-to-everywhere", "web-to-internet", "cidrIpv4"),
    ),
    "a default group that lets its members in": Mistake(
        make=change(
            kinds.DEFAULT_SECURITY_GROUP,
            "web-default",
            ingress=[{"protocol": "-1", "self": True, "from_port": 0, "to_port": 0}],
        ),
        found=("network.default-security-group", "web-default", "ingress[all]"),
    ),
    "an endpoint for anybody": Mistake(
        make=change(kinds.VPC_ENDPOINT, "web-s3", policy=None),
        found=("endpoint.open-policy", "web-s3", "policy"),
    ),
}


def repository(name: str, **arguments: Any) -> aws.ecr.Repository:
    return aws.ecr.Repository(
        name,
        **{
            "image_tag_mutability": "IMMUTABLE",
            "image_scanning_configuration": {"scan_on_push": True},
            **arguments,
        },
    )


def open_repository() -> None:
    anyone = document({"Action": "ecr:BatchGetImage", "Principal": "*"})
    aws.ecr.RepositoryPolicy("public", repository=repository("shared").name, policy=anyone)


def quiet_alarm() -> None:
    aws.cloudwatch.MetricAlarm(
        "errors",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        metric_name="HTTPCode_Target_5XX_Count",
        namespace="AWS/ApplicationELB",
        period=60,
        statistic="Sum",
        threshold=10,
    )


DATA: Mapping[str, Mistake] = {
    "a bucket that may become public": Mistake(
        make=change(kinds.PUBLIC_ACCESS_BLOCK, "web-access-logs", restrict_public_buckets=None),
        found=("s3.public-access", "web-access-logs", "restrictPublicBuckets"),
    ),
    "a bucket without TLS": Mistake(
        make=change(
            kinds.BUCKET_POLICY, "web-access-logs", policy=statement("TlsOnly", Action=["s3:GetObject"])
        ),
        found=("s3.tls-only", "web-access-logs", "policy"),
    ),
    "logs that are kept for ever": Mistake(
        make=change(kinds.LOG_GROUP, "web-sidecars", retention_in_days=None),
        found=("logs.retention", "web-sidecars", "retentionInDays"),
    ),
    "a key that is gone in a week": Mistake(
        make=change(kinds.KEY, "web-flow-logs", deletion_window_in_days=7),
        found=("data.deletion-window", "web-flow-logs", "deletionWindowInDays"),
    ),
    "tags that move": Mistake(
        make=add(lambda: repository("sidecars", image_tag_mutability=None)),
        found=("ecr.immutable-tags", "sidecars", "imageTagMutability"),
    ),
    "a repository open to the world": Mistake(
        make=add(open_repository),
        found=("data.public-grant", "public", "policy.Statement[0].Principal"),
    ),
    "a secret that is never replaced": Mistake(
        make=add(lambda: aws.secretsmanager.Secret("token")),
        found=("secrets.rotation", "token", "rotation"),
    ),
    "a topic without a key": Mistake(
        make=add(lambda: aws.sns.Topic("events")),
        found=("data.customer-key", "events", "kmsMasterKeyId"),
    ),
    "an alarm that tells nobody": Mistake(
        make=add(quiet_alarm),
        found=("alarm.action", "errors", "alarmActions"),
    ),
}

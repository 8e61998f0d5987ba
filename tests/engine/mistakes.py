"""This repository's program with thirty mistakes: in properties of its resources, and in resources too many.

`run` stands in the place of `__main__.py`. Each mistake has the rule that has to find it, and where.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

PROGRAM = Path(__file__).parents[2] / "__main__.py"

EVERYTHING = {"ip_protocol": "-1", "from_port": None, "to_port": None}
ITSELF = [{"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}]
NO_INSIGHTS = [{"name": "containerInsights", "value": "disabled"}]

# The rule, the resource by class and logical name, and its properties as they are instead (None: not set).
CHANGED: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("alarm.action", "MetricAlarm", "web-cpu", {"alarm_actions": None}),
    ("cluster.container-insights", "Cluster", "web-cluster", {"settings": NO_INSIGHTS}),
    ("data.deletion-window", "Key", "web-flow-logs", {"deletion_window_in_days": 7}),
    ("kms.rotation", "Key", "web-alarms", {"enable_key_rotation": False}),
    ("load-balancer.access-logs", "LoadBalancer", "web-lb", {"access_logs": None}),
    ("load-balancer.public-by-accident", "LoadBalancer", "web-lb", {"internal": None}),
    ("load-balancer.public-without-authentication", "LoadBalancer", "web-lb", {"tags": {"Name": "web-lb"}}),
    ("load-balancer.request-smuggling", "LoadBalancer", "web-lb", {"drop_invalid_header_fields": False}),
    ("logs.retention", "LogGroup", "web-sidecars", {"retention_in_days": None}),
    ("network.automatic-address", "Subnet", "web-public-a", {"map_public_ip_on_launch": True}),
    ("network.default-security-group", "DefaultSecurityGroup", "web-default", {"ingress": ITSELF}),
    ("network.egress-to-everywhere", "SecurityGroupEgressRule", "web-to-internet", EVERYTHING),
    ("network.flow-logs", "FlowLog", "web-flow-logs", {"traffic_type": "ACCEPT"}),
    (
        "s3.access-control-list",
        "BucketOwnershipControls",
        "web-access-logs",
        {"rule": {"object_ownership": "ObjectWriter"}},
    ),
    ("s3.public-access", "BucketPublicAccessBlock", "web-access-logs", {"restrict_public_buckets": False}),
    (
        "s3.versioning",
        "BucketVersioning",
        "web-access-logs",
        {"versioning_configuration": {"status": "Suspended"}},
    ),
    (
        "service.rollback",
        "Service",
        "web",
        {"deployment_circuit_breaker": {"enable": True, "rollback": False}},
    ),
    ("service.tags-propagated", "Service", "web", {"propagate_tags": None}),
    (
        "target-group.health-check",
        "TargetGroup",
        "web",
        {"health_check": {"path": "/up", "matcher": "200-499"}},
    ),
)

ADDED = (
    ("data.customer-key", "plain"),
    ("data.public-grant", "open"),
    ("ecr.immutable-tags", "loose"),
    ("ecr.scan-on-push", "loose"),
    ("iam.admin", "everything"),
    ("iam.public-trust", "visitor"),
    ("iam.task-role-pulls-images", "pulls"),
    ("network.high-risk-port", "bastion"),
    ("network.tasks-reached-by-others", "neighbours"),
    ("role.execution-role-extras", "extras"),
    ("secrets.rotation", "constant"),
    ("task.secret-in-environment", "leak"),
)

EXPECTED = {*ADDED, *((rule, name) for rule, _, name, _ in CHANGED)}
"""Each rule with the logical name of the resource that it has to find."""


def run() -> None:
    """The program with all mistakes."""
    made: dict[tuple[str, str], Any] = {}

    def spoil(given: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        key = given.type_.rpartition(":")[2], given.name
        made[key] = given.resource
        props = dict(given.props)
        for _, kind, name, changes in CHANGED:
            if key == (kind, name):
                props.update(changes)
        return pulumi.ResourceTransformationResult(props, given.opts)

    pulumi.runtime.register_stack_transformation(spoil)
    runpy.run_path(str(PROGRAM), run_name="__main__")
    _add(made["Role", "web-task"], made["Role", "web-execution"], made["SecurityGroup", "web-tasks"])


def _add(task: aws.iam.Role, execution: aws.iam.Role, tasks: aws.ec2.SecurityGroup) -> None:
    visitor = aws.iam.Role("visitor", assume_role_policy=document("sts:AssumeRole", Principal={"AWS": "*"}))
    aws.iam.RolePolicy("everything", role=visitor.name, policy=document("*", Resource="*"))
    aws.iam.RolePolicy("pulls", role=task.name, policy=document("ecr:BatchGetImage", Resource="*"))
    objects = "arn:aws:s3:::acme-uploads/*"
    aws.iam.RolePolicy("extras", role=execution.name, policy=document("s3:PutObject", Resource=objects))
    ssh = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
    aws.ec2.SecurityGroup("bastion", description="SSH", vpc_id=tasks.vpc_id, ingress=[ssh])
    aws.vpc.SecurityGroupIngressRule(
        "neighbours",
        security_group_id=tasks.id,
        ip_protocol="tcp",
        from_port=8080,
        to_port=8080,
        cidr_ipv4="10.0.0.0/16",
    )
    loose = aws.ecr.Repository("loose")
    anyone = document("ecr:BatchGetImage", Principal="*")
    aws.ecr.RepositoryPolicy("open", repository=loose.name, policy=anyone)
    aws.sns.Topic("plain")
    aws.secretsmanager.Secret("constant")
    password = {"name": "DB_PASSWORD", "value": "hunter2"}
    leak = {"name": "leak", "image": "leak:1.0.0", "memory": 128, "environment": [password]}
    aws.ecs.TaskDefinition("leak", family="leak", container_definitions=json.dumps([leak]))


def document(action: str, **more: Any) -> str:
    """A policy that allows one thing."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **more}]})

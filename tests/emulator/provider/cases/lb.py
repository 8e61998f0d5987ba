"""Elastic Load Balancing."""

from typing import Any

from tests.emulator.provider.cases.ec2 import gateway, group, subnet, vpc
from tests.emulator.provider.harness import Case, Made, World


def balancer(world: World) -> Made:
    gateway(world)
    subnets = [subnet(world).id, subnet(world, "b", 2).id]
    return world.make(
        "aws:lb/loadBalancer:LoadBalancer",
        "lb",
        {"name": world.name("lb")[-20:].strip("-"), "subnets": subnets},
    )


def targets(world: World, name: str = "tg") -> Made:
    inputs = {
        "vpcId": vpc(world).id,
        "port": 8080,
        "protocol": "HTTP",
        "targetType": "ip",
        "name": world.name(name)[-20:].strip("-"),
    }
    return world.make("aws:lb/targetGroup:TargetGroup", name, inputs)


def not_found() -> dict[str, Any]:
    answer = {"contentType": "text/plain", "statusCode": "404", "messageBody": "Not found"}
    return {"type": "fixed-response", "fixedResponse": answer}


def listener(world: World, port: int = 80) -> Made:
    inputs = {
        "loadBalancerArn": balancer(world).id,
        "port": port,
        "protocol": "HTTP",
        "defaultActions": [not_found()],
    }
    return world.make("aws:lb/listener:Listener", f"listener-{port}", inputs)


def certificate(world: World, domain: str) -> str:
    answer = world.client("acm").request_certificate(DomainName=domain, ValidationMethod="DNS")
    return str(answer["CertificateArn"])


def https(world: World) -> Made:
    inputs = {
        "loadBalancerArn": balancer(world).id,
        "port": 443,
        "protocol": "HTTPS",
        "certificateArn": certificate(world, "one.example.com"),
        "defaultActions": [not_found()],
    }
    return world.make("aws:lb/listener:Listener", "https", inputs)


def forward(world: World, name: str = "tg") -> list[dict[str, Any]]:
    return [{"type": "forward", "targetGroupArn": targets(world, name).id}]


def weighted(world: World) -> list[dict[str, Any]]:
    groups = [{"arn": targets(world).id, "weight": 90}, {"arn": targets(world, "tg2").id, "weight": 10}]
    return [
        {
            "type": "forward",
            "forward": {"targetGroups": groups, "stickiness": {"enabled": True, "duration": 60}},
        }
    ]


CHECK = {
    "path": "/up",
    "matcher": "200",
    "interval": 15,
    "timeout": 5,
    "healthyThreshold": 2,
    "unhealthyThreshold": 2,
}
CASES = (
    Case(
        token="aws:lb/loadBalancer:LoadBalancer",
        inputs=lambda w: {
            "name": "full-load-balancer",
            "subnets": [subnet(w).id, subnet(w, "b", 2).id],
            "securityGroups": [group(w).id],
            "internal": True,
            "idleTimeout": 75,
            "dropInvalidHeaderFields": True,
            "enableDeletionProtection": True,
            "accessLogs": {"bucket": "logs", "enabled": True, "prefix": "web"},
        },
        update={
            "enableDeletionProtection": False,
            "idleTimeout": 90,
            "securityGroups": lambda w: [group(w, "group2").id],
            "subnets": lambda w: [subnet(w).id, subnet(w, "c", 3).id],
            "accessLogs": {"bucket": "logs", "enabled": False, "prefix": "web"},
            "enableHttp2": False,
            "tags": {"Name": "other"},
        },
        replace={"name": "another", "internal": False},
    ),
    Case(
        token="aws:lb/targetGroup:TargetGroup",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "name": "full-target-group",
            "port": 8080,
            "protocol": "HTTP",
            "targetType": "ip",
            "deregistrationDelay": 30,
            "healthCheck": CHECK,
            "loadBalancingAlgorithmType": "least_outstanding_requests",
        },
        update={
            "healthCheck": {**CHECK, "path": "/healthz", "interval": 20},
            "deregistrationDelay": 60,
            "loadBalancingAlgorithmType": "round_robin",
            "stickiness": {"type": "lb_cookie", "cookieDuration": 600},
            "tags": {"Name": "other"},
        },
        replace={"port": 8081, "targetType": "instance"},
    ),
    Case(
        token="aws:lb/listener:Listener",
        inputs=lambda w: {
            "loadBalancerArn": balancer(w).id,
            "port": 8443,
            "protocol": "HTTPS",
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "certificateArn": certificate(w, "one.example.com"),
            "defaultActions": [not_found()],
        },
        update={
            "certificateArn": lambda w: certificate(w, "two.example.com"),
            "defaultActions": [{"type": "redirect", "redirect": {"statusCode": "HTTP_301", "port": "443"}}],
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06",
            "port": 9443,
            "tags": {"Name": "other"},
        },
        replace={
            "loadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/x/1"
        },
    ),
    Case(
        token="aws:lb/listenerRule:ListenerRule",
        inputs=lambda w: {
            "listenerArn": listener(w).id,
            "priority": 10,
            "conditions": [
                {"hostHeader": {"values": ["b.example.com", "a.example.com"]}},
                {"pathPattern": {"values": ["/*"]}},
            ],
            "actions": forward(w),
        },
        update={
            "actions": weighted,
            "priority": 20,
            "conditions": [
                {"httpHeader": {"httpHeaderName": "X-Test", "values": ["1"]}},
                {"queryStrings": [{"key": "a", "value": "b"}]},
            ],
            "tags": {"Name": "other"},
        },
        replace={"listenerArn": lambda w: listener(w, 81).id},
    ),
    Case(
        token="aws:lb/listenerCertificate:ListenerCertificate",
        inputs=lambda w: {"listenerArn": https(w).id, "certificateArn": certificate(w, "three.example.com")},
        replace={"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"},
    ),
)

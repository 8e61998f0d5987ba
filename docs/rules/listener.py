"""Examples of the rules about listeners and target groups."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT


def bad_listener_https() -> None:
    balancer = aws.lb.LoadBalancer("web")
    targets = aws.lb.TargetGroup("web", protocol="HTTP", port=8080)
    aws.lb.Listener(
        "http",
        load_balancer_arn=balancer.arn,
        port=80,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )


def good_listener_https() -> None:
    balancer = aws.lb.LoadBalancer("web")
    aws.lb.Listener(
        "http",
        load_balancer_arn=balancer.arn,
        port=80,
        default_actions=[
            {
                "type": "redirect",
                "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
            }
        ],
    )


def bad_listener_tls() -> None:
    balancer = aws.lb.LoadBalancer("web")
    targets = aws.lb.TargetGroup("web", protocol="HTTP", port=8080)
    aws.lb.Listener(
        "https",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        certificate_arn=f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111",
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )


def good_listener_tls() -> None:
    balancer = aws.lb.LoadBalancer("web")
    targets = aws.lb.TargetGroup("web", protocol="HTTP", port=8080)
    aws.lb.Listener(
        "https",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        certificate_arn=f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/11111111",
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )


def bad_target_group_health_check() -> None:
    # 499 is an error that the target answers; no path means the home page.
    aws.lb.TargetGroup("web", protocol="HTTP", port=8080, health_check={"matcher": "200-499"})


def good_target_group_health_check() -> None:
    aws.lb.TargetGroup("web", protocol="HTTP", port=8080, health_check={"path": "/up", "matcher": "200"})

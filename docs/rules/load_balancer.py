"""Examples of the rules about load balancers."""

from __future__ import annotations

import pulumi_aws as aws

from docs.rules.parts import ACCOUNT, document


def bad_load_balancer_access_logs() -> None:
    # A bucket alone turns nothing on.
    aws.lb.LoadBalancer("web", access_logs={"bucket": "web-access-logs"})


def good_load_balancer_access_logs() -> None:
    aws.lb.LoadBalancer("web", access_logs={"bucket": "web-access-logs", "enabled": True})


def bad_load_balancer_log_bucket() -> None:
    logs = aws.s3.Bucket("logs", bucket="web-access-logs")
    aws.s3.BucketServerSideEncryptionConfiguration(
        "logs",
        bucket=logs.bucket,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"}}],
    )
    aws.lb.LoadBalancer("web", access_logs={"bucket": logs.bucket, "enabled": True})


def good_load_balancer_log_bucket() -> None:
    logs = aws.s3.Bucket("logs", bucket="web-access-logs")
    delivery = document(
        {
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::web-access-logs/AWSLogs/{ACCOUNT}/*",
        }
    )
    aws.s3.BucketPolicy("logs", bucket=logs.bucket, policy=delivery)
    aws.lb.LoadBalancer("web", access_logs={"bucket": logs.bucket, "enabled": True})


def bad_load_balancer_request_smuggling() -> None:
    aws.lb.LoadBalancer("web", desync_mitigation_mode="monitor")


def good_load_balancer_request_smuggling() -> None:
    aws.lb.LoadBalancer("web", drop_invalid_header_fields=True)


def bad_load_balancer_deletion_protection() -> None:
    aws.lb.LoadBalancer("web")


def good_load_balancer_deletion_protection() -> None:
    aws.lb.LoadBalancer("web", enable_deletion_protection=True)


def bad_load_balancer_public_by_accident() -> None:
    aws.lb.LoadBalancer("backoffice", subnets=["subnet-0a1b2c3d", "subnet-1b2c3d4e"])


def good_load_balancer_public_by_accident() -> None:
    aws.lb.LoadBalancer("backoffice", internal=True, subnets=["subnet-0a1b2c3d", "subnet-1b2c3d4e"])
    aws.lb.LoadBalancer("shop", internal=False, subnets=["subnet-0a1b2c3d", "subnet-1b2c3d4e"])


def bad_load_balancer_public_without_authentication() -> None:
    balancer = aws.lb.LoadBalancer("web", internal=False)
    aws.lb.Listener("web", load_balancer_arn=balancer.arn, port=443, default_actions=[{"type": "forward"}])


def good_load_balancer_public_without_authentication() -> None:
    aws.lb.LoadBalancer("shop", internal=False, tags={"PublicAccess": "The shop is for everyone"})
    balancer = aws.lb.LoadBalancer("backoffice", internal=False)
    aws.lb.Listener(
        "backoffice",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        default_actions=[{"type": "authenticate-cognito"}, {"type": "forward"}],
    )


def bad_load_balancer_firewall() -> None:
    aws.lb.LoadBalancer("web", internal=False)


def good_load_balancer_firewall() -> None:
    balancer = aws.lb.LoadBalancer("web", internal=False)
    aws.wafv2.WebAclAssociation(
        "web",
        resource_arn=balancer.arn,
        web_acl_arn=f"arn:aws:wafv2:us-east-1:{ACCOUNT}:regional/webacl/web/11111111",
    )


def bad_load_balancer_egress() -> None:
    group = aws.ec2.SecurityGroup("web-lb")
    aws.vpc.SecurityGroupEgressRule(
        "web", security_group_id=group.id, ip_protocol="-1", cidr_ipv4="0.0.0.0/0"
    )
    balancer = aws.lb.LoadBalancer("web", security_groups=[group.id])
    targets = aws.lb.TargetGroup("web", target_type="ip", protocol="HTTP", port=8080)
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        port=443,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )
    aws.ecs.Service(
        "web",
        load_balancers=[{"container_name": "nginx", "container_port": 8080, "target_group_arn": targets.arn}],
    )


def good_load_balancer_egress() -> None:
    group, tasks = aws.ec2.SecurityGroup("web-lb"), aws.ec2.SecurityGroup("web-tasks")
    aws.vpc.SecurityGroupEgressRule(
        "web",
        security_group_id=group.id,
        referenced_security_group_id=tasks.id,
        ip_protocol="tcp",
        from_port=8080,
        to_port=8080,
    )
    balancer = aws.lb.LoadBalancer("web", security_groups=[group.id])
    targets = aws.lb.TargetGroup("web", target_type="ip", protocol="HTTP", port=8080)
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        port=443,
        default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
    )
    aws.ecs.Service(
        "web",
        network_configuration={"subnets": ["subnet-0a1b2c3d"], "security_groups": [tasks.id]},
        load_balancers=[{"container_name": "nginx", "container_port": 8080, "target_group_arn": targets.arn}],
    )


def bad_load_balancer_zones() -> None:
    aws.lb.LoadBalancer("tcp", load_balancer_type="network", subnets=["subnet-0a1b2c3d"])


def good_load_balancer_zones() -> None:
    aws.lb.LoadBalancer("tcp", load_balancer_type="network", subnets=["subnet-0a1b2c3d", "subnet-1b2c3d4e"])

"""Elastic Load Balancing on the embedded AWS."""

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


def test_a_protected_load_balancer_is_not_deleted(client: Clients, network: Any) -> None:
    elb = client("elbv2")
    on = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=network.load_balancer, Attributes=on)
    assert refusal(elb.delete_load_balancer, LoadBalancerArn=network.load_balancer) == "OperationNotPermitted"
    off = [{"Key": "deletion_protection.enabled", "Value": "false"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=network.load_balancer, Attributes=off)
    elb.delete_load_balancer(LoadBalancerArn=network.load_balancer)
    elb.delete_load_balancer(LoadBalancerArn=network.load_balancer)
    assert (
        refusal(elb.describe_load_balancers, LoadBalancerArns=[network.load_balancer])
        == "LoadBalancerNotFound"
    )


def test_a_target_group_in_use_is_not_deleted(client: Clients, network: Any) -> None:
    elb = client("elbv2")
    assert refusal(elb.delete_target_group, TargetGroupArn=network.target_group) == "ResourceInUse"
    elb.delete_listener(ListenerArn=network.listener)
    elb.delete_target_group(TargetGroupArn=network.target_group)


def test_attributes_come_back(client: Clients, network: Any) -> None:
    elb = client("elbv2")
    wanted = {
        "idle_timeout.timeout_seconds": "60",
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest",
        "routing.http2.enabled": "true",
        "routing.http.preserve_host_header.enabled": "true",
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "true",
        "routing.http.xff_client_port.enabled": "true",
        "routing.http.xff_header_processing.mode": "append",
        "waf.fail_open.enabled": "false",
        "zonal_shift.config.enabled": "true",
        "client_keep_alive.seconds": "3600",
        "connection_logs.s3.enabled": "false",
        "access_logs.s3.enabled": "false",
        "load_balancing.cross_zone.enabled": "true",
        "health_check_logs.s3.enabled": "false",
    }
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=network.load_balancer,
        Attributes=[{"Key": key, "Value": value} for key, value in wanted.items()],
    )
    seen = elb.describe_load_balancer_attributes(LoadBalancerArn=network.load_balancer)["Attributes"]
    assert wanted.items() <= {one["Key"]: one["Value"] for one in seen}.items()
    group = {
        "deregistration_delay.timeout_seconds": "30",
        "slow_start.duration_seconds": "0",
        "load_balancing.algorithm.type": "least_outstanding_requests",
        "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
        "load_balancing.algorithm.anomaly_mitigation": "off",
        "stickiness.enabled": "false",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": "86400",
        "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    }
    elb.modify_target_group_attributes(
        TargetGroupArn=network.target_group,
        Attributes=[{"Key": key, "Value": value} for key, value in group.items()],
    )
    seen = elb.describe_target_group_attributes(TargetGroupArn=network.target_group)["Attributes"]
    assert group.items() <= {one["Key"]: one["Value"] for one in seen}.items()


def test_rules_with_every_condition_and_weights_come_back(client: Clients, network: Any) -> None:
    elb = client("elbv2")
    conditions: list[dict[str, Any]] = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}},
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/x/*"]}},
        {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["GET"]}},
        {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
    ]
    forward = {
        "TargetGroups": [{"TargetGroupArn": network.target_group, "Weight": 100}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
    }
    made = elb.create_rule(
        ListenerArn=network.listener,
        Priority=10,
        Conditions=conditions,
        Actions=[{"Type": "forward", "ForwardConfig": forward}],
        Tags=[{"Key": "Name", "Value": "x"}],
    )["Rules"][0]["RuleArn"]
    seen = elb.describe_rules(RuleArns=[made])["Rules"][0]
    for condition in conditions:
        match = next(one for one in seen["Conditions"] if one["Field"] == condition["Field"])
        assert condition.items() <= match.items()
    assert seen["Actions"][0]["ForwardConfig"]["TargetGroups"] == forward["TargetGroups"]
    assert (
        seen["Actions"][0]["ForwardConfig"]["TargetGroupStickinessConfig"]
        == forward["TargetGroupStickinessConfig"]
    )
    assert (
        refusal(
            elb.create_rule,
            ListenerArn=network.listener,
            Priority=10,
            Conditions=conditions[:1],
            Actions=[{"Type": "forward", "TargetGroupArn": network.target_group}],
        )
        == "PriorityInUse"
    )
    assert elb.describe_tags(ResourceArns=[made])["TagDescriptions"][0]["Tags"] == [
        {"Key": "Name", "Value": "x"}
    ]
    elb.delete_rule(RuleArn=made)
    assert refusal(elb.describe_rules, RuleArns=[made]) == "RuleNotFound"


def test_a_name_with_other_settings_is_refused(client: Clients, network: Any, unique: str) -> None:
    elb = client("elbv2")
    assert (
        refusal(
            elb.create_target_group,
            Name=unique,
            Protocol="HTTP",
            Port=9999,
            VpcId=network.vpc,
            TargetType="ip",
        )
        == "DuplicateTargetGroupName"
    )
    assert refusal(elb.create_load_balancer, Name=unique, Subnets=network.subnets[:1]) in (
        "DuplicateLoadBalancerName",
        "ValidationError",
    )


def test_a_load_balancer_has_addresses_in_its_subnets_while_it_exists(client: Clients, network: Any) -> None:
    elb, ec2 = client("elbv2"), client("ec2")
    inside = [{"Name": "subnet-id", "Values": network.subnets}]
    found = ec2.describe_network_interfaces(Filters=inside)["NetworkInterfaces"]
    assert {one["SubnetId"] for one in found} == set(network.subnets)
    assert all(one["Description"].startswith("ELB app/") for one in found)
    assert refusal(ec2.delete_subnet, SubnetId=network.subnets[0]) == "DependencyViolation"
    elb.delete_load_balancer(LoadBalancerArn=network.load_balancer)
    assert ec2.describe_network_interfaces(Filters=inside)["NetworkInterfaces"] == []
    ec2.delete_subnet(SubnetId=network.subnets[0])


def test_a_tls_listener_with_another_certificate_comes_back(client: Clients, network: Any) -> None:
    elb, acm = client("elbv2"), client("acm")
    one = acm.request_certificate(DomainName="a.example.com")["CertificateArn"]
    two = acm.request_certificate(DomainName="b.example.com")["CertificateArn"]
    made = elb.create_listener(
        LoadBalancerArn=network.load_balancer,
        Protocol="HTTPS",
        Port=443,
        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
        Certificates=[{"CertificateArn": one}],
        DefaultActions=[
            {
                "Type": "fixed-response",
                "FixedResponseConfig": {
                    "StatusCode": "404",
                    "ContentType": "text/plain",
                    "MessageBody": "no",
                },
            }
        ],
    )["Listeners"][0]["ListenerArn"]
    elb.add_listener_certificates(ListenerArn=made, Certificates=[{"CertificateArn": two}])
    seen = elb.describe_listener_certificates(ListenerArn=made)["Certificates"]
    assert {(item["CertificateArn"], item["IsDefault"]) for item in seen} == {(one, True), (two, False)}
    shown = elb.describe_listeners(ListenerArns=[made])["Listeners"][0]
    assert shown["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    elb.remove_listener_certificates(ListenerArn=made, Certificates=[{"CertificateArn": two}])
    assert len(elb.describe_listener_certificates(ListenerArn=made)["Certificates"]) == 1
    wanted = [{"Key": "routing.http.response.server.enabled", "Value": "false"}]
    elb.modify_listener_attributes(ListenerArn=made, Attributes=wanted)
    attributes = elb.describe_listener_attributes(ListenerArn=made)["Attributes"]
    assert wanted[0] in attributes

"""Elastic Load Balancing: load balancers and target groups."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.attributes import Attributes
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Find, Name, Read, Resource, Tags, Wait
from emulator.provider.operation import Operation
from emulator.provider.tagging import creation

TAGS = Tags(
    tag=Call(op="add_tags", params={"ResourceArns": ["{id}"]}, send=()),
    untag=Call(op="remove_tags", params={"ResourceArns": ["{id}"]}, send=()),
    read=Read(op="describe_tags", params={"ResourceArns": ["{id}"]}, at="TagDescriptions[0].Tags"),
)
LOG_BLOCKS = {
    "accessLogs": "access_logs",
    "connectionLogs": "connection_logs",
    "healthCheckLogs": "health_check_logs",
}
BALANCER_ATTRIBUTES = Attributes(
    kind="load_balancer",
    argument="LoadBalancerArn",
    keys={
        **{
            f"{p}.{f}": f"{key}.s3.{f}"
            for p, key in LOG_BLOCKS.items()
            for f in ("bucket", "enabled", "prefix")
        },
        "clientKeepAlive": "client_keep_alive.seconds",
        "desyncMitigationMode": "routing.http.desync_mitigation_mode",
        "dnsRecordClientRoutingPolicy": "dns_record.client_routing_policy",
        "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
        "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
        "enableDeletionProtection": "deletion_protection.enabled",
        "enableHttp2": "routing.http2.enabled",
        "enableTlsVersionAndCipherSuiteHeaders": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        "enableWafFailOpen": "waf.fail_open.enabled",
        "enableXffClientPort": "routing.http.xff_client_port.enabled",
        "enableZonalShift": "zonal_shift.config.enabled",
        "idleTimeout": "idle_timeout.timeout_seconds",
        "preserveHostHeader": "routing.http.preserve_host_header.enabled",
        "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
    },
)
CREATE_BALANCER = Call(op="create_load_balancer", rename={"loadBalancerType": "Type"})
CREATION = (
    "name",
    "loadBalancerType",
    "subnets",
    "subnetMappings",
    "securityGroups",
    "ipAddressType",
    "internal",
)


def _create_balancer(operation: Operation) -> str:
    inputs = operation.inputs
    values = {n: inputs[n] for n in CREATION if n in inputs and n != "internal"}
    scheme = {"Scheme": "internal" if inputs.get("internal") else "internet-facing"}
    answer = operation.send(CREATE_BALANCER, values, {**scheme, **creation(operation)})
    return str(answer["LoadBalancers"][0]["LoadBalancerArn"])


def _balancer_settings(operation: Operation) -> Mapping[str, Any]:
    settings = dict(BALANCER_ATTRIBUTES.read().run(operation))
    for block in LOG_BLOCKS:
        if "bucket" not in settings.get(block, {}):
            settings.pop(block, None)  # never switched on
    if operation.found.get("Type") == "application":
        settings.pop("enableCrossZoneLoadBalancing", None)  # always on, and not a setting of this type
    return {**settings, "arnSuffix": operation.id.split(":loadbalancer/")[-1]}


def _network_loses_subnets(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return new.get("loadBalancerType") == "network" and bool(
        set(old.get("subnets", [])) - set(new.get("subnets", []))
    )


def _network_gains_or_loses_all_groups(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return new.get("loadBalancerType") == "network" and not (
        old.get("securityGroups") and new.get("securityGroups")
    )


LOAD_BALANCER = Resource(
    token="aws:lb/loadBalancer:LoadBalancer",
    service="elbv2",
    create=Code(run=_create_balancer, send=CREATION),
    id="@",
    upserts=True,  # CreateLoadBalancer answers with an existing one of the same name and settings
    changes=(
        Change(
            do=Call(op="set_security_groups", params={"LoadBalancerArn": "{id}"}), when=("securityGroups",)
        ),
        Change(
            do=Call(op="set_subnets", params={"LoadBalancerArn": "{id}"}), when=("subnets", "subnetMappings")
        ),
        Change(
            do=Call(op="set_ip_address_type", params={"LoadBalancerArn": "{id}"}), when=("ipAddressType",)
        ),
        BALANCER_ATTRIBUTES.change(),
    ),
    waits=(
        Wait(
            op="describe_load_balancers",
            params={"LoadBalancerArns": ["{id}"]},
            at="LoadBalancers[0].State.Code",
            until=("active",),
            failed=("failed",),
            reason="LoadBalancers[0].State.Reason",
        ),
    ),
    read=(
        Read(
            op="describe_load_balancers",
            params={"LoadBalancerArns": ["{id}"]},
            at="LoadBalancers[0]",
            props={
                "arn": "LoadBalancerArn",
                "name": "LoadBalancerName",
                "loadBalancerType": "Type",
                "dnsName": "DNSName",
                "zoneId": "CanonicalHostedZoneId",
                "internal": "Scheme == 'internal'",
                "subnets": "AvailabilityZones[].SubnetId",
            },
        ),
        Code(run=_balancer_settings),
    ),
    delete=Call(op="delete_load_balancer", params={"LoadBalancerArn": "{id}"}, retry=("ResourceInUse",)),
    tags=TAGS,
    name=Name(longest=32),
    find=Find(
        op="describe_load_balancers", params={"Names": ["{name}"]}, at="LoadBalancers[].LoadBalancerArn"
    ),
    replace=("internal", "loadBalancerType", "name"),
    replace_when={"subnets": _network_loses_subnets, "securityGroups": _network_gains_or_loses_all_groups},
    defaults={
        "loadBalancerType": "application",
        "clientKeepAlive": 3600,
        "desyncMitigationMode": "defensive",
        "dropInvalidHeaderFields": False,
        "enableDeletionProtection": False,
        "enableHttp2": True,
        "idleTimeout": 60,
        "preserveHostHeader": False,
        "xffHeaderProcessingMode": "append",
        "accessLogs.enabled": False,
        "connectionLogs.enabled": False,
    },
    enums={
        "loadBalancerType": ("application", "gateway", "network"),
        "ipAddressType": ("ipv4", "dualstack", "dualstack-without-public-ipv4"),
        "desyncMitigationMode": ("monitor", "defensive", "strictest"),
        "xffHeaderProcessingMode": ("append", "preserve", "remove"),
    },
    at_least_one=(("subnets", "subnetMappings"),),
    conflicts=(("subnets", "subnetMappings"),),
    sets=("subnets", "subnetMappings", "securityGroups"),
    computed=("dnsRecordClientRoutingPolicy",),
    refused=(
        "customerOwnedIpv4Pool",
        "enablePrefixForIpv6SourceNat",
        "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        "ipamPools",
        "minimumLoadBalancerCapacity",
        "namePrefix",
        "secondaryIpsAutoAssignedPerSubnet",
        "subnetMappings.outpostId",
    ),
)

HEALTH_CHECK = {
    "enabled": "HealthCheckEnabled",
    "healthyThreshold": "HealthyThresholdCount",
    "interval": "HealthCheckIntervalSeconds",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "timeout": "HealthCheckTimeoutSeconds",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}
GROUP_ATTRIBUTES = Attributes(
    kind="target_group",
    argument="TargetGroupArn",
    keys={
        "connectionTermination": "deregistration_delay.connection_termination.enabled",
        "deregistrationDelay": "deregistration_delay.timeout_seconds",
        "lambdaMultiValueHeadersEnabled": "lambda.multi_value_headers.enabled",
        "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
        "loadBalancingAnomalyMitigation": "load_balancing.algorithm.anomaly_mitigation",
        "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
        "preserveClientIp": "preserve_client_ip.enabled",
        "proxyProtocolV2": "proxy_protocol_v2.enabled",
        "slowStart": "slow_start.duration_seconds",
        "stickiness.enabled": "stickiness.enabled",
        "stickiness.type": "stickiness.type",
        "stickiness.cookieDuration": "stickiness.lb_cookie.duration_seconds",
        "stickiness.cookieName": "stickiness.app_cookie.cookie_name",
    },
)
CREATE_GROUP = Call(op="create_target_group")
GROUP_CREATION = (
    "name",
    "port",
    "protocol",
    "protocolVersion",
    "vpcId",
    "targetType",
    "ipAddressType",
    "targetControlPort",
)


def _health_check(operation: Operation) -> dict[str, Any]:
    """The health check's arguments, which stand beside the others in the API."""
    given: Mapping[str, Any] = operation.inputs.get("healthCheck", {})
    params = {
        member: given[name] for name, member in HEALTH_CHECK.items() if given.get(name) not in (None, "")
    }
    if given.get("matcher"):
        code = "GrpcCode" if operation.inputs.get("protocolVersion") == "GRPC" else "HttpCode"
        params["Matcher"] = {code: given["matcher"]}
    return params


def _create_group(operation: Operation) -> str:
    values = {n: operation.inputs[n] for n in GROUP_CREATION if n in operation.inputs}
    answer = operation.send(CREATE_GROUP, values, {**_health_check(operation), **creation(operation)})
    return str(answer["TargetGroups"][0]["TargetGroupArn"])


def _change_health_check(operation: Operation) -> None:
    operation.call("modify_target_group", {"TargetGroupArn": operation.id, **_health_check(operation)})


def _group_settings(operation: Operation) -> Mapping[str, Any]:
    found = operation.found
    check = {name: found[member] for name, member in HEALTH_CHECK.items() if found.get(member) is not None}
    matcher = found.get("Matcher", {})
    if matcher:
        check["matcher"] = matcher.get("HttpCode") or matcher.get("GrpcCode")
    return {
        **GROUP_ATTRIBUTES.read().run(operation),
        "healthCheck": check,
        "arnSuffix": operation.id.split(":")[-1],
    }


TARGET_GROUP = Resource(
    token="aws:lb/targetGroup:TargetGroup",
    service="elbv2",
    create=Code(run=_create_group, send=(*GROUP_CREATION, "healthCheck")),
    id="@",
    upserts=True,  # CreateTargetGroup answers with an existing one of the same name and settings
    changes=(
        Change(do=Code(run=_change_health_check, send=("healthCheck",)), when=("healthCheck",)),
        GROUP_ATTRIBUTES.change(),
    ),
    read=(
        Read(
            op="describe_target_groups",
            params={"TargetGroupArns": ["{id}"]},
            at="TargetGroups[0]",
            props={"arn": "TargetGroupArn", "name": "TargetGroupName"},
        ),
        Code(run=_group_settings),
    ),
    # A group stays in use until its listeners and rules are gone.
    delete=Call(op="delete_target_group", params={"TargetGroupArn": "{id}"}, retry=("ResourceInUse",)),
    tags=TAGS,
    name=Name(longest=32),
    find=Find(op="describe_target_groups", params={"Names": ["{name}"]}, at="TargetGroups[].TargetGroupArn"),
    replace=GROUP_CREATION,
    defaults={
        "deregistrationDelay": 300,
        "targetType": "instance",
        "slowStart": 0,
        "healthCheck.enabled": True,
        "healthCheck.healthyThreshold": 3,
        "healthCheck.unhealthyThreshold": 3,
        "healthCheck.interval": 30,
        "healthCheck.port": "traffic-port",
        "healthCheck.protocol": "HTTP",
        "stickiness.enabled": True,
    },
    enums={
        "protocol": ("GENEVE", "HTTP", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"),
        "protocolVersion": ("GRPC", "HTTP1", "HTTP2"),
        "targetType": ("alb", "instance", "ip", "lambda"),
        "ipAddressType": ("ipv4", "ipv6"),
        "healthCheck.protocol": ("HTTP", "HTTPS", "TCP"),
        "stickiness.type": (
            "app_cookie",
            "lb_cookie",
            "source_ip",
            "source_ip_dest_ip",
            "source_ip_dest_ip_proto",
        ),
        "loadBalancingAlgorithmType": ("least_outstanding_requests", "round_robin", "weighted_random"),
        "loadBalancingAnomalyMitigation": ("off", "on"),
    },
    computed=(
        "healthCheck.matcher",
        "healthCheck.path",
        "healthCheck.timeout",
        "stickiness.cookieDuration",
        "stickiness.cookieName",
    ),
    refused=("namePrefix", "targetFailovers", "targetGroupHealth", "targetHealthStates"),
)

RESOURCES: tuple[Resource, ...] = (LOAD_BALANCER, TARGET_GROUP)
INVOKES: tuple[Invoke, ...] = ()

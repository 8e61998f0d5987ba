"""Elastic Load Balancing: targets have a health of their own, and what is in use or protected stays."""

from typing import Any

from moto.elbv2.exceptions import DuplicateLoadBalancerName
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup
from moto.wafv2.models import wafv2_backends

from emulator.aws import interfaces
from emulator.aws.patching import replace, wrap
from emulator.aws.refusal import Refusal

_REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
}


# What DescribeLoadBalancerAttributes shows of a new application load balancer ("Edit attributes for your
# Application Load Balancer" in the user guide).
_APPLICATION_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}


# DescribeTargetHealth shows a task's target as initial, healthy, then draining.
@wrap(FakeTargetGroup)
def health_for(original: Any, self: Any, target: dict[str, Any], ec2_backend: Any) -> Any:
    known = self.targets.get(target["Id"], {})
    state = known.get("health")
    if state is None:
        return original(self, target, ec2_backend)
    reason, description = _REASONS.get(state, (None, None))
    return FakeHealthStatus(known["Id"], known["Port"], self.health_check_port, state, reason, description)


# DeregisterTargets of a target that isn't there succeeds.
@replace(FakeTargetGroup)
def deregister(self: Any, targets: list[dict[str, Any]]) -> None:
    for target in targets:
        known = self.targets.pop(target["Id"], None)
        if known is not None:
            self.deregistered_targets[target["Id"]] = known


# CreateLoadBalancer wants two zones for an ALB; a name that is taken is the same balancer again, or refused
# when anything differs.
@wrap(ELBv2Backend)
def create_load_balancer(
    original: Any, self: Any, name: str, security_groups: Any, subnet_ids: Any, **keywords: Any
) -> Any:
    kind = keywords.get("loadbalancer_type") or "application"
    mappings: list[dict[str, str]] = keywords.get("subnet_mappings") or []
    places: list[str] = [*subnet_ids, *(one["SubnetId"] for one in mappings)]
    if kind == "application" and len(interfaces.zones(self.account_id, self.region_name, places)) < 2:
        raise Refusal(
            "ValidationError", "At least two subnets in two different Availability Zones must be specified"
        )
    for known in self.load_balancers.values():
        if known.name == name:
            same = {one.id for one in known.subnets} == set(places) and known.type == kind
            if same and known.scheme == keywords.get("scheme", "internet-facing"):
                return known
            raise DuplicateLoadBalancerName
    made = original(self, name, security_groups, subnet_ids, **keywords)
    made.network_interface_ids = {}
    if kind == "application":
        made.attrs = {**_APPLICATION_ATTRIBUTES, **made.attrs, "load_balancing.cross_zone.enabled": "true"}
    _place(self, made)
    return made


# DeleteLoadBalancer honours deletion protection, takes the interfaces away, and succeeds for one that is
# gone.
@wrap(ELBv2Backend)
def delete_load_balancer(original: Any, self: Any, arn: str) -> None:
    balancer = self.load_balancers.get(arn)
    if balancer is None:
        return
    if str(balancer.attrs.get("deletion_protection.enabled")).lower() == "true":
        raise Refusal(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
    if _web_acl_of(self, arn):
        _web_acl_of(self, arn).associated_resources.remove(arn)
    balancer.subnets = []
    _place(self, balancer)
    original(self, arn)


@wrap(ELBv2Backend)
def set_subnets(original: Any, self: Any, arn: str, *arguments: Any, **keywords: Any) -> Any:
    result = original(self, arn, *arguments, **keywords)
    _place(self, self.load_balancers[arn])
    return result


@wrap(ELBv2Backend)
def set_security_groups(original: Any, self: Any, arn: str, *arguments: Any, **keywords: Any) -> Any:
    result = original(self, arn, *arguments, **keywords)
    _place(self, self.load_balancers[arn])
    return result


def _place(elb: Any, balancer: Any) -> None:
    """Gives the load balancer one interface in each of its subnets, with its groups."""
    account, region = elb.account_id, elb.region_name
    here: dict[str, str] = balancer.network_interface_ids
    wanted = [subnet.id for subnet in balancer.subnets]
    for subnet in set(here) - set(wanted):
        interfaces.detach(account, region, here.pop(subnet))
    for subnet in wanted:
        if subnet not in here:
            here[subnet] = interfaces.attach(
                account,
                region,
                subnet=subnet,
                groups=balancer.security_groups or [],
                description=f"ELB {balancer.arn.split(':loadbalancer/')[1]}",
                public=balancer.scheme == "internet-facing",
            ).id
        ec2 = elb.ec2_backend
        names: list[str] = balancer.security_groups or []
        groups = [ec2.get_security_group_from_id(name) for name in names]
        if groups:
            ec2.enis[here[subnet]]._group_set = groups


def _web_acl_of(elb: Any, arn: str) -> Any:
    return wafv2_backends[elb.account_id][elb.region_name].get_web_acl_for_resource(arn)

"""EC2: VPC endpoints have a type, addresses in their subnets, and are gone when deleted."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses.vpcs import VPCs

from emulator.aws import interfaces
from emulator.aws.patching import wrap

VPCEndPoint.ip_address_type = None  # pyright: ignore[reportAttributeAccessIssue]
VPCEndPoint.dns_options = None  # pyright: ignore[reportAttributeAccessIssue]


# CreateVpcEndpoint makes a gateway unless told otherwise; an interface endpoint without groups has the
# default one.
@wrap(VPCs)
def create_vpc_endpoint(original: Any, self: Any) -> Any:
    ec2, params = self.ec2_backend, self._get_params()
    kind = params.setdefault("VpcEndpointType", "Gateway")
    if kind == "Interface" and not params.get("SecurityGroupIds"):
        params["SecurityGroupIds"] = [ec2.get_default_security_group(params["VpcId"]).id]
    if kind == "Gateway":
        params.setdefault("PrivateDnsEnabled", False)
    result = original(self)
    made = result.result["VpcEndpoint"]
    for name in made.network_interface_ids:
        ec2.enis.pop(name, None)
    made.network_interface_ids = []
    if kind == "Interface":
        made.ip_address_type = params.get("IpAddressType", "ipv4")
        made.dns_options = {"DnsRecordIpType": "ipv4", **params.get("DnsOptions", {})}
    _place(ec2, made)
    return result


# ModifyVpcEndpoint moves the endpoint's interfaces, and changes its DNS.
@wrap(VPCs)
def modify_vpc_endpoint(original: Any, self: Any) -> Any:
    result = original(self)
    params = self._get_params()
    endpoint = self.ec2_backend.vpc_end_points[params["VpcEndpointId"]]
    if "PrivateDnsEnabled" in params:
        endpoint.private_dns_enabled = self._get_bool_param("PrivateDnsEnabled")
    if "IpAddressType" in params:
        endpoint.ip_address_type = params["IpAddressType"]
    if "DnsOptions" in params:
        endpoint.dns_options = {**(endpoint.dns_options or {}), **params["DnsOptions"]}
    if self._get_bool_param("ResetPolicy"):
        endpoint.policy_document = None
    _place(self.ec2_backend, endpoint)
    return result


# A deleted endpoint is soon unknown, and its interfaces are gone.
@wrap(EC2Backend)
def delete_vpc_endpoints(original: Any, self: Any, vpce_ids: list[str] | None = None) -> None:
    for name in vpce_ids or []:
        endpoint = self.vpc_end_points.get(name)
        if endpoint is None:
            continue
        endpoint.subnet_ids = []
        _place(self, endpoint)
        original(self, [name])
        self.vpc_end_points.pop(name)


def _place(ec2: Any, endpoint: Any) -> None:
    """Gives an interface endpoint one interface in each of its subnets, with its groups."""
    if endpoint.vpc_endpoint_type != "Interface":
        return
    here = {ec2.enis[name].subnet_id: ec2.enis[name] for name in endpoint.network_interface_ids}
    for subnet, interface in here.items():
        if subnet not in endpoint.subnet_ids:
            interfaces.detach(ec2.account_id, ec2.region_name, interface.id)
    for subnet in endpoint.subnet_ids:
        if subnet not in here:
            here[subnet] = interfaces.attach(
                ec2.account_id,
                ec2.region_name,
                subnet=subnet,
                groups=endpoint.security_group_ids,
                description=f"VPC Endpoint Interface {endpoint.id}",
            )
    for interface in here.values():
        interface._group_set = [ec2.get_security_group_from_id(one) for one in endpoint.security_group_ids]
    endpoint.network_interface_ids = [here[subnet].id for subnet in endpoint.subnet_ids]

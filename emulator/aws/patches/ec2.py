"""EC2: what is in use stays, and what goes takes its interfaces with it."""

from typing import Any

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses
from moto.ec2.responses.internet_gateways import InternetGateways
from moto.ec2.responses.nat_gateways import NatGateways
from moto.ec2.responses.security_groups import SecurityGroups
from moto.ec2.responses.subnets import Subnets
from moto.ec2.responses.vpcs import VPCs

from emulator.aws import interfaces
from emulator.aws.patches import ec2_endpoints, ec2_kept
from emulator.aws.patching import wrap
from emulator.aws.refusal import Refusal

__all__ = ["ec2_endpoints", "ec2_kept"]


# DeleteSecurityGroup is refused for the default group, and while an interface uses the group or a rule
# refers to it.
@wrap(SecurityGroups)
def delete_security_group(original: Any, self: Any) -> Any:
    group = self.ec2_backend.get_security_group_by_name_or_id(
        self._get_param("GroupId") or self._get_param("GroupName")
    )
    if group is not None:
        if group.name == "default":
            raise Refusal(
                "CannotDelete",
                f"the specified group: '{group.id}' name: 'default' cannot be deleted by a user",
            )
        if group.id in _groups_in_use(self.ec2_backend, besides=group.id):
            raise DependencyViolationError(f"resource {group.id} has a dependent object")
    return original(self)


# DeleteSubnet is refused while there is an interface in the subnet.
@wrap(Subnets)
def delete_subnet(original: Any, self: Any) -> Any:
    subnet = self._get_param("SubnetId")
    if interfaces.in_subnet(self.ec2_backend, subnet):
        raise DependencyViolationError(f"The subnet '{subnet}' has dependencies and cannot be deleted.")
    return original(self)


# DeleteVpc is refused while anything but the main route table, the default group and the default ACL is in
# the VPC.
@wrap(VPCs)
def delete_vpc(original: Any, self: Any) -> Any:
    ec2, vpc = self.ec2_backend, self._get_param("VpcId")
    others = (
        [one for one in ec2.groups.get(vpc, {}).values() if one.name != "default"],
        [one for one in ec2.internet_gateways.values() if one.vpc and one.vpc.id == vpc],
        [one for one in ec2.vpc_end_points.values() if one.vpc_id == vpc],
        interfaces.in_vpc(ec2, vpc),
    )
    if any(others):
        raise DependencyViolationError(f"The vpc '{vpc}' has dependencies and cannot be deleted.")
    return original(self)


# DetachInternetGateway is refused while an interface in the VPC has a public address.
@wrap(InternetGateways)
def detach_internet_gateway(original: Any, self: Any) -> Any:
    vpc = self._get_param("VpcId")
    here = interfaces.in_vpc(self.ec2_backend, vpc)
    if any(one.public_ip or getattr(one, "is_public", False) for one in here):
        raise DependencyViolationError(
            f"Network {vpc} has some mapped public address(es). "
            "Please unmap those public address(es) before detaching the gateway."
        )
    return original(self)


# A NAT gateway's interface has an address of its subnet.
@wrap(EC2Backend)
def create_nat_gateway(original: Any, self: Any, subnet_id: str, *arguments: Any, **keywords: Any) -> Any:
    made = original(self, subnet_id, *arguments, **keywords)
    address = made._eni.subnet.get_available_subnet_ip(made)
    made._eni.private_ip_address = made.private_ip = address
    made._eni.private_ip_addresses = [{"Primary": True, "PrivateIpAddress": address}]
    made._eni.description = f"Interface for NAT Gateway {made.id}"
    made._eni.status, made._eni.requester_managed = "in-use", True
    for shown in made.address_set:
        shown["privateIp"] = address
    return made


# DeleteNatGateway gives the address back and takes the interface away; an unknown gateway is an error.
@wrap(NatGateways)
def delete_nat_gateway(original: Any, self: Any) -> Any:
    ec2, name = self.ec2_backend, self._get_param("NatGatewayId")
    gateway = ec2.nat_gateways.get(name)
    if gateway is None:
        raise Refusal("NatGatewayNotFound", f"The Nat gateway {name} was not found")
    for address in ec2.addresses:
        if address.eni is gateway._eni:
            ec2.disassociate_address(association_id=address.association_id)
    interfaces.detach(ec2.account_id, ec2.region_name, gateway._eni.id)
    return original(self)


# ReleaseAddress is refused while the address is associated.
@wrap(ElasticIPAddresses)
def release_address(original: Any, self: Any) -> Any:
    wanted = self._get_param("AllocationId")
    for address in self.ec2_backend.addresses:
        if wanted and address.allocation_id == wanted and address.association_id:
            raise Refusal("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")
    return original(self)


def _groups_in_use(ec2: Any, *, besides: str) -> set[str]:
    """Groups that an interface uses, or to which a rule of another group than `besides` refers."""
    used = {group.id for one in ec2.enis.values() for group in one.group_set}
    for groups in ec2.groups.values():
        for group in groups.values():
            if group.id != besides:
                rules = [*group.ingress_rules, *group.egress_rules]
                used |= {rule.source_group["GroupId"] for rule in rules if rule.source_group}
    return used

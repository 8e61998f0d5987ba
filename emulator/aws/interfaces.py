"""Elastic network interfaces that a service makes for itself: a task, a load balancer, an endpoint."""

from typing import Any

from moto.ec2.models import ec2_backends


def zones(account: str, region: str, subnets: list[str]) -> dict[str, str]:
    """The first of the subnets in each zone, by zone name; subnets that are gone are left out."""
    found: dict[str, str] = {}
    for subnet in subnets:
        for known in _backend(account, region).subnets.values():
            if subnet in known:
                found.setdefault(known[subnet].availability_zone, subnet)
    return found


def attach(
    account: str, region: str, *, subnet: str, groups: list[str], description: str, public: bool = False
) -> Any:
    """Creates an interface with the subnet's next free address; `public` ones hold the internet gateway."""
    ec2 = _backend(account, region)
    place: Any = ec2.get_subnet(subnet)
    made: Any = ec2.create_network_interface(
        subnet=place,
        private_ip_address=place.get_available_subnet_ip(description),
        group_ids=groups,
        description=description,
    )
    made.status = "in-use"
    made.requester_managed = True
    made.is_public = public
    return made


def detach(account: str, region: str, interface: str) -> None:
    """Deletes the interface and frees its address; one that is gone is fine."""
    made: Any = _backend(account, region).enis.pop(interface, None)
    if made is not None:
        made.subnet.del_subnet_ip(made.private_ip_address)


def in_subnet(ec2: Any, subnet: str) -> list[Any]:
    """The interfaces in a subnet."""
    return [one for one in ec2.enis.values() if one.subnet_id == subnet]


def in_vpc(ec2: Any, vpc: str) -> list[Any]:
    """The interfaces in a VPC."""
    return [one for one in ec2.enis.values() if one.vpc_id == vpc]


def _backend(account: str, region: str) -> Any:
    return ec2_backends[account][region]

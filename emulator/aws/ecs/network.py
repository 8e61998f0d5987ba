"""The addresses of tasks: one network interface a task, in the subnet where it was placed."""

import uuid
from typing import Any

from moto.ec2 import ec2_backends

from emulator.aws.ecs.task_run import Interface


def zones(account: str, region: str, subnets: list[str]) -> dict[str, str]:
    """The first of the subnets in each zone, by zone name, in the order given; subnets that are gone are left out."""
    found: dict[str, str] = {}
    for subnet in subnets:
        for known in _backend(account, region).subnets.values():
            if subnet in known:
                found.setdefault(known[subnet].availability_zone, subnet)
    return found


def attach(account: str, region: str, *, subnet: str, groups: list[str], description: str) -> Interface:
    """Creates a task's interface with the subnet's next free address."""
    ec2 = _backend(account, region)
    place: Any = ec2.get_subnet(subnet)
    address = place.get_available_subnet_ip(description)
    made: Any = ec2.create_network_interface(
        subnet=place, private_ip_address=address, group_ids=groups, description=description
    )
    made.status = "in-use"
    made.requester_managed = True
    return Interface(
        id=made.id,
        subnet=subnet,
        zone=place.availability_zone,
        address=address,
        mac=made.mac_address,
        dns_name=f"ip-{address.replace('.', '-')}.ec2.internal",
        attachment=str(uuid.uuid4()),
    )


def detach(account: str, region: str, interface: Interface) -> None:
    """Deletes a task's interface and frees its address; one that is gone is fine."""
    ec2 = _backend(account, region)
    made = ec2.enis.pop(interface.id, None)
    if made is not None:
        made.subnet.del_subnet_ip(interface.address)


def _backend(account: str, region: str) -> Any:
    return ec2_backends[account][region]

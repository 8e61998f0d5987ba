"""EC2's route tables, routes and associations."""

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Read, Resource
from emulator.provider.operation import Operation
from emulator.provider.resources.ec2 import arn, by_name_tag, ec2_tags

# Property → member, in a route table's `routes` and in a Route.
INLINE_DESTINATIONS = {
    "cidrBlock": "DestinationCidrBlock",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
DESTINATIONS = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
TARGETS = {
    "carrierGatewayId": "CarrierGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "localGatewayId": "LocalGatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "odbNetworkArn": "OdbNetworkArn",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}
INLINE = {**INLINE_DESTINATIONS, **TARGETS}


def _table(operation: Operation, table: str) -> Mapping[str, Any] | None:
    read = Read(op="describe_route_tables", params={"RouteTableIds": [table]}, at="RouteTables[0]")
    found: Mapping[str, Any] | None = operation.fetch_raw(read)
    return found


def _by_hand(routes: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The routes that someone made: not the VPC's own, propagated ones, or those of gateway endpoints."""
    return [
        r
        for r in routes
        if r.get("GatewayId") != "local"
        and not str(r.get("GatewayId", "")).startswith("vpce-")
        and r.get("Origin", "CreateRoute") == "CreateRoute"
    ]


def _inline(route: Mapping[str, Any]) -> dict[str, str]:
    return {name: route[member] for name, member in INLINE.items() if route.get(member)}


def _read_inline(operation: Operation) -> Mapping[str, Any]:
    return {"routes": [_inline(r) for r in _by_hand(operation.found["Routes"])]}


def _write_inline(operation: Operation) -> None:
    """Makes the table's routes those of `routes`: by destination, deleted, replaced or created."""
    table = operation.id
    found = _table(operation, table) or {"Routes": []}
    old = {_destination(_inline(r)): _inline(r) for r in _by_hand(found["Routes"])}
    new = {_destination(r): r for r in operation.inputs.get("routes", [])}
    for key, route in old.items():
        if key not in new:
            operation.call("delete_route", {"RouteTableId": table, **_members(route, INLINE_DESTINATIONS)})
    for key, route in new.items():
        if route != old.get(key):
            op = "replace_route" if key in old else "create_route"
            operation.call(op, {"RouteTableId": table, **_members(route, INLINE)})


def _destination(route: Mapping[str, Any]) -> tuple[str | None, ...]:
    return tuple(route.get(name) for name in INLINE_DESTINATIONS)


def _members(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {member: values[name] for name, member in names.items() if values.get(name)}


def _delete_table(operation: Operation) -> None:
    found = _table(operation, operation.id) or {"Associations": []}
    for association in found["Associations"]:
        if not association.get("Main"):
            params = {"AssociationId": association["RouteTableAssociationId"]}
            operation.call("disassociate_route_table", params)
    operation.call("delete_route_table", {"RouteTableId": operation.id}, retry=("DependencyViolation",))


ROUTE_TABLE = Resource(
    token="aws:ec2/routeTable:RouteTable",
    service="ec2",
    create=Call(op="create_route_table", send=("vpcId",)),
    id="RouteTable.RouteTableId",
    changes=(Change(do=Code(run=_write_inline, send=("routes",)), when=("routes",), at_create=True),),
    read=(
        Read(
            op="describe_route_tables",
            params={"RouteTableIds": ["{id}"]},
            at="RouteTables[0]",
            props={"routes": "", "propagatingVgws": "PropagatingVgws[].GatewayId"},
        ),
        Code(run=_read_inline),
        arn("route-table"),
    ),
    delete=Code(run=_delete_table),
    tags=ec2_tags("route-table"),
    find=by_name_tag("describe_route_tables", "RouteTables[].RouteTableId"),
    replace=("vpcId",),
    sets=("routes",),
    refused=("propagatingVgws",),
)


def _route_id(table: str, destination: str) -> str:
    """The official provider's id of a route: the table and a checksum of the destination."""
    return f"r-{table}{zlib.crc32(destination.encode())}"


def _wanted(operation: Operation) -> tuple[str, str]:
    """The route's table and destination, as recorded or from an import's id (TABLE_DESTINATION)."""
    known = {**operation.old, **operation.inputs}
    destination = next((str(known[n]) for n in DESTINATIONS if known.get(n)), None)
    if known.get("routeTableId") and destination:
        return str(known["routeTableId"]), destination
    table, _, destination = operation.id.partition("_")
    return table, destination


def _route(operation: Operation) -> Mapping[str, Any] | None:
    table, destination = _wanted(operation)
    found = _table(operation, table) if table.startswith("rtb-") else None
    routes: list[Mapping[str, Any]] = found["Routes"] if found else []
    return next((r for r in routes if destination in [r.get(m) for m in DESTINATIONS.values()]), None)


def _create_route(operation: Operation) -> str:
    table, destination = _wanted(operation)
    operation.call(
        "create_route", {"RouteTableId": table, **_members(operation.inputs, {**DESTINATIONS, **TARGETS})}
    )
    return _route_id(table, destination)


def _read_route(operation: Operation) -> Mapping[str, Any] | None:
    table, destination = _wanted(operation)
    found = _route(operation)
    if found is None:
        return None
    operation.id = _route_id(table, destination)
    values = {name: found[m] for name, m in {**DESTINATIONS, **TARGETS}.items() if found.get(m)}
    origin = {"origin": found.get("Origin", "CreateRoute"), "state": found.get("State", "active")}
    return {"routeTableId": table, **origin, **values}


def _delete_route(operation: Operation) -> None:
    table, _ = _wanted(operation)
    operation.call("delete_route", {"RouteTableId": table, **_members(operation.old, DESTINATIONS)})


def _find_route(operation: Operation) -> str | None:
    table, destination = _wanted(operation)
    return _route_id(table, destination) if _route(operation) else None


ROUTE = Resource(
    token="aws:ec2/route:Route",
    service="ec2",
    create=Code(run=_create_route, send=("routeTableId", *DESTINATIONS, *TARGETS)),
    id="@",
    changes=(
        Change(
            do=Call(
                op="replace_route",
                params={"RouteTableId": "{routeTableId}", **{m: f"{{{n}}}" for n, m in DESTINATIONS.items()}},
                rename={"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
            ),
            when=tuple(TARGETS),
            whole=True,
        ),
    ),
    read=(Code(run=_read_route),),
    delete=Code(run=_delete_route),
    find=Code(run=_find_route),
    replace=("routeTableId", *DESTINATIONS),
    exactly_one=(tuple(DESTINATIONS), tuple(TARGETS)),
    gone=("InvalidRoute.NotFound",),
)


def _association(operation: Operation) -> tuple[str, Mapping[str, Any]] | None:
    """The association and its table, by its id or, since a change of the table gives it another, by its
    subnet.
    """
    known = {**operation.old, **operation.inputs}
    filters = [("association.route-table-association-id", operation.id)] if operation.id else []
    filters += [("association.subnet-id", known["subnetId"])] if known.get("subnetId") else []
    filters += [("association.gateway-id", known["gatewayId"])] if known.get("gatewayId") else []
    for name, value in filters:
        tables = operation.client().describe_route_tables(Filters=[{"Name": name, "Values": [value]}])[
            "RouteTables"
        ]
        member = {"id": "RouteTableAssociationId", "subnet-id": "SubnetId", "gateway-id": "GatewayId"}
        key = member["id" if name.endswith("association-id") else name.removeprefix("association.")]
        for table in tables:
            for association in table["Associations"]:
                if association.get(key) == value:
                    return str(association["RouteTableAssociationId"]), association
    return None


def _read_association(operation: Operation) -> Mapping[str, Any] | None:
    found = _association(operation)
    if found is None:
        return None
    names = {"routeTableId": "RouteTableId", "subnetId": "SubnetId", "gatewayId": "GatewayId"}
    return {name: found[1][member] for name, member in names.items() if found[1].get(member)}


def _move_association(operation: Operation) -> None:
    found = _association(operation)
    if found is not None:
        params = {"AssociationId": found[0], "RouteTableId": operation.inputs["routeTableId"]}
        operation.call("replace_route_table_association", params)


def _delete_association(operation: Operation) -> None:
    found = _association(operation)
    if found is not None:
        operation.call("disassociate_route_table", {"AssociationId": found[0]})


def _find_association(operation: Operation) -> str | None:
    found = _association(operation)
    return (
        found[0] if found and found[1].get("RouteTableId") == operation.inputs.get("routeTableId") else None
    )


ASSOCIATION = Resource(
    token="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    create=Call(op="associate_route_table"),
    id="AssociationId",
    changes=(Change(do=Code(run=_move_association, send=("routeTableId",)), when=("routeTableId",)),),
    read=(Code(run=_read_association),),
    delete=Code(run=_delete_association),
    find=Code(run=_find_association),
    replace=("gatewayId", "subnetId"),
    exactly_one=(("gatewayId", "subnetId"),),
)

RESOURCES: tuple[Resource, ...] = (ROUTE_TABLE, ROUTE, ASSOCIATION)
INVOKES: tuple[Invoke, ...] = ()

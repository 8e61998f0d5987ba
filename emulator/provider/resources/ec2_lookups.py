"""EC2: looking up VPCs and prefix lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Resource
from emulator.provider.names import Reader
from emulator.provider.operation import OperationError

Filters = list[dict[str, Any]]

RENAMED = {
    "default": "IsDefault",
    "cidrBlockAssociations": "CidrBlockAssociationSet",
    "cidrBlockAssociations.state": "CidrBlockState.State",
    "ipv6CidrBlockAssociations": "Ipv6CidrBlockAssociationSet",
    "ipv6CidrBlockAssociations.state": "Ipv6CidrBlockState.State",
}


def _filters(query: Query, names: Mapping[str, str]) -> Filters:
    """The API's filters: `names` are the arguments that are one, each with the API's name of it."""
    named = [
        {"Name": name, "Values": [query.args[arg]]} for arg, name in names.items() if query.args.get(arg)
    ]
    tagged = [{"Name": f"tag:{k}", "Values": [v]} for k, v in sorted(query.args.get("tags", {}).items())]
    given = [{"Name": f["name"], "Values": f["values"]} for f in query.args.get("filters", [])]
    return [*named, *tagged, *given]


def _found(query: Query, op: str, key: str, **params: Any) -> list[Mapping[str, Any]]:
    """All that match; none when an id doesn't exist. The API takes no empty list, so none is sent."""
    sent = {name: value for name, value in params.items() if value}
    try:
        pages = query.client("ec2").get_paginator(op).paginate(**sent)
        return [each for page in pages for each in page[key]]
    except ClientError as error:
        if aws.is_gone(error):
            return []
        raise


def _only(query: Query, noun: str, found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The one that matches. Raises OperationError in the official provider's words, with what was asked."""
    if not found:
        raise OperationError(f"no matching {noun} found: {dict(query.args)}")
    if len(found) > 1:
        raise OperationError(
            f"multiple {noun}s matched; use additional constraints to reduce matches to a single {noun}: "
            f"{dict(query.args)}"
        )
    return found[0]


def _ids(query: Query, name: str) -> list[str]:
    return [str(query.args[name])] if query.args.get(name) else []


def _vpcs(query: Query) -> Mapping[str, Any]:
    found = _found(query, "describe_vpcs", "Vpcs", Filters=_filters(query, {}))
    return {"id": query.region, "ids": [vpc["VpcId"] for vpc in found]}


def _vpc(query: Query) -> Mapping[str, Any]:
    filters = _filters(query, {"cidrBlock": "cidr", "dhcpOptionsId": "dhcp-options-id", "state": "state"})
    # The official provider takes false for unset: it never leaves the default VPC out.
    if query.args.get("default"):
        filters.append({"Name": "is-default", "Values": ["true"]})
    matching = _found(query, "describe_vpcs", "Vpcs", VpcIds=_ids(query, "id"), Filters=filters)
    found = _only(query, "EC2 VPC", matching)
    vpc_id, owner = str(found["VpcId"]), str(found["OwnerId"])
    blocks: Sequence[Mapping[str, Any]] = found.get("Ipv6CidrBlockAssociationSet") or [{}]
    # The official provider leaves `state` empty.
    read = {k: v for k, v in (query.shape.results or {}).items() if k not in ("state", "tags")}
    return {
        **Reader(query.shape, RENAMED).object(found, read),
        "id": vpc_id,
        "arn": f"arn:{query.session.partition}:ec2:{query.region}:{owner}:vpc/{vpc_id}",
        "enableDnsHostnames": _attribute(query, vpc_id, "EnableDnsHostnames"),
        "enableDnsSupport": _attribute(query, vpc_id, "EnableDnsSupport"),
        "enableNetworkAddressUsageMetrics": _attribute(query, vpc_id, "EnableNetworkAddressUsageMetrics"),
        "ipv6AssociationId": blocks[0].get("AssociationId"),
        "ipv6CidrBlock": blocks[0].get("Ipv6CidrBlock"),
        "mainRouteTableId": _main_route_table(query, vpc_id),
        "tags": tagging.parsed(found.get("Tags")),
    }


def _attribute(query: Query, vpc_id: str, member: str) -> bool:
    name = member[:1].lower() + member[1:]
    answer = query.client("ec2").describe_vpc_attribute(VpcId=vpc_id, Attribute=name)
    return bool(answer[member]["Value"])


def _main_route_table(query: Query, vpc_id: str) -> str | None:
    filters: Filters = [
        {"Name": "association.main", "Values": ["true"]},
        {"Name": "vpc-id", "Values": [vpc_id]},
    ]
    tables = _found(query, "describe_route_tables", "RouteTables", Filters=filters)
    return next((str(it["RouteTableId"]) for it in tables), None)


def _prefix_list(query: Query) -> Mapping[str, Any]:
    ids, filters = _ids(query, "prefixListId"), _filters(query, {"name": "prefix-list-name"})
    matching = _found(query, "describe_prefix_lists", "PrefixLists", PrefixListIds=ids, Filters=filters)
    found = _only(query, "EC2 Prefix List", matching)
    return {
        "id": found["PrefixListId"],
        "name": found["PrefixListName"],
        "cidrBlocks": sorted(found["Cidrs"]),
    }


def _managed_prefix_list(query: Query) -> Mapping[str, Any]:
    ids, filters = _ids(query, "id"), _filters(query, {"name": "prefix-list-name"})
    op = "describe_managed_prefix_lists"
    matching = _found(query, op, "PrefixLists", PrefixListIds=ids, Filters=filters)
    found = _only(query, "EC2 Managed Prefix List", matching)
    pages = query.client("ec2").get_paginator("get_managed_prefix_list_entries")
    entries = [e for p in pages.paginate(PrefixListId=found["PrefixListId"]) for e in p["Entries"]]
    return {
        "id": found["PrefixListId"],
        "arn": found["PrefixListArn"],
        "name": found["PrefixListName"],
        "addressFamily": found.get("AddressFamily"),
        "maxEntries": found.get("MaxEntries", 0),
        "ownerId": found.get("OwnerId"),
        "version": found.get("Version", 0),
        "entries": [{"cidr": e["Cidr"], "description": e.get("Description", "")} for e in entries],
        "tags": tagging.parsed(found.get("Tags")),
    }


RESOURCES: tuple[Resource, ...] = ()
INVOKES: tuple[Invoke, ...] = (
    Invoke(token="aws:ec2/getVpcs:getVpcs", run=_vpcs, uses=("filters", "tags")),
    Invoke(
        token="aws:ec2/getVpc:getVpc",
        run=_vpc,
        uses=("cidrBlock", "default", "dhcpOptionsId", "filters", "id", "state", "tags"),
    ),
    Invoke(
        token="aws:ec2/getPrefixList:getPrefixList",
        run=_prefix_list,
        uses=("filters", "name", "prefixListId"),
    ),
    Invoke(
        token="aws:ec2/getManagedPrefixList:getManagedPrefixList",
        run=_managed_prefix_list,
        uses=("filters", "id", "name"),
    ),
)

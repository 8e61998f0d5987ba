"""Who and where we are: the invokes that need no resource."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Resource
from emulator.provider.operation import OperationError

RESOURCES: tuple[Resource, ...] = ()
DNS = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}


def _caller_identity(query: Query) -> Mapping[str, Any]:
    found = query.session.identity
    return {
        "accountId": found["Account"],
        "arn": found["Arn"],
        "userId": found["UserId"],
        "id": found["Account"],
    }


def _region(query: Query) -> Mapping[str, Any]:
    regions = query.client("ec2").describe_regions(RegionNames=[query.region])["Regions"]
    suffix = DNS.get(query.session.partition, "amazonaws.com")
    endpoint = regions[0]["Endpoint"] if regions else f"ec2.{query.region}.{suffix}"
    return {
        "name": query.region,
        "region": query.region,
        "id": query.region,
        "endpoint": endpoint,
        "description": _describe(query),
    }


def _describe(query: Query) -> str:
    """The region's long name, as botocore's endpoint data has it ("US East (N. Virginia)")."""
    from botocore import loaders  # pyright: ignore[reportMissingTypeStubs]  # only this invoke needs it

    loader: Any = loaders.Loader()
    partitions: list[dict[str, Any]] = loader.load_data("endpoints")["partitions"]
    regions: dict[str, dict[str, str]] = {k: v for p in partitions for k, v in p["regions"].items()}
    return regions.get(query.region, {}).get("description", query.region)


def _partition(query: Query) -> Mapping[str, Any]:
    partition = query.session.partition
    suffix = DNS.get(partition, "amazonaws.com")
    prefix = ".".join(reversed(suffix.split(".")))
    return {"partition": partition, "id": partition, "dnsSuffix": suffix, "reverseDnsPrefix": prefix}


def _availability_zones(query: Query) -> Mapping[str, Any]:
    args = query.args
    params: dict[str, Any] = {"AllAvailabilityZones": args.get("allAvailabilityZones", False)}
    filters = [{"Name": f["name"], "Values": f["values"]} for f in args.get("filters", [])]
    if args.get("state"):
        filters.append({"Name": "state", "Values": [args["state"]]})
    if filters:
        params["Filters"] = filters
    zones = query.client("ec2").describe_availability_zones(**params)["AvailabilityZones"]
    zones = [z for z in zones if z["ZoneName"] not in args.get("excludeNames", [])]
    zones = sorted(
        (z for z in zones if z["ZoneId"] not in args.get("excludeZoneIds", [])), key=lambda z: z["ZoneName"]
    )
    if not zones:
        raise OperationError(f"aws.get_availability_zones: {query.region} has no zone that matches")
    return {
        "id": query.region,
        "names": [z["ZoneName"] for z in zones],
        "zoneIds": [z["ZoneId"] for z in zones],
        "groupNames": sorted({z.get("GroupName", query.region) for z in zones}),
    }


INVOKES = (
    Invoke(token="aws:index/getCallerIdentity:getCallerIdentity", run=_caller_identity),
    Invoke(token="aws:index/getRegion:getRegion", run=_region),
    Invoke(token="aws:index/getPartition:getPartition", run=_partition),
    Invoke(
        token="aws:index/getAvailabilityZones:getAvailabilityZones",
        run=_availability_zones,
        uses=("allAvailabilityZones", "excludeNames", "excludeZoneIds", "filters", "state"),
    ),
)

"""Invokes of AWS's provider that need no AWS: what they answer follows from the arguments and the config."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from ecs_policies.gate.recorder.cloud import Cloud
from ecs_policies.gate.recorder.documents import policy_document

Answer = dict[str, Any]

# Regions that don't have three zones. AWS Global Infrastructure, "Regions and Availability Zones".
_ZONES: Final = {"us-east-1": 6, "us-west-1": 2, "us-west-2": 4, "ap-northeast-2": 4}
_DIRECTIONS: Final = {"gov": "g", "iso": "i", "isob": "ib", "isoe": "ie", "isof": "if"}


def _caller_identity(_args: Mapping[str, Any], cloud: Cloud) -> Answer:
    role = f"arn:{cloud.partition}:sts::{cloud.account}:assumed-role/placeholder/placeholder"
    return {"accountId": cloud.account, "id": cloud.account, "arn": role, "userId": "placeholder:placeholder"}


def _region(args: Mapping[str, Any], cloud: Cloud) -> Answer:
    name = args.get("region") or args.get("name") or cloud.region
    endpoint = f"ec2.{name}.{cloud.in_region(name).dns_suffix}"
    return {"region": name, "name": name, "id": name, "endpoint": endpoint, "description": name}


def _partition(_args: Mapping[str, Any], cloud: Cloud) -> Answer:
    prefix = ".".join(reversed(cloud.dns_suffix.split(".")))
    return {
        "partition": cloud.partition,
        "id": cloud.partition,
        "dnsSuffix": cloud.dns_suffix,
        "reverseDnsPrefix": prefix,
    }


def _zones(args: Mapping[str, Any], cloud: Cloud) -> Answer:
    zones = {
        f"{cloud.region}{letter}": f"{_short(cloud.region)}-az{number}"
        for number, letter in enumerate("abcdef"[: _ZONES.get(cloud.region, 3)], start=1)
    }
    excluded = {*args.get("excludeNames", ()), *args.get("excludeZoneIds", ())}
    left = {name: number for name, number in zones.items() if not {name, number} & excluded}
    return {
        "names": list(left),
        "zoneIds": list(left.values()),
        "groupNames": [cloud.region],
        "id": cloud.region,
        "region": cloud.region,
    }


def _zone(args: Mapping[str, Any], cloud: Cloud) -> Answer:
    zones = _zones({}, cloud)
    by_id = dict(zip(zones["zoneIds"], zones["names"], strict=True))
    name = args.get("name") or by_id.get(args.get("zoneId", ""), zones["names"][0])
    region = name.rstrip("abcdefghijklmnopqrstuvwxyz")
    suffix = name.removeprefix(region)
    identifier = args.get("zoneId") or f"{_short(region)}-az{ord(suffix or 'a') - ord('a') + 1}"
    return {
        "name": name,
        "id": name,
        "nameSuffix": suffix,
        "zoneId": identifier,
        "region": region,
        "groupName": region,
        "networkBorderGroup": region,
        "zoneType": "availability-zone",
        "optInStatus": "opt-in-not-required",
        "state": "available",
    }


def _short(region: str) -> str:
    """A region as its zones' ids spell it: `use1` for us-east-1."""
    first, *middle, number = region.split("-")
    words = (
        _DIRECTIONS.get(it) or re.sub(r"(north|south)?(east|west)?(central)?", _initials, it) for it in middle
    )
    return "".join((first, *words, number))


def _initials(match: re.Match[str]) -> str:
    return "".join(it[0] for it in match.groups() if it)


def _default_tags(_args: Mapping[str, Any], cloud: Cloud) -> Answer:
    return {"tags": dict(cloud.default_tags), "id": cloud.partition}


def _arn(args: Mapping[str, Any], _cloud: Cloud) -> Answer:
    text = str(args.get("arn", ""))
    parts = text.split(":", 5)
    names = ("partition", "service", "region", "account", "resource")
    if len(parts) != len(names) + 1:
        raise ValueError(f"{text} isn't an ARN")
    return {"id": text, "arn": text, **dict(zip(names, parts[1:], strict=True))}


def _service_principal(args: Mapping[str, Any], cloud: Cloud) -> Answer:
    region, service = args.get("region") or cloud.region, args.get("serviceName", "")
    # Since 2021 the service principals of every partition but China's few own end alike.
    return {
        "id": f"{service}.{region}.amazonaws.com",
        "name": f"{service}.amazonaws.com",
        "serviceName": service,
        "suffix": "amazonaws.com",
        "region": region,
    }


def _policy_document(args: Mapping[str, Any], _cloud: Cloud) -> Answer:
    return policy_document(args)


PURE: Final[Mapping[str, Callable[[Mapping[str, Any], Cloud], Answer]]] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
    "aws:index/getArn:getArn": _arn,
    "aws:index/getAvailabilityZone:getAvailabilityZone": _zone,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getDefaultTags:getDefaultTags": _default_tags,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getServicePrincipal:getServicePrincipal": _service_principal,
}
"""By token; each takes the invoke's arguments and the cloud it is asked in, and raises when it would fail."""

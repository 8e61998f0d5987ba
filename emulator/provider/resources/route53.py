"""Route 53."""

import uuid
from collections.abc import Mapping
from typing import Any

from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags, Wait
from emulator.provider.operation import Operation

PREFIX = "/hostedzone/"


def _vpc(operation: Operation, vpc: Mapping[str, Any]) -> dict[str, str]:
    return {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or operation.region}


def _create_zone(operation: Operation) -> str:
    inputs, vpcs = operation.inputs, operation.inputs.get("vpcs", [])
    params: dict[str, Any] = {
        "Name": inputs["name"],
        "CallerReference": uuid.uuid4().hex,
        "HostedZoneConfig": {"Comment": inputs.get("comment", ""), "PrivateZone": bool(vpcs)},
    }
    if vpcs:
        params["VPC"] = _vpc(operation, vpcs[0])
    if inputs.get("delegationSetId"):
        params["DelegationSetId"] = inputs["delegationSetId"]
    return str(operation.call("create_hosted_zone", params)["HostedZone"]["Id"]).removeprefix(PREFIX)


def _write_vpcs(operation: Operation) -> None:
    """Associates what is missing before it takes away what is too much: a private zone keeps at least one."""
    found = operation.client().get_hosted_zone(Id=operation.id)
    old = {(v["VPCId"], v["VPCRegion"]) for v in found.get("VPCs", [])}
    new = {tuple(_vpc(operation, v).values()) for v in operation.inputs.get("vpcs", [])}
    for op, vpcs in (
        ("associate_vpc_with_hosted_zone", new - old),
        ("disassociate_vpc_from_hosted_zone", old - new),
    ):
        for vpc, region in sorted(vpcs):
            operation.call(op, {"HostedZoneId": operation.id, "VPC": {"VPCId": vpc, "VPCRegion": region}})


def _zone_details(operation: Operation) -> Mapping[str, Any]:
    zone = operation.found["HostedZone"]
    servers = operation.found.get("DelegationSet", {}).get("NameServers", [])
    return {
        "name": zone["Name"].rstrip("."),
        "zoneId": operation.id,
        "arn": f"arn:{operation.session.partition}:route53:::hostedzone/{operation.id}",
        "comment": zone.get("Config", {}).get("Comment", ""),
        "nameServers": sorted(servers),
        "primaryNameServer": servers[0] if servers else None,
        "vpcs": [{"vpcId": v["VPCId"], "vpcRegion": v["VPCRegion"]} for v in operation.found.get("VPCs", [])],
    }


def _delete_zone(operation: Operation) -> None:
    if operation.old.get("forceDestroy"):
        _empty_zone(operation)
    operation.call("delete_hosted_zone", {"Id": operation.id})


def _empty_zone(operation: Operation) -> None:
    """All records but the zone's own NS and SOA."""
    client = operation.client()
    name = client.get_hosted_zone(Id=operation.id)["HostedZone"]["Name"]
    for page in client.get_paginator("list_resource_record_sets").paginate(HostedZoneId=operation.id):
        records = [
            r for r in page["ResourceRecordSets"] if r["Name"] != name or r["Type"] not in ("NS", "SOA")
        ]
        if records:
            changes = [{"Action": "DELETE", "ResourceRecordSet": r} for r in records]
            client.change_resource_record_sets(HostedZoneId=operation.id, ChangeBatch={"Changes": changes})


def _find_zone(operation: Operation) -> str | None:
    """Zones of one name may exist many times: the one with the Name tag, else the only one of its kind."""
    client, inputs = operation.client(), operation.inputs
    name, private = inputs["name"].rstrip(".") + ".", bool(inputs.get("vpcs"))
    zones = client.list_hosted_zones_by_name(DNSName=name)["HostedZones"]
    ids = [
        z["Id"].removeprefix(PREFIX)
        for z in zones
        if z["Name"] == name and bool(z.get("Config", {}).get("PrivateZone")) == private
    ]
    wanted = inputs.get("tagsAll", {}).get("Name")
    for zone in ids if wanted else []:
        tags = client.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)["ResourceTagSet"][
            "Tags"
        ]
        if {"Key": "Name", "Value": wanted} in tags:
            return str(zone)
    return str(ids[0]) if len(ids) == 1 and not wanted else None


TAG_PARAMS = {"ResourceType": "hostedzone", "ResourceId": "{id}"}
ZONE = Resource(
    token="aws:route53/zone:Zone",
    service="route53",
    create=Code(run=_create_zone, send=("name", "comment", "delegationSetId", "vpcs")),
    id="@",
    changes=(
        Change(do=Call(op="update_hosted_zone_comment", params={"Id": "{id}"}), when=("comment",)),
        Change(do=Code(run=_write_vpcs, send=("vpcs",)), when=("vpcs",), at_create=True),
    ),
    read=(
        Read(
            op="get_hosted_zone",
            params={"Id": "{id}"},
            at="@",
            only=True,
            props={"delegationSetId": "DelegationSet.Id"},
        ),
        Code(run=_zone_details),
    ),
    delete=Code(run=_delete_zone),
    tags=Tags(
        member="",
        tag=Call(op="change_tags_for_resource", params=TAG_PARAMS, send=()),
        tag_member="AddTags",
        untag=Call(op="change_tags_for_resource", params=TAG_PARAMS, send=()),
        untag_member="RemoveTagKeys",
        read=Read(op="list_tags_for_resource", params=TAG_PARAMS, at="ResourceTagSet.Tags"),
    ),
    name=Name(),
    find=Code(run=_find_zone),
    replace=("name", "delegationSetId"),
    defaults={"comment": "Managed by Pulumi", "forceDestroy": False},
    conflicts=(("delegationSetId", "vpcs"),),
    sets=("vpcs",),
    computed=("vpcs.vpcRegion", "delegationSetId"),
    same={"name": lambda old, new: str(old).rstrip(".") == str(new).rstrip(".")},
    provider_only=("forceDestroy",),
    refused=("enableAcceleratedRecovery",),
)

# A record's routing: property → {nested property: the record set's member}.
ROUTING = {
    "weightedRoutingPolicies": {"weight": "Weight"},
    "failoverRoutingPolicies": {"type": "Failover"},
    "latencyRoutingPolicies": {"region": "Region"},
}
GEOLOCATION = {"continent": "ContinentCode", "country": "CountryCode", "subdivision": "SubdivisionCode"}
RECORD_INPUTS = (
    "aliases",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "healthCheckId",
    "latencyRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
    "records",
    "setIdentifier",
    "ttl",
    "type",
    "weightedRoutingPolicies",
)
QUOTED = ("TXT", "SPF")


def _full_name(operation: Operation, name: str, zone: str) -> str:
    """A record's name with the zone's, without the last dot."""
    apex = operation.client().get_hosted_zone(Id=zone)["HostedZone"]["Name"].rstrip(".")
    plain = name.rstrip(".").lower()
    return plain if plain == apex or plain.endswith(f".{apex}") else f"{plain}.{apex}" if plain else apex


def _record_set(operation: Operation, values: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "Name": _full_name(operation, values["name"], values["zoneId"]),
        "Type": values["type"],
    }
    for name, member in {
        "ttl": "TTL",
        "setIdentifier": "SetIdentifier",
        "healthCheckId": "HealthCheckId",
    }.items():
        if values.get(name) is not None:
            record[member] = values[name]
    if values.get("records"):
        quoted = values["type"] in QUOTED
        record["ResourceRecords"] = [{"Value": f'"{v}"' if quoted else v} for v in values["records"]]
    for alias in values.get("aliases", []):
        record["AliasTarget"] = {
            "DNSName": alias["name"],
            "HostedZoneId": alias["zoneId"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
    for prop, members in ROUTING.items():
        for policy in values.get(prop, []):
            record |= {member: policy[name] for name, member in members.items()}
    for policy in values.get("geolocationRoutingPolicies", []):
        record["GeoLocation"] = {m: policy[n] for n, m in GEOLOCATION.items() if policy.get(n)}
    if values.get("multivalueAnswerRoutingPolicy"):
        record["MultiValueAnswer"] = True
    return record


def _change(operation: Operation, zone: str, *changes: tuple[str, Mapping[str, Any]]) -> None:
    """Changes records and waits until every name server has them."""
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes]}
    params = {"HostedZoneId": zone, "ChangeBatch": batch}
    answer = operation.call("change_resource_record_sets", params, retry=("PriorRequestNotComplete",))
    change = answer["ChangeInfo"]["Id"]
    operation.wait(Wait(op="get_change", params={"Id": change}, at="ChangeInfo.Status", until=("INSYNC",)))


def _create_record(operation: Operation) -> str:
    inputs = operation.inputs
    action = "UPSERT" if inputs.get("allowOverwrite") else "CREATE"
    _change(operation, inputs["zoneId"], (action, _record_set(operation, inputs)))
    return _record_id(inputs)


def _record_id(values: Mapping[str, Any]) -> str:
    parts = [values["zoneId"], str(values["name"]).lower(), values["type"], values.get("setIdentifier")]
    return "_".join(str(p) for p in parts if p)


def _update_record(operation: Operation) -> None:
    new = _record_set(operation, operation.inputs)
    if {"type", "setIdentifier"} & operation.changed:
        old = _record_set(operation, operation.old)
        _change(operation, operation.inputs["zoneId"], ("DELETE", old), ("CREATE", new))
    else:
        _change(operation, operation.inputs["zoneId"], ("UPSERT", new))


def _known(operation: Operation) -> Mapping[str, Any]:
    """What identifies the record: as recorded, or from an import's id (ZONE_NAME_TYPE or
    ZONE_NAME_TYPE_SET).
    """
    known = {**operation.inputs, **operation.old}
    if "zoneId" in known and "name" in known and "type" in known:
        return operation.inputs if operation.changed else known
    zone, _, rest = operation.id.partition("_")
    name, _, kind = rest.rpartition("_")
    if kind.isupper() and kind.isalpha():
        return {"zoneId": zone, "name": name, "type": kind}
    name, kind, identifier = rest.rsplit("_", 2)
    return {"zoneId": zone, "name": name, "type": kind, "setIdentifier": identifier}


def _stored(operation: Operation) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """What identifies the record, and the record set as it is."""
    known = _known(operation)
    try:
        name = _full_name(operation, known["name"], known["zoneId"]) + "."
        sets = operation.client().list_resource_record_sets(
            HostedZoneId=known["zoneId"], StartRecordName=name, StartRecordType=known["type"]
        )["ResourceRecordSets"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchHostedZone":
            return None
        raise
    wanted = (name.replace("*", "\\052"), known["type"], known.get("setIdentifier"))
    for found in sets:
        if (found["Name"].replace("*", "\\052"), found["Type"], found.get("SetIdentifier")) == wanted:
            return known, found
    return None


def _read_record(operation: Operation) -> Mapping[str, Any] | None:
    stored = _stored(operation)
    if stored is None:
        return None
    known, found = stored
    result: dict[str, Any] = {
        "zoneId": known["zoneId"],
        "name": known["name"],
        "type": found["Type"],
        "fqdn": found["Name"].rstrip(".").replace("\\052", "*"),
        "ttl": found.get("TTL"),
        "setIdentifier": found.get("SetIdentifier"),
        "healthCheckId": found.get("HealthCheckId"),
        "multivalueAnswerRoutingPolicy": found.get("MultiValueAnswer"),
    }
    if found.get("ResourceRecords"):
        values = [r["Value"] for r in found["ResourceRecords"]]
        result["records"] = [v.strip('"') for v in values] if found["Type"] in QUOTED else values
    alias = found.get("AliasTarget")
    if alias:
        health = {"evaluateTargetHealth": alias["EvaluateTargetHealth"]}
        result["aliases"] = [
            {"name": alias["DNSName"].rstrip("."), "zoneId": alias["HostedZoneId"], **health}
        ]
    for prop, members in ROUTING.items():
        if all(m in found for m in members.values()):
            result[prop] = [{name: found[member] for name, member in members.items()}]
    if found.get("GeoLocation"):
        result["geolocationRoutingPolicies"] = [
            {n: found["GeoLocation"].get(m) for n, m in GEOLOCATION.items()}
        ]
    return {k: v for k, v in result.items() if v is not None}


def _delete_record(operation: Operation) -> None:
    stored = _stored(operation)
    if stored is not None:
        _change(operation, stored[0]["zoneId"], ("DELETE", stored[1]))


def _find_record(operation: Operation) -> str | None:
    return _record_id(operation.inputs) if _stored(operation) else None


def _same_name(old: Any, new: Any) -> bool:
    return str(old).rstrip(".").lower() == str(new).rstrip(".").lower()


RECORD = Resource(
    token="aws:route53/record:Record",
    service="route53",
    create=Code(run=_create_record, send=("name", "zoneId", *RECORD_INPUTS)),
    id="@",
    changes=(Change(do=Code(run=_update_record, send=RECORD_INPUTS), when=RECORD_INPUTS),),
    read=(Code(run=_read_record),),
    delete=Code(run=_delete_record),
    find=Code(run=_find_record),
    replace=("name", "zoneId"),
    enums={
        "type": (
            "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
            "SSHFP", "SVCB", "TLSA", "TXT",
        ),
        "failoverRoutingPolicies.type": ("PRIMARY", "SECONDARY"),
    },
    exactly_one=(("aliases", "records"),),
    conflicts=(
        ("aliases", "ttl"),
        (*ROUTING, "geolocationRoutingPolicies", "multivalueAnswerRoutingPolicy"),
    ),
    sets=("records",),
    same={"name": _same_name, "aliases.name": _same_name},
    provider_only=("allowOverwrite",),
    refused=("cidrRoutingPolicy", "geoproximityRoutingPolicy"),
)  # fmt: skip

RESOURCES: tuple[Resource, ...] = (ZONE, RECORD)
INVOKES: tuple[Invoke, ...] = ()

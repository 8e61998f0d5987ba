"""Invokes over the network's neighbours: zones, certificates, prefix lists, load balancing's own accounts."""

from collections.abc import Mapping
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Resource
from emulator.provider.operation import OperationError

ELB_ACCOUNTS = {
    "eu-central-1": "054676820928",
    "eu-west-1": "156460612806",
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
}
"""Elastic Load Balancing, "Enable access logs": the accounts of the regions that still deliver with one."""


def _zone(query: Query) -> Mapping[str, Any]:
    args = query.args
    if bool(args.get("zoneId")) == bool(args.get("name")):
        raise OperationError("aws.route53.get_zone: exactly one of zone_id, name must be set")
    zone_id = str(args["zoneId"]) if args.get("zoneId") else _zone_named(query)
    try:
        found = query.client("route53").get_hosted_zone(Id=zone_id)
    except ClientError as error:
        if aws.is_gone(error):
            raise OperationError(f"no matching Route 53 Hosted Zone found: {zone_id}") from None
        raise
    zone, servers = found["HostedZone"], found.get("DelegationSet", {}).get("NameServers", [])
    plain = zone["Id"].rpartition("/")[2]
    tags = query.client("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=plain)
    return {
        "id": plain,
        "zoneId": plain,
        "arn": f"arn:{query.session.partition}:route53:::hostedzone/{plain}",
        "name": zone["Name"].removesuffix("."),
        "callerReference": zone.get("CallerReference"),
        "comment": zone.get("Config", {}).get("Comment", ""),
        "nameServers": sorted(servers),
        "primaryNameServer": servers[0] if servers else "",
        "privateZone": bool(zone.get("Config", {}).get("PrivateZone")),
        "resourceRecordSetCount": zone.get("ResourceRecordSetCount", 0),
        "tags": tagging.parsed(tags["ResourceTagSet"]["Tags"]),
    }


def _zone_named(query: Query) -> str:
    name = str(query.args["name"]).removesuffix(".")
    private = bool(query.args.get("privateZone", False))
    pages = query.client("route53").get_paginator("list_hosted_zones").paginate()
    found = [
        zone["Id"].rpartition("/")[2]
        for page in pages
        for zone in page["HostedZones"]
        if zone["Name"].removesuffix(".") == name and bool(zone["Config"].get("PrivateZone")) == private
    ]
    if len(found) > 1:
        raise OperationError(f"multiple Route 53 Hosted Zones matched {name}: {', '.join(found)}")
    if not found:
        raise OperationError(f"no matching Route 53 Hosted Zone found: {name}")
    return str(found[0])


def _certificate(query: Query) -> Mapping[str, Any]:
    args, client = query.args, query.client("acm")
    domain, statuses = str(args.get("domain", "")), args.get("statuses") or ["ISSUED"]
    filters = {"Includes": {"keyTypes": args["keyTypes"]}} if args.get("keyTypes") else {}
    pages = client.get_paginator("list_certificates").paginate(CertificateStatuses=statuses, **filters)
    arns = [
        c["CertificateArn"] for p in pages for c in p["CertificateSummaryList"] if c["DomainName"] == domain
    ]
    found = [client.describe_certificate(CertificateArn=arn)["Certificate"] for arn in arns]
    found = [c for c in found if not args.get("types") or c["Type"] in args["types"]]
    if not found:
        raise OperationError(f"no ACM Certificate matching domain ({domain}) found")
    if len(found) > 1 and not args.get("mostRecent"):
        raise OperationError(f"multiple ACM Certificates matching domain ({domain}); set most_recent")
    certificate = max(found, key=lambda c: c.get("NotBefore") or c["CreatedAt"])
    arn = certificate["CertificateArn"]
    tags = client.list_tags_for_certificate(CertificateArn=arn)["Tags"]
    issued = certificate["Status"] == "ISSUED"
    body: Mapping[str, Any] = client.get_certificate(CertificateArn=arn) if issued else {}
    return {
        "id": arn,
        "arn": arn,
        "domain": domain,
        "status": certificate["Status"],
        "certificate": body.get("Certificate"),
        "certificateChain": body.get("CertificateChain"),
        "tags": tagging.parsed(tags),
    }


def _filters(query: Query, name: str) -> list[dict[str, Any]]:
    given = [{"Name": f["name"], "Values": f["values"]} for f in query.args.get("filters", [])]
    named = [{"Name": "prefix-list-name", "Values": [query.args[name]]}] if query.args.get(name) else []
    return [*given, *named]


def _one(query: Query, op: str, key: str, wanted: str | None) -> Mapping[str, Any]:
    """The one prefix list that matches."""
    params: dict[str, Any] = {"PrefixListIds": [wanted]} if wanted else {}
    filters = _filters(query, "name")
    if filters:
        params["Filters"] = filters
    try:
        found: list[Mapping[str, Any]] = getattr(query.client("ec2"), op)(**params)[key]
    except ClientError as error:
        if aws.is_gone(error):
            found = []
        else:
            raise
    if len(found) != 1:
        how = "no matching EC2 Prefix List found" if not found else "multiple EC2 Prefix Lists matched"
        raise OperationError(f"{how}: use more specific search criteria than {dict(query.args)}")
    return found[0]


def _prefix_list(query: Query) -> Mapping[str, Any]:
    found = _one(query, "describe_prefix_lists", "PrefixLists", query.args.get("prefixListId"))
    return {
        "id": found["PrefixListId"],
        "name": found["PrefixListName"],
        "cidrBlocks": sorted(found["Cidrs"]),
    }


def _managed_prefix_list(query: Query) -> Mapping[str, Any]:
    found = _one(query, "describe_managed_prefix_lists", "PrefixLists", query.args.get("id"))
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


def _service_account(query: Query) -> Mapping[str, Any]:
    account = ELB_ACCOUNTS.get(query.region)
    if account is None:
        raise OperationError(f"aws.elb.get_service_account: {query.region}'s account isn't known here")
    return {"id": account, "arn": f"arn:{query.session.partition}:iam::{account}:root"}


RESOURCES: tuple[Resource, ...] = ()
INVOKES: tuple[Invoke, ...] = (
    Invoke(token="aws:route53/getZone:getZone", run=_zone, uses=("name", "privateZone", "zoneId")),
    Invoke(
        token="aws:acm/getCertificate:getCertificate",
        run=_certificate,
        uses=("domain", "keyTypes", "mostRecent", "statuses", "types"),
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
    Invoke(token="aws:elb/getServiceAccount:getServiceAccount", run=_service_account),
)

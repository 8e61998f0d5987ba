"""Invokes over the network's neighbours: hosted zones, certificates, load balancing's own accounts."""

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
    Invoke(token="aws:elb/getServiceAccount:getServiceAccount", run=_service_account),
)

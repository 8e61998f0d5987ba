"""What stands in front of the load balancer: certificates, names, the firewall."""

from typing import Any

from tests.emulator.provider.cases.ec2 import vpc
from tests.emulator.provider.cases.lb import balancer
from tests.emulator.provider.harness import Case, Made, World


def zone(world: World) -> Made:
    return world.make(
        "aws:route53/zone:Zone",
        "zone",
        {"name": f"{world.label[-30:].strip('-')}.test", "forceDestroy": True},
    )


def certificate(world: World) -> Made:
    inputs = {"domainName": zone(world).outputs["name"], "validationMethod": "DNS"}
    return world.make("aws:acm/certificate:Certificate", "certificate", inputs)


def proof(world: World) -> Made:
    option = certificate(world).outputs["domainValidationOptions"][0]
    inputs = {
        "zoneId": zone(world).id,
        "name": option["resourceRecordName"],
        "type": option["resourceRecordType"],
        "records": [option["resourceRecordValue"]],
        "ttl": 60,
        "allowOverwrite": True,
    }
    return world.make("aws:route53/record:Record", "proof", inputs)


def visible(metric: str) -> dict[str, Any]:
    return {"cloudwatchMetricsEnabled": True, "metricName": metric, "sampledRequestsEnabled": True}


def managed(name: str, priority: int, *, counted: tuple[str, ...] = ()) -> dict[str, Any]:
    group: dict[str, Any] = {"vendorName": "AWS", "name": name}
    if counted:
        group["ruleActionOverrides"] = [{"name": c, "actionToUse": {"count": {}}} for c in counted]
    return {
        "name": name,
        "priority": priority,
        "overrideAction": {"none": {}},
        "statement": {"managedRuleGroupStatement": group},
        "visibilityConfig": visible(name),
    }


def by_path() -> dict[str, Any]:
    match = {
        "fieldToMatch": {"uriPath": {}},
        "positionalConstraint": "STARTS_WITH",
        "searchString": "/admin",
        "textTransformations": [{"priority": 0, "type": "NONE"}],
    }
    return {
        "name": "admin",
        "priority": 5,
        "action": {"block": {}},
        "statement": {
            "andStatement": {
                "statements": [{"byteMatchStatement": match}, {"geoMatchStatement": {"countryCodes": ["DE"]}}]
            }
        },
        "visibilityConfig": visible("admin"),
    }


def web_acl(world: World) -> Made:
    inputs = {
        "name": world.name("acl"),
        "scope": "REGIONAL",
        "defaultAction": {"allow": {}},
        "visibilityConfig": visible("acl"),
    }
    return world.make("aws:wafv2/webAcl:WebAcl", "acl", inputs)


def logs(world: World) -> str:
    name = f"aws-waf-logs-{world.label}"
    client = world.client("logs")
    client.create_log_group(logGroupName=name)
    return f"arn:aws:logs:us-east-1:123456789012:log-group:{name}"


def logging_filter(action: str) -> dict[str, Any]:
    kept = {
        "behavior": "KEEP",
        "requirement": "MEETS_ANY",
        "conditions": [{"actionCondition": {"action": action}}],
    }
    return {"defaultBehavior": "DROP", "filters": [kept]}


CASES = (
    Case(
        token="aws:acm/certificate:Certificate",
        inputs=lambda w: {
            "domainName": "shop.example.com",
            "subjectAlternativeNames": ["www.shop.example.com"],
            "validationMethod": "DNS",
            "keyAlgorithm": "RSA_2048",
            "options": {"certificateTransparencyLoggingPreference": "ENABLED"},
        },
        update={"tags": {"Name": "other"}},
        replace={"domainName": "other.example.com", "validationMethod": "EMAIL"},
        moving=("status", "notAfter", "notBefore", "renewalEligibility"),
    ),
    Case(
        token="aws:acm/certificateValidation:CertificateValidation",
        inputs=lambda w: {
            "certificateArn": certificate(w).outputs["arn"],
            "validationRecordFqdns": [proof(w).outputs["fqdn"]],
        },
        replace={"certificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"},
        keeps=True,
    ),
    Case(
        token="aws:route53/zone:Zone",
        inputs=lambda w: {"name": "private.example.com", "comment": "inside", "vpcs": [{"vpcId": vpc(w).id}]},
        update={"comment": "changed", "tags": {"Name": "other"}},
        replace={"name": "other.example.com"},
    ),
    Case(
        token="aws:route53/record:Record",
        inputs=lambda w: {
            "zoneId": zone(w).id,
            "name": f"www.{zone(w).outputs['name']}",
            "type": "TXT",
            "ttl": 60,
            "records": ["one", "two"],
        },
        update={"records": ["three"], "ttl": 300},
        replace={"name": "other"},
    ),
    Case(
        token="aws:wafv2/webAcl:WebAcl",
        inputs=lambda w: {
            "name": "full-acl",
            "scope": "REGIONAL",
            "description": "managed rules",
            "defaultAction": {"allow": {}},
            "rules": [
                managed("AWSManagedRulesCommonRuleSet", 0, counted=("SizeRestrictions_BODY",)),
                by_path(),
            ],
            "visibilityConfig": visible("full-acl"),
        },
        update={
            "rules": [managed("AWSManagedRulesKnownBadInputsRuleSet", 1)],
            "defaultAction": {"block": {}},
            "visibilityConfig": visible("other"),
            "tags": {"Name": "other"},
        },
        replace={"name": "another", "scope": "CLOUDFRONT"},
        import_id=lambda made: f"{made.id}/full-acl/REGIONAL",
    ),
    Case(
        token="aws:wafv2/webAclAssociation:WebAclAssociation",
        inputs=lambda w: {"webAclArn": web_acl(w).outputs["arn"], "resourceArn": balancer(w).id},
        replace={"webAclArn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/x/1"},
    ),
    Case(
        token="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        inputs=lambda w: {
            "resourceArn": web_acl(w).outputs["arn"],
            "logDestinationConfigs": [logs(w)],
            "loggingFilter": logging_filter("BLOCK"),
            "redactedFields": [{"singleHeader": {"name": "cookie"}}, {"uriPath": {}}],
        },
        update={"loggingFilter": logging_filter("COUNT"), "redactedFields": [{"method": {}}]},
        replace={"logDestinationConfigs": ["arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-x"]},
    ),
)

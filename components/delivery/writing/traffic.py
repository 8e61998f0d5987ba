"""What requests pass on their way: DNS records, certificate, firewall, load balancer."""

from __future__ import annotations

from components.delivery.environment import Environment
from components.delivery.statements import ANY, allow, with_resources
from components.documents import Statement

_KINDS = ("loadbalancer/app/*", "targetgroup/*", "listener/app/*", "listener-rule/app/*")
_CREATE = ("CreateListener", "CreateLoadBalancer", "CreateRule", "CreateTargetGroup")
_OWN = (
    "AddListenerCertificates",
    "AddTags",
    "CreateListener",
    "CreateRule",
    "DeleteListener",
    "DeleteLoadBalancer",
    "DeleteRule",
    "DeleteTargetGroup",
    "ModifyListener",
    "ModifyListenerAttributes",
    "ModifyLoadBalancerAttributes",
    "ModifyRule",
    "ModifyTargetGroup",
    "ModifyTargetGroupAttributes",
    "RemoveListenerCertificates",
    "RemoveTags",
    "SetIpAddressType",
    "SetSecurityGroups",
    "SetSubnets",
)
_CERTIFICATES = ("DeleteCertificate", "RemoveTagsFromCertificate")
_FIREWALL = (
    "AssociateWebACL",
    "DeleteLoggingConfiguration",
    "DeleteWebACL",
    "DisassociateWebACL",
    "PutLoggingConfiguration",
    "TagResource",
    "UntagResource",
)


def traffic(environment: Environment) -> list[Statement]:
    """Load balancer and certificate by the environment's tags, firewall by name, records by their zone."""
    arns, own, new = environment.arns, environment.own, environment.new
    elb = "elasticloadbalancing"
    kinds = arns(elb, *_KINDS)
    certificates = arns("acm", "certificate/*")
    rules = arns(elb, f"listener-rule/app/{environment.service}-*")
    managed = arns("wafv2", "regional/managedruleset/*")
    changes = (environment.context.arn("route53", "change/*", region="", account=""),)
    return with_resources(
        [
            allow("NewLoadBalancer", elb, ("CreateLoadBalancer",), arns(elb, "loadbalancer/app/*"), new),
            allow("NewTargetGroup", elb, ("CreateTargetGroup",), arns(elb, "targetgroup/*"), new),
            allow("OwnLoadBalancing", elb, _OWN, kinds, own),
            allow("TagNew", elb, ("AddTags",), kinds, environment.new_by(f"{elb}:CreateAction", _CREATE)),
            # These two calls know no tags.
            allow("Priorities", elb, ("SetRulePriorities",), rules),
            allow("SetFirewall", elb, ("SetWebACL",), ANY),
            allow("NewCertificate", "acm", ("RequestCertificate",), ANY, new),
            allow("TagNewCertificate", "acm", ("AddTagsToCertificate",), certificates, new),
            allow("OwnCertificate", "acm", _CERTIFICATES, certificates, own),
            allow("Firewall", "wafv2", _FIREWALL, environment.firewalls),
            # AWS's own groups of rules are among what these are about.
            allow("Rules", "wafv2", ("CreateWebACL", "UpdateWebACL"), (*environment.firewalls[:1], *managed)),
            allow("Records", "route53", ("ChangeResourceRecordSets",), environment.zones),
            # A change of records has an id that nobody knows before.
            allow("Changes", "route53", ("GetChange",), changes if environment.zones else ()),
        ]
    )

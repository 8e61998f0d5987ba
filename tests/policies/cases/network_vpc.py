"""What each VPC has to have: an empty default group, flow logs, no automatic addresses, described groups."""

from typing import Any

from ecs_policies.kinds import (
    DEFAULT_SECURITY_GROUP,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    EGRESS_RULE,
    FLOW_LOG,
    GROUP_RULES_EXCLUSIVE,
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SUBNET,
    VPC,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

DEFAULT, LOGS = "network.default-security-group", "network.flow-logs"
ADDRESS, DESCRIPTION = "network.automatic-address", "network.description"
NETWORK, OTHER = resource(VPC, "vpc"), resource(VPC, "other")


def default_group(name: str = "default", vpc: Resource = NETWORK, **rules: Any) -> Resource:
    return resource(DEFAULT_SECURITY_GROUP, name, {"vpcId": UNKNOWN, **rules}, vpcId=vpc)


def into_default(of: Resource, **more: Any) -> Resource:
    """A rule of a VPC's default group, named by the VPC's output or by the group's own id."""
    properties = {"securityGroupId": UNKNOWN, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **more}
    return resource(INGRESS_RULE, "rule", properties, securityGroupId=of)


def exclusive(**rules: Any) -> Resource:
    properties = {"securityGroupId": UNKNOWN, "ingressRuleIds": [], "egressRuleIds": [], **rules}
    return resource(GROUP_RULES_EXCLUSIVE, "exclusive", properties, securityGroupId=NETWORK)


MISSING = ("vpc", "defaultSecurityGroup")
DEFAULT_GROUPS = (
    Case(
        rule=DEFAULT,
        says="takes a VPC whose default group the program empties",
        stack=(NETWORK, default_group()),
    ),
    Case(
        rule=DEFAULT,
        says="takes empty lists of rules, and the account's default VPC",
        stack=(
            resource(DEFAULT_VPC, "vpc"),
            resource(DEFAULT_SECURITY_GROUP, "default", {"ingress": [], "egress": []}),
        ),
    ),
    Case(
        rule=DEFAULT,
        says="takes a default group that is held to no rule at all",
        stack=(NETWORK, exclusive()),
    ),
    Case(
        rule=DEFAULT,
        says="leaves the default group of a VPC outside the stack to whoever made it",
        stack=(resource(SECURITY_GROUP, "own", {"vpcId": "vpc-1"}),),
    ),
    Case(
        rule=DEFAULT,
        says="finds each VPC whose default group is as AWS makes it",
        stack=(NETWORK, OTHER, resource(DEFAULT_VPC, "third"), default_group(vpc=OTHER)),
        finds=(MISSING, ("third", "defaultSecurityGroup")),
    ),
    Case(
        rule=DEFAULT,
        says="finds a group that is held to some rules",
        stack=(NETWORK, exclusive(egressRuleIds=["sgr-1"])),
        finds=(MISSING,),
    ),
    Case(
        rule=DEFAULT,
        says="finds inline rules of a default group",
        stack=(
            NETWORK,
            default_group(
                ingress=[{"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True}],
                egress=[{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}],
            ),
        ),
        finds=(("default", "ingress[all]"), ("default", "egress[tcp:443]")),
    ),
    Case(
        rule=DEFAULT,
        says="finds a rule of its own in a default group, named by the VPC or by itself",
        stack=(NETWORK, into_default(NETWORK)),
        finds=(MISSING, ("rule", "securityGroupId")),
    ),
    Case(
        rule=DEFAULT,
        says="finds a rule of its own in a default group of a VPC outside the stack",
        stack=(
            resource(DEFAULT_SECURITY_GROUP, "default", {"vpcId": "vpc-1"}),
            into_default(resource(DEFAULT_SECURITY_GROUP, "default")),
        ),
        finds=(("rule", "securityGroupId"),),
    ),
    Case(
        rule=DEFAULT,
        says="is unsure which VPC's default group is emptied, and of rules that aren't known",
        stack=(NETWORK, resource(DEFAULT_SECURITY_GROUP, "default", {"vpcId": UNKNOWN, "ingress": UNKNOWN})),
        unsure=(MISSING, ("default", "ingress[0]")),
    ),
    Case(
        rule=DEFAULT,
        says="is unsure of what is no rule",
        stack=(NETWORK, default_group(egress="all")),
        unsure=(("default", "egress[0]"),),
        malformed=True,
    ),
)


def log(traffic: Any = "ALL", name: str = "log", vpc: Resource = NETWORK) -> Resource:
    return resource(FLOW_LOG, name, {"vpcId": UNKNOWN, "trafficType": traffic}, vpcId=vpc)


FLOW_LOGS = (
    Case(rule=LOGS, says="takes a VPC of which all traffic is recorded", stack=(NETWORK, log())),
    Case(rule=LOGS, says="takes rejected traffic alone, in any case", stack=(NETWORK, log("reject"))),
    Case(
        rule=LOGS,
        says="takes a further log of what was accepted",
        stack=(NETWORK, log("ACCEPT", "accepted"), log("REJECT")),
    ),
    Case(
        rule=LOGS,
        says="finds a VPC without a flow log, though another VPC or a subnet has one",
        stack=(NETWORK, OTHER, log(vpc=OTHER), resource(FLOW_LOG, "subnets", {"subnetId": "subnet-1"})),
        finds=(("vpc", "flowLog"),),
    ),
    Case(
        rule=LOGS,
        says="finds logs of accepted traffic alone, or of no kind",
        stack=(NETWORK, OTHER, log("ACCEPT"), log(None, "none", OTHER)),
        finds=(("log", "trafficType"), ("none", "trafficType")),
    ),
    Case(
        rule=LOGS,
        says="is unsure of which VPC a log is, and of what kind",
        stack=(NETWORK, OTHER, resource(FLOW_LOG, "lost", {"vpcId": UNKNOWN}), log(UNKNOWN, vpc=OTHER)),
        unsure=(("vpc", "flowLog"), ("log", "trafficType")),
    ),
    Case(
        rule=LOGS,
        says="is unsure of a kind that is no text",
        stack=(NETWORK, log(7)),
        unsure=(("log", "trafficType"),),
        malformed=True,
    ),
)


def subnet(name: str, kind: str = SUBNET, **properties: Any) -> Resource:
    return resource(kind, name, properties)


MAP = "mapPublicIpOnLaunch"
ADDRESSES = (
    Case(
        rule=ADDRESS,
        says="takes a subnet that gives out no public address, as one doesn't by default",
        stack=(
            subnet("unset"),
            subnet("off", mapPublicIpOnLaunch="false"),
            subnet("default", DEFAULT_SUBNET, mapPublicIpOnLaunch=False),
            subnet("six", assignIpv6AddressOnCreation=True),
        ),
    ),
    Case(
        rule=ADDRESS,
        says="finds one that does, and a default subnet that isn't told not to",
        stack=(subnet("on", mapPublicIpOnLaunch=True), subnet("default", DEFAULT_SUBNET)),
        finds=(("on", MAP), ("default", MAP)),
    ),
    Case(
        rule=ADDRESS,
        says="is unsure of one that isn't known",
        stack=(subnet("unknown", mapPublicIpOnLaunch=UNKNOWN),),
        unsure=(("unknown", MAP),),
    ),
    Case(
        rule=ADDRESS,
        says="is unsure of what is neither true nor false",
        stack=(subnet("odd", mapPublicIpOnLaunch="public"),),
        unsure=(("odd", MAP),),
        malformed=True,
    ),
)

SAID = {"description": "HTTPS from the internet"}
TRAFFIC = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}
DESCRIPTIONS = (
    Case(
        rule=DESCRIPTION,
        says="takes groups and rules that say what they are for",
        stack=(
            resource(SECURITY_GROUP, "group", {**SAID, "ingress": [{**TRAFFIC, **SAID}]}),
            resource(INGRESS_RULE, "in", SAID),
            resource(EGRESS_RULE, "out", SAID),
            resource(SECURITY_GROUP_RULE, "older", {"type": "egress", **SAID}),
            resource(DEFAULT_SECURITY_GROUP, "default", {"vpcId": "vpc-1"}),
        ),
    ),
    Case(
        rule=DESCRIPTION,
        says="finds those that don't, the provider's own words included",
        stack=(
            resource(SECURITY_GROUP, "group", {"ingress": [TRAFFIC]}),
            resource(SECURITY_GROUP, "sdks", {"description": "Managed by Pulumi"}),
            resource(EGRESS_RULE, "out", {"description": ""}),
            resource(SECURITY_GROUP_RULE, "older", {"type": "egress"}),
            resource(DEFAULT_SECURITY_GROUP, "default", {"egress": [TRAFFIC]}),
        ),
        finds=(
            ("group", "description"),
            ("group", "ingress[tcp:443].description"),
            ("sdks", "description"),
            ("out", "description"),
            ("older", "description"),
            ("default", "egress[tcp:443].description"),
        ),
    ),
    Case(
        rule=DESCRIPTION,
        says="is unsure of one that isn't known",
        stack=(resource(SECURITY_GROUP, "group", {"description": UNKNOWN, "egress": UNKNOWN}),),
        unsure=(("group", "description"), ("group", "egress[0]")),
    ),
    Case(
        rule=DESCRIPTION,
        says="is unsure of one that is no text",
        stack=(resource(INGRESS_RULE, "rule", {"description": ["HTTPS"]}),),
        unsure=(("rule", "description"),),
        malformed=True,
    ),
)

CASES = (*DEFAULT_GROUPS, *FLOW_LOGS, *ADDRESSES, *DESCRIPTIONS)

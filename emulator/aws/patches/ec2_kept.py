"""EC2: settings that moto forgets are kept and shown."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.flow_logs import FlowLogs as FlowLog
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.responses.flow_logs import FlowLogs
from moto.ec2.responses.security_groups import SecurityGroups

from emulator.aws.patching import add, replace, wrap
from emulator.aws.refusal import Refusal


# A rule that refers to a group or a prefix list has a description too.
@wrap(SecurityGroupRule, "__init__")
def init(original: Any, self: Any, *arguments: Any, **keywords: Any) -> None:
    original(self, *arguments, **keywords)
    position = 7  # of prefix_list_id, which moto gives by position
    prefix_list: Any = keywords.get("prefix_list_id") or (arguments[position:] or [None])[0]
    self.prefix_list_description = (
        prefix_list["Description"] if "Description" in (prefix_list or ()) else None
    )


def _description(self: Any) -> str | None:
    return (
        self.ip_range.get("Description")
        or self.source_group.get("Description")
        or self.prefix_list_description
    )


replace(SecurityGroupRule, "description")(property(_description))  # pyright: ignore[reportArgumentType]


# Two rules that differ only in their description are the same rule.
@wrap(SecurityGroupRule, "__eq__")
def eq(original: Any, self: Any, other: Any) -> bool:
    mine, theirs = self.source_group, other.source_group
    if mine.get("GroupId") != theirs.get("GroupId"):
        return False
    self.source_group = theirs
    try:
        return original(self, other)
    finally:
        self.source_group = mine


# AuthorizeSecurityGroup… answers every rule it made, not only those of the last permission.
def _authorize(self: Any, authorize: Any) -> ActionResult:
    self.error_on_dryrun()
    made = [rule for keywords in self._process_rules_from_querystring() for rule in authorize(**keywords)[0]]
    return ActionResult({"Return": True, "SecurityGroupRules": made})


@replace(SecurityGroups)
def authorize_security_group_ingress(self: Any) -> ActionResult:
    return _authorize(self, self.ec2_backend.authorize_security_group_ingress)


@replace(SecurityGroups)
def authorize_security_group_egress(self: Any) -> ActionResult:
    return _authorize(self, self.ec2_backend.authorize_security_group_egress)


# ModifySecurityGroupRules changes rules of every kind; only a protocol with ports needs ports.
@replace(SecurityGroupBackend)
def modify_security_group_rules(self: Any, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
    group = self.get_security_group_by_name_or_id(group_id)
    if group is None:
        raise Refusal("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    for rule_id, wanted in rules.items():
        rule = group.get_rule(rule_id)
        if rule is None:
            raise Refusal(
                "InvalidSecurityGroupRuleId.NotFound",
                f"The security group rule ID '{rule_id}' does not exist",
            )
        _modify(self, rule, wanted)


def _modify(ec2: Any, rule: Any, wanted: dict[str, Any]) -> None:
    kinds = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId")
    given = [kind for kind in kinds if wanted.get(kind)]
    if len(given) != 1:
        raise Refusal("InvalidParameterValue", f"Exactly one of {', '.join(kinds)} is needed.")
    if wanted.get("IpProtocol") is None:
        raise Refusal("InvalidParameterValue", "Invalid value 'null' for protocol.")
    has_ports = wanted["IpProtocol"] != "-1"
    if has_ports and (wanted.get("FromPort") is None or wanted.get("ToPort") is None):
        raise Refusal(
            "InvalidParameterValue",
            "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
        )
    rule.ip_protocol = wanted["IpProtocol"]
    rule.from_port = wanted["FromPort"] if has_ports else None
    rule.to_port = wanted["ToPort"] if has_ports else None
    described = {"Description": wanted["Description"]} if wanted.get("Description") else {}
    rule.ip_range, rule.source_group, rule.prefix_list_id = {}, {}, None
    rule.prefix_list_description = None
    match given[0]:
        case "CidrIpv4":
            rule.ip_range = {"CidrIp": wanted["CidrIpv4"], **described}
        case "CidrIpv6":
            rule.ip_range = {"CidrIpv6": wanted["CidrIpv6"], **described}
        case "PrefixListId":
            rule.prefix_list_id = wanted["PrefixListId"]
            rule.prefix_list_description = described.get("Description")
        case _:
            group = {"GroupId": wanted["ReferencedGroupId"], "UserId": ec2.account_id}
            rule.source_group = {**group, **described}


# DescribeFlowLogs shows the destination's options.
@wrap(FlowLogs)
def create_flow_logs(original: Any, self: Any) -> ActionResult:
    result: Any = original(self)
    for name in result.result["FlowLogIds"]:
        self.ec2_backend.flow_logs[name].destination_options = self._get_param("DestinationOptions")
    return result


FlowLog.destination_options = None  # pyright: ignore[reportAttributeAccessIssue]


# DescribePrefixLists shows a list's address ranges.
def _cidrs(self: Any) -> list[str]:
    versions: list[list[dict[str, str]]] = list(self.entries.values())
    return [entry["Cidr"] for entry in versions[-1]] if versions else []


add(ManagedPrefixList, "cidrs")(property(_cidrs))  # pyright: ignore[reportArgumentType]

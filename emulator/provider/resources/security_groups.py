"""EC2's security groups and their rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource
from emulator.provider.operation import Operation, OperationError
from emulator.provider.resources.ec2 import arn, by_name_tag, ec2_tags
from emulator.provider.tagging import formed

# Protocol numbers (IANA, "Assigned Internet Protocol Numbers") that EC2 answers by name.
PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}
# An inline rule's sources: property → (member of a permission, member of its entry).
SOURCES = {
    "cidrBlocks": ("IpRanges", "CidrIp"),
    "ipv6CidrBlocks": ("Ipv6Ranges", "CidrIpv6"),
    "prefixListIds": ("PrefixListIds", "PrefixListId"),
    "securityGroups": ("UserIdGroupPairs", "GroupId"),
}
Atom = tuple[str, int | None, int | None, str, str, str]
"""One source of one rule: protocol, from, to, permission member, source, description."""


def protocol(value: Any) -> str:
    return PROTOCOLS.get(str(value).lower(), str(value).lower())


def _atoms_of_rules(rules: Sequence[Mapping[str, Any]], own: str) -> Iterator[Atom]:
    """Inline rules (the program's form) taken apart; `own` is the group's id, for `self`."""
    for rule in rules:
        name = protocol(rule.get("protocol"))
        low, high = _ends(name, rule.get("fromPort"), rule.get("toPort"))
        text: str = rule.get("description") or ""
        for prop, (member, _) in SOURCES.items():
            sources: list[str] = rule.get(prop) or []
            for source in sources:
                yield (name, low, high, member, source, text)
        if rule.get("self"):
            yield (name, low, high, "UserIdGroupPairs", own, text)


def _ends(name: str, low: int | None, high: int | None) -> tuple[int | None, int | None]:
    """A range of ports; a rule for every protocol has none."""
    return (None, None) if name == "-1" else (low, high)


def _atoms_of_permissions(permissions: Sequence[Mapping[str, Any]]) -> Iterator[Atom]:
    for permission in permissions:
        name = protocol(permission["IpProtocol"])
        low, high = _ends(name, permission.get("FromPort"), permission.get("ToPort"))
        for member, key in SOURCES.values():
            for entry in permission.get(member, []):
                yield (name, low, high, member, entry[key], entry.get("Description") or "")


def _permission(atom: Atom) -> dict[str, Any]:
    name, low, high, member, source, text = atom
    key = next(k for m, k in SOURCES.values() if m == member)
    entry = {key: source, "Description": text} if text else {key: source}
    ports = {} if low is None else {"FromPort": low, "ToPort": high}
    return {"IpProtocol": name, **ports, member: [entry]}


def _rules(atoms: Sequence[Atom], own: str) -> list[dict[str, Any]]:
    """Inline rules of the atoms: one for each protocol, ports and description."""
    grouped: dict[Any, dict[str, Any]] = {}
    for name, low, high, member, source, text in sorted(atoms, key=str):
        rule = grouped.setdefault(
            (name, low, high, text),
            {"protocol": name, "fromPort": low or 0, "toPort": high or 0, "description": text, "self": False},
        )
        if source == own:
            rule["self"] = True
        else:
            prop = next(p for p, (m, _) in SOURCES.items() if m == member)
            rule.setdefault(prop, []).append(source)
    return list(grouped.values())


def _same_rules(old: Any, new: Any) -> bool:
    return set(_atoms_of_rules(old, "self")) == set(_atoms_of_rules(new, "self"))


def _group(operation: Operation) -> Mapping[str, Any]:
    return operation.client().describe_security_groups(GroupIds=[operation.id])["SecurityGroups"][0]


def _write(direction: str) -> Any:
    """A change that makes the group's rules of one direction those of the inputs."""
    member = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}[direction]

    def write(operation: Operation) -> None:
        old = set(_atoms_of_permissions(_group(operation)[member]))
        new = set(_atoms_of_rules(operation.inputs.get(direction, []), operation.id))
        for op, atoms in (("revoke", old - new), ("authorize", new - old)):
            if atoms:
                permissions = [_permission(a) for a in sorted(atoms, key=str)]
                params = {"GroupId": operation.id, "IpPermissions": permissions}
                operation.call(f"{op}_security_group_{direction}", params)

    return Code(run=write, send=(direction,))


def _revoke_all(operation: Operation) -> None:
    group = _group(operation)
    for direction, member in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
        if group[member]:
            params = {"GroupId": operation.id, "IpPermissions": group[member]}
            operation.call(f"revoke_security_group_{direction}", params)


def _read_rules(operation: Operation) -> Mapping[str, Any]:
    return {
        "ingress": _rules(list(_atoms_of_permissions(operation.found["IpPermissions"])), operation.id),
        "egress": _rules(list(_atoms_of_permissions(operation.found["IpPermissionsEgress"])), operation.id),
    }


def _delete_group(operation: Operation) -> None:
    if operation.old.get("revokeRulesOnDelete"):
        _revoke_all(operation)
    operation.call(
        "delete_security_group",
        {"GroupId": operation.id},
        retry=("DependencyViolation", "InvalidGroup.InUse"),
    )


def _adopt_default(operation: Operation) -> str:
    """Every VPC has a default group; this resource takes it over, and starts by emptying it."""
    params = {"Filters": [{"Name": "group-name", "Values": ["default"]}]}
    if operation.inputs.get("vpcId"):
        params["Filters"].append({"Name": "vpc-id", "Values": [operation.inputs["vpcId"]]})
    groups = operation.client().describe_security_groups(**params)["SecurityGroups"]
    if not groups:
        raise OperationError(
            f"{operation.resource.token}: no default security group in {operation.inputs.get('vpcId')}"
        )
    return str(groups[0]["GroupId"])


READ_GROUP = (
    Read(
        op="describe_security_groups",
        params={"GroupIds": ["{id}"]},
        at="SecurityGroups[0]",
        props={"name": "GroupName"},
    ),
    Code(run=_read_rules),
    arn("security-group"),
)
WRITE_RULES = tuple(Change(do=_write(d), when=(d,), at_create=True) for d in ("ingress", "egress"))

SECURITY_GROUP = Resource(
    token="aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    create=Call(op="create_security_group", rename={"name": "GroupName"}),
    id="GroupId",
    # AWS opens a new group's egress to everything; the official provider closes it.
    settle=(Code(run=_revoke_all),),
    changes=WRITE_RULES,
    read=READ_GROUP,
    delete=Code(run=_delete_group),
    tags=ec2_tags("security-group"),
    find=by_name_tag("describe_security_groups", "SecurityGroups[].GroupId"),
    name=Name(),
    replace=("description", "name", "namePrefix", "vpcId"),
    defaults={"description": "Managed by Pulumi", "revokeRulesOnDelete": False},
    same={"ingress": _same_rules, "egress": _same_rules},
    provider_only=("revokeRulesOnDelete",),
    refused=("namePrefix",),
)

DEFAULT_SECURITY_GROUP = Resource(
    token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    create=Code(run=_adopt_default, send=("vpcId",)),
    id="@",
    settle=(Code(run=_revoke_all),),
    changes=WRITE_RULES,
    read=READ_GROUP,
    delete=None,  # a VPC's default group can't be deleted; it goes with the VPC
    tags=replace(ec2_tags("security-group"), member="", form="Key"),
    find=Code(run=_adopt_default),
    replace=("vpcId",),
    defaults={"revokeRulesOnDelete": False},
    same={"ingress": _same_rules, "egress": _same_rules},
    provider_only=("revokeRulesOnDelete",),
)

# A rule resource's source: property → (permission member, entry member, member of the rule request).
RULE_SOURCES = {
    "cidrIpv4": ("IpRanges", "CidrIp", "CidrIpv4"),
    "cidrIpv6": ("Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
    "prefixListId": ("PrefixListIds", "PrefixListId", "PrefixListId"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId", "ReferencedGroupId"),
}
RULE_PROPERTIES = ("ipProtocol", "fromPort", "toPort", "description", *RULE_SOURCES)


def _create_rule(direction: str) -> Any:
    def create(operation: Operation) -> str:
        inputs = operation.inputs
        source = next(p for p in RULE_SOURCES if p in inputs)
        member, key, _ = RULE_SOURCES[source]
        entry = {key: inputs[source]}
        if inputs.get("description"):
            entry["Description"] = inputs["description"]
        permission: dict[str, Any] = {"IpProtocol": protocol(inputs["ipProtocol"]), member: [entry]}
        permission |= {
            m: inputs[n] for n, m in (("fromPort", "FromPort"), ("toPort", "ToPort")) if n in inputs
        }
        params: dict[str, Any] = {"GroupId": inputs["securityGroupId"], "IpPermissions": [permission]}
        if inputs.get("tagsAll"):
            params["TagSpecifications"] = formed("ec2:security-group-rule", inputs["tagsAll"])
        answer = operation.call(f"authorize_security_group_{direction}", params)
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    return Code(run=create, send=("securityGroupId", *RULE_PROPERTIES))


def _modify_rule(operation: Operation) -> None:
    inputs = operation.inputs
    ports = {"fromPort": "FromPort", "toPort": "ToPort", "description": "Description"}
    rule = {"IpProtocol": protocol(inputs["ipProtocol"])}
    rule |= {member: inputs[name] for name, member in ports.items() if name in inputs}
    rule |= {names[2]: inputs[name] for name, names in RULE_SOURCES.items() if name in inputs}
    rules = [{"SecurityGroupRuleId": operation.id, "SecurityGroupRule": rule}]
    operation.call(
        "modify_security_group_rules", {"GroupId": inputs["securityGroupId"], "SecurityGroupRules": rules}
    )


def _ports(operation: Operation) -> Mapping[str, Any]:
    """A rule for every protocol has no ports; EC2 answers -1."""
    found = operation.found
    if found["IpProtocol"] == "-1":
        return {}
    return {"fromPort": found.get("FromPort"), "toPort": found.get("ToPort")}


def rule(noun: str, direction: str) -> Resource:
    return Resource(
        token=f"aws:vpc/securityGroup{noun}Rule:SecurityGroup{noun}Rule",
        service="ec2",
        create=_create_rule(direction),
        id="@",
        changes=(Change(do=Code(run=_modify_rule, send=RULE_PROPERTIES), when=RULE_PROPERTIES),),
        read=(
            Read(
                op="describe_security_group_rules",
                params={"SecurityGroupRuleIds": ["{id}"]},
                at="SecurityGroupRules[0]",
                props={
                    "securityGroupId": "GroupId",
                    "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
                    "fromPort": "",
                    "toPort": "",
                },
            ),
            Code(run=_ports),
            arn("security-group-rule"),
        ),
        delete=Call(
            op=f"revoke_security_group_{direction}",
            params={"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]},
        ),
        tags=ec2_tags("security-group-rule"),
        find=Code(run=_find_rule(egress=direction == "egress")),
        replace=("securityGroupId",),
        exactly_one=(tuple(RULE_SOURCES),),
        same={"ipProtocol": lambda old, new: protocol(old) == protocol(new)},
    )


def _find_rule(*, egress: bool) -> Any:
    """A rule is what it says: the same protocol, ports and source exist once in a group."""

    def find(operation: Operation) -> str | None:
        inputs = operation.inputs
        filters = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
        for found in operation.client().describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
            source = {
                "cidrIpv4": found.get("CidrIpv4"),
                "cidrIpv6": found.get("CidrIpv6"),
                "prefixListId": found.get("PrefixListId"),
                "referencedSecurityGroupId": found.get("ReferencedGroupInfo", {}).get("GroupId"),
            }
            wanted = {name: inputs.get(name) for name in RULE_SOURCES}
            same_ports = all(
                inputs.get(n) in (None, found.get(m))
                for n, m in (("fromPort", "FromPort"), ("toPort", "ToPort"))
            )
            alike = protocol(found["IpProtocol"]) == protocol(inputs["ipProtocol"]) and same_ports
            if bool(found["IsEgress"]) == egress and alike and source == wanted:
                return str(found["SecurityGroupRuleId"])
        return None

    return find


INGRESS_RULE = rule("Ingress", "ingress")
EGRESS_RULE = rule("Egress", "egress")
RESOURCES: tuple[Resource, ...] = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE)
INVOKES: tuple[Invoke, ...] = ()

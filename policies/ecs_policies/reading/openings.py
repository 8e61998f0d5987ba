"""Whom rules of security groups let through: everyone on the internet, at which ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecs_policies.kinds import PREFIX_LIST, PREFIX_LIST_ENTRY, VPC_ENDPOINT
from ecs_policies.model import Options, Problem, Stack, Value
from ecs_policies.reading.addresses import block, is_everyone
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.security_groups import GroupRule, Peer, PeerKind, Ports
from ecs_policies.reading.values import Unreadable, items, mapping

# AWS Security Hub User Guide, control EC2.19: ports with high risk.
HIGH_RISK: Mapping[int, str] = {
    20: "FTP",
    21: "FTP",
    22: "SSH",
    23: "Telnet",
    25: "SMTP",
    110: "POP3",
    135: "RPC",
    143: "IMAP",
    445: "CIFS",
    1433: "SQL Server",
    1434: "SQL Server",
    3000: "Rails or Node.js",
    3306: "MySQL",
    3389: "RDP",
    4333: "mSQL",
    5000: "Flask",
    5432: "PostgreSQL",
    5500: "VNC",
    5601: "OpenSearch Dashboards",
    8080: "HTTP",
    8088: "HTTP",
    8888: "HTTP",
    9200: "OpenSearch",
    9300: "OpenSearch",
}
"""Which ports these are, and what listens there."""


def risky(ports: Ports | None, options: Options) -> list[int]:
    """The ports with high risk among these that the options don't make public."""
    return [port for port in HIGH_RISK if ports and port in ports and port not in options.public_ports]


def everyone(rule: GroupRule) -> Iterator[Peer | Problem]:
    """The addresses of a rule that stand for everyone, or that can't be read."""
    for peer in rule.peers:
        if peer.kind is PeerKind.ADDRESSES:
            found = block(peer.value)
            if isinstance(found, Unreadable):
                yield unverifiable(rule.resource, peer.path, found)
            elif is_everyone(found):
                yield peer


def everyone_listed(stack: Stack, rule: GroupRule) -> Iterator[Peer | Problem]:
    """The prefix lists of a rule that hold everyone's addresses, or that can't be read.

    A list that isn't the stack's is left alone: nearly always it's AWS's own, of one of its services.
    """
    for peer in rule.peers:
        if peer.kind is PeerKind.PREFIX_LIST:
            lists = (PREFIX_LIST, VPC_ENDPOINT)
            named = resolve(stack, rule.resource, peer.name, lists, peer.value)
            entries = [block(cidr) for it in named.found for cidr in stack.once(_entries).get(it.urn, ())]
            if named.lost or any(isinstance(it, Unreadable) for it in entries):
                reason = Unreadable("which addresses the prefix list holds isn't known before deployment")
                yield unverifiable(rule.resource, peer.path, reason)
            elif any(is_everyone(it) for it in entries if not isinstance(it, Unreadable)):
                yield peer


def _entries(stack: Stack) -> Mapping[str, Sequence[Value]]:
    """The CIDR blocks of the stack's prefix lists, by the list's URN."""
    found: dict[str, list[Value]] = {}
    for it in stack.of_type(PREFIX_LIST):
        own = (mapping(entry).get("cidr", entry) for entry in items(it.properties.get("entries")))
        found.setdefault(it.urn, []).extend(own)
    for it in stack.of_type(PREFIX_LIST_ENTRY):
        for key in resolve(stack, it, "prefixListId", (PREFIX_LIST,)).keys:
            found.setdefault(key, []).append(it.properties.get("cidr"))
    return found


def told(
    rule: GroupRule, everyone: Iterable[Peer | Problem], message: str, *, unsure: bool = False
) -> Iterator[Problem]:
    """A problem for each peer; `{}` in the message stands for what it is."""
    for it in everyone:
        if isinstance(it, Problem):
            yield it
        else:
            shown = it.value if it.kind is PeerKind.ADDRESSES else "everyone, by a prefix list,"
            said = message.replace("{}", str(shown))
            yield Problem(resource=rule.resource, path=it.path, message=said, unverifiable=unsure)

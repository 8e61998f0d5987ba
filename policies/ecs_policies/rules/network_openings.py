"""What security groups open to the whole internet, and let out to it.

ICMP isn't judged: it has no ports, and some of it is needed to learn how large packets may be (Amazon EC2
User Guide, "Path MTU Discovery").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecs_policies.kinds import (
    CLASSIC_LOAD_BALANCER,
    LOAD_BALANCER,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    SERVICE,
    VPC_ENDPOINT,
)
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.addresses import block, is_everyone
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.security_groups import (
    HOLDERS,
    GroupRule,
    Peer,
    PeerKind,
    Ports,
    SecurityGroups,
    rules,
)
from ecs_policies.reading.services import security_groups
from ecs_policies.reading.values import Unreadable, items, mapping

# AWS Security Hub User Guide, control EC2.19: ports with high risk.
_HIGH_RISK: Mapping[int, str] = {
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


def high_risk_ports(holder: Resource, options: Options) -> Iterator[Problem]:
    """Rules that let everyone in to a port that is attacked as soon as it is found."""
    for it in rules(holder, ingress=True):
        if isinstance(it, Problem):
            yield it
        elif isinstance(it.ports, Unreadable):
            yield from _unread_ports(it, it.ports)
        elif risky := _risky(it.ports, options):
            every = it.ports is not None and it.ports.every
            opened = "every port" if every else ", ".join(f"{port} ({_HIGH_RISK[port]})" for port in risky)
            yield from _told(it, _everyone(it), f"lets {{}} in to {opened}")


def _risky(ports: Ports | None, options: Options) -> list[int]:
    return [port for port in _HIGH_RISK if ports and port in ports and port not in options.public_ports]


def egress_to_everywhere(holder: Resource, _options: Options) -> Iterator[Problem]:
    """Rules that let everything out to every address."""
    for it in rules(holder, ingress=False):
        if isinstance(it, Problem):
            yield it
        elif isinstance(it.ports, Unreadable):
            yield from _unread_ports(it, it.ports)
        elif it.ports is not None and it.ports.every:
            yield from _told(it, _everyone(it), "lets everything out to {}, on any port")


def _unread_ports(rule: GroupRule, reason: Unreadable) -> Iterator[Problem]:
    """The problem that a rule's ports can't be read, if it matters: the rule is for everyone."""
    if any(_everyone(rule)):
        yield unverifiable(rule.resource, rule.traffic, reason)


def _everyone(rule: GroupRule) -> Iterator[Peer | Problem]:
    """The addresses of a rule that stand for everyone, or that can't be read."""
    for peer in rule.peers:
        if peer.kind is PeerKind.ADDRESSES:
            found = block(peer.value)
            if isinstance(found, Unreadable):
                yield unverifiable(rule.resource, peer.path, found)
            elif is_everyone(found):
                yield peer


def open_ports(stack: Stack, options: Options) -> Iterator[Problem]:
    """Openings to everyone beyond the public ports, or for others than a load balancer.

    What `high_risk_ports` finds isn't told again, nor what it can't read; the groups of services' tasks are
    judged by who reaches the tasks at all.
    """
    groups = stack.once(SecurityGroups)
    fronts = [
        groups.named(it, "securityGroups") for it in stack.of_type(LOAD_BALANCER, CLASSIC_LOAD_BALANCER)
    ]
    of_fronts = {key for it in fronts for key in groups.keys(it)}
    of_tasks = {key for it in stack.of_type(SERVICE) for key in security_groups(stack, it)}
    for holder in stack.of_type(*sorted(HOLDERS)):
        inside = groups.of(holder)
        keys = groups.keys(inside)
        if keys & of_tasks:
            continue
        is_front = bool(keys) and keys <= of_fronts and not inside.lost
        unsure = inside.lost or any(it.lost for it in fronts)
        for it in rules(holder, ingress=True):
            if isinstance(it, GroupRule) and isinstance(it.ports, Ports):
                yield from _beyond(stack, it, it.ports, options, is_front=is_front, unsure=unsure)


def _beyond(
    stack: Stack, rule: GroupRule, ports: Ports, options: Options, *, is_front: bool, unsure: bool
) -> Iterator[Problem]:
    private = next((port for port in ports.each if port not in options.public_ports), None)
    if private is not None:
        public = ", ".join(map(str, sorted(options.public_ports))) or "none"
        message = f"opens port {private} to {{}}; the ports that may be public: {public}"
        everyone = () if _risky(ports, options) else _everyone(rule)
        yield from _told(rule, (*everyone, *_everyone_listed(stack, rule)), message)
    elif not is_front:
        message = f"opens port {ports} to {{}} on a security group that no load balancer has"
        everyone = (*_everyone(rule), *_everyone_listed(stack, rule))
        yield from _told(rule, everyone, message, unsure=unsure)


def _told(
    rule: GroupRule, everyone: Iterable[Peer | Problem], message: str, *, unsure: bool = False
) -> Iterator[Problem]:
    """A problem for each peer; `{}` in the message stands for what it is."""
    for it in everyone:
        if isinstance(it, Problem):
            yield it
        else:
            shown = it.value if it.kind is PeerKind.ADDRESSES else "everyone, by a prefix list,"
            told = message.replace("{}", str(shown))
            yield Problem(resource=rule.resource, path=it.path, message=told, unverifiable=unsure)


def _everyone_listed(stack: Stack, rule: GroupRule) -> Iterator[Peer | Problem]:
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


HIGH_RISK_PORT = Rule(
    id="network.high-risk-port",
    title="No port for administration or data is open to the internet",
    severity=Severity.CRITICAL,
    why="SSH, RDP, databases and the like are found within minutes, and attacked with stolen passwords.",
    fix="Let in the security group or the addresses of those who need it, or use ECS Exec in place of SSH.",
    mappings=(
        "AWS Security Hub FSBP EC2.18",
        "AWS Security Hub FSBP EC2.19",
        "CIS AWS Foundations 1.2.0 4.1",
        "CIS AWS Foundations 1.2.0 4.2",
        "CIS AWS Foundations 3.0.0 5.2",
        "CIS AWS Foundations 3.0.0 5.3",
    ),
    options=("public_ports",),
    types=HOLDERS,
    resource=high_risk_ports,
)

OPEN_PORT = Rule(
    id="network.open-port",
    title="Only public ports are open to the internet, and only on load balancers",
    severity=Severity.HIGH,
    why="What the internet reaches beside the load balancer has no TLS, access log or firewall before it.",
    fix="Open the load balancer's group alone, on ports of the option public_ports, and let that group in "
    "elsewhere: referenced_security_group_id.",
    mappings=("AWS Security Hub FSBP EC2.18",),
    options=("public_ports",),
    stack=open_ports,
)

EGRESS_TO_EVERYWHERE = Rule(
    id="network.egress-to-everywhere",
    title="No security group lets everything out to everywhere",
    severity=Severity.MEDIUM,
    why="Whoever takes a task over could send its data anywhere, by any protocol.",
    fix="Let out what is needed: ip_protocol='tcp', from_port=443 and to_port=443 for HTTPS.",
    types=HOLDERS,
    resource=egress_to_everywhere,
)

RULES = (HIGH_RISK_PORT, OPEN_PORT, EGRESS_TO_EVERYWHERE)

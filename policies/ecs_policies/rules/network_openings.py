"""What security groups open to the whole internet where that is always wrong, and let out to it.

ICMP isn't judged: it has no ports, and some of it is needed to learn how large packets may be (Amazon EC2
User Guide, "Path MTU Discovery").
"""

from collections.abc import Iterator

from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.openings import HIGH_RISK, everyone, risky, told
from ecs_policies.reading.security_groups import HOLDERS, GroupRule, rules
from ecs_policies.reading.values import Unreadable


def high_risk_ports(holder: Resource, options: Options) -> Iterator[Problem]:
    """Rules that let everyone in to a port that is attacked as soon as it is found."""
    for it in rules(holder, ingress=True):
        if isinstance(it, Problem):
            yield it
        elif isinstance(it.ports, Unreadable):
            yield from _unread_ports(it, it.ports)
        elif found := risky(it.ports, options):
            every = it.ports is not None and it.ports.every
            opened = "every port" if every else ", ".join(f"{port} ({HIGH_RISK[port]})" for port in found)
            yield from told(it, everyone(it), f"lets {{}} in to {opened}")


def egress_to_everywhere(holder: Resource, _options: Options) -> Iterator[Problem]:
    """Rules that let everything out to every address."""
    for it in rules(holder, ingress=False):
        if isinstance(it, Problem):
            yield it
        elif isinstance(it.ports, Unreadable):
            yield from _unread_ports(it, it.ports)
        elif it.ports is not None and it.ports.every:
            yield from told(it, everyone(it), "lets everything out to {}, on any port")


def _unread_ports(rule: GroupRule, reason: Unreadable) -> Iterator[Problem]:
    """The problem that a rule's ports can't be read, if it matters: the rule is for everyone."""
    if any(everyone(rule)):
        yield unverifiable(rule.resource, rule.traffic, reason)


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

EGRESS_TO_EVERYWHERE = Rule(
    id="network.egress-to-everywhere",
    title="No security group lets everything out to everywhere",
    severity=Severity.MEDIUM,
    why="Whoever takes a task over could send its data anywhere, by any protocol.",
    fix="Let out what is needed: ip_protocol='tcp', from_port=443 and to_port=443 for HTTPS.",
    types=HOLDERS,
    resource=egress_to_everywhere,
)

RULES = (HIGH_RISK_PORT, EGRESS_TO_EVERYWHERE)

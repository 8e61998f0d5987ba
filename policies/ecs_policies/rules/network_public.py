"""What may be open to the internet: the public ports, on load balancers."""

from collections.abc import Iterator

from ecs_policies.kinds import CLASSIC_LOAD_BALANCER, LOAD_BALANCER, SERVICE
from ecs_policies.model import Options, Problem, Rule, Severity, Stack
from ecs_policies.reading.openings import everyone, everyone_listed, risky, told
from ecs_policies.reading.security_groups import HOLDERS, GroupRule, Ports, SecurityGroups, rules
from ecs_policies.reading.services import security_groups


def open_ports(stack: Stack, options: Options) -> Iterator[Problem]:
    """Openings to everyone beyond the public ports, or for others than a load balancer.

    Ports with high risk, and what can't be read, are another rule's; so are the groups of tasks, which are
    judged by who reaches them at all.
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
        peers = () if risky(ports, options) else everyone(rule)
        yield from told(rule, (*peers, *everyone_listed(stack, rule)), message)
    elif not is_front:
        message = f"opens port {ports} to {{}} on a security group that no load balancer has"
        peers = (*everyone(rule), *everyone_listed(stack, rule))
        yield from told(rule, peers, message, unsure=unsure)


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

RULES = (OPEN_PORT,)

"""Load balancers with their listeners, the listeners' rules, and the target groups that they lead to."""

from collections.abc import Iterator, Mapping, Sequence

from ecs_policies.kinds import LISTENER, LISTENER_RULE, LOAD_BALANCER, SERVICE, TARGET_GROUP
from ecs_policies.model import UNKNOWN, Resource, Stack, Value
from ecs_policies.reading.references import References, resolve
from ecs_policies.reading.services import target_groups
from ecs_policies.reading.settings import word_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, blocks, flag, items, mapping, word

_AUTHENTICATING = ("authenticate-cognito", "authenticate-oidc", "jwt-validation")


def is_application(balancer: Resource) -> bool:
    """Whether it's an Application Load Balancer; one whose type can't be read counts as the default."""
    return kind(balancer) == "application"


def kind(balancer: Resource) -> str:
    """application, network or gateway; one that can't be read counts as the default, application."""
    found = word(balancer.properties.get("loadBalancerType"), default="application")
    return "application" if isinstance(found, Unreadable) else found.lower()


def is_public(balancer: Resource) -> bool:
    """Whether it is known to take requests from the internet, as one does for which nothing is said."""
    return flag(balancer.properties.get("internal"), default=False) is False


def actions_of(holder: Resource) -> str:
    """The property in which a listener or a rule says what it does."""
    return "defaultActions" if holder.kind == LISTENER else "actions"


def actions(holder: Resource) -> tuple[Mapping[str, Value], ...] | Unreadable:
    """What a listener does by default, or a rule does."""
    return blocks(holder.properties.get(actions_of(holder)))


class Listeners:
    """The listeners and rules of a stack's load balancers; get it by `stack.once(Listeners)`.

    `astray` says that some listener or rule is on a load balancer that can't be told.
    """

    def __init__(self, stack: Stack) -> None:
        self.astray = False
        self._listeners = self._by_owner(stack, LISTENER, "loadBalancerArn", LOAD_BALANCER)
        self._rules = self._by_owner(stack, LISTENER_RULE, "listenerArn", LISTENER)

    def of(self, balancer: Resource) -> Sequence[Resource]:
        """The load balancer's listeners, and their rules."""
        listeners = self._listeners.get(balancer.urn, ())
        return (*listeners, *(rule for it in listeners for rule in self.rules(it)))

    def rules(self, listener: Resource) -> Sequence[Resource]:
        """The listener's rules."""
        return self._rules.get(listener.urn, ())

    def _by_owner(self, stack: Stack, kind: str, name: str, owners: str) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for it in stack.of_type(kind):
            references = resolve(stack, it, name, (owners,))
            self.astray = self.astray or references.lost
            for key in references.keys:
                found.setdefault(key, []).append(it)
        return found


def authenticates(stack: Stack, balancer: Resource) -> bool | Unreadable:
    """Whether a listener or a rule authenticates: by OpenID Connect, Cognito, a JWT or a certificate."""
    listeners = stack.once(Listeners)
    unread = Unreadable(f"which listeners it has: {IS_UNKNOWN}") if listeners.astray else None
    for it in listeners.of(balancer):
        kinds = _kinds_of_action(it)
        if any(found in _AUTHENTICATING for found in kinds) or _asks_for_certificate(it):
            return True
        if any(isinstance(found, Unreadable) for found in kinds):
            unread = Unreadable(f"whether {it.name} authenticates in {actions_of(it)}: it can't be read")
    return unread or False


def _kinds_of_action(holder: Resource) -> list[str | Unreadable]:
    found = actions(holder)
    return [found] if isinstance(found, Unreadable) else [word(it.get("type")) for it in found]


def _asks_for_certificate(holder: Resource) -> bool:
    return holder.kind == LISTENER and word_at(holder, "mutualAuthentication.mode") == "verify"


class Targets:
    """From load balancers to the services behind them; get it by `stack.once(Targets)`."""

    def __init__(self, stack: Stack) -> None:
        listeners = stack.once(Listeners)
        self._groups: dict[str, set[str]] = {}
        self._balancers: dict[str, list[Resource]] = {}
        self._services: dict[str, list[Resource]] = {}
        for balancer in stack.of_type(LOAD_BALANCER):
            groups = {key for it in listeners.of(balancer) for key in _led_to(stack, it).keys}
            self._groups[balancer.urn] = groups
            for it in groups:
                self._balancers.setdefault(it, []).append(balancer)
        for service in stack.of_type(SERVICE):
            for key in target_groups(stack, service).keys:
                self._services.setdefault(key, []).append(service)

    def groups(self, balancer: Resource) -> frozenset[str]:
        """Keys of the target groups that the load balancer leads to."""
        return frozenset(self._groups[balancer.urn])

    def services(self, group: str) -> Sequence[Resource]:
        """The services whose tasks are in the target group of that key."""
        return self._services.get(group, ())

    def balancers(self, group: str) -> Sequence[Resource]:
        """The load balancers that lead to the target group of that key."""
        return self._balancers.get(group, ())


def _led_to(stack: Stack, holder: Resource) -> References:
    found = actions(holder)
    arns = [UNKNOWN] if isinstance(found, Unreadable) else [arn for it in found for arn in _arns(it)]
    return resolve(stack, holder, actions_of(holder), (TARGET_GROUP,), arns)


def _arns(action: Mapping[str, Value]) -> Iterator[Value]:
    if action.get("targetGroupArn") is not None:
        yield action["targetGroupArn"]
    for forward in items(action.get("forward")):
        for group in items(mapping(forward).get("targetGroups")):
            yield UNKNOWN if group is UNKNOWN else mapping(group).get("arn")

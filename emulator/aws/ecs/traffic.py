"""Traffic between two target groups: the weights of the listener rules that ECS moves.

A load balancer of a deployment, as these functions take it, names the group of the deployment's own tasks
as its target group, and the other one as the alternate (`place`). The rules are those of "Application Load
Balancer resources for blue/green deployments" in the Amazon ECS Developer Guide, the words those of
"Troubleshooting Amazon ECS blue/green deployments".
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

from moto.elbv2.exceptions import RuleNotFoundError
from moto.elbv2.models import FakeAction, elbv2_backends
from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition

Balancer = dict[str, Any]


def place(
    balancers: list[Balancer], *, used: Collection[str], serving: Collection[str], move: bool
) -> list[Balancer]:
    """The service's load balancers as one deployment's.

    With `move` its tasks go to the group of each pair that isn't `used`, else to the one that is. Where none
    is, they go to the one that is `serving` by the production rule, else to the first.
    """
    return [_placed(it, used=used, serving=serving, move=move) for it in balancers]


def _placed(balancer: Balancer, *, used: Collection[str], serving: Collection[str], move: bool) -> Balancer:
    advanced = balancer.get("advancedConfiguration")
    if advanced is None:
        return balancer
    pair = (balancer["targetGroupArn"], advanced["alternateTargetGroupArn"])
    taken = next((it for it in pair if it in used), None)
    own = taken or next((it for it in pair if it in serving), pair[0])
    if move and taken:
        own = pair[taken == pair[0]]
    spare = pair[own == pair[0]]
    advanced = {**advanced, "alternateTargetGroupArn": spare}
    return {**balancer, "targetGroupArn": own, "advancedConfiguration": advanced}


def groups(balancers: list[Balancer]) -> set[str]:
    """The target groups of the deployment's own tasks."""
    return {it["targetGroupArn"] for it in balancers if "targetGroupArn" in it}


def serving(account: str, region: str, balancers: list[Balancer]) -> set[str]:
    """The target groups that get production traffic now."""
    rules = {it["advancedConfiguration"]["productionListenerRule"] for it in _advanced(balancers)}
    return {group for rule in rules for group, weight in weights_in(account, region, rule).items() if weight}


def shift(
    account: str, region: str, balancers: list[Balancer], *, production: float | None, test: float | None
) -> None:
    """Gives the deployment these shares of the traffic, in percent, and the other group the rest.

    None leaves a rule as it is, and so does a rule that is gone.
    """
    for balancer in _advanced(balancers):
        advanced = balancer["advancedConfiguration"]
        pair = (balancer["targetGroupArn"], advanced["alternateTargetGroupArn"])
        if production is not None:
            _set(account, region, advanced["productionListenerRule"], pair, production)
        if test is not None and advanced.get("testListenerRule"):
            _set(account, region, advanced["testListenerRule"], pair, test)


def problem(account: str, region: str, balancers: list[Balancer]) -> str:
    """What keeps ECS from moving the traffic, in its words; empty when it can."""
    found = (it for balancer in _advanced(balancers) for it in _problems(account, region, balancer))
    return next(found, "")


def _problems(account: str, region: str, balancer: Balancer) -> Iterator[str]:
    advanced = balancer["advancedConfiguration"]
    production, test = advanced["productionListenerRule"], advanced.get("testListenerRule")
    pair = (balancer["targetGroupArn"], advanced["alternateTargetGroupArn"])
    rules = [it for it in (production, test) if it]
    if any(rule(account, region, it) is None for it in rules):
        yield "One or more rules not found"
        return
    if not is_trusted(account, region, advanced["roleArn"]):
        role = f"ECS Infrastructure Role '{advanced['roleArn']}'"
        yield f"ECS was unable to manage the ELB resources due to missing permissions on {role}."
    weights = weights_in(account, region, production)
    for group in weights:
        if group not in pair:
            yield (
                f"Production listener rule is forwarding traffic to unexpected target group {group}. "
                f"Expected traffic to be forwarded to either targetGroupArn: {pair[0]} or "
                f"alternateTargetGroupArn: {pair[1]}"
            )
    serving = [group for group, weight in weights.items() if weight]
    if len(serving) != 1:
        yield (
            f"productionListenerRule {production} should have exactly one target group serving traffic but "
            f"found {len(serving)} target groups which are serving traffic"
        )
    associated = {group for it in rules for group in weights_in(account, region, it)}
    for group in pair:
        if group not in associated:
            yield (
                f"Target group {group} is not associated with either productionListenerRule or "
                "testListenerRule."
            )


def is_trusted(account: str, region: str, role: str) -> bool:
    """Whether the infrastructure role exists and lets ECS assume it."""
    roles: Any = iam_backends[account][get_partition(region)].roles
    known = next((it for it in roles.values() if it.arn == role), None)
    if known is None:
        return False
    document = known.assume_role_policy_document
    document = json.loads(document) if isinstance(document, str) else document
    return "ecs.amazonaws.com" in json.dumps(document)


def rule(account: str, region: str, arn: str) -> Any:
    """moto's listener rule; None when there is none of that ARN."""
    try:
        return elbv2_backends[account][region].describe_rules(None, [arn])[0]
    except RuleNotFoundError:
        return None


def _advanced(balancers: list[Balancer]) -> list[Balancer]:
    return [it for it in balancers if it.get("advancedConfiguration")]


def weights_in(account: str, region: str, arn: str) -> dict[str, int]:
    """The weights of a rule's forward action by target group; empty when it doesn't only forward."""
    known = rule(account, region, arn)
    if known is None or [it.type for it in known.actions] != ["forward"]:
        return {}
    data: dict[str, Any] = known.actions[0].data
    if data.get("ForwardConfig"):
        return {
            it["TargetGroupArn"]: int(it.get("Weight", 1)) for it in data["ForwardConfig"]["TargetGroups"]
        }
    return {data["TargetGroupArn"]: 1}


def _set(account: str, region: str, arn: str, pair: tuple[str, str], percent: float) -> None:
    """Weighs the pair in the rule, in the order in which the rule names the groups."""
    known = rule(account, region, arn)
    if known is None:
        return
    wanted = dict(zip(pair, weights(percent), strict=True))
    before = weights_in(account, region, arn)
    if before == wanted:
        return
    order = [*(it for it in before if it in wanted), *(it for it in pair if it not in before)]
    data: dict[str, Any] = known.actions[0].data
    kept = {key: value for key, value in data.items() if key != "TargetGroupArn"}
    forward = {
        **kept.get("ForwardConfig", {}),
        "TargetGroups": [{"TargetGroupArn": it, "Weight": wanted[it]} for it in order],
    }
    known.actions = [FakeAction({**kept, "ForwardConfig": forward})]


def weights(percent: float) -> tuple[int, int]:
    """The weights, 0 to 999, that give the first of two target groups this share of the traffic.

    A share is a multiple of 0.1 percent.
    """
    if percent == int(percent):
        return int(percent), 100 - int(percent)
    tenths = round(percent * 10)
    return tenths, 1000 - tenths

"""Who builds on the local stack: other stacks' rules on its listeners, which would go with them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.local.failure import LocalStackError
from emulator.local.session import exported
from emulator.local.stack import LocalStack


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A rule that isn't the stack's own: its ARN, the hosts and paths that it takes, and its tags."""

    rule: str
    takes: tuple[str, ...]
    tags: Mapping[str, str]

    def __str__(self) -> str:
        requests = f"takes {' '.join(self.takes) or 'requests'} by the rule {self.rule}"
        project, environment = self.tags.get("Project"), self.tags.get("Environment")
        if project and environment:
            return f"project {project}, stack {environment}, {requests}"
        return f"somebody who set no tags Project and Environment {requests}"


def refuse_consumed(stack: LocalStack) -> None:
    """Raises LocalStackError, with each consumer's project and stack, while there is one.

    A look-up that AWS refuses raises botocore's error: then nobody knows whether there is one.
    """
    resources: list[Any] = exported(stack).get("deployment", {}).get("resources") or []
    listeners = [it["id"] for it in resources if it["type"] == "aws:lb/listener:Listener"]
    own = [it["id"] for it in resources if it["type"] == "aws:lb/listenerRule:ListenerRule"]
    found = consumers(stack.client("elbv2"), listeners, own=own)
    if found:
        raise LocalStackError(
            "The local stack stays as it is, because others have rules on its load balancer: "
            f"{'; '.join(map(str, found))}. Destroy their stacks first, each by `pulumi destroy` in its "
            'program (after `eval "$(make -s env)"`), then run `make down` again. A rule that no stack knows '
            "any more goes with `aws elbv2 delete-rule --rule-arn RULE`."
        )


def consumers(elb: Any, listeners: Iterable[str], *, own: Collection[str]) -> list[Consumer]:
    """The rules on these listeners, but for the default ones and `own`, all of them ARNs.

    A listener that was deleted by hand has none. Raises botocore's ClientError for any other refusal.
    """
    rules = [rule for listener in listeners for rule in _rules(elb, listener)]
    return [_consumer(elb, it) for it in rules if not it["IsDefault"] and it["RuleArn"] not in own]


def _rules(elb: Any, listener: str) -> list[Any]:
    try:
        pages = elb.get_paginator("describe_rules").paginate(ListenerArn=listener)
        return [rule for page in pages for rule in page["Rules"]]
    except elb.exceptions.ListenerNotFoundException:
        return []


def _consumer(elb: Any, rule: Mapping[str, Any]) -> Consumer:
    described = elb.describe_tags(ResourceArns=[rule["RuleArn"]])["TagDescriptions"]
    return Consumer(
        rule=rule["RuleArn"],
        takes=tuple(value for it in rule["Conditions"] for value in _values(it)),
        tags={tag["Key"]: tag["Value"] for it in described for tag in it.get("Tags", [])},
    )


def _values(condition: Mapping[str, Any]) -> list[str]:
    """Of a condition on host or path, which may stand in either of two places; none of any other."""
    if condition["Field"] not in {"host-header", "path-pattern"}:
        return []
    config = condition.get("HostHeaderConfig") or condition.get("PathPatternConfig") or condition
    return list(config.get("Values", []))

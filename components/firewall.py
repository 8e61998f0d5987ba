"""A web application firewall with AWS's managed rules in front of a load balancer."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedRules:
    """A rule group that AWS maintains; rules in `counted` are only counted, not enforced."""

    group: str
    counted: tuple[str, ...] = ()


# AWS WAF Developer Guide, "AWS Managed Rules rule groups list". In this order: an address of ill repute
# is turned away before its request is looked at.
RULES = (
    ManagedRules(group="AWSManagedRulesAmazonIpReputationList"),
    # The common rules block any body above 8 KB, and so every upload; nginx has a limit of its own.
    ManagedRules(group="AWSManagedRulesCommonRuleSet", counted=("SizeRestrictions_BODY",)),
    ManagedRules(group="AWSManagedRulesKnownBadInputsRuleSet"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallArgs:
    """`load_balancer_arn` is the load balancer whose requests are filtered."""

    load_balancer_arn: pulumi.Input[str]


class Firewall(pulumi.ComponentResource):
    """A web ACL that blocks what AWS's managed rules match and lets everything else through."""

    web_acl_arn: pulumi.Output[str]

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Firewall", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        acl = aws.wafv2.WebAcl(
            f"{name}-firewall",
            description="AWS's managed rules in front of the load balancer",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[_rule(priority, rules) for priority, rules in enumerate(RULES)],
            visibility_config=_visibility(f"{name}-firewall"),
            opts=child,
        )
        aws.wafv2.WebAclAssociation(
            f"{name}-firewall", resource_arn=args.load_balancer_arn, web_acl_arn=acl.arn, opts=child
        )
        self.web_acl_arn = acl.arn
        self.register_outputs({"web_acl_arn": self.web_acl_arn})


def _rule(priority: int, rules: ManagedRules) -> aws.wafv2.WebAclRuleArgsDict:
    return {
        "name": rules.group,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "vendor_name": "AWS",
                "name": rules.group,
                "rule_action_overrides": [
                    {"name": rule, "action_to_use": {"count": {}}} for rule in rules.counted
                ]
                or None,
            }
        },
        "visibility_config": _visibility(rules.group),
    }


def _visibility(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}

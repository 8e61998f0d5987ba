"""A web application firewall with AWS's managed rules in front of a load balancer."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.encrypted_log_group import EncryptedLogGroup, EncryptedLogGroupArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedRules:
    """A rule group that AWS maintains; rules in `counted` are only counted, not enforced."""

    group: str
    counted: tuple[str, ...] = ()


# AWS WAF Developer Guide, "AWS Managed Rules rule groups list". In this order: an address of ill repute
# is turned away before its request is looked at. They take 25 + 700 + 200 + 200 = 1125 capacity units of the
# 1500 that a web ACL's price includes ("Web ACL capacity units (WCUs) in AWS WAF").
RULES = (
    ManagedRules(group="AWSManagedRulesAmazonIpReputationList"),
    # The common rules block any body above 8 KB, and so every upload; nginx has a limit of its own.
    ManagedRules(group="AWSManagedRulesCommonRuleSet", counted=("SizeRestrictions_BODY",)),
    ManagedRules(group="AWSManagedRulesKnownBadInputsRuleSet"),
    ManagedRules(group="AWSManagedRulesSQLiRuleSet"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirewallArgs:
    """`load_balancer_arn` is the load balancer whose requests are filtered."""

    context: Context
    load_balancer_arn: pulumi.Input[str]
    log_retention_days: int = 30


class Firewall(pulumi.ComponentResource):
    """A web ACL that blocks what AWS's managed rules match and lets everything else through.

    What it blocked or counted is logged, without the headers that carry credentials.
    """

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
        self._log(name, args, acl)
        self.web_acl_arn = acl.arn
        self.register_outputs({"web_acl_arn": self.web_acl_arn})

    def _log(self, name: str, args: FirewallArgs, acl: aws.wafv2.WebAcl) -> None:
        group = EncryptedLogGroup(
            f"{name}-firewall-logs",
            EncryptedLogGroupArgs(
                context=args.context,
                # AWS WAF Developer Guide, "Sending web ACL traffic logs to an Amazon CloudWatch Logs log
                # group": the name has to begin so. WAF itself lets its deliveries in.
                log_group=f"aws-waf-logs-{args.context.name(name)}",
                purpose="Requests that the firewall blocked or counted",
                retention_days=args.log_retention_days,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        aws.wafv2.WebAclLoggingConfiguration(
            f"{name}-firewall",
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [{"action_condition": {"action": it}} for it in ("BLOCK", "COUNT")],
                    }
                ],
            },
            redacted_fields=[{"single_header": {"name": it}} for it in ("authorization", "cookie")],
            opts=pulumi.ResourceOptions(parent=self),
        )


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

"""The load balancer: the one thing that the internet reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.access_logs import AccessLogs, AccessLogsArgs
from components.certificate import Certificate, CertificateArgs, Domain
from components.context import Context
from components.errors import InvalidSettingError
from components.firewall import Firewall, FirewallArgs
from components.network import ANYWHERE, Network
from components.priorities import ListenerRules

PUBLIC_ACCESS = "a web application for anybody, which asks its users itself"
# User Guide for Application Load Balancers, "Security policies for your Application Load Balancer":
# TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only.
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
_MODERN_TLS = re.compile(r"ELBSecurityPolicy-TLS13-1-[23]-.+")

NOT_FOUND: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "fixed-response",
    "fixed_response": {"content_type": "text/plain", "message_body": "Not found", "status_code": "404"},
}
"""What a request gets that no rule takes."""
TO_HTTPS: aws.lb.ListenerDefaultActionArgsDict = {
    "type": "redirect",
    "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerArgs:
    """With a `domain` the load balancer serves HTTPS under that name, else HTTP under its own.

    `idle_timeout` is in seconds; the targets have to keep a connection open for longer. `firewall` puts
    AWS's managed rules in front. `protect` refuses to delete the load balancer and its access logs.
    """

    context: Context
    network: Network
    domain: Domain | None = None
    tls_policy: str = TLS_POLICY
    idle_timeout: int = 60
    deletion_protection: bool = True
    access_log_retention_days: int = 90
    empty_access_logs_on_delete: bool = False
    firewall: bool = False
    protect: bool = False


class LoadBalancer(pulumi.ComponentResource):
    """An internet-facing Application Load Balancer that answers 404 until a service adds its rule.

    Its security group lets the internet in on the listeners' ports and lets nothing out: each service adds
    the rule that leads to its own tasks. Raises `InvalidSettingError` for a value that can't work.
    """

    arn: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    """Of the load balancer's own name, for alias records."""
    security_group_id: pulumi.Output[str]
    listener_arn: pulumi.Output[str]
    """Where a service's rule goes: HTTPS with a domain, else HTTP."""
    http_listener_arn: pulumi.Output[str]
    https_listener_arn: pulumi.Output[str] | None
    url: pulumi.Output[str]
    rules: ListenerRules
    """Those that services have put on the listener so far."""

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:LoadBalancer", name, {}, opts)
        _check(args)
        self.rules = ListenerRules()
        self._child = pulumi.ResourceOptions(parent=self)
        logs = AccessLogs(
            name,
            AccessLogsArgs(
                context=args.context,
                retention_days=args.access_log_retention_days,
                empty_on_delete=args.empty_access_logs_on_delete,
                protect=args.protect,
            ),
            self._child,
        )
        self.security_group_id = self._security_group(name, args)
        balancer = aws.lb.LoadBalancer(
            f"{name}-lb",
            load_balancer_type="application",
            internal=False,
            ip_address_type="ipv4",
            subnets=args.network.public_subnet_ids,
            security_groups=[self.security_group_id],
            access_logs={"bucket": logs.bucket, "enabled": True},
            drop_invalid_header_fields=True,
            desync_mitigation_mode="defensive",
            preserve_host_header=True,
            xff_header_processing_mode="append",
            enable_http2=True,
            idle_timeout=args.idle_timeout,
            enable_deletion_protection=args.deletion_protection,
            # The policies want the reason said for a load balancer that lets anybody in unasked.
            tags={"PublicAccess": PUBLIC_ACCESS},
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, depends_on=[*logs.ready, *args.network.public_ready]
            ),
        )
        self.arn, self.dns_name, self.zone_id = balancer.arn, balancer.dns_name, balancer.zone_id
        if args.firewall:
            Firewall(name, FirewallArgs(context=args.context, load_balancer_arn=balancer.arn), self._child)

        self.http_listener_arn = self._http_listener(name, TO_HTTPS if args.domain else NOT_FOUND)
        self.https_listener_arn = None
        self.url = pulumi.Output.concat("http://", balancer.dns_name)
        if args.domain:
            self.https_listener_arn = self._serve_https(name, args.domain, args.tls_policy)
            self.url = pulumi.Output.from_input(f"https://{args.domain.name}")
        self.listener_arn = self.https_listener_arn or self.http_listener_arn
        self.register_outputs({"arn": self.arn, "dns_name": self.dns_name, "url": self.url})

    def _security_group(self, name: str, args: LoadBalancerArgs) -> pulumi.Output[str]:
        group = aws.ec2.SecurityGroup(
            f"{name}-lb",
            vpc_id=args.network.vpc_id,
            description="Load balancer, reached by the internet",
            opts=self._child,
        )
        ports = {"http": 80, "https": 443} if args.domain else {"http": 80}
        for protocol, port in ports.items():
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-lb-{protocol}",
                security_group_id=group.id,
                description=f"{protocol.upper()} from the internet",
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ipv4=ANYWHERE,
                opts=self._child,
            )
        return group.id

    def _http_listener(
        self, name: str, default_action: aws.lb.ListenerDefaultActionArgsDict
    ) -> pulumi.Output[str]:
        listener = aws.lb.Listener(
            f"{name}-http",
            load_balancer_arn=self.arn,
            port=80,
            protocol="HTTP",
            default_actions=[default_action],
            opts=self._child,
        )
        return listener.arn

    def _serve_https(self, name: str, domain: Domain, tls_policy: str) -> pulumi.Output[str]:
        """The TLS listener, its certificate, and the record that leads the domain to the load balancer."""
        certificate_arn = domain.certificate_arn
        if certificate_arn is None:
            request = CertificateArgs(domain_name=domain.name, zone_id=domain.zone_id)
            certificate_arn = Certificate(name, request, self._child).arn
        listener = aws.lb.Listener(
            f"{name}-https",
            load_balancer_arn=self.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=tls_policy,
            certificate_arn=certificate_arn,
            default_actions=[NOT_FOUND],
            opts=self._child,
        )
        # No AAAA record: the VPC, and with it the load balancer, has IPv4 addresses only.
        aws.route53.Record(
            f"{name}-domain",
            zone_id=domain.zone_id,
            name=domain.name,
            type="A",
            aliases=[{"name": self.dns_name, "zone_id": self.zone_id, "evaluate_target_health": True}],
            opts=self._child,
        )
        return listener.arn


def _check(args: LoadBalancerArgs) -> None:
    # User Guide for Application Load Balancers, "Edit attributes for your Application Load Balancer".
    if not 1 <= args.idle_timeout <= 4000:
        raise InvalidSettingError(
            "load_balancer.idle_timeout", args.idle_timeout, "must be 1 to 4000 seconds"
        )
    if args.access_log_retention_days < 1:
        raise InvalidSettingError(
            "load_balancer.access_log_retention_days",
            args.access_log_retention_days,
            "must be at least one day",
        )
    if _MODERN_TLS.fullmatch(args.tls_policy) is None:
        raise InvalidSettingError(
            "load_balancer.tls_policy",
            args.tls_policy,
            f"allows TLS below 1.2; use {TLS_POLICY} or a newer one",
        )

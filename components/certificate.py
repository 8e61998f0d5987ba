"""The name that the application answers to, and its certificate."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """`name` is a host name in the public hosted zone of that id.

    Without `certificate_arn` a certificate is requested, and renewed by AWS as long as its record stays.
    """

    name: str
    zone_id: str
    certificate_arn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateArgs:
    """`zone_id` is the hosted zone that the record which proves the domain goes into."""

    domain_name: str
    zone_id: pulumi.Input[str]


class Certificate(pulumi.ComponentResource):
    """A public certificate from ACM, proven through Route 53.

    AWS Certificate Manager User Guide, "DNS validation".
    """

    arn: pulumi.Output[str]
    """Known once the certificate is issued, so that a listener which uses it waits."""

    def __init__(self, name: str, args: CertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Certificate", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        certificate = aws.acm.Certificate(
            f"{name}-certificate", domain_name=args.domain_name, validation_method="DNS", opts=child
        )
        proof = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{name}-validation",
            zone_id=args.zone_id,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=300,
            # The record is the same for every certificate of this name in the account, a successor's too.
            allow_overwrite=True,
            opts=child,
        )
        validation = aws.acm.CertificateValidation(
            f"{name}-validation",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=child,
        )
        self.arn = validation.certificate_arn
        self.register_outputs({"arn": self.arn})

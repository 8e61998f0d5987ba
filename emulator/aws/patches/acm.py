"""ACM: a certificate waits for its proof, knows the load balancers that use it, and stays while they do."""

from typing import Any

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends

from emulator.aws.patching import wrap
from emulator.aws.refusal import Refusal


# A certificate is issued once the CNAME record of each of its names stands in a public hosted zone.
@wrap(CertBundle)
def check(original: Any, self: Any) -> None:
    pending = self.status == "PENDING_VALIDATION"
    original(self)
    if pending and self.status == "ISSUED" and not _proven(self):
        self.status = "PENDING_VALIDATION"


# DescribeCertificate lists the load balancers whose listeners use the certificate.
@wrap(CertBundle)
def describe(original: Any, self: Any) -> dict[str, Any]:
    shown = original(self)
    shown["Certificate"]["InUseBy"] = _users(self.arn)
    return shown


# DeleteCertificate is refused while the certificate is in use.
@wrap(AWSCertificateManagerBackend)
def delete_certificate(original: Any, self: Any, arn: str) -> None:
    if _users(arn):
        raise Refusal("ResourceInUseException", f"Certificate {arn} is in use.")
    original(self, arn)


def _proven(certificate: Any) -> bool:
    options = certificate.describe()["Certificate"].get("DomainValidationOptions", [])
    asked = {_spelled(option["ResourceRecord"]["Name"]) for option in options}
    _, _, _, _, account, _ = certificate.arn.split(":", 5)
    zones = route53_backends[account]["aws"].zones.values()
    records = (record for zone in zones if not zone.private_zone for record in zone.rrsets)
    return asked <= {_spelled(record.name) for record in records if record.type == "CNAME"}


def _spelled(name: str) -> str:
    return name.rstrip(".").lower()


def _users(arn: str) -> list[str]:
    _, _, _, region, account, _ = arn.split(":", 5)
    balancers = elbv2_backends[account][region].load_balancers.values()
    return [
        balancer.arn
        for balancer in balancers
        if any(arn in _certificates(listener) for listener in balancer.listeners.values())
    ]


def _certificates(listener: Any) -> list[str]:
    """A listener's certificates: ARNs, or objects that carry one."""
    return [*(getattr(one, "arn", one) for one in listener.certificates), listener.certificate or ""]

"""ACM: a certificate knows the load balancers that use it, and stays while they do."""

from typing import Any

from moto.acm.models import AWSCertificateManagerBackend, CertBundle
from moto.elbv2.models import elbv2_backends

from emulator.aws.patching import wrap
from emulator.aws.refusal import Refusal


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

"""Secrets Manager: a name stays taken while its secret waits to be deleted."""

from typing import Any

from moto.secretsmanager.models import SecretsManagerBackend

from emulator.aws.patching import wrap
from emulator.aws.refusal import Refusal


# CreateSecret says that the name belongs to a secret that is scheduled for deletion.
@wrap(SecretsManagerBackend)
def create_secret(original: Any, self: Any, name: str, *arguments: Any, **keywords: Any) -> str:
    known = self.secrets[name] if name in self.secrets.keys() else None  # noqa: SIM118 - moto's store has its own `in`
    if known is not None and known.is_deleted():
        raise Refusal(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )
    return original(self, name, *arguments, **keywords)

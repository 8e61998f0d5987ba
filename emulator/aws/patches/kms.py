"""KMS: a key's rotation has a period, and a key that waits to be deleted can't be used."""

import datetime
import json
from typing import Any

from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

from emulator.aws.patching import replace, wrap
from emulator.aws.refusal import Refusal

_DEFAULT_PERIOD = 365  # days


# EnableKeyRotation takes a period of 90 to 2560 days, a year by default.
@wrap(KmsResponse)
def enable_key_rotation(original: Any, self: Any) -> str:
    period = self._get_param("RotationPeriodInDays") or _DEFAULT_PERIOD
    key = _key(self)
    if key.key_state != "Enabled":
        raise Refusal("KMSInvalidStateException", f"{key.arn} is pending deletion or disabled.")
    answer = original(self)
    key.rotation_period, key.rotation_since = period, datetime.datetime.now(datetime.UTC)
    return answer


# GetKeyRotationStatus shows the period and the next date.
@replace(KmsResponse)
def get_key_rotation_status(self: Any) -> str:
    self._validate_cmk_id(self._get_param("KeyId"))
    key = _key(self)
    status: dict[str, Any] = {"KeyId": key.id, "KeyRotationEnabled": key.key_rotation_status}
    if key.key_rotation_status:
        period = getattr(key, "rotation_period", _DEFAULT_PERIOD)
        since = getattr(key, "rotation_since", datetime.datetime.now(datetime.UTC))
        status["RotationPeriodInDays"] = period
        status["NextRotationDate"] = (since + datetime.timedelta(days=period)).timestamp()
    return json.dumps(status)


# Only an enabled key encrypts and decrypts.
@wrap(KmsBackend, "encrypt")
@wrap(KmsBackend, "decrypt")
def with_an_enabled_key(original: Any, self: Any, *arguments: Any, **keywords: Any) -> tuple[bytes, str]:
    text, arn = original(self, *arguments, **keywords)
    state = self.keys[self.get_key_id(arn)].key_state
    if state != "Enabled":
        code = "DisabledException" if state == "Disabled" else "KMSInvalidStateException"
        raise Refusal(code, f"{arn} is pending deletion or disabled.")
    return text, arn


def _key(self: Any) -> Any:
    backend = self.kms_backend
    return backend.keys[backend.get_key_id(self._get_param("KeyId"))]

"""What looks like a secret, by the name or by the value. No function here hands a value back."""

import base64
import binascii
import math
import re
from collections import Counter

# The first few also at the end of a word, as in PGPASSWORD and CLIENTSECRET.
_NAME = re.compile(
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRETS)(?:_|$)"
    r"|(?:^|_)(?:PWD|TOKEN|CREDENTIAL|CREDENTIALS"
    r"|API_?KEY|APP_?KEY|(?:PRIVATE|MASTER|ACCESS|ENCRYPTION|SIGNING|SECRET|LICENSE|AUTH|SHARED)_?KEY)(?:_|$)"
    r"|_PASS$"
)
# Names that speak about a secret without holding it.
_ABOUT = re.compile(
    r"_(?:FILE|PATH|DIR|ARN|NAME|HOST|HOSTNAME|URL|URI|ENDPOINT|PORT|TTL|SECONDS|MINUTES|HOURS|DAYS|EXPIRY|EXPIRATION"
    r"|LENGTH|LIMIT|ENABLED|DISABLED|REQUIRED|ALGORITHM|TYPE|PREFIX|HEADER|ISSUER|AUDIENCE|VERSION|DUMMY)$"
)
# Names whose values are digests, identifiers or public keys by nature.
_OPEN = re.compile(
    r"(?:^|_)(?:VERSION|SHA|SHA256|REVISION|COMMIT|DIGEST|HASH|CHECKSUM|BUILD|RELEASE|ETAG"
    r"|PUBLIC_?KEY|PUBLISHABLE_?KEY|SITE_?KEY)(?:_|$)|_IDS?$"
)
_TRIVIAL = re.compile(r"(?:true|false|yes|no|on|off|none|null|0|1)?", re.IGNORECASE)
# ARNs, and what Datadog's agent looks up where it is told to (Datadog documentation, "Secrets Management").
_REFERENCE = re.compile(r"arn:[^:\s]*:(?:secretsmanager|ssm|kms):[^\s]*|ENC\[[^\]\s]*\]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

_SHAPES = (
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b")),
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY")),
    ("a GitHub token", re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{22,}")),
    ("a GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20}")),
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/\w+/\w+/\w+")),
    ("a Stripe key", re.compile(r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}")),
    ("a Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("a SendGrid key", re.compile(r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}")),
    ("an npm token", re.compile(r"\bnpm_[A-Za-z0-9]{36}")),
    ("a JSON web token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}")),
    (
        "a password in a URL",
        re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s/:@]{0,200}:[^\s/@${}]{1,200}@"),
    ),
)

_HEX = re.compile(r"[0-9a-fA-F]{32,128}")
_WORD = re.compile(r"[A-Za-z0-9+/_-]{20,128}={0,2}")
# Bits a character: random hexadecimal digits have nearly 4, random base64 characters nearly 6. Texts of these
# lengths show less, as few characters repeat the alphabet: 32 hex digits seldom under 3, 20 others under 3.7.
_HEX_BITS = 3.0
_WORD_BITS = 3.7
_RUN = 12


def secret_reason(name: str, value: str) -> str | None:
    """Why a named value looks like a secret, without repeating it; None if it doesn't."""
    if shape := secret_shape(value):
        return shape
    if _REFERENCE.fullmatch(value) or _TRIVIAL.fullmatch(value):
        return None
    words = _CAMEL.sub("_", name).replace("-", "_").replace(".", "_").upper()
    if _NAME.search(words) and not _ABOUT.search(words):
        return "its name says that it's a secret"
    if not _OPEN.search(words) and _is_random(value):
        return "its value is as random as a key"
    return None


def secret_shape(value: str) -> str | None:
    """Which known kind of secret the value contains, also when it's coded in base64; None if none."""
    for text in (value, _decoded(value)):
        for kind, pattern in _SHAPES:
            if text and pattern.search(text):
                return f"its value contains {kind}"
    return None


def _is_random(value: str) -> bool:
    if _HEX.fullmatch(value):
        return _bits(value.lower()) >= _HEX_BITS
    if not _WORD.fullmatch(value) or not all(re.search(it, value) for it in ("[a-z]", "[A-Z]", "[0-9]")):
        return False
    # Words joined by dashes or slashes, as in names and paths, are as varied but have shorter runs.
    run = max((len(it) for it in re.split("[-_/+=]", value) if not it.isdigit()), default=0)
    return run >= _RUN and _bits(value) >= _WORD_BITS and not _decoded(value)


def _bits(value: str) -> float:
    """Shannon's entropy of the characters, in bits a character."""
    counts = Counter(value).values()
    return -sum(it / len(value) * math.log2(it / len(value)) for it in counts)


def _decoded(value: str) -> str | None:
    """The text that a value is in base64; None when it's no base64 or holds no plain text."""
    if len(value) % 4 or not re.fullmatch(r"[A-Za-z0-9+/\s]{16,}={0,2}\s*", value):
        return None
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return text if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable() else None

"""Rules about keys and secrets."""

from collections.abc import Iterator

from ecs_policies.kinds import KEY, PARAMETER, SECRET, SECRET_ROTATION
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown, Value
from ecs_policies.reading.demands import unverifiable, wants_flag
from ecs_policies.reading.references import resolve
from ecs_policies.reading.secrets import secret_reason
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, text, word

_RANDOM_PASSWORD = "random:index/randomPassword:RandomPassword"  # noqa: S105 (a type)
_VALUES = ("value", "insecureValue", "valueWo")


def unrotated_keys(key: Resource, _options: Options) -> Iterator[Problem]:
    """Keys that KMS could rotate by itself, and doesn't.

    AWS KMS Developer Guide, "Rotate AWS KMS keys": symmetric encryption keys, but those in a key store of
    one's own.
    """
    if key.properties.get("customKeyStoreId") is not None:
        return
    rotation = key.properties.get("enableKeyRotation")
    spec = word(key.properties.get("customerMasterKeySpec"), default="SYMMETRIC_DEFAULT")
    if isinstance(spec, Unreadable) and rotation is not True:
        yield unverifiable(key, "customerMasterKeySpec", spec)
    elif spec == "SYMMETRIC_DEFAULT":
        message = "the key isn't rotated"
        yield from wants_flag(key, "enableKeyRotation", rotation, want=True, default=False, message=message)


def unrotated_secrets(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Secrets that nothing replaces from time to time."""
    rotated: set[str] = set()
    stray = False
    for it in stack.of_type(SECRET_ROTATION):
        references = resolve(stack, it, "secretId", (SECRET,))
        rotated |= references.keys
        stray = stray or references.lost
        enabled, message = it.properties.get("rotationEnabled"), "rotation is off"
        yield from wants_flag(it, "rotationEnabled", enabled, want=True, default=True, message=message)
    for it in stack.of_type(SECRET):
        if it.urn in rotated:
            continue
        if stray:
            reason = f"which secret a SecretRotation is for: {IS_UNKNOWN}"
            yield unverifiable(it, "rotation", Unreadable(reason))
        else:
            yield Problem(resource=it, path="rotation", message="no SecretRotation replaces the secret")


def plain_parameters(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Parameters that hold a secret and aren't SecureStrings.

    What Secrets Manager's secret versions and SecureStrings hold isn't judged: it has to be there, and
    whether the program got it from the config, encrypted, or has it in its text can't be told from it.
    """
    for it in stack.of_type(PARAMETER):
        kind = word(it.properties.get("type"))
        if isinstance(kind, Unreadable):
            yield unverifiable(it, "type", kind)
        elif kind != "SecureString":
            for name in _VALUES:
                if it.properties.get(name) is not None:
                    yield from _plain(stack, it, name)


def _plain(stack: Stack, parameter: Resource, name: str) -> Iterator[Problem]:
    value = parameter.properties.get(name)
    origins = [stack.by_urn(urn) for urn in parameter.property_dependencies.get(name, ())]
    if any(it and it.kind == _RANDOM_PASSWORD for it in origins):
        reason = "its value is a random password"
    else:
        reason = _reason(parameter, value)
    if reason:
        message = f"{reason}, and a parameter of type String shows it"
        yield Problem(resource=parameter, path=name, message=message)
    elif not isinstance(value, (str, Unknown)):
        yield unverifiable(parameter, name, Unreadable("it isn't text"))
    elif isinstance(value, Unknown) and not any(origins):
        yield unverifiable(parameter, name, Unreadable(IS_UNKNOWN))


def _reason(parameter: Resource, value: Value) -> str | None:
    """Why the value looks like a secret; the name alone tells where the value isn't known."""
    name = (text(parameter.properties.get("name")) or parameter.name).rpartition("/")[2]
    return secret_reason(name, value if isinstance(value, str) else "unknown")


KEY_ROTATION = Rule(
    id="kms.rotation",
    title="A key is rotated every year",
    severity=Severity.MEDIUM,
    why="The longer one key is in use, the more is lost with it.",
    fix="Set enable_key_rotation=True; what is encrypted stays readable.",
    mappings=("AWS Security Hub KMS.4", "CIS AWS Foundations 5.0.0 3.6", "CIS AWS Foundations 1.4.0 3.8"),
    types=frozenset({KEY}),
    resource=unrotated_keys,
)

SECRET_ROTATED = Rule(
    id="secrets.rotation",
    title="A secret is replaced from time to time",
    severity=Severity.LOW,
    why="A secret that leaked works until it's replaced; some, as another party's API key, only by hand.",
    fix="Add aws.secretsmanager.SecretRotation with the function that replaces it.",
    mappings=("AWS Security Hub FSBP SecretsManager.1",),
    stack=unrotated_secrets,
)

PLAIN_PARAMETER = Rule(
    id="secrets.plain-parameter",
    title="A parameter that holds a secret is a SecureString",
    severity=Severity.HIGH,
    why="Whoever may read parameters reads it, with no key's policy in between.",
    fix='Set type="SecureString" with a key_id, or use aws.secretsmanager.Secret.',
    stack=plain_parameters,
)

RULES = (KEY_ROTATION, SECRET_ROTATED, PLAIN_PARAMETER)

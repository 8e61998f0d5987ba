"""Cases of the rules about keys and secrets."""

from typing import Any

from ecs_policies.kinds import KEY, PARAMETER, SECRET, SECRET_ROTATION
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import resource


def key(properties: dict[str, Any] | None = None) -> Resource:
    """A key with these properties."""
    return resource(KEY, "key", properties)


KEYS = (
    *(
        Case(rule="kms.rotation", says=f"takes {what}", stack=(key(properties),))
        for what, properties in (
            ("a key that is rotated", {"enableKeyRotation": "true"}),
            ("a signing key, which KMS can't rotate", {"customerMasterKeySpec": "ECC_NIST_P256"}),
            ("an HMAC key, which KMS can't rotate", {"customerMasterKeySpec": "HMAC_256"}),
            ("a key in a key store of one's own", {"customKeyStoreId": "cks-1"}),
            (
                "a key of which only the kind isn't known",
                {"customerMasterKeySpec": UNKNOWN, "enableKeyRotation": True},
            ),
        )
    ),
    Case(
        rule="kms.rotation",
        says="finds a key that doesn't say it",
        stack=(key(),),
        finds=(("key", "enableKeyRotation"),),
    ),
    Case(
        rule="kms.rotation",
        says="finds a key whose rotation is off",
        stack=(key({"enableKeyRotation": False, "customerMasterKeySpec": "SYMMETRIC_DEFAULT"}),),
        finds=(("key", "enableKeyRotation"),),
    ),
    Case(
        rule="kms.rotation",
        says="can't tell while the switch isn't known",
        stack=(key({"enableKeyRotation": UNKNOWN}),),
        unsure=(("key", "enableKeyRotation"),),
    ),
    Case(
        rule="kms.rotation",
        says="can't tell while the kind of key isn't known",
        stack=(key({"customerMasterKeySpec": UNKNOWN}),),
        unsure=(("key", "customerMasterKeySpec"),),
    ),
    Case(
        rule="kms.rotation",
        says="can't read a switch that is none",
        stack=(key({"enableKeyRotation": "yearly"}),),
        unsure=(("key", "enableKeyRotation"),),
        malformed=True,
    ),
)

THE_SECRET = resource(SECRET, "secret")


def rotation(name: str = "its", **properties: Any) -> Resource:
    """What replaces the secret, by a reference that isn't known yet."""
    return resource(SECRET_ROTATION, name, {"secretId": UNKNOWN, **properties}, secretId=THE_SECRET)


SECRETS = (
    Case(rule="secrets.rotation", says="takes a secret that is rotated", stack=(THE_SECRET, rotation())),
    Case(
        rule="secrets.rotation",
        says="finds a secret that nothing rotates",
        stack=(THE_SECRET, resource(SECRET, "second"), rotation()),
        finds=(("second", "rotation"),),
    ),
    Case(
        rule="secrets.rotation",
        says="finds rotation that is off",
        stack=(THE_SECRET, rotation(rotationEnabled=False)),
        finds=(("its", "rotationEnabled"),),
    ),
    Case(
        rule="secrets.rotation",
        says="can't tell while the secret that is rotated isn't known",
        stack=(
            THE_SECRET,
            resource(SECRET_ROTATION, "stray", {"secretId": UNKNOWN}),
            resource(SECRET_ROTATION, "other", {"secretId": "elsewhere"}),
        ),
        unsure=(("secret", "rotation"),),
    ),
    Case(
        rule="secrets.rotation",
        says="can't read a switch that is none",
        stack=(THE_SECRET, rotation(rotationEnabled="monthly")),
        unsure=(("its", "rotationEnabled"),),
        malformed=True,
    ),
)

PASSWORD = resource("random:index/randomPassword:RandomPassword", "random", {"length": 32})
DATABASE = resource("aws:rds/instance:Instance", "database")


def parameter(
    value: Any, name: str = "/web/port", type_: str = "String", made_from: Resource | None = None
) -> Resource:
    """A parameter with this value, and the resource that it comes from."""
    properties = {"name": name, "type": type_, "value": value}
    return resource(PARAMETER, "parameter", properties, value=[made_from] if made_from else [])


PARAMETERS = (
    *(
        Case(rule="secrets.plain-parameter", says=f"takes {what}", stack=(it, DATABASE, PASSWORD))
        for what, it in (
            ("a plain setting", parameter("8080")),
            ("a SecureString", parameter("hunter22", "/web/db_password", "SecureString")),
            ("the ARN of a secret", parameter("arn:aws:secretsmanager:::secret:a", "/web/db_password")),
            ("what only the deployment tells of another resource", parameter(UNKNOWN, made_from=DATABASE)),
            (
                "a random password in a SecureString",
                parameter(UNKNOWN, type_="SecureString", made_from=PASSWORD),
            ),
        )
    ),
    *(
        Case(
            rule="secrets.plain-parameter",
            says=f"finds {what}",
            stack=(it, DATABASE, PASSWORD),
            finds=(("parameter", path),),
            told=(told,),
        )
        for what, it, path, told in (
            ("a secret by its name", parameter("hunter22", "/web/db_password"), "value", "its name says"),
            (
                "a secret by its name alone",
                parameter(UNKNOWN, "/web/db_password", made_from=DATABASE),
                "value",
                "its name says",
            ),
            (
                "a secret by its shape",
                parameter("AKIAIOSFODNN7EXAMPLE", "/web/settings", "StringList"),
                "value",
                "an AWS access key",
            ),
            (
                "a random password",
                parameter(UNKNOWN, "/web/settings", made_from=PASSWORD),
                "value",
                "its value is a random password",
            ),
            (
                "a secret in the insecure value, by the logical name",
                resource(PARAMETER, "parameter", {"type": "String", "insecureValue": "ghp_" + "a" * 36}),
                "insecureValue",
                "a GitHub token",
            ),
        )
    ),
    Case(
        rule="secrets.plain-parameter",
        says="finds a secret that is only ever written",
        stack=(resource(PARAMETER, "db_password", {"type": "String", "valueWo": "hunter22"}),),
        finds=(("db_password", "valueWo"),),
    ),
    Case(
        rule="secrets.plain-parameter",
        says="can't tell while its value, or its type, isn't known",
        stack=(
            parameter(UNKNOWN),
            resource(PARAMETER, "second", {"type": UNKNOWN, "value": "8080"}),
        ),
        unsure=(("parameter", "value"), ("second", "type")),
    ),
    Case(
        rule="secrets.plain-parameter",
        says="can't read a value that isn't text",
        stack=(parameter({"a": 1}),),
        unsure=(("parameter", "value"),),
        malformed=True,
    ),
)

CASES = (*KEYS, *SECRETS, *PARAMETERS)

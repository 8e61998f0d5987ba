"""No secret in what a task definition shows."""

import base64
import json

import pytest
from ecs_policies.model import UNKNOWN
from ecs_policies.reading.secrets import secret_reason, secret_shape
from ecs_policies.rules.task import SECRET_IN_ENVIRONMENT
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.stacks import TASK, resource, unverified, violations

# Put together here, so that no scanner takes this file for a leak.
TOKENS = {
    "AWS access key": "AKIA" + "IOSFODNN7EXAMPLE",
    "GitHub token": "ghp_" + "a1B2" * 9,
    "private key": "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIE",
    "Slack token": "xox" + "b-123456789012-abcdefghij",
    "Stripe key": "sk_" + "live_4eC39HqLyjWDarjtT1zdp7dc",
    "Google API key": "AIza" + "Sy" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q",
    "SendGrid key": "SG." + "a1B2c3D4e5F6g7H8.i9J0k1L2m3N4o5P6",
    "npm token": "npm_" + "a1B2" * 9,
    "GitLab token": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "JSON web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxIn0xxxx.SflKxwRJSMeKKF2QT4",
    "URL": "postgres://web:" + "hunter2@db.internal:5432/web",
}


def definition(environment, **container):
    rails = {"name": "rails", "image": "web", "environment": environment, **container}
    return resource(TASK, "task", {"containerDefinitions": json.dumps([rails])})


def variable(name, value):
    return definition([{"name": name, "value": value}])


@pytest.mark.parametrize("value", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("coded", [False, True], ids=["plain", "base64"])
def test_a_known_kind_of_secret_is_found_and_never_shown(value, coded):
    value = base64.b64encode(value.encode()).decode() if coded else value
    (found,) = SECRET_IN_ENVIRONMENT.judge_resource(variable("HARMLESS", value))
    assert violations([found]) == [("task", "containerDefinitions[rails].environment[HARMLESS]")]
    assert value not in found.text


@pytest.mark.parametrize(
    "name",
    [
        "PASSWORD",
        "DATABASE_PASSWORD",
        "dbPassword",
        "SECRET_KEY_BASE",
        "RAILS_MASTER_KEY",
        "DD_API_KEY",
        "apikey",
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "smtp-password",
        "SMTP_PWD",
        "SMTP_PASS",
        "PGPASSWORD",
        "clientsecret",
        "shared_key",
    ],
)
def test_a_name_that_says_secret_is_found(name):
    (found,) = SECRET_IN_ENVIRONMENT.judge_resource(variable(name, "hunter2"))
    assert "its name says" in found.message
    assert "hunter2" not in found.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "3000"),
        ("BINDING", "127.0.0.1"),
        ("DD_TRACE_AGENT_URL", "unix:///var/run/datadog/apm.socket"),
        ("DD_DOGSTATSD_TAG_CARDINALITY", "orchestrator"),
        ("SECRET_KEY_BASE_DUMMY", "1"),
        ("PASSWORD_AUTHENTICATION", "false"),
        ("TOKEN_TTL", "3600"),
        ("TOKENIZER", "words"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("API_KEY_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:123456789012:secret:web-AbCdEf"),
        ("GITHUB_TOKEN", ""),
        ("DD_API_KEY", "ENC[datadog/api-key]"),
        ("KEYBOARD", "qwerty"),
        ("DD_VERSION", "4f2d9c0b8a7e6d5c4b3a29180f7e6d5c4b3a2918"),
        ("GIT_SHA", "4f2d9c0b8a7e6d5c4b3a29180f7e6d5c4b3a2918"),
        ("COGNITO_CLIENT_ID", "1h57kf5cpq17m0eml12EXAMPLE"),
        ("VAPID_PUBLIC_KEY", "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u"),
        ("PASS_THROUGH", "X-Request-Id"),
        ("BYPASS", "robots"),
        ("BUCKET", "web-application-local-Uploads-123456789012"),
        ("TARGET", "arn:aws:ecs:us-east-1:123456789012:cluster/web-application-local"),
        ("GREETING", "The quick brown Fox jumps over 13 lazy dogs"),
        ("DATABASE_URL", "postgres://${USER}:${PASSWORD}@db.internal/web"),
        (
            "CONFIG",
            base64.b64encode(
                b"server {\n\tlisten 8080;\n\tlocation / { proxy_pass http://127.0.0.1:3000; }\n}"
            ).decode(),
        ),
    ],
)
def test_an_ordinary_variable_is_left_alone(name, value):
    assert SECRET_IN_ENVIRONMENT.judge_resource(variable(name, value)) == []


@pytest.mark.parametrize(
    "value",
    [
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
        "q83vEjRWeJCrze8SNFZ4kKvN7xI",
    ],
)
def test_a_value_as_random_as_a_key_is_found_whatever_its_name(value):
    (found,) = SECRET_IN_ENVIRONMENT.judge_resource(variable("SETTING", value))
    assert "as random as a key" in found.message
    assert value not in found.text


def test_a_secret_in_log_options_is_found_and_secret_options_are_left_alone():
    log = {"logDriver": "awsfirelens", "options": {"Name": "datadog", "apikey": "hunter2"}}
    found = SECRET_IN_ENVIRONMENT.judge_resource(definition([], logConfiguration=log))
    assert violations(found) == [("task", "containerDefinitions[rails].logConfiguration.options[apikey]")]
    secret = {
        "options": {"Name": "datadog"},
        "secretOptions": [{"name": "apikey", "valueFrom": "arn:aws:ssm:…"}],
    }
    assert SECRET_IN_ENVIRONMENT.judge_resource(definition([], logConfiguration=secret)) == []


def test_a_secret_in_a_command_is_found():
    command = ["sh", "-c", "curl " + TOKENS["URL"]]
    found = SECRET_IN_ENVIRONMENT.judge_resource(definition([], command=command))
    assert violations(found) == [("task", "containerDefinitions[rails].command[2]")]


def test_secrets_by_reference_are_left_alone():
    secrets = [{"name": "DD_API_KEY", "valueFrom": "arn:aws:secretsmanager:us-east-1:1:secret:dd-AbCdEf"}]
    assert SECRET_IN_ENVIRONMENT.judge_resource(definition([], secrets=secrets)) == []


def test_keys_are_read_in_any_case_and_values_as_numbers():
    containers = json.dumps([{"Name": "rails", "Environment": [{"Name": "PIN_TOKEN", "Value": 493027}]}])
    found = SECRET_IN_ENVIRONMENT.judge_resource(resource(TASK, "task", {"containerDefinitions": containers}))
    assert violations(found) == [("task", "containerDefinitions[rails].environment[PIN_TOKEN]")]


@pytest.mark.parametrize("content", [UNKNOWN, None, "", "{", "{}", "[]", "[1]", 7, [UNKNOWN]], ids=str)
def test_containers_that_can_not_be_read_are_reported(content):
    found = SECRET_IN_ENVIRONMENT.judge_resource(resource(TASK, "task", {"containerDefinitions": content}))
    assert unverified(found) == [("task", "containerDefinitions")]
    assert violations(found) == []


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ([{"name": "A", "value": UNKNOWN}], "environment[A]"),
        ([UNKNOWN], "environment[0]"),
        ([{"value": "x"}], "environment[0]"),
        ([{"name": "A", "value": ["x"]}], "environment[A]"),
        ("PASSWORD=x", "environment[0]"),
    ],
    ids=str,
)
def test_a_variable_that_can_not_be_read_is_reported(environment, path):
    container = {"name": "rails", "environment": environment}
    found = SECRET_IN_ENVIRONMENT.judge_resource(
        resource(TASK, "task", {"containerDefinitions": [container]})
    )
    assert unverified(found) == [("task", f"containerDefinitions[rails].{path}")]


@given(st.text(), st.text())
def test_a_reason_never_repeats_the_value(name: str, value: str):
    for reason in (secret_reason(name, value), secret_shape(value)):
        assert reason is None or len(value) < 5 or value not in reason


def test_a_long_text_takes_no_time():
    assert secret_shape("a-" * 30_000 + "://") is None

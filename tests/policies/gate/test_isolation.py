"""A recorded program has no credentials and no network."""

from pathlib import Path

import pytest
from ecs_policies.gate.recorder.isolation import environment

from tests.policies.gate.programs import good, line_of, one, recorded, values

pytestmark = pytest.mark.engine

WAYS_OUT = {
    "socket.socket().connect(('127.0.0.1', 9))": "127.0.0.1:9",
    "socket.create_connection(('127.0.0.1', 9))": "127.0.0.1",
    "socket.getaddrinfo('example.com', 443)": "example.com",
    "socket.gethostbyname('example.com')": "example.com",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))": "127.0.0.1:9",
    "socket.socket(socket.AF_UNIX).connect('/run/docker.sock')": "/run/docker.sock",
    "urllib.request.urlopen('https://example.com/')": "example.com",
}


@pytest.mark.parametrize("call", WAYS_OUT)
def test_reaching_for_a_network_is_an_error_in_one_sentence(tmp_path: Path, call: str):
    source = f"import socket, urllib.request\nfrom shown import seen\nseen()\n{call}\n"
    recording = recorded(tmp_path, source)
    assert recording.error == (
        f"the program reaches for the network ({WAYS_OUT[call]}) at __main__.py:4, and the gate has none: "
        "look the value up by an invoke of its provider, or put it into the stack's config"
    )
    assert one(recording, "seen")


def test_a_call_through_the_aws_sdk_is_told_as_the_programs_line(tmp_path: Path):
    source = """\
    import boto3
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    boto3.client("sts", region_name="us-east-1", **keys).get_caller_identity()
    """
    error = recorded(tmp_path, source).error
    assert error is not None
    assert error.startswith(
        "the program reaches for the network (sts.us-east-1.amazonaws.com) at __main__.py:3,"
    )


def test_a_program_that_goes_on_without_its_network_fails_all_the_same(tmp_path: Path):
    source = """\
    import urllib.request
    from shown import seen
    try:
        urllib.request.urlopen("https://example.com")
    except Exception:
        seen()
    """
    recording = recorded(tmp_path, source)
    assert one(recording, "seen")
    assert recording.error is not None
    assert f"__main__.py:{line_of(source, 'urlopen')}" in recording.error


def test_the_environment_has_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    credentials = ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE")
    for name in (*credentials, "GITHUB_TOKEN", "DB_PASSWORD", "DD_API_KEY"):
        monkeypatch.setenv(name, "do-not-see-me")
    monkeypatch.setenv("GITHUB_SHA", "abc")
    source = "import os\nfrom shown import seen\nseen(environment=dict(os.environ))"
    found = values(recorded(tmp_path, source))["environment"]
    assert "do-not-see-me" not in found.values()
    assert found["GITHUB_SHA"] == "abc"


def test_a_profile_in_a_persons_home_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n"
    )
    monkeypatch.setenv("HOME", str(home))
    source = """
    import boto3
    from shown import seen
    seen(found=boto3.Session().get_credentials() is not None)
    """
    assert values(recorded(tmp_path / "program", source))["found"] is False


def test_what_isnt_a_credential_stays_in_the_environment():
    kept = environment({"PATH": "/bin", "HOME": "/root", "CI": "true", "LANG": "C", "AWS_REGION": "x"})
    assert {"PATH", "HOME", "CI", "LANG"} <= kept.keys()
    assert "AWS_REGION" not in kept


def test_a_program_that_stays_at_home_is_recorded(tmp_path: Path):
    assert good(recorded(tmp_path, "import socket\na, b = socket.socketpair()\na.sendmsg([b'x'])")).resources

"""What a client of the local stack gets of the caller's environment: nothing that could reach an account."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from emulator.local.environment import foreign_variables, local_variables, process_environment

FOLDER = Path("/clone/.local")


def variables() -> dict[str, str]:
    return local_variables(FOLDER, endpoint="http://127.0.0.1:4566", stack="local")


def test_profile_token_and_login_of_the_caller_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "t",
        "AWS_ENDPOINT_URL_S3": "https://s3",
        "PULUMI_ACCESS_TOKEN": "t",
        "PULUMI_CONFIG_PASSPHRASE_FILE": "/p",
    }
    for name, value in foreign.items():
        monkeypatch.setenv(name, value)
    assert set(foreign) <= set(foreign_variables(variables()))
    assert not set(foreign) & set(process_environment(variables()))


def test_processes_keep_their_bytecode_even_where_an_image_forbids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in process_environment(variables())


def test_credentials_and_settings_files_of_the_caller_are_not_read() -> None:
    found = variables()
    assert found["AWS_CONFIG_FILE"] == found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert found["AWS_ACCESS_KEY_ID"] == found["AWS_SECRET_ACCESS_KEY"] == "local"
    assert found["PULUMI_HOME"] == "/clone/.local/pulumi"
    assert found["PULUMI_BACKEND_URL"] == "file:///clone/.local/state"


def test_the_folders_executables_come_first_on_path_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    once = variables()["PATH"]
    assert once == "/clone/.local/bin:/usr/bin:/bin"
    monkeypatch.setenv("PATH", once)
    assert variables()["PATH"] == once


def test_a_proxy_is_not_asked_for_the_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", "example.com")
    assert variables()["NO_PROXY"] == variables()["no_proxy"] == "example.com,127.0.0.1,localhost"


def test_every_value_survives_a_shell() -> None:
    folder = Path("/a clone's folder/.local")
    found = local_variables(folder, endpoint="http://127.0.0.1:1", stack="local")
    script = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in found.items())
    done = subprocess.run(
        ["/bin/sh", "-c", 'eval "$0"; printf %s "$PULUMI_HOME"', script],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == str(folder / "pulumi")

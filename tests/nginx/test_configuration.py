"""nginx itself accepts what is rendered, for ordinary and for odd settings."""

import subprocess
from pathlib import Path

import pytest

from components.containers import NginxSettings, RailsSettings
from components.containers.nginx import Places, nginx_config

ODD = [
    (NginxSettings(), RailsSettings(image="web:1"), "10.0.0.0/16"),
    (NginxSettings(keepalive_timeout=4001, request_timeout=1), RailsSettings(image="web:1"), "10.0.0.0/16"),
    (NginxSettings(max_body_mib=2048, stop_timeout=120), RailsSettings(image="web:1"), "100.64.0.0/10"),
    (NginxSettings(stop_timeout=10), RailsSettings(image="web:1", port=65535), "2001:db8::/56"),
    (NginxSettings(), RailsSettings(image="web:1", health_path="/"), "0.0.0.0/0"),
    (NginxSettings(), RailsSettings(image="web:1", health_path="/a.b-c_d//up/"), "10.0.0.0/28"),
    (NginxSettings(), RailsSettings(image="web:1", health_host="a.b-c.example.com:8443"), "10.0.0.0/16"),
    (NginxSettings(), RailsSettings(image="web:1", health_host="127.0.0.1"), "10.0.0.0/16"),
]


@pytest.mark.parametrize(("settings", "rails", "cidr"), ODD)
def test_nginx_accepts_the_configuration(
    nginx_binary: str, tmp_path: Path, settings: NginxSettings, rails: RailsSettings, cidr: str
):
    assert not [*settings.problems(idle_timeout=60), *rails.problems(None)]
    places = Places(
        listen="127.0.0.1:8080", temp=str(tmp_path), access_log=f"{tmp_path}/access.log", error_log="stderr"
    )
    file = tmp_path / "nginx.conf"
    file.write_text(nginx_config(settings, rails, cidr, places))
    run = subprocess.run(
        [nginx_binary, "-e", "stderr", "-t", "-c", str(file)], capture_output=True, text=True, timeout=30
    )
    assert run.returncode == 0, run.stderr
    complaints = [line for line in run.stderr.splitlines() if "[warn]" in line or "[error]" in line]
    assert not complaints

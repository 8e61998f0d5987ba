"""What rails, the client and the log see of a request that goes through nginx."""

import re
import socket
import time
from pathlib import Path

import pytest

from components.containers import NginxSettings, RailsSettings
from tests.nginx.stand import Nginx, Rails, answer_of, running_nginx

FROM_THE_LOAD_BALANCER = {
    "Host": "shop.example.com",
    "X-Forwarded-For": "203.0.113.7, 198.51.100.9",
    "X-Forwarded-Proto": "https",
    "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
}


def test_rails_gets_what_the_load_balancer_says_of_the_client(web: Nginx):
    seen = web.get("/orders?page=2", FROM_THE_LOAD_BALANCER)
    assert seen.status == 200
    assert seen.seen["path"] == "/orders?page=2"
    assert {name: seen.seen_headers[name] for name in FROM_THE_LOAD_BALANCER} == FROM_THE_LOAD_BALANCER


def test_a_host_keeps_its_port(web: Nginx):
    assert web.get("/", {"Host": "localhost:8443"}).seen_headers["Host"] == "localhost:8443"


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (None, "http"),
        ("http", "http"),
        ("https", "https"),
        ("HTTPS", "https"),
        ("wss", "http"),
        ("https, x", "http"),
    ],
)
def test_only_the_load_balancers_https_makes_a_request_secure(web: Nginx, given: str | None, passed: str):
    headers = {} if given is None else {"X-Forwarded-Proto": given}
    assert web.get("/", headers).seen_headers["X-Forwarded-Proto"] == passed


def test_without_a_load_balancer_the_client_is_the_peer(web: Nginx):
    assert web.get("/").seen_headers["X-Forwarded-For"] == "127.0.0.1"


def test_a_request_id_is_passed_on_or_made(web: Nginx):
    given = "3f0c8a52-6a3e-4c51-9a57-9b0f2f3f3d11"
    assert web.get("/", {"X-Request-Id": given}).seen_headers["X-Request-Id"] == given
    made = web.get("/").seen_headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert web.get("/").seen_headers["X-Request-Id"] != made


@pytest.mark.parametrize("given", ["short", "a" * 129, "spaces in it"])
def test_an_odd_request_id_is_replaced(web: Nginx, given: str):
    assert re.fullmatch(r"[0-9a-f]{32}", web.get("/", {"X-Request-Id": given}).seen_headers["X-Request-Id"])


@pytest.mark.parametrize(
    "name", ["Client-Ip", "Forwarded", "Proxy", "X-Forwarded-Host", "X-Forwarded-Scheme", "X-Forwarded-Ssl"]
)
def test_headers_that_rails_believes_and_only_a_client_sends_are_dropped(web: Nginx, name: str):
    assert name not in web.get("/", {name: "on"}).seen_headers


def test_a_health_check_reaches_rails_as_a_secure_request_for_a_host_it_accepts(web: Nginx):
    seen = web.get("/up", {"Host": "10.0.3.17:8080", "User-Agent": "ELB-HealthChecker/2.0"}).seen_headers
    assert seen["Host"] == "app.example.com"
    assert seen["X-Forwarded-Proto"] == "https"


def test_only_the_health_path_itself_is_changed(web: Nginx):
    for path in ("/uptime", "/up/", "/upper", "/x/up"):
        seen = web.get(path, {"Host": "10.0.3.17"}).seen_headers
        assert (seen["Host"], seen["X-Forwarded-Proto"]) == ("10.0.3.17", "http")


def test_liveness_is_answered_without_rails(nginx_binary: str, tmp_path: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # taken, but nobody listens
        rails = RailsSettings(image="web:1", port=unused.getsockname()[1])
        with running_nginx(nginx_binary, tmp_path, rails) as web:
            assert (web.get("/healthz").status, web.get("/healthz").body) == (200, b"ok\n")
            assert web.get("/up").status == 502
            assert web.get("/").status == 502


def test_answers_dont_tell_nginxs_version(web: Nginx):
    assert web.get("/healthz").headers["Server"] == "nginx"
    assert web.get("/").headers["Server"] == "nginx"


def test_uploads_up_to_the_limit_reach_rails(nginx_binary: str, tmp_path: Path, settings: RailsSettings):
    with running_nginx(nginx_binary, tmp_path, settings, settings=NginxSettings(max_body_mib=2)) as web:
        fits, too_large = b"x" * 2**21, b"x" * (2**21 + 1)
        assert web.request("POST", "/", body=fits).seen["length"] == len(fits)
        assert web.request("POST", "/", body=too_large).status == 413


def test_an_idle_connection_outlives_the_load_balancers_idle_time(
    nginx_binary: str, tmp_path: Path, settings: RailsSettings
):
    keepalive, idle = 3, 2  # the relation of 75 and 60, scaled down
    scaled = NginxSettings(keepalive_timeout=keepalive)
    assert not list(scaled.problems(idle_timeout=idle))
    with running_nginx(nginx_binary, tmp_path, settings, settings=scaled) as web:
        unused, used = web.connect(), web.connect()
        unused.connect()
        used.request("GET", "/")
        assert answer_of(used.getresponse()).status == 200
        before = used.sock
        time.sleep(idle)
        for connection in (unused, used):
            connection.request("GET", "/")
            assert answer_of(connection.getresponse()).status == 200
        assert used.sock is before
        used.sock.settimeout(keepalive + 5)
        started = time.monotonic()
        assert used.sock.recv(1) == b""  # nginx closes only after its own, longer time
        assert idle < time.monotonic() - started


def test_a_websocket_passes_through(web: Nginx):
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as client:
        client.sendall(
            b"GET /cable HTTP/1.1\r\nHost: a.example.com\r\n"
            b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n"
        )
        head = client.recv(4096).decode()
        assert head.startswith("HTTP/1.1 101")
        assert "upgrade: websocket" in head.lower()
        assert "connection: upgrade" in head.lower()
        client.sendall(b"ping")
        assert client.recv(4) == b"ping"


def test_an_ordinary_request_asks_for_no_upgrade(web: Nginx):
    seen = web.get("/").seen_headers
    assert "Upgrade" not in seen
    assert "Connection" not in seen


def test_connections_to_rails_are_kept(web: Nginx, rails: Rails):
    accepted = []
    accept = rails.get_request
    rails.get_request = lambda: accepted.append(1) or accept()  # type: ignore[method-assign]
    for _ in range(20):
        assert web.get("/").status == 200
    # One kept connection for each worker process at most.
    assert len(accepted) < 20


def test_the_log_is_json_without_queries_and_without_good_health_checks(web: Nginx):
    web.get("/up")
    web.get("/healthz")
    web.get("/reset?token=not-to-be-logged", {**FROM_THE_LOAD_BALANCER, "User-Agent": 'odd "agent" \\'})
    (line,) = web.log(lines=1)
    assert line["path"] == "/reset"
    assert line["status"] == 200
    assert line["user_agent"] == 'odd "agent" \\'
    assert line["host"] == "shop.example.com"
    assert line["trace_id"] == FROM_THE_LOAD_BALANCER["X-Amzn-Trace-Id"]
    assert "not-to-be-logged" not in str(line)


def test_a_failing_health_check_is_logged(nginx_binary: str, tmp_path: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        rails = RailsSettings(image="web:1", port=unused.getsockname()[1])
        with running_nginx(nginx_binary, tmp_path, rails) as web:
            web.get("/up")
            (line,) = web.log(lines=1)
            assert (line["path"], line["status"]) == ("/up", 502)


def test_the_logged_client_is_the_address_that_the_load_balancer_appended(web: Nginx):
    web.get("/", {"X-Forwarded-For": "10.9.9.9, 198.51.100.9"})
    assert web.log(lines=1)[0]["client"] == "198.51.100.9"


def test_nobody_but_the_load_balancer_names_the_client(
    nginx_binary: str, tmp_path: Path, settings: RailsSettings
):
    with running_nginx(nginx_binary, tmp_path, settings, load_balancer_cidr="10.0.0.0/16") as web:
        web.get("/", {"X-Forwarded-For": "198.51.100.9"})
        assert web.log(lines=1)[0]["client"] == "127.0.0.1"

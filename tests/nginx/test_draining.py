"""What happens to requests when ECS stops the container."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from components.containers import NginxSettings, RailsSettings
from tests.nginx.stand import Nginx, Rails, running_nginx, wait_until


class Load:
    """A load balancer that sends requests until the target is deregistered."""

    def __init__(self, web: Nginx) -> None:
        self._web = web
        self._sending = threading.Lock()
        self.deregistered = False
        self.sent = 0
        self.statuses: list[int] = []

    def run(self, path: str) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with self._sending:
                if self.deregistered:
                    return
                self.sent += 1
            self.statuses.append(self._web.get(path).status)

    def deregister(self) -> None:
        with self._sending:
            self.deregistered = True


def test_no_request_is_dropped_while_a_drained_nginx_quits(web: Nginx, rails: Rails):
    load = Load(web)
    with ThreadPoolExecutor(12) as pool:
        callers = [pool.submit(load.run, "/slow?seconds=1") for _ in range(8)]
        callers += [pool.submit(load.run, "/slow?seconds=0.01") for _ in range(4)]
        time.sleep(0.3)
        load.deregister()
        # Deregistration leaves what is under way, which has reached rails before the container is stopped.
        wait_until(lambda: rails.received == load.sent, "every request to reach rails")
        unanswered = load.sent - len(load.statuses)
        web.quit()
        assert web.process.poll() is None
        for caller in callers:
            caller.result(timeout=10)
    assert unanswered >= 8
    assert load.statuses == [200] * load.sent
    assert web.process.wait(timeout=10) == 0


def test_a_quitting_nginx_takes_no_new_connection(web: Nginx, rails: Rails):
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(web.get, "/slow?seconds=1")
        wait_until(lambda: rails.received == 1, "the slow request to reach rails")
        web.quit()
        wait_until(lambda: not _connects(web), "nginx to close its listening socket")
        assert slow.result(timeout=10).status == 200
    assert web.process.wait(timeout=10) == 0


def test_a_websocket_is_closed_before_ecs_would_kill_nginx(
    nginx_binary: str, tmp_path: Path, settings: RailsSettings
):
    stop_timeout = 6
    impatient = NginxSettings(stop_timeout=stop_timeout)
    with (
        running_nginx(nginx_binary, tmp_path, settings, settings=impatient) as web,
        socket.create_connection(("127.0.0.1", web.port), timeout=10) as client,
    ):
        client.sendall(b"GET /cable HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 101")
        web.quit()
        assert web.process.wait(timeout=stop_timeout) == 0


def _connects(web: Nginx) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", web.port)) == 0

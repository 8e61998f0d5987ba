"""The process: where it answers, how it says so, how it ends, and what it says of what it can't do."""

import json
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

Clients = Callable[[str], Any]


def get(server: Any, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.url}{path}", timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def post(server: Any, path: str, body: str) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(f"{server.url}{path}", data=body.encode(), method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_it_tells_its_instance_and_health(server: Any) -> None:
    assert get(server, "/_emulator/instance") == {"instance": server.instance}
    assert get(server, "/_emulator/health") == {"status": "ok"}


def test_its_clock_runs_faster_when_it_is_told_to(start: Any, tmp_path: Path) -> None:
    server = start(tmp_path)
    try:
        assert get(server, "/_emulator/clock")["speed"] == 1
        assert post(server, "/_emulator/clock", '{"speed": 3600}')[0] == 200
        before = datetime.fromisoformat(get(server, "/_emulator/clock")["now"])
        time.sleep(0.1)
        shown = get(server, "/_emulator/clock")
        assert shown["speed"] == 3600
        assert (datetime.fromisoformat(shown["now"]) - before).total_seconds() >= 360
    finally:
        server.process.terminate()
        server.process.wait(timeout=10)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no",
        "[]",
        "{}",
        *(f'{{"speed": {it}}}' for it in ("0", "-1", '"60"', "true", "NaN", "Infinity", "null")),
    ],
)
def test_a_speed_that_no_clock_can_run_at_is_refused_and_changes_nothing(server: Any, body: str) -> None:
    code, told = post(server, "/_emulator/clock", body)
    assert code == 400
    assert "give a speed above 0" in told["error"]
    assert get(server, "/_emulator/clock")["speed"] == 1


def test_a_path_or_a_method_that_it_does_not_know_is_an_error_in_json(server: Any) -> None:
    assert post(server, "/_emulator/instance", "{}")[0] == 405
    assert post(server, "/_emulator/nothing", "{}") == (404, {"error": "unknown path /_emulator/nothing"})


def test_it_listens_on_the_loopback_alone(server: Any) -> None:
    port = f"{server.port:04X}"
    table = Path("/proc/net/tcp").read_text().splitlines()[1:]
    listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_takes_its_announcement_away(
    start: Any, tmp_path: Path, number: signal.Signals
) -> None:
    server = start(tmp_path)
    client = boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    assert client.get_caller_identity()["Account"] == "123456789012"
    server.process.send_signal(number)
    assert server.process.wait(timeout=10) == 0
    assert not (tmp_path / "aws.json").exists()
    assert "Traceback" not in (tmp_path / "aws.log").read_text()


def test_another_port_is_taken_when_the_wanted_one_is_in_use(start: Any, tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        wanted = holder.getsockname()[1]
        server = start(tmp_path, "--port", str(wanted))
    try:
        assert server.port != wanted
        assert get(server, "/_emulator/instance")["instance"] == server.instance
    finally:
        server.process.terminate()
        server.process.wait(timeout=10)


@pytest.mark.parametrize(
    ("service", "action", "arguments"),
    [
        ("ecs", "list_daemons", {}),
        ("ec2", "describe_capacity_block_offerings", {"CapacityDurationHours": 1}),
        ("elbv2", "get_trust_store_revocation_content", {"TrustStoreArn": "x", "RevocationId": 1}),
        (
            "iam",
            "simulate_principal_policy",
            {"PolicySourceArn": "arn:aws:iam::123456789012:role/x", "ActionNames": ["s3:GetObject"]},
        ),
        ("efs", "describe_replication_configurations", {}),
        ("route53", "list_cidr_collections", {}),
        ("s3", "list_bucket_metrics_configurations", {"Bucket": "x"}),
        ("cloudwatch", "list_metric_streams", {}),
        ("wickr", "list_networks", {}),
    ],
)
def test_what_is_missing_is_a_client_error_that_names_it(
    server: Any, client: Clients, service: str, action: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(client(service), action)(**arguments)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] == "UnsupportedOperation"
    assert "The embedded AWS has no" in response["Error"]["Message"]


def test_a_missing_action_is_not_retried(server: Any) -> None:
    retrying = boto3.client(
        "ecs",
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 5, "mode": "standard"}),
    )
    with pytest.raises(ClientError) as caught:
        retrying.list_daemons()
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0

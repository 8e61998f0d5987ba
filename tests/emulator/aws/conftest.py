"""One embedded AWS for the session (for each worker its own), and clients that talk to it."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    process: subprocess.Popen[bytes]
    directory: Path
    port: int
    instance: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def start(directory: Path, *arguments: str) -> Server:
    log = (directory / "aws.log").open("wb")
    command = [sys.executable, "-m", "emulator.aws", "--directory", str(directory), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log)
    announcement = directory / "aws.json"
    deadline = time.monotonic() + 60
    while not announcement.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError((directory / "aws.log").read_text())
        time.sleep(0.02)
    known = json.loads(announcement.read_text())
    return Server(process=process, directory=directory, port=known["port"], instance=known["instance"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = start(tmp_path_factory.mktemp("aws"))
    yield made
    made.process.terminate()
    made.process.wait(timeout=10)


@pytest.fixture(scope="session")
def client(server: Server) -> Callable[[str], Any]:
    """Plain clients that don't retry, so that an error shows as it is."""
    known: dict[str, Any] = {}

    def give(service: str) -> Any:
        if service not in known:
            known[service] = boto3.client(
                service,
                region_name="us-east-1",
                endpoint_url=server.url,
                aws_access_key_id="local",
                aws_secret_access_key="local",
                config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
            )
        return known[service]

    return give


@pytest.fixture
def unique() -> str:
    """A name that no other test has."""
    return f"t{uuid.uuid4().hex[:10]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    vpc: str
    subnets: list[str]
    group: str
    load_balancer: str
    listener: str
    target_group: str


@pytest.fixture
def network(client: Callable[[str], Any], unique: str) -> Network:
    """A VPC with a subnet in two zones, and a load balancer whose listener leads to a target group."""
    ec2, elb = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"us-east-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for i, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName=unique, Description="tasks", VpcId=vpc)["GroupId"]
    balancer = elb.create_load_balancer(Name=unique, Subnets=subnets, SecurityGroups=[group])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    target_group = elb.create_target_group(
        Name=unique, Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip", HealthCheckPath="/up"
    )["TargetGroups"][0]["TargetGroupArn"]
    action = [{"Type": "forward", "TargetGroupArn": target_group}]
    listener = elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=action)
    return Network(
        vpc=vpc,
        subnets=subnets,
        group=group,
        load_balancer=arn,
        listener=listener["Listeners"][0]["ListenerArn"],
        target_group=target_group,
    )


def wait_for(look: Callable[[], Any], *, seconds: float = 15.0) -> Any:
    """The first true answer of `look`."""
    deadline = time.monotonic() + seconds
    while not (answer := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.03)
    return answer


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[..., Any]:
    return wait_for


@pytest.fixture(name="start")
def _start() -> Callable[..., Server]:
    """Starts a server of the test's own."""
    return start

"""A program that reads the outputs, gated without the stack: the package's schema answers for it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from web_application_outputs import SCHEMA

from tests.policies.gate.programs import AWS, good, one, recorded, write

pytestmark = pytest.mark.engine

README = (Path(__file__).parents[2] / "reader" / "README.md").read_text()
NAME = "acme/web-application/prod"
SOURCE = """
import pulumi_aws as aws
from web_application_outputs import WebApplication

web = WebApplication("acme/web-application/prod")
group = aws.ec2.SecurityGroup("reports", description="The tasks of reports", vpc_id=web.vpc_id)
aws.vpc.SecurityGroupIngressRule(
    "reports-from-load-balancer",
    description="From the load balancer",
    security_group_id=group.id,
    referenced_security_group_id=web.load_balancer_security_group_id,
    ip_protocol="tcp",
    from_port=8080,
    to_port=8080,
)
target_group = aws.lb.TargetGroup(
    "reports",
    port=8080,
    protocol="HTTP",
    target_type="ip",
    vpc_id=web.vpc_id,
    deregistration_delay=30,
    health_check={"path": "/healthy", "matcher": "200"},
)
aws.lb.ListenerRule(
    "reports",
    listener_arn=web.listener_arn,
    conditions=[{"path_pattern": {"values": ["/reports/*"]}}],
    actions=[{"type": "forward", "target_group_arn": target_group.arn}],
)
"""


def gate(program: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ecs_policies.gate", "--program", str(program), *flags]
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_schema_answers_with_outputs_that_the_reader_takes(tmp_path: Path):
    recording = good(recorded(tmp_path, SOURCE, config=AWS, references={NAME: SCHEMA}))
    assert recording.unanswered == ()
    assert one(recording, "reports", "SecurityGroup").inputs["vpcId"] == "vpc-1234567890abcdef0"
    listener = one(recording, "reports", "ListenerRule").inputs["listenerArn"]
    assert listener.startswith("arn:aws:elasticloadbalancing:")


def test_the_readmes_program_is_judged_by_the_readmes_command(tmp_path: Path):
    (source,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (command,) = re.findall(r"```\n(python -m ecs_policies\.gate .*?)```", README, re.DOTALL)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    judged = subprocess.run(
        ["sh", "-c", command],
        cwd=write(tmp_path, source, config=AWS),
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_a_program_is_judged_with_the_schema_and_without_it_cant_be(tmp_path: Path):
    program = write(tmp_path, SOURCE, config=AWS)
    judged = gate(program, "--stack-reference", f"*/web-application/*={SCHEMA}")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    unjudged = gate(program)
    assert unjudged.returncode == 2
    assert f"the gate can't answer the outputs of stack {NAME}" in " ".join(unjudged.stdout.split())


def test_a_mistake_around_the_outputs_is_found(tmp_path: Path):
    open_to_all = SOURCE.replace(
        "referenced_security_group_id=web.load_balancer_security_group_id", 'cidr_ipv4="0.0.0.0/0"'
    )
    judged = gate(write(tmp_path, open_to_all, config=AWS), "--stack-reference", f"{NAME}={SCHEMA}")
    assert judged.returncode == 1, judged.stdout + judged.stderr
    assert "reports-from-load-balancer" in judged.stdout


def test_a_former_version_in_a_file_is_told_as_the_engine_would(tmp_path: Path):
    outputs = tmp_path / "outputs.json"
    outputs.write_text('{"outputs_version": "0.9.0"}')
    error = recorded(tmp_path / "program", SOURCE, config=AWS, references={NAME: outputs}).error
    assert error is not None
    assert f"stack {NAME} has version 0.9.0 of its outputs, which is too old" in error

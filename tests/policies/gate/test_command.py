"""`python -m ecs_policies.gate` and `.audit`, as a person runs them."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[3]

PROGRAM = """
import json

import pulumi_aws as aws

document = {"Statement": {"Effect": "Allow", "Action": ACTION, "Resource": "arn:aws:s3:::bucket/*"}}
aws.iam.Policy("policy", policy=json.dumps(document))
"""
STAR, ONE = '"s3:*"', '"s3:GetObject"'
CONFIG = "config: {aws:region: us-east-1, aws:allowedAccountIds: ['111122223333']}\n"


def write(folder: Path, action: str, *, stacks: tuple[str, ...] = ("dev",)) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in stacks:
        (folder / f"Pulumi.{stack}.yaml").write_text(CONFIG)
    (folder / "__main__.py").write_text(PROGRAM.replace("ACTION", action))
    return folder


def run(module: str, *arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", f"ecs_policies.{module}", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=text, capture_output=True, text=True, check=False
    )


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return write(tmp_path / "bad", STAR)


def test_a_clean_program_ends_with_0_and_a_bad_one_with_1_and_says_where(bad: Path, tmp_path: Path):
    clean = run("gate", "--program", write(tmp_path / "clean", ONE))
    assert (clean.returncode, "Clean: no finding" in clean.stdout) == (0, True), clean.stderr
    found = run("gate", "--program", bad)
    assert found.returncode == 1
    assert "iam.star-action" in found.stdout
    assert "__main__.py:7" in found.stdout


def test_every_stack_with_a_settings_file_is_judged_unless_some_are_named(tmp_path: Path):
    program = write(tmp_path, ONE, stacks=("dev", "prod"))
    assert run("gate", "--program", program).stdout.count("no finding\n") == 2
    assert "prod" not in run("gate", "--program", program, "--stack", "dev").stdout


def test_a_program_that_fails_ends_with_2_and_one_paragraph(tmp_path: Path):
    program = write(tmp_path, ONE)
    (program / "__main__.py").write_text("raise ValueError('a bad day')")
    failed = run("gate", "--program", program)
    assert failed.returncode == 2
    assert "a bad day" in failed.stdout
    assert "Traceback" not in failed.stdout + failed.stderr


def test_a_baseline_leaves_what_the_change_adds(bad: Path, tmp_path: Path):
    report = tmp_path / "before.json"
    assert run("gate", "--program", bad, "--json", report).returncode == 1
    again = run("gate", "--program", bad, "--baseline", report)
    assert again.returncode == 0, again.stdout
    assert "known" in again.stdout
    write(bad, '["s3:*", "sqs:*"]')
    more = run("gate", "--program", bad, "--baseline", report)
    assert more.returncode == 1
    assert "sqs:*" in more.stdout
    assert '"s3:*"' not in more.stdout


def test_every_report_is_written_where_it_is_asked_for(bad: Path, tmp_path: Path):
    files = {name: tmp_path / "reports" / name for name in ("sarif", "junit", "markdown", "json")}
    run("gate", "--program", bad, *[it for name, file in files.items() for it in (f"--{name}", file)])
    assert all("iam.star-action" in file.read_text() for file in files.values())
    result = json.loads(files["sarif"].read_text())["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 7


def test_an_exemption_and_a_config_hold_at_the_gate(bad: Path, tmp_path: Path):
    report = tmp_path / "report.json"
    run("gate", "--program", bad, "--json", report)
    finding = json.loads(report.read_text())["stacks"][0]["findings"][0]
    exemption = {
        "rule": finding["rule"],
        "resource": "urn:pulumi:dev::shop::aws:iam/policy:Policy::policy",
        "fingerprint": finding["fingerprint"],
        "reason": "being taken apart",
        "owner": "shop",
        "expires": date(2999, 1, 1),
    }
    lines = [
        f"{'-' if not index else ' '} {key}: {value}" for index, (key, value) in enumerate(exemption.items())
    ]
    (bad / "policy-exemptions.yaml").write_text("\n".join(["exemptions:", *lines]))
    exempted = run("gate", "--program", bad)
    assert exempted.returncode == 0, exempted.stdout
    assert "being taken apart" in exempted.stdout
    (bad / "policy-exemptions.yaml").unlink()
    config = tmp_path / "config.json"
    config.write_text('{"iam.star-action": "advisory"}')
    assert run("gate", "--program", bad, "--policy-pack-config", config).returncode == 0
    assert (
        run("gate", "--program", bad, "--policy-pack-config", config, "--level", "advisory").returncode == 1
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--program", "/nowhere"], "/nowhere has no Pulumi.yaml, so it is no Pulumi program"),
        (["--json", "README.md/report.json"], "--json README.md/report.json: "),
        (["--stack", "production"], "--stack production: there is no Pulumi.production.yaml; known are"),
        (["--policy-pack-config", "README.md"], "--policy-pack-config README.md isn't JSON"),
        (["--baseline", "nothing.json"], "--baseline nothing.json: No such file"),
        (["--baseline", "README.md"], "--baseline README.md: the baseline isn't JSON"),
        (["--exemptions", "nothing.yaml"], "--exemptions nothing.yaml: there is no such file"),
        (["--stack-reference", "other"], "--stack-reference other: give the stack's full name"),
    ],
)
def test_an_option_that_does_not_fit_is_refused_in_one_line(arguments: list[str], said: str):
    refused = run("gate", "--stack", "dev", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_stack_that_is_named_twice_is_judged_once(tmp_path: Path):
    named = run("gate", "--program", write(tmp_path, ONE), "--stack", "dev", "--stack", "dev")
    assert named.stdout.count("no finding\n") == 1


def test_a_program_in_another_language_is_refused_in_one_line(tmp_path: Path):
    (write(tmp_path, ONE) / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    refused = run("gate", "--program", tmp_path)
    assert refused.returncode == 2
    assert "is a program in nodejs; this gate runs Python programs" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_audit_judges_a_state_from_standard_input_with_the_same_fingerprints(bad: Path, tmp_path: Path):
    gate, audit = tmp_path / "gate.json", tmp_path / "audit.json"
    run("gate", "--program", bad, "--json", gate)
    policy = '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/*"}}'
    resource = {
        "urn": "urn:pulumi:dev::shop::aws:iam/policy:Policy::policy",
        "type": "aws:iam/policy:Policy",
        "id": "arn:aws:iam::111122223333:policy/policy",
        "inputs": {"policy": policy, "__defaults": []},
    }
    state = json.dumps({"version": 3, "deployment": {"resources": [resource]}})
    done = run("audit", "--program", bad, "--json", audit, text=state)
    assert done.returncode == 1, done.stderr
    found = [
        {(it["rule"], it["fingerprint"]) for it in json.loads(file.read_text())["stacks"][0]["findings"]}
        for file in (gate, audit)
    ]
    assert found[0] == found[1]


def test_the_audit_of_nothing_says_how_to_give_it_a_state():
    refused = run("audit", text="")
    assert refused.returncode == 2
    assert "pulumi stack export --show-secrets" in refused.stderr

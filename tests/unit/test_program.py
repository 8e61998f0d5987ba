"""The whole program, as each stack's file configures it."""

import json
from collections import Counter
from typing import Any

import pytest

from settings import PROJECT
from tests.unit.document_edges import documents, undeclared_edges
from tests.unit.mocks import Recording, RefusedInvokeError
from tests.unit.program import ACCOUNT, CALLS, DIGEST, refusal, run_program, smallest, stack_config, wire

STACKS = ("local", "dev", "staging", "prod")
DATADOG = {"datadog": {"site": "datadoghq.com", "api_key_secret": "dd"}}


@pytest.fixture(scope="module", params=[*STACKS, "smallest"])
def recording(request: pytest.FixtureRequest) -> Recording:
    stack: str = request.param
    return run_program(smallest() if stack == "smallest" else stack_config(stack), stack=stack)


def containers(recording: Recording) -> list[dict[str, Any]]:
    text = recording.one("aws:ecs/taskDefinition:TaskDefinition").inputs["containerDefinitions"]
    return json.loads(text)


def test_no_document_is_unknown_at_the_first_preview(recording: Recording):
    documentary = {"policy", "assumeRolePolicy", "containerDefinitions", "inlinePolicies"}
    unknown = [(it.name, key) for it in recording for key in documentary & set(it.unknown_inputs())]
    assert unknown == []
    assert {holder.type for holder, _, _ in documents(recording)} >= {
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:ecs/taskDefinition:TaskDefinition",
    }


def test_whatever_a_document_names_has_a_declared_path_to_it(recording: Recording):
    assert undeclared_edges(recording) == []


def test_every_resource_that_takes_tags_has_a_name_unique_for_its_type(recording: Recording):
    tagged = [it for it in recording if it.custom and "tags" in it.inputs]
    names = Counter((it.type, it.inputs["tags"]["Name"]) for it in tagged)
    assert len(tagged) > 20
    assert {name: count for name, count in names.items() if count > 1} == {}


def test_nothing_deprecated_is_used_and_nothing_is_warned_of(recording: Recording):
    assert recording.deprecated_inputs() == []
    assert recording.messages == []


def test_every_resource_stands_in_a_component(recording: Recording):
    stack = recording.one("pulumi:pulumi:Stack")
    loose = [it.name for it in recording if it.custom and it.parent in ("", stack.urn)]
    assert loose == []


def test_an_image_alone_makes_three_containers_that_log_to_cloudwatch():
    found = {it["name"]: it for it in containers(run_program(smallest()))}
    assert set(found) == {"rails", "nginx", "log_router"}
    for name in ("rails", "nginx"):
        assert found[name]["logConfiguration"]["options"]["Name"] == "cloudwatch_logs"


def test_datadog_adds_the_agent_and_takes_the_logs():
    found = {it["name"]: it for it in containers(run_program(stack_config("local"), stack="local"))}
    assert {"rails", "nginx", "log_router", "datadog"} <= set(found)
    assert found["rails"]["logConfiguration"]["options"]["Name"] == "datadog"


@pytest.mark.parametrize(
    ("ending", "version"), [(":1.4.2", "1.4.2"), (f":1.4.2@{DIGEST}", "1.4.2"), (f"@{DIGEST}", None)]
)
def test_datadog_knows_a_build_by_its_tag(ending: str, version: str | None):
    image = smallest()[f"{PROJECT}:image"].rpartition(":")[0] + ending
    config = {**smallest(), f"{PROJECT}:image": image, **wire({f"{PROJECT}:datadog": DATADOG["datadog"]})}
    rails = next(it for it in containers(run_program(config)) if it["name"] == "rails")
    variables = {it["name"]: it["value"] for it in rails["environment"]}
    assert variables.get("DD_VERSION") == version
    assert DIGEST in rails["image"]


def test_a_tag_runs_as_its_digest():
    found = {it["name"]: it for it in containers(run_program(smallest()))}
    assert "@sha256:" in found["rails"]["image"]


def test_a_rotated_secret_is_a_new_revision_and_its_version_is_never_pinned():
    rails = next(
        it for it in containers(run_program(stack_config("local"), stack="local")) if it["name"] == "rails"
    )
    assert rails["dockerLabels"]["secret-version.SECRET_KEY_BASE"] == "present"
    assert "present" not in json.dumps(rails["secrets"])


def test_an_image_with_another_user_and_without_curl_can_run():
    check = "wget -qO /dev/null http://127.0.0.1:3000/up || exit 1"
    own = {"user": 1001, "health_command": check, "start_period": 120}
    recording = run_program({**smallest(), **wire({f"{PROJECT}:rails": own})})
    found = {it["name"]: it for it in containers(recording)}
    assert found["rails"]["user"] == "1001"
    assert all("uid=1001" in it["mountOptions"] for it in found["rails"]["linuxParameters"]["tmpfs"])
    assert found["rails"]["healthCheck"]["command"] == ["CMD-SHELL", check]
    assert found["rails"]["healthCheck"]["startPeriod"] == 120
    assert recording.one("aws:ecs/service:Service").inputs["healthCheckGracePeriodSeconds"] >= 120


@pytest.mark.parametrize(
    ("beside", "more"),
    [
        ({}, set()),
        ({"rails": {"secrets": {"KEY": "web/key"}}}, {"secretsmanager"}),
        ({"exec": "true"}, {"kms", "ssmmessages"}),
    ],
    ids=["image", "secret", "exec"],
)
def test_without_nat_there_are_endpoints_for_what_the_task_uses_and_no_others(
    beside: dict[str, Any], more: set[str]
):
    copy = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/mirror/copy:1.0.0"
    private = {"network": {"nat": "none"}, "nginx": {"image": copy}, "log_router": {"image": copy}, **beside}
    config = {**smallest(), **wire({f"{PROJECT}:{key}": value for key, value in private.items()})}
    endpoints = [it.inputs for it in run_program(config).of("aws:ec2/vpcEndpoint:VpcEndpoint")]
    reached = {
        it["serviceName"].removeprefix("com.amazonaws.us-east-1.")
        for it in endpoints
        if it["vpcEndpointType"] == "Interface"
    }
    assert reached == {"ecr.api", "ecr.dkr", "logs", *more}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"exec": "true"}, {}),
        ({"load_balancer": {"firewall": True}}, {}),
        ({}, DATADOG),
        (DATADOG, {}),
        ({"domain": {"name": "www.example.com", "zone": "example.com"}}, {}),
        ({"network": {"nat": "zone", "zones": 3}}, {}),
        ({}, {"alarms": {"enabled": False}}),
        ({}, {"dashboard": "false"}),
    ],
    ids=[
        "exec off",
        "firewall off",
        "datadog on",
        "datadog off",
        "domain off",
        "fewer zones",
        "alarms off",
        "dashboard off",
    ],
)
def test_nothing_that_a_setting_takes_away_is_protected(first: dict[str, Any], then: dict[str, Any]):
    before, after = (
        run_program({**smallest(), **wire({f"{PROJECT}:{key}": value for key, value in each.items()})})
        for each in (first, then)
    )
    protected = {it.urn for it in before if it.protect}
    assert len(protected) > 8, "protect is on unless told otherwise"
    assert protected <= {it.urn for it in after}


def test_nginx_keeps_connections_longer_than_the_load_balancer_and_waits_as_long_for_an_answer():
    config = {**smallest(), f"{PROJECT}:load_balancer": '{"idle_timeout": 300}'}
    nginx = next(it for it in containers(run_program(config)) if it["name"] == "nginx")
    assert "keepalive_timeout 315s" in json.dumps(nginx)
    assert "proxy_read_timeout 300s" in json.dumps(nginx)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"task": {"cpu": 1024, "memory": 1024}}, ["task", "1024", "2048"]),
        ({"rails": {"memory": 4096}}, ["4096", "2048"]),
        ({"scaling": {"minimum": 11}}, ["scaling", "11", "10"]),
        (
            {"scaling": {"schedules": [{"name": "day", "schedule": "0 8 * * *", "minimum": 3}]}},
            ["scaling.schedules[day].schedule", "'0 8 * * *'", "cron(0 8 ? * MON-FRI *)"],
        ),
        ({"service": {"desired_count": 1}}, ["desired_count", "1", "scaling.minimum"]),
        ({"service": {"spot_weight": 1001}}, ["service.spot_weight", "1001", "0 to 1000"]),
        ({"service": {"maximum_percent": 101}}, ["service.maximum_percent", "101"]),
        ({"service": {"health_check_grace": 1}}, ["service.health_check_grace", "1"]),
        (
            {"routing": {"deregistration_delay": 300}, "service": {"spot_weight": 1}},
            ["routing.deregistration_delay", "300"],
        ),
        ({"network": {"cidr": "10.0.0.0/26"}}, ["10.0.0.0/26"]),
        ({"network": {"cidr": "nowhere"}}, ["nowhere"]),
        ({"network": {"nat": "none"}}, ["public.ecr.aws", "network.nat"]),
        (
            {"network": {"nat": "none"}, "datadog": {"site": "datadoghq.com", "api_key_secret": "dd"}},
            ["public.ecr.aws", "network.nat"],
        ),
        ({"rails": {"port": 8080}}, ["rails.port", "8080"]),
        (
            {"domain": {"certificate_arn": "arn:aws:acm:us-east-1:1:certificate/x"}},
            ["domain.name", "required"],
        ),
        (
            {
                "domain": {
                    "name": "www.example.com",
                    "zone": "example.com",
                    "certificate_arn": "arn:aws:acm:eu-west-1:111122223333:certificate/x",
                }
            },
            ["domain.certificate_arn", "eu-west-1", "us-east-1"],
        ),
        (
            {"domain": {"name": "www.example.com", "zone": "example.com"}, "routing": {"hosts": ["*.org"]}},
            ["routing.hosts", "'*.org'", "domain.name 'www.example.com'", "404"],
        ),
        ({"alarms": {"cpu": 60}}, ["alarms.cpu", "60", "scaling.cpu"]),
        ({"alarms": {"memory": 70}}, ["alarms.memory", "70", "scaling.memory"]),
        ({"alarms": {"latency": 60}}, ["alarms.latency", "60", "load_balancer.idle_timeout"]),
        ({"alarms": {"error_percent": 0}}, ["alarms.error_percent", "0"]),
        ({"alarms": {"subscribers": ["ops"]}}, ["alarms.subscribers", "'ops'", "email address"]),
        (
            {"alarms": {"enabled": False, "subscribers": ["ops@example.com"]}},
            ["alarms.subscribers", "ops@example.com", "alarms.enabled"],
        ),
        ({"image": "ruby"}, ["image", "'ruby'", "tag", "digest"]),
        ({"scalling": {}}, ["scalling", "did you mean 'scaling'"]),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
def test_what_cannot_work_is_refused_before_anything_is_registered(changes: dict[str, Any], words: list[str]):
    said = refusal({**smallest(), **wire({f"{PROJECT}:{key}": value for key, value in changes.items()})})
    assert all(word in said for word in words), said


@pytest.mark.parametrize("host", ["www.example.com", "*.Example.com", "ww?.example.com"])
def test_a_routed_host_may_cover_the_domain_by_its_name_or_a_wildcard(host: str):
    domain = {"name": "www.example.com", "zone": "example.com"}
    settings = {"domain": domain, "routing": {"hosts": ["api.example.com", host]}}
    recording = run_program(
        {**smallest(), **wire({f"{PROJECT}:{key}": value for key, value in settings.items()})}
    )
    assert recording.one("aws:lb/listenerRule:ListenerRule")


def test_what_the_task_and_its_surroundings_refuse_is_told_as_what_the_settings_refuse():
    config = {**smallest(), **wire({f"{PROJECT}:task": {"cpu": 1024, "memory": 1024}})}
    heading, *lines = refusal(config).splitlines()
    assert heading == "The stack's config doesn't fit:"
    assert all(it.startswith(f"  {PROJECT}:task.memory: 1024 doesn't fit: ") for it in lines)
    assert "; with 1024 CPU units use 2048 to 8192 MiB" in lines[0]
    heading, line = refusal({**smallest(), **wire({f"{PROJECT}:network": {"cidr": "nowhere"}})}).splitlines()
    assert heading == "The stack's config doesn't fit:"
    assert line.startswith(f"  {PROJECT}:network.cidr: 'nowhere' isn't ")


def test_a_hosted_zone_that_is_missing_is_told_before_anything_is_registered():
    def refuse(_: object) -> dict[str, Any]:
        raise RefusedInvokeError("no matching Route 53 Hosted Zone found")

    calls = {**CALLS, "aws:route53/getZone:getZone": refuse}
    assert "domain.zone: 'example.com'" in refusal(stack_config("prod"), calls)


def standing(*blocks: str) -> dict[str, Any]:
    """The answers to the look-ups where VPCs with these blocks stand under the stack's name."""
    found = {f"vpc-{number}": block for number, block in enumerate(blocks, start=1)}

    def vpcs(args: dict[str, Any]) -> dict[str, Any]:
        ours = args == {"tags": {"Name": "web-application-test-web-vpc"}}
        return {"ids": list(found) if ours else []}

    return {
        **CALLS,
        "aws:ec2/getVpcs:getVpcs": vpcs,
        "aws:ec2/getVpc:getVpc": lambda args: {"cidrBlock": found[args["id"]]},
    }


@pytest.mark.parametrize("protect", ["true", "false"])
@pytest.mark.parametrize("cidr", ["10.1.0.0/16", "10.0.0.0/20"], ids=["another", "a part"])
def test_another_address_block_than_the_standing_vpcs_is_refused_whether_or_not_it_is_protected(
    protect: str, cidr: str
):
    settings = {f"{PROJECT}:network": {"cidr": cidr}, f"{PROJECT}:protect": protect}
    heading, line = refusal({**smallest(), **wire(settings)}, standing("10.0.0.0/16")).splitlines()
    assert heading == "The stack's config doesn't fit:"
    assert line == (
        f"  {PROJECT}:network.cidr: '{cidr}' isn't the block of the VPC that stands (vpc-1), which can't get "
        "another; keep 10.0.0.0/16, destroy the stack first, or use another stack"
    )


def test_the_default_address_block_is_refused_too_where_a_vpc_stands_with_another():
    said = refusal(smallest(), standing("10.1.0.0/16"))
    assert "network.cidr: '10.0.0.0/16' isn't the block of the VPC that stands (vpc-1)" in said
    assert "keep 10.1.0.0/16" in said


def test_an_impossible_address_block_is_told_before_the_standing_vpcs_is_compared():
    config = {**smallest(), **wire({f"{PROJECT}:network": {"cidr": "nowhere"}})}
    assert "'nowhere' isn't an IPv4 block" in refusal(config, standing("10.0.0.0/16"))


@pytest.mark.parametrize("blocks", [("10.0.0.0/16",), ("10.1.0.0/16", "10.0.0.0/16")], ids=["one", "two"])
def test_the_standing_vpcs_own_address_block_is_taken(blocks: tuple[str, ...]):
    vpc = run_program(smallest(), calls=standing(*blocks)).one("aws:ec2/vpc:Vpc")
    assert vpc.inputs["cidrBlock"] == "10.0.0.0/16"
    # By which the next run finds it.
    assert vpc.inputs["tags"]["Name"] == "web-application-test-web-vpc"


def test_a_look_up_that_fails_is_told_in_one_message():
    def refuse(_: object) -> dict[str, Any]:
        raise RefusedInvokeError("no valid credential sources found")

    calls = {**CALLS, "aws:index/getCallerIdentity:getCallerIdentity": refuse}
    assert "no valid credential sources" in refusal(smallest(), calls)

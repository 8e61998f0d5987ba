"""The pack, spoken to as the engine does: the SDK's own service, over its messages."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from ecs_policies.catalogue import ALL
from ecs_policies.exemptions import Exemption, Exemptions
from ecs_policies.kinds import KEY
from ecs_policies.model import UNKNOWN, Level, Resource
from ecs_policies.pack import Servicer
from ecs_policies.rules.iam import STAR_ACTION
from ecs_policies.rules.secrets import KEY_ROTATION
from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_STRING_VALUE

from tests.policies.stacks import GROUP, ROLE_POLICY, TASK, Web, allow, document, resource

PACK = Path(__file__).parents[2] / "policies"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


# The rules that `Web` was made for: a program of its kind has more to do for the others.
OF_WEB = tuple(
    it
    for it in ALL
    if it.id
    in (
        "iam.star-action",
        "iam.star-resource",
        "iam.task-role-pulls-images",
        "iam.execution-role-pull",
        "iam.other-role-pulls-images",
        "iam.one-role-for-both",
        "task.secret-in-environment",
        "network.tasks-reached-by-others",
    )
)


@pytest.fixture
def service() -> Servicer:
    return Servicer(rules=OF_WEB)


def struct(properties: Any) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(on_the_wire(properties))
    return made


def on_the_wire(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN_STRING_VALUE
    if isinstance(value, dict):
        return {key: on_the_wire(it) for key, it in value.items()}
    if isinstance(value, list):
        return [on_the_wire(it) for it in value]
    return value


def analyze(service: Servicer, it: Resource) -> list[Any]:
    request = proto.AnalyzeRequest(type=it.type, urn=it.urn, name=it.name, properties=struct(it.properties))
    return list(service.Analyze(request, None).diagnostics)


def analyze_stack(service: Servicer, *resources: Resource) -> list[Any]:
    request = proto.AnalyzeStackRequest(
        resources=[
            proto.AnalyzerResource(
                type=it.type,
                urn=it.urn,
                name=it.name,
                provider=proto.AnalyzerProviderResource(type="pulumi:providers:aws", name="default"),
                properties=struct(it.properties),
                propertyDependencies={
                    key: proto.AnalyzerPropertyDependencies(urns=urns)
                    for key, urns in it.property_dependencies.items()
                },
            )
            for it in resources
        ]
    )
    return list(service.AnalyzeStack(request, None).diagnostics)


def test_every_rule_is_a_policy_under_its_id_and_mandatory_unless_it_is_of_low_severity():
    policies = Servicer().GetAnalyzerInfo(None, None).policies
    assert [it.name for it in policies] == [it.id for it in ALL]
    levels = {Level.MANDATORY: proto.MANDATORY, Level.ADVISORY: proto.ADVISORY}
    assert [it.enforcementLevel for it in policies] == [levels[it.level] for it in ALL]
    assert all(it.remediation_steps and it.severity for it in policies)


def test_a_rule_of_one_resource_is_judged_before_its_creation(service):
    policy = resource(ROLE_POLICY, "policy", {"role": UNKNOWN, "policy": document(allow("ecr:*"))})
    found = analyze(service, policy)
    assert {it.policyName for it in found} == {"iam.star-action", "iam.star-resource"}
    assert {it.enforcementLevel for it in found} == {proto.MANDATORY}
    assert all(it.urn == policy.urn for it in found)
    assert all(part in it.message for it in found for part in ("fix: ", "why: ", "fingerprint: "))


def test_an_unknown_document_is_a_mandatory_finding_and_not_advice(service):
    found = analyze(service, resource(ROLE_POLICY, "policy", {"role": "web", "policy": UNKNOWN}))
    assert {"iam.star-action", "iam.star-resource"} <= {it.policyName for it in found}
    assert {it.enforcementLevel for it in found} == {proto.MANDATORY}
    assert all("can't be judged" in it.message for it in found)


def test_an_unknown_deep_inside_keeps_what_is_known_around_it(service):
    role = resource(
        "aws:iam/role:Role",
        "role",
        {"inlinePolicies": [UNKNOWN, {"name": "x", "policy": document(allow("s3:*", "arn:aws:s3:::b/*"))}]},
    )
    found = [it for it in analyze(service, role) if it.policyName == "iam.star-action"]
    assert sorted("can't be judged" in it.message for it in found) == [False, True]


def test_a_secrets_value_is_judged_and_never_shown(service):
    containers = [{"name": "rails", "environment": [{"name": "API_TOKEN", "value": "hunter2"}]}]
    hidden = {**SECRET, "value": json.dumps(containers)}
    found = analyze(service, resource(TASK, "task", {"containerDefinitions": hidden}))
    assert [it.policyName for it in found] == ["task.secret-in-environment"]
    assert "hunter2" not in str(found)


def test_the_web_application_passes_on_its_first_preview(service):
    assert analyze_stack(service, *Web().stack().resources) == []


def test_outputs_that_the_provider_has_yet_to_compute_are_not_the_programs(service):
    web = Web()
    computed = {"arn": UNKNOWN, "id": UNKNOWN, "inlinePolicies": UNKNOWN, "managedPolicyArns": UNKNOWN}
    roles = [
        resource("aws:iam/role:Role", it.name, {**it.properties, **computed})
        for it in (web.task_role, web.execution_role)
    ]
    groups = [
        resource(GROUP, it.name, {"ingress": UNKNOWN, "egress": UNKNOWN, "id": UNKNOWN})
        for it in (web.task_group, web.balancer_group)
    ]
    assert analyze_stack(service, *web.stack(*roles, *groups).resources) == []


def test_references_are_followed_where_their_values_are_unknown(service):
    web = Web()
    extra = web.on_role(web.task_role, allow("ecr:BatchGetImage", "arn:aws:ecr:*:*:repository/web"))
    found = analyze_stack(service, *web.stack(extra).resources)
    assert [(it.policyName, it.enforcementLevel, it.urn) for it in found] == [
        ("iam.task-role-pulls-images", proto.MANDATORY, extra.urn)
    ]


def test_an_unknown_property_that_a_resource_was_made_from_is_the_programs(service):
    web = Web()
    group = Resource(
        type=GROUP,
        urn=web.task_group.urn,
        properties={"ingress": UNKNOWN},
        property_dependencies={"ingress": (web.balancer_group.urn,)},
    )
    found = analyze_stack(service, *web.stack(group).resources)
    assert [it.policyName for it in found] == ["network.tasks-reached-by-others"]
    assert "can't be judged" in found[0].message


def test_the_config_relaxes_a_rule(service):
    web = Web()
    builder = web.made("aws:iam/role:Role", "builder", name="builder")
    pull = web.on_role(builder, allow("ecr:BatchGetImage", "arn:aws:ecr:*:*:repository/web"))
    resources = web.stack(builder, pull).resources
    assert [it.policyName for it in analyze_stack(service, *resources)] == ["iam.other-role-pulls-images"]
    config = proto.PolicyConfig(
        enforcementLevel=proto.MANDATORY, properties=struct({"pulling_roles": ["builder"]})
    )
    service.Configure(
        proto.ConfigureAnalyzerRequest(policyConfig={"iam.other-role-pulls-images": config}), None
    )
    assert analyze_stack(service, *resources) == []


def test_what_a_targeted_run_leaves_out_is_not_judged(service):
    web = Web()
    new = resource(TASK, "new")
    assert analyze(service, new) == []
    assert analyze_stack(service, *web.stack(new).resources) == []


def test_a_resource_of_which_the_program_sets_nothing_is_judged_with_the_stack():
    service = Servicer(rules=(KEY_ROTATION,))
    key = resource(KEY, "key")
    assert analyze(service, key) == []
    computed = resource(KEY, "key", {"arn": UNKNOWN})
    assert [(it.policyName, it.urn) for it in analyze_stack(service, computed)] == [("kms.rotation", key.urn)]


def test_text_that_no_message_can_hold_is_still_reported(service):
    text = '{"Statement": {"Effect": "Allow", "Action": "\\ud800*", "Resource": "arn:aws:s3:::b"}}'
    found = analyze(service, resource(ROLE_POLICY, "policy", {"policy": text}))
    assert "iam.star-action" in {it.policyName for it in found}


def test_an_asset_counts_as_unknown(service):
    asset = {next(iter(SECRET)): "c44067f5952c0a294b673a41bacd8c17", "text": "{}"}
    found = analyze(service, resource(ROLE_POLICY, "policy", {"policy": asset}))
    assert all("can't be judged" in it.message for it in found)
    assert found


def test_an_unknown_list_is_recognized_too(service):
    group = resource("aws:iam/role:Role", "role", {"inlinePolicies": UNKNOWN_ARRAY_VALUE})
    assert {"iam.star-action", "iam.star-resource"} <= {it.policyName for it in analyze(service, group)}


def test_the_pack_imports_no_provider():
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1], run_name='pack');"
        "print([it for it in sys.modules if it.split('.')[0] in ('pulumi_aws', 'components', 'emulator')])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(PACK)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_the_packages():
    described = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())
    assert f'version = "{described["version"]}"' in (PACK / "pyproject.toml").read_text()


def test_an_exempted_finding_is_shown_as_advice_with_its_reason():
    policy = resource(
        ROLE_POLICY, "star", {"role": "web", "policy": document(allow("ecr:*", "arn:aws:s3:::b"))}
    )
    (found,) = analyze(Servicer(rules=(STAR_ACTION,)), policy)
    assert found.enforcementLevel == proto.MANDATORY
    exemption = Exemption(
        rule=STAR_ACTION.id,
        resources=(policy.urn,),
        fingerprint=STAR_ACTION.judge_resource(policy)[0].fingerprint,
        reason="a migration needs it",
        owner="platform",
        expires=date(2999, 1, 1),
    )
    (found,) = analyze(Servicer(Exemptions((exemption,)), rules=(STAR_ACTION,)), policy)
    assert found.enforcementLevel == proto.ADVISORY
    assert "exempted until 2999-01-01 by platform: a migration needs it" in found.message
    assert "fix: " not in found.message

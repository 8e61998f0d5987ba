import json
from typing import Any

import pulumi_aws as aws

from components.cluster import Cluster, ClusterArgs
from components.context import Context
from components.roles import ExecAudit
from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import Recording, record

CONTEXT = Context(
    project="web-application", stack="dev", partition="aws", region="us-east-1", account="123456789012"
)


def cluster(*, preview: bool = False, **given: Any) -> Recording:
    def build() -> Any:
        made = Cluster("web", ClusterArgs(context=CONTEXT, **given))
        return {"name": made.name, "audit": made.audit, "arn": made.arn}

    return record(build, preview=preview)


def test_a_cluster_has_an_explicit_name_and_measures_its_containers():
    [made] = cluster().of(aws.ecs.Cluster)
    assert made.inputs == {
        "name": "web-application-dev-web",
        "settings": [{"name": "containerInsights", "value": "enabled"}],
        "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
    }


def test_container_insights_is_a_setting():
    [made] = cluster(insights="enhanced").of(aws.ecs.Cluster)
    assert made.inputs["settings"] == [{"name": "containerInsights", "value": "enhanced"}]


def test_a_cluster_offers_fargate_and_fargate_spot():
    [providers] = cluster().of(aws.ecs.ClusterCapacityProviders)
    assert providers.inputs["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert providers.inputs["defaultCapacityProviderStrategies"] == [
        {"capacityProvider": "FARGATE", "weight": 1}
    ]


def test_without_exec_there_is_no_key_and_no_audit_log():
    recording = cluster()
    assert recording.of(aws.kms.Key) == recording.of(aws.cloudwatch.LogGroup) == []
    assert recording.returned["audit"] is None


def test_exec_records_every_session_in_an_encrypted_log_group():
    recording = cluster(exec=True, audit_retention_days=400)
    [made] = recording.of(aws.ecs.Cluster)
    assert made.inputs["configuration"] == {
        "executeCommandConfiguration": {
            "kmsKeyId": "arn:aws:mock:::web-exec",
            "logging": "OVERRIDE",
            "logConfiguration": {
                "cloudWatchEncryptionEnabled": True,
                "cloudWatchLogGroupName": "web-application-dev-web-exec",
            },
        }
    }
    assert recording.one(aws.cloudwatch.LogGroup).inputs == {
        "name": "web-application-dev-web-exec",
        "retentionInDays": 400,
        "kmsKeyId": "arn:aws:mock:::web-exec",
    }
    assert recording.one(aws.kms.Alias).inputs["name"] == "alias/web-application-dev-web-exec"
    assert recording.one(aws.kms.Key).inputs["enableKeyRotation"] is True
    assert recording.returned["audit"] == ExecAudit(
        log_group="web-application-dev-web-exec", key_alias="alias/web-application-dev-web-exec"
    )


def test_the_key_s_policy_is_known_at_a_first_preview_and_names_the_log_group():
    recording = cluster(preview=True, exec=True)
    [key] = recording.of(aws.kms.Key)
    assert key.unknown_inputs() == []
    assert json.loads(key.inputs["policy"])["Version"] == "2012-10-17"
    assert mentions(recording) == {("web-exec", "web-exec")}
    assert undeclared_edges(recording) == []


def test_the_cluster_is_protected_on_demand_and_not_what_turning_exec_off_deletes():
    recording = cluster(exec=True, protect=True)
    assert [it.name for it in recording if it.protect] == ["web-cluster"]
    assert not any(it.protect for it in cluster(exec=True))

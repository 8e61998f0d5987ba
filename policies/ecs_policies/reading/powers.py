"""Actions that give more than they seem to, when they are allowed on every resource."""

from enum import Enum
from functools import lru_cache
from typing import Final

from ecs_policies.reading.actions import manages_permissions


class Power(Enum):
    """What an action gives; each action has the first that fits it, or none."""

    ESCALATION = "any permission in the account"
    PASSING = "a role to a service"
    DECRYPTION = "what is encrypted"
    DATA = "data in bulk"
    PERMISSIONS = "who may do what"


PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 (an action)

ESCALATING: Final = frozenset(
    {
        "ec2-instance-connect:SendSSHPublicKey",
        "ecs:ExecuteCommand",
        "glue:UpdateDevEndpoint",
        "iam:AddUserToGroup",
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreatePolicyVersion",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteUserPermissionsBoundary",
        "iam:PutGroupPolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:PutUserPolicy",
        "iam:SetDefaultPolicyVersion",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateLoginProfile",
        "lambda:UpdateFunctionCode",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
        "ssm:SendCommand",
        "ssm:StartSession",
        "sts:AssumeRole",
    }
)
"""Each is enough by itself: it changes what somebody may do, takes an identity over, or runs code as one."""

RUNNING: Final = frozenset(
    {
        "autoscaling:CreateLaunchConfiguration",
        "batch:RegisterJobDefinition",
        "cloudformation:CreateChangeSet",
        "cloudformation:CreateStack",
        "codebuild:CreateProject",
        "codebuild:UpdateProject",
        "datapipeline:PutPipelineDefinition",
        "ec2:AssociateIamInstanceProfile",
        "ec2:CreateLaunchTemplate",
        "ec2:RunInstances",
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
        "ecs:StartTask",
        "glue:CreateDevEndpoint",
        "glue:CreateJob",
        "glue:UpdateJob",
        "lambda:CreateFunction",
        "lambda:UpdateFunctionConfiguration",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreateProcessingJob",
        "sagemaker:CreateTrainingJob",
        "scheduler:CreateSchedule",
        "ssm:StartAutomationExecution",
        "states:CreateStateMachine",
        "states:UpdateStateMachine",
    }
)
"""With iam:PassRole they run code, or steps, as the role that is passed."""

_DECRYPTING = frozenset({"kms:CreateGrant", "kms:Decrypt", "kms:ReEncryptFrom"})

_DATA = frozenset(
    {
        # read it
        "codecommit:GitPull",
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PartiQLSelect",
        "dynamodb:Query",
        "dynamodb:Scan",
        "ebs:GetSnapshotBlock",
        "ec2:GetPasswordData",
        "kinesis:GetRecords",
        "lambda:GetFunction",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "rds-data:BatchExecuteStatement",
        "rds-data:ExecuteStatement",
        "redshift-data:ExecuteStatement",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParameter",
        "ssm:GetParameterHistory",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
        # copy it out, or open it to other accounts
        "dynamodb:ExportTableToPointInTime",
        "ec2:ModifyImageAttribute",
        "ec2:ModifySnapshotAttribute",
        "rds:CopyDBClusterSnapshot",
        "rds:CopyDBSnapshot",
        "rds:CreateDBClusterSnapshot",
        "rds:CreateDBSnapshot",
        "rds:ModifyDBClusterSnapshotAttribute",
        "rds:ModifyDBSnapshotAttribute",
        "rds:StartExportTask",
        "redshift:AuthorizeSnapshotAccess",
        "s3:PutReplicationConfiguration",
    }
)

ALL: Final = ESCALATING | RUNNING | _DECRYPTING | _DATA | {PASS_ROLE}
"""Every action that is named here."""


@lru_cache(maxsize=4096)
def power(action: str) -> Power | None:
    """What an action gives, by its name as `reading.actions.expand` spells it."""
    if action in ESCALATING:
        return Power.ESCALATION
    if action == PASS_ROLE:
        return Power.PASSING
    if action in _DECRYPTING:
        return Power.DECRYPTION
    if action in _DATA:
        return Power.DATA
    return Power.PERMISSIONS if manages_permissions(action) else None

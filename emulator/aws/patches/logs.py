"""CloudWatch Logs: a group has a class, and queries can be saved."""

import json
import time
import uuid
from typing import Any

from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from emulator.aws.patching import add, wrap
from emulator.aws.refusal import Refusal


# CreateLogGroup keeps the class, STANDARD by default.
@wrap(LogsResponse)
def create_log_group(original: Any, self: Any) -> str:
    answer = original(self)
    group = self.logs_backend.groups[self._get_param("logGroupName")]
    group.log_group_class = self._get_param("logGroupClass") or "STANDARD"
    group.deletion_protection = bool(self._get_param("deletionProtectionEnabled"))
    return answer


# DescribeLogGroups shows it.
@wrap(LogGroup)
def to_describe_dict(original: Any, self: Any) -> dict[str, Any]:
    return {
        **original(self),
        "logGroupClass": getattr(self, "log_group_class", "STANDARD"),
        "deletionProtectionEnabled": getattr(self, "deletion_protection", False),
    }


# DeleteLogGroup is refused while deletion protection is on; PutLogGroupDeletionProtection turns it on and
# off.
@wrap(LogsResponse)
def delete_log_group(original: Any, self: Any) -> str:
    group = self.logs_backend.groups.get(self._get_param("logGroupName"))
    if group is not None and getattr(group, "deletion_protection", False):
        raise Refusal("ValidationException", "The log group has deletion protection enabled.")
    return original(self)


@add(LogsResponse)
def put_log_group_deletion_protection(self: Any) -> str:
    name = self._get_param("logGroupIdentifier").removesuffix(":*").rsplit(":", 1)[-1]
    group = self.logs_backend.groups.get(name)
    if group is None:
        raise Refusal("ResourceNotFoundException", "The specified log group does not exist.")
    group.deletion_protection = bool(self._get_param("deletionProtectionEnabled"))
    return ""


# AssociateKmsKey and DisassociateKmsKey change the key of what comes in from then on.
@add(LogsResponse)
def associate_kms_key(self: Any) -> str:
    _group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


@add(LogsResponse)
def disassociate_kms_key(self: Any) -> str:
    _group(self).kms_key_id = None
    return ""


def _group(self: Any) -> LogGroup:
    group: LogGroup | None = self.logs_backend.groups.get(self._get_param("logGroupName"))
    if group is None:
        raise Refusal("ResourceNotFoundException", "The specified log group does not exist.")
    return group


# PutQueryDefinition saves a query, or changes the one with that id.
@add(LogsResponse)
def put_query_definition(self: Any) -> str:
    known, name = _queries(self), self._get_param("queryDefinitionId")
    if name and name not in known:
        raise Refusal("ResourceNotFoundException", "The specified query definition does not exist.")
    name = name or str(uuid.uuid4())
    known[name] = {
        "queryDefinitionId": name,
        "name": self._get_param("name"),
        "queryString": self._get_param("queryString"),
        "logGroupNames": self._get_param("logGroupNames") or [],
        "lastModified": int(time.time() * 1000),
    }
    return json.dumps({"queryDefinitionId": name})


@add(LogsResponse)
def describe_query_definitions(self: Any) -> str:
    prefix = self._get_param("queryDefinitionNamePrefix") or ""
    shown = [one for one in _queries(self).values() if one["name"].startswith(prefix)]
    return json.dumps({"queryDefinitions": shown})


@add(LogsResponse)
def delete_query_definition(self: Any) -> str:
    if _queries(self).pop(self._get_param("queryDefinitionId"), None) is None:
        raise Refusal("ResourceNotFoundException", "The specified query definition does not exist.")
    return json.dumps({"success": True})


def _queries(self: Any) -> dict[str, dict[str, Any]]:
    """The saved queries by id; they go when moto resets the backend."""
    return self.logs_backend.__dict__.setdefault("query_definitions", {})

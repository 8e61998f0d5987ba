"""CloudWatch: composite alarms."""

import re
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse as Responses
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from emulator.aws.patching import add, wrap
from emulator.aws.refusal import Refusal

_STATES_OF = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*["']?([^"')]+?)["']?\s*\)""")


# PutCompositeAlarm keeps its settings, replaces an alarm of its name, and wants the alarms in its rule to
# exist.
@add(Responses)
def put_composite_alarm(self: Any) -> ActionResult:
    backend, params = self.cloudwatch_backend, dict(self.params)
    unknown = [name for name in _named_in(params["AlarmRule"]) if not _exists(backend, name)]
    if unknown:
        raise Refusal(
            "ValidationError",
            f"Could not save the composite alarm as alarms [{', '.join(unknown)}] in the alarm rule "
            "do not exist",
        )
    tags, name, now = params.pop("Tags", []), params["AlarmName"], utcnow()
    arn = f"arn:{backend.partition}:cloudwatch:{backend.region_name}:{backend.account_id}:alarm:{name}"
    known = _composites(backend).get(name, {})
    state = {"StateValue": "INSUFFICIENT_DATA", "StateUpdatedTimestamp": now}
    defaults: dict[str, Any] = {
        "ActionsEnabled": True,
        "AlarmActions": [],
        "OKActions": [],
        "InsufficientDataActions": [],
    }
    kept = {key: known[key] for key in state if key in known}
    _composites(backend)[name] = {
        **defaults,
        **params,
        **state,
        **kept,
        "AlarmArn": arn,
        "AlarmConfigurationUpdatedTimestamp": now,
    }
    if tags and not known:
        backend.tagger.tag_resource(arn, tags)
    return EmptyResult()


# DescribeAlarms shows composite alarms where AlarmTypes asks for them.
@wrap(Responses)
def describe_alarms(original: Any, self: Any) -> ActionResult:
    wanted = self._get_param("AlarmTypes") or ["MetricAlarm"]
    result = original(self)
    if "MetricAlarm" not in wanted:
        result.result["MetricAlarms"] = []
    names, prefix = self._get_param("AlarmNames"), self._get_param("AlarmNamePrefix") or ""
    state = self._get_param("StateValue")
    result.result["CompositeAlarms"] = [
        alarm
        for name, alarm in _composites(self.cloudwatch_backend).items()
        if "CompositeAlarm" in wanted
        and (not names or name in names)
        and name.startswith(prefix)
        and state in (None, alarm["StateValue"])
    ]
    return result


# DeleteAlarms takes composite alarms, and is refused for an alarm that a composite one refers to.
@wrap(CloudWatchBackend)
def delete_alarms(original: Any, self: Any, alarm_names: list[str]) -> None:
    for name in alarm_names:
        users = [
            other
            for other, alarm in _composites(self).items()
            if other not in alarm_names and name in _named_in(alarm["AlarmRule"])
        ]
        if users:
            raise Refusal(
                "ValidationError",
                f"{name} cannot be deleted as there are composite alarm(s) depending on it: "
                f"[{', '.join(users)}]",
            )
    for name in alarm_names:
        gone = _composites(self).pop(name, None)
        if gone:
            self.tagger.delete_all_tags_for_resource(gone["AlarmArn"])
    original(self, alarm_names)


# TagResource knows composite alarms.
@wrap(CloudWatchBackend)
def tag_resource(original: Any, self: Any, arn: str, tags: dict[str, str]) -> None:
    if arn in [alarm["AlarmArn"] for alarm in _composites(self).values()]:
        self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
        return
    original(self, arn, tags)


def _composites(backend: Any) -> dict[str, dict[str, Any]]:
    """The backend's composite alarms by name; they go when moto resets it."""
    return backend.__dict__.setdefault("composite_alarms", {})


def _named_in(rule: str) -> set[str]:
    """The alarms that a rule names, by name or ARN."""
    return {name.rsplit(":alarm:", 1)[-1] for name in _STATES_OF.findall(rule)}


def _exists(backend: Any, name: str) -> bool:
    return name in backend.alarms or name in _composites(backend)

"""CloudWatch: composite alarms, and alarms that follow their metrics."""

import itertools
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse as Responses
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow

from emulator.aws.cloudwatch import alarms
from emulator.aws.cloudwatch.samples import metric_of
from emulator.aws.patching import add, wrap
from emulator.aws.refusal import Refusal

_CALLS = itertools.count()


# PutMetricData's values set the states of the alarms that watch them. AWS's own namespaces, which AWS keeps
# to itself, are open here: nothing runs that would measure a service, so its metrics are put by hand.
@wrap(CloudWatchBackend)
def put_metric_data(original: Any, self: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
    before, call = len(self.metric_data), next(_CALLS)
    original(self, namespace, metric_data)
    put = self.metric_data[before:]
    for datum in put:
        datum.call = call
    alarms.look(self, map(metric_of, put))


# PutMetricAlarm begins with INSUFFICIENT_DATA, and leaves the state of an alarm that it changes as it is.
@wrap(CloudWatchBackend)
def put_metric_alarm(original: Any, self: Any, name: str, *arguments: Any, **keywords: Any) -> Any:
    known = self.alarms.get(name)
    made = original(self, name, *arguments, **keywords)
    made.state_value = "INSUFFICIENT_DATA"
    for kept in ("history", "state_reason", "state_reason_data", "state_value", "looks"):
        if hasattr(known, kept):
            setattr(made, kept, getattr(known, kept))
    return made


# SetAlarmState runs the alarm's actions.
@wrap(CloudWatchBackend)
def set_alarm_state(original: Any, self: Any, alarm_name: str, *arguments: Any) -> None:
    original(self, alarm_name, *arguments)
    alarms.note(self.alarms[alarm_name])


# PutCompositeAlarm keeps its settings, replaces an alarm of its name, and wants the alarms in its rule to
# exist.
@add(Responses)
def put_composite_alarm(self: Any) -> ActionResult:
    backend, params = self.cloudwatch_backend, dict(self.params)
    unknown = [name for name in alarms.names_in(params["AlarmRule"]) if not _exists(backend, name)]
    if unknown:
        raise Refusal(
            "ValidationError",
            f"Could not save the composite alarm as alarms [{', '.join(unknown)}] in the alarm rule "
            "do not exist",
        )
    tags, name, now = params.pop("Tags", []), params["AlarmName"], utcnow()
    arn = f"arn:{backend.partition}:cloudwatch:{backend.region_name}:{backend.account_id}:alarm:{name}"
    known = alarms.composites(backend).get(name, {})
    state = {"StateUpdatedTimestamp": now}
    defaults: dict[str, Any] = {
        "ActionsEnabled": True,
        "AlarmActions": [],
        "OKActions": [],
        "InsufficientDataActions": [],
    }
    kept = {key: known[key] for key in state if key in known}
    alarms.composites(backend)[name] = {
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
        {**alarm, "StateValue": now}
        for name, alarm in alarms.composites(self.cloudwatch_backend).items()
        if "CompositeAlarm" in wanted
        and (not names or name in names)
        and name.startswith(prefix)
        and state in (None, now := alarms.state(self.cloudwatch_backend, name))
    ]
    return result


# DeleteAlarms takes composite alarms, and is refused for an alarm that a composite one refers to.
@wrap(CloudWatchBackend)
def delete_alarms(original: Any, self: Any, alarm_names: list[str]) -> None:
    for name in alarm_names:
        users = [
            other
            for other, alarm in alarms.composites(self).items()
            if other not in alarm_names and name in alarms.names_in(alarm["AlarmRule"])
        ]
        if users:
            raise Refusal(
                "ValidationError",
                f"{name} cannot be deleted as there are composite alarm(s) depending on it: "
                f"[{', '.join(users)}]",
            )
    for name in alarm_names:
        gone = alarms.composites(self).pop(name, None)
        if gone:
            self.tagger.delete_all_tags_for_resource(gone["AlarmArn"])
    original(self, alarm_names)


# TagResource knows composite alarms.
@wrap(CloudWatchBackend)
def tag_resource(original: Any, self: Any, arn: str, tags: dict[str, str]) -> None:
    if arn in [alarm["AlarmArn"] for alarm in alarms.composites(self).values()]:
        self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
        return
    original(self, arn, tags)


def _exists(backend: Any, name: str) -> bool:
    return name in backend.alarms or name in alarms.composites(backend)

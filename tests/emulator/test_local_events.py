"""The engine's event log as values, from lines as the pinned engine writes them."""

import json
from pathlib import Path
from typing import Any

from emulator.local.events import Result, read_log

URN = "urn:pulumi:local::web-application::web-application:index:Network$aws:ec2/vpc:Vpc::web-vpc"


def pre(op: str, urn: str = URN, **metadata: Any) -> dict[str, Any]:
    return {"resourcePreEvent": {"metadata": {"op": op, "urn": urn, **metadata}}}


def outcome(op: str, urn: str = URN, **metadata: Any) -> dict[str, Any]:
    return {"resOutputsEvent": {"metadata": {"op": op, "urn": urn, **metadata}}}


def failed(op: str, urn: str = URN) -> dict[str, Any]:
    return {"resOpFailedEvent": {"metadata": {"op": op, "urn": urn}}}


def result(*events: dict[str, Any]) -> Result:
    return Result(code=0, stdout="", stderr="", events=events)


def test_what_stays_the_same_is_no_change() -> None:
    assert result(pre("same"), pre("read"), pre("refresh")).changes == {}


def test_a_refresh_tells_what_it_found_apart_from_what_was_done() -> None:
    other = f"{URN}-2"
    events = (
        pre("refresh"),
        pre("refresh", other),
        outcome("update", diffs=["tags"]),
        outcome("same", other),
    )
    found = result(*events, pre("create"), outcome("create"))
    assert [(step.name, step.op, step.diffs) for step in found.drift] == [("web-vpc", "update", ("tags",))]
    assert found.changes == {"web-vpc": {"create"}}


def test_a_replacement_is_all_of_its_operations_under_one_name() -> None:
    found = result(pre("create-replacement"), pre("replace", keys=["cidrBlock"]), pre("delete-replaced"))
    assert found.changes == {"web-vpc": {"create-replacement", "replace", "delete-replaced"}}
    assert found.steps[1].keys == ("cidrBlock",)
    assert found.counts["replace"] == 1


def test_a_step_knows_its_name_its_type_without_parents_and_whether_it_failed() -> None:
    step = result(pre("create"), failed("create")).steps[0]
    assert (step.name, step.type, step.failed) == ("web-vpc", "aws:ec2/vpc:Vpc", True)


def test_violations_carry_policy_level_and_message() -> None:
    event = {"policyName": "no-star", "enforcementLevel": "mandatory", "resourceUrn": URN, "message": "m"}
    violation = result({"policyEvent": event}).violations[0]
    assert (violation.policy, violation.level, violation.urn, violation.message) == (
        "no-star",
        "mandatory",
        URN,
        "m",
    )


def test_only_errors_among_the_diagnostics_are_errors() -> None:
    engines_own = {"prefix": "error: ", "message": "preview failed\n", "severity": "error"}
    programs_own = {"message": "error: no image\n\n", "severity": "info#err"}
    printed = {"message": "on stderr\n", "severity": "info#err"}
    events = [{"diagnosticEvent": event} for event in (engines_own, programs_own, printed)]
    assert result(*events).errors == ("preview failed", "no image")


def test_a_run_without_a_log_has_no_events(tmp_path: Path) -> None:
    assert read_log(tmp_path / "none.json") == ()


def test_a_log_is_read_line_by_line(tmp_path: Path) -> None:
    log = tmp_path / "events.json"
    log.write_text("".join(json.dumps(event) + "\n" for event in (pre("same"), pre("update"))))
    assert result(*read_log(log)).changes == {"web-vpc": {"update"}}

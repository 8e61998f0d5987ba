"""The server's own paths, under /_emulator/: what it is, and how fast its clock runs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from emulator.aws.ecs.timing import CLOCK

PREFIX = "/_emulator/"

Answer = tuple[HTTPStatus, dict[str, Any]]


def answer(method: str, path: str, body: bytes, *, instance: str) -> Answer:
    """The status and the JSON for a request to one of the paths."""
    read: dict[str, Callable[[], dict[str, Any]]] = {
        "instance": lambda: {"instance": instance},
        "health": lambda: {"status": "ok"},
        "clock": _clock,
    }
    name = path.removeprefix(PREFIX)
    if name not in read:
        return HTTPStatus.NOT_FOUND, {"error": f"unknown path {path}"}
    if method == "GET":
        return HTTPStatus.OK, read[name]()
    if name == "clock" and method == "POST":
        return _run_clock(body)
    return HTTPStatus.METHOD_NOT_ALLOWED, {"error": f"{path} doesn't take {method}"}


def _clock() -> dict[str, Any]:
    return {"speed": CLOCK.speed, "now": datetime.fromtimestamp(CLOCK.now(), UTC).isoformat()}


def _run_clock(body: bytes) -> Answer:
    """Lets the clock run at the speed in the body, from now on."""
    try:
        given: Any = json.loads(body)
        speed = given["speed"]
        if isinstance(speed, bool) or not isinstance(speed, (int, float)):
            raise TypeError
        CLOCK.run(float(speed))
    except (ValueError, TypeError, KeyError, OverflowError):
        wanted = 'give a speed above 0, as in {"speed": 60}'
        return HTTPStatus.BAD_REQUEST, {"error": f"the clock can't run at that; {wanted}"}
    return HTTPStatus.OK, _clock()

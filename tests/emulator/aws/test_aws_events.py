"""A service's events, as DescribeServices lists them."""

from emulator.aws.ecs.service import EVENTS_KEPT
from tests.emulator.aws.world import make_world


def test_an_event_keeps_its_id_when_older_ones_are_forgotten() -> None:
    service = make_world().service
    for number in range(EVENTS_KEPT):
        service.say(f"event {number}", float(number))
    kept = {it["id"]: it["message"] for it in service.events}
    assert len(kept) == EVENTS_KEPT
    service.say("one more", float(EVENTS_KEPT))
    latest, *others = service.events
    assert latest["id"] not in kept
    assert all(kept[it["id"]] == it["message"] for it in others)

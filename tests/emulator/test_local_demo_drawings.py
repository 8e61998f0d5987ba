"""Timelines as text and as a picture."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.local.demo import svg
from emulator.local.demo.axis import CUT, LONGEST, Axis
from emulator.local.demo.picture import WIDTH, Act, picture
from emulator.local.demo.text import drawn
from emulator.local.demo.timeline import Timeline
from tests.emulator.local_demo import HEALTHY, failure, rollout, sample, task

SVG = "{http://www.w3.org/2000/svg}"


def lines(timeline: Timeline, end: float, width: int = 80) -> list[str]:
    return [line.plain for line in drawn(timeline, begin=0.0, end=end, width=width)]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_time_in_which_nothing_changes_is_cut_short() -> None:
    axis = Axis.of([10.0, 11.0], begin=0.0, end=12.0)
    (cut,) = axis.cuts
    assert (cut.begin, cut.end) == (0.0, 10.0)
    assert axis.place(10.0) == pytest.approx(CUT / (CUT + 2))
    assert axis.place(11.0) - axis.place(10.0) == pytest.approx(axis.place(12.0) - axis.place(11.0))
    assert (axis.place(-1.0), axis.place(99.0)) == (0.0, 1.0)


@given(st.lists(st.floats(0, 100), max_size=20), st.floats(0, 100), st.floats(0.01, 100), st.floats(0, 0.999))
def test_a_moment_and_its_place_lead_to_each_other(
    changes: list[float], begin: float, length: float, place: float
) -> None:
    axis = Axis.of(changes, begin=begin, end=begin + length)
    assert axis.place(axis.moment(place)) == pytest.approx(place, abs=1e-6)
    assert all(cut.seconds > LONGEST for cut in axis.cuts)


def test_a_rollout_in_text_shows_who_starts_serves_and_leaves() -> None:
    assert lines(rollout(), 5.0, width=46) == [
        "task      zone        rev                     ",
        "aaaaaaaa  us-east-1a   1  ████████████▒▒▒▒    ",
        "bbbbbbbb  us-east-1b   1  ████████████▒▒▒▒    ",
        "cccccccc  us-east-1a   2      ········████████",
        "dddddddd  us-east-1b   2      ········████████",
        "healthy targets           2───────────────────",
        "desired count             2───────────────────",
    ]


def test_a_task_that_failed_ends_in_a_cross() -> None:
    _, _, failing, *_ = lines(failure(), 4.0, width=42)
    assert failing.endswith("    ····▒▒▒✗    ")


def test_each_line_of_text_keeps_to_the_width() -> None:
    for width in (40, 80, 100):
        assert {len(line) for line in lines(rollout(), 5.0, width)} <= {width}


def test_healthy_targets_are_told_at_their_lowest() -> None:
    down = [
        sample(at, task("a", HEALTHY), task("b", "RUNNING" if at == 1.1 else HEALTHY))
        for at in (0, 1.1, 1.2, 2)
    ]
    row = lines(Timeline.of(down), 2.0, width=36)[-2]
    assert row == "healthy targets           2────12───"


def drawing(timeline: Timeline, *acts: Act, **captions: str) -> ElementTree.Element:
    revisions = {int(name.removeprefix("r")): caption for name, caption in captions.items()}
    return ElementTree.fromstring(picture(timeline, acts, revisions=revisions))  # noqa: S314


def words(root: ElementTree.Element) -> list[str]:
    return [it.text or "" for it in root.iter(f"{SVG}text")]


def test_the_picture_has_a_lane_for_each_task_under_its_zone() -> None:
    root = drawing(rollout(), Act(title="a new image", begin=0.0, end=5.0), r1="image 1", r2="image <2>")
    lanes = [it.text for it in root.iter(f"{SVG}title") if (it.text or "").startswith("task ")]
    assert lanes == [f"task {letter * 32}" for letter in "acbd"]
    told = words(root)
    assert told.count("rev 1") == told.count("rev 2") == 2
    assert [it for it in told if it.startswith("us-east")] == ["us-east-1a", "us-east-1b"]
    assert {"revision 1: image 1", "revision 2: image <2>"} <= set(told)


def test_the_picture_shows_failures_rollbacks_and_who_was_stopped_by_hand() -> None:
    act = Act(title="an image that fails", begin=0.0, end=4.0)
    assert "ECS rolls back" in words(drawing(failure(), act, r1="good", r2="bad"))
    assert "stopped by hand" not in words(drawing(failure(), act, r1="good", r2="bad"))
    hand = ("UserInitiated", "by hand")
    stopped = Timeline.of([sample(0.0, task("a", HEALTHY)), sample(1.0, task("a", "STOPPED", why=hand))])
    assert "stopped by hand" in words(drawing(stopped, Act(title="stop", begin=0.0, end=1.5), r1="one"))


def test_everything_in_the_picture_is_within_its_edges() -> None:
    acts = (Act(title="a", begin=0.0, end=2.0), Act(title="b", begin=2.0, end=60.0))
    root = drawing(rollout(), *acts, r1="one", r2="two")
    height = float(root.attrib["height"])
    for box in root.iter(f"{SVG}rect"):
        left, top = float(box.attrib["x"]), float(box.attrib["y"])
        assert 0 <= left <= left + float(box.attrib["width"]) <= WIDTH
        assert -6 <= top <= top + float(box.attrib["height"]) <= height


def test_a_picture_of_nothing_is_still_a_picture() -> None:
    assert words(drawing(Timeline.of([]), Act(title="up", begin=0.0, end=1.0)))[0] == "1 up"


def test_a_revision_that_nobody_named_is_drawn_all_the_same() -> None:
    assert words(drawing(rollout(), Act(title="x", begin=0.0, end=5.0), r1="one")).count("rev 2") == 2


@pytest.mark.parametrize(("mode", "paper"), [(0, "#ffffff"), (1, "#0d1117")])
def test_each_colour_stands_out_from_the_paper_in_both_modes(mode: int, paper: str) -> None:
    assert paper in drawing_style()
    for colours in svg.REVISIONS:
        assert contrast(colours[mode], paper) >= 4.5, colours


def drawing_style() -> str:
    text = picture(rollout(), [Act(title="x", begin=0.0, end=5.0)], revisions={})
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert "prefers-color-scheme: dark" in style
    return style

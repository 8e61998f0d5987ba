"""Timelines as text and as a picture."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from math import dist
from operator import mul

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


def linear(colour: str) -> list[float]:
    """Red, green and blue as light."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours."""
    weights = (0.2126, 0.7152, 0.0722)
    lights = (sum(map(mul, weights, linear(colour))) for colour in (one, other))
    dark, light = sorted(lights)
    return (light + 0.05) / (dark + 0.05)


SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "who sees no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "who sees no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "who sees no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""How light reaches an eye: the matrices of Machado, Oliveira and Fernandes (2009), at full severity."""


def difference(one: str, other: str, eye: str) -> float:
    """The distance of two colours in CIELAB, as that eye sees them; about 2 is the least that shows."""

    def lab(colour: str) -> tuple[float, float, float]:
        seen = [max(sum(map(mul, row, linear(colour))), 0) for row in SEEN_BY[eye]]
        to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
        white = (0.9505, 1.0, 1.089)
        parts = [sum(map(mul, row, seen)) / full for row, full in zip(to_xyz, white, strict=True)]
        x, y, z = (it ** (1 / 3) if it > 0.008856 else 7.787 * it + 16 / 116 for it in parts)
        return 116 * y - 16, 500 * (x - y), 200 * (y - z)

    return dist(lab(one), lab(other))


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


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_colour_stands_out_from_the_ground(mode: str) -> None:
    tones = tones_of(mode)
    revisions = [tone for name, tone in tones.items() if name.startswith("revision-")]
    assert len(revisions) == len(svg.REVISIONS)
    for ground in (tones["paper"], tones["band"]):
        assert min(contrast(colour, ground) for colour in revisions) >= 3  # WCAG 2.2: Non-text Contrast
        assert min(contrast(tones[words], ground) for words in ("ink", "quiet")) >= 4.5  # Contrast (Minimum)


@pytest.mark.parametrize("eye", SEEN_BY)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_eye_can_tell_the_revisions_apart(mode: str, eye: str) -> None:
    revisions = [tone for name, tone in tones_of(mode).items() if name.startswith("revision-")]
    for one, other in itertools.combinations(revisions, 2):
        assert difference(one, other, eye) > 25, (one, other)


def tones_of(mode: str) -> dict[str, str]:
    """The colours by name, out of the picture's own style sheet."""
    text = picture(rollout(), [Act(title="x", begin=0.0, end=5.0)], revisions={})
    light, dark = text[text.index(":root") :].split("@media (prefers-color-scheme: dark)")
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", light if mode == "light" else dark))

"""The text that D2 draws."""

import pytest

from diagram.picture import Arrow, Box, Card, Look, Part, Row, card_box
from diagram.source import source_of


def lines(*boxes: Box, arrows: tuple[Arrow, ...] = ()) -> list[str]:
    """What the boxes come to, after the part that is the same in every picture."""
    return (
        source_of(Box(key="", look=Look.BARE, inside=boxes, arrows=arrows))
        .partition("cloud }\n}\n")[2]
        .splitlines()
    )


def card(*rows: tuple[str, str], title: str = "role task") -> Card:
    return Card(title=title, part=Part.BESIDE, rows=tuple(Row(label=it, value=value) for it, value in rows))


def test_a_card_is_a_table_of_its_parts_colour():
    assert lines(card_box("role", card(("trusted by", "ecs-tasks.amazonaws.com")))) == [
        "'role': 'role task' {",
        "  class: beside",
        "  'trusted by': 'ecs-tasks.amazonaws.com'",
        "}",
    ]


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("the team's", "'the team''s'"),
        ("${HOME}", "'${HOME}'"),
        ("a.b -> c", "'a.b -> c'"),
        ("two\nlines", "'two lines'"),
        ("# no comment", "'# no comment'"),
        ("|md text|", "'|md text|'"),
    ],
)
def test_a_name_says_nothing_to_d2_but_itself(name: str, quoted: str):
    assert lines(card_box("key", card(title=name)))[0] == f"'key': {quoted} {{"


def test_a_label_that_is_repeated_stays_a_line_of_its_own():
    assert lines(card_box("key", card(("lets in", ":80"), ("lets in", ":443"))))[2:4] == [
        "  'lets in': ':80'",
        "  'lets in ': ':443'",
    ]


def test_an_arrow_goes_to_a_box_inside_another_and_has_its_label():
    arrow = Arrow(source=("group",), target=("cluster", "web"), label="healthy")
    assert lines(arrows=(arrow,)) == ["'group' -> 'cluster'.'web': 'healthy'"]


def test_a_card_with_many_lines_says_how_many_more_there_are():
    many = lines(card_box("key", card(*((f"statement {it}", "s3:GetObject") for it in range(20)))))
    assert many[-2:] == ["  '…': 'and 4 more'", "}"]
    assert len(many) == 16 + 4


def test_a_label_that_is_too_long_is_cut():
    (_, _, line, _) = lines(card_box("key", card(("M" * 60, "elasticfilesystem:ClientMount"))))
    assert line == f"  '{'M' * 27}…': 'elasticfilesystem:ClientMount'"

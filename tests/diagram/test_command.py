"""`python -m diagram` refuses what it can't draw, and says what would do."""

from pathlib import Path

import pytest

from diagram.__main__ import main
from diagram.drawing import DrawingError, draw


@pytest.fixture
def program(tmp_path: Path) -> str:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    for stack in ("dev", "prod"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--stack", "qa"], "--stack qa: there is no Pulumi.qa.yaml; known are dev, prod"),
        (
            ["--output", "all.svg"],
            "--output all.svg: it takes the name of an .svg, and --stack with one stack",
        ),
        (["--stack", "dev", "--output", "dev.png"], "--output dev.png: it takes the name of an .svg"),
        (["--stack-reference", "network=nowhere.json"], "--stack-reference network=nowhere.json: give"),
    ],
)
def test_an_option_that_doesnt_fit_is_named_with_what_would(
    program: str, flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["--program", program, *flags]) == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_a_program_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--program", str(tmp_path)]) == 2
    assert "has no Pulumi.yaml" in capsys.readouterr().err


def test_without_d2_the_way_to_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(DrawingError, match="`make diagram` builds it"):
        draw(tmp_path / "a.d2", tmp_path / "a.svg")


def test_what_d2_says_of_a_text_that_it_cant_draw_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fake = tmp_path / "d2"
    fake.write_text("#!/bin/sh\necho 'err: a.d2:1:1: unexpected text' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(DrawingError, match="unexpected text"):
        draw(tmp_path / "a.d2", tmp_path / "a.svg")

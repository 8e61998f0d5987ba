"""Pictures of real programs: nothing is left out, D2 draws them, and a browser shows them well."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.recording import Recording

from diagram.composition import picture_of
from diagram.drawing import draw
from diagram.source import source_of
from tests.browser.running import ROOT, looked_at
from tests.diagram.recordings import made, picture, task_definition

pytestmark = pytest.mark.engine

IMAGES = ROOT / "docs" / "images"
OWN = ("dev", "local", "prod", "staging")
REFERENCES = {"organization/network/dev": ROOT / "examples" / "policies-only" / "network-outputs.json"}
REDRAW = "run `make diagram STACK=prod DIAGRAM_FLAGS='--output docs/images/architecture.svg'`"
MISSING = "d2 isn't there; these tests draw with it (`make .venv/bin/d2` builds it)"


@pytest.fixture(scope="module")
def recordings() -> Mapping[str, Recording]:
    """The committed stacks and the examples, by name."""
    own = record_stacks(ROOT, OWN)
    others = {
        name: next(record_stacks(ROOT / "examples" / name, stack_references=REFERENCES))
        for name in ("policies-only", "second-service")
    }
    return {**{it.stack: it for it in own}, **others}


@pytest.fixture(scope="module")
def d2() -> None:
    """D2, beside this Python or on PATH. Without it a test is skipped, and fails in CI."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    if shutil.which("d2", path=path) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)


@pytest.fixture(scope="module")
def drawn(
    recordings: Mapping[str, Recording], d2: None, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("pictures")
    for name, recording in recordings.items():
        source = folder / f"{name}.d2"
        source.write_text(source_of(picture_of(recording)), encoding="utf-8")
        draw(source, source.with_suffix(".svg"))
    return {name: folder / f"{name}.svg" for name in recordings}


def texts(picture: Path) -> list[str]:
    return sorted(re.findall(r"<text[^>]*>([^<]+)</text>", picture.read_text(encoding="utf-8")))


def test_every_resource_of_every_program_is_in_its_picture(recordings: Mapping[str, Recording]):
    for name, recording in recordings.items():
        assert recording.error is None, f"{name}: {recording.error}"
        tells = picture_of(recording).tells
        registered = {it.urn for it in recording.resources if it.custom and not it.type.startswith("pulumi:")}
        assert len(registered) > 15
        assert registered - tells == set(), name


def test_the_pictures_source_in_docs_is_what_prod_registers(recordings: Mapping[str, Recording]):
    committed = (IMAGES / "architecture.d2").read_text(encoding="utf-8")
    assert committed == source_of(picture_of(recordings["prod"])), REDRAW


def test_the_picture_in_docs_is_drawn_from_its_source(d2: None, tmp_path: Path):
    draw(IMAGES / "architecture.d2", tmp_path / "again.svg")
    assert texts(IMAGES / "architecture.svg") == texts(tmp_path / "again.svg"), REDRAW


def test_the_picture_shows_the_way_of_a_request_from_load_balancer_to_rails(drawn: Mapping[str, Path]):
    found = texts(drawn["prod"])
    for title in ("Internet", "load balancer web-lb", "rule web", "target group web", "service web", "rails"):
        assert title in found


def test_a_browser_shows_every_picture_without_a_text_on_another_or_under_an_arrow(drawn: Mapping[str, Path]):
    for file, seen in looked_at("pictures.py", *map(str, drawn.values())).items():
        assert len(seen["texts"]) > 50
        assert (seen["overlapping"], seen["crossed"], seen["outside"]) == ([], [], []), file
        # WCAG 2.2, "Contrast (Minimum)".
        assert min(seen["contrast"].values()) >= 4.5, file


def test_the_look_at_pictures_finds_what_is_wrong_with_one(d2: None, tmp_path: Path):
    source = tmp_path / "bad.d2"
    source.write_text(
        "a -> frame.inside.b\n"
        "frame: a label that is as long as its frame {\n"
        "  inside: another long label { b: { style.font-color: '#f8f8f8' } }\n"
        "}\n"
    )
    draw(source, source.with_suffix(".svg"))
    (seen,) = looked_at("pictures.py", str(source.with_suffix(".svg"))).values()
    assert "a label that is as long as its frame" in seen["crossed"]
    assert seen["contrast"]["light"] < 4.5


def test_a_name_that_means_something_to_d2_is_drawn_as_it_is(d2: None, tmp_path: Path):
    names = ("label", "SHAPE", "style", "_", "*", "a.b -> c", "${HOME}", "the team's", "<b> & c")
    roles = [made("aws:iam/role:Role", it, {"description": it}) for it in names]
    task = task_definition(*({"name": it, "image": "web:1"} for it in ("label", "near", "vars")))
    source = tmp_path / "names.d2"
    source.write_text(source_of(picture(*roles, task)), encoding="utf-8")
    draw(source, source.with_suffix(".svg"))
    (seen,) = looked_at("pictures.py", str(source.with_suffix(".svg"))).values()
    assert {*(f"role {it}" for it in names), "label", "near", "vars"} <= set(seen["texts"])


def test_nothing_of_a_picture_comes_from_another_host(drawn: Mapping[str, Path]):
    for file in drawn.values():
        addresses = re.findall(
            r"(?:href|src|url)\s*[=(]\s*[\"']?([^\"')\s]+)", file.read_text(encoding="utf-8")
        )
        assert [it for it in addresses if not it.startswith(("#", "data:"))] == []


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "diagram", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_draws_one_stack_of_another_teams_program(d2: None, tmp_path: Path):
    program = str(ROOT / "examples" / "policies-only")
    (reference,) = (f"{name}={file}" for name, file in REFERENCES.items())
    done = command("--program", program, "--stack-reference", reference, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "service reports" in texts(tmp_path / ".diagrams" / "dev.svg")
    assert (tmp_path / ".diagrams" / "dev.svg").stat().st_mode & 0o044 == 0o044


def test_a_program_that_fails_isnt_drawn_and_its_reason_is_told(tmp_path: Path):
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    (tmp_path / "__main__.py").write_text("import pulumi\n\npulumi.Config().require('image')\n")
    done = command(cwd=tmp_path)
    assert done.returncode == 2
    assert "dev can't be drawn, since the program failed: " in done.stderr
    assert "image" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".diagrams").exists()

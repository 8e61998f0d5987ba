"""The package as another team installs it: a wheel, and in it all that a program and its gate need."""

import email
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from outputs import VERSION

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]


def uv(*arguments: str) -> None:
    """The uv that make uses; no registry is asked."""
    command = os.environ.get("UV") or shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    done = subprocess.run([command, *arguments, "--offline"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--out-dir", str(folder), str(ROOT / "reader"))
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_code_types_and_schema(wheel: Path):
    names = {
        it for it in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in it and not it.endswith("/")
    }
    package = ROOT / "reader" / "src"
    there = {
        str(it.relative_to(package)) for it in package.rglob("*") if it.suffix != ".pyc" and it.is_file()
    }
    assert names == there
    assert "web_application_outputs/py.typed" in names
    assert f"web_application_outputs/v{VERSION.partition('.')[0]}.schema.json" in names


def test_the_wheel_needs_pulumi_alone_and_has_the_version_of_the_outputs(wheel: Path):
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (it for it in archive.namelist() if it.endswith(".dist-info/METADATA"))
    told = email.message_from_bytes(archive.read(metadata))
    needs = told.get_all("Requires-Dist", [])
    assert [it.partition(">")[0].strip() for it in needs] == ["pulumi"]
    assert told["Version"] == VERSION
    assert "WebApplication" in told.get_payload()


def test_an_installed_package_says_where_its_schema_is(wheel: Path, tmp_path: Path):
    uv("pip", "install", "--no-deps", "--target", str(tmp_path), str(wheel))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "web_application_outputs"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    schema = Path(done.stdout.strip())
    assert schema.is_relative_to(tmp_path)
    assert json.loads(schema.read_text())["version"] == VERSION

"""The site: it builds strictly, and a real browser finds nothing wrong with it, on a desktop or a phone."""

import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from docs.pages import collect
from tests.browser.running import in_docs_group, looked_at, uv
from tests.pages.reading import ROOT

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make docs` makes."""
    folder = tmp_path_factory.mktemp("site")
    # The environment is the tests' own and ready, and what another make hands down isn't for this one.
    command = ["make", "--old-file=.venv/.ready", f"UV={uv()}", f"SITE={folder}/site", "docs"]
    environment = {key: it for key, it in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"The site is in {folder}/site/html" in done.stdout
    return folder / "site"


@pytest.fixture(scope="module")
def seen(site: Path) -> dict[str, Any]:
    """What the browser saw."""
    return looked_at("site.py", str(site / "html"))


def test_every_page_is_there_with_one_heading(seen: dict[str, Any]):
    pages = seen["pages"]
    assert {
        "index.html",
        "policies.html",
        "runbook.html",
        "settings.html",
        "guides/costs.html",
    } <= pages.keys()
    assert {name: it["headings"] for name, it in pages.items() if it["headings"] != 1} == {}


def test_nothing_goes_wrong_on_any_page(seen: dict[str, Any]):
    assert {name: it["wrong"] for name, it in seen["pages"].items() if it["wrong"]} == {}
    assert {name: it["images"] for name, it in seen["pages"].items() if it["images"]} == {}


def test_nothing_comes_from_another_host(seen: dict[str, Any]):
    assert {name: it["elsewhere"] for name, it in seen["pages"].items() if it["elsewhere"]} == {}


def test_every_link_inside_the_site_leads_to_a_page_and_to_an_anchor_on_it(seen: dict[str, Any], site: Path):
    broken: list[str] = []
    inside = 0
    for name, page in seen["pages"].items():
        for link in page["links"]:
            if not link.startswith(seen["home"]):
                continue
            inside += 1
            parts = urlsplit(link)
            target = unquote(parts.path).lstrip("/")
            target = f"{target}index.html" if not target or target.endswith("/") else target
            anchor = unquote(parts.fragment)
            if not (site / "html" / target).is_file():
                broken.append(f"{name}: {link}")
            elif anchor and target in seen["pages"] and anchor not in seen["pages"][target]["anchors"]:
                broken.append(f"{name}: no anchor {link}")
    assert inside > 500
    assert broken == []


def test_no_page_scrolls_sideways_on_a_phone_and_nothing_is_cut_off(seen: dict[str, Any]):
    wrong = {
        name: (screen, page[screen]["beyond"], page[screen]["cut"])
        for name, page in seen["pages"].items()
        for screen in ("phone", "desktop")
        if page[screen]["beyond"] or page[screen]["cut"]
    }
    assert wrong == {}
    # The pages with the widest tables are among those that were looked at.
    assert seen["pages"]["settings.html"]["phone"]["tables"] > 0


def test_every_text_is_large_enough_to_read(seen: dict[str, Any]):
    small = {name: it["phone"]["small"] for name, it in seen["pages"].items() if it["phone"]["small"] < 11}
    assert small == {}


def test_a_search_finds_the_pages_that_have_the_words(seen: dict[str, Any]):
    found = {urlsplit(it).path for it in seen["hits"]}
    assert "/decisions/0015-traffic-shifts-by-weights.html" in found


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ("[gone](gone.md)", "gone.md"),
        ("[no anchor](policies.md#no-such-rule)", "no-such-rule"),
    ],
)
def test_a_link_that_leads_nowhere_fails_the_build(mistake: str, said: str, tmp_path: Path):
    collect(tmp_path / "site")
    page = tmp_path / "site" / "pages" / "runbook.md"
    page.write_text(page.read_text(encoding="utf-8") + f"\n{mistake}\n", encoding="utf-8")
    config = str(tmp_path / "site" / "mkdocs.yml")
    done = in_docs_group("mkdocs", "build", "--strict", "--config-file", config)
    assert done.returncode == 1
    assert said in done.stdout + done.stderr


def test_the_look_at_pages_finds_what_is_wrong_with_one(tmp_path: Path):
    (tmp_path / "index.html").write_text(
        "<title>bad</title><h1>bad</h1><h1>again</h1><p style='width: 2000px'>wide</p><img src='gone.png'>"
        "<script>nothing()</script><input name=query><li class=md-search-result__item><a href='/'>a</a></li>"
    )
    found = looked_at("site.py", str(tmp_path))["pages"]["index.html"]
    assert found["headings"] == 2
    assert found["phone"]["beyond"] > 1000
    assert found["phone"]["cut"]
    assert any("gone.png" in it for it in found["wrong"])
    assert any("nothing is not defined" in it for it in found["wrong"])

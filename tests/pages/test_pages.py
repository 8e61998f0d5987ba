"""How the pages are collected for the site: links, and who stands in the navigation."""

import pytest
import yaml

from docs.pages import linked, navigation, sources
from tests.pages.reading import ROOT

FILES = {
    "index.md": "README.md",
    "policies.md": "docs/policies.md",
    "guides/costs.md": "docs/guides/costs.md",
    "images/architecture.svg": "docs/images/architecture.svg",
    "examples/second-service.md": "examples/second-service/README.md",
}


@pytest.mark.parametrize(
    ("place", "written", "shown"),
    [
        ("index.md", "[rules](docs/policies.md#iam)", "[rules](policies.md#iam)"),
        ("guides/costs.md", "[sums](../../README.md#cost)", "[sums](../index.md#cost)"),
        ("guides/costs.md", "[rules](../policies.md)", "[rules](../policies.md)"),
        ("index.md", "[a program](examples/second-service)", "[a program](examples/second-service.md)"),
        ("index.md", "![a drawing](docs/images/architecture.svg)", "![a drawing](images/architecture.svg)"),
        (
            "index.md",
            "[![a drawing](docs/images/architecture.svg)](docs/images/architecture.svg)",
            "[![a drawing](images/architecture.svg)](images/architecture.svg)",
        ),
        ("index.md", "[here](#cost)", "[here](#cost)"),
        ("index.md", "[Pulumi](https://www.pulumi.com)", "[Pulumi](https://www.pulumi.com)"),
    ],
)
def test_a_link_leads_where_the_site_has_what_it_names(place: str, written: str, shown: str):
    assert linked(written, place, FILES) == shown


def test_a_link_to_a_file_that_is_no_page_is_plain_text():
    assert linked("see [the task](components/service.py).", "index.md", FILES) == "see the task."


def test_a_link_that_leads_nowhere_stays_for_the_build_to_refuse():
    assert linked("[gone](docs/gone.md)", "index.md", FILES) == "[gone](docs/gone.md)"


def test_what_stands_in_a_fence_is_no_link():
    fenced = "```\n[not](docs/policies.md)\n```\n"
    assert linked(f"{fenced}[but](docs/policies.md)", "index.md", FILES) == f"{fenced}[but](policies.md)"


def test_a_folder_in_the_navigation_is_its_pages_and_what_is_nowhere_comes_last():
    found = navigation(
        [{"Start": "index.md"}, {"Decisions": "decisions/"}],
        ["index.md", "decisions/0002-b.md", "decisions/0001-a.md", "new.md", "images/a.svg"],
    )
    assert found == [
        {"Start": "index.md"},
        {"Decisions": ["decisions/0001-a.md", "decisions/0002-b.md"]},
        {"More": ["new.md"]},
    ]


def test_the_site_has_every_page_of_docs_and_every_readme():
    found = sources()
    pages = {it.relative_to(ROOT).as_posix() for it in (ROOT / "docs").rglob("*.md")}
    readmes = {it.relative_to(ROOT).as_posix() for it in ROOT.glob("examples/*/README.md")}
    assert pages | readmes | {"README.md", "reader/README.md"} <= set(found.values())


def test_every_guide_is_in_the_navigation_by_a_title_of_its_own():
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    (guides,) = (it["Guides"] for it in nav if "Guides" in it)
    assert {page for it in guides for page in it.values()} == {
        it for it in sources() if it.startswith("guides/")
    }

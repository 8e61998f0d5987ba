"""`site.py CHROMIUM FOLDER`: what is wrong with the pages of a site, as a browser shows them.

Prints JSON: for each page its links, its anchors and what went wrong on a desktop and on a phone.
"""

import json
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}
"""Widths and heights in CSS pixels."""

READ = """
() => ({
  title: document.title,
  headings: document.querySelectorAll('h1').length,
  links: [...document.querySelectorAll('a[href]')].map(it => it.href),
  anchors: [...document.querySelectorAll('[id], a[name]')].map(it => it.id || it.name),
  images: [...document.images].filter(it => !it.complete || !it.naturalWidth).map(it => it.src),
})
"""

WIDE = """
() => {
  const wide = document.documentElement, page = wide.clientWidth;
  const scrolls = it => it && it !== document.body && (
    ['auto', 'scroll'].includes(getComputedStyle(it).overflowX) || scrolls(it.parentElement));
  const shown = it => it.getClientRects().length && getComputedStyle(it).visibility !== 'hidden';
  const article = document.querySelector('article') || document.body;
  return {
    // Pixels by which the page scrolls sideways.
    beyond: wide.scrollWidth - page,
    // What is cut off: wider than the page, and in nothing that scrolls.
    cut: [...article.querySelectorAll('table, pre, img, p, li, h1, h2, h3')].filter(shown)
      .filter(it => it.getBoundingClientRect().right > page + 1 && !scrolls(it))
      .map(it => it.outerHTML.slice(0, 120)),
    tables: article.querySelectorAll('table').length,
    small: Math.min(...[...article.querySelectorAll('p, td, li, code')].filter(shown)
      .map(it => parseFloat(getComputedStyle(it).fontSize)), 100),
  };
}
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing: a script's output is its JSON."""


def seen(page: Page, address: str, home: str) -> dict[str, Any]:
    """One page on both screens."""
    wrong: list[str] = []
    page.on("console", lambda it: wrong.append(f"console: {it.text}") if it.type == "error" else None)
    page.on("pageerror", lambda it: wrong.append(f"error: {it}"))
    page.on("requestfailed", lambda it: wrong.append(f"not loaded: {it.url}"))
    page.on("response", lambda it: wrong.append(f"{it.status}: {it.url}") if it.status >= 400 else None)
    asked: list[str] = []
    page.on("request", lambda it: asked.append(it.url))
    found: dict[str, Any] = {}
    page.goto(address)
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        found[screen] = page.evaluate(WIDE)
    elsewhere = sorted({it for it in asked if not it.startswith((home, "data:", "blob:"))})
    return {**page.evaluate(READ), **found, "wrong": wrong, "elsewhere": elsewhere}


def searched(page: Page, home: str) -> list[str]:
    """The pages that a search from the first page finds."""
    page.goto(f"{home}/index.html")
    # Key by key, as the search listens for.
    page.locator("input[name=query]").press_sequentially("circuit breaker")
    page.wait_for_selector(".md-search-result__item a")
    return page.eval_on_selector_all(".md-search-result__item a", "all => all.map(it => it.href)")


def main(chromium: str, folder: str) -> None:
    """Prints what was seen."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_address[1]}"
    pages = sorted(it.relative_to(folder).as_posix() for it in Path(folder).rglob("*.html"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = {}
        for it in pages:
            page = browser.new_page()
            found[it] = seen(page, f"{home}/{it}", home)
            page.close()
        page = browser.new_page()
        hits = searched(page, home)
        browser.close()
    server.shutdown()
    print(json.dumps({"home": home, "pages": found, "hits": hits}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`pictures.py CHROMIUM FILE…`: what is wrong with SVG pictures, as a browser draws them, in light and dark.

Prints JSON: for each file its texts, those that overlap, that an arrow crosses, that leave their card or the
picture, and the smallest contrast of a text in either colour scheme.
"""

import json
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

LOOK = """
() => {
  const close = 1;  // a pixel of rounding isn't an overlap
  const area = it => it.getBoundingClientRect();
  const texts = [...document.querySelectorAll('text')].filter(it => it.textContent.trim());
  const apart = (a, b) => a.right <= b.left + close || b.right <= a.left + close
    || a.bottom <= b.top + close || b.bottom <= a.top + close;
  const overlapping = [], crossed = [], outside = [];
  const picture = area(document.documentElement.querySelector('svg'));
  texts.forEach((text, index) => {
    const its = area(text);
    texts.slice(index + 1).filter(it => !apart(its, area(it)))
      .forEach(it => overlapping.push(`${text.textContent} / ${it.textContent}`));
    const card = text.parentElement.querySelector('rect.shape');
    const around = card && text.parentElement.querySelector('.class_header') ? area(card) : picture;
    if (its.left < around.left || its.right > around.right
        || its.top < around.top || its.bottom > around.bottom) outside.push(text.textContent);
  });
  for (const path of document.querySelectorAll('path.connection')) {
    const matrix = path.getScreenCTM(), long = path.getTotalLength();
    for (let at = 0; at <= long; at += 2) {
      const point = path.getPointAtLength(at).matrixTransform(matrix);
      for (const text of texts) {
        const its = area(text);
        // An arrow's own label stands on it, where the line is left out.
        if (text.parentElement !== path.parentElement
            && point.x > its.left + close && point.x < its.right - close
            && point.y > its.top + close && point.y < its.bottom - close) {
          const name = text.textContent;
          if (!crossed.includes(name)) crossed.push(name);
        }
      }
    }
  }
  return {texts: texts.map(it => it.textContent), overlapping, crossed, outside};
}
"""

CONTRAST = """
() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(it => it / 255)
      .map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = text => {
    const its = text.getBoundingClientRect(), x = (its.left + its.right) / 2, y = (its.top + its.bottom) / 2;
    const shapes = [...document.querySelectorAll('rect, path.stroke-B1')].filter(it => {
      const area = it.getBoundingClientRect(), fill = getComputedStyle(it).fill;
      return area.left <= x && x <= area.right && area.top <= y && y <= area.bottom
        && fill.startsWith('rgb(') && !it.closest('mask');
    });
    return getComputedStyle(shapes.at(-1)).fill;
  };
  return Math.min(...[...document.querySelectorAll('text')].filter(it => it.textContent.trim()).map(text => {
    const [a, b] = [light(getComputedStyle(text).fill), light(under(text))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
}
"""


def seen(page: Page, file: str) -> dict[str, object]:
    """One picture, in both colour schemes."""
    contrasts: dict[str, float] = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(Path(file).resolve().as_uri())
        page.evaluate("document.fonts.ready")
        contrasts[scheme] = round(page.evaluate(CONTRAST), 2)
    return {**page.evaluate(LOOK), "contrast": contrasts}


def main(chromium: str, *files: str) -> None:
    """Prints what was seen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        print(json.dumps({file: seen(page, file) for file in files}))  # noqa: T201
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

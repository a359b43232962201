"""Pages for everybody: input methods, the keyboard, screens of all sizes, slow connections."""

from __future__ import annotations

import gzip
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from test_web_browser import ADDRESSES, CHROMIUM, PHONE, SEED, chromium, opened

from web.app import STATIC

__all__ = ["chromium"]

browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

HIDDEN = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return "";
  const seen = [...e.getClientRects()].some((b) =>
    [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].some(([x, y]) => {
      const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);
      return top && (e.contains(top) || top.contains(e));
    }),
  );
  return seen ? "" : e.outerHTML.slice(0, 200);
}"""


@pytest.mark.parametrize("language", ["zh", "zh-Hant", "en"])
def test_the_first_view_is_small(client: FlaskClient, language: str) -> None:
    """The page with its style sheets and scripts, as a proxy compresses them."""
    for address in ("/", "/search?q=" + quote("所长"), f"{SEED}?q=" + quote("所长")):
        parts = [client.get(address, headers={"Accept-Language": language}).data]
        for found in re.findall(rb'(?:src|href)="(/static/[^"]*)"', parts[0]):
            with client.get(found.decode()) as static:
                parts.append(static.data)
        assert len(parts) >= 5
        assert sum(len(gzip.compress(part)) for part in parts) < 60_000, address


def test_nothing_moves_by_itself() -> None:
    """Whoever asks for less motion (``prefers-reduced-motion``) has it without asking."""
    for path in STATIC.iterdir():
        assert not re.search(r"transition|animation|smooth|@keyframes", path.read_text("utf-8")), path.name


@browser
@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(320, 568), (3840, 2160)])
@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_no_page_is_wider_than_the_smallest_and_the_largest_screen(
    chromium: Any, site: str, width: int, height: int, language: str
) -> None:
    with opened(chromium, site, viewport={"width": width, "height": height}, locale=language) as page:
        for address in ADDRESSES:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
            assert (
                page.locator("main p, main li, main dd").first.evaluate(
                    "e => e.getBoundingClientRect().width / parseFloat(getComputedStyle(e).fontSize)"
                )
                < 80
            ), address


@browser
@pytest.mark.browser
@pytest.mark.parametrize("address", [f"{SEED}?q=" + quote("所长"), "/search?q=" + quote("所长")])
def test_what_has_the_focus_is_never_hidden(chromium: Any, site: str, address: str) -> None:
    """WCAG 2.2, 2.4.11: the bar of hits lies over the foot of the window."""
    with opened(chromium, site, viewport=PHONE) as page:
        page.goto(address)
        hidden = []
        for _ in range(90):
            page.keyboard.press("Tab")
            hidden.append(page.evaluate(HIDDEN))
        assert [element for element in hidden if element] == []


@browser
@pytest.mark.browser
def test_a_composition_is_never_cut_by_suggestions(chromium: Any, site: str) -> None:
    """Words that were on their way when an input method began to compose lay over its own."""
    with opened(chromium, site) as page:
        page.goto("/")
        box, words = page.get_by_role("combobox"), page.locator(".suggestions")
        box.focus()
        method = page.context.new_cdp_session(page)
        page.keyboard.insert_text("派")
        words.locator("li").first.wait_for()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for typed in ("c", "ch", "chu", "chusuo"):
            at = len(typed)
            method.send("Input.imeSetComposition", {"text": typed, "selectionStart": at, "selectionEnd": at})
            page.wait_for_timeout(150)
            assert box.input_value() == "派" + typed
            assert not words.is_visible()
        assert asked == []
        with page.expect_response(lambda answer: "suggest" in answer.url):
            method.send("Input.insertText", {"text": "出所"})
        assert box.input_value() == "派出所"

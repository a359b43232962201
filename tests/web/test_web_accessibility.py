"""axe-core on each kind of page: three languages, light, dark and forced colours, a telephone and a desk."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from test_web_browser import ADDRESSES, CHROMIUM, SEED, chromium, opened

__all__ = ["chromium"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
KINDS = [
    *(address for address in ADDRESSES if quote("长文") not in address),
    "/documents/" + quote("长文"),  # in parts; without its 12,000 marks, which take a minute
    "/search?limit=2&counts=1&q=" + quote("所长"),  # two of its pagers
    "/search?match=any&collection=" + quote("史部") + "&q=" + quote("高祖 见字如面"),
    "/browse/folders?in=" + quote("史部/正史"),
    "/browse/authors",
    "/documents?author=" + quote("编辑"),
    f"{SEED}?q=" + quote("没有这样的话"),
    f"{SEED}?lines=vertical&size=largest&q=" + quote("所长"),
    f"{SEED}?lines=horizontal&size=normal",
]
EVERYTHING = {"rules": {"target-size": {"enabled": True}, "label-content-name-mismatch": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}  # what a scheme changes
SCHEMES = (("light", "none", EVERYTHING), ("dark", "none", COLOURS), ("dark", "active", COLOURS))
RUN = "(rules) => axe.run(rules).then(found => found.violations)"


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("zh", PHONE), ("zh", DESK), ("zh-Hant", PHONE), ("en", PHONE), ("en", DESK)],
    ids=["zh-390", "zh-1440", "zh-Hant-390", "en-390", "en-1440"],
)
def test_no_page_keeps_anyone_out(chromium: Any, site: str, viewport: dict[str, int], language: str) -> None:
    found: list[str] = []
    with opened(chromium, site, viewport=viewport) as page:
        page.goto(f"/?lang={language}")
        for address in KINDS:
            page.goto(address)
            page.evaluate(AXE_SCRIPT)
            for scheme, forced, options in SCHEMES:
                page.emulate_media(color_scheme=scheme, forced_colors=forced)
                for violation in page.evaluate(RUN, options):
                    nodes = [node["target"] for node in violation["nodes"][:3]]
                    found.append(f"{address} ({scheme}, {forced}): {violation['id']} {nodes}")
    assert not found, "\n".join(found)


def test_what_is_chosen_differs_in_forced_colours_by_more_than_weight(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.emulate_media(forced_colors="active")
        page.goto("/search?q=" + quote("所长"))
        ground = "e => getComputedStyle(e).backgroundColor"
        chosen = page.locator(".choices a[aria-current]").first.evaluate(ground)
        assert chosen != page.locator(".choices a:not([aria-current])").first.evaluate(ground)


def test_on_a_telephone_what_is_looked_for_comes_first(chromium: Any, site: str) -> None:
    """The box to find something in a text was 14,082 px down, the filters 4,500, ¶ was 9 px wide."""
    with opened(chromium, site, viewport=PHONE, has_touch=True, java_script_enabled=False) as page:
        page.goto(f"{SEED}?q=" + quote("所长"))
        for wanted in ("#find", ".top-hits a"):
            box = page.locator(wanted).bounding_box()
            assert box["y"] + box["height"] < PHONE["height"] / 2, wanted
        assert "50" in page.locator(".top-hits").inner_text()
        assert page.locator(".page .pilcrow").first.bounding_box()["width"] >= 24
        page.goto("/search?match=any&q=" + quote("高祖 见字如面"))
        drawer = page.locator(".drawer")
        assert drawer.bounding_box()["y"] < PHONE["height"]
        assert not drawer.locator("li a").first.is_visible()
        drawer.locator("summary").first.click()
        assert drawer.locator("li a").first.is_visible()
        assert page.locator(".foot").is_hidden()
        page.locator(".settings > summary").click()
        options = page.locator(".choices").last.bounding_box()
        assert options["x"] < 20
        assert options["y"] > page.locator(".choices").first.bounding_box()["y"]
    with opened(chromium, site, viewport=DESK, java_script_enabled=False) as page:
        page.goto("/search?match=any&q=" + quote("高祖 见字如面"))
        assert page.locator(".drawer li a").first.is_visible()

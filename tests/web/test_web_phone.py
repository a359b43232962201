"""On a telephone: the first hit and its count in sight, options in a drawer, targets for a finger."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from test_web_browser import CHROMIUM, SEED, chromium, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]
__all__ = ["chromium"]

RESULTS = "/search?q=" + quote("派出所 所长")
LARGE = 44
# A link within a sentence, and a ¶ in a text, have 24 px (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, input[type=search]")]
    .filter((e) => !e.closest(".page, .skip") && e.checkVisibility())
    .map((e) => [e.getBoundingClientRect(), e])
    .filter(([box]) => box.width && Math.max(box.width, box.height) < 44 || box.height && box.height < 24)
    .map(([, e]) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_first_hit_and_its_count_are_in_sight(
    chromium: Any,
    site: str,
    width: int,
    scripts: bool,
) -> None:
    """Four rows of options were above them."""
    viewport = {"width": width, "height": 640}
    with opened(chromium, site, viewport=viewport, java_script_enabled=scripts, has_touch=True) as page:
        page.goto(RESULTS)
        for selector in (".sum", ".group h2", ".hit .text.narrow"):
            box = page.locator(selector).first.bounding_box()
            assert box["y"] + box["height"] <= 640, (selector, box)
        choices = page.locator(".controls .choices").first
        assert not choices.is_visible()
        page.locator(".settings > summary").click()
        assert choices.is_visible()


def test_on_a_desk_the_options_are_open(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(RESULTS)
        assert page.locator(".controls .choices").first.is_visible()
        assert not page.locator(".settings > summary").is_visible()


@pytest.mark.parametrize(
    "address",
    ["/", RESULTS, SEED, "/browse", "/browse/authors", "/documents", "/help", "/left-out", "/nowhere"],
)
def test_what_a_finger_goes_to_is_large_enough(chromium: Any, site: str, address: str) -> None:
    with opened(
        chromium, site, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    ) as page:
        page.goto(address)
        assert page.evaluate(SMALL_TARGETS) == []

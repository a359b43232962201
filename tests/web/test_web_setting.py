"""How a text is set: lines from top to bottom, and three sizes of type, kept by a cookie, without scripts."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from test_web_browser import CHROMIUM, PHONE, SEED, chromium, current, opened

__all__ = ["chromium"]

browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
FOUND = f"{SEED}?q=" + quote("所长")


def test_a_choice_is_carried_until_the_cookie_comes_back(client: FlaskClient) -> None:
    chosen = client.get(f"{FOUND}&lines=vertical&size=large")
    kept = [value.split(";")[0] for name, value in chosen.headers if name == "Set-Cookie"]
    assert kept == ["lines=vertical", "size=large"]
    assert "lines=vertical&amp;size=large" in chosen.text
    again = client.get(FOUND, headers={"Cookie": "; ".join(kept)})
    assert 'data-lines="vertical" data-size="large"' in again.text
    assert "&amp;size=large" not in re.sub(
        r'<details class="look">.*?</details>', "", again.text, flags=re.DOTALL
    )
    assert again.headers["ETag"] != client.get(FOUND).headers["ETag"]


def test_another_value_is_none(client: FlaskClient) -> None:
    response = client.get(f"{SEED}?lines=round&size=99")
    assert 'data-lines="horizontal" data-size="normal"' in response.text
    assert "Set-Cookie" not in response.headers
    assert client.get("/api/v1/search?q=所长&lines=vertical").status_code == 200


def test_numbers_are_upright_in_vertical_lines(client: FlaskClient) -> None:
    text = client.get(f"{SEED}?lines=vertical").text
    assert re.search(r'<span class="together">\d{1,3}</span>', text)
    bare = re.sub(r'</?span(?: class="(?:together|upright)")?>', "", text)
    assert "together" not in bare
    assert 'class="together"' not in client.get(SEED).text


@browser
@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_lines_are_vertical_by_the_keyboard_alone(chromium: Any, site: str, scripts: bool) -> None:
    with opened(chromium, site, java_script_enabled=scripts) as page:
        page.goto(FOUND)
        page.locator(".look > summary").focus()
        page.keyboard.press("Enter")
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**lines=vertical**")
        page.goto(FOUND)  # the cookie keeps it
        sheet = page.get_by_role("region")
        assert sheet.evaluate("e => getComputedStyle(e).writingMode") == "vertical-rl"
        lines = sheet.evaluate("e => [e.scrollHeight - e.clientHeight, e.scrollWidth > 2 * e.clientWidth]")
        assert lines == [0, True]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        sheet.focus()
        page.keyboard.press("ArrowLeft")
        deadline = time.monotonic() + 10
        while sheet.evaluate("e => e.scrollLeft") == 0:
            assert time.monotonic() < deadline


@browser
@pytest.mark.browser
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["360", "1280"])
def test_hits_are_stepped_through_in_vertical_lines(
    chromium: Any, site: str, viewport: dict[str, int]
) -> None:
    with opened(chromium, site, viewport=viewport) as page:
        page.goto(f"{FOUND}&lines=vertical")
        for number in range(1, 30):
            page.keyboard.press("n")
            assert current(page).startswith(f"{number} ")
        box, sheet = page.locator("mark.current").bounding_box(), page.locator(".sheet").bounding_box()
        assert sheet["x"] <= box["x"] <= sheet["x"] + sheet["width"]
        assert 0 <= box["y"] <= viewport["height"]
        page.locator(".sheet").focus()
        before = page.locator(".sheet").evaluate("e => e.scrollLeft")
        page.keyboard.press("PageDown")
        assert page.locator(".sheet").evaluate("e => e.scrollLeft") < before
        page.keyboard.press("Home")
        assert page.locator(".sheet").evaluate("e => e.scrollLeft") >= -1


@browser
@pytest.mark.browser
@pytest.mark.parametrize("size", ["normal", "large", "largest"])
@pytest.mark.parametrize("lines", ["horizontal", "vertical"])
def test_nothing_is_wider_than_a_small_window(chromium: Any, site: str, size: str, lines: str) -> None:
    """A window of 640 px at 200 % is one of 320."""
    with opened(chromium, site, viewport={"width": 320, "height": 568}) as page:
        page.goto(f"{FOUND}&size={size}&lines={lines}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        type_size = page.locator(".page .text").first.evaluate(
            "e => parseFloat(getComputedStyle(e).fontSize)"
        )
        assert type_size == {"normal": 17, "large": 22, "largest": 28}[size]


@browser
@pytest.mark.browser
def test_on_paper_lines_are_horizontal(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"{FOUND}&lines=vertical&size=largest")
        page.emulate_media(media="print")
        style = "e => { const s = getComputedStyle(e); return [s.writingMode, s.overflow] }"
        assert page.locator(".sheet").evaluate(style) == ["horizontal-tb", "visible"]
        assert page.locator(".page").evaluate("e => getComputedStyle(e).fontSize") == f"{11 * 4 / 3:.4f}px"

"""The strip at the margin: where all hits of a document are, and links to them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from test_web_browser import CHROMIUM, PHONE, SEED, chromium, current, in_sight, opened

__all__ = ["chromium"]

browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
FOUND = f"{SEED}?q=" + quote("所长")
LONG = "/documents/" + quote("长文") + "?q=" + quote("春夏秋冬")


def zones(client: FlaskClient, address: str) -> list[tuple[str, int, int, float]]:
    """Of each zone of a strip the address, the first and the last hit, and the place."""
    nav = re.search(r'<nav class="hit-strip".*?</nav>', client.get(address).text, re.DOTALL)
    assert nav
    found = re.findall(r'<a href="([^"]*)" aria-label="第 (\d+)(?: 至 (\d+))? 处">.*?y="([\d.]+)"', nav[0])
    return [(unescape(href), int(a), int(b or a), float(y)) for href, a, b, y in found]


@pytest.mark.parametrize("address", [FOUND, LONG, f"{LONG}&part=2"])
def test_the_zones_have_all_hits_in_their_order(client: FlaskClient, address: str) -> None:
    found = zones(client, address)
    assert [first for _, first, _, _ in found] == [1, *(last + 1 for _, _, last, _ in found[:-1])]
    assert found[-1][2] == {FOUND: 50}.get(address, 12_000)
    assert [y for *_, y in found] == sorted({y for *_, y in found})


def test_a_zone_leads_to_its_first_hit_in_whichever_part(client: FlaskClient) -> None:
    for href, first, _, _ in zones(client, LONG)[::6]:
        page, _, anchor = href.partition("#")
        assert anchor == f"hit-{first}"
        assert f'<mark id="{anchor}">' in client.get(page or LONG).text


def test_a_single_hit_has_no_strip(client: FlaskClient) -> None:
    assert "hit-strip" not in client.get(f"{SEED}?q=" + quote("首届公安派出所所长")).text
    assert "hit-strip" not in client.get(SEED).text


@browser
@pytest.mark.browser
@pytest.mark.parametrize("lines", ["horizontal", "vertical"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_zone_is_gone_to_by_the_keyboard(chromium: Any, site: str, scripts: bool, lines: str) -> None:
    with opened(chromium, site, viewport=PHONE, java_script_enabled=scripts) as page:
        page.goto(f"{FOUND}&lines={lines}")
        zone = page.locator(".hit-strip a").nth(5)
        anchor = zone.get_attribute("href")
        zone.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{anchor}")
        assert in_sight(page, f"mark{anchor}")
        if scripts:
            assert current(page).startswith(anchor.removeprefix("#hit-") + " ")


@browser
@pytest.mark.browser
def test_the_strip_is_seen_in_forced_colours_and_not_on_paper(chromium: Any, site: str) -> None:
    with opened(chromium, site, forced_colors="active") as page:
        page.goto(FOUND)
        fill, ground = page.locator(".hit-strip path").evaluate(
            "e => [getComputedStyle(e).fill, getComputedStyle(document.body).backgroundColor]"
        )
        assert fill != ground
        page.emulate_media(media="print")
        assert page.locator(".hit-strip").is_hidden()

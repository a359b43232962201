"""Suggestions below the search box: the API, and a real Chromium with its keyboard and without scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from test_web_browser import CHROMIUM, PHONE, chromium, opened

__all__ = ["chromium"]


def test_the_api_suggests(client: FlaskClient) -> None:
    body = client.get("/api/v1/suggest", query_string={"q": "paichusuo"}).get_json()
    assert body["query"] == "paichusuo"
    assert body["suggestions"][0]["text"] == "派出所"
    assert body["suggestions"][0]["passages"] > 1
    assert (
        client.get("/api/v1/suggest", query_string={"q": "p", "limit": 2}).get_json()["suggestions"][2:] == []
    )


@pytest.mark.parametrize("query", ["", "%", "_", "'", "\0", "x" * 500, "派" * 1001])
def test_the_api_takes_any_text(client: FlaskClient, query: str) -> None:
    answer = client.get("/api/v1/suggest", query_string={"q": query})
    assert (answer.status_code, answer.get_json()["suggestions"]) == (200, [])


def test_the_api_says_what_is_missing_or_wrong(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest").status_code == 400
    assert client.get("/api/v1/suggest?q=a&limit=51").status_code == 400


def test_the_api_says_what_may_have_been_meant(client: FlaskClient) -> None:
    body = client.get("/api/v1/search", query_string={"q": "派出锁"}).get_json()
    assert "派出所" in body["did_you_mean"]
    assert "did_you_mean" not in client.get("/api/v1/search", query_string={"q": "派出所"}).get_json()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
class TestInABrowser:
    """The list below the box."""

    def test_keys_choose_a_word_and_enter_searches_it(self, chromium: Any, site: str) -> None:
        with opened(chromium, site) as page:
            page.goto("/")
            box = page.get_by_role("combobox")
            box.press_sequentially("pcs")
            first = page.get_by_role("option").first
            first.wait_for()
            assert box.get_attribute("aria-expanded") == "true"
            box.press("ArrowDown")
            assert first.get_attribute("aria-selected") == "true"
            assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
            assert box.input_value() == "派出所"
            box.press("ArrowUp")
            assert box.input_value() == "pcs"
            box.press("ArrowUp")
            box.press("ArrowDown")
            box.press("ArrowDown")
            box.press("Enter")
            page.wait_for_url("**/search?**")
            assert "q=派出所" in unquote(page.url)

    def test_escape_gives_back_what_was_typed(self, chromium: Any, site: str) -> None:
        with opened(chromium, site) as page:
            page.goto("/")
            box = page.get_by_role("combobox")
            box.press_sequentially("pcs")
            page.get_by_role("option").first.wait_for()
            box.press("ArrowDown")
            box.press("Escape")
            assert box.input_value() == "pcs"
            assert page.get_by_role("listbox").count() == 0
            assert box.get_attribute("aria-expanded") == "false"

    def test_a_finger_chooses_a_word_on_a_telephone(self, chromium: Any, site: str) -> None:
        with opened(chromium, site, viewport=PHONE, has_touch=True) as page:
            page.goto("/search?q=x")
            box = page.get_by_role("combobox")
            box.fill("派")
            option = page.get_by_role("option").filter(has_text="派出所").first
            option.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            option.tap()
            page.wait_for_url("**q=%E6%B4%BE%E5%87%BA%E6%89%80**")

    def test_without_scripts_the_box_is_a_plain_one(self, chromium: Any, site: str) -> None:
        with opened(chromium, site, java_script_enabled=False) as page:
            page.goto("/")
            page.get_by_role("searchbox").fill("派出所")
            page.get_by_role("searchbox").press("Enter")
            assert page.locator(".hit").count() > 0

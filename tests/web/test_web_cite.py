"""The page and the address of the API from which a citation is taken."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from test_web_browser import CHROMIUM, chromium, opened, tab_to

from archive.citation import STYLES

__all__ = ["chromium"]


def first(client: FlaskClient, query: str) -> str:
    """The id of the first passage that a query finds."""
    answer = client.get("/api/v1/search", query_string={"q": query}).get_json()
    return str(answer["hits"][0]["passage_id"])


def test_a_hit_leads_to_its_citations(client: FlaskClient) -> None:
    identifier = first(client, '"终身学习的理念"')
    assert f'href="/cite/{identifier}"' in client.get("/search?q=终身学习的理念").text
    page = client.get(f"/cite/{identifier}", base_url="http://archive.example")
    assert page.status_code == 200
    shown = [html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page.text, re.DOTALL)]
    assert len(shown) == len(STYLES)
    assert shown[0].startswith("姚天民. 基层派出所所长应牢固树立四种意识[Z]//郝发顺. 牢记使命")
    assert f"http://archive.example/p/{identifier}" in page.text
    assert "不知道出自何书何报" in page.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "archive.localhost"])
def test_an_address_that_only_this_machine_reaches_is_not_cited(client: FlaskClient, host: str) -> None:
    """A list of references went out with http://127.0.0.1:8000/p/…, which leads nowhere for its readers."""
    asked = {"id": first(client, "派出所")}
    answer = client.get("/api/v1/cite", query_string=asked, base_url=f"http://{host}")
    assert answer.status_code == 200
    assert "http" not in answer.text


@pytest.mark.parametrize("identifier", ["信/../甲", "信//乙?#%", "史部/标记 & <b>.txt"])
def test_a_document_of_any_id_is_cited(client: FlaskClient, identifier: str) -> None:
    page = client.get("/cite/", query_string={"id": identifier})
    assert page.status_code == 200
    assert "<script>" not in page.text.partition("<main")[2]


def test_the_api_gives_one_style_or_all(client: FlaskClient) -> None:
    identifier = first(client, "派出所")
    every = client.get("/api/v1/cite", query_string={"id": identifier}).get_json()
    assert list(every) == list(STYLES)
    assert json.loads(every["csl-json"])[0]["id"] == f"juanzong-{identifier}"
    one = client.get("/api/v1/cite", query_string={"id": identifier, "style": "ris"}).get_json()
    assert one == {"ris": every["ris"]}


@pytest.mark.parametrize(
    ("asked", "status"),
    [({}, 400), ({"id": "x", "style": "apa"}, 400), ({"id": "nothing"}, 404), ({"id": "x", "y": "1"}, 400)],
)
def test_wrong_requests_are_named(client: FlaskClient, asked: dict[str, str], status: int) -> None:
    answer = client.get("/api/v1/cite", query_string=asked)
    assert answer.status_code == status
    assert answer.get_json()["error"]["hint"]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_by_keyboard_alone_a_citation_of_a_hit_is_copied(chromium: Any, site: str) -> None:
    with opened(chromium, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto("/search?q=派出所")
        tab_to(page, "引用")
        page.keyboard.press("Enter")
        page.wait_for_url("**/cite/**")
        tab_to(page, "@misc{")
        entry = page.evaluate("document.activeElement.textContent")
        tab_to(page, "复制")
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.innerText === '已复制'")
        assert page.evaluate("navigator.clipboard.readText()") == entry
        page.reload()
        tab_to(page, "回到原文")
        page.keyboard.press("Enter")
        page.wait_for_url("**/documents/**")

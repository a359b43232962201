"""Collocates and key words as pages, files and JSON."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from test_web_browser import CHROMIUM, PHONE, chromium, opened, tab_to

__all__ = ["chromium"]

pytest.importorskip("numpy")


def test_a_result_leads_to_its_collocates_and_each_of_them_to_its_hits(client: FlaskClient) -> None:
    results = client.get("/search?q=派出所").text
    for page in ("collocates", "keyness"):
        found = re.search(rf'href="(/{page}\?[^"]+)"', results)
        assert found
        shown = client.get(html.unescape(found[1]) + "&unit=word")
        assert shown.status_code == 200
        hits = re.findall(r'<th scope="row"><a lang="zh" href="([^"]+)"', shown.text)
        assert len(hits) > 5
        for address in hits[:3]:
            assert 'class="group"' in client.get(html.unescape(address)).text, address


def test_the_page_the_file_and_the_api_agree(client: FlaskClient) -> None:
    asked = "q=派出所&unit=pair&window=3&side=left&measure=count"
    rows = client.get(f"/api/v1/collocates?{asked}&limit=100").get_json()["rows"]
    assert [row["count"] for row in rows] == sorted((row["count"] for row in rows), reverse=True)
    file = client.get(f"/collocates?{asked}&format=csv")
    table = list(csv.DictReader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [(row["text"], int(row["count"])) for row in table] == [
        (row["text"], row["count"]) for row in rows
    ]
    page = client.get(f"/collocates?{asked}").text
    assert re.findall(r'<th scope="row"><a[^>]*>([^<]+)', page) == [row["text"] for row in rows][:50]
    assert 'aria-sort="descending"' in page
    for form in ("ndjson", "xlsx"):
        assert client.get(f"/keyness?q=派出所&format={form}").status_code == 200


def test_one_author_is_compared_with_another_text(client: FlaskClient) -> None:
    asked = "author=姚天民&against=document:长文&against=query:高祖&unit=character"
    found = client.get(f"/api/v1/keyness?{asked}").get_json()
    assert (found["total"], found["outside"]) == (0, 0)  # no passage is of that document and has these words
    against = client.get("/api/v1/keyness?author=姚天民&against=document:长文").get_json()
    assert against["outside"] > 1000
    assert 'value="document:长文"' in client.get("/keyness?author=姚天民&against=document:长文").text


def test_without_a_question_there_is_a_form(client: FlaskClient) -> None:
    for page in ("/collocates", "/keyness"):
        shown = client.get(page)
        assert shown.status_code == 200
        assert "<select" in shown.text
        assert "<table" not in shown.text
    assert client.get("/keyness?q=尉迟恭与谁").status_code == 200


@pytest.mark.parametrize(
    "asked", ["unit=letter", "window=0", "window=21", "side=up", "measure=x", "least=0", "against=colour:red"]
)
def test_wrong_options_are_named(client: FlaskClient, asked: str) -> None:
    kind = "keyness" if "against" in asked else "collocates"
    answer = client.get(f"/api/v1/{kind}?q=派出所&{asked}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]
    assert client.get(f"/{kind}?q=派出所&{asked}").status_code == 400


def test_hostile_questions_are_text(client: FlaskClient) -> None:
    for query in ("<script>alert(1)</script>", "\u202e" + "长" * 900, '"><b>', "“假标记”"):
        for page in ("/collocates", "/keyness"):
            shown = client.get(page, query_string={"q": query, "least": "1", "against": "author:<b>"})
            assert shown.status_code == 200
            assert "<script>alert" not in shown.text
            assert "<b>" not in shown.text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_on_a_telephone_without_scripts_all_is_done_by_form_and_link(chromium: Any, site: str) -> None:
    with opened(chromium, site, viewport=PHONE, java_script_enabled=False) as page:
        page.goto("/search?q=" + quote("派出所"))
        page.locator(".summary a", has_text="搭配").click()
        page.get_by_label("统计单位").select_option("word")
        page.get_by_label("距离（字）").fill("3")
        page.get_by_label("至少出现").press("Enter")
        page.wait_for_url("**/collocates?*window=3*")
        rows = page.locator(".numbers tbody th")
        assert rows.first.inner_text() == "所长"
        page.get_by_role("link", name="次数").or_(page.get_by_role("link", name="此处")).first.click()
        assert "此处" in page.locator("th[aria-sort]").inner_text()
        # Letters of a head stood below each other: "pai/rs".
        heads = page.locator(".numbers thead th").all()
        assert all(head.bounding_box()["height"] < 60 for head in heads)
        rows.first.locator("a").click()
        assert page.locator(".hit mark").count() > 1
        page.get_by_role("link", name="检索说明").click()
        assert "NEAR/" in page.locator(".card").inner_text()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_by_keyboard_alone_a_collocate_its_hits_and_their_card_are_reached(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto("/search?q=" + quote("派出所"))
        for text, address in (
            ("搭配", "**/collocates?*"),
            ("所长", "**/search?*"),
            ("检索说明", "**/card?*"),
        ):
            tab_to(page, text)
            page.keyboard.press("Enter")
            page.wait_for_url(address)
        tab_to(page, "JSON")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "juanzong-card.json"


@pytest.mark.parametrize("page", ["collocates", "keyness", "concordance", "distribution"])
def test_a_form_keeps_the_language_that_an_address_chose(client: FlaskClient, page: str) -> None:
    """Without cookies the forms of collocates and key words went back to the browser's language."""
    form = client.get(f"/{page}?q=派出所&lang=en").text.split("</search>")[-1]
    assert '<input type="hidden" name="lang" value="en">' in form

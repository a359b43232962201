"""Where words are together, and what numbers count: in addresses, in the API and on the page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

TEXTS = {
    "会议.jsonl": {"title": "县里召开会议", "author": "王某", "text": "粮食入库。\n会议结束，会议很长。"},
    "秋收.jsonl": {"title": "秋收", "author": "王某", "text": "粮食丰收，谷物满仓。"},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    folder = tmp_path_factory.mktemp("together")
    (folder / "texts").mkdir()
    for name, text in TEXTS.items():
        line = json.dumps({"id": name, **text}, ensure_ascii=False)
        (folder / "texts" / name).write_text(line, encoding="utf-8")
    rebuild(folder / "home", folder / "texts", engine="whoosh")
    return create_app(LiveArchive(folder / "home").get).test_client()


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.json if response.is_json else response.get_data(as_text=True)


def test_within_is_an_address_a_parameter_and_an_option_of_the_page(client: FlaskClient) -> None:
    counts = {
        within: get(client, f"/api/v1/search?q=粮食 会议&match=all&within={within}")["total"]
        for within in ("", "passage", "section", "document")
    }
    assert counts == {"": 1, "passage": 0, "section": 3, "document": 3}
    html = get(client, "/search?q=粮食 会议&within=document")
    assert re.search(r'within=document[^>]*aria-current="true"[^>]*>同篇<', html)
    assert "within=document" in re.search(r'class="read" href="([^"]*)"', html)[1]  # type: ignore[index]
    assert client.get("/api/v1/search?q=粮食&within=word").status_code == 400


def test_numbers_say_what_they_count(client: FlaskClient) -> None:
    body = get(client, "/api/v1/search?q=会议&facets=document&facet_by=occurrences")
    assert (body["unit"], body["facet_by"], body["occurrences"]) == ("passages", "occurrences", 3)
    assert [value["count"] for value in body["facets"]["document"]] == [3]
    html = get(client, "/search?q=粮食&facet_by=occurrences")
    assert re.search(r'aria-current="true"[^>]*>出现次数<', html)


def test_an_author_alone_lists_documents_and_nothing_false_is_said(client: FlaskClient) -> None:
    html = get(client, "/search?q=作者:王某")
    summary = re.sub("<[^>]*>", "", re.search('<p class="sum">(.*)</p>', html)[1])  # type: ignore[index]
    assert summary.split() == ["2", "篇文献"]
    assert html.count('class="read"') == 2
    assert "所查的词在" not in html


def test_a_page_without_results_says_what_each_word_gives(client: FlaskClient) -> None:
    html = re.sub("<[^>]*>", "", get(client, "/search?q=粮食 林黛玉&match=all"))
    assert "“林黛玉”没有出现" in html
    assert re.search(r"单独检索各词的段落数：\s*粮食\s*2\s*林黛玉\s*0", html)
    assert "单独的标点符号不能检索" in get(client, "/search?q=……")

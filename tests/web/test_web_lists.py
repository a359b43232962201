"""Long lists are filtered and sorted on the server: documents, folders, authors, the values of a filter."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from serving import serving
from test_web_browser import CHROMIUM, chromium, opened

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

__all__ = ["chromium"]

NAMES = ("三国志", "史記", "汉书", "漢紀", "王安石集", "《唐诗选》", "一切经", "第10卷", "第9卷")


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    pytest.importorskip(request.param)
    folder = tmp_path_factory.mktemp("lists")
    for place, name in enumerate((*NAMES, *(f"丛书{n}" for n in range(70)))):
        book = folder / "texts" / name
        book.mkdir(parents=True)
        record = {"id": name, "title": name, "author": f"{name}编者", "text": "天下大势。\n" * (place + 1)}
        (book / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    rebuild(folder / "home", folder / "texts", engine=request.param)
    return create_app(LiveArchive(folder / "home").get).test_client(use_cookies=False)


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.json if response.is_json else response.get_data(as_text=True)


def listed(html: str) -> list[str]:
    """The names in the list of a page."""
    part = html[html.index('id="listed"') :]
    return re.findall(r"<li[^>]*>\s*(?:<label.*?<input [^>]*>)?<a [^>]*>([^<]+)</a>", part)


LISTS = ("/browse/folders?", "/browse/authors?", "/documents?", "/values?facet=document&q=天下&")


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("史记", ["史記"]),
        ("shiji", ["史記", "王安石集"]),
        ("sj", ["史記", "王安石集"]),
        ("汉", ["汉书", "漢紀"]),
        ("国 志", ["三国志"]),
        ("没有的", []),
    ],
)
def test_a_list_is_filtered_by_what_is_typed(
    client: FlaskClient, address: str, typed: str, names: list[str]
) -> None:
    found = listed(get(client, f"{address}filter={quote(typed)}&by=pinyin"))
    assert [name.removesuffix("编者") for name in found] == names


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_sorted_by_pinyin_and_by_strokes(client: FlaskClient, address: str) -> None:
    def first(order: str) -> list[str]:
        found = listed(get(client, f"{address}by={order}"))
        return [name.removesuffix("编者") for name in found if not name.startswith("丛书")]

    assert first("pinyin") == [
        *("第9卷", "第10卷", "汉书", "漢紀", "三国志"),
        *("史記", "《唐诗选》", "王安石集", "一切经"),
    ]
    assert first("strokes") == [
        *("一切经", "三国志", "王安石集", "史記", "汉书"),
        *("《唐诗选》", "第9卷", "第10卷", "漢紀"),
    ]


def test_by_number_the_largest_is_first(client: FlaskClient) -> None:
    assert listed(get(client, "/values?facet=document&q=天下&by=count"))[0] == "丛书69"
    body = get(client, "/api/v1/values?facet=document&q=天下&by=count&limit=2")
    assert [value["count"] for value in body["values"]] == [79, 78]


def test_the_address_keeps_what_was_typed_and_chosen(client: FlaskClient) -> None:
    html = get(client, "/documents?filter=丛书&by=strokes&lang=en")
    form = html[html.index('<form class="arrange"') : html.index('id="listed"')]
    assert 'value="丛书"' in form
    assert 'name="by" value="strokes"' in form
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', html[html.index('id="listed"') :])]
    assert f"/documents?filter={quote('丛书')}&by=pinyin&lang=en" in links
    assert re.search(r'by=strokes[^>]*aria-current="true"', html)


def test_pages_of_a_filtered_list_join(client: FlaskClient) -> None:
    body = get(client, "/api/v1/documents?filter=丛书&by=pinyin&limit=50&offset=50")
    assert (body["total"], len(body["documents"])) == (70, 20)
    assert body["documents"][0]["title"] == "丛书50"


def test_all_values_of_a_filter_lead_to_what_they_narrow(client: FlaskClient) -> None:
    html = get(client, "/search?q=天下&sort=date")
    (every,) = (unescape(a) for a in re.findall(r'href="([^"]*)"', html) if "facet=document" in a)
    html = get(client, every)
    link = next(unescape(a) for a in re.findall(r'href="([^"]*)"', html) if f"document={quote('史記')}" in a)
    assert link == f"/search?q={quote('天下')}&sort=date&document={quote('史記')}"
    assert get(client, link.replace("/search", "/api/v1/search"))["documents"] == 1


def test_the_api_lists_the_values_of_a_filter(client: FlaskClient) -> None:
    body = get(client, "/api/v1/values?facet=author&filter=sanguo")
    assert body == {
        "facet": "author",
        "total": 1,
        "offset": 0,
        "values": [{"value": "三国志编者", "label": "三国志编者", "count": 1}],
    }
    for wrong in (
        "facet=document",
        "facet=word&q=天",
        "facet=author&by=size",
        "q=天",
        "facet=author&author=x",
    ):
        assert client.get(f"/api/v1/values?{wrong}").status_code == 400, wrong


def test_a_short_list_has_no_form(client: FlaskClient, tmp_path: Path) -> None:
    assert 'class="arrange"' not in get(client, f"/browse/folders?in={quote('史記')}")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_list_is_filtered_while_one_types(chromium: Any, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    for n, name in enumerate(("史記", "漢書", *(f"丛书{n}" for n in range(20)))):
        (tmp_path / "texts" / f"{n}.txt").write_text(
            f"{name}\n\n　　天下大势，分久必合，合久必分。\n", "utf-8"
        )
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    with serving(tmp_path / "home") as (address, _), opened(chromium, address.rstrip("/")) as page:
        page.goto("/documents?by=strokes")
        assert page.locator("#listed li").count() == 22
        page.locator("#filter").press_sequentially("shiji")
        page.wait_for_url("**filter=shiji&by=strokes")
        assert page.locator("#listed li a").all_inner_texts() == ["史記"]
        assert not page.locator(".arrange button").is_visible()

"""Two documents side by side: chosen, read, stepped through; with scripts and without, by the keyboard."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from serving import serving
from test_web_browser import CHROMIUM, PHONE, chromium, current, opened

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

__all__ = ["chromium"]

browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
LINES = [
    f"第{n}段，說的是{''.join(chr(0x4E00 + (n * 1009 + k * 211) % 5000) for k in range(12))}，凡若干字。"
    for n in range(40)
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of a text in two editions, one that quotes it, and one that has nothing of it."""
    folder = tmp_path_factory.mktemp("versions")
    (folder / "texts").mkdir()
    other = [line.replace("說", "说").replace("，", "") for line in LINES]
    other[3] = other[3].replace("凡若干", "共<b>")
    del other[20]
    for name, lines in (
        ("甲/四時記.txt", ["四時記", *LINES]),
        ("乙/四時記.txt", ["四时记", *other]),
        ("引.txt", ["札記", "前言不搭後語。", *LINES[4:9]]),
        ("無.txt", ["別的", "這一篇與別的毫無關係。"]),
    ):
        path = folder / "texts" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n\n".join(lines), "utf-8")
    rebuild(folder / "home", folder / "texts", engine="whoosh")
    return folder / "home"


@pytest.fixture(scope="module")
def reader(both: Path) -> FlaskClient:
    return create_app(LiveArchive(both).get).test_client(use_cookies=False)


@pytest.fixture(scope="module")
def address(both: Path) -> Iterator[str]:
    with serving(both) as (site, _):
        yield site.rstrip("/")


COMPARED = f"/compare?document={quote('甲/四時記.txt')}&document={quote('乙/四時記.txt')}"


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


def test_each_difference_is_marked_and_numbered(reader: FlaskClient) -> None:
    html = reader.get(COMPARED).text
    assert re.findall(r'<mark id="(hit-\d)">(.*?)</mark>', html)[0] == ("hit-1", "凡若干")
    assert "<mark>共&lt;b&gt;</mark>" in html
    assert '<span class="variant">，說</span>' in html
    assert 'data-hits="2"' in html
    rows = re.findall(r'<tr role="row">(<td.*?)</tr>', html, re.DOTALL)
    assert len(rows) == len(LINES) + 1
    assert len(re.findall('class="lacking"', html)) == 1
    only = reader.get(f"{COMPARED}&only=1").text
    assert len(re.findall(r'<tr role="row"><td', only)) == 2


def test_what_is_like_a_text_is_offered_first(reader: FlaskClient) -> None:
    html = reader.get(f"/compare?document={quote('甲/四時記.txt')}").text
    offered = re.findall(r'<span class="path">([^<]*)</span>', html)
    assert offered == ["乙/四時記.txt", "引.txt"]


@pytest.mark.parametrize(
    "pasted",
    [
        "乙/四時記.txt",
        f"http://127.0.0.1:8000/documents/{quote('乙/四時記.txt')}?q=x#hit-1",
        "https://archive.example.org/prefix/documents/乙/四時記.txt",
        "/documents/?id=" + quote("乙/四時記.txt"),
        "PASSAGE",
    ],
)
def test_a_pasted_link_leads_to_its_document(reader: FlaskClient, pasted: str) -> None:
    if pasted == "PASSAGE":
        found = reader.get("/api/v1/documents/" + quote("乙/四時記.txt")).get_json()
        pasted = "https://archive.example.org/p/" + found["pieces"][2]["passages"][0]["id"]
    html = reader.get("/compare", query_string={"document": ["甲/四時記.txt", pasted]}).text
    assert '<table class="versions"' in html
    assert "乙/四時記.txt" in html


def test_words_of_a_title_are_offered(reader: FlaskClient) -> None:
    html = reader.get("/compare", query_string={"document": ["引.txt", "四时"]}).text
    assert re.findall(r'<span class="path">([^<]*)</span>', html) == ["乙/四時記.txt", "甲/四時記.txt"]
    assert reader.get("/compare?document=" + quote("没有")).status_code == 404
    assert reader.get("/compare").status_code == 200


def test_a_long_text_comes_in_parts(reader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = reader.get(COMPARED).text
    monkeypatch.setattr("web.pages.compare.PART", 300)
    html = reader.get(COMPARED).text
    rows, marks = [], []
    while True:
        rows += re.findall(r'<tr role="row">(<td.*?)</tr>', html, re.DOTALL)
        marks += re.findall(r'<mark id="hit-(\d+)"', html)
        following = re.search(r'rel="next" href="([^"]*)"', html)
        if not following:
            break
        html = reader.get(unescape(following[1])).text
    assert rows == re.findall(r'<tr role="row">(<td.*?)</tr>', whole, re.DOTALL)
    assert marks == ["1", "2"]
    html = reader.get(COMPARED).text
    after = unescape(re.search(r'data-after="([^"]*)"', html)[1])  # type: ignore[index]
    part, _, anchor = after.partition("#")
    assert f'id="{anchor}"' in reader.get(part).text


@browser
@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_two_texts_are_ticked_and_compared_by_the_keyboard(
    chromium: Any, address: str, scripts: bool
) -> None:
    with opened(chromium, address, java_script_enabled=scripts) as page:
        page.goto("/documents")
        for name in ("乙/四時記.txt", "甲/四時記.txt"):
            page.locator(f"input[value='{name}']").focus()
            page.keyboard.press("Space")
        page.locator(".compared button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/compare?**")
        if scripts:
            page.keyboard.press("n")
            assert current(page) == "1 / 2"
            page.keyboard.press("n")
            assert current(page) == "2 / 2"
        else:
            page.locator(".hit-bar .next").focus()
            page.keyboard.press("Enter")
            page.wait_for_url("**#hit-1")
        left, right = page.locator(".versions tbody tr").nth(5).locator("td").all()
        assert left.bounding_box()["y"] == right.bounding_box()["y"]


@browser
@pytest.mark.browser
def test_on_a_telephone_a_pair_is_one_above_the_other(chromium: Any, address: str) -> None:
    with opened(chromium, address, viewport=PHONE) as page:
        page.goto(f"/documents/{quote('甲/四時記.txt')}")
        page.locator(".about .tools a[href^='/compare']").click()
        page.locator(".documents a").first.click()
        page.locator(".versions").wait_for()
        left, right = page.locator(".versions tbody tr").nth(5).locator("td").all()
        assert right.bounding_box()["y"] >= left.bounding_box()["y"] + left.bounding_box()["height"]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.goto(f"{COMPARED}&size=largest")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_the_first_view_of_a_comparison_is_small(client: FlaskClient) -> None:
    page = client.get("/compare?document=000_ea956ef4aa722372.txt&document=长文")
    styles = [path.read_bytes() for path in Path(client.application.root_path, "static").glob("*.css")]
    assert sum(len(gzip.compress(part)) for part in (page.data, *styles)) < 60_000

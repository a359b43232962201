"""The concordance as a page and in the API: the same lines, of which each leads to its place."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from serving import serving
from test_web_browser import CHROMIUM, DESK, chromium, in_sight, opened, tab_to

from index.archive import Archive
from index.build import rebuild
from index.reloading import LiveArchive
from index.requests import ConcordanceRequest, SearchRequest
from index.results import to_json
from web.app import create_app

__all__ = ["chromium"]

SUO = quote("所长")


def text_of(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_the_api_answers_what_the_archive_does(client: FlaskClient, home: Path) -> None:
    address = (
        f"/api/v1/concordance?q={SUO}&sort=left1&collation=pinyin&group=right1&context=9&limit=7&offset=2"
    )
    answered = json.loads(client.get(address).data)
    search = SearchRequest("所长", limit=7, offset=2)
    request = ConcordanceRequest(search, 9, "left1", "pinyin", "right1")
    with Archive.open(home) as archive:
        wanted = json.loads(json.dumps(to_json(archive.concordance(request))))
    assert answered | {"took_ms": 0} == wanted | {"took_ms": 0}
    assert len(answered["lines"]) == 7


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("", "missing_parameter"),
        ("q=", "missing_parameter"),
        ("q=x&sort=relevance", "bad_parameter"),
        ("q=x&collation=radical", "bad_parameter"),
        ("q=x&group=left9", "bad_parameter"),
        ("q=x&limit=1001", "bad_parameter"),
        ("q=x&context=1001", "bad_parameter"),
        ("q=x&only=y", "bad_query"),
    ],
)
def test_a_wrong_request_is_named(client: FlaskClient, parameters: str, code: str) -> None:
    response = client.get(f"/api/v1/concordance?{parameters}")
    assert response.status_code == 400
    assert json.loads(response.data)["error"]["code"] == code
    assert client.get(f"/concordance?{parameters}").status_code == 400


def test_the_page_has_the_lines_of_the_api(client: FlaskClient) -> None:
    page = text_of(client, f"/concordance?q={SUO}&sort=right2&limit=5")
    for line in json.loads(client.get(f"/api/v1/concordance?q={SUO}&sort=right2&limit=5").data)["lines"]:
        row = f'<bdi>{line["left"]}</bdi></span> <a href="/p/{line["passage_id"]}?q={SUO}"><bdi>{line["hit"]}'
        assert row in page
        assert f"<bdi>{line['right']}</bdi>" in page
    assert '<option value="right2" selected>' in page


def test_a_filter_that_is_on_has_the_name_that_results_give_it(client: FlaskClient) -> None:
    """It was named ``heading`` and ``none``, as addresses have it."""
    chosen = "q=派出所&kind=heading&author=none"
    for page in ("/concordance", "/search"):
        found = re.findall(
            '<a class="chip".*?<span lang="zh">(.*?)</span>', client.get(f"{page}?{chosen}").text
        )
        assert found == ["作者：未注明", "小标题"], page


def test_filters_and_groups_are_kept_from_page_to_page(client: FlaskClient) -> None:
    address = f"/concordance?q={SUO}&sort=left1&group=form&limit=3&context=5&match=all"
    page = text_of(client, address)
    following = page.split('rel="next" href="')[1].split('"')[0]
    for part in ("sort=left1", "group=form", "context=5", "match=all", "offset=3"):
        assert part in following


def test_all_lines_are_taken_along_in_their_order(client: FlaskClient, home: Path) -> None:
    address = f"/concordance?q={SUO}&sort=right1&context=5"
    linked = re.findall(r'href="(/concordance[^"]*format=(\w+))"', text_of(client, address))
    assert [form for _, form in linked] == ["csv", "ndjson", "xlsx"]
    with Archive.open(home) as archive:
        lines = list(archive.lines(ConcordanceRequest(SearchRequest("所长"), 5, "right1")))
    by_form = {form: client.get(html.unescape(href)) for href, form in linked}
    assert {one.status_code for one in by_form.values()} == {200}
    rows = list(csv.DictReader(io.StringIO(by_form["csv"].data.decode("utf-8-sig"))))
    assert [(row["left"], row["hit"], row["right"]) for row in rows] == [
        (line.left, line.hit, line.right) for line in lines
    ]
    assert len(by_form["ndjson"].data.splitlines()) == len(lines) > 20
    assert by_form["xlsx"].data[:2] == b"PK"
    assert "juanzong-kwic" in by_form["xlsx"].headers["Content-Disposition"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    word = "x" * 10_000
    text = f"<script>alert(1)</script>派出所\u202e{word}\n{word}派出所\u2066</bdi><b>派出所"
    record = {"id": "<i>", "title": "<b>题\u202e", "author": "'\"><script>", "text": text}
    (folder / "texts").mkdir()
    (folder / "texts" / "a.jsonl").write_text(json.dumps(record), "utf-8")
    rebuild(folder / "home", folder / "texts", engine="whoosh")
    return folder / "home"


def test_no_text_becomes_markup(hostile: Path) -> None:
    client = create_app(LiveArchive(hostile).get).test_client(use_cookies=False)
    address = "/concordance?q=派出所&group={}&sort=left1&context=1000&only={}"
    for group, only in (("left1", ""), ("author", ""), ("document", ""), ("right1", "<"), ("left1", "<b>")):
        page = text_of(client, address.format(group, only))
        assert "<script>alert" not in page
        assert "<b>" not in page


# --- a browser ----------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_runs_are_in_one_column(chromium: Any, site: str, width: int) -> None:
    """What is to the left ends where the run begins, in each line; nothing is wider than the window."""
    with opened(chromium, site, viewport={"width": width, "height": 900}) as page:
        page.goto(f"/concordance?q={SUO}")
        boxes = [link.bounding_box() for link in page.locator(".kwic a").all()]
        assert len(boxes) > 20
        assert len({round(box["x"]) for box in boxes}) == len({round(box["width"]) for box in boxes}) == 1
        assert abs(boxes[0]["x"] + boxes[0]["width"] / 2 - width / 2) < width / 6
        ends = page.locator(".kwic .left > bdi").evaluate_all(
            "all => all.filter(e => e.textContent).map(e => Math.round(e.getBoundingClientRect().right))"
        )
        assert max(ends) - min(ends) <= 1
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_hostile_texts_stay_in_their_columns(chromium: Any, hostile: Path) -> None:
    with serving(hostile) as (address, _):
        site = address.rstrip("/")
        with opened(chromium, site, viewport={"width": 320, "height": 900}) as page:
            page.goto("/concordance?q=派出所&context=1000")
            assert page.locator(".kwic a").count() == 3
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            boxes = [link.bounding_box() for link in page.locator(".kwic a").all()]
            assert len({round(box["x"]) for box in boxes}) == 1


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_from_the_results_to_a_line_and_back(chromium: Any, site: str, scripts: bool) -> None:
    """By keyboard: sort, count what follows, take one of that, open its place in the text."""
    with opened(chromium, site, viewport=DESK, java_script_enabled=scripts) as page:
        page.goto(f"/search?q={SUO}")
        link = page.get_by_role("link", name="例句列表")
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/concordance?*")
        every = page.locator(".kwic li").count()
        page.get_by_label("排序").select_option("right1")
        page.get_by_label("分组统计").select_option("right1")
        page.get_by_label("左右字数").fill("8")
        page.keyboard.press("Enter")
        page.wait_for_url("**group=right1**")
        first = page.locator(".groups a").first
        neighbour = first.inner_text()
        first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**only=**")
        rights = page.locator(".kwic .right").all_inner_texts()
        assert 0 < len(rights) < every
        assert all(text.strip(" ，。、“”「」（）：；\u3000")[:1] == neighbour for text in rights)
        page.get_by_role("link", name="取消").first.click()
        page.wait_for_url(lambda url: "only=" not in url)
        page.locator(".kwic a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/documents/**")
        passage = page.url.partition("#")[2]
        assert in_sight(page, f"#{passage} mark")
        page.go_back()
        page.get_by_role("link", name="返回检索结果").click()
        page.wait_for_url("**/search?*")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_by_keyboard_alone_the_form_is_filled_in_and_sent(chromium: Any, site: str, scripts: bool) -> None:
    with opened(chromium, site, viewport=DESK, java_script_enabled=scripts) as page:
        page.goto(f"/search?q={SUO}")
        tab_to(page, "例句列表")
        page.keyboard.press("Enter")
        page.wait_for_url("**/concordance?*")
        for label, wanted in (("排序", "right1"), ("字序", "strokes"), ("分组统计", "right1")):
            tab_to(page, label)
            for _ in range(30):
                if page.evaluate("document.activeElement.value") == wanted:
                    break
                page.keyboard.press("ArrowDown")
        tab_to(page, "左右字数")
        page.keyboard.press("Control+a")
        page.keyboard.type("8")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**group=right1**")
        chosen = ("sort=right1", "collation=strokes", "context=8")
        assert [one for one in chosen if one not in page.url] == []
        tab_to(page, page.locator(".groups a").first.inner_text())
        page.keyboard.press("Enter")
        page.wait_for_url("**only=**")
        tab_to(page, "所长")
        page.keyboard.press("Enter")
        page.wait_for_url("**/documents/**")
        assert in_sight(page, f"#{page.url.partition('#')[2]} mark")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_on_paper_lines_are_whole_and_the_form_is_left_out(chromium: Any, site: str) -> None:
    with opened(chromium, site, viewport={"width": 640, "height": 900}) as page:
        page.goto(f"/concordance?q={SUO}&context=60")
        page.emulate_media(media="print")
        cut = "sides => sides.filter(side => side.scrollWidth > side.clientWidth + 1).length"
        assert page.locator(".kwic .left, .kwic .right").evaluate_all(cut) == 0
        assert page.locator(".arrange").is_hidden()

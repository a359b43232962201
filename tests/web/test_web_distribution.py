"""The page, the API and the files that say where hits are: what a bar counts is what its link finds."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
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
from web.arguments import BYS

__all__ = ["chromium"]

HOSTILE = '<script>alert(1)</script>\u202e"&' + "长" * 3_000
RECORDS = [
    *(
        {"id": f"{n}", "title": f"第{n}篇", "date": f"{1898 + n % 40}-0{n % 9 + 1}", "author": "编者",
         "source": "日报" if n % 2 else "晚报", "text": "派出所在街上。\n" * (n % 5) + f"所长读书{n}。"}
        for n in range(90)
    ),
    {"id": "唐", "title": "唐碑", "date": "唐", "text": "派出所。所长。"},
    {"id": "无", "title": "无日期", "text": "派出所。所长。"},
    {"id": "恶", "title": HOSTILE, "author": HOSTILE, "source": HOSTILE[:500], "date": "1900",
     "text": "派出所" + HOSTILE},
]  # fmt: skip
RUN, OTHER = quote("派出所"), quote("所长")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, path = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("home")
    for place, folder in enumerate(("史部", "集部")):
        (sources / folder).mkdir()
        lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS[place::2]]
        (sources / folder / "文.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    rebuild(path, sources, engine="tantivy")
    return path


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(LiveArchive(home).get).test_client(use_cookies=False)


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    with serving(home) as (address, _):
        yield address.rstrip("/")


def found(client: FlaskClient, href: str) -> int:
    """How many passages the results page of a link counts."""
    answer = client.get(unescape(href).replace("/search?", "/api/v1/search?")).json
    assert answer is not None
    return int(answer["total"])


def cells(page: str) -> list[tuple[str, int]]:
    """Link and number of every cell of the table."""
    made = re.findall(r'<td><a href="([^"]+)">([\d,]+)</a>', page)
    return [(href, int(number.replace(",", ""))) for href, number in made]


@pytest.mark.parametrize("over", BYS)
@pytest.mark.parametrize(
    "filters", ["", "&date=1900..1910", "&collection=" + quote("史部"), "&author=" + quote("编者")]
)
def test_a_number_leads_to_as_many_passages(client: FlaskClient, over: str, filters: str) -> None:
    page = client.get(f"/distribution?by={over}&q={RUN}&q={OTHER}{filters}").get_data(as_text=True)
    linked = cells(page)
    assert linked or over in ("edition", "language", "rights")
    numbers = re.findall(r"<td>(?:<a [^>]*>|<span>)([\d,]+)<", page)
    too_long = over == "author" and "长长长" in page  # an author of 3,000 characters fits no address
    assert len(linked) == sum(number != "0" for number in numbers) - too_long
    for href, number in linked[:30]:
        assert found(client, href) == number, href


@pytest.mark.parametrize("over", ["document", "collection"])
def test_a_bar_of_a_text_leads_to_its_first_passage_in_that_part(client: FlaskClient, over: str) -> None:
    page = client.get(f"/distribution?by={over}&q={RUN}").get_data(as_text=True)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.S)
    offsets = [int(n) for n in re.findall(r"offset=(\d+)", rows[0])]
    numbers = [int(n) for n in re.findall(r"，(\d+) 个段落", rows[0])]
    passed = [sum(numbers[:n]) for n in range(len(numbers))]
    assert offsets == [n for n in passed if n]
    assert sum(numbers) == cells(page)[0][1]
    last = unescape(re.findall(r'href="([^"]*offset=\d+[^"]*)"', rows[0])[-1])
    answer: Any = client.get(last.replace("/search?", "/api/v1/search?")).json
    assert len(answer["hits"]) == min(20, numbers[-1])


def test_the_strips_of_a_timeline_have_a_bar_for_each_period_with_hits(client: FlaskClient) -> None:
    page = client.get(f"/distribution?by=year&q={RUN}&q={OTHER}").get_data(as_text=True)
    figure = page.partition("<figure")[2].partition("</figure>")[0]
    assert figure.count("<svg") == 2
    answer: Any = client.get(f"/api/v1/distribution?by=year&q={RUN}&q={OTHER}").json
    dated = [row for row in answer["rows"] if not row.get("apart") and row["value"] != "none"]
    bars = sum(count > 0 for row in dated for count in row["counts"])
    assert figure.count("<title>") == bars
    assert [row["label"] for row in answer["rows"] if row.get("apart")] == ["618–907"]
    for text in ("1898", "1937"):
        assert f"<span>{text}</span>" in figure


def test_the_files_have_a_line_for_each_row_and_query(client: FlaskClient) -> None:
    address = f"by=author&q={RUN}&q={quote('=所长')}"
    answer: Any = client.get(f"/api/v1/distribution?{address}&limit=100").json
    text = client.get(f"/distribution/export?{address}").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["value"], int(row["count"])) for row in rows] == [
        (row["value"] or "", count) for row in answer["rows"] for count in row["counts"]
    ]
    assert {row["query"] for row in rows} == {"派出所", "'=所长"}  # a cell that is no formula
    lines = client.get(f"/distribution/export?{address}&format=ndjson").get_data(as_text=True).splitlines()
    assert [json.loads(line)["count"] for line in lines] == [int(row["count"]) for row in rows]
    assert client.get(f"/distribution/export?{address}&format=xlsx").get_data()[:2] == b"PK"


@pytest.mark.parametrize("over", BYS)
def test_hostile_texts_are_shown_as_text(client: FlaskClient, over: str) -> None:
    page = client.get(f"/distribution?by={over}&q={quote(HOSTILE[:200])}&q={RUN}").get_data(as_text=True)
    assert "<script>alert" not in page
    assert len(page) < 400_000


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/distribution", 200),
        ("/distribution?q=&q=%20", 200),
        (f"/distribution?q={RUN}&by=weather", 400),
        (f"/distribution?q={RUN}&date=gestern", 400),
        ("/distribution?" + "&".join(["q=a"] * 6), 400),
        ("/distribution/export", 400),
        ("/api/v1/distribution", 400),
        (f"/api/v1/distribution?q={RUN}&parts=5&by=year", 400),
        (f"/api/v1/distribution?q={RUN}&parts=201", 400),
        (f"/api/v1/distribution?q={RUN}&relative=1", 400),
        ("/api/v1/distribution?q=" + "a" * 1_001, 400),
        (f"/distribution?q={RUN}&offset=999999", 200),
        ("/distribution?q=" + quote("没有这样的话"), 200),
    ],
)
def test_what_cannot_be_shown_is_refused_by_name(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_results_lead_to_their_distribution_with_the_same_filters(client: FlaskClient) -> None:
    page = client.get(f"/search?q={RUN}&date=1900..1910&match=exact").get_data(as_text=True)
    href = unescape(re.findall(r'href="(/distribution[^"]+)"', page)[0])
    assert "date=1900..1910" in href
    assert "match=exact" in href
    assert found(client, f"/search?q={RUN}&date=1900..1910&match=exact") == sum(
        number
        for _, number in cells(
            client.get(href.replace("by=document", "by=collection")).get_data(as_text=True)
        )
    )


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_without_scripts_a_bar_is_one_click_from_its_hits(chromium: Any, site: str) -> None:
    with opened(chromium, site, java_script_enabled=False) as page:
        page.goto(f"/search?q={RUN}")
        page.get_by_role("link", name="分布").click()
        page.get_by_label("检索式 2").fill("所长")
        page.get_by_role("button", name="显示").click()
        page.get_by_role("link", name="年份").click()
        assert page.locator("figure .strip").count() == 2
        bar = page.locator("figure .strip").first.locator("a").nth(3)
        about = bar.locator("title").text_content()
        bar.locator("rect").click()
        page.wait_for_url("**/search?*")
        assert page.locator(".sum strong").first.inner_text() == about.partition("：")[2]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_by_keyboard_a_strip_is_one_stop_and_arrows_go_along_its_bars(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"/distribution?by=year&q={RUN}&q={OTHER}")
        focused = "document.activeElement.querySelector('title').textContent"
        page.locator("figure .strip").first.locator("a").first.focus()
        labels = (
            page.locator("figure .strip")
            .first.locator("a")
            .evaluate_all("bars => bars.map(bar => bar.querySelector('title').textContent)")
        )
        for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", -1), ("Home", 0)):
            page.keyboard.press(key)
            assert page.evaluate(focused) == labels[place]
        page.keyboard.press("ArrowLeft")  # nothing is before the first
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('svg').getAttribute('aria-label')") == "所长"
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*")
        assert page.locator(".sum strong").first.inner_text() == labels[1].partition("：")[2]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_bars_are_seen_in_every_scheme_and_on_paper(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"/distribution?by=decade&q={RUN}")
        paper = {"media": "print", "color_scheme": "light", "forced_colors": "none"}
        colours = "e => [getComputedStyle(e).fill, getComputedStyle(document.body).backgroundColor]"
        bar = page.locator(".strip path").first
        for media in ({"color_scheme": "dark"}, {"forced_colors": "active"}, paper):
            page.emulate_media(**media)
            fill, ground = bar.evaluate(colours)
            assert fill != ground, media
            assert bar.bounding_box()["height"] > 1
        assert page.locator(".scrolled table").is_visible()
        assert page.locator(".compared").is_hidden()

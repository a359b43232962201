"""The fields of documents × the places that find, order, count, show and export them."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from command_support import Run

from archive.model import shown_date
from archive.readers import tables
from index.archive import Archive
from index.reloading import LiveArchive
from index.requests import FacetName, SearchRequest, Sort
from web.app import create_app

FIELDS: Final = {
    "title": "题名甲", "author": "记者乙", "affiliation": "单位丙", "date": "1998-11", "source": "县日报",
    "edition": "农村版", "page": "第3版", "language": "zh-Hans", "rights": "公有戊", "collection": "集己",
}  # fmt: skip
ORDERS: Final[tuple[Sort, ...]] = (
    *("title", "author", "source", "edition", "page", "language", "rights", "date"),
)
COUNTED: Final[tuple[FacetName, ...]] = ("author", "source", "edition", "language", "rights", "collection")
TERMINAL: Final = {
    "search 谈学习 --json": "",
    "export 谈学习 --format csv": "",
    "export 谈学习 --format ndjson": "",
    "kwic 谈学习 --json": "",
    "show 甲 --json": "",
    "show 甲": "",
    "list --json": "affiliation",
    "list --csv": "affiliation",
    "cite 甲": "affiliation language rights collection",
    "search 谈学习": "affiliation edition language rights",
}
"""What a command shows, without these fields."""
PAGES: Final = {
    "/documents/甲": "",
    "/api/v1/documents/甲": "",
    "/api/v1/search?q=谈学习": "",
    "/api/v1/concordance?q=谈学习": "",
    "/api/v1/documents": "affiliation",
    "/?q=谈学习": "edition rights",
}
"""What a page shows (its own language is zh-Hans too)."""


def built(run: Run, place: Path, engine: str) -> Path:
    """An archive of a record with all fields and of a text without any."""
    folder = place / "texts"
    (folder / "集己").mkdir(parents=True)
    record = {"id": "甲", **FIELDS, "text": "派出所所长谈学习。"}
    (folder / "集己" / "记录.jsonl").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    (folder / "乙.txt").write_text("派出所的街上。", "utf-8")
    report = run("--home", place / "home", "rebuild", folder, "--engine", engine)
    assert report.returncode == 0, report.stderr
    return place / "home"


@pytest.fixture(scope="module")
def home(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(run, tmp_path_factory.mktemp("fields"), "auto")


def lacking(shown: str) -> set[str]:
    return {name for name, value in FIELDS.items() if value not in shown and shown_date(value) not in shown}


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_each_field_is_found_narrows_is_counted_and_orders(run: Run, tmp_path: Path, engine: str) -> None:
    home = built(run, tmp_path, engine)
    with Archive.open(home) as archive:
        for name in ORDERS:
            found = archive.search(SearchRequest(f"{name}:{FIELDS[name]}"))
            assert [hit.document.id for hit in found.hits] == ["甲"], name
        assert archive.search(SearchRequest(f"author:{FIELDS['affiliation']}")).total
        facets = archive.search(SearchRequest("派出所", facets=COUNTED)).facets
        assert [facets[name][0].value for name in COUNTED] == [FIELDS[name] for name in COUNTED]
        for order in ORDERS:
            found = archive.search(SearchRequest("派出所", sort=order))
            assert [hit.document.id for hit in found.hits] == ["甲", "乙.txt"], order
    with create_app(LiveArchive(home).get).test_client(use_cookies=False) as client:
        for facet in COUNTED:
            answer = client.get("/api/v1/search", query_string={"q": "派出所", facet: FIELDS[facet]})
            assert answer.get_json()["total"] == 1, facet


@pytest.mark.parametrize("command", TERMINAL)
def test_the_terminal_shows_each_field(run: Run, home: Path, command: str) -> None:
    answer = run("--home", home, *command.split())
    assert answer.returncode == 0, answer.stderr
    assert lacking(answer.stdout) == set(TERMINAL[command].split())


def test_the_pages_and_the_api_show_each_field(home: Path) -> None:
    with create_app(LiveArchive(home).get).test_client(use_cookies=False) as client:
        shown = {address: lacking(client.get(address).text) for address in PAGES}
        assert shown == {address: set(fields.split()) for address, fields in PAGES.items()}
        book = BytesIO(client.get("/api/v1/export?q=谈学习&format=xlsx").data)
        assert lacking(str([one.lines for one in tables.extract(book, "a.xlsx", None)])) == set()

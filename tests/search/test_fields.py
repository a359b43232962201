"""Fields of a document beside title, author and date: found, filtered, counted and shown on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from search_support import archive_of, archive_on, everything, json_lines

from archive.model import Document
from archive.readers import read
from archive.sources import SourceFile
from index.archive import Archive
from index.building.batches import ArchivedReading
from index.requests import SearchRequest
from index.results import PassageCount, to_json

RECORDS = json_lines(
    [
        {"id": "a", "title": "所长论坛", "text": "派出所所长谈学习。", "source": "周口日報", "page": "第3版",
         "language": "zh-Hans", "author": "记者甲", "affiliation": "本报", "date": "民國三十八年十月"},
        {"id": "b", "title": "读书", "text": "派出所民警读书。", "source": "河南日报", "page": "第13版",
         "edition": "农村版"},
        {"id": "c", "title": "无来源", "text": "派出所在街上。周口日报在架上。"},
    ]
)  # fmt: skip
BOOK = """卷宗集

第一章 派出所

第12页

所长到任的那一天下着雨，街上没有人，只有巡警。

（下转第40页）

第13页

第二天所长读书，读到很晚才睡，灯一直亮着。
"""


@pytest.fixture(scope="module", params=["whoosh", "tantivy", "opensearch"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    sources = {"记录.jsonl": RECORDS, "书/卷宗集.txt": BOOK}
    with archive_on(request, tmp_path_factory, sources) as opened:
        yield opened


def ids(archive: Archive, query: str, **options: object) -> list[str]:
    return sorted({hit.document.id for hit in everything(archive, query, **options)})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("source:周口日报", ["a"]),
        ("来源：日报", ["a", "b"]),
        ('source:"口日"', ["a"]),
        ("source:(周口 OR 河南)", ["a", "b"]),
        ("page:3", ["a"]),
        ("版面:第13版", ["b"]),
        ("edition:农村", ["b"]),
        ("language:zh", ["a"]),
        ("rights:公有", []),
        ("派出所 -source:日报", ["c", "书/卷宗集.txt"]),
        ("派出所 来源:河南*报", ["b"]),
        ("周口日报", ["c"]),
    ],
)
def test_a_field_finds_the_documents_that_have_it(archive: Archive, query: str, found: list[str]) -> None:
    assert ids(archive, query) == found


def test_a_field_alone_asks_for_documents(archive: Archive) -> None:
    result = archive.search(SearchRequest("来源:日报"))
    assert (result.unit, result.total) == ("documents", 2)


def test_a_word_and_a_field_that_never_meet_are_told_what_each_gives(archive: Archive) -> None:
    result = archive.search(SearchRequest("下着雨 来源:河南日报"))
    assert not result.total
    assert result.words == (PassageCount("下着雨", 1), PassageCount("来源:河南日报", 2))


def test_fields_are_filters_and_facets(archive: Archive) -> None:
    request = SearchRequest("派出所", facets=("source", "edition", "document"))
    found = archive.search(request).facets
    assert {value.value: value.count for value in found["source"]} == {"周口日報": 1, "河南日报": 1}
    assert ids(archive, "派出所", details=(("source", "周口日報"),)) == ["a"]
    assert ids(archive, "派出所", details=(("source", "周口日報"), ("edition", "农村版"))) == []
    listed = archive.listed(SearchRequest("", details=(("source", "周口日報"), ("source", "河南日报"))))
    assert [one.id for one in listed.documents] == ["a", "b"]
    unknown = archive.search(SearchRequest("派出所", details=(("source", "晚报"),)))
    assert [problem.code for problem in unknown.problems] == ["no_such_detail"]


def test_a_hit_has_the_fields_of_its_document(archive: Archive) -> None:
    (hit,) = everything(archive, "谈学习")
    shown = to_json(hit)
    assert shown["affiliation"] == "本报"
    assert shown["document"] == {
        "id": "a", "title": "所长论坛", "author": "记者甲", "path": "记录.jsonl",
        "date": "1949-10", "date_written": "民國三十八年十月", "date_guessed": False,
        "source": "周口日報", "edition": None, "page": "第3版", "language": "zh-Hans", "rights": None,
    }  # fmt: skip
    assert ids(archive, "author:本报") == ["a"]


def test_a_hit_knows_its_page(archive: Archive) -> None:
    pages = {hit.text[:4]: hit.page for hit in everything(archive, "所长", match="exact")}
    assert pages == {"派出所所": "第3版", "所长到任": "第12页", "第二天所": "第13页", "所长论坛": "第3版"}


def test_an_archived_document_has_the_fields_that_its_reader_gave(archive: Archive, tmp_path: Path) -> None:
    source = SourceFile(tmp_path / "记录.jsonl", "记录.jsonl", 0, 0)
    source.path.write_text(RECORDS, "utf-8")
    first = next(item for item in read(source) if isinstance(item, Document))
    kept = next(
        item for item in ArchivedReading(source, archive.generation.store.path) if isinstance(item, Document)
    )
    for name in ("author", "date", "date_written", "date_guessed", "details"):
        assert getattr(kept, name) == getattr(first, name)


def test_a_guessed_date_is_marked_wherever_it_is_shown(tmp_path: Path) -> None:
    with archive_of(tmp_path, {"1998-11/甲.txt": BOOK}) as opened:
        (hit,) = everything(opened, "下着雨")
        assert (hit.document.date, hit.document.date_guessed, hit.document.when) == (
            "1998-11",
            True,
            "1998-11?",
        )
        assert "1998-11?" in hit.document.byline
        _, row = opened.export(SearchRequest("下着雨"), "csv", 5)
        assert ",1998-11?," in row
        assert [h.document.id for h in everything(opened, "date:1998")] == ["1998-11/甲.txt"]

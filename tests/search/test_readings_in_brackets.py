"""A reading in brackets does not break the run: 东（とう）京 is 东京, in every format and in queries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, everything, json_lines

from index.archive import Archive
from index.requests import SearchRequest

RUN = "他去了东（とう）京（きょう）城，人很多，车也很多，一直走到晚上才回来。"
SOURCES = {
    "a.txt": f"　　{RUN}\n",
    "b.jsonl": json_lines([{"id": "b", "title": "行记", "text": RUN}]),
    "c.jsonl": json_lines([{"id": "c", "title": "东（とう）京记", "text": "这里没有别的。"}]),
    "d.jsonl": json_lines([{"id": "d", "title": "城", "sections": [{"paragraphs": ["重[chóng]庆很大。"]}]}]),
}


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_of(tmp_path_factory.mktemp("readings"), SOURCES, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    "query", ["东（とう）京", "東(とう)京", "“东（とう）京”", "去了 东（とう）京", "去了东（とう）京"]
)
def test_typed_with_its_reading_a_run_is_found_without_it(archive: Archive, query: str) -> None:
    """Only the note with the reading was found."""
    found = {hit.document.id for hit in everything(archive, query)}
    assert {"a.txt", "b"} <= found


def test_what_is_written_with_the_reading_comes_first(archive: Archive) -> None:
    hits = everything(archive, "东（とう）京")
    assert [(hit.document.id, hit.tier) for hit in hits] == [("c", "exact"), ("a.txt", "all"), ("b", "all")]
    assert [hit.text[a:b] for hit in hits for a, b in hit.spans] == ["东（とう）京", "东京", "东京"]


@pytest.mark.parametrize("match", ["auto", "exact", "all", "any"])
def test_every_way_of_matching_finds_the_run(archive: Archive, match: str) -> None:
    for query in ("东京城", "东（とう）京（きょう）城"):
        assert {hit.document.id for hit in everything(archive, query, match=match)} >= {"a.txt", "b"}


def test_the_reading_itself_is_found(archive: Archive) -> None:
    assert {hit.kind for hit in everything(archive, "きょう")} == {"note"}
    assert [hit.text for hit in everything(archive, "重庆")] == ["重庆很大。"]


def test_the_query_is_shown_without_what_nobody_can_see(archive: Archive) -> None:
    assert archive.search(SearchRequest("去了东（とう）京站前")).understood.isprintable()

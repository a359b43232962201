"""Every marked place of an answer, as columns in the order of the archive, on each engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from index.archive import Archive
from index.errors import QueryError
from index.requests import SearchRequest
from index.search import answer, places
from index.search.cancellation import watched

TEXTS = tuple(f"第{i}所的所长在派出所学习，{'派出所所长' * (i % 3)}。派\n出所、派　出所" for i in range(40))


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several lists of several shares, as an archive of millions of passages has them."""
    monkeypatch.setattr(answer, "SHARE", 14)
    monkeypatch.setattr(answer, "WALKED", 5)


QUERIES = ["派出所所长", "所长 学习", "?出所", "学习 -派出所所长", "第3号", "尉迟恭", "title:3", '"派出所"']


@pytest.mark.parametrize("query", QUERIES)
def test_the_places_are_those_of_all_hits(archive: Archive, query: str) -> None:
    found = archive.places(SearchRequest(query))
    total = found.read()
    hits = list(archive.hits(SearchRequest(query, sort="order")))
    marked = [(archive.generation.store.passage_key(hit.passage_id), *s) for hit in hits for s in hit.spans]
    assert list(zip(found.keys, found.starts, found.ends, strict=True)) == marked
    assert total == len(found) == len(marked)
    assert found.complete


@pytest.mark.parametrize("query", QUERIES)
def test_their_written_forms_are_those_that_a_search_counts(archive: Archive, query: str) -> None:
    found = archive.places(SearchRequest(query))
    found.read()
    counted = archive.search(SearchRequest(query, counts=True)).forms
    assert found.counted() == Counter({form.text: form.count for form in counted or ()})


def test_no_more_is_read_than_is_asked_for(archive: Archive) -> None:
    found = archive.places(SearchRequest("派出所", documents=tuple(map(str, range(30)))))
    assert 1 <= found.read(1) < 30
    assert not found.complete
    assert archive.places(SearchRequest("派出所", documents=tuple(map(str, range(30))), limit=3)) is found


def test_a_reading_that_was_interrupted_goes_on(archive: Archive) -> None:
    found = places.Places(archive.answer(SearchRequest("派出所")))

    def calls() -> Iterator[None]:
        yield from [None] * 4
        raise TimeoutError

    with pytest.raises(TimeoutError), watched(calls().__next__):
        found.read()
    assert 0 < len(found) < 80
    whole = archive.places(SearchRequest("派出所"))
    assert found.read() == whole.read()
    assert (found.keys, found.starts) == (whole.keys, whole.starts)


def test_memory_is_bounded(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a search for a frequent character in a large archive takes all of it."""
    monkeypatch.setattr(places, "MOST_PLACES", 60)
    with pytest.raises(QueryError, match="60 places"):
        archive.places(SearchRequest("所")).read()
    monkeypatch.setattr("index.search.searchable.MOST_BYTES", 300)
    first = archive.places(SearchRequest("第3所"))
    first.read()
    assert archive.places(SearchRequest("第3所")) is first
    for number in range(30):
        archive.places(SearchRequest(f"{number}所的所长在派出所学习")).read()
    assert archive.places(SearchRequest("第3所")) is not first


def test_what_is_made_of_them_is_made_once(archive: Archive) -> None:
    found = archive.places(SearchRequest("派出所"))
    made: list[int] = []
    assert found.derived("n", lambda places: made.append(len(places)) or 7) == 7  # type: ignore[func-returns-value]
    assert found.derived("n", lambda places: 8) == 7
    assert made == [len(found)]


def test_places_that_were_read_are_counted(archive: Archive) -> None:
    """A search for the same reads no text again."""
    found = archive.places(SearchRequest("派出所所长 学习"))
    found.read()
    counted = archive.answer(SearchRequest("派出所所长 学习"))
    assert counted is found.answer
    assert counted.forms == found.counted()
    by_document = counted.occurrences(("document",))["document"]
    assert by_document.records == len(found)

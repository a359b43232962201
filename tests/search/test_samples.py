"""Where very many texts would have to be read, a sample says how many are found, all on request."""

from __future__ import annotations

import time
from functools import partial
from itertools import count

import pytest

from index.archive import Archive
from index.errors import QueryError
from index.requests import SearchRequest
from index.results import SearchResult, to_json
from index.search import answer, sampling
from index.search.answer import Answer
from index.search.cancellation import shown

TEXTS = [f"第{i}段{'甲乙之' if i % 3 == 0 else '之甲乙'}{'，之' * (i % 5)}" for i in range(2000)]
TEXTS[7] += "乙丙之"
FOUND = sum("甲乙之" in text for text in TEXTS)
OCCURRENCES = sum(text.count("之") for text in TEXTS)


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits of an archive of millions, for one of two thousand passages."""
    monkeypatch.setattr(answer, "MOST", 500)
    monkeypatch.setattr(answer, "SAMPLE", 300)
    monkeypatch.setattr(sampling, "SAMPLE", 300)


def search(archive: Archive, query: str, *, counts: bool = False, complete: bool = False) -> SearchResult:
    return archive.search(SearchRequest(query, counts=counts, complete=complete))


def test_a_wide_pattern_is_answered_from_a_sample_with_its_margin(archive: Archive) -> None:
    result = search(archive, "甲?之")
    estimate = result.estimate
    assert estimate is not None
    assert estimate.passages is not None
    assert abs(estimate.passages.value - FOUND) <= estimate.passages.margin < FOUND / 2
    assert estimate.looked_at <= 300 < 2000 <= estimate.of
    assert 20 <= result.total < FOUND
    assert all("甲乙之" in hit.text for hit in result.hits)
    assert [problem.code for problem in result.problems] == ["about_passages"]
    assert to_json(result)["estimate"]["passages"]["value"] == estimate.passages.value


def test_all_is_read_on_request_and_says_how_far_it_is(archive: Archive) -> None:
    steps: list[tuple[int, int]] = []
    with shown(lambda done, of: steps.append((done, of))):
        result = search(archive, "甲?之", complete=True)
    assert (result.total, result.estimate, result.problems) == (FOUND, None, ())
    assert steps
    assert all(done < of for done, of in steps)


def test_occurrences_are_counted_in_a_sample(archive: Archive) -> None:
    result = search(archive, "之", counts=True)
    assert result.total == len(TEXTS)
    assert result.occurrences is None
    assert result.estimate is not None
    assert result.estimate.occurrences is not None
    number = result.estimate.occurrences
    assert abs(number.value - OCCURRENCES) <= number.margin < OCCURRENCES / 5
    assert search(archive, "之", counts=True, complete=True).occurrences == OCCURRENCES
    assert search(archive, "之").estimate is None


def test_the_time_that_is_told_is_the_clock_s_and_includes_the_counting(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told was the time of the processor, without the counting: a quarter of what the reader waited for."""
    monkeypatch.setattr(time, "perf_counter", partial(next, count()))
    found, counted = (search(archive, "之?乙", counts=counts).estimate for counts in (False, True))
    assert found is not None
    assert counted is not None
    assert counted.seconds > 1.5 * found.seconds
    assert found.seconds > 0.9 * found.of / found.looked_at


def test_facets_by_occurrences_are_estimated_from_the_same_sample(archive: Archive) -> None:
    request = SearchRequest("之", facets=("kind",), facet_by="occurrences")
    result = archive.search(request)
    assert result.estimate is not None
    assert result.estimate.occurrences is not None
    (kind,) = result.facets["kind"]
    assert abs(kind.count - result.estimate.occurrences.value) <= 1
    exact = archive.search(SearchRequest("之", facets=("kind",), facet_by="occurrences", complete=True))
    assert [value.count for value in exact.facets["kind"]] == [OCCURRENCES]


def test_of_a_sampled_pattern_occurrences_are_estimated_too(archive: Archive) -> None:
    estimate = search(archive, "甲?之", counts=True).estimate
    assert estimate is not None
    assert estimate.occurrences is not None
    assert abs(estimate.occurrences.value - FOUND) <= estimate.occurrences.margin


def test_what_is_rare_is_not_missed(archive: Archive) -> None:
    result = search(archive, "乙[丙|丁|第]之")
    assert [hit.text for hit in result.hits] == [TEXTS[7]]
    assert result.estimate is None


def test_a_text_is_marked_whole_and_every_hit_is_exported(archive: Archive) -> None:
    request = SearchRequest("甲?之")
    assert sum(1 for _ in archive.hits(request)) == FOUND
    marked = [i for i in range(0, 60) if archive.document(str(i), request).pieces[-1].spans]
    assert marked == list(range(0, 60, 3))


@pytest.mark.parametrize("query", ["甲?之", "之", "乙丙"])
def test_shares_of_an_exact_count_sum_to_the_whole(
    archive: Archive, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page asks for them one after the other, says how far it is, and may be left."""
    monkeypatch.setattr("index.archive.COUNTED_AT_ONCE", 150)
    start = passages = occurrences = steps = 0
    while True:
        share = archive.count(SearchRequest(query), start)
        assert share.looked_at - start <= 150
        start, steps = share.looked_at, steps + 1
        passages, occurrences = passages + share.passages, occurrences + share.occurrences
        if start == share.of:
            break
    whole = search(archive, query, counts=True, complete=True)
    assert (passages, occurrences) == (whole.total, whole.occurrences)
    assert steps == max(1, -(-share.of // 150))


def test_what_is_together_in_documents_is_not_counted_in_shares(archive: Archive) -> None:
    with pytest.raises(QueryError):
        archive.count(SearchRequest("甲 之", within="document"))


def test_places_are_not_counted_where_no_facet_is_asked_for(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links of an export say that facets count places: every passage was read, and the counts thrown away."""
    monkeypatch.setattr(Answer, "_counted", property(lambda answer: pytest.fail("every passage was read")))
    assert archive.search(SearchRequest("之", facet_by="occurrences")).total > 0

"""Nothing is missed: what ``exact`` finds is what a plain scan of the folded passages finds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_support import Scan, archive_on, everything, json_lines

from index.archive import Archive
from index.requests import SearchRequest

ALPHABETS = (
    "的一是不了人我在有他这为之大来以个中上们",
    "㑹㒖𠀀𨽻𪚥𫝀𫠝𬺷𮯠𰀀𱍊𲎰〇々",
    "臺台灣湾爲為为說説说裏裡里後后",
    "ＡＢＣａｂｃＡＩ１９４９０",
    "abcABCxyz0123456789",
    "，。！？；：“”「」『』（）《》、——……",
    "😀👍🏽🇨🇳⚡℃㎏C++%",
    "éñ\u0301\u0302\u20dd\ufe0f\U000e0100",
    " \u3000\n\t",
    "かなカナ한글абв",
)


def made_up_texts(number: int) -> list[str]:
    """Texts of mixed alphabets; the same each time, so that the archive is built once."""
    source = random.Random(20240917)
    texts = []
    for _ in range(number):
        pieces = []
        for _ in range(source.randint(1, 8)):
            alphabet = source.choice(ALPHABETS)
            pieces.append("".join(source.choices(alphabet, k=source.randint(1, 6))))
        texts.append("".join(pieces))
    return texts


@pytest.fixture(scope="module")
def seed_scan(seed_archive: Archive) -> Scan:
    return Scan(seed_archive)


def test_500_random_runs_of_the_seed_are_found_exactly_where_a_plain_scan_finds_them(
    seed_archive: Archive, seed_scan: Scan
) -> None:
    texts = seed_scan.originals
    source = random.Random(500)
    for _ in range(500):
        text = source.choice(texts)
        length = source.randint(1, 8)
        start = source.randrange(max(1, len(text) - length + 1))
        run = text[start : start + length]
        found = {hit.passage_id for hit in everything(seed_archive, run, match="exact")}
        assert found == seed_scan.holding(run), run


@pytest.fixture(
    scope="module", params=["whoosh", "tantivy", pytest.param("opensearch", marks=pytest.mark.long)]
)
def odd_archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    records = [{"id": str(i), "title": f"第{i}篇", "text": t} for i, t in enumerate(made_up_texts(300))]
    with archive_on(request, tmp_path_factory, {"odd.jsonl": json_lines(records)}) as archive:
        yield archive


@pytest.fixture(scope="module")
def odd_scan(odd_archive: Archive) -> Scan:
    return Scan(odd_archive)


@settings(max_examples=300, deadline=None)
@given(place=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 14)))
def test_any_run_of_any_text_is_found_where_a_plain_scan_finds_it(
    odd_archive: Archive, odd_scan: Scan, place: tuple[int, int, int]
) -> None:
    texts = odd_scan.originals
    text = texts[place[0] % len(texts)]
    start = place[1] % len(text)
    run = text[start : start + place[2]]
    found = {hit.passage_id for hit in everything(odd_archive, run, match="exact")}
    assert found == odd_scan.holding(run)


@settings(max_examples=200, deadline=None)
@given(run=st.text(st.sampled_from("".join(ALPHABETS)), min_size=1, max_size=6))
def test_a_run_that_may_stand_nowhere_is_found_where_a_plain_scan_finds_it(
    odd_archive: Archive, odd_scan: Scan, run: str
) -> None:
    found = {hit.passage_id for hit in everything(odd_archive, run, match="exact")}
    assert found == odd_scan.holding(run)


@settings(max_examples=150, deadline=None)
@given(place=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 14)))
def test_in_auto_every_passage_with_the_literal_run_comes_before_every_one_without(
    seed_archive: Archive, seed_scan: Scan, place: tuple[int, int, int]
) -> None:
    texts = seed_scan.originals
    text = texts[place[0] % len(texts)]
    start = place[1] % len(text)
    run = "".join(c for c in text[start : start + place[2]] if "\u4e00" <= c <= "\u9fff")
    if not run:
        return
    holding = seed_scan.holding(run)
    hits = everything(seed_archive, run)
    if seed_archive.search(SearchRequest(run)).relaxed:
        assert not holding
        return
    assert {hit.passage_id for hit in hits[: len(holding)]} == holding
    assert [hit.tier for hit in hits] == ["exact"] * len(holding) + ["all"] * (len(hits) - len(holding))

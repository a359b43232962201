"""No query raises anything but the named errors, and no two engines understand one differently."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from search_support import archive_of, everything, passages

from archive.errors import JuanzongError
from index.archive import Archive
from index.engines.registry import installed
from index.query.nodes import Match
from index.requests import SearchRequest
from index.results import PassageHit, to_json

PIECES = [
    *"所长派出周口的一㑹𨽻〇ＡＩai20１９四九十😀",
    *"·，。？?*!-－|｜()（）[]^:：~“”「」\"' \u3000\n\t\u0301\ud800\U000e0100",
    "派出所",
    "所长",
    " OR ",
    " NOT ",
    " NEAR/3 ",
    "title:",
    "作者:",
    "date:",
    "1949..1956",
    "[甲|所]",
    "[^长]",
    "“派出所 所长”~5",
]
QUERIES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(
    query=QUERIES | st.text(max_size=30),
    match=st.sampled_from(get_args(Match)),
    as_written=st.booleans(),
    across=st.booleans(),
)
@example(query="(" * 500 + ")" * 500, match="auto", as_written=False, across=False)
@example(query="所" * 1001, match="auto", as_written=False, across=False)
def test_a_query_is_answered_or_refused_by_name(
    seed_archive: Archive, query: str, match: Match, as_written: bool, across: bool
) -> None:
    request = SearchRequest(query, match=match, as_written=as_written, across=across, limit=5)
    try:
        result = seed_archive.search(replace(request, counts=True, facets=("section", "author")))
    except JuanzongError:
        return
    assert len(result.hits) == min(5, result.total)
    assert (result.documents > 0) == (result.total > 0)
    for hit in result.hits:
        assert all(0 <= a < b <= len(hit.text) for a, b in hit.spans)
    assert to_json(result)


@pytest.fixture(scope="module")
def other_archive(tmp_path_factory: pytest.TempPathFactory, seed_text: str) -> Iterator[Archive]:
    if not installed("tantivy"):
        pytest.skip("tantivy is not installed")
    with archive_of(tmp_path_factory.mktemp("other"), {"周口.txt": seed_text}, "tantivy") as archive:
        yield archive


def test_both_engines_find_the_same_in_the_same_order(seed_archive: Archive, other_archive: Archive) -> None:
    source = random.Random(3)
    texts = [text for text in passages(seed_archive).values() if len(text) > 40]
    queries = ["所长要有什么责任心", "派出所 -所长", "“派出所 所长”~5", "派?所 OR 20名", "所长 title:周口"]
    for _ in range(40):
        text = source.choice(texts)
        start = source.randrange(len(text) - 20)
        queries.append(text[start : start + source.randint(1, 20)])
    for query in queries:
        for match in get_args(Match):
            left = everything(seed_archive, query, match=match)
            right = everything(other_archive, query, match=match)
            assert {(h.passage_id, h.tier) for h in left} == {(h.passage_id, h.tier) for h in right}
            assert [h.score for h in left[:10]] == pytest.approx([h.score for h in right[:10]], rel=1e-4)
            assert _firm_order(left) == _firm_order(right)


def _firm_order(hits: list[PassageHit]) -> list[str]:
    """The first ten without those whose score is that of a neighbour but for rounding."""
    scores = [hit.score for hit in hits]
    close = [one - other < 1e-3 for one, other in pairwise(scores)]
    tied = [left or right for left, right in zip([False, *close], [*close, False], strict=True)]
    return [hit.passage_id for hit, is_tied in zip(hits[:10], tied, strict=False) if not is_tied]

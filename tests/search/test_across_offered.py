"""A run that stands only with punctuation inside it is offered across punctuation."""

from __future__ import annotations

import pytest

from index.archive import Archive
from index.requests import SearchRequest
from index.results import to_json
from index.search.answer import Answer

TEXTS = (
    "子曰：学而时习之，不亦说乎？有朋自远方来，不亦乐乎？",
    "又曰：学而时习之。不亦说乎！",
    "人不知而不愠，不亦君子乎？",
    "有朋自远方来不亦乐乎。",
    "学而时习之不亦乐乎。",  # which sounds alike, and is no correction of what stands here
    "或曰学而时习之不亦乐乎。",
)


@pytest.mark.parametrize(
    ("query", "match", "across"),
    [
        ("学而时习之不亦说乎", "auto", 2),
        ("學而時習之不亦說乎", "auto", 2),
        ("学而，时习之不亦说乎", "exact", 2),
        ("“学而时习之不亦说乎”", "auto", 2),
        ("学而时习之 不亦说乎", "auto", 2),
        ("学而时习之，不亦说乎", "auto", 0),  # stands so
        ("有朋自远方来不亦乐乎", "auto", 0),  # stands so in one of two
        ("学而时习之不亦乐乎", "auto", 0),
        ("有朋自远方来不亦说乎", "auto", 0),  # its neighbours meet, but nowhere all of them
        ("学而时习之不亦喜乎", "auto", 0),
        ("之不亦", "auto", 0),  # so few meet by chance
        ("学而时习之不亦说乎 -君子", "auto", 0),  # not one run
        ("学而时习之不亦说乎", "any", 0),
        ("。。。。。", "exact", 0),
    ],
)
def test_a_run_is_offered_across_punctuation_where_it_stands_so_only(
    archive: Archive, query: str, match: str, across: int
) -> None:
    request = SearchRequest(query, match=match)  # type: ignore[arg-type]
    result = archive.search(request)
    assert result.across == across
    assert to_json(result).get("across", 0) == across
    assert not (across and result.did_you_mean)
    found = archive.search(SearchRequest(query, match=match, across=True))  # type: ignore[arg-type]
    assert found.across == 0
    assert sum(hit.tier == "exact" for hit in found.hits) >= across


def test_what_is_offered_is_within_the_filters(archive: Archive) -> None:
    query = "学而时习之不亦说乎"
    assert archive.search(SearchRequest(query, documents=("1",))).across == 1
    assert archive.search(SearchRequest(query, documents=("2",))).across == 0


def test_a_run_whose_neighbours_never_meet_is_not_looked_for(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    real = Answer.__init__

    def counted(self: Answer, *args: object, **options: object) -> None:
        made.append(args[0])
        real(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Answer, "__init__", counted)
    archive.search(SearchRequest("君子有朋自远方来学而时习之"))
    assert len(made) == 1

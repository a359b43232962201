"""A number is whole at its marks too: 5% is not in 3.5%, nor 500里 in 1,500里."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, everything, one_passage_each

from index.archive import Archive
from index.requests import SearchRequest

TEXTS = (
    "亩产增加3.5%。",
    "增加3、5%左右。",
    "路长1,500里，水深3.5米。",
    "路长500里。",
    "2003.5.1成立。",
    "2003-5-1停业。",
    "生于1949.10。",
    "纪念9·18事变。",
    "版本3.5.1发布。",
    "第3、5节。",
    "按GB 5标准。",
    "按GB 50标准。",
)


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("numbers")
    with archive_of(folder, {"a.jsonl": one_passage_each(TEXTS)}, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("3.5%", {0}),
        ("３．５％", {0}),
        ("3.5", {0, 2}),
        ("5%", {1}),
        ("5米", set()),
        ("500里", {3}),
        ("500", {3}),
        ("1,500里", {2}),
        ("1500里", {2}),
        ("第3、5节", {9}),
        ("9.18事变", {7}),
        ("2003", {4, 5}),
        ("2003.5.1", {4, 5}),
        ("1949", {6}),
        ("5?成立", set()),
        ("GB 5", {10}),
        ("“500里”", {2, 3}),
        ("“5%”", {0, 1}),
    ],
)
def test_outside_quotes_a_number_is_found_whole_and_with_its_point(
    archive: Archive, query: str, found: set[int]
) -> None:
    """``3.5%`` found 3、5%, and ``500里`` 1,500里."""
    assert {hit.text for hit in everything(archive, query, match="all")} == {TEXTS[place] for place in found}
    hits = everything(archive, query)
    assert not found or {hit.text for hit in hits} == {TEXTS[place] for place in found}


def test_what_shares_a_part_of_a_number_is_marked(archive: Archive) -> None:
    result = archive.search(SearchRequest("500", match="any"))
    assert [[hit.text[a:b] for a, b in hit.spans] for hit in result.hits] == [["500"], ["500"]]


def test_where_punctuation_does_not_stand_in_the_way_it_does_not_part_numbers_either(
    archive: Archive,
) -> None:
    assert {hit.text for hit in everything(archive, "35%", across=True)} == {TEXTS[0], TEXTS[1]}

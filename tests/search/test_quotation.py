"""Quotations, compared with the archive character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import Archive
from index.errors import QueryError
from index.requests import SearchRequest
from index.search.quotation import QuotedDifference, nearest, verified

TEXTS = [
    "话说天下大势，分久必合，合久必分。",
    "話說天下大勢，分久必合，合久必分。",
    "周末七国分争，并入于秦。",
    "NOT 派出所 OR 所长 (a*b) -c.",
    "及秦灭之后，楚、汉分争，\n又并入于汉。",
]


@pytest.mark.parametrize(
    "quoted", ["天下大势，分久必合", "天下大勢，分久必合", "NOT 派出所 OR 所长 (a*b) -c", "分争"]
)
def test_what_is_there_as_written_is_exact_whatever_else_is_like_it(archive: Archive, quoted: str) -> None:
    found = verified(archive, f" {quoted}\n")
    assert found.verdict == "exact"
    for place in found.places:
        assert (place.text, place.distance, place.differences) == (quoted, 0, ())
        assert quoted in place.hit.text
    assert len(found.places) == sum(quoted in text for text in TEXTS)


@pytest.mark.parametrize(
    ("quoted", "differences"),
    [
        ("天下大势。分久必合", (QuotedDifference(4, "。", "，"),)),
        ("天下大勢分久必合", (QuotedDifference(4, "", "，"),)),
        ("周末七國分争", (QuotedDifference(3, "國", "国"),)),
        ("楚汉分争，又并入于汉", (QuotedDifference(1, "", "、"), QuotedDifference(5, "", "\n"))),
    ],
)
def test_other_forms_marks_and_line_ends_are_a_variant(
    archive: Archive, quoted: str, differences: tuple[QuotedDifference, ...]
) -> None:
    found = verified(archive, quoted)
    assert found.verdict == "variant"
    assert found.places[0].differences == differences


def test_a_misquotation_is_shown_with_the_nearest_place(archive: Archive) -> None:
    found = verified(archive, "周朝末年七国分争，并于秦")
    assert found.verdict == "near"
    assert found.places[0].text == "周末七国分争，并入于秦"
    assert found.places[0].differences == (
        QuotedDifference(1, "朝", ""),
        QuotedDifference(3, "年", ""),
        QuotedDifference(10, "", "入"),
    )
    assert verified(archive, "滚滚长江东逝水，浪花淘尽英雄").verdict == "absent"


def test_a_quotation_may_reach_into_the_next_passages(seed_archive: Archive) -> None:
    (document,) = seed_archive.each_document(SearchRequest(""))
    view = seed_archive.document(document.id)
    texts = [piece.text for piece in view.pieces if piece.kind == "text"][:2]
    quoted = f"{texts[0][-12:]}\n{texts[1][:12]}"
    found = verified(seed_archive, quoted)
    assert (found.verdict, found.places[0].text) == ("exact", quoted)


@pytest.mark.parametrize("nothing", ["", " \n", "，。！", "\u200b"])
def test_what_has_no_character_is_refused(archive: Archive, nothing: str) -> None:
    with pytest.raises(QueryError, match="no character"):
        verified(archive, nothing)


def table(pattern: str, text: str, *, anywhere: bool) -> list[int]:
    """The last row of the whole table: distances from ranges that end at each place of the text, and begin
    anywhere or with it."""
    column = list(range(len(pattern) + 1))
    ends = [column[-1]]
    for number, character in enumerate(text, 1):
        above, column = column, [0 if anywhere else number]
        for i, wanted in enumerate(pattern):
            column.append(min(above[i] + (wanted != character), above[i + 1] + 1, column[i] + 1))
        ends.append(column[-1])
    return ends


@given(st.text("天下大势", min_size=1, max_size=12), st.text("天下大势分", max_size=40))
def test_the_nearest_range_is_that_of_the_whole_table(pattern: str, text: str) -> None:
    start, end, distance = nearest(pattern, text)
    assert distance == min(table(pattern, text, anywhere=True))
    assert distance == table(pattern, text[start:end], anywhere=False)[-1]

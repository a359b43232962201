"""Keys are in the order of the archive, also those that updates put between others."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document_keys import (
    AFTER_LAST,
    FIRST,
    LIMIT,
    MAX_PASSAGES,
    Dates,
    DocumentKeys,
    KeyRoomError,
    Span,
    by_date,
    dates,
    document_of,
    passage_key,
    room,
    section_key,
    spans,
    spans_between,
)


@given(st.lists(st.lists(st.integers(0, 300), max_size=6), min_size=1, max_size=20))
def test_documents_of_all_files_ascend_and_keep_room_for_their_passages(files: list[list[int]]) -> None:
    sizes = [sum(texts) + len(texts) for texts in files]
    found: list[tuple[int, int]] = []
    for span, size, texts in zip(spans(sizes), sizes, files, strict=True):
        keys = DocumentKeys(span, size)
        for characters in texts:
            assert characters <= keys.most_passages
            found.append((keys.next, characters))
            keys.take(characters, characters)
            assert span.low <= found[-1][0] < span.high
    places = [by_date(5, key, position) for key, passages in found for position in (0, max(0, passages - 1))]
    assert places == sorted(places)
    assert len({key for key, _ in found}) == len(found)
    for (key, passages), (following, _) in itertools.pairwise(found):
        assert by_date(5, key, max(0, passages - 1)) < by_date(5, following, 0)


def test_the_largest_keys_stay_signed_64_bit_integers() -> None:
    last = LIMIT - room(MAX_PASSAGES)
    assert passage_key(last, MAX_PASSAGES - 1) < 1 << 63
    assert section_key(last, MAX_PASSAGES - 2) < (last + 1) << 24
    assert by_date(dates(None).day, last, MAX_PASSAGES - 1) < 1 << 63
    assert by_date(dates("9999-12-31").day, last, MAX_PASSAGES - 1) < by_date(dates(None).day, 0, 0)
    assert document_of(passage_key(last, 5)) == last


def test_dates_enclose_what_they_name_and_order_by_their_first_day() -> None:
    assert dates("1949") == Dates(1949, 19490101, 19491231, dates("1949-01-01").day)
    assert dates("1949-10") == Dates(1949, 19491001, 19491031, dates("1949-10-01").day)
    assert dates("1949-10-01") == Dates(1949, 19491001, 19491001, dates("1949-10").day)
    assert dates(None) == Dates(0, 0, 0, dates(None).day)
    days = [dates(d).day for d in ("0001", "1948-12-31", "1949", "1949-01-02", "1949-02", "9999-12-31", None)]
    assert days == sorted(set(days))
    for wrong in ("", "1949-13", "49-1-1-1", "一九四九", "0000"):
        with pytest.raises(ValueError, match=r"."):
            dates(wrong)


def test_files_can_be_appended_one_after_the_other_hundreds_of_times() -> None:
    low = AFTER_LAST
    for _ in range(500):
        (span,) = spans_between([20_000], low, LIMIT)
        assert low < span.low < span.high < LIMIT
        low = span.low + 5000
    (first,) = spans_between([20_000], 0, FIRST)
    assert 0 < first.low < first.high < FIRST


def test_files_between_two_others_leave_room_for_the_next_until_there_is_none() -> None:
    low, high = FIRST, FIRST + 20_000 * 2000
    for _ in range(4):
        (span,) = spans_between([20_000], low, high)
        assert low < span.low < span.high < high
        high = span.low
    with pytest.raises(KeyRoomError):
        spans_between([20_000], low, low + 20_000)


def test_a_file_that_grew_while_it_was_read_never_takes_the_keys_of_the_next() -> None:
    keys = DocumentKeys(Span(1000, 1400), 10)
    given_keys: list[int] = []
    while keys.most_passages >= 5:
        given_keys.append(keys.next)
        keys.take(30, 5)
    assert len(given_keys) > 5
    assert given_keys == sorted(set(given_keys))
    assert given_keys[-1] + room(5) <= 1400

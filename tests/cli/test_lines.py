"""Where lines of Chinese text end on a terminal."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.language import NOT_FIRST, NOT_LAST, line_ends


def lines(text: str, width: int) -> list[str]:
    places = [0, *line_ends(text, width, cell_len), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


def test_no_line_begins_with_a_mark_that_closes() -> None:
    assert lines("责任十分大，要想当好", 10) == ["责任十分", "大，要想当", "好"]
    assert lines("不容易的。”所以", 10) == ["不容易", "的。”所以"]


def test_no_line_ends_with_a_mark_that_opens() -> None:
    assert lines("今后市公“局”", 10) == ["今后市公", "“局”"]


def test_a_latin_word_stays_whole_and_a_blank_is_no_line() -> None:
    assert lines("装了WiFi的", 6) == ["装了", "WiFi的"]
    assert lines("one two", 3) == ["one ", "two"]
    assert lines("abcdefgh", 3) == ["abc", "def", "gh"]


@given(st.text("派所，。”“（—…a1 \u0301😀", max_size=80), st.integers(2, 30))
def test_lines_are_the_text_and_fit(text: str, width: int) -> None:
    found = lines(text, width)
    assert "".join(found) == text
    assert all(cell_len(line.rstrip(" ")) <= width for line in found)
    assert all(found) or not text


@given(
    st.lists(st.tuples(st.text("派出所长", min_size=4, max_size=9), st.sampled_from("，。”“（"))),
    st.integers(12, 40),
)
def test_single_marks_stand_where_they_may(parts: list[tuple[str, str]], width: int) -> None:
    found = lines("".join(run + mark for run, mark in parts) + "完", width)
    assert all(after[0] not in NOT_FIRST and before[-1] not in NOT_LAST for before, after in pairwise(found))

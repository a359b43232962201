"""Snippets show the densest hits in few columns, cut at punctuation, and never change the text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.results import Span
from index.search.snippet import columns, snippet

SENTENCES = (
    "初春的周口，阳光明媚，莺飞草长。绿油油的麦田一望无际，孕育着一派丰收的希望和喜悦。"
    "每天清晨，高亢有力的口号声响彻整个校园。全市首届公安派出所所长专业化延伸培训班在这里举办。"
    "领导授课、专家讲座、经验交流、案例解析。开班以来，来自全市的掌门人在这里集中学习。"
)


def places(text: str, *words: str) -> list[Span]:
    """Where the words stand, ascending."""
    found = [(i, i + len(w)) for w in words for i in range(len(text)) if text.startswith(w, i)]
    return sorted(found)


def width_of(text: str) -> int:
    return sum(map(columns, text))


def test_a_text_that_fits_is_shown_whole() -> None:
    (only,) = snippet("派出所所长", [(0, 3)], 40)
    assert (only.text, only.spans, only.cut_before, only.cut_after) == ("派出所所长", ((0, 3),), False, False)


def test_a_snippet_holds_the_hit_and_begins_with_its_sentence() -> None:
    (only,) = snippet(SENTENCES, places(SENTENCES, "派出所所长"), 60)
    assert only.text.startswith("全市首届公安派出所所长")
    assert only.cut_before
    assert [only.text[s:e] for s, e in only.spans] == ["派出所所长"]


def test_a_snippet_ends_at_punctuation_where_that_costs_little() -> None:
    (only,) = snippet(SENTENCES, places(SENTENCES, "派出所所长"), 66)
    assert only.text.endswith("。")


def test_words_that_stand_far_apart_are_shown_in_fragments() -> None:
    fragments = snippet(SENTENCES, places(SENTENCES, "麦田", "掌门人"), 60)
    assert len(fragments) == 2
    assert [f.text[s:e] for f in fragments for s, e in f.spans] == ["麦田", "掌门人"]


def test_the_densest_place_wins_over_the_first() -> None:
    text = "所长在此。" + "无关的话，" * 30 + "所长和所长与所长。" + "无关的话，" * 30
    (only,) = snippet(text, places(text, "所长"), 40)
    assert len(only.spans) == 3


def test_without_a_hit_the_beginning_is_shown() -> None:
    (only,) = snippet(SENTENCES, [], 40)
    assert only.start == 0
    assert only.cut_after


def test_latin_takes_half_the_room_of_han() -> None:
    assert list(map(columns, "a派e\N{COMBINING ACUTE ACCENT}“")) == [1, 2, 1, 0, 2]


def test_a_span_wider_than_the_snippet_is_cut() -> None:
    text = "一" * 100
    (only,) = snippet(text, [(10, 90)], 20)
    assert only.text == "一" * 10
    assert only.spans == ((0, 10),)


def test_too_narrow_a_snippet_is_refused() -> None:
    with pytest.raises(ValueError, match="8 or more"):
        snippet("派出所", [], 3)


@st.composite
def texts_and_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(alphabet="派出所长，。“”—a1 \u0301𨽻😀\n", min_size=1, max_size=200))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return text, [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]


# The second fragment ended within the last span.
@example(("1" * 24, [(0, 1), (19, 21), (22, 24)]), 8)
@given(texts_and_spans(), st.integers(8, 120))
def test_fragments_are_parts_of_the_text_in_order_and_within_the_width(
    given_text: tuple[str, list[Span]], width: int
) -> None:
    text, spans = given_text
    fragments = snippet(text, spans, width)
    assert 1 <= len(fragments) <= 3
    assert sum(width_of(f.text) for f in fragments) <= width
    end = -1
    for fragment in fragments:
        assert fragment.start > end
        end = fragment.start + len(fragment.text)
        assert text[fragment.start : end] == fragment.text
        assert fragment.cut_before == (fragment.start > 0)
        assert fragment.cut_after == (end < len(text))
        for start, stop in fragment.spans:
            assert 0 <= start < stop <= len(fragment.text)
            whole = next(s for s in spans if s[0] <= fragment.start + start < s[1])
            assert (start, stop) == (whole[0] - fragment.start, whole[1] - fragment.start) or (
                width_of(text[whole[0] : whole[1]]) > width // 3
            )
    if spans:
        assert any(f.spans for f in fragments)


@pytest.mark.parametrize(
    "unit", ["👨\u200d👩\u200d👧", "❤\ufe0f", "か\u3099", "葛\U000e0100", "e\u0301", "👍🏽"]
)
def test_what_is_one_character_to_the_reader_is_not_cut(unit: str) -> None:
    """Snippets began with the selector of a variant, or with half a family."""
    text = unit * 60 + "派出所" + unit * 60
    for width in range(20, 90):
        for fragment in snippet(text, places(text, "派出所"), width):
            before, _, after = fragment.text.partition("派出所")
            assert (before.replace(unit, ""), after.replace(unit, "")) == ("", "")

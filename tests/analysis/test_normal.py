"""The normal form: what is contained in what, and where it stands in the original."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import TEXTS

from archive.text.folding import Folding, kind
from index.analysis.normal import Normal, NormalTable, normal_text, normal_texts

TABLE = NormalTable(Folding())


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("天下。大勢", "天下·大势"),
        ("　　每一位\n派出 所", "每一位派出所"),
        ("hello  world", "hello·world"),
        ("在 GPT 4 中", "在gpt·4中"),
        ("（终身）……学习。」", "终身·学习"),
        ("甲 。 乙", "甲·乙"),
        ("C+ 25℃ 😀", "c+·25°c·😀"),
        ("5%", "5%"),
        ("天\u200b下\ufe00", "天下"),
        ("天\x00下", "天下"),
        ("㈠甲", "一·甲"),
        ("天下·大势", "天下·大势"),
        ("。，！", ""),
        ("", ""),
    ],
)
def test_the_normal_form(written: str, normal: str) -> None:
    assert normal_text(written, TABLE) == normal


@settings(deadline=None)
@given(TEXTS, st.data())
def test_the_normal_form_of_a_part_is_a_part_of_the_normal_form(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert normal_text(text[start:end], TABLE) in normal_text(text, TABLE)


@settings(deadline=None)
@given(TEXTS)
def test_boundaries_stand_alone_and_inside(text: str) -> None:
    normal = normal_text(text, TABLE)
    assert "··" not in normal
    assert normal == normal.strip("·")
    assert not any(character.isspace() for character in normal)
    normal.encode()


@settings(deadline=None)
@given(TEXTS)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    normal = normal_text(text, TABLE)
    assert normal_text(normal, TABLE) == normal


@settings(deadline=None)
@given(st.lists(TEXTS))
def test_many_texts_at_once_have_the_normal_forms_of_each(texts: list[str]) -> None:
    assert normal_texts(texts, TABLE) == [normal_text(text, TABLE) for text in texts]


@settings(deadline=None)
@given(TEXTS)
def test_places_rise_and_cover_what_gave_the_characters(text: str) -> None:
    normal = Normal(text, TABLE)
    starts, ends = list(normal.starts), list(normal.ends)
    assert len(starts) == len(ends) == len(normal.text)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    for place, character in enumerate(normal.text):
        start, end = normal.span(place, place + 1)
        assert 0 <= start < end <= len(text)
        if character != "·":
            assert character in normal_text(text[start:end], TABLE)
        else:
            assert "·" in normal_text(f"a{text[start:end]}a", TABLE)
        assert end == len(text) or kind(text[end]) != "mark" or character == "·"


@settings(deadline=None)
@given(TEXTS, st.data())
def test_a_span_folds_to_its_characters(text: str, data: st.DataObject) -> None:
    normal = Normal(text, TABLE)
    if not normal.text:
        return
    i = data.draw(st.integers(0, len(normal.text) - 1))
    j = data.draw(st.integers(i + 1, len(normal.text)))
    start, end = normal.span(i, j)
    assert normal.text[i:j].strip("·") in normal_text(text[start:end], TABLE)


def test_a_span_is_what_the_text_has() -> None:
    text = "　重２０㎏e\u0301，臺\ufe00 灣\u200b！"
    normal = Normal(text, TABLE)
    assert normal.text == "重20kge·台湾"
    assert [text[slice(*normal.span(i, i + 1))] for i in range(len(normal.text))] == [
        *"重２０㎏㎏",
        "e\u0301",
        "，",
        "臺\ufe00",
        "灣",
    ]
    assert text[slice(*normal.span(6, 9))] == "，臺\ufe00 灣"


def test_a_plain_text_needs_no_list_of_places() -> None:
    normal = Normal("天下大势", TABLE)
    assert isinstance(normal.starts, range)
    assert normal.span(1, 3) == (1, 3)


@pytest.mark.parametrize(("i", "j"), [(0, 0), (-1, 1), (0, 5), (3, 2)])
def test_a_span_outside_the_text_is_an_error(i: int, j: int) -> None:
    with pytest.raises(IndexError):
        Normal("天下大势", TABLE).span(i, j)


@settings(deadline=None)
@given(TEXTS)
def test_both_ways_to_find_places_agree(text: str) -> None:
    plain = "".join(character for character in text if len(TABLE[ord(character)]) == 1)
    by_run, by_character = Normal(plain, TABLE), Normal(plain, TABLE)
    by_character._places = by_character._by_characters()
    assert list(by_run.starts) == list(by_character.starts)
    assert list(by_run.ends) == list(by_character.ends)

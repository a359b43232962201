"""What was typed is read as characters, syllables and initials; the table of readings is sound."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.folding import kind
from index.suggestions.pinyin import (
    MOST_SLOTS,
    all_readings,
    may_be,
    of_syllables,
    parses,
    readings,
    spelled,
    starts,
    syllables,
)


def read(text: str) -> list[str]:
    """The ways to read a text, each with ' between syllables and * behind what may go on."""
    return ["'".join(s.typed + "*" * (not s.whole) for s in slots) for slots in parses(spelled(text))]


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("paichusuo", ["pai'chu'suo"]),
        ("pcs", ["p*'c*'s*"]),
        ("paich", ["pai'ch*"]),
        ("派chs", ["派'ch*'s*", "派'c*'h*'s*"]),
        ("派出", ["派'出"]),
        ("xian", ["xian", "xi'an"]),
        ("xi'an", ["xi'an"]),
        ("fangan", ["fang'an", "fan'gan"]),
        ("shg", ["sh*'g*", "s*'h*'g*"]),
        ("lüse", ["lv'se"]),
        ("luse", ["lu'se", "lv'se"]),
        ("nǚ", ["nv"]),
        ("pài chū-suǒ", ["pai'chu'suo"]),
        ("wifi", []),
        ("i", []),
        ("", []),
        ("''", []),
    ],
)
def test_letters_are_read_as(typed: str, ways: list[str]) -> None:
    assert set(ways) <= set(read(typed))
    assert read(typed)[:1] == ways[:1] or len(ways) > 1


def test_what_is_no_pinyin_takes_no_time() -> None:
    began = time.process_time()
    for text in ("zh" * 500, "a" * 1000, "xianxian" * 100, "ng" * 400, "派" * 1000):
        assert parses(text) == []
    assert time.process_time() - began < 0.2


@given(st.text(alphabet="abceghinouvxyz派出 '", max_size=14))
def test_each_way_has_all_that_was_typed(text: str) -> None:
    for slots in parses(text):
        assert len(slots) <= MOST_SLOTS
        joined = "".join(slot.typed for slot in slots)
        assert joined.replace("v", "u") == re.sub("[ ']", "", text).replace("v", "u")
        for slot in slots:
            assert slot.is_character or (starts(slot) and may_be(slot))


def test_the_customary_reading_comes_first_and_variants_are_read_too() -> None:
    assert readings("行") == ("xing", "hang", "heng")
    assert set(readings("长")) == {"zhang", "chang"}
    assert "qian" in readings("干")
    assert readings("女") == ("nv",)
    assert readings("a") == readings("") == readings("，") == ()


def test_the_table_reads_each_common_character_and_only_characters() -> None:
    table = all_readings()
    assert all(kind(character) == "han" for character in table)
    assert all(re.fullmatch("[a-z]{1,6}", syllable) for syllable in syllables())
    assert all(sorted(found) == sorted(readings(character)) for character, found in list(table.items())[::50])
    common = [bytes((high, low)).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFA)]
    assert [character for character in common if character not in table] == []
    assert "派" in of_syllables()["pai"]

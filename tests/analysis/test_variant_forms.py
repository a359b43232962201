"""Everyday forms of old prints, and what dictionaries name as a form of another, fold to the regular form."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.text.folding import Folding

FOLD = Folding().fold
BY_HAND = Path(__file__).parents[2] / "tools" / "everyday_variants.txt"

PAIRS = (
    "㢘廉 胷胸 尙尚 彊強 衖巷 嵒岩 喦岩 巗岩 𤼵發 𨽻隸 帙袟 勦剿 厯歷 㫖旨 䝉蒙 㤗泰 㡬幾 靣面 鳯鳳 矦侯 冝宜"
    " 慿憑 虗虛 㑹會 㦭憐 㮎杯"
)


@pytest.mark.parametrize(
    "pair",
    PAIRS.split(),
)
def test_a_form_folds_to_the_regular_form(pair: str) -> None:
    assert FOLD(pair[0]) == FOLD(pair[1])


@pytest.mark.parametrize("pair", ["匈胸", "蠋躅", "掔攬", "祐佑", "宴燕", "卬邛", "啖宴"])
def test_words_that_a_reader_holds_apart_stay_apart(pair: str) -> None:
    assert FOLD(pair[0]) != FOLD(pair[1])


def test_each_pair_that_was_entered_by_hand_is_one() -> None:
    lines = BY_HAND.read_text("utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    assert len(pairs) == len(set(pairs)) > 100
    assert [pair for pair in pairs if FOLD(pair[0]) != FOLD(pair[1])] == []

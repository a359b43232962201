"""What is searched as one, and that folding has no context."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.text.folding import (
    ALL_RULES,
    RULES,
    Folding,
    character_classes,
    kind,
    mapped,
    section,
    without_mapping,
)

FOLDING = Folding()


FORMS = """
    臺灣=台灣=台湾 爲=為=为 臺=台=檯=颱 裏=裡=里 説=說=说 戶=户=戸 內=内 黃=黄 靑=青 敎=教 旣=既 卽=即
    鄕=鄉=乡 產=産=产 衆=眾=众 羣=群 峯=峰 麪=麵=面 却=卻 脚=腳 强=強 啓=啟=启 綫=線=线 後=后 乾=幹=干
    發=髮=发 鐘=鍾=钟 隻=祇=只 復=複=覆=复 徵=征 餘=余 雲=云 穀=谷 醜=丑 鬥=斗 著=着 麼=么=幺 於=于 藉=借
    瀋=沈 國=国=囯 學=学 氣=気=气 德=徳 㑹=會=会 隸=隷=隶 鷄=雞=鸡 畧=略 閙=鬧=闹 旹=時=时 隂=陰=阴
    躱=躲 刼=劫 葢=蓋=盖 真=眞 呉=吳=吴 靜=静
"""


@pytest.mark.parametrize("forms", FORMS.split())
def test_forms_of_one_character_are_searched_as_one(forms: str) -> None:
    assert len({FOLDING.fold(form) for form in forms.split("=")}) == 1


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢＣ　１９４９", "abc 1949"),
        ("½", "1/2"),
        ("㎏", "kg"),
        ("㈠", "(一)"),
        ("ª", "a"),
        ("℃", "°c"),
        ("①", "1"),
        ("ｶﾞ", "カ"),
        ("ガ", "カ"),
        ("É", "e"),
        ("E\u0301", "e"),
        ("ß", "ss"),
        ("İ", "i"),
        ("Ａ\ufe00", "a"),
        ("葛\U000e0100", "葛"),
        ("天\u200b下\ufeff", "天下"),
        ("⼀", "一"),
        ("⺟", "母"),
        ("\uf900", "岂"),
        ("\U0002f800", "丽"),
    ],
)
def test_width_compatibility_case_and_marks(written: str, folded: str) -> None:
    assert FOLDING.fold(written) == folded


@pytest.mark.parametrize(
    "kept", [*"〇零○々〻…、。·=≠゛´€$°😀\ue000\U000f0000\u0378", "\U0002ebf0", "\U00032000", "𠀀"]
)
def test_what_no_table_names_folds_to_itself(kept: str) -> None:
    assert FOLDING.fold(kept) == kept


def test_a_ligature_of_eighteen_characters_unfolds() -> None:
    assert len(FOLDING.fold("ﷺ")) == 18


def test_folding_has_no_exception_for_the_characters_that_unicode_changed_later() -> None:
    # Extension I is unassigned for Python 3.11: what it is must not come from the interpreter.
    assert kind("\U0002ebf0") == "han"
    assert kind("\U0003134a") == "han"


@pytest.mark.parametrize(
    ("characters", "expected"),
    [
        ("天々〇〻〡㐀𠀀豈⼀", "han"),
        ("aÉβж", "letter"),
        ("1٣", "digit"),
        ("カ한ㄅ²½", "other"),
        ("+=<>|~^$`€°℃№😀%‰©#&@＃﹫", "symbol"),
        ("，。!?-—…《「·・／*_", "punctuation"),
        (" \t\n\r\u3000\u2028\u2029\u0085\x1c\x1f\u00a0", "space"),
        ("\u0301\ufe0f\U000e0100", "mark"),
        ("\u200b\u200d\ufeff\u00ad", "format"),
        ("\x00\x1b\x7f\ud800", "nothing"),
    ],
)
def test_kinds_of_characters(characters: str, expected: str) -> None:
    assert {character: kind(character) for character in characters} == dict.fromkeys(characters, expected)


@settings(deadline=None)
@given(st.text(), st.text())
def test_folding_looks_at_no_neighbour(left: str, right: str) -> None:
    assert FOLDING.fold(left + right) == FOLDING.fold(left) + FOLDING.fold(right)


@settings(deadline=None)
@given(st.text(), st.frozensets(st.sampled_from(RULES)))
def test_folding_what_is_folded_changes_nothing(text: str, rules: frozenset[str]) -> None:
    folding = Folding(rules)
    assert folding.fold(folding.fold(text)) == folding.fold(text)


def test_every_character_in_the_tables_folds_to_what_stays() -> None:
    listed = {
        chr(int(line.split("\t")[0], 16))
        for rule in RULES[:4]
        for line in section("unicode.tsv", rule).split("\n")
        if line
    }
    listed |= set(character_classes("both"))
    assert len(listed) > 15_000
    for character in listed:
        folded = FOLDING.fold(character)
        assert FOLDING.fold(folded) == folded, f"U+{ord(character):04X}"


@pytest.mark.parametrize(
    ("rule", "written", "folded"),
    [
        ("width", "Ａ", "A"),
        ("compatibility", "㎏", "kg"),
        ("case", "A", "a"),
        ("marks", "é\u200b", "e"),
        ("simplified", "漢", "汉"),
        ("variants", "畧", "略"),
    ],
)
def test_each_rule_can_be_switched_off(rule: str, written: str, folded: str) -> None:
    assert Folding(frozenset({rule})).fold(written) == folded
    assert Folding(ALL_RULES - {rule}).fold(written) != folded


def test_no_rules_change_nothing() -> None:
    assert Folding(frozenset()).fold("ＡÉ臺㎏峯") == "ＡÉ臺㎏峯"


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(ValueError, match="pinyin"):
        Folding(frozenset({"pinyin"}))


def test_a_character_without_entry_is_mapped_to_itself() -> None:
    assert mapped("width", "天") == "天"


def test_what_is_not_looked_up_is_not_in_the_tables() -> None:
    for rule in RULES[:4]:
        for line in section("unicode.tsv", rule).split("\n"):
            assert not line or not without_mapping(chr(int(line.split("\t")[0], 16))), line


def test_classes_are_small_and_disjoint() -> None:
    classes: dict[str, set[str]] = {}
    for other, form in character_classes("both").items():
        classes.setdefault(form, {form}).add(other)
    members = [character for found in classes.values() for character in found]
    assert len(members) == len(set(members))
    assert max(map(len, classes.values())) <= 12
    assert sum(len(found) > 6 for found in classes.values()) < 40


def character_cases(folder: Path) -> list[tuple[str, str]]:
    """OpenCC's cases, but for the configurations (their names end in p) that replace words by other words."""
    text = (folder / "opencc" / "testcases.json").read_text(encoding="utf-8")
    return [
        (case["input"], expected)
        for case in json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["cases"]
        for name, expected in case["expected"].items()
        if name == "t2jp" or not name.endswith("p")
    ]


@pytest.mark.data
def test_character_conversions_of_opencc_match_both_ways(data_folder: Path) -> None:
    cases = character_cases(data_folder)
    assert len(cases) > 300
    assert [(a, b) for a, b in cases if FOLDING.fold(a) != FOLDING.fold(b)] == []

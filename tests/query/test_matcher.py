"""Where the parts of a query stand in a text, and what is highlighted."""

from __future__ import annotations

import pytest
from query_support import ANALYZER, found, holds, matcher

from index.match import Matcher, Subject
from index.query.nodes import And, Field, Or, Run, Shares


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("派出所", "派出所的所长，派 出\n所。", ["派出所", "派 出\n所"]),
        ("臺灣", "台湾、臺灣、台灣", ["台湾", "臺灣", "台灣"]),
        ("ABC", "ＡＢＣ与abc", ["ＡＢＣ", "abc"]),
        ("㎏", "五㎏", ["㎏"]),
        ("k", "五㎏", []),
        ("天下。大势", "天下，大势；天下大势", ["天下，大势"]),
        ("“甲”", "丙乙", []),
        ("𨽻㑹〇", "𨽻㑹〇", ["𨽻㑹〇"]),
    ],
)
def test_a_run_stands_where_its_normal_form_does(query: str, text: str, places: list[str]) -> None:
    assert found(query, text) == places


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("20名", "220名，20名", ["20名"]),
        ("“20名”", "220名", ["20名"]),
        ("AI", "said AI，用AI写", ["AI", "AI"]),
        ("“AI”", "said", ["ai"]),
        ("AI 技术", "AI2技术", ["AI", "技术"]),
        ("1949", "11949年 1949年", ["1949"]),
        ("第20", "第205，第20", ["第20"]),
    ],
)
def test_numbers_and_latin_words_match_whole_outside_quotes(query: str, text: str, places: list[str]) -> None:
    assert found(query, text) == places


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("1949", "１９４９，一九四九，一千九百四十九", ["１９４９", "一九四九", "一千九百四十九"]),
        ("一九四九年", "1949年", ["1949年"]),
        ("2008", "二〇〇八，二零零八，二○○八", ["二〇〇八", "二零零八", "二○○八"]),
        ("220名", "二百二十名，两百二十名，二二〇名", ["二百二十名", "两百二十名", "二二〇名"]),
        ("20名", "二百二十名，二十名", ["二十名"]),
        ("二百二十名", "220名，1220名", ["220名"]),
        ("“1949”", "一九四九", []),
    ],
)
def test_numbers_are_found_however_they_are_written(query: str, text: str, places: list[str]) -> None:
    assert found(query, text) == places


def test_what_was_typed_is_found_also_within_a_longer_number_of_han_numerals() -> None:
    assert found("二十名", "二百二十名") == ["二十名"]


def test_as_written_takes_only_the_form_that_was_typed() -> None:
    assert found("臺灣", "台湾、臺\n灣、台灣", as_written=True) == ["臺\n灣"]
    assert found("天下，大势", "天下，大势。天下。大势", as_written=True) == ["天下，大势"]
    assert found("ABC", "abc ABC ＡＢＣ", as_written=True) == ["ABC"]
    assert found("1949", "一九四九 1949", as_written=True) == ["1949"]
    assert found("臺?大", "台北大 臺北大", as_written=True) == ["臺北大"]


def test_across_punctuation_a_boundary_does_not_stand_in_the_way() -> None:
    text = "天下。大势，分久必合"
    assert found("天下大势", text) == []
    assert found("天下大势", text, across=True) == ["天下。大势"]
    assert found("天下，大势", text, across=True) == ["天下。大势"]
    assert found("下?势", text, across=True) == ["下。大势"]
    assert found("天下[^大]", text, across=True) == []


def test_across_punctuation_words_still_end_at_it() -> None:
    assert found("AI", "x AI y", across=True) == ["AI"]


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("派?所", "派出所，派入所，派所，派。所", ["派出所", "派入所"]),
        ("派*长", "派出所所长，派。长，派长", ["派出所所长", "派长"]),
        ("派*长", "派" + "出" * 20 + "长", ["派" + "出" * 20 + "长"]),
        ("派*长", "派" + "出" * 21 + "长", []),
        ("派*长", "派出所长是好长", ["派出所长"]),
        ("派[出|入]所", "派出所派入所派进所", ["派出所", "派入所"]),
        ("舍利[^弗]", "舍利弗，舍利子，舍利。", ["舍利", "舍利"]),
        ("舍利[^弗|子]", "舍利弗，舍利子，舍利。", ["舍利"]),
        ("[^大]舍利", "大舍利，小舍利，舍利", ["舍利", "舍利"]),
        ("19?9", "1949年，21949", ["1949"]),
        ("天下，?势", "天下，大势；天下大势", ["天下，大势"]),
    ],
)
def test_patterns(query: str, text: str, places: list[str]) -> None:
    assert found(query, text) == places


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("甲 NEAR/2 乙", "甲一二乙三四五甲", ["甲", "乙"]),
        ("乙 NEAR/2 甲", "甲一二乙", ["甲", "乙"]),
        ("甲 NEAR/2 乙", "甲一二三乙", []),
        ("甲 NEAR/2 乙", "甲一，乙", ["甲", "乙"]),
        ("“甲 乙”~2", "甲一二乙", ["甲", "乙"]),
        ("甲 NEAR/0 甲", "甲", []),
        ("甲 NEAR/0 甲", "甲甲", ["甲", "甲"]),
        ("上海 NEAR/5 海上", "上海上", []),
        ("甲 NEAR/1 乙 NEAR/1 丙", "甲一乙二丙", ["甲", "乙", "丙"]),
        ("甲 NEAR/1 (乙 OR 丙)", "甲一丙，，，乙", ["甲", "丙"]),
        ("甲 NEAR/1 (乙 -丙)", "甲一乙", ["甲", "乙"]),
        ("甲 NEAR/1 (乙 -丙)", "丙甲一乙", []),
    ],
)
def test_nearness(query: str, text: str, places: list[str]) -> None:
    assert found(query, text) == places


def test_nothing_under_not_is_highlighted() -> None:
    assert found("甲 -乙", "甲丙") == ["甲"]
    assert found("甲 -乙", "甲乙") == []
    assert found("-(乙 -甲) 丙", "甲乙丙") == ["丙"]
    assert holds("-乙", "甲")
    assert found("-乙", "甲") == []


def test_an_alternative_that_does_not_hold_is_not_highlighted() -> None:
    assert found("丙 OR (甲 乙)", "甲丙") == ["丙"]
    assert found("丙 OR (甲 -丁)", "甲丙丁") == ["丙"]


def test_fields_look_in_their_place_and_nowhere_else() -> None:
    subject = Subject("正文甲", "标题乙", ("第一章", "丙节"), ("姚天民", "某市公安局"), "1949")
    assert holds("title:乙 section:丙 author:姚天民 date:1949", subject)
    assert holds("author:公安局 甲", subject)
    for query in ("title:甲", "section:乙", "author:甲", "乙", "丙", "姚天民", "date:1950"):
        assert not holds(query, subject)
    assert holds("section:(第一章 丙)", subject)
    assert not holds("section:“一章丙”", subject)
    assert not holds("section:(第 NEAR/9 丙)", subject)
    assert holds("section:(第一章 -丁)", subject)
    assert matcher("title:乙 甲").spans(subject) == ((2, 3),)


def test_a_date_range_shares_a_day_with_the_document() -> None:
    october = Subject("甲", date="1949-10")
    for query in ("1949", "1949-10", "1949-10-31", "..1949-10-01", "1949-10-31..", "1949-09..1949-12"):
        assert holds(f"date:{query}", october), query
    for query in ("1950", "1949-09", "1949-11", "..1949-09-30", "1949-11-01.."):
        assert not holds(f"date:{query}", october), query
    assert not holds("date:1949", Subject("甲"))
    assert holds("-date:1949", Subject("甲"))


def test_overlapping_places_are_one_span_only_where_the_query_has_them_so() -> None:
    assert found("派出所 出所长", "派出所长") == ["派出所", "长"]
    assert found("“派出所长” OR 派出 OR 出所", "派出所长") == ["派出所长"]
    assert found("哈哈", "哈哈哈") == ["哈哈", "哈"]
    assert found("派出所 所长", "派出所所长") == ["派出所", "所长"]


def test_places_are_counted_each_once_in_the_normal_form() -> None:
    assert matcher("哈哈 OR 哈哈").places(Subject("哈 哈哈")) == [(0, 2), (1, 3)]


def test_what_is_shared_is_highlighted_in_pairs_and_words_never_in_single_characters() -> None:
    shares = Shares(frozenset({"大势", "势所", "下·大", "ai"}), frozenset({"ai", "大势所趋"}))
    engine = Matcher(shares, ANALYZER, query="天下，大势所趋 AI")
    text = "大势已去，势所必然。大 said AI 天下！大"
    subject = Subject(text)
    assert [text[a:b] for a, b in engine.spans(subject)] == ["大势", "势所", "AI", "下！大"]
    assert engine.holds(subject)
    assert not engine.holds(Subject("大，势"))


def test_of_overlapping_pairs_no_single_character_is_highlighted() -> None:
    engine = Matcher(Shares(frozenset({"部分", "分为"}), frozenset()), ANALYZER, query="部分？可分为")
    assert engine.spans(Subject("大部分为")) == ((1, 3),)


def test_a_word_may_stand_in_the_passage_or_above_it() -> None:
    word = Run("派出所", whole=True)
    anywhere = Or((word, Field("title", word)))
    engine = Matcher(And((anywhere, Run("所长"))), ANALYZER)
    assert engine.spans(Subject("所长", title="派出所")) == ((0, 2),)
    assert engine.spans(Subject("派出所所长")) == ((0, 3), (3, 5))
    assert not engine.holds(Subject("所长"))


def test_a_character_that_folds_to_several_is_highlighted_whole_and_once() -> None:
    assert found("“k” OR “g”", "㎏") == ["㎏"]


def test_combining_marks_belong_to_what_is_highlighted() -> None:
    assert found("cafe", "cafe\u0301!") == ["cafe\u0301"]

"""What holds for any text: nothing is dropped, repeated or put in another order, in time linear in the
length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.page import structure
from archive.page.inspect import rows

LINES = [
    "牢记使命 忠诚履职",
    "——全市培训侧记",
    "——树立强烈的学习意识，做到勤学善思。派出所所长既是指挥员又是战斗员，因此每一位都",
    "要树立终身学习的理念，把学习作为一种生命的常态。",
    "郝发顺 文/图",
    "（记者 郝发顺）",
    "西华县公安局西华营派出所所长 王延军",
    "王延军",
    "座谈讨论。",
    "▲学员在训练",
    "做好三个始终",
    "●始终把群众放在心上。派出所所长既是指挥员又是战斗员，不学习必然要落伍。因此每一位所长都",
    "●始终把责任扛在肩上。派出所所长既是指挥员又是战斗员，不学习必然要落伍。",
    "西华县公安局",
    "【走基层】",
    "“百事通”",
    "西华：科技唱主角",
    "2013-04-02 来源：周口日报 作者：郝发顺",
    "图为培训现场。",
    "第一章 总论",
    "第一章",
    "第二节",
    "一、认识要高",
    "一",
    "（一）",
    "1. 苹果",
    "○琴",
    "记者：您好",
    "亲爱的妈妈：",
    "此致",
    "2013年4月1日",
    "1949年10月1日 第1版",
    "—12—",
    "12",
    "[1] 同上。",
    "注：本文有删节。",
    "初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际，孕育着一派丰收的希望和喜悦。",
    "All warfare is based on deception. Hence, when able to attack, we must seem",
    "𨽻㑹〇😀e\u0301",
    "——",
    "（）",
    "。",
    "\u200b",
    "\ufeff",
]
SEPARATORS = ["\n", "\n\n", "\r\n", "\r", "\n\n\n\n", "\f", "\n\f\n", "\u2028", "\x1c", "\n　　", " ", ""]
pages = st.lists(
    st.tuples(st.sampled_from(LINES) | st.text(max_size=60), st.sampled_from(SEPARATORS)), max_size=24
).map(lambda parts: "".join(line + separator for line, separator in parts))


def check(text: str) -> None:
    read = structure(text)
    places = [0] * len(text)
    for piece in read.pieces:
        assert piece.text == "".join(text[start:end] for start, end in piece.source)
        assert piece.text.strip()
        assert all(start < end for start, end in piece.source)
        assert list(piece.source) == sorted(piece.source)
        assert 0 <= piece.section < len(read.sections)
        for start, end in piece.source:
            for place in range(start, end):
                places[place] += 1
    for mark in read.marks:
        for place in range(*mark.source):
            places[place] += 1
    assert all(places[i] == 1 or (char.isspace() and places[i] == 0) for i, char in enumerate(text))
    assert read.sections
    assert read.sections[0].heading is None
    moved = {piece.moved for piece in read.pieces}
    if moved == {None}:
        starts = [piece.source[0][0] for piece in read.pieces]
        assert starts == sorted(starts)
    assert len(rows(text, read)) == sum(len(piece.source) for piece in read.pieces) + len(read.marks)


@settings(max_examples=400, deadline=None)
@given(pages)
def test_every_character_of_a_made_up_page_stands_in_exactly_one_place(text: str) -> None:
    check(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_every_character_of_any_text_stands_in_exactly_one_place(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", ["", "\n\n", " \u3000\r\n\f", "。", "——", "一"])
def test_a_text_of_nothing_or_of_one_mark_is_read(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "unit",
    [
        "短行文字\n",
        "短行文字。\n",
        "第一章 甲\n",
        "第一章 甲\n\n这是一段很长的话，说了很多的事情，还有别的。\n",
        "一、甲\n",
        "[1] 甲\n",
        "某某局局长 王伟\n",
        "甲乙丙\n王伟\n这是一段很长的话，说了很多的事情，还有别的。\n",
        "这是一段很长的话，说了很多的事情。还有别的，一直说到了四十个字以上还没有完，所以还要再说一些\n\n",
        "——甲，乙\n",
        "图为甲。\n\n\n\n",
        "2013年4月1日\n",
        "（记者 王伟）\n",
        "1\n",
        "\f甲\n",
        "▲甲乙丙丁戊己庚\n",
        "本报讯 甲\n",
        "某某局\n",
        "王伟 李强\n",
        "●做好三个始终。\n\n做好三个始终\n\n某某局局长 王伟\n\n●做好三个始终，这是一段很长的话。\n\n",
        "“百事通”\n\n这是一段很长的话，说了很多的事情，还有别的。\n",
        "甲。\n\n某某局局长 王伟\n\n乙丙丁\n\n这是一段很长的话，说了很多的事情，还有别的。\n",
        "字",
        "字，",
    ],
)
def test_twice_the_text_takes_no_more_than_about_twice_the_time(unit: str) -> None:
    """The first version counted each note's number in the whole text before it: 100,000 notes took a
    minute."""

    def seconds(count: int) -> float:
        text = unit * count
        best = float("inf")
        for _ in range(2):
            began = time.process_time()
            structure(text)
            best = min(best, time.process_time() - began)
        return best

    small = seconds(3_000)
    assert seconds(12_000) < 4 * 2.5 * small + 0.05


def test_a_line_of_a_megabyte_is_one_paragraph_at_once() -> None:
    text = "一二三四五，六七八九十。" * 90_000
    began = time.process_time()
    (piece,) = structure(text).pieces
    assert time.process_time() - began < 0.5
    assert piece.text == text

"""Texts of Kanripo: lines and pages of the print do not break a run, and notes stand beside it."""

from __future__ import annotations

import pytest
from markup_files import asides, one, rows, runs

from archive.formats import format_of

HEAD = """# -*- mode: mandoku-view; -*-
#+DATE: 2014-11-05 10:20:30
#+TITLE: 河邊集解
#+PROPERTY: ID KR9a0001
#+PROPERTY: BASEEDITION WYG
#+PROPERTY: JUAN 1
"""
TEXT = """<pb:KR9a0001_WYG_001-1a>¶
欽定某書¶
河邊集解卷一¶
** 1 早市第一¶
天未明而河邊有人矣(或曰橋邊/非也)賣魚賣菜者皆在¶
其價日日不同魚一斤二角菜一斤五分人皆曰貴¶
(此言物價也古者一斤十六兩今則十兩矣當時市/中有秤其秤以木爲之今無矣)¶
(又曰秤)市散而人歸¶
次日復然如是者三十年河水不枯市亦不廢老者¶
<pb:KR9a0001_WYG_001-1b>¶
曰此我少時已有之矣&KR0001;不知何時始也¶
"""


def test_lines_and_pages_of_the_print_do_not_break_the_run() -> None:
    found = one("mandoku", HEAD + TEXT)
    assert rows(found) == [
        ("title", 0, "河邊集解"),
        ("page", 0, "001-1a"),
        ("", 0, "欽定某書"),
        ("", 0, "河邊集解卷一"),
        ("heading", 1, "1 早市第一"),
        ("", 0, "天未明而河邊有人矣賣魚賣菜者皆在其價日日不同魚一斤二角菜一斤五分人皆曰貴市散而人歸"),
        ("", 0, "次日復然如是者三十年河水不枯市亦不廢老者"),
        ("page", 0, "001-1b"),
        ("", 0, "曰此我少時已有之矣&KR0001;不知何時始也"),
    ]
    assert found.lines[-1].continues
    assert asides(found) == [
        "或曰橋邊非也",
        "此言物價也古者一斤十六兩今則十兩矣當時市中有秤其秤以木爲之今無矣又曰秤",
    ]
    assert found.metadata == {"title": "河邊集解", "edition": "WYG"}


def test_a_note_goes_on_across_a_page_and_an_open_one_ends_with_its_paragraph() -> None:
    found = one("mandoku", "#+TITLE: 甲\n<pb:a_1a>¶\n天地(玄¶\n<pb:a_1b>¶\n黃)宇宙\n\n洪(荒\n\n日)月")
    assert asides(found) == ["玄", "黃", "荒"]
    assert runs(found) == ["甲", "1a", "天地", "1b", "宇宙", "洪", "日)月"]


def test_a_line_that_has_no_mark_goes_on_where_others_have_one() -> None:
    found = one("mandoku", "#+TITLE: 甲\n<pb:a_1a>¶\n道可道，\n非常道。\n名可名¶\n\n非常名。")
    assert runs(found) == ["甲", "1a", "道可道，非常道。名可名", "非常名。"]


def test_where_lines_are_sentences_only_an_empty_line_ends_a_paragraph() -> None:
    text = """<pb:a_tls_001-1a>¶
** 1 某語

某公即位，任某人為相。¶
作內政而寄軍令。¶
公用其謀，九合諸侯，一匡天下，諸侯<pb:a_tls_001-2a>¶
皆服。公曰善。¶

又曰：何以安國？¶
"""
    assert runs(one("mandoku", HEAD + text)) == [
        "河邊集解", "001-1a", "1 某語",
        "某公即位，任某人為相。作內政而寄軍令。公用其謀，九合諸侯，一匡天下，諸侯", "001-2a",
        "皆服。公曰善。", "又曰：何以安國？",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_one"),
    [(HEAD, True), ("#+TITLE: 甲\n\n<pb:a>", True), ("#+TITLE: 甲\n正文", False), ("卷宗\n" + HEAD, False)],
)
def test_the_head_tells_the_format(text: str, is_one: bool) -> None:
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode()):
        found = format_of("a.txt", data)
        assert found is not None
        assert (found.reader == "mandoku") is is_one

"""Notes, credits and page marks: what stands on a page beside its text."""

from __future__ import annotations

import re

from archive.structure.bylines import is_credit, unbracket

_CN = "[一二三四五六七八九十百]"
_NUMBERED = re.compile(
    "^(?:\\[(?P<a>[0-9]{1,3})\\]|［(?P<b>[0-9０-９]{1,3})］|〔(?P<c>[0-9]{1,3}|"
    + _CN
    + "{1,3})〕|【(?P<d>[0-9]{1,3})】)\\s*\\S"
)
_LABEL = re.compile(
    "^[（(【\\[［〔■□●◆◎]?\\s*(?:注|註|注释|註釋|附注|附註|脚注|腳註|参考文献|參考文獻|编\\s*者\\s*按|編\\s*者\\s*按"
    "|编者的话|编者注|編者註|译者注|譯者註|作者简介|作者簡介|按语|开栏的话|开栏语"
    "|(?:核心|阅读|内容)提[示要])\\s*(?:[：:】\\]］〕]|$)"
    "|^(?:编者按|編者按)[\\s\u3000]|^[（(](?:本文|原文|来信)?有?[删刪][节節改][）)]$"
)
_PAGE = re.compile(
    f"^(?:[—―─－–\\-·•~～]{{1,2}}\\s*[0-9０-９]{{1,4}}\\s*[—―─－–\\-·•~～]{{1,2}}"
    f"|第\\s*(?:[0-9０-９]{{1,4}}|{_CN}{{1,4}})\\s*[页頁版]"
    f"(?:[\\s，,、/／]*[共总總]\\s*[0-9]{{1,4}}\\s*[页頁版]|[\\s：:·]+[^\\s，。：:]{{2,6}})?"
    "|[A-Z]?[0-9]{1,3}\\s*版|[Pp](?:age|\\.)?\\s*[0-9]{1,4}(?:\\s*(?:of|/)\\s*[0-9]{1,4})?"
    "|[0-9]{1,4}\\s*/\\s*[0-9]{1,4}"
    "|[〔\\[［(（]\\s*第?\\s*[0-9]{1,4}\\s*[页頁]\\s*[〕\\]］)）])$"
)
_TURN = re.compile(
    f"^(?:[紧緊]?[下上][转轉接]\\s*(?:第\\s*)?(?:[A-Z]?[0-9]{{1,3}}|{_CN}{{1,3}})\\s*[版页頁].{{0,12}})$"
)
_NUMBER = re.compile("^[0-9]{1,4}$")


def is_page_mark(line: str) -> bool:
    """Whether a line is a page mark: 第2版, —12—, 第 3 页 共 20 页."""
    return len(line) <= 20 and bool(_PAGE.match(line))


def is_page_turn(line: str) -> bool:
    """Whether a line sends the reader to another page: （下转第2版）, 上接第1版."""
    return len(line) <= 30 and bool(_TURN.match(unbracket(line) or line))


def bare_number(line: str) -> int | None:
    """The number that is all of a line, or None."""
    return int(line) if _NUMBER.match(line) else None


def is_numbered_note(line: str) -> bool:
    """Whether a line begins as a note with its number in brackets: [1] …, 〔一〕…"""
    return line[0] in "[［〔【" and bool(_NUMBERED.match(line))


def note_reference(line: str) -> str:
    """The number in its brackets, by which the running text points to a note."""
    return re.match("^.[^\\]］〕】]*.", line)[0]  # type: ignore[index]


def is_note_label(line: str) -> bool:
    """Whether a line begins with 注：, 编者按： and the like."""
    return bool(_LABEL.match(line[:12]))


def is_note(line: str) -> bool:
    """Whether a line is a note or a credit by its own shape."""
    return is_numbered_note(line) or is_note_label(line) or is_credit(line)

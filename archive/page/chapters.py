"""Headings that carry their rank: 第一章, 卷二, 一、, （一）, ◎ and ○; a rank decides what stands in what."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from archive.page.marks import RunMark, run_mark
from archive.page.shapes import one_phrase

LIMIT: Final = 40  # the widest heading, in Han characters

_N = "(?:[一二三四五六七八九十百千零〇两0-9０-９]{1,7}|上|中|下)"
_UNITS: Final = (
    ("部", "编", "編"),
    ("卷", "集", "册", "冊"),
    ("篇", "辑", "輯"),
    ("章", "回", "幕"),
    ("节", "節", "场", "場", "折", "出"),
)
_UNIT = "".join(unit for units in _UNITS for unit in units)
_RANK: Final = {unit: 10 * rank for rank, units in enumerate(_UNITS, start=1) for unit in units}
_CHAPTER = re.compile(
    f"^(?:第\\s*{_N}\\s*(?P<unit>部分|[章节節回卷篇编編部](?![课合程目上下中分门队團团])"
    f"|[{_UNIT}](?=[\\s:：·]|$))|(?P<volume>卷)(?:之?{_N})(?=[\\s:：·（(]|$)"
    f"|(?P<half>[上中下])[篇编編卷部](?=[\\s:：]|$))(?P<title>.*)$"
)
_NAMED = re.compile(
    "^(?:楔子|引子|引言|前言|序言|序|自序|绪论|緒論|绪言|导言|導言|导论|導論|尾声|尾聲|后记|後記|跋|附录"
    "|附錄|结语|結語|结论|結論|余论|餘論|凡例)$"
)
NAMED_RANK: Final = 40
ENGLISH = re.compile(
    "^(?:chapter|part|section|book)\\s+(?:[0-9]{1,3}|[ivxlc]{1,7}|one|two|three|four|five|six|seven|eight"
    "|nine|ten)\\b",
    re.I,
)
_ENGLISH_RANK = {"part": 10, "book": 20, "chapter": 40, "section": 50}
_LIST_RANK: Final = {"cn": 60, "bracketed": 70, "number": 80, "number_bracketed": 90, "circled": 95}
_ORNAMENT_RANK: Final = {
    "◎": 60,
    "●": 60,
    "■": 60,
    "◆": 60,
    "★": 60,
    "▲": 60,
    "○": 70,
    "□": 70,
    "◇": 70,
    "☆": 70,
    "△": 80,
    "※": 80,
}
AUTHORED_RANK: Final = 55
"""The rank of a heading with an author line: numbered headings may stand in its section."""
PLAIN_RANK: Final = 100
"""The rank of a heading without a mark."""


class Chapter(Struct, frozen=True):
    """A chapter heading: its rank (1 outermost) and the title after the number, which may be empty."""

    rank: int
    title: str


def chapter_mark(line: str) -> Chapter | None:
    """What a line says that is the heading of a chapter, a volume or a section of a book, or None."""
    if len(line) > 2 * LIMIT:
        return None
    first = line[0]
    if first in "第卷上中下":
        found = _CHAPTER.match(line)
        if not found:
            return None
        unit = found["unit"] or found["volume"] or line[1]
        title = found["title"].strip(" \t\u3000:：·、.．")
        if title and (
            not one_phrase(title, LIMIT)
            or title[0] in "的是里中内裡之，和与及以"
            or ("，" in title and not found["title"][0].isspace())
        ):
            return None
        return Chapter(_RANK[unit[0]], title)
    if _NAMED.match(line):
        return Chapter(NAMED_RANK, line)
    english = ENGLISH.match(line) if first.isascii() else None
    if english and one_phrase(line, LIMIT):
        return Chapter(_ENGLISH_RANK[line.split()[0].lower()], line[english.end() :].strip(" .:—-"))
    return None


def list_heading(line: str) -> tuple[RunMark, int] | None:
    """``(mark, rank)`` of a line that could be a numbered heading (一、, （一）, 1.), or None."""
    mark = run_mark(line)
    if mark is None or mark.kind not in _LIST_RANK or mark.number is None:
        return None
    if len(line) == mark.length:
        return mark, _LIST_RANK[mark.kind]
    return (mark, _LIST_RANK[mark.kind]) if one_phrase(line[mark.length :].strip() or line, LIMIT) else None


def ornament_rank(line: str) -> int | None:
    """The rank of a line that an ornament leads (◎ over ○ over △), or None."""
    return _ORNAMENT_RANK.get(line[0])

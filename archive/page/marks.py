"""The marks that lead a paragraph: ——, 一、, （一）, 1., ●, 第一条, 第一，, 一是.

Paragraphs with one kind of mark make a run.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from archive.page.shapes import one_phrase
from archive.text.numerals import number

_CN = "[一二三四五六七八九十百零〇两]"

_MARK = re.compile(
    "(?P<dash>[—―─－–]{1,4}|--+)"
    f"|(?P<cn>{_CN}{{1,4}})、"
    f"|[（(](?P<bracketed>{_CN}{{1,4}})[）)]、?"
    "|(?P<number>[0-9０-９]{1,2})(?:[.．](?![0-9])|[、)）])"
    "|[（(](?P<number_bracketed>[0-9]{1,2})[）)]"
    "|(?P<circled>[①-⑳])"
    "|(?P<bullet>[●○◎◆◇■□▲△★☆※•])"
    f"|第(?P<article>{_CN}{{1,6}}|[0-9]{{1,4}})[条條款]"
    f"|第(?P<counted>{_CN})[，、,：:]"
    f"|(?P<named>[一二三四五六七八九十])(?:[是要]|则)(?![一二三四五六七八九十样般月])"
)
_LABEL = re.compile("^([^，。、；：:！？“”\\s]{1,8})[：:]")
_OPENERS = re.compile(
    '[“"「『〔【\\[［《<]|(?:首先|其次|再次|此外|另外|同时|最后|总之|目前|近日|近年来|今年|去年|当前|据悉|据了解|截至|日前|昨日|今日|本报|新华社|又曰|赞曰|图为'
    "|圖為|注[:：])|[0-9０-９]{1,4}[年月日]"
)

_DASH = re.compile("(?:[—―─－–]{1,4}|--+)\\s*")
DECK_LIMIT: Final = 50

ORDINALS: Final = ("cn", "bracketed", "number", "number_bracketed", "circled", "article", "counted", "named")
"""The kinds of marks that count."""


class RunMark(Struct, frozen=True):
    """A mark: its kind, its number where it counts, and how many characters it takes."""

    kind: str
    number: int | None
    length: int


def run_mark(line: str) -> RunMark | None:
    """The mark that leads a line, or None."""
    found = _MARK.match(line)
    if not found:
        return None
    kind = found.lastgroup or ""
    digits = found[kind]
    value = None
    if kind == "circled":
        value = ord(digits) - ord("①") + 1
    elif kind in ORDINALS:
        value = number(digits)
    return RunMark(kind, value, found.end())


def dash_length(line: str) -> int:
    """How many characters the dash takes that leads a line, with the space after it; 0 where none does."""
    dash = _DASH.match(line)
    return dash.end() if dash else 0


def deck_length(line: str) -> int:
    """The length of the dash where a line has the shape of a deck, a phrase led by a dash; else 0."""
    length = dash_length(line)
    return length if length and one_phrase(line[length:] or "—", DECK_LIMIT) else 0


def label(line: str) -> str | None:
    """The short word before a colon that leads a line (问：, 记者：, a speaker's name), or None."""
    found = _LABEL.match(line)
    return found[1] if found else None


def is_marked(line: str) -> bool:
    """Whether a line begins with a mark or a label, as only a new paragraph does."""
    return run_mark(line) is not None or label(line) is not None


def may_begin(line: str) -> bool:
    """Whether a line begins as many a paragraph does: with a quote, a date, a word that opens reports."""
    return bool(_OPENERS.match(line))

"""The lines of a text that are not blank: their places, the gaps between them, their shapes and their marks.

A mark leads a paragraph (——, 一、, （一）, ●, 第一条) or a chapter (第一章).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from msgspec import Struct

from archive.model import Range
from archive.page.rule_words import close
from archive.page.rules import GivenLine
from archive.text.numerals import number

CLOSERS: Final = "”’」』）)】〕》〉\"'］]"
"""What may follow the punctuation that ends a sentence."""
FINAL: Final = "。！？!?…．."
"""What ends a sentence."""
_PAUSES: Final = "，,、；;：:—~～"
FORMAT: Final = "\u00ad\u061c\u180e\ufeff" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))
)
"""Format characters that hide, at the beginning or the end of a line, what the line is."""
_HIDING: Final = frozenset(FORMAT)
_HIDING_OR_SPACE: Final = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + FORMAT
_INNER_STOP = re.compile("[。；;]")

_CN = "[一二三四五六七八九十百零〇两]"
_MARK = re.compile(
    "(?P<dash>[—―─－–]{1,4}|--+)"
    f"|(?P<cn>{_CN}{{1,4}})、"
    f"|[（(](?P<bracketed>{_CN}{{1,4}})[）)][、.．]?"
    "|(?P<number>[0-9０-９]{1,2})(?:[.．](?![0-9])|[、)）])"
    "|[（(](?P<number_bracketed>[0-9]{1,2})[）)]"
    "|(?P<circled>[①-⑳])"
    "|(?P<bullet>[●○◎◆◇■□▲△★☆※•])"
    f"|第\\s?(?P<article>{_CN}{{1,6}}|[0-9]{{1,4}})\\s?[条條款]"
    f"|第(?P<counted>{_CN})[，、,：:]"
    f"|(?P<named>[一二三四五六七八九十])(?:[是要]|则)(?![一二三四五六七八九十样般月])"
)
_LABEL = re.compile("^([^，。、；：:！？“”\\s]{1,8})[：:]")
_OPENERS = re.compile(
    '[“"「『〔【\\[［《<]|(?:首先|其次|再次|此外|另外|同时|最后|总之|目前|近日|近年来|今年|去年|当前|据悉|据了解|截至|日前|昨日|今日|本报|新华社|又曰|赞曰|图为'
    "|圖為|注[:：])|[0-9０-９]{1,4}[年月日]"
)
_DASH = re.compile("(?:[—―─－–]{1,4}|--+)\\s*")
_UNCOUNTED: Final = ("dash", "bullet")

_LIMIT: Final = 40  # the widest heading, in Han characters
_N = "(?:[一二三四五六七八九十百千零〇两0-9０-９]{1,7}|上|中|下)"
_UNITS: Final = ("部编編", "卷集册冊", "篇辑輯", "章回幕", "节節场場折出")
_RANK: Final = {unit: 10 * rank for rank, units in enumerate(_UNITS, start=1) for unit in units}
_CHAPTER = re.compile(
    f"^(?:第\\s*{_N}\\s*(?P<unit>部分|[章节節回卷篇编編部](?![课合程目上下中分门队團团])"
    f"|[{''.join(_UNITS)}](?=[\\s:：·]|$))|(?P<volume>[卷篇])(?:之?{_N})(?=[\\s:：·（(]|$)"
    f"|(?P<half>[上中下])[篇编編卷部](?=[\\s:：]|$))(?P<title>.*)$"
)
_FRONT = re.compile(
    "^(?:楔子|引[子言]|前言|弁言|小引|序[言章幕曲论論]?[一二三四五]?|[自代原总總译譯]序|(?:[译譯]者|再版|初版)序|[绪緒][论論言]|[导導][论論言]|凡例|[概总總][述說说]|大事[记記])"
    "(?:[\\s:：]+(?P<title>.*))?$"
)
_BACK = re.compile(
    "^(?:尾[声聲]|[终終]章|[编編译譯]?[后後][记記]|跋[语語一二三]?|[结結][语語论論]|[余餘][论論]|附[录錄][一二三四五六七八九十A-Z0-9]{0,3}"
    "|番外篇?[一二三四五六七八九十0-9]{0,3}|外[传傳])(?:[\\s:：·、]+(?P<title>.*))?$"
)
_NAMED_FIRST = frozenset("概大楔引前弁小序自代原总總译譯再初绪緒导導凡尾终終编編后後跋结結余餘附番外")
ENGLISH = re.compile(
    "^(?:chapter|part|section|book)\\s+(?:[0-9]{1,3}|[ivxlc]{1,7}|one|two|three|four|five|six|seven|eight"
    "|nine|ten)\\b",
    re.I,
)
_ENGLISH_RANK = {"part": 10, "book": 20, "chapter": 40, "section": 50}
_LIST_RANK: Final = {
    "article": 60,
    "counted": 60,
    "cn": 60,
    "bracketed": 70,
    "number": 80,
    "number_bracketed": 90,
    "circled": 95,
}
_ORNAMENT_RANK: Final = (
    dict.fromkeys("◎●■◆★▲▍▌▎┃█▉", 60) | dict.fromkeys("○□◇☆", 70) | dict.fromkeys("△※", 80)
)
AUTHORED_RANK: Final = 55
"""The rank of a heading with an author line: numbered headings may be in its section."""
PLAIN_RANK: Final = 100
"""The rank of a heading without a mark."""


class Lines(Struct, dict=True):
    """The non-blank lines of ``text``, stripped of the white space around them, in the order of the file.

    A line ends where ``str.splitlines`` ends it. After ``wrap.unwrap`` a "line" may be several of the file.

    Attributes:
        body: the stripped lines.
        start, end: where each begins and ends (exclusive), in characters of ``text``.
        gap: how many blank lines are before each.
        indent: how many characters of white space lead each.
        breaks: the lines before which a page ends (a form feed).
        marks: the runs of format characters around lines.
        parts: for a line that was put together from several, or has asides, the ranges of its body.
        asides: ranges inside lines that are read apart from them.
        given: what is known of lines beforehand.
    """

    text: str
    body: list[str] = []
    start: list[int] = []
    end: list[int] = []
    gap: list[int] = []
    indent: list[int] = []
    breaks: set[int] = set()
    marks: list[Range] = []
    parts: dict[int, tuple[Range, ...]] = {}
    asides: dict[int, tuple[Range, ...]] = {}
    given: dict[int, GivenLine] = {}

    def __len__(self) -> int:
        return len(self.body)

    @cached_property
    def usual_gap(self) -> int:
        """The narrowest gap between a tenth of the lines or more, and at least twice; else the narrowest."""
        counts = Counter(self.gap[1:])
        often = [gap for gap, count in counts.items() if count >= max(2, len(self.gap) // 10)]
        return min(often or counts, default=0)

    def wide(self, index: int) -> bool:
        """Whether the gap before a line has two blank lines or more, and more than usual."""
        return index >= len(self.gap) or self.gap[index] >= max(2, self.usual_gap + 1)

    def source(self, index: int) -> tuple[Range, ...]:
        """The ranges of a line in the text."""
        return self.parts.get(index) or ((self.start[index], self.end[index]),)


def read_lines(text: str) -> Lines:
    """Cut a text into its lines. Linear in its length."""
    lines = Lines(text)
    offset = blank = 0
    for raw in text.splitlines(True):
        if line := raw.strip():
            lead = 0 if raw[0] == line[0] else len(raw) - len(raw.lstrip())
            if (line[0] in _HIDING or line[-1] in _HIDING) and (bare := line.strip(_HIDING_OR_SPACE)):
                lead = raw.index(bare)
                for low, high in ((0, lead), (lead + len(bare), len(raw))):
                    runs = re.compile("\\S+").finditer(raw, low, high)
                    lines.marks += [(offset + run.start(), offset + run.end()) for run in runs]
                line = bare
            lines.body.append(line)
            lines.start.append(offset + lead)
            lines.end.append(offset + lead + len(line))
            lines.gap.append(blank)
            lines.indent.append(lead)
            blank = 0
        elif raw != "\f":
            blank += 1
        offset += len(raw)
        if raw[-1] == "\f":
            lines.breaks.add(len(lines.body))
    return lines


def as_ranges(text: str, places: list[int]) -> list[Range]:
    """Places in ascending order as ranges, without the white space at both ends."""
    start, end = 0, len(places)
    while start < end and text[places[start]].isspace():
        start += 1
    while start < end and text[places[end - 1]].isspace():
        end -= 1
    return ranges(places[start:end])


def ranges(places: Iterable[int]) -> list[Range]:
    """Places in ascending order as ranges."""
    found: list[Range] = []
    for place in places:
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found


def core(line: str) -> str:
    """The line without the closing quotes and brackets at its end."""
    return line.rstrip(CLOSERS)


def ended(line: str) -> bool:
    """Whether a line ends as a sentence does: 。！？…, with quotes or brackets after it or not."""
    return line[-1] in FINAL or (line[-1] in CLOSERS and core(line)[-1:] in FINAL and core(line) != "")


def is_open(line: str) -> bool:
    """Whether a line ends as titles and headings do: by no full stop, comma, colon or semicolon."""
    last = core(line)[-1:]
    return bool(last) and last not in "。．.…" and last not in _PAUSES


def is_cut(line: str) -> bool:
    """Whether a line stops inside a sentence: at a word, a comma, or a quote without a full stop in it."""
    last = core(line)[-1:]
    return bool(last) and last not in FINAL and last not in "；;：:—~～"


def width(line: str) -> int:
    """The width in Han characters; a line of ASCII is half as wide as it has characters."""
    return (len(line) + 1) // 2 if line.isascii() else len(line)


def one_phrase(line: str, limit: int) -> bool:
    """Whether a line has the shape of a heading: at most ``limit`` wide, no sentence ends inside it, and no
    full stop, comma, colon or semicolon is at its end."""
    return (
        len(line) <= 2 * limit
        and is_open(line)
        and width(line) <= limit
        and line[0] not in "，。、；：！？）》”’」』】,.;:!?)"
        and not _INNER_STOP.search(line)
        and any(map(str.isalnum, line))
    )


def prose(line: str) -> bool:
    """Whether punctuation occurs inside a line, as it does in running text."""
    return any(mark in line[:-1] for mark in "，。、；：！？,.;")


class RunMark(Struct, frozen=True):
    """A mark that paragraphs share: its kind, its number where it counts, how many characters it takes."""

    kind: str
    number: int | None
    length: int


class Chapter(Struct, frozen=True):
    """A chapter heading: its rank (1 outermost) and the title after the number, which may be empty.

    ``place`` is ``"front"`` for a preface and ``"back"`` for an appendix, whose rank the others decide;
    ``doubt`` says that it may be a sentence, unless others of its rank are on the page.
    """

    rank: int
    title: str
    place: str = ""
    doubt: bool = False


def run_mark(line: str) -> RunMark | None:
    """The mark that leads a line, or None."""
    found = _MARK.match(line)
    if not found:
        return None
    kind = found.lastgroup or ""
    if kind == "circled":
        value: int | None = ord(found[kind]) - ord("①") + 1
    else:
        value = None if kind in _UNCOUNTED else number(found[kind])
    return RunMark(kind, value, found.end())


def dash_length(line: str) -> int:
    """How many characters the dash takes that leads a line, with the space after it; 0 where none does."""
    dash = _DASH.match(line)
    return dash.end() if dash else 0


def deck_length(line: str) -> int:
    """The length of the dash where a line has the shape of a deck, a phrase led by a dash; else 0."""
    length = dash_length(line)
    return length if length and one_phrase(line[length:] or "—", 50) else 0


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


def chapter_mark(line: str) -> Chapter | None:
    """What a line says that is the heading of a chapter, a volume or a section of a book, or None."""
    if len(line) > 2 * _LIMIT:
        return None
    if line[0] in "【〖[［" and line[-1] in "】〗]］":
        line = line[1:-1].strip() or line
    if line[0] in "第卷篇上中下":
        found = _CHAPTER.match(line)
        if not found:
            return None
        unit = found["unit"] or found["volume"] or line[1]
        title = found["title"].strip(" \t\u3000:：·、.．")
        attached = bool(title) and found["title"][0] == title[0]
        doubt = "，" in title and attached
        if title and (
            not one_phrase(title, _LIMIT)
            or (attached and title[0] in "的是里中内裡之，和与及以")
            or (doubt and (title[0] in "讲说写介主分共为有从对" or title.count("，") > 1))
        ):
            return None
        return Chapter(_RANK[unit[0]], title, doubt=doubt)
    for place, pattern in (("front", _FRONT), ("back", _BACK)) if line[0] in _NAMED_FIRST else ():
        line = close(line).rstrip()
        if (named := pattern.match(line)) and one_phrase(named["title"] or line, 20):
            return Chapter(40, line, place)
    english = ENGLISH.match(line) if line[0].isascii() else None
    if english and one_phrase(line, _LIMIT):
        return Chapter(_ENGLISH_RANK[line.split()[0].lower()], line[english.end() :].strip(" .:—-"))
    return None


def list_heading(line: str) -> tuple[RunMark, int] | None:
    """``(mark, rank)`` of a line that could be a numbered heading (一、, （一）, 1.), or None."""
    mark = run_mark(line)
    if mark is None or mark.kind not in _LIST_RANK or mark.number is None:
        return None
    rest = line[mark.length :].strip() or line
    return (mark, _LIST_RANK[mark.kind]) if len(line) == mark.length or one_phrase(rest, _LIMIT) else None


def ornament_rank(line: str) -> int | None:
    """The rank of a line that an ornament leads (◎ over ○ over △), or None."""
    return _ORNAMENT_RANK.get(line[0])

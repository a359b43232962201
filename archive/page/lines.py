"""The lines of a text that are not blank: their places, the blank lines between them, their shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from msgspec import Struct

from archive.model import Range
from archive.page.rules import GivenLine

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

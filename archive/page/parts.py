"""A very long text in parts that are read as pages one after the other.

A part ends where a new chapter or paragraph begins, so that the rules find in it what they would have found
in the whole; only a line that is longer than half a part is divided, where its passages are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from archive.page.lines import ended, read_lines
from archive.page.marks import chapter_mark
from archive.passages import last_cut

PART: Final = 2_000_000
"""Characters of the longest part: some 80 MB of memory while it is read."""

_LOOKED_AT: Final = 1 << 16  # characters before the end of a part in which the best place is looked for
_AHEAD: Final = 1 << 10  # characters behind it: the line that would begin the next part
_NOT_SPACE = re.compile(r"\S")


class TextPart(Struct, frozen=True):
    """A part of a text.

    Attributes:
        divides: it ends inside a line.
    """

    text: str
    start: int
    divides: bool
    last: bool


def parts(read: Callable[[], str], size: int) -> Iterator[TextPart]:
    """The parts of a text, each of at most ``size`` characters, at least ten times ``passages.LIMIT``.

    ``read`` gives the next characters of the text, none at its end.
    """
    rest = ""
    start = 0
    more = True
    while more:
        pieces, length = [rest], len(rest)
        while length < size + _AHEAD and (text := read()):
            pieces.append(text)
            length += len(text)
        rest = "".join(pieces)
        more = length >= size + _AHEAD
        while more and len(rest) >= size + _AHEAD:
            end, divides = _end(rest, size)
            yield TextPart(rest[:end], start, divides, last=False)
            start += end
            rest = rest[end:]
    yield TextPart(rest, start, divides=False, last=True)


def _end(text: str, size: int) -> tuple[int, bool]:
    """Where the part ends with which ``text`` begins, and whether it divides a line there."""
    for low in (size - _LOOKED_AT, size // 2):
        if low > 0 and (place := _between_lines(text, low, size)):
            return place, False
    line = 1 + max(text.rfind(end, 0, size) for end in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    begins = _NOT_SPACE.search(text, line, size)
    cut = last_cut(text, begins.start() if begins else size, size)
    return (cut if cut > line else size), True


def _between_lines(text: str, low: int, size: int) -> int:
    """The best place to end a part after ``low`` and up to ``size``: the beginning of a line, or 0.

    Best is above a chapter, then between paragraphs: where a sentence has ended, and a gap or an indent shows
    that another paragraph begins, with the widest gap; then where a sentence has ended.
    """
    lines = read_lines(text[low : size + _AHEAD])
    best: tuple[tuple[int, int, int], int] = ((-1, 0, 0), 0)
    for index in range(1, len(lines)):
        place = low + lines.start[index] - lines.indent[index]
        if place > size:
            break
        gap = lines.gap[index]
        parted = gap > lines.usual_gap or lines.indent[index] > 0
        stopped = ended(lines.body[index - 1])
        if stopped and chapter_mark(lines.body[index]):
            grade = 4
        else:
            grade = 3 if stopped and parted else 2 if stopped else 1 if parted else 0
        best = max(best, ((grade, gap, place), place))
    return best[1]

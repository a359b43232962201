"""A very long text in parts that are read as pages one after the other, numbered as in one text.

A part ends where a new chapter or paragraph begins, so that the rules find in it what they would have found
in the whole; only a line that is longer than half a part is divided, where its passages are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from archive.model import Kind, Piece
from archive.page import rules
from archive.page.compose import structure
from archive.page.given import BREAK
from archive.page.lines import chapter_mark, ended, read_lines
from archive.page.rules import GivenLine, Structure
from archive.page.state import Stretch
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


class StructuredPart(Struct, frozen=True):
    """A part of a text and its structure, which counts from 0 in the part.

    Attributes:
        structure: section 0 is the lead in the first part; later the one that goes on from the part before.
        section: index in the whole text of section 0.
        piece: index in the whole text of the first piece.
        continues: the first piece is the rest of the last one of the part before, and has its index.
    """

    text: TextPart
    structure: Structure
    section: int
    piece: int
    continues: bool

    @property
    def first(self) -> bool:
        """Whether no part with text in it is before."""
        return self.section == self.piece == 0 and not self.continues

    def pieces(self) -> list[Piece]:
        """The pieces with the sections and ranges of the whole text."""
        start, section = self.text.start, self.section
        return [
            Piece(
                p.kind, p.text, tuple([(a + start, b + start) for a, b in p.source]), section + p.section,
                p.rule, p.joined, p.moved,
            )
            for p in self.structure.pieces
        ]  # fmt: skip


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


def structured(
    texts: Iterable[TextPart], *, why: bool = False, given: Mapping[int, GivenLine] | None = None
) -> Iterator[StructuredPart]:
    """The structure of each part of a text, of whose lines the whole text's numbers may say what is known;
    blank parts before the first line are passed over."""
    stretch = Stretch(ends=False, why=why)
    section = piece = lines = 0
    divided = False
    for part in texts:
        known = {number - lines: one for number, one in given.items()} if given else None
        lines += len(BREAK.findall(part.text)) if given else 0
        if stretch.begins and not part.last and not part.text.strip():
            continue
        stretch.ends = part.last
        read = structure(part.text, stretch, known)
        continues = divided and _at_beginning(part, read)
        at_end = bool(read.pieces) and read.pieces[-1].source[-1][1] == len(part.text.rstrip())
        divided = part.divides and at_end
        read = _divided_are_paragraphs(read, continues=continues, divided=divided)
        yield StructuredPart(part, read, section, piece - continues, continues)
        section += len(read.sections) - 1
        piece += len(read.pieces) - continues


def _at_beginning(part: TextPart, read: Structure) -> bool:
    """Whether the first piece is what the part begins with: nothing was moved above it."""
    lead = len(part.text) - len(part.text.lstrip())
    return bool(read.pieces) and read.pieces[0].source[0][0] == lead


def _divided_are_paragraphs(read: Structure, *, continues: bool, divided: bool) -> Structure:
    """A line that was divided is longer than anything but a paragraph; as a note it would be one passage."""
    pieces = list(read.pieces)
    for at in [0] * continues + [-1] * divided:
        if pieces[at].kind is not Kind.TEXT:
            pieces[at] = replace(pieces[at], kind=Kind.TEXT, rule=rules.PARAGRAPH)
    return replace(read, pieces=tuple(pieces))

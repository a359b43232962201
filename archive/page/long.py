"""The structure of a text that is too long to be held: part by part, numbered as in one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from archive.model import Kind, Piece
from archive.page import rules
from archive.page.compose import structure
from archive.page.given import BREAK
from archive.page.parts import TextPart
from archive.page.state import Stretch
from archive.page.structure_types import GivenLine, Structure


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

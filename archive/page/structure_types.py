"""What the structure of a text is: its pieces and sections, and what was taken for a mark."""

from __future__ import annotations

from msgspec import Struct

from archive.model import Kind, Piece, Range, Section
from archive.page import rules


class GivenLine(Struct, frozen=True):
    """What is known of a line before any rule reads it: from the markup of a format, or from the owner.

    Attributes:
        kind: what it is; None where the rules are to decide.
        asides: ranges of the line that interrupt the run around them. It is read without them, and they are
            notes below it: one of all without a Chinese character (readings, marks), one of each other.
        continues: this line goes on with the last line before it, page marks, notes and captions aside;
            False: it does not, whatever the rules say.
        rule: in whose name, ``rules.GIVEN_MARKUP`` or ``rules.GIVEN_CORRECTION``.
        before: the number of the line that it is read before, or None.
        text: a part of it; where the line is without it, nothing of this is meant for it.
        heading, author, affiliation: of the section that the line heads, in place of what the page says.
        corrected: what the markup says of the line, where the owner says something else.
        places: where in the line the marks of notes below it are; 0 of a note: it belongs to such a mark.
    """

    kind: Kind | None = None
    rank: int = 0
    asides: tuple[Range, ...] = ()
    continues: bool | None = None
    rule: str = rules.GIVEN_CORRECTION
    before: int | None = None
    heading: str | None = None
    author: str | None = None
    affiliation: str | None = None
    corrected: GivenLine | None = None
    places: tuple[int, ...] = ()
    text: str = ""

    @property
    def decides(self) -> bool:
        """Whether the rules have nothing to say of the line."""
        return self.kind is not None or self.continues is not None


class Mark(Struct, frozen=True):
    """Characters of the source that are a sign for the reader and are in no piece: the dash that leads a
    deck.
    """

    source: Range
    rule: str


class Reason(Struct, frozen=True):
    """A proposal of a rule for a line: taken, or refused and why."""

    start: int
    rule: str
    taken: bool
    evidence: str
    against: str


class Structure(Struct, frozen=True):
    """A text read as a page: what ``archive.page.structure`` gives.

    Every character of the text that is not white space is in exactly one piece or mark.

    Attributes:
        title: the title as written, or None where the text has none.
        date: ISO 8601, from a line that is a date and nothing else, or None.
        source: the newspaper or site that a line of head or foot names behind 来源, 原载 or 摘自, or None.
        reasons: what was proposed for the lines, where it was asked for.
    """

    sections: tuple[Section, ...]
    pieces: tuple[Piece, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    source: str | None = None
    marks: tuple[Mark, ...] = ()
    reasons: tuple[Reason, ...] = ()

"""What the structure of a text is: its pieces and sections, and what was taken for a mark."""

from __future__ import annotations

from msgspec import Struct

from archive.model import Piece, Range, Section


class Mark(Struct, frozen=True):
    """Characters of the source that are a sign for the reader and stand in no piece: the dash that leads a
    deck.

    Attributes:
        source: where they stand, in characters of the decoded text.
        rule: the name of the rule (``docs/using/reading-rules.md``).
    """

    source: Range
    rule: str


class Reason(Struct, frozen=True):
    """A proposal of a rule for a line: taken, or refused and why.

    Attributes:
        start: where the line begins, in characters of the decoded text.
        rule: the name of the rule.
        taken: whether it was taken.
        evidence: what spoke for it.
        against: why it was refused; empty where it was taken.
    """

    start: int
    rule: str
    taken: bool
    evidence: str
    against: str


class Structure(Struct, frozen=True):
    """A text read as a page: what ``archive.page.structure`` gives.

    Every character of the text that is not white space stands in exactly one piece or mark.

    Attributes:
        sections: at least one; the first is the lead, which has no heading.
        pieces: in reading order.
        title: the title as written, or None where the text has none.
        title_is_derived: True where ``title`` is None: the caller takes the file's name.
        author: from the byline, several names joined by 、, or None.
        date: ISO 8601, from a line that is a date and nothing else, or None.
        marks: in the order of the file.
        reasons: what was proposed for the lines, where it was asked for.
    """

    sections: tuple[Section, ...]
    pieces: tuple[Piece, ...]
    title: str | None = None
    title_is_derived: bool = True
    author: str | None = None
    date: str | None = None
    marks: tuple[Mark, ...] = ()
    reasons: tuple[Reason, ...] = ()

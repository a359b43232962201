"""Documents as the archive understands them: pieces in reading order, grouped into sections.

All offsets are in characters (Unicode code points) of the decoded source text, from 0, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import TypeAlias

from msgspec import Struct

Range: TypeAlias = tuple[int, int]
"""``(start, end)`` in characters of the decoded source text, end exclusive."""


def part_of(ranges: Sequence[Range], start: int, end: int) -> tuple[Range, ...]:
    """Where the characters ``[start, end)`` of a text are that was put together from these ranges."""
    *_, found = parts_of(ranges, (start, end) if start else (end,))
    return found


def parts_of(ranges: Sequence[Range], ends: Iterable[int]) -> Iterator[tuple[Range, ...]]:
    """``part_of`` for the parts of such a text, one after the other: the ranges are passed over once."""
    number = at = start = 0
    for end in ends:
        found: list[Range] = []
        while number < len(ranges):
            first, last = ranges[number]
            low, high = max(start, at), min(end, at + last - first)
            if low < high or (first == last and (start < at <= end or at == start == 0)):
                found.append((first + low - at, first + high - at))
            if at + last - first > end:
                break
            at += last - first
            number += 1
        yield tuple(found)
        start = end


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The ranges without empty ones, neighbours made one: a long piece has one for each of its passages."""
    found: list[Range] = []
    for start, end in ranges:
        if start == end:
            continue
        if found and found[-1][1] == start:
            start = found.pop()[0]
        found.append((start, end))
    return tuple(found)


class Kind(IntEnum):
    """What a piece is. The numbers are stored in every index: never renumber, only append."""

    TITLE = 1
    DECK = 2
    BYLINE = 3
    HEADING = 4
    AUTHOR = 5  # the author line of a section: office and name
    TEXT = 6
    CAPTION = 7
    NOTE = 8
    PAGE = 9  # a page mark

    @property
    def label(self) -> str:
        """The name in the JSON contract: ``"text"``, ``"caption"``, ``"heading"`` …"""
        return self.name.lower()


class Piece(Struct, frozen=True):
    """One run of text with one meaning: a title, a heading, a paragraph, a caption …

    Attributes:
        text: exactly the characters of ``source``, joined with nothing between them.
        source: where they are, one or more ranges in ascending reading order of the piece; for a record of
            JSON Lines in the text of the record (``docs/using/formats.md``): the file has escapes. An empty
            range is the place of a note's mark; one that leads a note: it belongs to the next of these.
        section: index into ``Document.sections``.
        rule: the name of the rule that decided the kind (``docs/using/reading-rules.md`` lists them).
        joined: the rule that joined several ranges to one piece, or None.
        moved: the rule that took the piece out of the order of the file, or None.
    """

    kind: Kind
    text: str
    source: tuple[Range, ...]
    section: int
    rule: str
    joined: str | None = None
    moved: str | None = None


class Section(Struct, frozen=True):
    """A part of a document: what is under one heading, or before the first.

    Attributes:
        path: the headings from the outermost to its own; empty for a section without a heading.
        author: from its author line or the byline inside its text, else that of the section it is in, or
            None; the lead has the document's.
        affiliation: the author's office or institution from the same line, or None.
    """

    heading: str | None = None
    path: tuple[str, ...] = ()
    author: str | None = None
    affiliation: str | None = None


def each_author(author: str) -> tuple[str, ...]:
    """The authors that an ``author`` names, each once: several are joined by 、, here and in the store."""
    return tuple(dict.fromkeys(name for name in author.split("、") if name))


class Said(str):
    """An English text that remembers how it was made, so that a face can say it in another language.

    Attributes:
        pattern: the text with ``{}`` for each value, as ``str.format`` takes it; of what
            ``archive.messages`` says its code or key there.
        values: these, which may be such texts themselves.
    """

    pattern: str
    values: tuple[object, ...]


def said(pattern: str, *values: object, english: str = "") -> Said:
    """What ``pattern.format(*values)`` gives, or ``english`` in its place where ``pattern`` is a code."""
    made = Said((english or pattern).format(*values))
    made.pattern, made.values = pattern, values
    return made


class Note(Struct, frozen=True):
    """Something a reader of the build report should know about a file that was read, or was not.

    Attributes:
        path: the source file, relative to the source folder, ``/`` between parts.
        code: a stable name: ``"encoding_doubtful"``, ``"bad_line"``, ``"left_out"`` …
        line: the line in the file, from 1, or None.
        left_out: True where some text of the source is therefore not in the archive.
        count: how many notes of its kind it counts for: more than one where the list was cut short.
    """

    path: str
    code: str
    message: str
    line: int | None = None
    left_out: bool = False
    count: int = 1

    @property
    def said(self) -> tuple[object, ...]:
        """The key of its text in ``archive.messages``, without ``note.``, and the values; else empty."""
        return (self.message.pattern, *self.message.values) if isinstance(self.message, Said) else ()


class DocumentPart(Struct, frozen=True):
    """Which part of a document an object is: the only one, unless the document is too long to be held.

    The parts come one after the other. What a document says of itself (title, author, date …) is the same in
    all of them; ``Document.sections`` are those that begin in the part, ``Document.pieces`` those that are
    in it, and ``Piece.section`` counts in the whole document.

    Attributes:
        section: index in the document of the first of ``sections``; 0 in the first part.
        piece: index in the document of the first of ``pieces``.
        continues: the first piece is the rest of the last one of the part before, and has its index.
        last: no part follows.
    """

    section: int = 0
    piece: int = 0
    continues: bool = False
    last: bool = True


class Document(Struct, frozen=True):
    """One text of the archive.

    Attributes:
        id: stable across rebuilds: the relative path of a file of its own, or a record's own id.
        path: the source file, relative to the source folder, ``/`` between parts.
        title: the title as written, or the file's name where the text has none; never empty.
        author: the document's own byline, or None where it is not known; several names are joined by 、
            (``each_author``).
        date: ISO 8601, ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, or an interval of two of these
            (``0618/0907``), or None. A year in running text is not a date.
        collection: the folder of the source file relative to the source folder, or None at the top.
        pieces: in reading order; every character of the source that is not white space or a mark is in
            exactly one of them.
        encoding: how the file was decoded: ``"utf-8"``, ``"gb18030"``, ``"big5"`` …
        title_is_derived: True where the title is the file's name because the text has none.
        details: its other fields, by their names in ``archive.fields.DETAILS``, in that order.
        date_written: the date as its source writes it, where that is not ``date``; else None.
        date_guessed: the date is that of a folder's or a file's name.
    """

    id: str
    path: str
    title: str
    sections: tuple[Section, ...]
    pieces: tuple[Piece, ...]
    author: str | None = None
    date: str | None = None
    collection: str | None = None
    encoding: str = "utf-8"
    title_is_derived: bool = False
    details: dict[str, str] = {}
    date_written: str | None = None
    date_guessed: bool = False
    part: DocumentPart = DocumentPart()


def shown_date(date: str | None) -> str:
    """A date as people write it: an interval with a dash, without noughts before a year; empty for none."""
    begin, between, end = (date or "").partition("/")
    return f"{begin.lstrip('0')}–{end.lstrip('0')}" if between else begin

"""The lines of a text with what was made of them, for ``juanzong inspect``: in the order of the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from archive.model import Kind, Section
from archive.structure.compose import structure
from archive.structure.model import Structure

_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """One range of the source and what it became.

    Attributes:
        line: the line of the file it begins on, from 1 (a line ends at LF, CR or CRLF).
        piece: the number of its piece in reading order, from 1, or None for a mark.
        kind: what the piece is, or None for a mark.
        rule: the rule that decided it.
        joined: the rule that joined this range with another one, or None.
        moved: the rule that took the piece out of the order of the file, or None.
        section: the headings that the piece stands under, the outermost first; empty in the lead and for a
        mark.
        text: the characters of the range.
    """

    line: int
    piece: int | None
    kind: Kind | None
    rule: str
    joined: str | None
    moved: str | None
    section: tuple[str, ...]
    text: str


def inspect(text: str) -> list[Row]:
    """The rows of a decoded text, in the order of the file; together they hold every character that is not
    white space."""
    return rows(text, structure(text))


def rows(text: str, read: Structure) -> list[Row]:
    """The rows of a text whose structure was read before."""
    starts = [0, *(found.end() for found in _BREAK.finditer(text))]
    placed: list[tuple[int, Row]] = []
    for number, piece in enumerate(read.pieces, start=1):
        section: Section = read.sections[piece.section]
        for start, end in piece.source:
            row = Row(
                bisect_right(starts, start),
                number,
                piece.kind,
                piece.rule,
                piece.joined,
                piece.moved,
                section.path,
                text[start:end],
            )
            placed.append((start, row))
    for mark in read.marks:
        start, end = mark.source
        placed.append(
            (start, Row(bisect_right(starts, start), None, None, mark.rule, None, None, (), text[start:end]))
        )
    placed.sort(key=lambda one: one[0])
    return [row for _, row in placed]

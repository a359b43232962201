"""The lines of a text with what was made of them, for ``juanzong inspect``: in the order of the file."""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct

from archive.model import Kind, Piece, Range
from archive.page.given import BREAK
from archive.page.rules import Mark, Reason, Structure


class InspectedRow(Struct, frozen=True):
    """One range of the source and what it became; a mark has no piece and no kind.

    Attributes:
        line: the line of the file it begins on, from 1 (a line ends at LF, CR or CRLF).
        joined: the rule that joined this range with another one, or None.
        moved: the rule that took the piece out of the order of the file, or None.
        why: what the rules proposed for the line that begins with the range, where it was asked for.
    """

    line: int
    piece: int | None
    kind: Kind | None
    rule: str
    joined: str | None
    moved: str | None
    section: tuple[str, ...]
    text: str
    why: tuple[Reason, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()


def rows(text: str, read: Structure, *, line: int = 0, piece: int = 0) -> list[InspectedRow]:
    """The rows of a text whose structure was read before, with so many lines and pieces before it."""
    starts = [0, *(found.end() for found in BREAK.finditer(text))]
    reasons: dict[int, list[Reason]] = {}
    for reason in read.reasons:
        reasons.setdefault(reason.start, []).append(reason)
    placed: list[tuple[Range, int | None, Piece | Mark]] = [(mark.source, None, mark) for mark in read.marks]
    for number, one in enumerate(read.pieces, start=piece + 1):
        placed += [(source, number, one) for source in one.source if source[0] < source[1]]
    found: list[InspectedRow] = []
    for (start, end), at, made in sorted(placed, key=lambda one: one[0][0]):
        kind, joined, moved = None, None, None
        path: tuple[str, ...] = ()
        if isinstance(made, Piece):
            kind, joined, moved, path = made.kind, made.joined, made.moved, read.sections[made.section].path
        why = tuple(reasons.get(start, ()))
        row = line + bisect_right(starts, start)
        found.append(InspectedRow(row, at, kind, made.rule, joined, moved, path, text[start:end], why))
    return found

"""Readings in brackets as notes below their paragraph."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Kind, Piece
from archive.page.lines import ranges
from archive.page.rules import NOTE_READING
from archive.text.readings import reading


def with_readings_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without the readings inside a run of Han characters (东（とう）京), which are a note below
    their paragraph.
    """
    kept: list[Piece] = []
    for piece in pieces:
        found = reading().finditer(piece.text) if piece.kind in (Kind.TEXT, Kind.CAPTION) else ()
        inside = {at for match in found for at in range(*match.span())}
        if not inside:
            kept.append(piece)
            continue
        places = [place for source in piece.source for place in range(*source)]
        for apart, kind, rule in ((False, piece.kind, piece.rule), (True, Kind.NOTE, NOTE_READING)):
            chosen = [at for at in range(len(places)) if (at in inside) is apart]
            run, source = "".join(piece.text[at] for at in chosen), ranges(places[at] for at in chosen)
            joined = piece.joined or (NOTE_READING if len(source) > 1 else None)
            kept.append(Piece(kind, run, tuple(source), piece.section, rule, joined, piece.moved))
    return kept

"""Pieces cut into slices: at the joins of the file's lines, and into the parts of a very long document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter, itemgetter

from msgspec import Struct
from msgspec.structs import replace

from archive.model import merged, part_of
from index.results import PieceView
from index.search.cancellation import still_wanted
from index.search.document_reading import PART, PART_PASSAGES


class Slice(Struct, frozen=True):
    """A piece, or a part of one.

    Attributes:
        piece: its text, passages, spans and source are those of the part. A span that began before it has
            a negative start, and one that goes on ends beyond the text: a hit counts where it begins.
        begins: the piece begins here.
    """

    piece: PieceView
    begins: bool = True

    @property
    def hits(self) -> int:
        """How many hits begin here."""
        return sum(start >= 0 for start, _ in self.piece.spans)


def sliced(piece: PieceView, start: int, end: int) -> Slice:
    """The characters ``[start, end)`` of a piece. A passage belongs to the slice in which it begins."""
    if start == 0 and end == len(piece.text):
        return Slice(piece)
    first, last = (bisect_left(piece.passages, edge, key=attrgetter("start")) for edge in (start, end))
    passages = piece.passages[first:last]
    first = bisect_right(piece.spans, start, key=itemgetter(1))
    spans = piece.spans[first : bisect_left(piece.spans, end, key=itemgetter(0))]
    part = replace(
        piece,
        text=piece.text[start:end],
        passages=tuple(replace(p, start=p.start - start, end=min(p.end, end) - start) for p in passages),
        spans=tuple((a - start, b - start) for a, b in spans),
        source=part_of(piece.source, start, end),
    )
    return Slice(part, begins=start == 0)


def in_file_order(pieces: Iterable[Slice]) -> list[Slice]:
    """The pieces in the order of the file, those that were joined taken apart again."""
    slices: list[Slice] = []
    for whole in pieces:
        at = 0
        for start, end in merged(whole.piece.source):
            still_wanted()
            part = sliced(whole.piece, at, at + end - start)
            slices.append(replace(part, begins=part.begins and whole.begins))
            at += end - start
        if not whole.piece.source:
            slices.append(whole)
    return sorted(slices, key=lambda s: s.piece.source[0][0] if s.piece.source else 0)


def parts_of(slices: Iterable[Slice], size: int = PART) -> list[list[Slice]]:
    """The parts of a document, at least one: about ``size`` characters, at most PART_PASSAGES pieces and
    passages. A longer piece is cut between passages.
    """
    parts: list[list[Slice]] = [[]]
    room, passages = size, 0
    for part in slices:
        still_wanted()
        for small in _small(part, size):
            most = max(1, len(small.piece.passages))
            if parts[-1] and (len(small.piece.text) > room or passages + most > PART_PASSAGES):
                parts.append([])
                room, passages = size, 0
            parts[-1].append(small)
            room -= len(small.piece.text)
            passages += most
    return parts


def _small(part: Slice, size: int) -> Iterator[Slice]:
    length = len(part.piece.text)
    if length <= size:
        yield part
        return
    start = 0
    cuts = [passage.start for passage in part.piece.passages if passage.start > 0]
    for cut, following in zip(cuts, [*cuts, length][1:], strict=True):
        if following - start > size:
            yield _again(part, start, cut)
            start = cut
    yield _again(part, start, length)


def _again(part: Slice, start: int, end: int) -> Slice:
    cut = sliced(part.piece, start, end)
    return Slice(cut.piece, begins=cut.begins and part.begins)

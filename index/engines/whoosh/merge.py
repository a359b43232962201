"""Several segments to one without their deleted records, in bounded memory: terms stream by in order."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from heapq import merge as merge_sorted
from itertools import accumulate, compress, count, groupby, repeat
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile

from index.engines.base import STREAMS, Stream
from index.engines.whoosh.layout import BlockWriter
from index.engines.whoosh.pool import INTEGERS, SLOT_BITS, narrowest
from index.engines.whoosh.segment import Segment, StreamReader

_CHUNK = 1 << 16


class _Spool:
    """Integers on their way to a block: in memory up to a chunk, then in a temporary file of the same folder."""

    def __init__(self, folder: Path, code: str) -> None:
        self.code = code
        self.length = 0
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  (closed by ``parts``)
        self._chunk = array(code)

    def extend(self, values: Sequence[int]) -> None:
        self._chunk.extend(values)
        self.length += len(values)
        if len(self._chunk) >= _CHUNK:
            self._chunk.tofile(self._file)
            self._chunk = array(self.code)

    def parts(self) -> Iterator[array[int]]:
        with self._file:
            self._file.seek(0)
            while data := self._file.read(_CHUNK * self._chunk.itemsize):
                yield array(self.code, data)
        yield self._chunk


class _Source:
    """A segment that is merged: which of its records stay, and their new numbers."""

    def __init__(self, segment: Segment, base: int) -> None:
        self.segment = segment
        self.keep = [number not in segment.deleted for number in range(segment.size)]
        self.kept = sum(self.keep)
        self.numbers = list(accumulate(self.keep, initial=base))  # of a kept record: its new number


def merge(folder: Path, segments: Sequence[Segment], path: Path) -> int:
    """Write the records of ``segments`` that are not deleted to the new file ``path``; how many they are."""
    sources: list[_Source] = []
    total = 0
    for segment in segments:
        sources.append(_Source(segment, total))
        total += sources[-1].kept
    writer = BlockWriter(path)
    try:
        for name in INTEGERS:
            parts = [array("q", compress(s.segment.column(name), s.keep)) for s in sources]
            writer.write(f"column.{name}", parts, "q")
        tokens = {stream: _merge_stream(folder, stream, sources, total, writer) for stream in STREAMS}
        writer.finish({"records": total, "tokens": tokens})
    except BaseException:
        writer.abandon()
        raise
    return total


def _merge_stream(
    folder: Path, stream: Stream, sources: Sequence[_Source], total: int, writer: BlockWriter
) -> int:
    """Merge one stream; how many tokens it has."""
    readers = [source.segment.stream(stream) for source in sources]
    writer.write(
        f"{stream}.lengths",
        [bytes(compress(r.lengths, s.keep)) for r, s in zip(readers, sources, strict=True)],
        "B",
    )
    positional = readers[0].positional
    shifts = _merge_places(stream, sources, readers, writer) if positional else []
    first = _Spool(folder, "I" if positional or total > 1 << 16 else "H")
    second = (
        None if positional else _Spool(folder, max((r.frequency_code for r in readers), key="BHIQ".index))
    )
    keys = _Spool(folder, "B")
    key_ends, ends = array("Q", [0]), array("Q", [0])
    tokens = 0
    terms = merge_sorted(*map(_numbered, readers, count()))
    for key, places in groupby(terms, key=itemgetter(0)):
        before = first.length
        for _, number, index in places:
            source, reader = sources[number], readers[number]
            values, frequencies = reader.raw(index)
            if frequencies is None:
                tokens += _add_positions(first, source, reader, shifts[number], values)
            elif second is not None:
                stay = [source.keep[value] for value in values]
                first.extend([source.numbers[value] for value in compress(values, stay)])
                counts = list(compress(frequencies, stay))
                second.extend(counts)
                tokens += sum(counts)
        if first.length > before:
            keys.extend(key)
            key_ends.append(keys.length)
            ends.append(first.length)
    writer.write(f"{stream}.{'positions' if positional else 'records'}", first.parts(), first.code)
    if second is not None:
        writer.write(f"{stream}.frequencies", second.parts(), second.code)
    writer.write(f"{stream}.keys", keys.parts(), "B")
    for name, offsets in (("key_ends", narrowest(key_ends)), ("ends", narrowest(ends))):
        writer.write(f"{stream}.{name}", [offsets], offsets.typecode)
    return tokens


def _numbered(reader: StreamReader, number: int) -> Iterator[tuple[bytes, int, int]]:
    return ((key, number, index) for index, key in enumerate(reader.keys()))


def _merge_places(
    stream: Stream, sources: Sequence[_Source], readers: Sequence[StreamReader], writer: BlockWriter
) -> list[list[int]]:
    """Give each kept record a run of positions; for each segment, how far the positions of each record move."""
    starts, slots = array("I"), array("I")
    shifts: list[list[int]] = []
    for source, reader in zip(sources, readers, strict=True):
        old = [*reader.starts, len(reader.slots) << SLOT_BITS]
        moves = []
        for record, stays in enumerate(source.keep):
            start = len(slots) << SLOT_BITS
            moves.append(start - old[record])
            if stays:
                slots.extend(repeat(len(starts), (old[record + 1] - old[record]) >> SLOT_BITS))
                starts.append(start)
        shifts.append(moves)
    writer.write(f"{stream}.starts", [starts], "I")
    writer.write(f"{stream}.slots", [slots], "I")
    return shifts


def _add_positions(
    spool: _Spool, source: _Source, reader: StreamReader, moves: list[int], positions: Sequence[int]
) -> int:
    keep, slots = source.keep, reader.slots
    moved = [
        position + moves[record] for position in positions if keep[record := slots[position >> SLOT_BITS]]
    ]
    spool.extend(moved)
    return len(moved)

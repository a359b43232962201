"""Several segments to one without their deleted records, in bounded memory: terms stream by in order."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from heapq import merge as merge_sorted
from itertools import accumulate, compress, count, groupby, repeat
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryFile

from index.engines.whoosh.layout import BlockWriter
from index.engines.whoosh.pool import FIELDS, INTEGERS, SLOT_BITS, code_for, write_numbers
from index.engines.whoosh.segment import FieldReader, Segment

_CHUNK = 1 << 16


class _Spool:
    """Integers on their way to a block: in memory up to a chunk, then in a temporary file of the same
    folder."""

    def __init__(self, folder: Path, code: str) -> None:
        self.code = code
        self.length = 0
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  (closed with the stack that it is entered on)
        self._chunk = array(code)

    def __enter__(self) -> _Spool:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def extend(self, values: Sequence[int]) -> None:
        self._chunk.extend(values)
        self.length += len(values)
        if len(self._chunk) >= _CHUNK:
            self._chunk.tofile(self._file)
            self._chunk = array(self.code)

    def parts(self) -> Iterator[array[int]]:
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


def merge(segments: Sequence[Segment], columns: BlockWriter, terms: BlockWriter) -> int:
    """Write the records of ``segments`` that are not deleted as one segment; how many they are."""
    sources: list[_Source] = []
    total = 0
    for segment in segments:
        sources.append(_Source(segment, total))
        total += sources[-1].kept
    for name in INTEGERS:
        columns.write(name, [array("q", compress(s.segment.column(name), s.keep)) for s in sources], "q")
    columns.finish({"records": total})
    tokens = {field: _merge_field(field, sources, total, terms) for field in FIELDS.values()}
    terms.finish({"records": total, "tokens": tokens})
    return total


def _merge_field(field: str, sources: Sequence[_Source], total: int, writer: BlockWriter) -> int:
    """Merge one field; how many tokens it has."""
    readers = [source.segment.field(field) for source in sources]
    positional, folder = readers[0].positional, writer.path.parent
    shifts = _merge_places(field, sources, readers, writer) if positional else []
    numbers = "I" if positional else code_for(total)
    widest = "B" if positional else max((reader.frequency_code for reader in readers), key="BHIQ".index)
    key_ends, ends = array("Q", [0]), array("Q", [0])
    tokens = 0
    with _Spool(folder, numbers) as first, _Spool(folder, widest) as second, _Spool(folder, "B") as keys:
        for key, places in groupby(merge_sorted(*map(_numbered, readers, count())), key=itemgetter(0)):
            before = first.length
            for _, number, index in places:
                source, reader = sources[number], readers[number]
                values, frequencies = reader.raw(index)
                if frequencies is None:
                    moved = _moved(source, reader, shifts[number], values)
                    first.extend(moved)
                    tokens += len(moved)
                else:
                    stay = [source.keep[value] for value in values]
                    first.extend([source.numbers[value] for value in compress(values, stay)])
                    counts = list(compress(frequencies, stay))
                    second.extend(counts)
                    tokens += sum(counts)
            if first.length > before:
                keys.extend(key)
                key_ends.append(keys.length)
                ends.append(first.length)
        writer.write(f"{field}.{'positions' if positional else 'records'}", first.parts(), first.code)
        if not positional:
            writer.write(f"{field}.frequencies", second.parts(), second.code)
        writer.write(f"{field}.keys", keys.parts(), "B")
    write_numbers(writer, f"{field}.key_ends", key_ends)
    write_numbers(writer, f"{field}.ends", ends)
    lengths = [bytes(compress(r.lengths, s.keep)) for r, s in zip(readers, sources, strict=True)]
    writer.write(f"{field}.lengths", lengths, "B")
    return tokens


def _numbered(reader: FieldReader, number: int) -> Iterator[tuple[bytes, int, int]]:
    return ((key, number, index) for index, key in enumerate(reader.terms()))


def _merge_places(
    field: str, sources: Sequence[_Source], readers: Sequence[FieldReader], writer: BlockWriter
) -> list[list[int]]:
    """Give each kept record its run of positions; for each segment, how far each record's positions move."""
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
    write_numbers(writer, f"{field}.starts", starts)
    write_numbers(writer, f"{field}.slots", slots)
    return shifts


def _moved(source: _Source, reader: FieldReader, moves: list[int], positions: Sequence[int]) -> list[int]:
    """The positions of records that stay, where they are now."""
    keep, slots = source.keep, reader.slots
    return [
        position + moves[record] for position in positions if keep[record := slots[position >> SLOT_BITS]]
    ]

"""The grouped pool: postings are collected under their term while records are added, and written in one go.

Whoosh's own pool sorts one tuple a posting, which costs more than everything else together when each character has three.
Here a token costs one dictionary look-up and one append, both in loops that run inside the interpreter's C code.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, count, repeat
from pathlib import Path
from typing import Any

from index.engines.base import STREAMS, Record, Stream
from index.engines.bm25 import LENGTHS, length_byte
from index.engines.whoosh.layout import BlockWriter

POSITIONAL: tuple[Stream, ...] = ("grams", "title", "section", "author")
INTEGERS = (
    "key",
    "document",
    "section",
    "author",
    "collection",
    "year",
    "date_from",
    "date_to",
    "by_date",
    "kind",
)

# A record's positions begin at a multiple of SLOT, so that a small table leads from a position to its record.
SLOT_BITS = 6
SLOT = 1 << SLOT_BITS
MOST_SLOTS = 1 << (32 - SLOT_BITS)

# What a pool holds, in bytes of CPython objects: measured, rounded up.
_COST_OF_TERM = 300
_COST_OF_POSITION = 42
_COST_OF_RECORD_NUMBER = 10

_TEXTS: tuple[tuple[Stream, int], ...] = tuple(
    (stream, Record._fields.index({"section": "heading", "author": "byline"}.get(stream, stream)))
    for stream in STREAMS
)


def narrowest(values: array[int]) -> array[int]:
    """The same unsigned numbers in 8, 16, 32 or 64 bits, whichever is enough."""
    largest = max(values, default=0)
    code = "B" if largest < 1 << 8 else "H" if largest < 1 << 16 else "I" if largest < 1 << 32 else "Q"
    return values if values.typecode == code else array(code, values)


def term_blocks(
    stream: Stream, keys: Sequence[bytes], counts: Iterable[int]
) -> Iterable[tuple[str, Any, str]]:
    """The dictionary of a stream: its keys, and where each key and its postings begin and end."""
    yield f"{stream}.keys", [b"".join(keys)], "B"
    for name, sizes in (("key_ends", map(len, keys)), ("ends", counts)):
        ends = narrowest(array("Q", accumulate(sizes, initial=0)))
        yield f"{stream}.{name}", [ends], ends.typecode


class _StreamPool:
    """One stream of the records that are in memory."""

    def __init__(self, positional: bool) -> None:
        self.positional = positional
        self.postings: defaultdict[str, list[int]] = defaultdict(list)
        self.lengths = bytearray()
        self.tokens = 0
        self.starts = array("I")
        self.slots = array("I")

    def add(self, record: int, text: str) -> None:
        tokens = text.split(" ") if text else []
        number = len(tokens)
        places: Iterable[int]
        if self.positional:
            start = len(self.slots) << SLOT_BITS
            self.starts.append(start)
            # At least one position stays free behind a record: no phrase runs into the next.
            self.slots.extend(repeat(record, (number >> SLOT_BITS) + 1))
            places = count(start)
        else:
            places = repeat(record)
        deque(map(list.append, map(self.postings.__getitem__, tokens), places), maxlen=0)
        self.tokens += number
        self.lengths.append(number if number < 40 else length_byte(number))

    def size(self) -> int:
        each = _COST_OF_POSITION if self.positional else _COST_OF_RECORD_NUMBER
        return len(self.postings) * _COST_OF_TERM + self.tokens * each

    def write(self, stream: Stream, writer: BlockWriter) -> None:
        terms = sorted(self.postings)
        lists = list(map(self.postings.__getitem__, terms))
        keys = [term.encode("utf-8", "surrogatepass") for term in terms]
        if self.positional:
            writer.write(f"{stream}.positions", [array("I", chain.from_iterable(lists))], "I")
            writer.write(f"{stream}.starts", [self.starts], "I")
            writer.write(f"{stream}.slots", [self.slots], "I")
        else:
            frequencies: list[Iterable[int]] = []
            for number, records in enumerate(lists):
                if len(records) == 1:
                    frequencies.append((1,))
                else:
                    counted = Counter(records)
                    lists[number] = list(counted)
                    frequencies.append(counted.values())
            records_ = narrowest(array("I", chain.from_iterable(lists)))
            writer.write(f"{stream}.records", [records_], records_.typecode)
            tfs = narrowest(array("I", chain.from_iterable(frequencies)))
            writer.write(f"{stream}.frequencies", [tfs], tfs.typecode)
        for name, parts, code in term_blocks(stream, keys, map(len, lists)):
            writer.write(name, parts, code)
        writer.write(f"{stream}.lengths", [bytes(self.lengths)], "B")


assert LENGTHS[:40] == tuple(range(40))  # what ``add`` relies on


class Pool:
    """Records in memory, until ``write`` makes a segment file of them."""

    def __init__(self) -> None:
        self.columns = {name: array("q") for name in INTEGERS}
        self.streams = {stream: _StreamPool(stream in POSITIONAL) for stream in STREAMS}
        self.deleted: set[int] = set()

    def __len__(self) -> int:
        return len(self.columns["key"])

    def add(self, records: Sequence[Record]) -> None:
        """Add records. Raises OverflowError or TypeError for a record that is not as promised."""
        base = len(self)
        for index, name in enumerate(INTEGERS):
            self.columns[name].extend([record[index] for record in records])  # type: ignore[misc]
        for stream, index in _TEXTS:
            add = self.streams[stream].add
            for number, record in enumerate(records, base):
                add(number, record[index])  # type: ignore[arg-type]

    def delete(self, documents: set[int]) -> None:
        """Mark the records of these documents as deleted."""
        self.deleted.update(n for n, d in enumerate(self.columns["document"]) if d in documents)

    def size(self) -> int:
        """About how many bytes of memory the pool takes."""
        return sum(stream.size() for stream in self.streams.values()) + 120 * len(self)

    def is_full(self, memory: int) -> bool:
        """Whether it should be written before more is added."""
        return self.size() >= memory or any(
            len(stream.slots) > MOST_SLOTS // 2 for stream in self.streams.values()
        )

    def write(self, path: Path) -> list[int]:
        """Write the segment file and give the numbers of its deleted records, ascending."""
        writer = BlockWriter(path)
        try:
            for name, column in self.columns.items():
                writer.write(f"column.{name}", [column], "q")
            for stream, pool in self.streams.items():
                pool.write(stream, writer)
            writer.finish(
                {"records": len(self), "tokens": {name: s.tokens for name, s in self.streams.items()}}
            )
        except BaseException:
            writer.abandon()
            raise
        return sorted(self.deleted)

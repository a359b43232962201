"""The grouped pool: postings are collected under their term while records are added, and written in one go.

Whoosh's own pool keeps and sorts a tuple for each posting, which costs more than everything else together
when each character has three. Here a token costs one dictionary look-up and one append, both in loops that
run inside the interpreter's C code.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, count, repeat

from index.engines.base import Record
from index.engines.bm25 import EXACT_BYTES, length_byte
from index.engines.whoosh.layout import BlockWriter
from index.query.condition import STREAMS, Stream

# The field of a record, and of Whoosh's schema, that holds each stream.
FIELDS: dict[Stream, str] = {stream: stream for stream in STREAMS} | {
    "section": "heading",
    "author": "byline",
}
POSITIONAL = frozenset({"grams", "title", "heading", "byline"})
INTEGERS = Record._fields[: Record._fields.index("kind") + 1]

# A record's positions begin at a multiple of SLOT, so that a small table leads from a position to its record.
SLOT_BITS = 6
SLOT = 1 << SLOT_BITS
MOST_SLOTS = 1 << (32 - SLOT_BITS)

# What a pool takes and what writing it takes besides, in bytes of CPython objects: measured, rounded up.
_COST_OF_TERM = 350
_COST_OF_POSITION = 50
_COST_OF_RECORD_NUMBER = 12
_COST_OF_RECORD = 200


def code_for(largest: int) -> str:
    """The type code of the smallest unsigned integers that hold numbers up to this one."""
    return "B" if largest < 1 << 8 else "H" if largest < 1 << 16 else "I" if largest < 1 << 32 else "Q"


def write_numbers(writer: BlockWriter, name: str, values: array[int]) -> None:
    """Write a block of unsigned numbers in as few bytes as they need."""
    code = code_for(max(values, default=0))
    writer.write(name, [values if values.typecode == code else array(code, values)], code)


class FieldPool:
    """One field of the records that are in memory."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.positional = field in POSITIONAL
        self.postings: defaultdict[str, list[int]] = defaultdict(list)
        self.lengths = bytearray()
        self.tokens = 0
        self.starts = array("I")
        self.slots = array("I")

    def add(self, record: int, text: str) -> None:
        """Add the tokens of the record with this number, which is the next."""
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
        self.lengths.append(number if number < EXACT_BYTES else length_byte(number))

    def size(self) -> int:
        """About how many bytes of memory it takes."""
        each = _COST_OF_POSITION if self.positional else _COST_OF_RECORD_NUMBER
        return len(self.postings) * _COST_OF_TERM + self.tokens * each

    def write(self, writer: BlockWriter) -> None:
        """Write its blocks."""
        terms = sorted(self.postings)
        lists = list(map(self.postings.__getitem__, terms))
        if self.positional:
            write_numbers(writer, f"{self.field}.starts", self.starts)
            write_numbers(writer, f"{self.field}.slots", self.slots)
            writer.write(f"{self.field}.positions", [array("I", chain.from_iterable(lists))], "I")
        else:
            frequencies: list[Iterable[int]] = []
            for number, records in enumerate(lists):
                if len(records) == 1:
                    frequencies.append((1,))
                else:
                    counted = Counter(records)
                    lists[number] = list(counted)
                    frequencies.append(counted.values())
            code = code_for(len(self.lengths))
            writer.write(f"{self.field}.records", [array(code, chain.from_iterable(lists))], code)
            write_numbers(writer, f"{self.field}.frequencies", array("I", chain.from_iterable(frequencies)))
        keys = [term.encode("utf-8", "surrogatepass") for term in terms]
        writer.write(f"{self.field}.keys", [b"".join(keys)], "B")
        write_numbers(writer, f"{self.field}.key_ends", array("Q", accumulate(map(len, keys), initial=0)))
        write_numbers(writer, f"{self.field}.ends", array("Q", accumulate(map(len, lists), initial=0)))
        writer.write(f"{self.field}.lengths", [bytes(self.lengths)], "B")


class TermPool:
    """The tokens of the records that are in memory."""

    def __init__(self) -> None:
        self.records = 0
        self.fields = {field: FieldPool(field) for field in FIELDS.values()}

    def add(self, records: Sequence[Record]) -> None:
        """Add the tokens of records."""
        for name, field in self.fields.items():
            index, add = Record._fields.index(name), field.add
            for number, record in enumerate(records, self.records):
                add(number, record[index])  # type: ignore[arg-type]
        self.records += len(records)

    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return sum(field.size() for field in self.fields.values()) + _COST_OF_RECORD * self.records

    def has_room(self) -> bool:
        """Whether positions are left for more records."""
        return all(len(field.slots) < MOST_SLOTS // 2 for field in self.fields.values())

    def write(self, writer: BlockWriter) -> None:
        """Write the terms file."""
        for field in self.fields.values():
            field.write(writer)
        writer.finish(
            {"records": self.records, "tokens": {name: field.tokens for name, field in self.fields.items()}}
        )


class ColumnPool:
    """The integers of the records that are in memory."""

    def __init__(self) -> None:
        self.columns = {name: array("q") for name in INTEGERS}

    def add(self, records: Sequence[Record]) -> None:
        """Add the integers of records. Raises OverflowError or TypeError for one that has no 64 bits."""
        for index, name in enumerate(INTEGERS):
            self.columns[name].extend([record[index] for record in records])  # type: ignore[misc]

    def write(self, writer: BlockWriter) -> None:
        """Write the columns file."""
        for name, column in self.columns.items():
            writer.write(name, [column], "q")
        writer.finish({"records": len(self.columns["key"])})

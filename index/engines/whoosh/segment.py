"""One segment, opened for reading: its dictionary, postings, lengths and columns.

Records are numbers from 0, in the order in which they were added. Nothing here knows of conditions or scores.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from index.engines.whoosh.layout import COLUMNS, TERMS, BlockReader, damaged
from index.engines.whoosh.pool import POSITIONAL, SLOT_BITS


class Postings(NamedTuple):
    """The records that have a token, ascending, and how often each has it."""

    records: Sequence[int]
    frequencies: Sequence[int]


NO_POSTINGS = Postings((), ())

_SPREAD_BYTES = 8 << 20


class FieldReader:
    """One field of a segment. All blocks are looked at for the first time when they are needed."""

    def __init__(self, file: BlockReader, field: str) -> None:
        self.field = field
        self.positional = field in POSITIONAL
        self.tokens: int = file.facts["tokens"][field]
        self._file = file
        self._find = lru_cache(maxsize=4096)(self._search)
        self._counted = lru_cache(maxsize=256)(self._count)
        self._records_in_all: int = file.facts["records"]
        # A few megabytes of the commonest tokens, which are in most questions.
        self.spread = lru_cache(maxsize=max(8, _SPREAD_BYTES // (self._records_in_all + 1)))(self._spread)

    @cached_property
    def _keys(self) -> memoryview[int]:
        return self._file.block(f"{self.field}.keys")

    @cached_property
    def _key_ends(self) -> memoryview[int]:
        return self._file.block(f"{self.field}.key_ends")

    @cached_property
    def _ends(self) -> memoryview[int]:
        return self._file.block(f"{self.field}.ends")

    @cached_property
    def _positions(self) -> memoryview[int]:
        return self._file.block(f"{self.field}.positions")

    @cached_property
    def _records(self) -> memoryview[int]:
        return self._file.block(f"{self.field}.records")

    @cached_property
    def _frequencies(self) -> memoryview[int]:
        return self._file.block(f"{self.field}.frequencies")

    @cached_property
    def slots(self) -> memoryview[int]:
        """The record of each run of positions (``position >> SLOT_BITS``)."""
        return self._file.checked(f"{self.field}.slots")

    @cached_property
    def starts(self) -> memoryview[int]:
        """The first position of each record."""
        return self._file.checked(f"{self.field}.starts")

    @cached_property
    def lengths(self) -> bytes:
        """The length byte of each record."""
        return bytes(self._file.checked(f"{self.field}.lengths"))

    # --- the dictionary -----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._key_ends) - 1

    def key(self, index: int) -> bytes:
        """The term with this number, in UTF-8."""
        ends = self._key_ends
        return bytes(self._keys[ends[index] : ends[index + 1]])

    def _search(self, token: str) -> tuple[int, int]:
        """Where the postings of a token begin and end; ``(0, 0)`` where it has none."""
        wanted = token.encode("utf-8", "surrogatepass")
        number = self.closest(wanted)
        if number == len(self) or self.key(number) != wanted:
            return 0, 0
        return self.extent(number)

    def closest(self, wanted: bytes) -> int:
        """The number of the first term that is not less; ``len(self)`` where all are less."""
        ends, keys = self._key_ends, self._keys

        def key(index: int) -> bytes:
            return bytes(keys[ends[index] : ends[index + 1]])

        return bisect_left(range(len(ends) - 1), wanted, key=key)

    def extent(self, number: int) -> tuple[int, int]:
        """Where the postings of the term with this number begin and end."""
        start, end = self._ends[number], self._ends[number + 1]
        total = len(self._positions) if self.positional else len(self._records)
        if not start < end <= total:
            raise damaged(self._file.path, f"the dictionary of {self.field} points outside the postings")
        return start, end

    # --- postings -----------------------------------------------------------------------------------------

    def positions(self, token: str) -> memoryview[int]:
        """The positions of a token, ascending. The stream has positions."""
        start, end = self._find(token)
        return self._positions[start:end]

    def frequency(self, token: str) -> int:
        """In how many records the token stands."""
        start, end = self._find(token)
        if end - start < 2 or not self.positional:
            return end - start
        return len(self._counted(token).records)

    def postings(self, token: str) -> Postings:
        """The records that have the token, and how often."""
        start, end = self._find(token)
        if start == end:
            return NO_POSTINGS
        if self.positional:
            return self._counted(token)
        return Postings(self._records[start:end], self._frequencies[start:end])

    def records_at(self, positions: Iterable[int]) -> list[int]:
        """The record of each position."""
        slots = self.slots
        return [slots[position >> SLOT_BITS] for position in positions]

    def _spread(self, token: str) -> Sequence[int]:
        """For each record of the segment, how often it has the token."""
        records, frequencies = self.postings(token)
        spread: bytearray | array[int] = bytearray(self._records_in_all)
        if max(frequencies, default=0) > 255:
            spread = array("I", bytes(4 * self._records_in_all))
        for record, frequency in zip(records, frequencies, strict=True):
            spread[record] = frequency
        return spread

    def _count(self, token: str) -> Postings:
        counts = Counter(self.records_at(self.positions(token)))
        return Postings(array("I", counts), array("I", counts.values()))

    def frequencies(self, prefix: bytes) -> Iterator[tuple[bytes, int]]:
        """The terms that begin with ``prefix``, each with the number of its records, ascending."""
        for number in range(self.closest(prefix), len(self)):
            key = self.key(number)
            if not key.startswith(prefix):
                return
            start, end = self.extent(number)
            if self.positional and end - start > 1:
                yield key, len(set(self.records_at(self._positions[start:end])))
            else:
                yield key, end - start

    @property
    def frequency_code(self) -> str:
        """The type code of the frequencies."""
        return self._frequencies.format

    def raw(self, number: int) -> tuple[memoryview[int], memoryview[int] | None]:
        """For merging: the positions of a term, or its records and frequencies."""
        start, end = self.extent(number)
        if self.positional:
            return self._positions[start:end], None
        return self._records[start:end], self._frequencies[start:end]

    def terms(self) -> Iterator[bytes]:
        """All terms in UTF-8, ascending."""
        return map(self.key, range(len(self)))


class Segment:
    """The two files of a segment, and which of its records are deleted.

    Raises EngineError where a file is missing or damaged.
    """

    def __init__(self, folder: Path, name: str, deleted: Iterable[int] = ()) -> None:
        self.name = name
        self.deleted = frozenset(deleted)
        self._columns_file = BlockReader(folder / f"{name}{COLUMNS}")
        try:
            self._terms_file = BlockReader(folder / f"{name}{TERMS}")
        except BaseException:
            self._columns_file.close()
            raise
        self.size: int = self._columns_file.facts["records"]
        self.bytes = (self._columns_file.size, self._terms_file.size)
        self._fields: dict[str, FieldReader] = {}
        self._columns: dict[str, memoryview[int]] = {}

    def field(self, name: str) -> FieldReader:
        """One field of tokens."""
        reader = self._fields.get(name)
        if reader is None:
            reader = self._fields[name] = FieldReader(self._terms_file, name)
        return reader

    def column(self, name: str) -> memoryview[int]:
        """An integer column: one value for each record."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._columns_file.checked(name)
        return column

    def verify(self) -> None:
        """Compare both files with their checksums."""
        self._columns_file.verify()
        self._terms_file.verify()

    def close(self) -> None:
        """Release the files."""
        self._fields.clear()
        self._columns.clear()
        self._columns_file.close()
        self._terms_file.close()

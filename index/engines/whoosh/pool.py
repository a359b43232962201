"""Postings, collected under their term while records are added: Whoosh's own pool sorts a tuple for each.

A token costs one dictionary look-up and one append, in loops that run inside the interpreter's C code.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, repeat
from operator import attrgetter
from pathlib import Path
from struct import pack

from index.engines.base import Record
from index.engines.whoosh.blocks import Postings
from index.engines.whoosh.codec import write_segment
from index.engines.whoosh.toc import FIELDS, INTEGERS, POSITIONAL, SegmentEntry

_SHIFT = 32  # a place is the number of a record and a position in it
_POSITION = (1 << _SHIFT) - 1
# What a pool takes and what writing it takes besides, in bytes of CPython objects: measured, rounded up.
_COST_OF_TERM, _COST_OF_NUMBER, _COST_OF_PLACE, _COST_OF_RECORD = 350, 12, 50, 400
# The value of a posting, kept: most tokens occur once in a record, and a block has each value once.
_packed = lru_cache(maxsize=1 << 16)(lambda *positions: pack(f"<{len(positions)}I", *positions))


class Pool:
    """The records that are in memory, and about how many bytes they take."""

    def __init__(self) -> None:
        self.integers = {name: array("q") for name in INTEGERS}
        self._lists = {name: defaultdict[str, list[int]](list) for name in FIELDS.values()}
        self._lengths: dict[str, list[int]] = {name: [] for name in FIELDS.values()}
        self.size = 0

    def add(self, records: Sequence[Record]) -> None:
        """Add records. Raises ``OverflowError`` or ``TypeError`` for an integer that does not fit."""
        first = len(self.integers["key"])
        self.size += len(records) * _COST_OF_RECORD
        for name, lists in self._lists.items():
            lengths, terms, texts = self._lengths[name], len(lists), map(attrgetter(name), records)
            positional, list_of = name in POSITIONAL, lists.__getitem__
            for number, text in enumerate(texts, first):
                tokens = text.split(" ") if text else []
                places: Iterable[int] = count(number << _SHIFT) if positional else repeat(number)
                deque(map(list.append, map(list_of, tokens), places), maxlen=0)
                lengths.append(len(tokens))
            each = _COST_OF_PLACE if positional else _COST_OF_NUMBER
            self.size += (len(lists) - terms) * _COST_OF_TERM + sum(lengths[first:]) * each
        for name, column in self.integers.items():
            column.extend(map(attrgetter(name), records))

    def write(self, folder: Path) -> SegmentEntry:
        """Write them as a segment."""
        terms = {name: _terms(lists, name in POSITIONAL) for name, lists in self._lists.items()}
        return write_segment(folder, terms, self.integers, self._lengths)


def _terms(lists: Mapping[str, list[int]], positional: bool) -> Iterator[tuple[bytes, Postings]]:
    for token in sorted(lists):
        places, text = lists[token], token.encode("utf-8", "surrogatepass")
        if not positional:
            counted = Counter(places) if len(places) > 1 else {places[0]: 1}
            yield text, Postings(tuple(counted), tuple(counted.values()), ())
        elif len(places) == 1:  # as most are, and these are half of a build
            yield text, Postings((places[0] >> _SHIFT,), (1,), (_packed(places[0] & _POSITION),))
        else:
            found: dict[int, list[int]] = {}
            for place in places:
                found.setdefault(place >> _SHIFT, []).append(place & _POSITION)
            values = tuple([_packed(*positions) for positions in found.values()])
            yield text, Postings(tuple(found), tuple(map(len, found.values())), values)

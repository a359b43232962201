"""The writer: new segments beside the old ones, then one replacement of the table of contents.

Postings are collected under their term while records are added: Whoosh's own pool sorts a tuple for each. A
token costs one dictionary look-up and one append, in loops that run inside the interpreter's C code.
"""

from __future__ import annotations

import gc
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from heapq import merge as merge_sorted
from itertools import accumulate, compress, count, groupby, repeat
from operator import attrgetter
from pathlib import Path
from struct import pack

from msgspec.structs import replace

from archive.errors import said
from index.atomic_files import sync_folder
from index.engines.base import Record
from index.engines.whoosh.codec import publish, write_segment
from index.engines.whoosh.segment import (
    ENGINE,
    FIELDS,
    INTEGERS,
    POSITIONAL,
    Postings,
    Segment,
    SegmentEntry,
    named,
    read_contents,
)
from index.errors import EngineError
from index.query.condition import Stream

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
        terms = {name: _grouped(lists, name in POSITIONAL) for name, lists in self._lists.items()}
        return write_segment(folder, terms, self.integers, self._lengths)


def _grouped(lists: Mapping[str, list[int]], positional: bool) -> Iterator[tuple[bytes, Postings]]:
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


MOST_SEGMENTS = 8


class WhooshWriter:
    """Implements ``index.engines.base.Writer``."""

    def __init__(self, folder: Path, *, new: bool, memory: int) -> None:
        self._folder, self._memory, self._pool = folder, memory, Pool()
        self._state = ""  # why nothing can be done any more
        self._commit, self._entries = (0, []) if new else read_contents(folder)
        with named("opening a writer failed"):
            folder.mkdir(parents=True, exist_ok=True)
            self._before = {path.name for path in folder.iterdir()}

    @contextmanager
    def _open(self, action: str) -> Iterator[None]:
        """A failure arrives as an EngineError, and nothing can be committed after it."""
        if self._state:
            raise EngineError(ENGINE, said("the writer {}", self._state))
        self._state, collects = "has failed", gc.isenabled()
        gc.disable()  # a third of a build would go to looking for garbage among the posting lists
        try:
            with named(f"{action} failed"):
                yield
            self._state = ""
        finally:
            if collects:
                gc.enable()

    def add(self, records: Sequence[Record]) -> None:
        """See ``Writer.add``."""
        with self._open("adding records"):
            self._pool.add(records)
            if self._pool.size >= self._memory:
                self._flush()

    def delete(self, documents: Iterable[int]) -> None:
        """See ``Writer.delete``."""
        with self._open("deleting documents"):
            gone = set(documents)
            if not gone.isdisjoint(self._pool.integers["document"]):
                self._flush()
            for number, entry in enumerate(self._entries):
                with closing(Segment(self._folder, entry)) as segment:
                    column = enumerate(segment.column("document"))
                found = {record for record, document in column if document in gone}
                self._entries[number] = replace(entry, deleted=sorted(found.union(entry.deleted)))

    def _flush(self) -> None:
        if self._pool.integers["key"]:
            self._entries.append(self._pool.write(self._folder))
        self._pool = Pool()

    def commit(self) -> None:
        """Rewrite segments of which a tenth is deleted; when there are many, all but the largest few too."""
        with self._open("committing"):
            self._flush()
            entries = [entry for entry in self._entries if len(entry.deleted) < entry.records]
            chosen = [entry for entry in entries if len(entry.deleted) * 10 > entry.records]
            if len(entries) > MOST_SEGMENTS:
                by_size = sorted(entries, key=lambda entry: entry.records, reverse=True)
                chosen += [entry for entry in by_size[MOST_SEGMENTS // 2 :] if entry not in chosen]
            if chosen:
                entries = [e for e in entries if e not in chosen] + [_merge(self._folder, chosen)]
            sync_folder(self._folder)
            publish(self._folder, self._commit + 1, entries)
        self._state = "is closed"

    def discard(self) -> None:
        """See ``Writer.discard``."""
        if self._state == "is closed":
            return
        self._state = "is closed"
        with named("discarding failed"):
            for path in self._folder.iterdir():
                if path.name not in self._before:
                    path.unlink()


def _merge(folder: Path, entries: Sequence[SegmentEntry]) -> SegmentEntry:
    """The records of these segments that are not deleted as one segment, in bounded memory."""
    integers, numbers = {name: array("q") for name in INTEGERS}, []
    with ExitStack() as stack:
        segments = [stack.enter_context(closing(Segment(folder, entry))) for entry in entries]
        for segment in segments:
            stays = [number not in segment.deleted for number in range(segment.size)]
            new = accumulate(stays, initial=len(integers["key"]))
            numbers.append([number if stay else None for number, stay in zip(new, stays, strict=False)])
            for name, column in integers.items():
                column.extend(compress(segment.column(name), stays))
        lengths = {name: [0] * len(integers["key"]) for name in FIELDS.values()}
        terms = {name: _terms(segments, stream, numbers, lengths[name]) for stream, name in FIELDS.items()}
        return write_segment(folder, terms, integers, lengths)


def _terms(
    segments: Sequence[Segment], stream: Stream, numbers: Sequence[Sequence[int | None]], lengths: list[int]
) -> Iterator[tuple[bytes, Postings]]:
    """The terms of a field with their postings in the new segment; counts the tokens of each record."""
    streams = [zip(segment.terms(stream), repeat(n)) for n, segment in enumerate(segments)]
    for text, found in groupby(merge_sorted(*streams), key=lambda term: term[0][0]):
        postings: list[tuple[int, int, bytes]] = []
        for (_, value), n in found:
            old = segments[n].block(value)
            columns = old.records, old.frequencies, old.values or repeat(b"")
            for record, frequency, kept in zip(*columns, strict=False):
                if (number := numbers[n][record]) is not None:
                    postings.append((number, frequency, kept))
                    lengths[number] += frequency
        if postings:
            records, frequencies, values = zip(*sorted(postings), strict=True)
            yield text, Postings(records, frequencies, values if values[0] else ())

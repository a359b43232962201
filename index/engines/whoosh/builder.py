"""Records to segment files, in one process: a pool that is written whenever it has used up its memory."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.engines.base import Record
from index.engines.whoosh.pool import Pool
from index.engines.whoosh.segment import Segment
from index.engines.whoosh.toc import Entry


def segment_name() -> str:
    """A file name that no other segment of this or any linked index has."""
    return f"MAIN_{secrets.token_hex(8)}.seg"


def deleted_of(folder: Path, entry: Entry, documents: set[int]) -> Entry:
    """The entry, with the records of these documents deleted."""
    segment = Segment(folder / entry.name)
    try:
        found = {n for n, document in enumerate(segment.column("document")) if document in documents}
    finally:
        segment.close()
    if found <= set(entry.deleted):
        return entry
    return replace(entry, deleted=tuple(sorted(found.union(entry.deleted))))


class SegmentBuilder(Protocol):
    """Makes segments of records; either here or in other processes."""

    def add(self, records: Sequence[Record]) -> None:
        """Add records."""
        ...

    def delete(self, documents: set[int]) -> None:
        """Delete the records of these documents that were added before."""
        ...

    def finish(self) -> list[Entry]:
        """Write what is left, and name all segments."""
        ...

    def discard(self) -> None:
        """Remove all files."""
        ...


class Builder:
    """Implements ``SegmentBuilder`` in this process."""

    def __init__(self, folder: Path, memory: int) -> None:
        self._folder = folder
        self._memory = memory
        self._pool = Pool()
        self._entries: list[Entry] = []

    def add(self, records: Sequence[Record]) -> None:
        """Add records."""
        self._pool.add(records)
        if self._pool.is_full(self._memory):
            self._flush()

    def delete(self, documents: set[int]) -> None:
        """Delete the records of these documents that were added before."""
        self._pool.delete(documents)
        self._entries = [deleted_of(self._folder, entry, documents) for entry in self._entries]

    def finish(self) -> list[Entry]:
        """Write what is left, and name all segments."""
        if len(self._pool):
            self._flush()
        return self._entries

    def discard(self) -> None:
        """Remove all files."""
        self._pool = Pool()
        for entry in self._entries:
            (self._folder / entry.name).unlink(missing_ok=True)
        self._entries = []

    def _flush(self) -> None:
        path = self._folder / segment_name()
        pool, self._pool = self._pool, Pool()
        deleted = pool.write(path)
        self._entries.append(Entry(path.name, len(pool), path.stat().st_size, tuple(deleted)))

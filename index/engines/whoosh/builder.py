"""Records to segments, in one process: a pool that is written whenever it has used up its memory."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from archive.records import replace
from index.engines.base import Record
from index.engines.whoosh.codec import SegmentFiles, new_segment
from index.engines.whoosh.pool import ColumnPool, TermPool
from index.engines.whoosh.segment import Segment
from index.engines.whoosh.toc import Entry, entry_of, remove_files


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


@contextlib.contextmanager
def files_of_new_segment(folder: Path) -> Iterator[SegmentFiles]:
    """The writers of a new segment's files, which are removed if anything goes wrong."""
    files = new_segment(folder)
    try:
        yield files
    except BaseException:
        files.columns.abandon()
        files.terms.abandon()
        raise


def with_deleted(folder: Path, entry: Entry, documents: set[int]) -> Entry:
    """The entry, with the records of these documents deleted."""
    segment = Segment(folder, entry.name)
    try:
        found = {n for n, document in enumerate(segment.column("document")) if document in documents}
    finally:
        segment.close()
    if found <= set(entry.deleted):
        return entry
    return replace(entry, deleted=tuple(sorted(found.union(entry.deleted))))


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Leave the garbage collector alone: it would look through each posting list again and again (a third of
    the time of a build), and there is no garbage among them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Builder:
    """Implements ``SegmentBuilder`` in this process."""

    def __init__(self, folder: Path, memory: int) -> None:
        self._folder = folder
        self._memory = memory
        self._entries: list[Entry] = []
        self._empty()

    def _empty(self) -> None:
        self._terms, self._columns = TermPool(), ColumnPool()
        self._deleted: set[int] = set()

    def add(self, records: Sequence[Record]) -> None:
        """Add records."""
        with _no_collection():
            self._terms.add(records)
            self._columns.add(records)
        if self._terms.size() >= self._memory or not self._terms.has_room():
            self._flush()

    def delete(self, documents: set[int]) -> None:
        """Delete the records of these documents that were added before."""
        column = self._columns.columns["document"]
        self._deleted.update(number for number, document in enumerate(column) if document in documents)
        self._entries = [with_deleted(self._folder, entry, documents) for entry in self._entries]

    def finish(self) -> list[Entry]:
        """Write what is left, and name all segments."""
        if self._terms.records:
            self._flush()
        return self._entries

    def discard(self) -> None:
        """Remove all files."""
        self._empty()
        for entry in self._entries:
            remove_files(self._folder, entry.name)
        self._entries = []

    def _flush(self) -> None:
        records, deleted = self._terms.records, sorted(self._deleted)
        with _no_collection(), files_of_new_segment(self._folder) as files:
            files.columns.add_pool(self._columns)
            files.columns.close()
            files.terms.add_pool(self._terms)
            files.terms.close()
        self._empty()
        self._entries.append(entry_of(self._folder, files.name, records, deleted))

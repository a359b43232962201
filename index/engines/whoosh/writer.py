"""The writer: new segments beside the old ones, then one replacement of the table of contents."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from index.engines.base import Record
from index.engines.whoosh import toc
from index.engines.whoosh.builder import Builder, SegmentBuilder, files_of_new_segment, with_deleted
from index.engines.whoosh.layout import ENGINE
from index.engines.whoosh.merge import merge
from index.engines.whoosh.segment import Segment
from index.engines.whoosh.toc import Entry
from index.errors import EngineError

MOST_SEGMENTS = 8


class WhooshWriter:
    """Implements ``index.engines.base.Writer``.

    With ``processes`` greater than one, so many processes besides the calling one make the segments.
    """

    def __init__(self, folder: Path, *, new: bool, memory: int, processes: int) -> None:
        self._failed = self._closed = False
        self._folder = folder
        if new:
            if (folder / toc.NAME).exists():
                raise EngineError(ENGINE, f"there is an index in {folder.name} already")
            self._entries: list[Entry] = []
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise EngineError(ENGINE, f"{folder.name} cannot be made: {error.strerror}") from error
        else:
            self._entries = toc.read(folder)
        self._new: list[Entry] = []
        self._builder: SegmentBuilder | None = None
        self._memory = memory
        self._processes = processes
        self._added: set[int] = set()

    def add(self, records: Sequence[Record]) -> None:
        """See ``Writer.add``."""
        with self._open():
            if not records:
                return
            if self._builder is None:
                self._builder = self._new_builder()
            self._builder.add(records)
            self._added.update([record.document for record in records])

    @contextlib.contextmanager
    def _open(self) -> Iterator[None]:
        """Whatever fails arrives as an EngineError, and nothing can be committed after it."""
        if self._failed or self._closed:
            raise EngineError(ENGINE, f"the writer {'has failed' if self._failed else 'is closed'}")
        try:
            yield
        except EngineError:
            self._failed = True
            raise
        except Exception as error:
            self._failed = True
            raise EngineError(ENGINE, f"{type(error).__name__}: {error}") from error

    def _new_builder(self) -> SegmentBuilder:
        if self._processes > 1:
            from index.engines.whoosh.workers import Workers

            return Workers(self._folder, self._memory, self._processes)
        return Builder(self._folder, self._memory)

    def delete(self, documents: Iterable[int]) -> None:
        """See ``Writer.delete``."""
        with self._open():
            gone = set(documents)
            if not gone:
                return
            self._entries = [with_deleted(self._folder, entry, gone) for entry in self._entries]
            if self._builder is not None and not gone.isdisjoint(self._added):
                self._builder.delete(gone)

    def commit(self) -> None:
        """See ``Writer.commit``."""
        with self._open():
            self._commit()

    def _commit(self) -> None:
        added = self._builder.finish() if self._builder is not None else []
        self._new += added
        entries = [entry for entry in self._entries + added if len(entry.deleted) < entry.records]
        entries = self._merge(entries)
        toc.sync_folder(self._folder)
        toc.write(self._folder, entries)
        self._closed = True
        live = {entry.name for entry in entries}
        for path in toc.segment_files(self._folder):
            if path.stem not in live:
                with contextlib.suppress(OSError):  # Windows: somebody reads it; the next commit removes it
                    path.unlink()

    def _merge(self, entries: list[Entry]) -> list[Entry]:
        """Rewrite segments of which a tenth is deleted; when there are many, all but the largest few too."""
        chosen = [entry for entry in entries if len(entry.deleted) * 10 > entry.records]
        if len(entries) > MOST_SEGMENTS:
            by_size = sorted(entries, key=lambda entry: entry.records, reverse=True)
            chosen += [entry for entry in by_size[MOST_SEGMENTS // 2 :] if entry not in chosen]
        if not chosen:
            return entries
        segments: list[Segment] = []
        try:
            for entry in chosen:
                segments.append(Segment(self._folder, entry.name, entry.deleted))
            with files_of_new_segment(self._folder) as files:
                records = merge(segments, files.columns.file, files.terms.file)
        finally:
            for segment in segments:
                segment.close()
        merged = toc.entry_of(self._folder, files.name, records)
        self._new.append(merged)
        return [entry for entry in entries if entry not in chosen] + [merged]

    def discard(self) -> None:
        """See ``Writer.discard``."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._builder is not None:
                self._builder.discard()
            for entry in self._new:
                toc.remove_files(self._folder, entry.name)
            (self._folder / f"{toc.NAME}.new").unlink(missing_ok=True)
        except OSError as error:
            raise EngineError(ENGINE, f"what was written cannot be removed: {error.strerror}") from error

"""Writing records to a tantivy index."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive.errors import said
from index.engines.base import Record
from index.engines.tantivy.library import LOCKS, NAME, library, named
from index.errors import EngineError

MANAGED = ".managed.json"
# tantivy needs 15 MB a thread.
SMALLEST_HEAP = 15_000_000


class TantivyWriter:
    """Adds records from one Python thread; tantivy's own threads index them."""

    def __init__(self, index: Any, folder: Path, memory: int, processes: int) -> None:
        threads = max(1, min(processes, memory // SMALLEST_HEAP))
        heap = max(SMALLEST_HEAP * threads, memory)
        self._folder = folder
        self._before = {file.name for file in folder.iterdir()} - set(LOCKS)
        self._managed = (folder / MANAGED).read_bytes()
        with named("reading its list of files failed"):
            outside = [name for name in json.loads(self._managed) if "/" in name.replace("\\", "/")]
        if outside:
            # tantivy removes the files of this list that no segment needs, wherever they are.
            raise EngineError(NAME, said("the index names a file outside its folder: {!r}", outside[0]))
        with named("opening a writer failed"):
            self._writer: Any = index.writer(heap, threads)

    def add(self, records: Sequence[Record]) -> None:
        """See the protocol."""
        document = library().Document
        writer = self._open()
        add = writer.add_document

        try:
            with named("adding records failed"):
                for r in records:
                    # Adding values one by one is a sixth faster than naming them all to Document.
                    made = document()
                    number, text = made.add_integer, made.add_text
                    number("key", r.key)
                    number("document", r.document)
                    number("section_key", r.section)
                    number("author_key", r.author)
                    number("collection", r.collection)
                    number("details", r.details)
                    number("year", r.year)
                    number("kind", r.kind)
                    number("date_from", r.date_from)
                    number("date_to", r.date_to)
                    number("by_date", r.by_date)
                    text("words", r.words)
                    text("grams", r.grams)
                    text("chars", r.chars)
                    text("title", r.title)
                    text("section", r.heading)
                    text("author", r.byline)
                    add(made)
        except EngineError:
            with named("adding records failed"):
                writer.commit()  # says what a thread of the library failed of
            raise

    def delete(self, documents: Iterable[int]) -> None:
        """See the protocol."""
        delete = self._open().delete_documents_by_term
        with named("deleting documents failed"):
            for number in documents:
                delete("document", number)

    def commit(self) -> None:
        """Write and sync everything, wait for merges, and drop the files that merges left over."""
        writer, self._writer = self._open(), None
        with named("committing failed"):
            writer.commit()
            _give_back_memory()
            writer.wait_merging_threads()
        # The lock files belong to this writer, not to the index that is copied and linked.
        for name in LOCKS:
            (self._folder / name).unlink(missing_ok=True)

    def discard(self) -> None:
        """See the protocol; the files of segments that tantivy flushed on the way wait for a later writer."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        with named("discarding failed"):
            writer.rollback()
            writer.wait_merging_threads()
        for file in self._folder.iterdir():
            if file.name not in self._before:
                file.unlink()
        fresh = self._folder / (MANAGED + ".new")
        fresh.write_bytes(self._managed)
        fresh.replace(self._folder / MANAGED)

    def _open(self) -> Any:
        if self._writer is None:
            raise EngineError(NAME, "the writer is closed.", hint="Open a new one.")
        return self._writer


def _give_back_memory() -> None:
    """Give the memory of the writer, up to half a gigabyte, back to the system: glibc would keep it."""
    if sys.platform == "linux":
        import ctypes  # a search does not write

        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)

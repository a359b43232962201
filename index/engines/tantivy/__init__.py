"""The engine for large archives on one machine: tantivy.

tantivy never analyses text here: every field uses its white-space tokeniser, and queries are built from
terms. What it raises arrives as ``EngineError``.

Its BM25 is the one of ``index.engines.base``; the number of records and the token totals count deleted
records until their segment is merged (``tantivy::query::Bm25StatisticsProvider`` for ``Searcher``).
"""

from __future__ import annotations

from pathlib import Path

from index.engines.tantivy.library import attach, library, named, schema
from index.engines.tantivy.snapshot import TantivySnapshot
from index.engines.tantivy.writer import TantivyWriter


class TantivyEngine:
    """Indexes in tantivy's own format."""

    @property
    def version(self) -> str:
        """That of the library."""
        return str(library().__version__).removeprefix("tantivy v")

    def create(self, folder: Path, *, memory: int, processes: int, **_: int) -> TantivyWriter:
        """A writer on a new index in ``folder``, which is made where it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        with named("making an index failed"):
            index = attach(library().Index(schema(), path=str(folder), reuse=False))
        return TantivyWriter(index, folder, memory, processes)

    def update(self, folder: Path, *, memory: int, processes: int) -> TantivyWriter:
        """A writer on an existing index. Segment files are never written to, so hard links are safe."""
        with named("opening the index to change it failed"):
            index = attach(library().Index.open(str(folder)))
        return TantivyWriter(index, folder, memory, processes)

    def open(self, folder: Path) -> TantivySnapshot:
        """A snapshot of the index as it is now."""
        return TantivySnapshot(folder)

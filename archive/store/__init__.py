"""The text store, one SQLite file: its tables (``schema.py``), rows, writing, reading, old links."""

from __future__ import annotations

from archive.store.listing import NONE, DocumentFilter
from archive.store.rows import (
    DocumentCounts,
    FileCounts,
    Statistics,
    StoredDocument,
    StoredPassage,
    StoredSection,
    StoredSource,
)
from archive.store.schema import POSITION_BITS, NameKind
from archive.store.text_store import TextStore
from archive.store.writing import StoreWriter, Way

__all__ = [
    "NONE",
    "POSITION_BITS",
    "DocumentCounts",
    "DocumentFilter",
    "FileCounts",
    "NameKind",
    "Statistics",
    "StoreWriter",
    "StoredDocument",
    "StoredPassage",
    "StoredSection",
    "StoredSource",
    "TextStore",
    "Way",
]

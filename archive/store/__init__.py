"""The text store, one SQLite file: its tables and rows (``schema.py``), writing, reading, old links."""

from __future__ import annotations

from archive.store.listing import NONE as NONE
from archive.store.listing import DocumentFilter as DocumentFilter
from archive.store.schema import POSITION_BITS as POSITION_BITS
from archive.store.schema import FileCounts as FileCounts
from archive.store.schema import NameKind as NameKind
from archive.store.schema import Statistics as Statistics
from archive.store.schema import StoredDocument as StoredDocument
from archive.store.schema import StoredPassage as StoredPassage
from archive.store.schema import StoredSection as StoredSection
from archive.store.schema import StoredSource as StoredSource
from archive.store.text_store import TextStore as TextStore
from archive.store.writing import StoreWriter as StoreWriter
from archive.store.writing import Way as Way

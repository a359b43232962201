"""Batches into the text store and the engine: where names become integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import astuple, replace

from archive.store import NameKind, StoreWriter
from index.building.columns import Batch
from index.engines.base import Record, Writer
from index.suggestions.vocabulary import WordCounts

_UNREAD = ("changed", "special_file", "unreadable", "vanished")
"""The codes of notes on files that could not be read, whatever is in them."""


class BatchWriter:
    """Writes batches, in order.

    Attributes:
        unread: the files that could not be read, or not to their end, and the codes of the notes on them.
        words: those of all passages, where they are counted.

    Args:
        look: gets the ids of the documents of each batch before it is written.
        counting: whether words are counted, for an index that does not list them.
    """

    def __init__(
        self,
        store: StoreWriter,
        writer: Writer,
        look: Callable[[Sequence[str]], None] = lambda _: None,
        *,
        counting: bool = True,
    ) -> None:
        self._store = store
        self._writer = writer
        self._look = look
        self._counting = counting
        self.unread: dict[str, str] = {}
        self.words = WordCounts()

    def add(self, batch: Batch) -> None:
        """Write a batch; raises ``StoreError`` and ``EngineError``."""
        self._look([document.id for document in batch.documents])
        self._store.add_sources(batch.sources)
        self._store.add_notes(batch.notes)
        self.unread.update((note.path, note.code) for note in batch.notes if note.code in _UNREAD)
        self._store.add_documents(batch.documents)
        self._store.add_sections(batch.sections)
        passages, records = batch.passages, batch.records
        passages = replace(passages, way=list(map(self._store.way, passages.way)))
        self._store.add_passages(zip(*astuple(passages), strict=True))
        if self._counting:
            for words in records.words:
                self.words.update(set(words.split()))
            self.words.trim()
        records = replace(
            records,
            author=self._numbers(NameKind.AUTHOR, records.author),
            collection=self._numbers(NameKind.COLLECTION, records.collection),
            details=self._numbers(NameKind.DETAILS, records.details),
        )
        self._writer.add(list(map(Record, *astuple(records))))

    def _numbers(self, kind: NameKind, names: list[str | None]) -> list[int]:
        # By identity: comparing the 100,000 names of one document for each of its passages takes minutes.
        numbers = {key: self._store.number(kind, name) for key, name in {id(n): n for n in names}.items()}
        return [numbers[id(name)] for name in names]

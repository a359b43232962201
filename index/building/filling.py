"""Batches into the text store and the engine: where names become integers and ids stay unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import astuple, replace

from archive.messages import note
from archive.ordinals import Names
from archive.store import NameKind, StoreWriter
from index.building.batches import Renamed, Task
from index.building.columns import Batch
from index.engines.base import Record, Writer

_UNREAD = ("changed", "special_file", "unreadable", "vanished")
"""The codes of notes on files that could not be read, whatever is in them."""


class BatchWriter:
    """Writes batches, in order.

    A document whose id another one has already is held back; ``clashes`` gives it another id.

    Attributes:
        unread: the files that could not be read, or not to their end, and the codes of the notes on them.

    Args:
        taken: whether an id is in the store already.
        tokens: gets each token of the ``words`` stream that is written, if it is there.
    """

    def __init__(
        self,
        store: StoreWriter,
        writer: Writer,
        taken: Callable[[str], bool] | None = None,
        tokens: set[str] | None = None,
    ) -> None:
        self._store = store
        self._writer = writer
        self._ids = Names()
        self._taken = taken or (lambda _: False)
        self._tokens = tokens
        self._clashes: dict[str, dict[int, Renamed]] = {}
        self._held: set[int] = set()
        self._numbered: dict[str, int] = {}
        self._renamed: set[int] = set()
        self.unread: dict[str, str] = {}

    def add(self, batch: Batch) -> None:
        """Write a batch; raises ``StoreError`` and ``EngineError``."""
        for document, ordinal in zip(batch.documents, batch.ordinals, strict=True):
            if document.id not in self._ids and not self._taken(document.id):
                self._ids.add(document.id)
            elif document.key not in self._renamed:
                self._held.add(document.key)
                self._clashes.setdefault(document.path, {})[ordinal] = Renamed(document.key, document.id)
        self._store.add_sources(batch.sources)
        self._store.add_notes(batch.notes)
        self.unread.update((note.path, note.code) for note in batch.notes if note.code in _UNREAD)
        if self._held and not self._held.isdisjoint(batch.records.document):
            batch = batch.without(self._held)
        self._store.add_documents(batch.documents)
        self._store.complete_documents(batch.counts)
        self._store.add_sections(batch.sections)
        passages, records = batch.passages, batch.records
        passages = replace(passages, way=list(map(self._store.way, passages.way)))
        self._store.add_passages(zip(*astuple(passages), strict=True))
        if self._tokens is not None:
            for words in records.words:
                self._tokens.update(words.split())
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

    @property
    def is_empty(self) -> bool:
        """Whether no document has come."""
        return not self._ids

    @property
    def has_clashes(self) -> bool:
        """Whether documents were held back."""
        return bool(self._clashes)

    def clashes(self, tasks: Iterable[Task]) -> list[Task]:
        """What has to be read once more for the documents that were held back, with ids of their own.

        The first document that came keeps an id; a later one gets it with ``~2``, ``~3`` ….
        """
        self._held.clear()
        again = []
        for task in tasks:
            found = self._clashes.pop(task.source.relative, None)
            if found is None:
                continue
            renamed = {ordinal: replace(old, id=self._free(old.id)) for ordinal, old in found.items()}
            self._renamed.update(new.key for new in renamed.values())
            again.append(replace(task, renamed=renamed))
            self._store.add_notes(
                note(task.source.relative, "id_clash", repr(found[ordinal].id), repr(new.id))
                for ordinal, new in renamed.items()
            )
        return again

    def _free(self, name: str) -> str:
        number = self._numbered.get(name, 1) + 1  # else each of many would be tried again for each
        while (free := f"{name}~{number}") in self._ids:
            number += 1
        self._numbered[name] = number
        self._ids.add(free)
        return free

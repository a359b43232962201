"""Batches into the text store and the engine: where names become integers and ids stay unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from archive.messages import note
from archive.ordinals import Names
from archive.store import NameKind, StoreWriter, Way
from index.building.batches import Batch, Renamed, Task
from index.engines.base import Record, Writer

_UNREAD = ("changed", "special_file", "unreadable", "vanished")
"""The codes of notes on files that could not be read, whatever is in them."""


class _Numbers(dict[str | None, int]):
    """The integers of names, asked from the store once."""

    def __init__(self, store: StoreWriter, kind: NameKind) -> None:
        self._store = store
        self._kind = kind

    def __missing__(self, name: str | None) -> int:
        number = self[name] = self._store.number(self._kind, name)
        return number


class _Ways(dict[Way, int]):
    def __init__(self, store: StoreWriter) -> None:
        self._store = store

    def __missing__(self, way: Way) -> int:
        number = self[way] = self._store.way(way)
        return number


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
        self._authors = _Numbers(store, NameKind.AUTHOR)
        self._collections = _Numbers(store, NameKind.COLLECTION)
        self._ways = _Ways(store)
        self._ids = Names()
        self._taken = taken or (lambda _: False)
        self._tokens = tokens
        self._clashes: dict[str, dict[int, tuple[int, str]]] = {}
        self._held: set[int] = set()
        self._numbered: dict[str, int] = {}
        self._renamed: set[int] = set()
        self.unread: dict[str, str] = {}

    def add(self, batch: Batch) -> None:
        """Write a batch; raises ``StoreError`` and ``EngineError``."""
        for row, ordinal in zip(batch.documents, batch.ordinals, strict=True):
            key, name, path = row[:3]
            if name not in self._ids and not self._taken(name):
                self._ids.add(name)
            elif key not in self._renamed:
                self._held.add(key)
                self._clashes.setdefault(path, {})[ordinal] = (key, name)
        self._store.add_sources(batch.sources)
        self._store.add_notes(batch.notes)
        self.unread.update((note.path, note.code) for note in batch.notes if note.code in _UNREAD)
        if self._held and not self._held.isdisjoint(batch.records[1]):
            batch = batch.without(self._held)
        self._store.add_documents(
            (*row[:4], self._authors[row[4]] or None, row[5], self._collections[row[6]] or None, *row[7:])
            for row in batch.documents
        )
        self._store.complete_documents(batch.counts)
        self._store.add_sections((*row[:3], self._authors[row[3]] or None, row[4]) for row in batch.sections)
        ways = [self._ways[way] for way in batch.ways]
        *front, texts = batch.passages
        self._store.add_passages(zip(*front, ways, texts, strict=True))
        columns = list(batch.records)
        # By identity: comparing the 100,000 names of one document for each of its passages takes minutes.
        authors = {id(name): name for name in columns[3]}
        numbers = {key: self._authors[name] for key, name in authors.items()}
        columns[3] = [numbers[id(name)] for name in columns[3]]
        columns[4] = [self._collections[name] for name in columns[4]]
        if self._tokens is not None:
            for words in columns[10]:
                self._tokens.update(words.split())
        self._writer.add(list(map(Record._make, zip(*columns, strict=True))))

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
            renamed = {ordinal: Renamed(key, self._free(name)) for ordinal, (key, name) in found.items()}
            self._renamed.update(new.key for new in renamed.values())
            again.append(task._replace(renamed=renamed))
            self._store.add_notes(
                note(task.source.relative, "id_clash", repr(found[ordinal][1]), repr(new.id))
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

"""A batch as columns, the rows of the text store and the records of the engine; and what writes them there.

Columns are cheap to send from the process that reads and analyses to the one that writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from archive.model import Note
from archive.store import NameKind, StoredDocument, StoredSection, StoredSource, StoreWriter, Way
from archive.store.schema import pack
from index.analysis.analyzer import Analyzer
from index.building.succession import remember
from index.engines.base import Record, Writer
from index.suggestions.vocabulary import WordCounts

_UNREAD = ("changed", "special_file", "unreadable", "vanished")
"""The codes of notes on files that could not be read, whatever is in them."""


class PassageColumns(Struct):
    """The columns of the table ``passages`` (``archive.store.schema``), ways not yet numbered."""

    key: list[int] = []
    id: list[int] = []
    kind: list[int] = []
    section: list[int] = []
    piece: list[int] = []
    start: list[int] = []
    ranges: list[str | None] = []
    way: list[Way] = []
    text: list[str | bytes] = []


class RecordColumns(Struct):
    """The columns of ``index.engines.base.Record``, with names in place of their integers."""

    key: list[int] = []
    document: list[int] = []
    section: list[int] = []
    author: list[str | None] = []
    collection: list[str | None] = []
    details: list[str | None] = []
    year: list[int] = []
    date_from: list[int] = []
    date_to: list[int] = []
    by_date: list[int] = []
    kind: list[int] = []
    words: list[str] = []
    grams: list[str] = []
    chars: list[str] = []
    title: list[str] = []
    heading: list[str] = []
    byline: list[str] = []


class Batch(Struct):
    """What a part of the sources gives the text store and the engine.

    ``texts`` are those of its passages until it is analysed; then streams and packed texts take their place.
    ``documents`` are those that end in it: a long one has passages in batches before.
    ``done`` are the bytes of source that were read for it, within a file estimated.
    """

    documents: list[StoredDocument] = []
    sections: list[StoredSection] = []
    passages: PassageColumns = field(default_factory=PassageColumns)
    records: RecordColumns = field(default_factory=RecordColumns)
    texts: list[str] = []
    sources: list[StoredSource] = []
    notes: list[Note] = []
    characters: int = 0
    done: int = 0


def analyse(batch: Batch, analyzer: Analyzer) -> None:
    """Replace its texts by the streams of tokens for the engine and the packed texts for the store."""
    texts, batch.texts = batch.texts, []
    records = batch.records
    for streams in analyzer.batch(texts):
        records.words.append(streams.words)
        records.grams.append(streams.grams)
        records.chars.append(streams.chars)
    batch.passages.text += map(pack, texts)


class BatchWriter:
    """Writes batches, in order, into a text store and an engine. Leaving it by an error closes both.

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
        self.store = store
        self.writer = writer
        self._look = look
        self._counting = counting
        self.unread: dict[str, str] = {}
        self.words = WordCounts()

    def __enter__(self) -> BatchWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.store.close()
            self.writer.discard()

    def add(self, batch: Batch) -> None:
        """Write a batch; raises ``StoreError`` and ``EngineError``."""
        self._look([document.id for document in batch.documents])
        self.store.add_sources(batch.sources)
        self.store.add_notes(batch.notes)
        self.unread.update((note.path, note.code) for note in batch.notes if note.code in _UNREAD)
        self.store.add_documents(batch.documents)
        self.store.add_sections(batch.sections)
        passages, records = batch.passages, batch.records
        passages = replace(passages, way=list(map(self.store.way, passages.way)))
        self.store.add_passages(zip(*astuple(passages), strict=True))
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
        self.writer.add(list(map(Record, *astuple(records))))

    def _numbers(self, kind: NameKind, names: list[str | None]) -> list[int]:
        # By identity: comparing the 100,000 names of one document for each of its passages takes minutes.
        numbers = {key: self.store.number(kind, name) for key, name in {id(n): n for n in names}.items()}
        return [numbers[id(name)] for name in names]

    def finish(self, before: Path | None, paths: Collection[str] | None = None) -> bool:
        """Complete both at the same time, since neither keeps all cores busy; False: the texts of ``before``,
        whose links the store carries on, could not be read.

        Args:
            before, paths: as ``index.building.succession.remember`` takes them.
        """
        from concurrent.futures import ThreadPoolExecutor

        def complete() -> bool:
            remembered = before is None or remember(self.store, before, paths)
            self.store.finish()
            return remembered

        with ThreadPoolExecutor(1) as other:
            completed = other.submit(complete)
            self.writer.commit()
            return completed.result()

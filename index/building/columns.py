"""A batch as columns: the rows of the text store and the records of the engine.

A batch is cheap to send from one process to another, before it is analysed most of all: the streams are four
times as many bytes as the texts are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from archive.model import Note
from archive.store import DocumentCounts, StoredDocument, StoredSection, StoredSource, Way
from archive.store.schema import pack
from index.analysis.analyzer import Analyzer


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


Columns = TypeVar("Columns", PassageColumns, RecordColumns)


class Batch(Struct):
    """What a part of the sources gives the text store and the engine.

    ``ordinals`` are the places of ``documents`` within their files, from 0. ``texts`` are those of its
    passages until it is analysed, and what is made of them is not there yet. ``counts`` are of documents that
    began in a batch before. ``done`` are the bytes of source that were read for it, within a file estimated.
    """

    documents: list[StoredDocument] = []
    ordinals: list[int] = []
    counts: list[DocumentCounts] = []
    sections: list[StoredSection] = []
    passages: PassageColumns = field(default_factory=PassageColumns)
    records: RecordColumns = field(default_factory=RecordColumns)
    texts: list[str] = []
    sources: list[StoredSource] = []
    notes: list[Note] = []
    characters: int = 0
    done: int = 0

    def without(self, dropped: Collection[int]) -> Batch:
        """The batch, which was analysed, without the documents of these keys."""
        keep = [n for n, document in enumerate(self.records.document) if document not in dropped]
        chosen = [n for n, document in enumerate(self.documents) if document.key not in dropped]

        def kept(columns: Columns) -> Columns:
            return type(columns)(*[[values[n] for n in keep] for values in astuple(columns)])

        return replace(
            self,
            documents=[self.documents[n] for n in chosen],
            ordinals=[self.ordinals[n] for n in chosen],
            counts=[counts for counts in self.counts if counts.key not in dropped],
            sections=[section for section in self.sections if section.document_key not in dropped],
            passages=kept(self.passages),
            records=kept(self.records),
        )


def analyse(batch: Batch, analyzer: Analyzer) -> None:
    """Make of its texts what the engine and the store need."""
    texts, batch.texts = batch.texts, []
    records = batch.records
    for streams in analyzer.batch(texts):
        records.words.append(streams.words)
        records.grams.append(streams.grams)
        records.chars.append(streams.chars)
    batch.passages.text += map(pack, texts)

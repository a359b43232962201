"""A batch as columns: the rows of the text store and the records of the engine.

A batch is cheap to send from one process to another, before it is analysed most of all: the streams are four
times as many bytes as the texts are.
"""

from __future__ import annotations

from msgspec import Struct, field

from archive.model import Note
from archive.store import StoredDocument, StoredSection, StoredSource, Way
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


class Batch(Struct):
    """What a part of the sources gives the text store and the engine.

    ``texts`` are those of its passages until it is analysed, and what is made of them is not there yet.
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
    """Make of its texts what the engine and the store need."""
    texts, batch.texts = batch.texts, []
    records = batch.records
    for streams in analyzer.batch(texts):
        records.words.append(streams.words)
        records.grams.append(streams.grams)
        records.chars.append(streams.chars)
    batch.passages.text += map(pack, texts)

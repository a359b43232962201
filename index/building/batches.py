"""From source files to batches: documents are read, cut into passages, and dealt out as columns.

Analysis is a second step, which may be taken in another process (``index.building.columns.analyse``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from archive import passages as cutting
from archive.digests import Ordinals
from archive.errors import said
from archive.messages import Notes, note, short
from archive.model import Document, DocumentPart, Note
from archive.readers import read
from archive.sources import SourceFile
from archive.store import DocumentCounts, StoredDocument, StoredSection, StoredSource, Way
from archive.store.schema import id_number
from archive.store.writing import packed
from index import document_keys
from index.analysis.analyzer import Analyzer
from index.building.columns import Batch
from index.building.keeping import ArchivedReading
from index.building.room import Contexts
from index.document_keys import Dates, DocumentKeys, Span, by_date, dates, passage_key, section_key

BATCH = 100_000
"""Characters of text in a batch: some 20 MB of memory while it is analysed, a twentieth of a second of work.

Larger batches are not cheaper per character, and the engine waits longer for the first one.
"""

BYTES_A_CHARACTER = 3
"""Of Chinese in UTF-8: for the progress within a file."""


class Task(Struct, frozen=True):
    """A file to read.

    Attributes:
        span: the document keys that it may use.
        inode: of the file when the folder was scanned, 0 where the system has none.
        texts: of a file that cannot be read now, the text store that has it as it was read before.
    """

    source: SourceFile
    span: Span
    inode: int = 0
    texts: Path | None = None


def batches(
    tasks: Iterable[Task],
    analyzer: Analyzer,
    encoding: str | None,
    size: int = BATCH,
    *,
    kept: Path | None = None,
) -> Iterator[Batch]:
    """The content of files, in order, in batches of about ``size`` characters however large a file is.

    They are not analysed yet; the analyzer is for titles, headings and bylines, and cuts no words. Never
    raises for what is in a file: what could not be read is a note.
    """
    maker = _Maker(analyzer)
    for task in tasks:
        keys = DocumentKeys(task.span, task.source.size)
        progress = 0
        reading = (
            read(task.source, encoding, kept)
            if task.texts is None
            else ArchivedReading(task.source, task.texts)
        )
        maker.begin(task.source.relative)
        for item in reading:
            if isinstance(item, Note):
                maker.batch.notes.append(item)
                continue
            for batch in maker.add(item, size, keys):
                step = min(BYTES_A_CHARACTER * batch.characters, task.source.size - progress)
                batch.done += step
                progress += step
                yield batch
        maker.end()
        maker.batch.done += task.source.size - progress
        found = reading.source
        digest = None if reading.digest is None else bytes.fromhex(reading.digest)
        maker.batch.sources.append(
            StoredSource(*(found.relative, found.size, found.mtime_ns, task.inode, digest), reading.described)
        )
    rest = maker.batch
    if rest.sources or rest.notes or rest.documents or rest.counts or rest.texts:
        yield rest


class _Known(Struct, frozen=True):
    """What the records of a document have in common."""

    key: int
    when: Dates
    contexts: Contexts


class _Long(Struct):
    """A document of which parts were added: what goes on in the next part; ``full``: no room for a part, nor
    for later ones.
    """

    known: _Known
    cutter: cutting.Cutter
    most: int
    sections: int = 0
    passages: int = 0
    characters: int = 0
    full: bool = False


class _Maker:
    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._contexts: dict[tuple[str, ...], str] = {}
        self.batch = Batch()
        self._long: _Long | None = None
        self._notes = Notes("")

    def begin(self, path: str) -> None:
        """The next documents are of this file."""
        self._notes = Notes(path)

    def end(self) -> None:
        """All of the file was read, or as much of it as can be: say how much of a document in parts."""
        long, self._long = self._long, None
        if long is not None:
            counts = DocumentCounts(long.known.key, long.sections, long.passages, long.characters)
            self.batch.counts.append(counts)
        self.batch.notes.extend(self._notes.rest())

    def note(self, note: Note) -> None:
        """What is to be said of a document, unless it was said of too many of the same file."""
        self.batch.notes.extend(self._notes.pass_on(note))

    def take(self) -> Batch:
        """The batch so far."""
        batch, self.batch = self.batch, Batch()
        return batch

    def context(self, *texts: str | None) -> str:
        """``Analyzer.context``, remembered: neighbouring passages have the same."""
        wanted = tuple(text for text in texts if text)
        found = self._contexts.get(wanted)
        if found is None:
            if len(self._contexts) > 10_000:
                self._contexts.clear()
            found = self._contexts[wanted] = self._analyzer.context(*wanted)
        return found

    def add(self, document: Document, size: int, keys: DocumentKeys) -> Iterator[Batch]:
        """Add a document with the next of these keys; yields the batches that became full."""
        if self._long is not None or not document.part.last:
            yield from self._add_part(document, document.part, size, keys)
            return
        found = cutting.passages(document)
        characters = sum(len(passage.text) for passage in found)
        try:
            if len(found) > document_keys.MAX_PASSAGES or len(document.sections) > document_keys.MAX_SECTIONS:
                raise document_keys.KeyRoomError(
                    said(
                        "the document {} has more than {:,} passages", document.id, document_keys.MAX_PASSAGES
                    )
                )
            key = keys.next(characters, len(found))
        except document_keys.KeyRoomError as error:
            why = _named(document), str(error)
            self.note(note(document.path, "left_out.whole", *why, left_out=True))
            return
        self._document(document, key, len(document.sections), len(found), characters)
        known = _Known(key, self._dates(document), Contexts(document, self.context))
        yield from self._add_all(document, known, found, size)
        self._say_cut(document, known)

    def _add_part(
        self, document: Document, part: DocumentPart, size: int, keys: DocumentKeys
    ) -> Iterator[Batch]:
        """Add a part of a document whose other parts come before and after it."""
        long = self._long
        if long is None:
            most = keys.most_passages
            key = keys.next(0, 1)
            known = _Known(key, self._dates(document), Contexts(document, self.context))
            long = self._long = _Long(known, cutting.Cutter(document.id, Ordinals()), most)
            self._document(document, key, 0, 0, 0)
        room = not long.full
        found = long.cutter.passages(document.pieces, part.piece) if room else []
        sections = max(long.sections, part.section + len(document.sections))
        long.full = long.full or long.cutter.position > long.most or sections > document_keys.MAX_SECTIONS
        if long.full and room:
            where = _named(document), long.passages
            self.note(note(document.path, "left_out.rest", *where, left_out=True))
        if not long.full:
            long.sections = sections
            long.passages += len(found)
            long.characters += sum(len(passage.text) for passage in found)
            yield from self._add_all(document, long.known, found, size)
            long.known.contexts.end(long.sections - 1)
        if part.last:
            self._say_cut(document, long.known)

    def _add_all(
        self, document: Document, known: _Known, found: list[cutting.Passage], size: int
    ) -> Iterator[Batch]:
        """Add sections and passages of a document, or of a part of one."""
        part, key = document.part, known.key
        self._sections(document, key, part.section, known.contexts.begin(document))
        ways = [(piece.rule, piece.joined, piece.moved) for piece in document.pieces]
        for some, characters in _lots(found, size // 4):
            self._passages(key, some, ways, part.piece)
            self._records(document, known, some)
            self.batch.texts += [passage.text for passage in some]
            self.batch.characters += characters
            if self.batch.characters >= size:
                yield self.take()

    def _dates(self, document: Document) -> Dates:
        wrong = None if document.date else document.date_written
        try:
            found = dates(document.date)
        except ValueError:
            found, wrong = dates(None), document.date
        if wrong:
            self.note(note(document.path, "bad_date", _named(document), short(wrong)))
        return found

    def _document(self, document: Document, key: int, sections: int, passages: int, characters: int) -> None:
        d = document
        row = StoredDocument(
            key, d.id, d.path, d.title, d.author, d.date, d.collection, d.encoding,
            d.title_is_derived, d.details, d.date_written, d.date_guessed, sections, passages, characters,
        )  # fmt: skip
        self.batch.documents.append(row)

    def _say_cut(self, document: Document, known: _Known) -> None:
        """Name a document of which passages or sections do not have all of their context."""
        cut, short = known.contexts.cut, known.contexts.short
        if cut or short:
            self.note(note(document.path, "context_cut", _named(document), cut, short))

    def _sections(self, document: Document, key: int, first: int, paths: Iterable[tuple[str, ...]]) -> None:
        self.batch.sections += [
            StoredSection(
                section_key(key, index), s.heading, path, s.author, s.affiliation, s.author or document.author
            )
            for index, (s, path) in enumerate(zip(document.sections, paths, strict=True), first)
        ]

    def _passages(self, key: int, part: list[cutting.Passage], ways: list[Way], piece_of_first: int) -> None:
        columns, first = self.batch.passages, passage_key(key, 0)
        columns.key += [first + passage.position for passage in part]
        columns.id += [id_number(passage.id) for passage in part]
        columns.kind += [int(passage.kind) for passage in part]
        columns.section += [passage.section for passage in part]
        columns.piece += [passage.piece for passage in part]
        columns.way += [ways[passage.piece - piece_of_first] for passage in part]
        for passage in part:
            source = passage.source
            whole = len(source) == 1 and source[0][1] - source[0][0] == len(passage.text)
            columns.start.append(source[0][0] if source else 0)
            columns.ranges.append(None if whole else json.dumps(source, separators=(",", ":")))

    def _records(self, document: Document, known: _Known, part: list[cutting.Passage]) -> None:
        columns = self.batch.records
        key, when = known.key, known.when
        number = len(part)
        sections = [known.contexts.section(passage.section) for passage in part]
        first = by_date(when.day, key, 0)
        columns.key += [passage_key(key, passage.position) for passage in part]
        columns.document += [key] * number
        columns.section += [section_key(key, passage.section) for passage in part]
        columns.author += [section.author for section in sections]
        columns.collection += [document.collection] * number
        columns.details += [packed(document.details)] * number
        columns.year += [when.year] * number
        columns.date_from += [when.first] * number
        columns.date_to += [when.last] * number
        columns.by_date += [first + passage.position for passage in part]
        columns.kind += [int(passage.kind) for passage in part]
        for title, heading, byline in known.contexts.carried(part):
            columns.title.append(title)
            columns.heading.append(heading)
            columns.byline.append(byline)


def _named(document: Document) -> str:
    """A document as a note names it."""
    return document.title if len(document.title) <= 60 else f"{document.title[:60]}…"


def _lots(found: list[cutting.Passage], size: int) -> Iterator[tuple[list[cutting.Passage], int]]:
    """Passages in lists of about ``size`` characters, with the characters of each."""
    start = characters = 0
    for number, passage in enumerate(found, 1):
        characters += len(passage.text)
        if characters >= size or number == len(found):
            yield found[start:number], characters
            start, characters = number, 0

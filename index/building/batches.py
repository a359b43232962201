"""From source files to batches: documents are read, cut into passages, and dealt out as columns.

A file that cannot be read now is read as it is archived. Analysis is a second step
(``index.building.columns.analyse``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archive import passages as cutting
from archive.digests import Ordinals
from archive.errors import said
from archive.messages import Notes, note, short
from archive.model import Document, DocumentPart, Note, Piece, Section, merged
from archive.readers import read
from archive.sources import SourceFile
from archive.store import StoredDocument, StoredPassage, StoredSection, StoredSource, TextStore, Way
from archive.store.schema import id_number
from archive.store.writing import packed
from index import document_keys
from index.analysis.analyzer import Analyzer
from index.building.columns import Batch
from index.building.room import Contexts
from index.document_keys import Dates, DocumentKeys, Span, by_date, dates, passage_key, section_key

BATCH = 100_000
"""Characters of text in a batch: some 20 MB of memory while it is analysed, a twentieth of a second of work.

Larger batches are not cheaper per character, and the engine waits longer for the first one.
"""

BYTES_A_CHARACTER = 3
"""Of Chinese in UTF-8: for the progress within a file."""


_PART = 20_000
"""Passages of a long document that are held at a time."""

_SAID_AGAIN = ("bad_date", "context_cut")
"""The codes of notes that are made while documents are analysed, not while a file is read."""


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
        progress = 0
        reading = (
            read(task.source, encoding, kept)
            if task.texts is None
            else ArchivedReading(task.source, task.texts)
        )
        maker.begin(task.source.relative, DocumentKeys(task.span, task.source.size))
        for item in reading:
            if isinstance(item, Note):
                maker.batch.notes.append(item)
                continue
            for batch in maker.add(item, size):
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
    if rest.sources or rest.notes or rest.documents or rest.texts:
        yield rest


class _Begun(Struct):
    """A document of which a part was read, often the only one.

    Attributes:
        row: what is stored of it, before it is known how much there is in it.
        full: a part has no room, and later ones have none either.
    """

    row: StoredDocument
    when: Dates
    contexts: Contexts
    cutter: cutting.Cutter
    sections: int = 0
    passages: int = 0
    characters: int = 0
    full: bool = False


class _Maker:
    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._contexts: dict[tuple[str, ...], str] = {}
        self.batch = Batch()
        self._begun: _Begun | None = None

    def begin(self, path: str, keys: DocumentKeys) -> None:
        """The next documents are of this file, and have these keys."""
        self._notes, self._keys = Notes(path), keys

    def end(self) -> None:
        """All of the file was read, or as much of it as can be."""
        self._end_document()
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

    def add(self, document: Document, size: int) -> Iterator[Batch]:
        """Add a document, or the next part of one; yields the batches that became full."""
        part = document.part
        begun = self._begun = self._begun or self._begin_document(document)
        if not begun.full:
            found = begun.cutter.passages(document.pieces, part.piece)
            sections = max(begun.sections, part.section + len(document.sections))
            begun.full = (
                begun.cutter.position > self._keys.most_passages or sections > document_keys.MAX_SECTIONS
            )
            if begun.full:
                self._say_full(begun)
            else:
                begun.sections = sections
                begun.passages += len(found)
                begun.characters += sum(len(passage.text) for passage in found)
                yield from self._add_all(document, begun, found, size)
                begun.contexts.end(begun.sections - 1)
        if part.last:
            self._end_document()

    def _begin_document(self, document: Document) -> _Begun:
        d = document
        row = StoredDocument(
            self._keys.next, d.id, d.path, d.title, d.author, d.date, d.collection, d.encoding,
            d.title_is_derived, d.details, d.date_written, d.date_guessed, 0, 0, 0,
        )  # fmt: skip
        seen = None if d.part.last else Ordinals()
        return _Begun(row, self._dates(d), Contexts(d, self.context), cutting.Cutter(d.id, seen))

    def _end_document(self) -> None:
        """Store how much there is in the document that was begun."""
        begun, self._begun = self._begun, None
        if begun is None or (begun.full and not begun.sections):
            return
        row = replace(
            begun.row, sections=begun.sections, passages=begun.passages, characters=begun.characters
        )
        self.batch.documents.append(row)
        self._keys.take(begun.characters, begun.passages)
        cut, short = begun.contexts.cut, begun.contexts.short
        if cut or short:
            self.note(note(begun.row.path, "context_cut", _named(begun.row), cut, short))

    def _say_full(self, begun: _Begun) -> None:
        """Name a document of which there is no room for the rest, or for anything."""
        row, most = begun.row, max(0, self._keys.most_passages)
        if begun.passages:
            self.note(note(row.path, "left_out.rest", _named(row), begun.passages, left_out=True))
        else:
            few = said("there is room for {:,} passages of the document {}", most, row.id)
            many = said("the document {} has more than {:,} passages", row.id, most)
            reason = few if most < document_keys.MAX_PASSAGES else many
            self.note(note(row.path, "left_out.whole", _named(row), reason, left_out=True))

    def _add_all(
        self, document: Document, begun: _Begun, found: list[cutting.Passage], size: int
    ) -> Iterator[Batch]:
        """Add sections and passages of a document, or of a part of one."""
        part = document.part
        self._sections(document, begun.row.key, begun.contexts.begin(document))
        ways = [(piece.rule, piece.joined, piece.moved) for piece in document.pieces]
        for some, characters in _lots(found, size // 4):
            self._passages(begun.row.key, some, ways, part.piece)
            self._records(begun, some)
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

    def _sections(self, document: Document, key: int, paths: Iterable[tuple[str, ...]]) -> None:
        self.batch.sections += [
            StoredSection(
                section_key(key, index), s.heading, path, s.author, s.affiliation, s.author or document.author
            )
            for index, (s, path) in enumerate(
                zip(document.sections, paths, strict=True), document.part.section
            )
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

    def _records(self, begun: _Begun, part: list[cutting.Passage]) -> None:
        columns, row, when, number = self.batch.records, begun.row, begun.when, len(part)
        sections = [begun.contexts.section(passage.section) for passage in part]
        first = by_date(when.day, row.key, 0)
        columns.key += [passage_key(row.key, passage.position) for passage in part]
        columns.document += [row.key] * number
        columns.section += [section_key(row.key, passage.section) for passage in part]
        columns.author += [section.author for section in sections]
        columns.collection += [row.collection] * number
        columns.details += [packed(row.details)] * number
        columns.year += [when.year] * number
        columns.date_from += [when.first] * number
        columns.date_to += [when.last] * number
        columns.by_date += [first + passage.position for passage in part]
        columns.kind += [int(passage.kind) for passage in part]
        for title, heading, byline in begun.contexts.carried(part):
            columns.title.append(title)
            columns.heading.append(heading)
            columns.byline.append(byline)


def _named(document: Document | StoredDocument) -> str:
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


class ArchivedReading:
    """What ``archive.readers.SourceReading`` gave when the file was read for ``texts``. Iterating raises
    ``StoreError``.
    """

    def __init__(self, source: SourceFile, texts: Path) -> None:
        self.source = source
        self.digest: str | None = None
        self.described = b""
        self._texts = texts

    def __iter__(self) -> Iterator[Document | Note]:
        path = self.source.relative
        with closing(TextStore(self._texts)) as store:
            yield from (note for note in store.notes_of(path) if note.code not in _SAID_AGAIN)
            documents = store.documents_of(path)
            for stored in documents:
                yield from _archived(store, stored, in_parts=len(documents) == 1)
            old = store.source(path)
            self.described = old.described if old is not None else b""
            self.digest = old.digest.hex() if old is not None and old.digest is not None else None


def _archived(store: TextStore, stored: StoredDocument, *, in_parts: bool) -> Iterator[Document]:
    """A document, as a whole or in parts."""
    sections = [Section(s.heading, s.path, s.author, s.affiliation) for s in store.sections_of(stored.key)]
    step = _PART if in_parts and stored.passages > _PART else max(1, stored.passages)
    begun, last_piece = 0, -1
    for start in range(0, max(1, stored.passages), step):
        found = store.passages_of(stored.key, start, step)
        last = start + step >= stored.passages
        end = len(sections) if last else found[-1].section + 1
        piece = found[0].piece if found else 0
        part = DocumentPart(begun, piece, continues=piece == last_piece, last=last)
        yield Document(
            stored.id, stored.path, stored.title, tuple(sections[begun:end]), tuple(_pieces(found)),
            stored.author, stored.date, stored.collection, stored.encoding, stored.title_is_derived,
            stored.details, stored.date_written, stored.date_guessed, part,
        )  # fmt: skip
        begun, last_piece = max(begun, end), found[-1].piece if found else -1


def _pieces(passages: Iterable[StoredPassage]) -> Iterator[Piece]:
    """The pieces of which these are the passages; each has at least one."""
    for _, group in groupby(passages, key=lambda passage: passage.piece):
        some = list(group)
        first = some[0]
        text = "".join(passage.text for passage in some)
        source = merged(one_range for passage in some for one_range in passage.source)
        yield Piece(first.kind, text, source, first.section, first.rule, first.joined, first.moved)

"""From source files to batches: the rows of the text store and the records of the engine, as columns.

In two steps, which may be taken in two processes: reading (``batches``: structure and passages) and analysis
(``analyse``: the streams, four times as many bytes as the texts are). A batch is cheap to send from one to
another.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from archive import passages as cutting
from archive import records
from archive.errors import said
from archive.messages import note
from archive.model import Document, Kind, Note, Part, Section
from archive.notes import Notes
from archive.ordinals import Ordinals
from archive.readers import read
from archive.sources import SourceFile
from archive.store import StoredSource, Way
from archive.store.schema import id_number, pack
from index.analysis.analyzer import Analyzer
from index.building.keeping import ArchivedReading
from index.building.room import BEGINNING, Room, beginning
from index.document_keys import (
    MAX_PASSAGES,
    MAX_SECTIONS,
    Dates,
    DocumentKeys,
    KeyRoomError,
    Span,
    by_date,
    dates,
    document_of,
    passage_key,
    section_key,
)

BATCH = 100_000
"""Characters of text in a batch: some 20 MB of memory while it is analysed, a twentieth of a second of work.

Of five times the size a character takes no less work, and the engine waits longer for the first one.
"""

BYTES_A_CHARACTER = 3
"""Of Chinese in UTF-8: for the progress within a file."""


class Renamed(NamedTuple):
    """The key and the id for a document whose own id is another's already."""

    key: int
    id: str


class Task(NamedTuple):
    """A file to read.

    Attributes:
        span: the document keys that it may use.
        inode: of the file when the folder was scanned, 0 where the system has none.
        renamed: the only documents of the file that are wanted, by their ordinal from 0, and what they get.
        texts: of a file that cannot be read now, the text store that has it as it was read before.
    """

    source: SourceFile
    span: Span
    inode: int = 0
    renamed: Mapping[int, Renamed] | None = None
    texts: Path | None = None


@dataclass(slots=True)
class Batch:
    """Rows of tables as in ``archive.store.schema``, with names where the store has their integers.

    ``passages`` and ``records`` are columns: the one of the table without ``way``, and those of
    ``index.engines.base.Record``. ``ordinals`` are the places of ``documents`` within their files, from 0.
    ``texts`` are those of its passages until it is analysed, and what is made of them is not there yet.
    ``counts`` are of documents that began in a batch before: sections, passages, characters, key.
    ``done`` are the bytes of source that were read for it, within a file estimated.
    """

    documents: list[tuple[Any, ...]] = field(default_factory=list)
    ordinals: list[int] = field(default_factory=list)
    counts: list[tuple[int, int, int, int]] = field(default_factory=list)
    sections: list[tuple[Any, ...]] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    passages: tuple[list[Any], ...] = field(default_factory=lambda: tuple([] for _ in range(8)))
    records: tuple[list[Any], ...] = field(default_factory=lambda: tuple([] for _ in range(16)))
    texts: list[str] = field(default_factory=list)
    sources: list[StoredSource] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    characters: int = 0
    done: int = 0

    def without(self, dropped: Collection[int]) -> Batch:
        """The batch, which was analysed, without the documents of these keys."""
        keep = [n for n, document in enumerate(self.records[1]) if document not in dropped]
        chosen = [n for n, row in enumerate(self.documents) if row[0] not in dropped]

        def columns(lists: Iterable[list[Any]]) -> tuple[list[Any], ...]:
            return tuple([values[n] for n in keep] for values in lists)

        return replace(
            self,
            documents=[self.documents[n] for n in chosen],
            ordinals=[self.ordinals[n] for n in chosen],
            counts=[row for row in self.counts if row[-1] not in dropped],
            sections=[row for row in self.sections if document_of(row[0]) not in dropped],
            ways=[self.ways[n] for n in keep],
            passages=columns(self.passages),
            records=columns(self.records),
        )


def analyse(batch: Batch, analyzer: Analyzer) -> None:
    """Make of its texts what the engine and the store need."""
    texts, batch.texts = batch.texts, []
    words, grams, chars = batch.records[10:13]
    for streams in analyzer.batch(texts):
        words.append(streams.words)
        grams.append(streams.grams)
        chars.append(streams.chars)
    batch.passages[7].extend(map(pack, texts))


def batches(
    tasks: Iterable[Task], analyzer: Analyzer, encoding: str | None, size: int = BATCH
) -> Iterator[Batch]:
    """The content of files, in order, in batches of about ``size`` characters however large a file is.

    They are not analysed yet; the analyzer is for titles, headings and bylines, and cuts no words. Never
    raises for what stands in a file: what could not be read is a note.
    """
    maker = _Maker(analyzer)
    for task in tasks:
        keys = DocumentKeys(task.span, task.source.size)
        progress = 0
        reading = (
            read(task.source, encoding) if task.texts is None else ArchivedReading(task.source, task.texts)
        )
        maker.begin(task.source.relative, noted=task.renamed is not None)
        ordinal = 0
        for item in reading:
            if isinstance(item, Note):
                if task.renamed is None:
                    maker.batch.notes.append(item)
                continue
            made: Iterator[Batch] = iter(())
            if task.renamed is None:
                made = maker.add(item, ordinal, size, keys)
            elif ordinal in task.renamed:
                key, name = task.renamed[ordinal]
                made = maker.add(records.replace(item, id=name), ordinal, size, key)
            for batch in made:
                step = min(BYTES_A_CHARACTER * batch.characters, task.source.size - progress)
                batch.done += step
                progress += step
                yield batch
            if item.part is None or item.part.last:
                ordinal += 1
        maker.end()
        maker.batch.done += task.source.size - progress
        if task.renamed is None:
            found = reading.source
            digest = None if reading.digest is None else bytes.fromhex(reading.digest)
            maker.batch.sources.append(
                StoredSource(found.relative, found.size, found.mtime_ns, task.inode, digest)
            )
    rest = maker.batch
    if rest.sources or rest.notes or rest.documents or rest.counts or rest.texts:
        yield rest


class _Context(NamedTuple):
    """What the records of a section have in common: two of its columns, and the context of its passages.

    ``path`` and ``byline`` are texts, and ``needed`` are all their characters.
    """

    key: int
    author: str | None
    path: tuple[str, ...]
    byline: tuple[str | None, ...]
    needed: int


@dataclass(slots=True)
class _Known:
    """What the records of a document have in common, its contexts by section, and the room for these.

    ``begun`` is the last section of which a passage carries all of the context; ``cut`` counts passages that
    do not, ``short`` sections of which the headings above are not named in full.
    """

    key: int
    when: Dates
    title: str
    sections: dict[int, _Context] = field(default_factory=dict)
    paths: Room = field(default_factory=Room)
    contexts: Room = field(default_factory=Room)
    begun: int = -1
    cut: int = 0
    short: int = 0


@dataclass(slots=True)
class _Long:
    """A document of which parts were added: what goes on in the next part.

    ``full`` says that there was no room for a part, and so for no later one; ``most`` how many passages it
    may have.
    """

    known: _Known
    cutter: cutting.Cutter
    most: int
    sections: int = 0
    passages: int = 0
    characters: int = 0
    full: bool = False


class _Maker:
    """Fills batches."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._contexts: dict[tuple[str, ...], str] = {}
        self.batch = Batch()
        self._long: _Long | None = None
        self._notes: Notes | None = None

    def begin(self, path: str, *, noted: bool) -> None:
        """The next documents are of this file; ``noted``: what is said of it was said before."""
        self._notes = None if noted else Notes(path)

    def end(self) -> None:
        """All of the file was read, or as much of it as can be."""
        self.end_long()
        if self._notes is not None:
            self.batch.notes.extend(self._notes.rest())

    def note(self, *notes: Note) -> None:
        """What is to be said of a document, unless it was said of too many of the same file."""
        if self._notes is not None:
            for note in notes:
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

    def add(self, document: Document, ordinal: int, size: int, keys: DocumentKeys | int) -> Iterator[Batch]:
        """Add a document with this key, or the next of these; yields the batches that became full."""
        if document.part is not None:
            yield from self._add_part(document, document.part, ordinal, size, keys)
            return
        found = cutting.passages(document)
        characters = sum(len(passage.text) for passage in found)
        self.note(*document.notes)
        try:
            if len(found) > MAX_PASSAGES or len(document.sections) > MAX_SECTIONS:
                raise KeyRoomError(
                    said("the document {} has more than {:,} passages", document.id, MAX_PASSAGES)
                )
            key = keys if isinstance(keys, int) else keys.next(characters, len(found))
        except KeyRoomError as error:
            why = _named(document), str(error)
            self.note(note(document.path, "left_out.whole", *why, left_out=True))
            return
        self._document(document, ordinal, key, len(document.sections), len(found), characters)
        known = _Known(key, self._dates(document), self.context(document.title))
        yield from self._add_all(document, known, found, size)
        self._say_cut(document, known)

    def _add_part(
        self, document: Document, part: Part, ordinal: int, size: int, keys: DocumentKeys | int
    ) -> Iterator[Batch]:
        """Add a part of a document whose other parts come before and after it."""
        long = self._long
        if long is None:
            most = MAX_PASSAGES if isinstance(keys, int) else keys.most_passages
            key = keys if isinstance(keys, int) else keys.next(0, 1)
            known = _Known(key, self._dates(document), self.context(document.title))
            long = self._long = _Long(known, cutting.Cutter(document.id, Ordinals()), most)
            self._document(document, ordinal, key, 0, 0, 0)
        room = not long.full
        found = long.cutter.passages(document.pieces, part.piece) if room else []
        sections = max(long.sections, part.section + len(document.sections))
        long.full = long.full or long.cutter.position > long.most or sections > MAX_SECTIONS
        if long.full and room:
            where = _named(document), long.passages
            self.note(note(document.path, "left_out.rest", *where, left_out=True))
        if not long.full:
            long.sections = sections
            long.passages += len(found)
            long.characters += sum(len(passage.text) for passage in found)
            yield from self._add_all(document, long.known, found, size)
            last = long.sections - 1
            for index in [index for index in long.known.sections if index != last]:
                del long.known.sections[index]  # the next part goes on in the last one
        if part.last:
            self._say_cut(document, long.known)

    def end_long(self) -> None:
        """Say how much there is of a document in parts, whether or not its file was read to the end."""
        long, self._long = self._long, None
        if long is not None:
            self.batch.counts.append((long.sections, long.passages, long.characters, long.known.key))

    def _add_all(
        self, document: Document, known: _Known, found: list[cutting.Passage], size: int
    ) -> Iterator[Batch]:
        """Add sections and passages of a document, or of a part of one."""
        part = document.part or Part()
        key, sections = known.key, known.sections
        paths = _paths(document, known, part.section)
        for index, (section, path) in enumerate(zip(document.sections, paths, strict=True), part.section):
            byline = _byline(section, document)
            needed = len(document.title) + sum(map(len, path)) + sum(len(text or "") for text in byline)
            author = section.author or document.author
            sections[index] = _Context(section_key(key, index), author, path, byline, needed)
        self._sections(document, key, part.section, paths)
        ways = [(piece.rule, piece.joined, piece.moved) for piece in document.pieces]
        for some, characters in _lots(found, size // 4):
            self._passages(key, some, ways, part.piece)
            self._records(document, known, some)
            self.batch.texts += [passage.text for passage in some]
            self.batch.characters += characters
            if self.batch.characters >= size:
                yield self.take()

    def _dates(self, document: Document) -> Dates:
        try:
            return dates(document.date)
        except ValueError:
            self.note(note(document.path, "bad_date", _named(document), repr(document.date)))
            return dates(None)

    def _document(
        self, document: Document, ordinal: int, key: int, sections: int, passages: int, characters: int
    ) -> None:
        d = document
        row = (
            key, d.id, d.path, d.title, d.author, d.date, d.collection, d.encoding,
            int(d.title_is_derived), d.origin, sections, passages, characters,
        )  # fmt: skip
        self.batch.documents.append(row)
        self.batch.ordinals.append(ordinal)

    def _say_cut(self, document: Document, known: _Known) -> None:
        """Name a document of which passages or sections do not have all of their context."""
        if known.cut or known.short:
            self.note(note(document.path, "context_cut", _named(document), known.cut, known.short))

    def _sections(self, document: Document, key: int, first: int, paths: Iterable[tuple[str, ...]]) -> None:
        self.batch.sections += [
            (
                section_key(key, index),
                section.heading,
                json.dumps(path, ensure_ascii=False) if path else "[]",
                section.author,
                section.affiliation,
            )
            for index, (section, path) in enumerate(zip(document.sections, paths, strict=True), first)
        ]

    def _passages(self, key: int, part: list[cutting.Passage], ways: list[Way], piece_of_first: int) -> None:
        keys, ids, kinds, sections, pieces, starts, ranges, _ = self.batch.passages
        first = passage_key(key, 0)
        for passage_id, position, kind, section, piece, _start, _end, text, source in part:
            keys.append(first + position)
            ids.append(id_number(passage_id))
            kinds.append(int(kind))
            sections.append(section)
            pieces.append(piece)
            whole = len(source) == 1 and source[0][1] - source[0][0] == len(text)
            starts.append(source[0][0] if source else 0)
            ranges.append(None if whole else json.dumps(source, separators=(",", ":")))
            self.batch.ways.append(ways[piece - piece_of_first])

    def _records(self, document: Document, known: _Known, part: list[cutting.Passage]) -> None:
        columns = self.batch.records
        key, when = known.key, known.when
        number = len(part)
        of_passages = [known.sections[passage.section] for passage in part]
        first = by_date(when.day, key, 0)
        columns[0].extend(passage_key(key, passage.position) for passage in part)
        columns[1].extend([key] * number)
        columns[2].extend(context.key for context in of_passages)
        columns[3].extend(context.author for context in of_passages)
        columns[4].extend([document.collection] * number)
        columns[5].extend([when.year] * number)
        columns[6].extend([when.first] * number)
        columns[7].extend([when.last] * number)
        columns[8].extend(first + passage.position for passage in part)
        columns[9].extend(int(passage.kind) for passage in part)
        needed = sum(context.needed for context in of_passages)
        if known.contexts.takes(needed, number, sum(len(passage.text) for passage in part)):
            carried = [(known.title, self.context(*c.path), self.context(*c.byline)) for c in of_passages]
        else:
            carried = [
                self._carried(document, known, passage, context)
                for passage, context in zip(part, of_passages, strict=True)
            ]
        for column, streams in zip(columns[13:], zip(*carried, strict=True), strict=True):
            column.extend(streams)

    def _carried(
        self, document: Document, known: _Known, passage: cutting.Passage, context: _Context
    ) -> tuple[str, str, str]:
        """The streams of title, headings and byline of a passage, as far as there is room for them.

        The first passage of the document, and of each section, has all of what begins with it.
        """
        first, opens = passage.position == 0, passage.section > known.begun
        known.begun = max(known.begun, passage.section)
        characters = len(passage.text)
        title, path, byline = known.title, context.path, context.byline
        if not known.contexts.takes(context.needed, 1, characters):
            known.contexts.takes(3 * BEGINNING, 1, characters)
            known.cut += 1
            if not first:
                title = self.context(beginning(document.title))
            if not opens:
                path = tuple(map(beginning, path[-1:]))
            if passage.kind in (Kind.BYLINE, Kind.AUTHOR):
                byline = (passage.text,)
            elif not first and not (opens and byline != _byline(Section(), document)):
                byline = tuple(beginning(text) for text in byline if text)
        return title, self.context(*path), self.context(*byline)


def _paths(document: Document, known: _Known, first: int) -> list[tuple[str, ...]]:
    """The headings of each section, from the outermost to its own, as far as there is room for the outer."""
    paths = [section.path for section in document.sections]
    needed = sum(sum(map(len, path)) for path in paths)
    if known.paths.takes(needed, len(paths), sum(len(piece.text) for piece in document.pieces)):
        return paths
    sizes: Counter[int] = Counter()
    for piece in document.pieces:
        sizes[piece.section] += len(piece.text)
    for index, (section, path) in enumerate(zip(document.sections, paths, strict=True)):
        above = path if section.heading is None else path[:-1]
        if not known.paths.takes(sum(map(len, above)), 1, sizes[first + index]):
            known.paths.takes(3 * BEGINNING, 1, sizes[first + index])
            known.short += 1
            paths[index] = (*map(beginning, above[-3:]), *path[len(above) :])
    return paths


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


def _byline(section: Section, document: Document) -> tuple[str | None, str | None]:
    """The nearest byline: the section's own, else the document's."""
    return (section.author, section.affiliation) if section.author else (document.author, None)

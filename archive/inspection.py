"""A text as a build reads it, for its owner: its lines, its fields, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archive.described import NOTHING, Described, origins
from archive.folder import about
from archive.formats import HEAD, Format, format_of
from archive.model import Document, Note
from archive.page.inspect import InspectedRow, rows_of_parts
from archive.readers import read
from archive.readers.extracted import leading, rows_of_extracts
from archive.readers.files import HashedFile, TextFile
from archive.readers.plain import encoding_notes, structured_parts
from archive.sources import SourceFile


def source_in(file: Path, top: Path) -> tuple[SourceFile, list[Note]]:
    """A file of a folder of texts with what others there say of it, and notes on what is wrong in these."""
    relative, described, notes = about(file, top)
    status = file.stat()
    return SourceFile(file, relative, status.st_size, status.st_mtime_ns, described), notes


def holds_many(source: SourceFile) -> bool:
    """Whether the documents of a file are its rows, records or members: what is said of it is of them all."""
    first = next((item for item in read(source) if isinstance(item, Document)), None)
    return first is not None and first.id != source.relative


def fields_of(source: SourceFile, encoding: str | None = None) -> list[tuple[str, str, str]]:
    """The fields of the document, each with its value and where that comes from."""
    own = _own(source, encoding)
    return [] if own is None else list(origins(own, source.described))


def _own(source: SourceFile, encoding: str | None) -> Document | None:
    """The document as its file alone says it."""
    items = read(replace(source, described=_without_fields(source.described)), encoding)
    return next((item for item in items if isinstance(item, Document)), None)


def _without_fields(said: Described) -> Described:
    return replace(said, fields={}, members={})


class Inspection(Struct, frozen=True):
    """How a file is read: its format (None: it would be left out), its encoding, its rows; ``of_many``: rows
    of several documents, each led by its id and fields.
    """

    format: Format | None
    encoding: str
    rows: Iterable[InspectedRow]
    of_many: bool = False


@contextmanager
def inspected(
    source: SourceFile, encoding: str | None, notes: list[Note], *, why: bool = False
) -> Iterator[Inspection]:
    """A file as a build reads it, while its rows are taken; adds to the notes on it, some at the end."""
    said = source.described
    encoding = said.encoding or encoding
    with source.path.open("rb") as handle:
        found = format_of(source.path.name, handle.read(HEAD), said.reader)
        handle.seek(0)
        reader = found.reader if found else "plain"
        file = HashedFile(handle, said)
        if reader == "packed":
            rows = _rows_of_members(file, source, encoding, notes, why=why)
            yield Inspection(found, "utf-8", rows, of_many=True)
        elif reader == "jsonl":
            yield Inspection(found, "utf-8", _rows_of_records(source, encoding, notes), of_many=True)
        elif found and found.apart:
            many = reader in ("tables", "tei") and holds_many(source)
            rows = rows_of_extracts(reader, source, encoding, notes, why=why)
            yield Inspection(found, "utf-8", rows, of_many=many)
        else:
            text = TextFile(file, encoding)
            parts = structured_parts(text, why=why)
            yield Inspection(found, text.decoded.encoding, rows_of_parts(parts))
            notes += encoding_notes(text.decoded, source.relative)


def rows_of(source: SourceFile) -> list[InspectedRow]:
    """The rows of a text that is one document."""
    with inspected(source, None, []) as read:
        return list(read.rows)


def _rows_of_members(
    file: HashedFile, source: SourceFile, encoding: str | None, notes: list[Note], *, why: bool
) -> Iterator[InspectedRow]:
    """The rows of the files in an archive; adds to the notes on it."""
    from archive.readers.packed import read_members

    said = replace(source.described, corrections=NOTHING.corrections, reader=None)

    def rows(member: SourceFile) -> Iterator[InspectedRow]:
        member = replace(member, described=said)
        with inspected(member, encoding, notes, why=why) as read:
            if not read.of_many and (own := _own(member, encoding)):
                yield leading(own, said)
            yield from read.rows

    for item in read_members(file, source.relative, rows):
        if isinstance(item, Note):
            notes.append(item)
        else:
            yield item


def _rows_of_records(source: SourceFile, encoding: str | None, notes: list[Note]) -> Iterator[InspectedRow]:
    """The pieces of records, which no rule decides; their lines are counted in each."""
    said = source.described
    for item in read(replace(source, described=_without_fields(said)), encoding):
        if isinstance(item, Note):
            notes.append(item)
            continue
        yield leading(item, said)
        for line, one in enumerate(item.pieces, 1):
            path = item.sections[one.section].path
            yield InspectedRow(line, line, one.kind, one.rule, one.joined, one.moved, path, one.text)


class Unit(Struct, frozen=True):
    """A line of a text: ``joined`` says that it goes on in the one above it."""

    line: int
    joined: bool
    kind: str
    text: str


def units(rows: Iterable[InspectedRow]) -> list[Unit]:
    """The lines in reading order."""
    found: dict[int, Unit] = {}
    above = 0
    placed = [(row.piece, row.kind, row) for row in rows if row.piece is not None and row.kind is not None]
    for piece, kind, row in sorted(placed, key=lambda one: one[0]):
        if row.line not in found:
            found[row.line] = Unit(row.line, piece == above, kind.label, " ".join(row.text.split()))
        above = piece
    return list(found.values())

"""A text as a build reads it, for its owner: its lines, its fields, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archive.described import origins
from archive.encoding import TextFile
from archive.folder import about
from archive.formats import HEAD, Format, format_of
from archive.model import Document, Note
from archive.page.inspect import InspectedRow, rows_of_parts
from archive.readers import read
from archive.readers.files import HashedFile
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
    said = source.described
    items = read(replace(source, described=replace(said, fields={})), encoding)
    own = next((item for item in items if isinstance(item, Document)), None)
    return [] if own is None else list(origins(own, said))


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
    with source.path.open("rb") as handle:
        found = format_of(source.path.name, handle.read(HEAD), said.reader)
        handle.seek(0)
        reader = found.reader if found else "plain"
        if reader == "packed" or (reader in ("tables", "tei") and holds_many(source)):
            yield Inspection(found, "utf-8", _rows_of_members(source, encoding, notes), of_many=True)
        elif found and found.apart:
            from archive.readers.extracted import rows_of_extracts

            rows = rows_of_extracts(reader, source, said.encoding or encoding, notes, why=why)
            yield Inspection(found, "utf-8", rows)
        else:
            file = HashedFile(handle, said)
            text = TextFile(file.look_through, file.next, said.encoding or encoding)
            parts = structured_parts(file, text, why=why)
            yield Inspection(found, text.decoded.encoding, rows_of_parts(parts))
            notes += encoding_notes(text.decoded, source.relative)


def rows_of(source: SourceFile) -> list[InspectedRow]:
    """The rows of a text that is one document."""
    with inspected(source, None, []) as read:
        return list(read.rows)


def _rows_of_members(source: SourceFile, encoding: str | None, notes: list[Note]) -> Iterator[InspectedRow]:
    """The pieces of the files in an archive, each file led by its id and fields; what there is to say of them
    is added to ``notes``. Lines and sections are those of the file in the archive."""
    piece, said = 0, source.described
    for item in read(replace(source, described=replace(said, fields={}, members={})), encoding):
        if isinstance(item, Note):
            notes.append(item)
            continue
        if not item.part.piece:
            fields = tuple(origins(item, said))
            yield InspectedRow(0, None, None, "member", None, None, (), item.id, fields=fields)
        paths = [section.path for section in item.sections]
        for line, one in enumerate(item.pieces, item.part.piece + 1):
            piece += 1
            section = one.section - item.part.section
            path = paths[section] if 0 <= section < len(paths) else ()
            yield InspectedRow(line, piece, one.kind, one.rule, one.joined, one.moved, path, one.text)


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

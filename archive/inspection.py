"""A text as a build reads it, for its owner: its lines, its fields, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from archive.described import Corrections, Described, origins
from archive.folder import about
from archive.formats import HEAD, Format, format_of
from archive.model import Document, Note
from archive.page.inspect import InspectedRow
from archive.readers import SourceReading, checked, items
from archive.readers.files import HashedFile, Look
from archive.sources import SourceFile


def source_in(file: Path, top: Path) -> tuple[SourceFile, list[Note]]:
    """A file of a folder of texts with what others there say of it, and notes on what is wrong in these."""
    relative, described, notes = about(file, top)
    status = file.stat()
    return SourceFile(file, relative, status.st_size, status.st_mtime_ns, described), notes


class Inspection(Struct, frozen=True):
    """How a file is read.

    Attributes:
        format: None where a build would leave the file out.
        of_many: its documents are rows, records or members; each is led by a row with its id and fields.
        fields: of the one document, each with its value and where that comes from.
    """

    format: Format | None
    encoding: str
    rows: Iterable[InspectedRow]
    of_many: bool = False
    fields: tuple[tuple[str, str, str], ...] = ()


@contextmanager
def inspected(
    source: SourceFile, encoding: str | None, notes: list[Note], *, why: bool = False
) -> Iterator[Inspection]:
    """A file as a build reads it, while its rows are taken; adds to the notes on it, some at the end."""
    said, look = source.described, Look(why)
    with source.path.open("rb") as handle:
        file = HashedFile(handle, said, look=look)
        found = format_of(source.path.name, file.peek(HEAD), said.reader)
        packed = found is not None and found.reader in ("jsonl", "packed")
        if packed:
            own = replace(source, described=replace(said, fields={}, members={}, corrections=Corrections()))
            read: Iterable[Document | Note] = SourceReading(own, encoding, look=look)
        else:
            read = items(source, file, os.fstat(handle.fileno()), encoding)
        rows = _rows(checked(read, source), said, look, notes)
        first = next(rows, None)
        if packed or (first is not None and first.text != source.relative):
            yield Inspection(found, "utf-8", chain([first] if first else [], rows), of_many=True)
        else:
            yield Inspection(found, look.encoding, rows, fields=first.fields if first else ())


def _rows(
    read: Iterable[Document | Note], said: Described, look: Look, notes: list[Note]
) -> Iterator[InspectedRow]:
    """The rows of the documents, each led by one with its id and fields. The lines of a record, which no rule
    decides, are its pieces.
    """
    for item in read:
        if isinstance(item, Note):
            notes.append(item)
            continue
        if not item.part.section:
            fields = tuple(origins(item, said))
            yield InspectedRow(0, None, None, "member", None, None, (), item.id, fields=fields)
        seen, look.rows = look.rows, []
        yield from seen
        for line, one in enumerate(() if seen else item.pieces, 1):
            path = item.sections[one.section].path
            yield InspectedRow(line, line, one.kind, one.rule, one.joined, one.moved, path, one.text)


class Unit(Struct, frozen=True):
    """A line of a text: ``joined`` says that it goes on in the one above it."""

    line: int
    joined: bool
    kind: str
    text: str


def single_text(source: SourceFile) -> tuple[tuple[tuple[str, str, str], ...], list[Unit]] | None:
    """The fields and the lines of a text; None for a file of rows, records or members: what is said of it
    is of them all.
    """
    with inspected(source, None, []) as read:
        return None if read.of_many else (read.fields, units(read.rows))


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

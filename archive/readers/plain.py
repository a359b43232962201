"""Plain text files: one document, in parts where the file is long, numbered as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from archive.damage import Damage, damage
from archive.decoding import FOREIGN
from archive.encoding import LINES_NAMED, Decoded
from archive.messages import note
from archive.model import Document, DocumentPart, Note
from archive.page import Structure, rules, structure
from archive.page.given import BREAK, lines_meant, of_owner
from archive.page.long import PART, StructuredPart, parts, structured
from archive.page.state import Stretch
from archive.readers.files import HashedFile, TextFile
from archive.readers.text import document_of

LONG = 16_000_000
"""Bytes of the longest file that is held as a whole: some 150 MB of memory while it is read."""

_END: Final = 1 << 16
"""Bytes at the end of a long file in which its author and its date are looked for, if the head has none."""


def read(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The one document of a text file, in parts if it is long, and notes on it."""
    text = TextFile(file, encoding)
    document: Document | None = None
    damaged: Note | None = None
    lines = 1
    corrected = file.described.corrections.named()
    before = 0
    for part in structured_parts(text):
        if corrected:
            corrected -= lines_meant(file.described.corrections, part.text.text, before)
            before += len(BREAK.findall(part.text.text))
        if damaged is None and (found := damage(part.text.text)):
            damaged = damage_note(path, found, lines + part.text.text.count("\n", 0, found.place))
        if document is None:
            if not part.text.text.strip():
                break
            read = part.structure if part.text.last else _with_foot(part.structure, text)
            document = document_of(read, path, encoding=text.decoded.encoding)
        if not part.text.last:
            lines += part.text.text.count("\n")
        yield replace(
            document,
            sections=part.structure.sections[0 if part.first else 1 :],
            pieces=part.structure.pieces if part.first and not part.text.start else tuple(part.pieces()),
            part=DocumentPart(part.section + (not part.first), part.piece, part.continues, part.text.last),
        )
    yield from encoding_notes(text.decoded, path)
    if damaged is not None and not text.decoded.broken:
        yield damaged
    if document is None:
        yield note(path, "empty.text")
    elif corrected:
        yield note(path, "metadata.nowhere", ", ".join(map(str, sorted(corrected))))


def structured_parts(text: TextFile, *, why: bool = False) -> Iterator[StructuredPart]:
    """The parts of a text file with their structure: one, unless it is long."""
    given = of_owner(text.file.described.corrections)
    return structured(parts(text.next, PART if text.file.size > LONG else LONG), why=why, given=given)


def encoding_notes(decoded: Decoded, path: str) -> Iterator[Note]:
    """What the report says of how a text was decoded."""
    if decoded.doubt:
        sure = "nearly" if decoded.doubt[1:] else "foreign" if decoded.encoding in FOREIGN else "poorly"
        yield note(path, f"encoding_doubtful.{sure}", *decoded.doubt)
    for encoding, lines, count in decoded.mixed:
        named = ", ".join(map(str, lines)) + " …" * (count > len(lines))
        yield note(path, "encoding_doubtful.mixed", encoding, named, line=lines[0])
    if decoded.broken:
        count, named = decoded.broken_lines, ", ".join(map(str, decoded.broken))
        number = "line" if count == 1 else "lines" if count <= LINES_NAMED else "more"
        further = (count - LINES_NAMED,) if number == "more" else ()
        values = (decoded.encoding, named, *further)
        yield note(path, f"broken_bytes.{number}", *values, line=decoded.broken[0], left_out=True)


def damage_note(path: str, found: Damage, line: int) -> Note:
    """The note on a text that was damaged before it came here."""
    return note(path, f"text_doubtful.{found.sign}", *found.values, line=line)


def _with_foot(read: Structure, text: TextFile) -> Structure:
    """The structure of the first part, with what the foot says where the part has no author or no date."""
    # A part of a character or of a line at the beginning is passed over.
    lines = text.end(_END).partition("\n")
    foot = structure(lines[2] or lines[0], Stretch(begins=False))
    if read.author is None and foot.author and not any(section.author for section in read.sections):
        lead = foot.sections[0]
        read = replace(read, author=foot.author, sections=(lead, *read.sections[1:]))
    dated = any(piece.rule in (rules.DATELINE, rules.PAGE_MARK) for piece in read.pieces)
    return read if read.date or dated else replace(read, date=foot.date)

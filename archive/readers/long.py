"""Plain texts that are too long to be held: one document, in parts that are read one after the other.

The memory that this takes does not grow with the file. The head is that of the first part, the foot that of
the last; sections, pieces, ranges and passages are numbered as those of one document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from archive.damage import damage
from archive.encoding import Decoded
from archive.encoding_detection import text_of
from archive.longtext import BLOCK, LongText, is_eten, recognise
from archive.messages import note
from archive.model import Document, Note, Part
from archive.page import Structure, rules, structure
from archive.page.long import StructuredPart, structured
from archive.page.parts import PART, parts
from archive.page.state import Stretch
from archive.readers import HashedFile
from archive.readers.plain import broken_note, damage_note, encoding_notes
from archive.readers.text import document_of

_END: Final = 1 << 16
"""Bytes at the end of a file in which its author and its date are looked for, if the head has none."""


def read_long(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The one document of a long text file, in parts, and notes on it."""
    text = LongFile(file, encoding)
    document: Document | None = None
    damaged: Note | None = None
    lines = 0
    for part in text.parts():
        if damaged is None and (found := damage(part.text.text)):
            damaged = damage_note(path, found, lines + part.text.text.count("\n", 0, found.place) + 1)
        lines += part.text.text.count("\n")
        if document is None:
            if part.text.last and not part.structure.pieces:
                break
            read = _with_foot(part.structure, text)
            document = document_of(read, path, encoding=text.decoded.encoding)
        yield replace(
            document,
            sections=part.structure.sections[0 if part.first else 1 :],
            pieces=tuple(part.pieces()),
            part=Part(part.section + (not part.first), part.piece, part.continues, part.text.last),
        )
    notes = list(text.notes(path))
    yield from notes
    if damaged is not None and not any(each.code == "broken_bytes" for each in notes):
        yield damaged
    if document is None:
        yield note(path, "empty.text")


class LongFile:
    """A long text file: how it is decoded, and its parts, once.

    Raises ``NotTextError`` and ``EncodingError``.
    """

    def __init__(self, file: HashedFile, encoding: str | None) -> None:
        self.decoded: Decoded = recognise(file.look_through(BLOCK), encoding)
        name = self.decoded.encoding
        self._mark = file.peek({"utf-16": 2, "utf-32": 4}.get(name, 0))
        self._file = file
        eten = name == "big5" and is_eten(file.look_through(BLOCK))
        self._text = LongText(file.next, name, eten=eten)

    def parts(self, *, why: bool = False) -> Iterator[StructuredPart]:
        """The parts with their structure."""
        return structured(parts(self._text.next, PART), why=why)

    def end(self) -> str:
        """The last lines of the file."""
        # In UTF-16 and UTF-32 the mark at the beginning says in which order bytes stand, at the end as well.
        data = self._mark + self._file.end(_END)
        lines = text_of(data, self.decoded.encoding).partition("\n")
        return lines[2] or lines[0]

    def notes(self, path: str) -> Iterator[Note]:
        """What is to be said of the encoding, when all parts were taken."""
        yield from encoding_notes(self.decoded, path)
        if self._text.broken:
            yield broken_note(path, self.decoded.encoding, self._text.broken, self._text.broken_lines)


def _with_foot(read: Structure, text: LongFile) -> Structure:
    """The structure of the first part, with what the foot says where the part has no author or no date."""
    foot = structure(text.end(), Stretch(begins=False))
    if read.author is None and foot.author and not any(section.author for section in read.sections):
        lead = foot.sections[0]
        read = replace(read, author=foot.author, sections=(lead, *read.sections[1:]))
    dated = any(piece.rule in (rules.DATELINE, rules.PAGE_MARK) for piece in read.pieces)
    return read if read.date or dated else replace(read, date=foot.date)

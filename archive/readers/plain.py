"""Plain text files: decoded here, given a structure by ``archive.readers.text``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.damage import Damage, damage
from archive.encoding import LINES_NAMED, Decoded, decode
from archive.messages import note
from archive.model import Document, Note
from archive.readers import HashedFile

LONG = 16_000_000
"""Bytes of the longest file that is held as a whole: some 150 MB of memory while it is read."""


def read(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The one document of a text file, in parts if it is long, or a note that it holds no text."""
    if file.size > LONG:
        from archive.readers.long import read_long

        yield from read_long(file, path, encoding)
        return
    from archive.readers.text import read_text

    decoded = decode(file.read(), encoding)
    notes = (*encoding_notes(decoded, path), *damage_notes(decoded, path))
    if not decoded.text.strip():
        yield from notes
        yield note(path, "empty.text")
        return
    yield read_text(decoded.text, path, encoding=decoded.encoding, notes=notes)


def encoding_notes(decoded: Decoded, path: str) -> Iterator[Note]:
    """What the report says of how a text was decoded."""
    if decoded.doubt:
        sure = "nearly" if len(decoded.doubt) == 2 else "poorly"
        yield note(path, f"encoding_doubtful.{sure}", *decoded.doubt)
    if decoded.broken:
        yield broken_note(path, decoded.encoding, decoded.broken)


def damage_notes(decoded: Decoded, path: str) -> Iterator[Note]:
    """What the report says of a text that could be decoded, and was damaged before."""
    if not decoded.broken and (found := damage(decoded.text)):
        yield damage_note(path, found, decoded.text.count("\n", 0, found.place) + 1)


def damage_note(path: str, found: Damage, line: int) -> Note:
    """The note on a text that was damaged before it came here."""
    return note(path, f"text_doubtful.{found.sign}", *found.values, line=line)


def broken_note(path: str, encoding: str, lines: Sequence[int], count: int | None = None) -> Note:
    """The note on bytes that are not of the encoding of their file, in the first of so many lines."""
    count = len(lines) if count is None else count
    named = ", ".join(map(str, lines[:LINES_NAMED]))
    number = "line" if count == 1 else "lines" if count <= LINES_NAMED else "more"
    values = (encoding, named, count - LINES_NAMED) if number == "more" else (encoding, named)
    return note(path, f"broken_bytes.{number}", *values, line=lines[0], left_out=True)

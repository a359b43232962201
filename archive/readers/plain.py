"""Plain text files: decoded here, given a structure by ``archive.readers.text``."""

from __future__ import annotations

from collections.abc import Iterator

from archive.encoding import Decoded, decode
from archive.model import Document, Note
from archive.readers import HashedFile

_LINES_NAMED = 20


def read(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The one document of a text file, or a note that it holds no text."""
    from archive.readers.text import read_text

    decoded = decode(file.read(), encoding)
    notes = tuple(encoding_notes(decoded, path))
    if not decoded.text.strip():
        yield from notes
        yield Note(path, "empty", "holds no text.")
        return
    yield read_text(decoded.text, path, encoding=decoded.encoding, notes=notes)


def encoding_notes(decoded: Decoded, path: str) -> Iterator[Note]:
    """What the report says of how a text was decoded."""
    if decoded.doubt:
        hint = "Look at it, and give --encoding if it is wrong."
        yield Note(path, "encoding_doubtful", f"{decoded.doubt}. {hint}")
    if decoded.broken:
        yield broken_note(path, decoded.encoding, decoded.broken)


def broken_note(path: str, encoding: str, lines: tuple[int, ...]) -> Note:
    """The note on bytes that are not of the encoding of their file."""
    named = ", ".join(map(str, lines[:_LINES_NAMED]))
    more = f" and {len(lines) - _LINES_NAMED} more" if len(lines) > _LINES_NAMED else ""
    where = f"line {named}" if len(lines) == 1 else f"lines {named}{more}"
    message = f"has bytes that are not {encoding} in {where}: U+FFFD (\ufffd) stands for them."
    return Note(path, "broken_bytes", message, line=lines[0], left_out=True)

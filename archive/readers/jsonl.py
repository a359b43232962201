"""JSON Lines: one document a line, read a line at a time (``docs/using/formats.md`` has the fields). GB18030
and Big5 are read beside UTF-8 (RFC 8259). A line that cannot be a document is a note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from archive.damage import damage_note, encoding_notes
from archive.digests import Names
from archive.encoding import Decoded, Decoder, NotTextError, canonical, check_junk, recognise
from archive.encoding_detection import Excerpt
from archive.messages import Notes, note, short
from archive.model import Document, Note
from archive.readers.files import HashedFile
from archive.readers.record import FIELDS, RecordError, document

LONGEST_LINE = 64 * 1024 * 1024
"""A longer line, in bytes, is left out: it would have to be held in memory several times."""

_SAMPLE = 1 << 18  # bytes from the first line on that is not ASCII, to decide the encoding by
# No text has these: half a surrogate pair (RFC 8259, 8.2) cannot be stored, and NUL ends strings elsewhere.
_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED_IMPOSSIBLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|\x00")


def read(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The documents of a file and the notes on its lines, in the order of the lines."""
    lines = _Lines(file, path, encoding)
    limit = Notes(path)
    seen = Names()
    unnamed = first_unnamed = 0
    unknown = Names()
    empty = True
    own = file.described.columns.keys()
    for item in lines:
        empty = False
        if isinstance(item, Note):
            yield from limit.pass_on(item)
            continue
        number, line = item
        try:
            record, repaired, repeated = _parse(line)
            found, fields, notes = document(record, path, number, lines.encoding, own)
            if found.id in seen:
                raise RecordError("id_again", found.id)
        except RecordError as error:
            yield from limit.pass_on(error.note(path, number))
            continue
        seen.add(found.id)
        if found.id == f"{path}#{number}":
            unnamed += 1
            first_unnamed = first_unnamed or number
        for name in fields:
            if name not in unknown:
                unknown.add(name)
                yield from limit.pass_on(note(path, "unknown_field", short(name), line=number))
        for name in repeated:
            yield from limit.pass_on(note(path, "repeated_field", repr(name), line=number, left_out=True))
        if repaired:
            yield from limit.pass_on(note(path, "bad_characters", line=number, left_out=True))
        for wrong in notes:
            yield from limit.pass_on(wrong)
        text = "\n".join(piece.text for piece in found.pieces)
        if not (repaired or lines.broke) and (damaged := damage_note(text, path)):
            yield from limit.pass_on(replace(damaged, line=number))
        yield found
    if empty:
        yield note(path, "empty.records")
    yield from limit.rest()
    yield from lines.notes()
    if unnamed:
        yield note(path, f"no_id.{'one' if unnamed == 1 else 'many'}", unnamed, line=first_unnamed)


def _parse(line: str) -> tuple[dict[str, Any], bool, list[str]]:
    """The object in a line; whether something in it became U+FFFD; the fields that it repeats with another
    value. The last one is taken, as most programs do (RFC 8259, 4)."""
    repeated: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            lost = {name for name, value in pairs if made[name] != value}
            repeated.extend(sorted(lost & FIELDS))
        return made

    try:
        # A control character in a string is not JSON, but harmless; NaN is what others write for "not known".
        record = json.loads(line, strict=False, parse_constant=lambda _: None, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise RecordError("json", error.msg, error.pos + 1) from None
    except RecursionError:
        raise RecordError("brackets") from None
    except ValueError as error:  # a number of thousands of digits
        raise RecordError("number", str(error)) from None
    if not isinstance(record, dict):
        raise RecordError("object", _kind(record))
    if _ESCAPED_IMPOSSIBLE.search(line):
        try:
            mended = _mend(record)
            return mended, bool(mended != record), repeated
        except RecursionError:
            raise RecordError("brackets") from None
    return record, False, repeated


def _mend(value: Any) -> Any:
    if isinstance(value, str):
        return _IMPOSSIBLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(name): _mend(item) for name, item in value.items()}
    return value


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return "a string"
    return "null" if value is None else "a number or a truth value"


class _Lines:
    """The lines of a file that are not blank, with their numbers from 1, and notes; ``broke``: the last one
    had bytes that could not be decoded.
    """

    def __init__(self, file: HashedFile, path: str, encoding: str | None) -> None:
        self._file = file
        self._path = path
        self._asked = encoding is not None
        self._found = Decoded("", "ascii" if encoding is None else canonical(encoding))
        self._decoder: Decoder | None = None
        if self._asked:
            self._decoder = Decoder(self.encoding, others=False)
        self.broke = False

    @property
    def encoding(self) -> str:
        """How the lines so far were decoded."""
        return self._found.encoding

    def notes(self) -> Iterator[Note]:
        """On the encoding of the file, when all lines were taken."""
        if self._decoder is not None:
            yield from encoding_notes(self._decoder.said(self._found), self._path)

    def __iter__(self) -> Iterator[tuple[int, str] | Note]:
        number = 0
        while data := self._file.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1:
                if data.startswith((b"\xff\xfe", b"\xfe\xff")):
                    self._found = Decoded("", "utf-16")
                self._check()
                data = data.removeprefix(b"\xef\xbb\xbf")
            if len(data) > LONGEST_LINE:
                while data and not data.endswith(b"\n"):
                    data = self._file.readline(1 << 20)
                yield RecordError("long", LONGEST_LINE >> 20).note(self._path, number)
                continue
            try:
                line = self._decode(data, number)
            except NotTextError as error:
                yield RecordError("not_text", error.message).note(self._path, number)
                continue
            if line and not line.isspace():
                yield number, line

    def _check(self) -> None:
        if self.encoding.startswith(("utf-16", "utf-32")):
            raise NotTextError(
                "JSON Lines in UTF-16 are not read.", hint="Save the file as UTF-8 (RFC 8259 wants that)."
            )

    def _decode(self, data: bytes, number: int) -> str:
        if self._decoder is None:
            if data.isascii() and b"\0" not in data:
                return data.decode("ascii")
            self._found = recognise([data])
            if self._found.doubt or self.encoding != "utf-8":
                self._found = recognise([data + self._file.peek(_SAMPLE).rpartition(b"\n")[0]])
            self._check()
            self._decoder = Decoder(self.encoding)
        try:
            text = data.decode(self.encoding)
            self.broke = "\0" in text
        except UnicodeDecodeError:
            self.broke = True
        if self.broke:
            check_junk([Excerpt(data)], self.encoding, others=not self._asked)
        self._decoder.line = number
        before = self._decoder.lost
        line = self._decoder.decode(data)
        self.broke = self._decoder.lost > before
        return line

"""JSON Lines: one document a line, read a line at a time (``docs/formats.md`` has the fields).

A record that cannot be a document is a note with its line and the reason; the other lines are read. RFC 8259
says that JSON is UTF-8; files in GB18030 or Big5 exist, and are decoded as what they read best as.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from archive.damage import damage
from archive.encoding import LINES_NAMED, NotTextError, canonical, decode
from archive.messages import note
from archive.model import Document, Note
from archive.notes import MOST_NOTES as MOST_NOTES
from archive.notes import Notes, short
from archive.ordinals import Names
from archive.readers import HashedFile
from archive.readers.plain import broken_note, damage_note, encoding_notes
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
    limit = Notes(path, MOST_NOTES)
    seen = Names()
    unnamed = first_unnamed = 0
    unknown = Names()
    empty = True
    for item in lines:
        empty = False
        if isinstance(item, Note):
            yield from limit.pass_on(item)
            continue
        number, line = item
        try:
            record, repaired, repeated = _parse(line)
            found, fields, notes = document(record, path, number, lines.encoding)
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
        if (
            not repaired
            and not lines.broke(number)
            and (harm := damage("\n".join(p.text for p in found.pieces)))
        ):
            yield from limit.pass_on(damage_note(path, harm, number))
        yield found
    if empty:
        yield note(path, "empty.records")
    yield from limit.rest()
    yield from lines.notes()
    if unnamed:
        yield note(path, f"no_id.{'one' if unnamed == 1 else 'many'}", unnamed, line=first_unnamed)


def _parse(line: str) -> tuple[dict[str, Any], bool, list[str]]:
    """The object in a line, whether something in it had to be replaced by U+FFFD, and which fields that are
    read an object has again, with another value: as most programs do, the last one is taken (RFC 8259, 4)."""
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
    """The lines of a file that are not blank, with their numbers from 1; notes on those that are too long."""

    def __init__(self, file: HashedFile, path: str, encoding: str | None) -> None:
        self._file = file
        self._path = path
        self._given = None if encoding is None else canonical(encoding)
        self._decided: str | None = None
        self._doubts: list[Note] = []
        self._broken: list[int] = []
        self._broken_lines = 0
        self._last_broken = 0

    @property
    def encoding(self) -> str:
        """How the lines so far were decoded."""
        return self._given or self._decided or "ascii"

    def broke(self, number: int) -> bool:
        """Whether the last line taken, which has this number, had bytes that could not be decoded."""
        return self._last_broken == number

    def notes(self) -> Iterator[Note]:
        """On the encoding of the file, when all lines were taken."""
        yield from self._doubts
        if self._broken:
            yield broken_note(self._path, self.encoding, self._broken, self._broken_lines)

    def __iter__(self) -> Iterator[tuple[int, str] | Note]:
        number = 0
        while data := self._file.readline(LONGEST_LINE + 1):
            number += 1
            if number == 1:
                if data.startswith((b"\xff\xfe", b"\xfe\xff")) or self.encoding.startswith(
                    ("utf-16", "utf-32")
                ):
                    raise NotTextError(
                        "JSON Lines in UTF-16 are not read.",
                        hint="Save the file as UTF-8 (RFC 8259 wants that).",
                    )
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

    def _decode(self, data: bytes, number: int) -> str:
        if self._given is None and self._decided is None:
            if data.isascii():
                return data.decode("ascii")
            try:
                sample = decode(data + self._file.peek(_SAMPLE).rpartition(b"\n")[0])
            except NotTextError:  # one of the lines to come, or this one
                sample = decode(data)
            self._decided = sample.encoding
            if sample.doubt:
                self._doubts += encoding_notes(replace(sample, broken=()), self._path)
        if self.encoding == "utf-8":
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                pass
        decoded = decode(data, self.encoding)
        if decoded.broken:
            self._broken_lines += 1
            self._last_broken = number
            if len(self._broken) < LINES_NAMED:
                self._broken.append(number)
        return decoded.text

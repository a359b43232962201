"""Bytes to text: as asked for, as a byte order mark says, as UTF-8 where that is certain, or as reads best.

What reads best, of UTF-8, GB18030 and Big5, is decided in ``archive.encoding_detection``.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from archive.encoding_detection import BROKEN, CERTAIN, Excerpt, likeliest, reads_well, text_of
from archive.errors import ArchiveError, said

LINES_NAMED: Final = 20
"""How many lines with undecodable bytes a note names, and no more are kept of a file that is not held."""

# Bytes. Of a longer file this much is compared first, and all of it only if that leaves a doubt.
_SAMPLE = 1 << 13
_SHORT = 12  # bytes; so few in GB18030 or Big5 may by chance be UTF-8 with sequences of three, more hardly

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ALIASES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "cp950": "big5",
    "big5hkscs": "big5",
}

# Codecs of names, of source text and of mail: they would change what an ordinary text says, or fail on it.
# UTF-7 gives halves of surrogate pairs, too.
_NOTATIONS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "charmap"})

_BEYOND_TWO_BYTES = re.compile("[\u0800-\U0010ffff]")
_CONTROL_BYTES = bytes([*range(9), *range(14, 26), *range(28, 32), 127])  # as in _CONTROLS
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]|[\udc80-\udcff]+")


class NotTextError(ArchiveError):
    """The bytes are no text in any encoding that is read."""

    code = "not_text"


class EncodingError(ArchiveError):
    """The encoding that was asked for does not exist."""

    code = "unknown_encoding"


class Decoded(Struct, frozen=True):
    """A text and how it was read.

    Attributes:
        text: without the byte order mark; U+FFFD stands for each run of bytes that could not be decoded.
        encoding: ``"ascii"``, ``"utf-8"``, ``"utf-16"``, ``"utf-32"``, ``"gb18030"``, ``"big5"``, or what was
            asked for.
        doubt: where the decision is not certain, the encoding, and another one that reads nearly as well.
        broken: the lines, from 1 and ascending, that hold bytes which could not be decoded.
    """

    text: str
    encoding: str
    doubt: tuple[str, ...] | None = None
    broken: tuple[int, ...] = ()


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a file, or a part of one that ends with a line, as ``encoding`` or as what reads best.

    Line ends are kept as they are. Raises ``NotTextError`` for bytes that are no text and ``EncodingError``
    for an encoding that does not exist.
    """
    if encoding is not None:
        return _decode_as(data, canonical(encoding))
    marked = of_mark(data)
    if marked is not None:
        return _decode_as(data, marked)
    check_nul(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if text.isascii():
            return _valid(data, text, "ascii")
        # What is Latin, Greek, Hebrew … of two bytes may be Chinese by accident. Three bytes a character are
        # no accident, however rare the characters, unless there are very few and they read well otherwise.
        if _BEYOND_TWO_BYTES.search(text):
            rival = _decode_by_reading(data) if len(data) <= _SHORT else None
            if rival is None or rival.encoding == "utf-8":
                return _valid(data, text, "utf-8")
            if reads_well(data, rival.encoding):
                return rival
            return Decoded(text, "utf-8", ("utf-8", rival.encoding))
    return _decode_by_reading(data)


def canonical(encoding: str) -> str:
    """The name under which an encoding is known here; ``EncodingError`` where there is none of that name."""
    try:
        name = codecs.lookup(encoding).name
        b"\0\0\0\0".decode(name)  # "rot13" and "hex" are codecs, but of no text
        if name in _NOTATIONS:
            raise LookupError
    except (LookupError, UnicodeError, ValueError):
        raise EncodingError(
            said("There is no encoding {!r}.", encoding),
            hint="Use utf-8, utf-16, gb18030, big5, or another name that Python knows.",
        ) from None
    return _ALIASES.get(name, name)


def of_mark(data: bytes) -> str | None:
    """The encoding that a byte order mark at the beginning names, or None."""
    return next((name for mark, name in _BOMS if data.startswith(mark)), None)


def without_mark(data: bytes, encoding: str) -> bytes:
    """The bytes without the byte order mark that a decoder of this encoding would take for text."""
    for mark, name in _BOMS:
        if data.startswith(mark) and (name == encoding or encoding in (f"{name}-le", f"{name}-be")):
            return data[len(mark) :] if name == "utf-8" or name != encoding else data
    return data


def check_nul(data: bytes, before: int = 0) -> None:
    """Raise ``NotTextError`` where there is a NUL; ``before`` is how many bytes of the file stand before."""
    nul = data.find(b"\0")
    if nul >= 0:
        raise NotTextError(
            said("byte {} is NUL: this is no text, or UTF-16 without a byte order mark.", before + nul),
            hint="Give its encoding with --encoding (utf-16-le, say) if it is text.",
        )


def _decode_by_reading(data: bytes) -> Decoded:
    excerpts = _sample(data)
    found = likeliest(excerpts)
    if found.margin < CERTAIN and len(excerpts) > 1:
        found = likeliest([Excerpt(data)])
    return replace(_decode_as(data, found.encoding), doubt=found.doubt)


def _decode_as(data: bytes, encoding: str) -> Decoded:
    text = text_of(without_mark(data, encoding), encoding)
    raw = text
    broken: tuple[int, ...] = ()
    if encoding.startswith(("utf-16", "utf-32")):
        if "\ufffd" in text:
            broken = _lines(text, re.compile("\ufffd"))
    elif BROKEN.search(text):
        broken = _lines(text, BROKEN)
        text = BROKEN.sub("\ufffd", text)
    check_junk(junk_in(raw), raw)
    return Decoded(text, encoding, None, broken)


def _lines(text: str, pattern: re.Pattern[str]) -> tuple[int, ...]:
    lines: list[int] = []
    line, last = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if not lines or lines[-1] != line:
            lines.append(line)
    return tuple(lines)


def _valid(data: bytes, text: str, encoding: str) -> Decoded:
    """A text of which each byte was decoded: its junk is counted at a quarter of the cost."""
    check_junk(len(data) - len(data.translate(None, _CONTROL_BYTES)), text)
    return Decoded(text, encoding)


def junk_in(raw: str) -> int:
    """How many control characters, and runs of bytes that could not be decoded, a text has."""
    return len(_CONTROLS.findall(raw)) if _CONTROLS.search(raw) else 0


def check_junk(junk: int, raw: str) -> None:
    """Raise ``NotTextError`` where so much of a text is junk that it is none."""
    if junk > max(3, len(raw) // 10):
        raise NotTextError(
            said(
                "it has {} broken places and control characters in {} characters: this is no text.",
                junk,
                len(raw),
            ),
            hint="Give its encoding with --encoding if it is text.",
        )


def _sample(data: bytes) -> list[Excerpt]:
    """The file, or of a longer one ``_SAMPLE`` bytes from all over it, whole lines where there are any.

    The byte of a line feed is never part of a longer character in the encodings that are compared.
    """
    if len(data) <= _SAMPLE:
        return [Excerpt(data)]
    parts = 4
    size = _SAMPLE // parts
    excerpts = []
    for i in range(parts):
        start = len(data) * i // parts
        line = data.find(b"\n", start, start + size) + 1 if i else 0
        begin = line or start
        excerpts.append(Excerpt(data[begin : begin + size], cut=begin > 0 and not line))
    return excerpts

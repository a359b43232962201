"""Texts too long to be held: looked through once to see how they are encoded, then decoded in blocks.

What ``archive.encoding`` decides by all bytes of a file, if it has to, is decided by excerpts here, one from
each megabyte that is not ASCII: around the first byte that is not UTF-8, where there is one. Whether all of a
file is UTF-8, and whether there is a NUL in it, is known of every byte.
"""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Callable, Iterable
from typing import Final

from archive import encoding as encodings
from archive.encoding import LINES_NAMED, Decoded
from archive.encoding_detection import BIG5_AS_BROWSERS, BIG5_ETEN, BROKEN, Excerpt, likeliest, text_of

BLOCK: Final = 1 << 20
"""Bytes that are read at once."""

_EXCERPT = 1 << 12
_MOST_EXCERPTS = 256
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_THREE_BYTES = re.compile(rb"[\xe0-\xf4]")
_ALONE = re.compile(rb"[\x00-\x2f]")  # no part of a longer character in any encoding that is compared
_WIDE = ("utf-16", "utf-32")


def recognise(blocks: Iterable[bytes], encoding: str | None = None) -> Decoded:
    """How a long file has to be decoded: what ``archive.encoding.decode`` says, without the text.

    Raises ``NotTextError`` for bytes that are no text and ``EncodingError`` for an encoding that does not
    exist.
    """
    name = None if encoding is None else encodings.canonical(encoding)
    utf8 = _Utf8()
    excerpts: list[Excerpt] = []
    every, size = 1, 0
    for number, block in enumerate(blocks):
        if not number and name is None:
            name = encodings.of_mark(block)
        if name is None:
            encodings.check_nul(block, size)
            place = utf8.look(block)
        else:
            place = 0
        if place is not None and number % every == 0:
            excerpts.append(_around(block, place))
            if len(excerpts) > _MOST_EXCERPTS:
                del excerpts[1::2]
                every *= 2
        size += len(block)
    doubt = None
    if name is None and (name := utf8.verdict()) is None:
        found = likeliest(excerpts)
        name, doubt = found.encoding, found.doubt
    # The excerpts of UTF-16 may begin with either half of a character, but for the first.
    whole = excerpts[:1] if name.startswith(_WIDE) else excerpts
    raw = [text_of(excerpt.data, name) for excerpt in whole]
    encodings.check_junk(sum(map(encodings.junk_in, raw)), "".join(raw))
    return Decoded("", name, doubt)


class _Utf8:
    """Whether a file is UTF-8, from its blocks."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ascii = self._valid = True
        self._chinese = False

    def look(self, block: bytes) -> int | None:
        """The first byte of the block that is not UTF-8, else the first that is not ASCII, or None."""
        found = _NOT_ASCII.search(block)
        place = found.start() if found else None
        try:
            self._decoder.decode(block)
        except UnicodeDecodeError as error:
            self._valid = False
            self._decoder.reset()
            place = min(error.start, len(block) - 1)
        if place is not None:
            self._ascii = False
            self._chinese = self._chinese or _THREE_BYTES.search(block) is not None
        return place

    def verdict(self) -> str | None:
        """``"ascii"``, ``"utf-8"``, or None where it may be another encoding."""
        whole = self._valid and not self._decoder.getstate()[0]
        return "ascii" if self._ascii else "utf-8" if whole and self._chinese else None


def _around(block: bytes, place: int) -> Excerpt:
    """What stands around a place, from the beginning of a character on where one can be told."""
    start = max(0, place - _EXCERPT // 2)
    found = _ALONE.search(block, start, place + 1) if start else None
    begin = found.start() if found else start
    return Excerpt(block[begin : begin + _EXCERPT], cut=found is None)


class LongText:
    """The text of a long file, block by block, as ``archive.encoding.decode`` would give it.

    Attributes:
        broken: the first ``LINES_NAMED`` lines, from 1, that hold bytes which could not be decoded.
        broken_lines: how many there are.

    Args:
        read: gives the next bytes of the file, at most so many; none at its end.
        encoding: as ``recognise`` names it.
        eten: of Big5, whether it is read with the characters of Hong Kong and ETEN.
    """

    def __init__(self, read: Callable[[int], bytes], encoding: str, *, eten: bool = False) -> None:
        self._read = read
        self._encoding = encoding
        self._eten = eten
        codec = {"big5": "big5hkscs" if eten else "cp950"}.get(encoding, encoding)
        self._wide = encoding.startswith(_WIDE)
        self._decoder = codecs.getincrementaldecoder(codec)("replace" if self._wide else "surrogateescape")
        self._mark = "\ufffd" if self._wide else BROKEN.pattern
        self._began = False
        self._line = 1
        self.broken: list[int] = []
        self.broken_lines = 0
        self._last_broken = 0

    def next(self) -> str:
        """The next characters, some hundred thousand; nothing at the end."""
        while data := self._read(BLOCK):
            if not self._began:
                if self._encoding in _WIDE and encodings.of_mark(data) != self._encoding:
                    # Without a mark bytes.decode() takes the order of the machine, and this decoder raises.
                    order = "le" if sys.byteorder == "little" else "be"
                    self._decoder = codecs.getincrementaldecoder(f"{self._encoding}-{order}")("replace")
                data = encodings.without_mark(data, self._encoding)
                self._began = True
            if text := self._decode(data, final=False):
                return text
        return self._decode(b"", final=True)

    def _decode(self, data: bytes, *, final: bool) -> str:
        before = self._decoder.getstate()
        try:
            text = self._decoder.decode(data, final)
        except (UnicodeError, ValueError):  # a codec that cannot mark the place
            self._decoder.setstate(before)
            self._decoder.errors = "replace"
            text = self._decoder.decode(data, final)
        if self._eten:
            text = text.translate(BIG5_AS_BROWSERS)
        at = 0
        for found in re.finditer(self._mark, text):
            self._line += text.count("\n", at, found.start())
            at = found.start()
            if self._line != self._last_broken:
                self._last_broken = self._line
                self.broken_lines += 1
                if len(self.broken) < LINES_NAMED:
                    self.broken.append(self._line)
        self._line += text.count("\n", at)
        return text if self._wide or not self.broken_lines else BROKEN.sub("\ufffd", text)


def is_eten(blocks: Iterable[bytes]) -> bool:
    """Whether a file in Big5 has what Windows' table of it lacks or has at other places."""
    decoder = codecs.getincrementaldecoder("cp950")("surrogateescape")
    return any(BIG5_ETEN.search(decoder.decode(block)) for block in blocks)

"""Bytes to text: as asked for, as a byte order mark says, as UTF-8 if that is certain, or as reads best."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from archive.decoding import CHINESE, CODECS, FOREIGN, is_odd, text_of
from archive.encoding_detection import CERTAIN, Excerpt, best_of_line, likeliest, reads_well
from archive.errors import ArchiveError, said

LINES_NAMED: Final = 20
"""How many lines a note names, and no more are kept."""

_EXCERPT = 1 << 11  # bytes
_MOST_EXCERPTS = 512
_SHORT = 12  # bytes; so few in GB18030 or Big5 may by chance be UTF-8 with sequences of three, more hardly

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-16", "utf-32")
_ALIASES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "cp950": "big5",
    "big5hkscs": "big5",
    "cp949": "euc_kr",
    "cp932": "shift_jis",
}

# Codecs of names, of source text and of mail: they would change what an ordinary text says, or fail on it.
# UTF-7 gives halves of surrogate pairs, too.
_NOTATIONS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "charmap"})

# Encodings of mail (RFC 1843, 1468, 1557), and what begins what is not ASCII in them.
_SHIFTS = ((b"~{", "hz"), (b"\x1b$B", "iso2022_jp"), (b"\x1b$)C", "iso2022_kr"))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_THREE_BYTES = re.compile(rb"[\xe0-\xf4]")
_ALONE = re.compile(rb"[\x00-\x2f]")  # no part of a longer character in any encoding that is compared
_CONTROL_BYTES = bytes([*range(9), *range(14, 26), *range(28, 32), 127])
_CONTROLS = re.compile("[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]")
_JUNK = re.compile("[\x01-\x08\x0e-\x19\x1c-\x1f\x7f]|[\udc80-\udcff]+|\0+")
_LOST = re.compile("[\udc80-\udcff]+|\0+")


class NotTextError(ArchiveError):
    """The bytes are not text in any encoding that is read."""

    code = "not_text"


class EncodingError(ArchiveError):
    """The encoding that was asked for does not exist."""

    code = "unknown_encoding"


class Decoded(Struct, frozen=True):
    """A text and how it was read.

    Attributes:
        text: without the byte order mark, and with U+FFFD for each run of NUL or of broken bytes.
        encoding: ``"ascii"``, ``"utf-8"``, ``"utf-16"``, ``"gb18030"``, ``"big5"`` …, or what was asked for.
        doubt: where the decision is not certain, the encoding, and another one that reads nearly as well.
        broken: of the lines that hold U+FFFD so, the first ``LINES_NAMED``, from 1.
        broken_lines: how many there are.
        mixed: of the lines in other encodings than the file's, by the encoding, the first and how many.
    """

    text: str
    encoding: str
    doubt: tuple[str, ...] | None = None
    broken: tuple[int, ...] = ()
    broken_lines: int = 0
    mixed: tuple[tuple[str, tuple[int, ...], int], ...] = ()


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode a file, or a part of one that ends with a line, as ``encoding`` or as what reads best. Line ends
    are kept. Raises ``NotTextError`` and ``EncodingError``.
    """
    found = recognise([data], encoding)
    decoder = Decoder(found.encoding, others=encoding is None)
    return decoder.said(replace(found, text=decoder.decode(data)))


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


def recognise(blocks: Iterable[bytes], encoding: str | None = None) -> Decoded:
    """How a file has to be decoded, without the text. Raises ``NotTextError`` and ``EncodingError``.

    Excerpts decide, some from each block that is not ASCII: one around the first byte that is not UTF-8,
    where there is one. Whether all of a file is UTF-8 is known of every byte.
    """
    name = None if encoding is None else canonical(encoding)
    utf8 = _Utf8()
    excerpts: list[Excerpt] = []
    first = b""
    every, size = 1, 0
    for number, block in enumerate(blocks):
        if not number:
            first = block
            name = name or next((name for mark, name in _BOMS if block.startswith(mark)), None)
        place = 0 if name else utf8.look(block)
        if place is not None and number % every == 0:
            excerpts += _excerpts(block, place, size)
            if len(excerpts) > _MOST_EXCERPTS:
                del excerpts[1::2]
                every *= 2
        size += len(block)
    doubt = None
    if name is None and (name := utf8.verdict()) == "utf-8" and size <= _SHORT:
        name, doubt = _certain_or_short(first)
    if name is None:
        best = likeliest(excerpts, valid=utf8.whole)
        if best.margin < CERTAIN and len(excerpts) > 1 and len(first) == size:
            best = likeliest([Excerpt(first)], valid=utf8.whole)
        name, doubt = best.encoding, best.doubt
        if utf8.seven_bits and not name.startswith(_WIDE):
            name, doubt = "ascii", None
        elif name == "utf-8" and utf8.whole and best.margin >= CERTAIN:
            doubt = None  # however rare its characters
    if not (utf8.looked and utf8.whole and name in ("ascii", "utf-8") and utf8.clean):
        check_junk(excerpts, name, others=encoding is None, sure=doubt is None)
    return Decoded("", name, doubt)


class _Utf8:
    """Whether a file is UTF-8, from its blocks.

    Attributes:
        seven_bits: whether all bytes are ASCII; UTF-16 may be so, with NUL.
        looked, clean: whether any block was looked at, and none had control characters.
        shifting: the 7-bit encoding with escape sequences (HZ, ISO-2022), if it is one.
    """

    def __init__(self) -> None:
        self.looked = False
        self.clean = True
        self.shifting: str | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._ascii = self._valid = self.seven_bits = True
        self._chinese = False

    def look(self, block: bytes) -> int | None:
        """The first byte of the block that is not UTF-8, else the first that is not ASCII, else one that is
        not text; None if all are ASCII and text."""
        self.looked = True
        controls = len(block) - len(block.translate(None, _CONTROL_BYTES))
        self.clean = self.clean and not controls
        found = _NOT_ASCII.search(block)
        place = found.start() if found else None
        try:
            self._decoder.decode(block)
        except UnicodeDecodeError as error:
            self._valid = False
            self._decoder.reset()
            place = min(error.start, len(block) - 1)
        if place is not None:
            self._ascii = self.seven_bits = False
            self._chinese = self._chinese or _THREE_BYTES.search(block) is not None
            return place
        for sign, name in _SHIFTS:
            if sign in block and block.decode(name, "replace").count("\ufffd") == 0:
                self.shifting = name
                return block.find(sign)
        if not controls:
            return None
        self._ascii = self._ascii and b"\0" not in block  # UTF-16, perhaps
        return block.find(b"\0") if b"\0" in block else 0

    def verdict(self) -> str | None:
        """``"ascii"``, ``"utf-8"``, or None where it may be another encoding.

        Characters of two bytes (Latin, Greek, Hebrew …) may be Chinese text by accident. Those of three bytes
        are not, however rare, unless there are very few and they read well in another encoding.
        """
        if self._ascii:
            return self.shifting or "ascii"
        return "utf-8" if self.whole and self._chinese else None

    @property
    def whole(self) -> bool:
        """Whether all bytes are UTF-8."""
        return self._valid and not self._decoder.getstate()[0]


def _certain_or_short(data: bytes) -> tuple[str, tuple[str, ...] | None]:
    """The encoding of a few bytes that may be UTF-8, and the doubt."""
    rival = likeliest([Excerpt(data)], valid=True)
    if rival.encoding == "utf-8":
        return "utf-8", None
    if reads_well(data, rival.encoding):
        return rival.encoding, rival.doubt
    return "utf-8", ("utf-8", rival.encoding)


def _excerpts(block: bytes, place: int, before: int) -> Iterator[Excerpt]:
    """A block, or four excerpts of a longer one, around a place and others; each begins with a character
    where one can be told.
    """
    if len(block) <= 4 * _EXCERPT:
        yield Excerpt(block, cut=before > 0, start=before)
        return
    for wanted in (max(0, place - _EXCERPT // 2), *(len(block) * part // 4 for part in (1, 2, 3))):
        found = _ALONE.search(block, wanted, wanted + _EXCERPT // 2) if wanted else None
        start = found.start() if found else wanted
        yield Excerpt(
            block[start : start + _EXCERPT], cut=not found and start + before > 0, start=before + start
        )


def check_junk(excerpts: Sequence[Excerpt], encoding: str, *, others: bool, sure: bool = True) -> None:
    """Raise ``NotTextError`` where too much of a text is junk."""
    # Those of UTF-16 may begin with either half of a character, but for the first.
    parts = excerpts[:1] if encoding.startswith(_WIDE) else excerpts
    raw = "".join([text_of(excerpt.data, encoding) for excerpt in parts])
    junk, characters = len(_JUNK.findall(raw)), len(raw)
    zeros = "\0" in raw and not raw.strip("\0 \t\r\n")  # what a disk or a sync client left of a file
    if not (zeros or _is_junk(junk, characters, sure)):
        return
    junk = characters = 0
    for excerpt in parts:  # a line in another encoding is not junk
        decoder = Decoder(encoding, others=others)
        text = decoder.decode(excerpt.data)
        junk += len(_CONTROLS.findall(text)) + decoder.lost
        characters += len(text)
    if zeros or _is_junk(junk, characters, sure):
        nul = next((one.start + one.data.find(b"\0") for one in excerpts if b"\0" in one.data), None)
        raise NotTextError(
            said(
                "it has {} broken places and control characters in {} characters: this is not text.",
                junk,
                characters,
            )
            if nul is None
            else said(
                "byte {} is NUL, and it has {} broken places and control characters in {} characters: this is"
                " not text.",
                nul,
                junk,
                characters,
            ),
            hint="Give its encoding with --encoding if it is text.",
        )


def _is_junk(junk: int, characters: int, sure: bool) -> bool:
    return bool(junk) and junk > min(max(3 if sure else 1, characters // 10), characters - 1)


class _Lines(Struct):
    """The first of some lines, and how many there are."""

    first: list[int] = []
    count: int = 0
    last: int = 0

    def add(self, line: int) -> None:
        if self.last == line:
            return
        self.last = line
        self.count += 1
        if len(self.first) < LINES_NAMED:
            self.first.append(line)


class Decoder:
    """Decodes a file, in one piece or in several that each end with a character, and with a line if they can.

    Attributes:
        line: the line with which the next piece begins, from 1.
        lost: in how many places something was lost.

    Args:
        others: whether lines that do not read may be in another encoding.
    """

    def __init__(self, encoding: str, *, others: bool = True) -> None:
        self.line = 1
        self.lost = 0
        self._encoding = encoding
        self._codec = CODECS.get(encoding, encoding)
        self._others = others
        self._began = False
        self._mark = b""
        self._broken = _Lines()
        self._mixed: dict[str, _Lines] = {}

    def decode(self, data: bytes) -> str:
        """The text of the next bytes."""
        self._begin(data)
        data, self._mark = data.removeprefix(self._mark), b""
        try:
            text = text_of(data, "big5") if self._encoding == "big5" else data.decode(self._codec)
        except (UnicodeError, ValueError):
            text = self.text_of(data)
        if is_odd(data, text, self._encoding):
            text = self._repaired(data, text)
        self.line += text.count("\n")
        return text

    def text_of(self, data: bytes) -> str:
        """The text of any bytes of the file, as ``archive.encoding_detection.text_of`` gives it."""
        return text_of(data, self._codec if self._encoding in _WIDE else self._encoding)

    def _begin(self, data: bytes) -> None:
        if self._began:
            return
        self._began = True
        for mark, name in _BOMS:
            if data.startswith(mark) and self._encoding in (name, f"{name}-le", f"{name}-be"):
                self._mark = mark
                break
        if self._encoding in _WIDE:
            little = self._mark[0] == 0xFF if self._mark else sys.byteorder == "little"
            self._codec += "-le" if little else "-be"

    def _repaired(self, data: bytes, text: str) -> str:
        """The text with lines read as they read best, and U+FFFD for what is lost."""
        known = self._encoding in CHINESE + FOREIGN
        lines = text.split("\n")
        raw = data.split(b"\n") if known else [b""] * len(lines)
        for number, line in enumerate(lines):
            if not is_odd(raw[number], line, self._encoding):
                continue
            lost = 0 if known else line.count("\ufffd")
            if known:
                encoding, line = best_of_line(raw[number], self._encoding, others=self._others)
                if encoding != self._encoding:
                    self._mixed.setdefault(encoding, _Lines()).add(self.line + number)
            lines[number], places = _LOST.subn("\ufffd", line)
            if lost + places:
                self.lost += lost + places
                self._broken.add(self.line + number)
        return "\n".join(lines)

    def whole(self, data: bytes) -> int:
        """How many of the bytes to decode at once: up to the end of a line, or else of a character."""
        if not self._encoding.startswith(_WIDE) and (end := data.rfind(b"\n") + 1):
            return end
        self._begin(data)
        decoder = codecs.getincrementaldecoder(self._codec)("replace")
        decoder.decode(data)
        return len(data) - len(decoder.getstate()[0])

    def said(self, decoded: Decoded) -> Decoded:
        """With the lines of which something is to be said."""
        mixed = tuple((name, tuple(lines.first), lines.count) for name, lines in self._mixed.items())
        broken = self._broken
        return replace(decoded, broken=tuple(broken.first), broken_lines=broken.count, mixed=mixed)

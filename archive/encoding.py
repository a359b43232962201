"""Bytes to text: UTF-8, UTF-16, GB18030 or Big5, decided by how well the text reads.

That bytes *can* be decoded says little: most GB18030 text is also a run of rare Big5 characters, and the
reverse. So where it is not certain each encoding is tried, and the reading whose characters are the likeliest
wins: the least sum of -ln(share of the character in texts of that kind), see ``archive.likelihood``.
This is the first method (character distribution) of Li and Momoi, "A composite approach to language/encoding
detection", 19th International Unicode Conference, 2001, written as a likelihood.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import NamedTuple

from archive.errors import ArchiveError
from archive.likelihood import costs_of

CERTAIN = 10.0
"""Natural logarithm of the likelihood ratio from which a decision is not doubted (1 : 22,000)."""

_SAMPLE = (
    1 << 13
)  # bytes; of a longer file this much is scored first, and all of it only if that leaves a doubt
_SHORT = 12  # bytes; so few in GB18030 or Big5 may by chance be UTF-8 with sequences of three, more hardly
_READABLE = (
    8.5  # cost of a character, on average, up to which a text may be taken for what chance would make of it
)

UNREADABLE = 12.5  # the same, from which a text is hardly in any of the encodings

POORLY = "reads best as {}, but poorly: it may be in an encoding that is not tried"
NEARLY = "reads as {}, and nearly as well as {}"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("utf-8", "gb18030", "big5")
_ALIASES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "cp950": "big5",
    "big5hkscs": "big5",
}

# Big5 is what Windows writes (cp950). Where that cannot be read, or shows kana and the like, which its table
# has at other places than everybody else, it is Big5 with the characters of Hong Kong and ETEN, but with
# signs as Windows and browsers have them: WHATWG Encoding Standard, index Big5.
BIG5_AS_BROWSERS = str.maketrans("•､‾∼♁☉／＼¥¢£", "‧﹑¯～⊕⊙∕﹨￥￠￡")
BIG5_ETEN = re.compile("[々ゝゞヾぁ-んァ-ヶ①-⑽Ё-ё\udc80-\udcff]")

BROKEN = re.compile("[\udc80-\udcff]+")
_CUT_OFF = re.compile("[\udce0-\udcf4][\udc80-\udcbf]+\\Z")
_BEYOND_TWO_BYTES = re.compile("[\u0800-\U0010ffff]")
_CONTROL_BYTES = bytes([*range(9), *range(14, 26), *range(28, 32), 127])  # as in _CONTROLS
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]|[\udc80-\udcff]+")


class NotTextError(ArchiveError):
    """The bytes are no text in any encoding that is read."""

    code = "not_text"


class EncodingError(ArchiveError):
    """The encoding that was asked for does not exist."""

    code = "unknown_encoding"


class Decoded(NamedTuple):
    """A text and how it was read.

    Attributes:
        text: without the byte order mark; U+FFFD stands for each run of bytes that could not be decoded.
        encoding: ``"ascii"``, ``"utf-8"``, ``"utf-16"``, ``"utf-32"``, ``"gb18030"``, ``"big5"``, or what was
            asked for.
        doubt: why the decision is not certain, in one sentence, or None.
        broken: the lines, from 1 and ascending, that hold bytes which could not be decoded.
    """

    text: str
    encoding: str
    doubt: str | None = None
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
            if _reads_well(data, rival.encoding):
                return rival
            return Decoded(text, "utf-8", NEARLY.format("utf-8", rival.encoding))
    return _decode_by_reading(data)


def canonical(encoding: str) -> str:
    """The name under which an encoding is known here; ``EncodingError`` where there is none of that name."""
    try:
        name = codecs.lookup(encoding).name
        b"\0\0\0\0".decode(name)  # "rot13" and "hex" are codecs, but of no text
    except (LookupError, UnicodeError, ValueError):
        raise EncodingError(
            f"There is no encoding {encoding!r}.",
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
            f"byte {before + nul} is NUL: this is no text, or UTF-16 without a byte order mark.",
            hint="Give its encoding with --encoding (utf-16-le, say) if it is text.",
        )


def _decode_by_reading(data: bytes) -> Decoded:
    sample = _sample(data)
    best, second, cost, margin = _compare(sample)
    if margin < CERTAIN and len(sample) < len(data):
        sample = data
        best, second, cost, margin = _compare(sample)
    decoded = _decode_as(data, best)
    doubt = None
    if margin < CERTAIN:
        doubt = NEARLY.format(best, second)
    elif _reads_poorly(sample, best, cost):
        doubt = POORLY.format(best)
    return decoded._replace(doubt=doubt)


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


def text_of(data: bytes, encoding: str) -> str:
    """Bytes that cannot be decoded become U+DC80 to U+DCFF (PEP 383), or U+FFFD in UTF-16 and UTF-32."""
    if encoding.startswith(("utf-16", "utf-32")):
        return data.decode(encoding, "replace")
    if encoding == "big5":
        text = data.decode("cp950", "surrogateescape")
        if BIG5_ETEN.search(text):
            text = data.decode("big5hkscs", "surrogateescape").translate(BIG5_AS_BROWSERS)
        return text
    try:
        return data.decode(encoding, "surrogateescape")
    except (UnicodeError, ValueError):  # a codec that cannot mark the place
        return data.decode(encoding, "replace")


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
            f"it has {junk} broken places and control characters in {len(raw)} characters: this is no text.",
            hint="Give its encoding with --encoding if it is text.",
        )


# --- how a text reads -------------------------------------------------------------------------------------


def _sample(data: bytes) -> bytes:
    """At most ``_SAMPLE`` bytes from all over the file, whole lines where there are any.

    The byte of a line feed is never part of a longer character in the encodings that are compared.
    """
    if len(data) <= _SAMPLE:
        return data
    parts = 4
    size = _SAMPLE // parts
    chunks = []
    for i in range(parts):
        start = len(data) * i // parts
        if i:
            start = data.find(b"\n", start, start + size) + 1 or start
        chunks.append(data[start : start + size])
    return b"\n".join(chunks)


def _compare(data: bytes) -> tuple[str, str, float, float]:
    """The best encoding, the second, the cost of the best, and how much less it is than the second's."""
    costs = {name: cost_of(data, name) for name in CANDIDATES}
    best, second = sorted(CANDIDATES, key=lambda name: costs[name])[:2]
    return best, second, costs[best], costs[second] - costs[best]


def cost_of(data: bytes, encoding: str) -> float:
    """How unlikely the characters are that the bytes give in an encoding: the sum of -ln of their shares."""
    costs = costs_of(encoding)
    text = text_of(data, encoding)
    if encoding == "utf-8":
        text = _CUT_OFF.sub(
            "\udc80", text
        )  # a file that ends within a character has one thing wrong, not two
    return sum(costs[character] * n for character, n in Counter(text).items())


def _reads_well(data: bytes, encoding: str) -> bool:
    return cost_of(data, encoding) <= _READABLE * letters_in(data, encoding)


def _reads_poorly(data: bytes, encoding: str, cost: float) -> bool:
    return cost > UNREADABLE * letters_in(data, encoding)


def letters_in(data: bytes, encoding: str) -> int:
    """How many characters that are not ASCII the bytes give in an encoding; at least 1."""
    return max(1, sum(not character.isascii() for character in text_of(data, encoding)))

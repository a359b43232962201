"""Decoding bytes of a known encoding, also where some of them are broken or lost."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from archive.likelihood import Costs, costs_of, frequencies

CHINESE: Final = ("utf-8", "gb18030", "big5")
FOREIGN: Final = ("euc_jp", "shift_jis", "euc_kr")
"""Encodings of Japanese and Korean, which are never taken without a word."""

# Supersets, as Windows has them.
_CODECS = {"big5": "cp950", "euc_kr": "cp949", "shift_jis": "cp932"}

# Big5 is what Windows writes (cp950). Where that cannot be read, or shows kana and the like, which its table
# has at other places than everybody else, it is Big5 with the characters of Hong Kong and ETEN, but with
# signs as Windows and browsers have them: WHATWG Encoding Standard, index Big5.
_BIG5_AS_BROWSERS = str.maketrans("•､‾∼♁☉／＼¥¢£", "‧﹑¯～⊕⊙∕﹨￥￠￡")
_BIG5_ETEN = re.compile("[々ゝゞヾぁ-んァ-ヶ①-⑽Ё-ё\udc80-\udcff]")
# Windows has the euro sign in code page 936 at a byte that begins no character: WHATWG, gb18030 decoder.
_EURO = re.compile("(?<![\udc81-\udcff])\udc80+(?![\udc81-\udcff])")

_UNLIKELY = 12.5  # the cost of a character from which three in a row make a line that is looked at
_LOST = 20.0  # what it costs to leave a byte out
BROKEN = re.compile("[\udc80-\udcff]")
_WINDOW = 1 << 16  # bytes that are compared at once
_ALONE = re.compile(rb"[\x00-\x2f]+")  # no part of a longer character in any of these encodings


def codec_of(encoding: str) -> str:
    """Python's codec for an encoding, which may have more characters."""
    return _CODECS.get(encoding, encoding)


def text_of(data: bytes, encoding: str) -> str:
    """Bytes that cannot be decoded become U+DC80 to U+DCFF (PEP 383), or U+FFFD in UTF-16 and UTF-32."""
    codec = codec_of(encoding)
    if encoding.startswith(("utf-16", "utf-32")):
        return data.decode(codec, "replace")
    try:
        text = data.decode(codec, "surrogateescape")
    except (UnicodeError, ValueError):  # a codec that cannot mark the place
        return data.decode(codec, "replace")
    if encoding == "big5" and _BIG5_ETEN.search(text):
        return data.decode("big5hkscs", "surrogateescape").translate(_BIG5_AS_BROWSERS)
    if encoding == "gb18030" and "\udc80" in text:
        return _EURO.sub(lambda found: "€" * len(found[0]), text)
    return text


@cache
def doubtful(encoding: str) -> re.Pattern[str]:
    """What a line has that was not meant: NUL, a byte that was not decoded, unlikely characters in a row."""
    broken = "\0\udc80-\udcff"
    if encoding not in ("gb18030", "big5"):
        return re.compile(f"[{broken}]" if encoding in CHINESE + FOREIGN else "[\0\ufffd\udc80-\udcff]")
    # Not all that has a cost by now: what was met has one too, NUL perhaps.
    listed = set().union(*frequencies())
    likely = "".join(sorted(c for c in listed if costs_of(encoding)[c] < _UNLIKELY))
    rare = f"[^\\x01-\\x7f{re.escape(likely)}“”‘’—…·\u3000-\u303f\uff01-\uff5e]"
    # It begins with one set of characters: such a search is five times as fast.
    return re.compile(f"{rare}(?:(?<=[{broken}])|.?{rare}.?{rare})")


def whole_characters(data: bytes, encoding: str) -> str:
    """The text of some bytes; where half of a character is lost, the others are read as what they are."""
    text = text_of(data, encoding)
    if encoding == "utf-8" or not doubtful(encoding).search(text):
        return text
    # Where nothing is broken, rare characters are to stay what they are unless others are far likelier.
    least = 0.0 if BROKEN.search(text) else _LOST
    parts: list[str] = []
    at = 0
    for found in (*_ALONE.finditer(data), None):
        part = data[at : found.start() if found else len(data)]
        read = text_of(part, encoding)
        if doubtful(encoding).search(read):
            path, gain = _best_path(part, encoding)
            read = path if gain > least else read
        parts.append(read)
        if found:
            parts.append(found[0].decode("ascii"))
            at = found.end()
    return "".join(parts)


def _best_path(data: bytes, encoding: str) -> tuple[str, float]:
    """The likeliest reading of some bytes, and its gain over that of ``text_of``.

    Any byte may be left out, at a cost; the best path is found as Viterbi's algorithm does.
    """
    text = text_of(data, encoding)
    costs = costs_of(encoding)
    known: dict[bytes, str] = {}
    chosen: list[str] = []
    start = 0
    while start < len(data):
        part = data[start : start + _WINDOW]
        size = len(part)
        best = [0.0] * (size + 4)
        steps = [("", 0)] * size
        for at in range(size - 1, -1, -1):
            one = part[at : at + 1]
            character = one.decode("ascii", "surrogateescape")
            cost = 0.0 if one < b"\x80" else _LOST
            if one == b"\x80" and encoding == "gb18030":
                character, cost = "€", costs["€"]
            least, step = cost + best[at + 1], (character, 1)
            if one >= b"\x80":
                lengths = (1, 2, 3) if encoding == "euc_jp" else (1, 2)
                for length in (2, 4) if b"0" <= part[at + 1 : at + 2] <= b"9" else lengths:
                    code = part[at : at + length]
                    if (character := known.get(code, "\0")) == "\0":
                        character = known[code] = _character(code, encoding)
                    if character and len(code) == length:
                        cost = costs[character] + best[at + length]
                        if cost < least:
                            least, step = cost, (character, length)
            best[at], steps[at] = least, step
        at = 0
        # The last characters of a window may be otherwise where more is known.
        while at < size and (size < _WINDOW or at < size - 8):
            chosen.append(steps[at][0])
            at += steps[at][1]
        start += at
    found = "".join(chosen)
    return found, _cost(text, costs) - _cost(found, costs)


def _cost(text: str, costs: Costs) -> float:
    return sum([_LOST if "\udc80" <= character <= "\udcff" else costs[character] for character in text])


def _character(code: bytes, encoding: str) -> str:
    """The one character of some bytes, or nothing."""
    text = text_of(code, encoding)
    return text if len(text) == 1 and not "\udc80" <= text <= "\udcff" else ""

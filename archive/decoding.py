"""Decoding bytes of a known encoding, also where some of them are broken or lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from archive.likelihood import costs_of, frequencies

CHINESE: Final = ("utf-8", "gb18030", "big5")
FOREIGN: Final = ("euc_jp", "shift_jis", "euc_kr")
"""Encodings of Japanese and Korean, which are never taken without a word."""

CODECS: Final = {"big5": "cp950", "euc_kr": "cp949", "shift_jis": "cp932"}
"""Python's codecs for encodings that have more characters than those of their names, as Windows has them."""

# Big5 is what Windows writes (cp950). Where that cannot be read, or shows kana and the like, which its table
# has at other places than everybody else, it is Big5 with the characters of Hong Kong and ETEN, but with
# signs as Windows and browsers have them: WHATWG Encoding Standard, index Big5.
_BIG5_AS_BROWSERS = str.maketrans("•､‾∼♁☉／＼¥¢£", "‧﹑¯～⊕⊙∕﹨￥￠￡")
_BIG5_ETEN = re.compile("[々ゝゞヾぁ-んァ-ヶ①-⑽Ё-ё\udc80-\udcff]")
# Windows has the euro sign in code page 936 at a byte that begins no character: WHATWG, gb18030 decoder.
_EURO = re.compile("(?<![\udc81-\udcff])\udc80+(?![\udc81-\udcff])")

_UNLIKELY = 12.5  # the cost of a character from which three in a row make a line that is looked at
_LOST = 20.0  # what it costs to leave a byte out …
_SWITCH = 10.0  # … or to go on in another encoding …
_LONE = 18.0  # … and what a lone letter costs in Big5, where the second half of a character may be one
_LETTER = re.compile("(?<=[^\0-\x7f])[@-~](?=[^\x01-\x7f]|\\s|\\Z)")
_LONE_BYTE = re.compile(rb"[\x80-\xff][\x01-\x7f]?([@-~])(?=[^\x01-\x7f]|\s|\Z)")
_UTF8 = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}){2}")  # two Chinese characters in a row
BROKEN = re.compile("[\udc80-\udcff]")
_WINDOW = 1 << 16  # bytes that are compared at once
_ALONE = re.compile(rb"[\x00-\x2f]+")  # no part of a longer character in any of these encodings


def text_of(data: bytes, encoding: str) -> str:
    """Bytes that cannot be decoded become U+DC80 to U+DCFF (PEP 383), or U+FFFD in UTF-16 and UTF-32."""
    codec = CODECS.get(encoding, encoding)
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


def is_odd(data: bytes, text: str, encoding: str) -> bool:
    """Whether some bytes, or what they are read as, have something that was hardly meant."""
    return bool(doubtful(encoding).search(text)) or has_parts(data, text, encoding)


def has_parts(data: bytes, text: str, encoding: str) -> bool:
    """Whether there may be characters of UTF-8, or halves of characters, among others that read well."""
    return _has_utf8(data, encoding) or _lone(text, encoding) > 0


def _has_utf8(data: bytes, encoding: str) -> bool:
    return encoding in ("gb18030", "big5") and bool(_UTF8.search(data))


def whole_characters(data: bytes, encoding: str, others: Sequence[str] = ()) -> tuple[str, str | None]:
    """The text of some bytes; where half of a character is lost, the others are read as what they are.
    ``others`` are encodings in which a part may be; that of the last such part is given back too.
    """
    text, mixed = text_of(data, encoding), None
    if not (is_odd(data, text, encoding) and (encoding != "utf-8" or others)):
        return text, None
    # Where nothing is broken, rare characters are to stay what they are unless others are far likelier; two
    # bytes that are left of a character of UTF-8 are one in other encodings.
    least = 2 * _LOST if encoding == "utf-8" else 0.0 if BROKEN.search(text) else _LOST
    parts: list[str] = []
    at = 0
    for found in (*_ALONE.finditer(data), None):
        part = data[at : found.start() if found else len(data)]
        read = text_of(part, encoding)
        if is_odd(part, read, encoding):
            sure = 0.0 if _lone(read, encoding) or _has_utf8(part, encoding) else least
            odd = doubtful(encoding).search(read)
            own = [(encoding,)] if encoding != "utf-8" else []
            some = [other for other in others if odd or (other == "utf-8" and _has_utf8(part, encoding))]
            for tried in (*own, *((encoding, other) for other in some if other != encoding)):
                path, gain = _best_path(part, tried)
                if gain > sure:
                    read, sure, mixed = path, gain, tried[1] if tried[1:] else mixed
        parts.append(read)
        if found:
            parts.append(found[0].decode("ascii"))
            at = found.end()
    return "".join(parts), mixed


def _best_path(data: bytes, encodings: Sequence[str]) -> tuple[str, float]:
    """The likeliest reading of some bytes, and its gain over that of ``text_of`` in the first encoding.

    Any byte may be left out, and the encoding may change, each at a cost; the best path is found as Viterbi's
    algorithm does.
    """
    text = text_of(data, encodings[0])
    known: list[dict[bytes, str]] = [{} for _ in encodings]
    states = range(len(encodings))
    chosen: list[str] = []
    start = state = 0
    cost = 0.0
    while start < len(data):
        part = data[start : start + _WINDOW]
        size = len(part)
        lone = {found.start(1) for found in _LONE_BYTE.finditer(part) if encodings[0] == "big5"}
        best = [[0.0] * len(encodings) for _ in range(size + 4)]
        steps = [[("", 0, 0.0, now) for now in states] for _ in range(size)]
        for at in range(size - 1, -1, -1):
            for now in states:
                least = float("inf")
                for character, length, own in _readings(part, at, encodings[now], known[now]):
                    own += _LONE if at in lone and length == 1 else 0.0
                    if own + best[at + length][now] < least:
                        least = own + best[at + length][now]
                        steps[at][now] = character, length, own, now
                best[at][now] = least
            for now in states[1:] and states:
                then = min(states, key=best[at].__getitem__)
                if best[at][then] + _SWITCH < best[at][now]:
                    best[at][now] = best[at][then] + _SWITCH
                    character, length, own, _ = steps[at][then]
                    steps[at][now] = character, length, own + _SWITCH, then
        at = 0
        # The last characters of a window may be otherwise where more is known.
        while at < size and (size < _WINDOW or at < size - 8):
            character, length, own, state = steps[at][state]
            chosen.append(character)
            cost += own
            at += length
        start += at
    return "".join(chosen), _cost(text, encodings[0]) - cost


def _readings(
    data: bytes, at: int, encoding: str, known: dict[bytes, str]
) -> Iterator[tuple[str, int, float]]:
    """What may begin at a byte: a character, its bytes, and what it costs; the byte alone at last."""
    one = data[at : at + 1]
    if one < b"\x80":
        yield one.decode("ascii"), 1, 0.0
        return
    costs = costs_of(encoding)
    lengths: tuple[int, ...] = (1, 2, 3) if encoding == "euc_jp" else (1, 2)
    if encoding == "utf-8":
        lengths = (2, 3, 4)
    elif b"0" <= data[at + 1 : at + 2] <= b"9":
        lengths = (2, 4)
    for length in lengths:
        code = data[at : at + length]
        if (character := known.get(code, "\0")) == "\0":
            character = known[code] = _character(code, encoding)
        if character and len(code) == length:
            yield character, length, costs[character]
    if one == b"\x80" and encoding == "gb18030":
        yield "€", 1, costs["€"]
    yield one.decode("ascii", "surrogateescape"), 1, _LOST


def _lone(text: str, encoding: str) -> int:
    """How many single Latin letters are between Chinese characters, in a text read as Big5."""
    return len(_LETTER.findall(text)) if encoding == "big5" else 0


def _cost(text: str, encoding: str) -> float:
    costs = costs_of(encoding)
    lost = [_LOST if "\udc80" <= character <= "\udcff" else costs[character] for character in text]
    return sum(lost) + _LONE * _lone(text, encoding)


def _character(code: bytes, encoding: str) -> str:
    """The one character of some bytes, or nothing."""
    text = text_of(code, encoding)
    return text if len(text) == 1 and not "\udc80" <= text <= "\udcff" else ""

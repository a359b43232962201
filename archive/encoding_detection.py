"""UTF-8, GB18030 or Big5: which of them bytes are in, by how well they read.

That bytes *can* be decoded says little: most GB18030 text is also a run of rare Big5 characters, and the
reverse. So each encoding is tried, and the reading whose characters are the likeliest wins: the least sum of
-ln(share of the character in texts of that kind), see ``archive.likelihood``.
This is the first method (character distribution) of Li and Momoi, "A composite approach to language/encoding
detection", 19th International Unicode Conference, 2001, written as a likelihood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from archive.likelihood import costs_of

CERTAIN: Final = 10.0
"""Natural logarithm of the likelihood ratio from which a decision is not doubted (1 : 22,000)."""

# Costs of a character, on average.
_READABLE = 8.5  # up to which a text may be taken for what chance would make of it
_UNREADABLE = 12.5  # from which a text is hardly in any of the encodings

_CANDIDATES = ("utf-8", "gb18030", "big5")

# Big5 is what Windows writes (cp950). Where that cannot be read, or shows kana and the like, which its table
# has at other places than everybody else, it is Big5 with the characters of Hong Kong and ETEN, but with
# signs as Windows and browsers have them: WHATWG Encoding Standard, index Big5.
BIG5_AS_BROWSERS = str.maketrans("•､‾∼♁☉／＼¥¢£", "‧﹑¯～⊕⊙∕﹨￥￠￡")
BIG5_ETEN = re.compile("[々ゝゞヾぁ-んァ-ヶ①-⑽Ё-ё\udc80-\udcff]")

BROKEN = re.compile("[\udc80-\udcff]+")
_CUT_OFF = re.compile("[\udce0-\udcf4][\udc80-\udcbf]+\\Z")


class Excerpt(Struct, frozen=True):
    """Bytes of a file.

    Attributes:
        data: the bytes.
        cut: whether they may begin with the second half of a character.
    """

    data: bytes
    cut: bool = False


class Likeliest(Struct, frozen=True):
    """The encoding in which bytes read best.

    Attributes:
        encoding: ``"utf-8"``, ``"gb18030"`` or ``"big5"``.
        doubt: where the decision is not certain, the encoding, and another one that reads nearly as well.
        margin: natural logarithm of how much likelier the characters are than those of the second.
    """

    encoding: str
    doubt: tuple[str, ...] | None
    margin: float


def likeliest(excerpts: Sequence[Excerpt]) -> Likeliest:
    """Decide by excerpts of one file, of which some byte is not ASCII."""
    costs = {name: sum(_cost_of_excerpt(excerpt, name) for excerpt in excerpts) for name in _CANDIDATES}
    best, second = sorted(_CANDIDATES, key=lambda name: costs[name])[:2]
    margin = costs[second] - costs[best]
    doubt: tuple[str, ...] | None = None
    if margin < CERTAIN:
        doubt = (best, second)
    elif costs[best] > _UNREADABLE * sum(_letters_in(excerpt.data, best) for excerpt in excerpts):
        doubt = (best,)
    return Likeliest(best, doubt, margin)


def reads_well(data: bytes, encoding: str) -> bool:
    """Whether the characters are so common that chance would hardly make them of bytes that mean others."""
    return _cost_of(data, encoding) <= _READABLE * _letters_in(data, encoding)


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


def _cost_of_excerpt(excerpt: Excerpt, encoding: str) -> float:
    """The cost of an excerpt; without its first byte, if that is less and may be half a character."""
    cost = _cost_of(excerpt.data, encoding)
    return min(cost, _cost_of(excerpt.data[1:], encoding)) if excerpt.cut else cost


def _cost_of(data: bytes, encoding: str) -> float:
    """How unlikely the characters are that the bytes give in an encoding: the sum of -ln of their shares."""
    costs = costs_of(encoding)
    text = text_of(data, encoding)
    if encoding == "utf-8":
        text = _CUT_OFF.sub("\udc80", text)  # what ends within a character has one thing wrong, not two
    return sum(costs[character] * n for character, n in Counter(text).items())


def _letters_in(data: bytes, encoding: str) -> int:
    """How many characters that are not ASCII the bytes give in an encoding."""
    return sum(not character.isascii() for character in text_of(data, encoding))

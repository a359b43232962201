"""Which encoding bytes are in, by how well they read.

That bytes *can* be decoded says little: most GB18030 text is also a run of rare Big5 characters, and the
reverse. So each encoding is tried, and the reading whose characters are the likeliest wins: the least sum of
-ln(share of the character in texts of that kind), see ``archive.likelihood``.
This is the first method (character distribution) of Li and Momoi, "A composite approach to language/encoding
detection", 19th International Unicode Conference, 2001, written as a likelihood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from archive.decoding import BROKEN, CHINESE, FOREIGN, doubtful, has_parts, text_of, whole_characters
from archive.likelihood import costs_of

CERTAIN: Final = 10.0
"""Natural logarithm of the likelihood ratio from which a decision is not doubted (1 : 22,000)."""

# Costs of a character, on average. Of 300 Chinese texts none cost more than 8.3; no wrong reading of one,
# or of a Japanese, Korean or Russian text in place of another, less than 9.7.
_READABLE = 8.5  # up to which a text may be taken for what chance would make of it
_UNREADABLE = 9.5  # from which a text is hardly in any of the encodings, and so much by chance …
_CHANCE = 25.0
_FEW_UNREADABLE = 12.5  # … but in few characters
_FEW = 8  # characters of a line, from where unlikely ones begin, that are looked at

_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_UNUSUAL = 15.0  # what it costs beforehand that a text is Japanese, Korean or UTF-16
_LETTER = 4.0  # what a byte of ASCII costs among characters that no text has: half of UTF-16 may look so

_cost = attrgetter("cost")
_CUT_OFF = re.compile("[\udce0-\udcf4][\udc80-\udcbf]+\\Z")
_NULS = re.compile("\0+")


class Excerpt(Struct, frozen=True):
    """Bytes of a file."""

    data: bytes
    cut: bool = False
    start: int = 0


class Likeliest(Struct, frozen=True):
    """The encoding in which bytes read best.

    Attributes:
        doubt: where the decision is not certain, the encoding, and another one that reads nearly as well.
        margin: natural logarithm of how much likelier the characters are than those of the second.
    """

    encoding: str
    doubt: tuple[str, ...] | None
    margin: float


def likeliest(excerpts: Sequence[Excerpt], *, valid: bool = False) -> Likeliest:
    """Decide by excerpts of one file. At least one of its bytes is NUL or not ASCII.

    ``valid``: all of it can be read as UTF-8.
    """
    weighed = {name: _weigh(excerpts, name) for name in CHINESE}
    best = min(CHINESE, key=lambda name: weighed[name].cost)
    nul = any(b"\0" in excerpt.data for excerpt in excerpts)
    tried: tuple[str, ...] = ()
    if not valid and not weighed[best].reads_well:
        tried = FOREIGN + _WIDE
        for name in ("gb18030", "big5"):  # with halves of characters, perhaps
            whole = _weigh(excerpts, name, lambda data, encoding: whole_characters(data, encoding)[0])
            weighed[name] = min(weighed[name], whole, key=_cost)
    elif nul:
        tried = _WIDE
    for name in tried:
        found = _weigh(excerpts, name)
        if found.reads_well or (found.reads and (nul or name in FOREIGN)):
            cost = found.cost + (0.0 if nul and name in _WIDE else _UNUSUAL)
            if name in _WIDE and found.reads_well and not weighed[best].reads:
                cost -= _LETTER * sum(byte < 128 for excerpt in excerpts for byte in excerpt.data)
            weighed[name] = replace(found, cost=cost)
    best, second = sorted(weighed, key=lambda name: weighed[name].cost)[:2]
    margin = weighed[second].cost - weighed[best].cost
    doubt: tuple[str, ...] | None = None
    if margin < CERTAIN:
        doubt = (best, second)
    elif best in FOREIGN or (best in CHINESE and not weighed[best].reads):
        doubt = (best,)
    return Likeliest(best, doubt, margin)


def reads_well(data: bytes, encoding: str) -> bool:
    """Whether the characters are so common that chance would hardly make them of bytes that mean others."""
    return _weigh([Excerpt(data)], encoding).reads_well


class Weight(Struct, frozen=True):
    """What the characters of a reading cost, and how many of them are not ASCII."""

    cost: float
    letters: int

    @property
    def reads_well(self) -> bool:
        """Whether it may be what was meant, as far as that can be told from few characters."""
        return self.cost <= _READABLE * self.letters

    @property
    def reads(self) -> bool:
        """Whether any text has such characters."""
        return self.cost <= min(_UNREADABLE * self.letters + _CHANCE, _FEW_UNREADABLE * self.letters)


def weight_of(text: str, encoding: str) -> Weight:
    """The cost of a text as ``text_of`` gives it: the sum of -ln of its characters' shares."""
    costs = costs_of("utf-16" if encoding in _WIDE else encoding)
    if "\0" in text:
        text = _NULS.sub("\0", text)
    counts = Counter(text)
    return Weight(
        sum([costs[character] * n for character, n in counts.items()]),
        sum([n for character, n in counts.items() if character > "\x7f"]),
    )


def _weigh(
    excerpts: Sequence[Excerpt], encoding: str, decode: Callable[[bytes, str], str] = text_of
) -> Weight:
    cost, letters = 0.0, 0
    for excerpt in excerpts:
        data, cut, start = excerpt.data, excerpt.cut, excerpt.start
        if encoding in _WIDE:
            data = data[-start % 4 :]
            found = weight_of(text_of(data[: len(data) & ~3] or data, encoding), encoding)
        else:
            text = decode(data, encoding)
            if encoding == "utf-8":
                text = _CUT_OFF.sub("\udc80", text)  # ends within a character: one thing wrong, not two
            found = weight_of(text, encoding)
            if cut:  # without the first byte, if that costs less
                found = min(found, weight_of(decode(data[1:], encoding), encoding), key=_cost)
        cost += found.cost
        letters += found.letters
    return Weight(cost, letters)


def best_of_line(line: bytes, encoding: str, *, others: bool) -> tuple[str, str]:
    """The encoding in which a line reads best, and its text without halves of characters. ``others``: it may
    be in another encoding of Chinese than its file.
    """
    text = text_of(line, encoding)
    if not (BROKEN.search(text) or has_parts(line, text, encoding)):
        places = [found.start() for found in doubtful(encoding).finditer(text)]
        if all(weight_of(text[place : place + _FEW], encoding).reads for place in places):
            return encoding, text
    among = CHINESE if others else ()
    best, mixed = whole_characters(line, encoding, among)
    if not BROKEN.search(best) and weight_of(best, encoding).reads:
        return mixed or encoding, best
    chosen = mixed or encoding
    cost = weight_of(best, encoding).cost - CERTAIN
    for other in among:
        if other != encoding and (found := weight_of(text_of(line, other), other).cost) < cost:
            chosen, best, cost = other, whole_characters(line, other)[0], found
    return chosen, best

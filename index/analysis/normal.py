"""The normal form of a text, folded characters with ``·`` where a boundary is; their places and tokens.

What is contained in what is decided on normal forms (``docs/making/architecture.md``). The law that all rests
on: the normal form of any part of a text, without boundaries at its ends, is a substring of the text's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from operator import add

from archive.text.folding import Folding, kind

BOUNDARY = "·"
_POINTS = frozenset(".．·•・‧")
_SLASHES = frozenset("/／⁄∕½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞")
_BETWEEN_DIGITS = re.compile(
    f"(?<![0-9])(?<![0-9]{BOUNDARY})([0-9]{{1,3}}|[0-9]{{5,}}){BOUNDARY}([0-9]+)(?!{BOUNDARY}?[0-9])"
)
# What the table makes of white space until the characters beside it are known. No folded text holds either.
_SPACE = " "
# A lone surrogate: no character, and no text that was decoded holds one. It becomes a line feed, which no
# normal form holds.
SEPARATOR = "\ud800"


_REPEATED = re.compile(f"([^{SEPARATOR}])(々+)", re.DOTALL)


def repeated(text: str) -> str:
    """The text with what 々 repeats in its place: 人々 is 人人. As long as before.

    One at the beginning repeats nothing, and is nothing in a normal form, so that what holds of a text holds
    of its parts.
    """
    return _REPEATED.sub(lambda run: run[1] * (1 + len(run[2])), text) if "々" in text else text


class NormalTable(dict[int, str]):
    """For ``str.translate``: folding; punctuation to ``·``, white space to a blank, controls to nothing.

    Attributes:
        unusual: those of the characters met so far that give none or several.
    """

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding
        self.unusual: set[str] = {"々"}
        self[ord("々")] = ""

    @cached_property
    def with_separator(self) -> NormalTable:
        """The same, but for the separator of ``normal_texts``."""
        table = NormalTable(self._folding)
        table[ord(SEPARATOR)] = "\n"
        return table

    def __missing__(self, code_point: int) -> str:
        folded = self._folding[code_point]
        if len(folded) == 1 and "\u4e00" <= folded <= "\u9fff":
            # Most of what a search meets, each once: 1 ms of a cold start.
            self[code_point] = folded
            return folded
        text = "".join([_in_normal_form(character) for character in folded])
        if len(text) != 1:
            self.unusual.add(chr(code_point))
        self[code_point] = text
        return text


def _in_normal_form(character: str) -> str:
    match kind(character):
        case "punctuation":
            return BOUNDARY
        case "space":
            return _SPACE
        case "nothing":
            return ""
        case _:
            return character


_BLANKS = re.compile(" +")
_BOUNDARY_OR_BLANK = BOUNDARY + _SPACE
# What gives one boundary or nothing. A single boundary within a text gives itself.
_NOT_ONE_TO_ONE = re.compile("[· ]{2,}| ")


def _between(blanks: re.Match[str]) -> str:
    """What blanks become: nothing beside a Han character, a boundary elsewhere."""
    text, start, end = blanks.string, blanks.start(), blanks.end()
    if (start and kind(text[start - 1]) == "han") or (end < len(text) and kind(text[end]) == "han"):
        return ""
    return BOUNDARY


def _with_single_boundaries(folded: str) -> str:
    if _SPACE in folded:
        folded = _BLANKS.sub(_between, folded)
    while "··" in folded:
        folded = folded.replace("··", BOUNDARY)
    return folded


def normal_text(text: str, table: NormalTable) -> str:
    """The normal form of ``text``, without places.

    White space beside a Han character is dropped; other white space, and any run of punctuation, is one
    ``·``; none is at either end.
    """
    return _with_single_boundaries(repeated(text).translate(table)).strip(BOUNDARY)


def normal_texts(texts: Sequence[str], table: NormalTable) -> list[str]:
    """``normal_text`` of each, in one go."""
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) != len(texts) - 1:
        # A text holds the separator itself.
        return [normal_text(text, table) for text in texts]
    folded = _with_single_boundaries(repeated(joined).translate(table.with_separator))
    return [normal.strip(BOUNDARY) for normal in folded.split("\n")]


class Normal:
    """A text in normal form, with the place of each of its characters in the original."""

    __slots__ = ("_folded", "_places", "_source", "_table", "text")

    def __init__(self, source: str, table: NormalTable) -> None:
        source = repeated(source)
        self._folded = source.translate(table)
        self.text = _with_single_boundaries(self._folded).strip(BOUNDARY)
        self._source = source
        self._table = table
        self._places: tuple[Sequence[int], Sequence[int]] | None = None

    def __repr__(self) -> str:
        return f"Normal({self.text!r})"

    @property
    def starts(self) -> Sequence[int]:
        """Where in the original the characters begin that gave each one of ``text``; never falls."""
        return self._located()[0]

    @property
    def ends(self) -> Sequence[int]:
        """Where they end, the combining marks and variation selectors that follow included; never falls."""
        return self._located()[1]

    def span(self, i: int, j: int) -> tuple[int, int]:
        """The range of the original that characters ``i`` to ``j`` (exclusive) of ``text`` came from.

        A character that folds to several (㎏) is covered whole by any of them. Raises ``IndexError`` unless
        ``0 <= i < j <= len(text)``.
        """
        if not 0 <= i < j <= len(self.text):
            raise IndexError(f"no characters {i} to {j} in a normal form of {len(self.text)}")
        starts, ends = self._located()
        return starts[i], ends[j - 1]

    @property
    def pointed(self) -> str:
        """The normal form with decimal points and the slash of a fraction: ``3.5``, ``3/4``, ``3·5`` of 3、5.

        A raised point counts as one (9·18 is 9.18), but none in a date (2003.5.1, 1949.10).
        """
        return _BETWEEN_DIGITS.sub(self._with_point, self.text) if BOUNDARY in self.text else self.text

    def _with_point(self, number: re.Match[str]) -> str:
        written = self._source[slice(*self.span(number.end(1), number.start(2)))]
        above, below = number.groups()
        if written in _SLASHES and len(above) < 4 > len(below) and int(above) < int(below):
            return f"{above}/{below}"
        return f"{above}.{below}" if written in _POINTS else number[0]

    def _located(self) -> tuple[Sequence[int], Sequence[int]]:
        if self._places is None:
            alike = len(self._folded) == len(self._source) and not self._has_unusual()
            self._places = self._by_runs(self._folded) if alike else self._by_characters()
        return self._places

    def _has_unusual(self) -> bool:
        """Whether some character gave none or several."""
        unusual = self._table.unusual
        if len(unusual) > 32:
            return not unusual.isdisjoint(self._source)
        # A few characters are looked for faster than each character of a text is looked up. Other threads may
        # meet more of them meanwhile.
        return any(map(self._source.__contains__, tuple(unusual)))

    def _by_runs(self, folded: str) -> tuple[Sequence[int], Sequence[int]]:
        """Where each character of the original gave one: places between such boundaries follow each other."""
        last = len(folded.rstrip(_BOUNDARY_OR_BLANK))
        run = len(folded) - len(folded.lstrip(_BOUNDARY_OR_BLANK))
        if last - run == len(self.text):
            return range(run, last), range(run + 1, last + 1)
        starts: list[int] = []
        ends: list[int] = []
        for boundary in _NOT_ONE_TO_ONE.finditer(folded, run, last):
            start, end = boundary.span()
            starts += range(run, start)
            ends += range(run + 1, start + 1)
            if self.text[len(starts)] == BOUNDARY:
                starts.append(start)
                ends.append(end)
            run = end
        starts += range(run, last)
        ends += range(run + 1, last + 1)
        return starts, ends

    def _by_characters(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where some character gave none or several."""
        table, text = self._table, self.text
        starts: list[int] = []
        ends: list[int] = []
        boundary: tuple[int, int] | None = None
        for place, character in enumerate(self._source):
            pieces = table[ord(character)]
            if not pieces and kind(character) == "mark":
                # A mark belongs to the character before it, all of whose forms end where it ends.
                last = len(ends) - 1
                while last >= 0 and ends[last] == place:
                    ends[last] = place + 1
                    last -= 1
            for piece in pieces:
                if piece in (BOUNDARY, _SPACE):
                    boundary = (place if boundary is None else boundary[0], place + 1)
                    continue
                if boundary is not None:
                    if starts and text[len(starts)] == BOUNDARY:
                        starts.append(boundary[0])
                        ends.append(boundary[1])
                    boundary = None
                starts.append(place)
                ends.append(place + 1)
        return starts, ends


def as_seen(text: str) -> str:
    """Original characters, to be compared as written: no white space, line breaks and format characters."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


# --- the tokens of the streams ------------------------------------------------------------------------------
#
# Everything here works on whole strings: a build spends most of its time in these few lines.

# Lucene splits tokens at 255 characters and tantivy drops those of more than 65 kB.
MAX_TOKEN = 64

VERSION = "3"
"""Raised when other tokens are made of a normal form: part of an archive's settings.

2: no ``X·`` for the last character of a stretch.
"""

# Neighbours of one of these kinds are one word; other characters that jieba does not know are one each.
ONE_TOKEN_KINDS = ("letter", "digit", "other", "mark", "format")

# What jieba takes as Chinese: jieba 0.42.1, re_han_default.
NOT_JIEBA = re.compile("[^\u4e00-\u9fd5]+")


def gram_stream(normal: str) -> str:
    """The ``grams`` of a normal form: two neighbours each, with the ``·`` between them."""
    return " ".join(map(add, normal, normal[1:])).replace("· ·", BOUNDARY)


def character_stream(normal: str) -> str:
    """The ``chars`` of a normal form."""
    return " ".join(normal.replace(BOUNDARY, ""))


def jieba_runs(normal: str) -> str:
    """The runs of a normal form that jieba cuts, with single blanks between them."""
    return NOT_JIEBA.sub(" ", normal).strip(" ")


def word_stream(normal: str, han_words: str) -> str:
    """The ``words`` of a normal form: those that jieba found, the others, and a boundary token a stretch.

    The first character of each stretch between boundaries gives ``·X``. The order of tokens means nothing.
    """
    if not normal:
        return ""
    stretches = normal.split(BOUNDARY)
    parts = [han_words] if han_words else []
    # A character of jieba's ends a run as a boundary does. (An expression of its own took 0.8 ms to compile.)
    for match in NOT_JIEBA.finditer(normal.replace(BOUNDARY, "一")):
        parts += other_words(match[0])
    parts += [BOUNDARY + stretch[0] for stretch in stretches]
    stream = " ".join(parts)
    if len(max(stretches, key=len)) > MAX_TOKEN:
        stream = " ".join(not_too_long(stream.split(" ")))
    return stream


def not_too_long(tokens: list[str]) -> Iterator[str]:
    """The tokens, long ones cut into pieces of ``MAX_TOKEN`` characters."""
    for token in tokens:
        for start in range(0, len(token), MAX_TOKEN):
            yield token[start : start + MAX_TOKEN]


def other_words(run: str) -> Iterator[str]:
    """The words of a run without characters of jieba's: letters, digits, kana run by run; symbols and rare
    Han characters alone.
    """
    for of_kind, characters in groupby(run, kind):
        if of_kind in ONE_TOKEN_KINDS:
            yield "".join(characters)
        else:
            yield from characters

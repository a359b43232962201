"""The streams of many texts at once, with numpy: a third of the time of ``index.analysis.normal``.

The texts are one array of code points, the streams are computed as arrays of code points, and each is decoded
once. What comes out is what ``normal.py`` gives for each text: a property test compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from msgspec import Struct

from archive.text.folding import kind
from index.analysis.normal import (
    BOUNDARY,
    MAX_TOKEN,
    ONE_TOKEN_KINDS,
    SEPARATOR,
    NormalTable,
    not_too_long,
    repeated,
)

_BLANK, _DOT, _LINE_END = ord(" "), ord(BOUNDARY), ord("\n")
# Values in the table of forms that are not code points.
_NOTHING, _SEVERAL, _UNKNOWN = 0x110000, 0x110001, 0x110002
_KINDS = ("symbol", "han", *ONE_TOKEN_KINDS)  # the first two are alone

Array = Any  # numpy.ndarray; of which element type is said by name


class Characters(Struct, frozen=True):
    """The characters of several normal forms in a row, without boundaries.

    Attributes:
        codes: their code points.
        lines: which of the texts each is of.
        boundaries: for each but the last, whether a boundary is between it and the next one.
        sources: where each is in the texts as written, joined with one character between two.
        of_jieba: whether it is one that jieba cuts.
        kinds: an index into the kinds of characters; neighbours of one above 1 are one word.
    """

    codes: Array
    lines: Array
    boundaries: Array
    sources: Array
    of_jieba: Array
    kinds: Array


class Vectors:
    """The normal form of each code point as arrays, filled in as texts ask for it."""

    def __init__(self, table: NormalTable) -> None:
        self._table = table
        self._forms = np.full(0x110000, _UNKNOWN, dtype=np.uint32)
        self._kinds = np.zeros(0x110000, dtype=np.uint8)
        self._forms[ord(SEPARATOR)] = _LINE_END

    def streams(
        self, texts: Sequence[str], search_words: Callable[[str], str]
    ) -> list[tuple[str, str, str]] | None:
        """Words, grams and characters of each text; None where a text holds the separator."""
        joined = SEPARATOR.join(texts)
        if joined.count(SEPARATOR) != len(texts) - 1:
            return None
        places, characters, lines, boundaries = self._characters(self._normal_codes(repeated(joined)))
        same_line = lines[1:] == lines[:-1]
        size = len(texts)
        grams = _gram_lines(characters, boundaries, lines, same_line, size)
        single = np.full((len(characters), 2), _BLANK, dtype="<u4")
        single[:, 0] = characters
        chars = _cut(single, 2 * _starts(lines, size))
        if not len(places):
            return list(zip([""] * size, grams, chars, strict=True))

        in_jieba = (characters >= 0x4E00) & (characters <= 0x9FD5)
        begins = np.concatenate(([True], boundaries | ~same_line))
        han_words = search_words(_run_lines(characters, begins, lines, in_jieba, size)).split("\n")
        others = self._other_lines(characters, begins, lines, in_jieba, size)
        firsts = _boundary_lines(characters, begins, lines, size)
        words = [" ".join(filter(None, parts)) for parts in zip(han_words, others, firsts, strict=True)]
        # A token is no longer than its stretch, so few lines have to be looked at.
        stretches = np.flatnonzero(np.append(begins, True))
        for line in np.unique(lines[stretches[:-1]][np.diff(stretches) > MAX_TOKEN]).tolist():
            words[line] = " ".join(not_too_long(words[line].split()))
        return list(zip(words, grams, chars, strict=True))

    def _characters(self, codes: Array) -> tuple[Array, Array, Array, Array]:
        """The characters of normal codes: their places, they, their lines, and after which a boundary is."""
        line_ends, dots = codes == _LINE_END, codes == _DOT
        places = np.flatnonzero(~(line_ends | dots | (codes == _BLANK)))
        characters = codes[places]
        lines = np.cumsum(line_ends)[places]
        same_line = lines[1:] == lines[:-1]
        boundaries = (np.diff(np.cumsum(dots)[places]) > 0) & same_line
        only_blanks = (np.diff(places) > 1) & ~boundaries & same_line
        if only_blanks.any():
            han = self._kinds[characters] == _KINDS.index("han")
            boundaries |= only_blanks & ~han[1:] & ~han[:-1]
        return places, characters, lines, boundaries

    def characters(self, texts: Sequence[str]) -> Characters:
        """The characters of the normal forms of these texts, with what is needed to count them in place."""
        joined = repeated(SEPARATOR.join(text.replace(SEPARATOR, "\u200b") for text in texts))
        codes = self._normal_codes(joined)
        sources = np.repeat(np.arange(len(joined)), self._widths(joined))
        places, characters, lines, boundaries = self._characters(codes)
        of_jieba = (characters >= 0x4E00) & (characters <= 0x9FD5)
        return Characters(characters, lines, boundaries, sources[places], of_jieba, self._kinds[characters])

    def places(self, texts: Sequence[str], run: str) -> list[list[tuple[int, int]]]:
        """The ranges of each text that are a run of Han characters, which may not overlap itself.

        They are those of ``Normal.span``: a combining mark belongs to the character before it.
        """
        found = self.characters(texts)
        codes, count = found.codes, len(found.codes) - len(run) + 1
        here = codes[: max(0, count)] == ord(run[0])
        for n, character in enumerate(run[1:], 1):
            together = ~found.boundaries[n - 1 :] & (found.lines[n:] == found.lines[n - 1 : -1])
            here &= (codes[n:] == ord(character))[:count] & together[:count]
        firsts = np.flatnonzero(here)
        sizes = np.array([0, *(len(text) + 1 for text in texts)])
        lines = found.lines[firsts]
        begins = np.cumsum(sizes)[lines]
        starts, ends = (found.sources[at] - begins for at in (firsts, firsts + len(run) - 1))
        places: list[list[tuple[int, int]]] = [[] for _ in texts]
        for line, start, last in zip(lines.tolist(), starts.tolist(), ends.tolist(), strict=True):
            text, end = repeated(texts[line]), last + 1
            while end < len(text) and kind(text[end]) == "mark":
                end += 1
            places[line].append((start, end))
        return places

    def _widths(self, joined: str) -> Array:
        """How many normal codes each code point gives."""
        codes = _points(joined)
        forms = self._forms[codes]
        widths = (forms != _NOTHING).astype(np.int64)
        for code in np.unique(codes[forms == _SEVERAL]).tolist():
            widths[codes == code] = len(self._table[code])
        return widths

    def _normal_codes(self, joined: str) -> Array:
        codes = _points(joined)
        forms = self._forms[codes]
        if (forms == _UNKNOWN).any():
            for code in np.unique(codes[forms == _UNKNOWN]).tolist():
                self._learn(code)
            forms = self._forms[codes]
        unusual = forms >= _NOTHING
        if unusual.any():
            for code in np.unique(codes[forms == _SEVERAL]).tolist():
                joined = joined.replace(chr(code), self._table[code])
            codes = _points(joined)
            forms = self._forms[codes]
            # Only now are there code points that came from others' forms.
            if (forms == _UNKNOWN).any():
                return self._normal_codes(joined)
            forms = forms[forms != _NOTHING]
        return forms

    def _learn(self, code: int) -> None:
        form = self._table[code]
        if len(form) == 1:
            self._forms[code] = ord(form)
            if (of_kind := kind(form)) in _KINDS:
                self._kinds[ord(form)] = _KINDS.index(of_kind)
        else:
            self._forms[code] = _SEVERAL if form else _NOTHING

    def _other_lines(
        self, characters: Array, begins: Array, lines: Array, in_jieba: Array, size: int
    ) -> list[str]:
        """The words that are not jieba's: runs of one kind, or single characters."""
        others = np.flatnonzero(~in_jieba)
        if not len(others):
            return [""] * size
        kinds = self._kinds[characters[others]]
        continues = (np.diff(others) == 1) & ~begins[others[1:]] & (kinds[1:] == kinds[:-1]) & (kinds[1:] > 1)
        ends = np.append(~continues, True)
        stream = np.repeat(characters[others], 1 + ends)
        blanks = np.cumsum(1 + ends)[ends] - 1
        stream[blanks] = _BLANK
        return _cut(stream, _after(1 + ends)[_starts(lines[others], size)])


def _points(text: str) -> Array:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _starts(lines: Array, size: int) -> Array:
    """Where each of the lines begins, and where the last one ends; ``lines`` are those of the elements."""
    return np.searchsorted(lines, np.arange(size + 1))


def _after(widths: Array) -> Array:
    """Where each element begins if they have these widths, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(widths)))


def _cut(stream: Array, places: Array) -> list[str]:
    """The lines of a stream, of which every token has a blank behind it; the last one of a line has none."""
    text = stream.tobytes().decode("utf-32-le")
    starts = places[:-1].tolist()
    ends = np.maximum(places[:-1], places[1:] - 1).tolist()
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _gram_lines(characters: Array, boundaries: Array, lines: Array, same_line: Array, size: int) -> list[str]:
    """Each two neighbours of a line, with the boundary between them."""
    pairs = np.flatnonzero(same_line)
    crossing = boundaries[pairs]
    places = _after(3 + crossing)
    ends = places[1:]
    stream = np.full(places[-1], _BLANK, dtype="<u4")
    stream[places[:-1]] = characters[pairs]
    stream[(ends - 3)[crossing]] = _DOT
    stream[ends - 2] = characters[pairs + 1]
    return _cut(stream, places[_starts(lines[pairs], size)])


def _run_lines(characters: Array, begins: Array, lines: Array, in_jieba: Array, size: int) -> str:
    """What jieba cuts, with a blank where a boundary or another character stood."""
    places = np.flatnonzero(in_jieba)
    if not len(places):
        return "\n" * (size - 1)
    apart = np.concatenate(([False], (np.diff(places) > 1) | begins[places[1:]]))
    begin = _after(1 + apart)
    stream = np.full(begin[-1], _BLANK, dtype="<u4")
    stream[begin[1:] - 1] = characters[places]
    text = stream.tobytes().decode("utf-32-le")
    cuts = begin[_starts(lines[places], size)].tolist()
    # A line's first run has its blank before it, but for the first of all.
    return "\n".join([text[start:end].lstrip(" ") for start, end in pairwise(cuts)])


def _boundary_lines(characters: Array, begins: Array, lines: Array, size: int) -> list[str]:
    """The boundary tokens: the first character of each stretch."""
    firsts = np.flatnonzero(begins)
    stream = np.full((len(firsts), 3), _BLANK, dtype="<u4")
    stream[:, 0] = _DOT
    stream[:, 1] = characters[firsts]
    return _cut(stream, 3 * _starts(lines[firsts], size))

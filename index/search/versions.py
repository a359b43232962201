"""Two texts side by side: which paragraphs belong together, and how they differ, character by character.

Found first are long runs of characters that occur once in each text, then ever shorter ones between them
("patience diff", Bram Cohen). So the time grows with the texts, not with their product as with ``difflib``.
Punctuation and white space are passed over, and characters are compared as they are folded for searching.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from archive.text.folding import Folding
from index.results import DocumentRef, DocumentView, PieceView
from index.search.cancellation import still_wanted

Run: TypeAlias = tuple[int, int, int]
"""A run that two texts have in common: its place in the one and in the other, and its length."""

_SIZES = ((32, None), (12, None), (5, None), (2, 400), (1, 60))
"""Lengths of the runs that are looked for, and characters up to which a gap is searched for them."""

_RELATED = 0.5
"""The share of the shorter paragraph that two which belong together have in common."""

MOST = 200_000
"""Characters of a document that are compared: two of them take about a second."""

How: TypeAlias = Literal["same", "variant", "only"]
_HOWS: tuple[How, ...] = get_args(How)
SAME, VARIANT, ONLY = range(3)


class ComparedPiece(Struct, frozen=True):
    """Characters of a paragraph that are the ``same`` in the other text, a ``variant`` there, or ``only``
    here.

    Attributes:
        difference: the number of the difference, from 1, that begins here; else 0.
    """

    text: str
    how: How
    difference: int


class ComparedParagraph(Struct, frozen=True):
    """A paragraph in pieces, with the id of its (first) passage; a mark between the paragraphs has none."""

    passage_id: str | None
    pieces: tuple[ComparedPiece, ...]


class ComparedRow(Struct, frozen=True):
    """Paragraphs of the one text and those of the other that belong to them; one side may have none."""

    left: tuple[ComparedParagraph, ...]
    right: tuple[ComparedParagraph, ...]

    @property
    def differs(self) -> bool:
        """Whether anything but punctuation and variant forms differs."""
        return any(piece.how == "only" for piece in self.pieces)

    @property
    def pieces(self) -> Iterator[ComparedPiece]:
        """The pieces of both sides."""
        return (piece for paragraph in (*self.left, *self.right) for piece in paragraph.pieces)


class Compared(Struct, frozen=True):
    """Two texts side by side.

    Attributes:
        documents: the one and the other.
        cut: of each, whether only its beginning is compared: it has more than MOST characters.
        common: characters that both have, without punctuation.
        left, right: characters of each.
        differences: places where one has characters that the other has not.
    """

    rows: tuple[ComparedRow, ...]
    common: int
    left: int
    right: int
    differences: int
    documents: tuple[DocumentRef, ...] = ()
    cut: tuple[bool, ...] = ()


class _Side:
    """A text: its paragraphs, and its characters that count, folded, with their places."""

    def __init__(self, paragraphs: Sequence[str], folding: Folding, ids: Sequence[str | None]) -> None:
        self.ids = ids
        self.raw = "".join(paragraphs)
        self.places = [i for i, c in enumerate(self.raw) if _counts(c)]
        folded = (self.raw[i].translate(folding) for i in self.places)
        self.key = "".join(
            c if len(c) == 1 else self.raw[i] for i, c in zip(self.places, folded, strict=True)
        )
        self.ends = [0, *accumulate(map(len, paragraphs))]  # of paragraphs in ``raw``
        self.starts = [bisect_left(self.places, end) for end in self.ends]  # of the same in ``key``
        self.partner = [-1] * len(self.key)
        self.begins: dict[int, int] = {}  # where in ``raw`` a difference begins, and its number

    def paragraph(self, at: int) -> int:
        return bisect_right(self.starts, at) - 1

    def length(self, paragraph: int) -> int:
        return self.starts[paragraph + 1] - self.starts[paragraph]


def _counts(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def side_by_side(one: Iterable[DocumentView], other: Iterable[DocumentView], folding: Folding) -> Compared:
    """Two documents, each given as its parts."""
    texts = list(beginning(one)), list(beginning(other))
    left, right = ([piece.text for piece in text] for text in texts)
    ids = [[piece.passages[0].id if piece.passages else None for piece in text] for text in texts]
    cut = tuple(sum(len(piece.text) for piece in text) > MOST for text in texts)
    return replace(compared(left, right, folding, ids), cut=cut)


def beginning(parts: Iterable[DocumentView]) -> Iterator[PieceView]:
    """The pieces of a document, up to MOST characters and the rest of one."""
    length = 0
    for part in parts:
        for piece in part.pieces:
            yield piece
            length += len(piece.text)
            if length > MOST:
                return


def compared(
    left: Sequence[str], right: Sequence[str], folding: Folding, ids: Sequence[Sequence[str | None]] = ()
) -> Compared:
    """The two texts, given as their paragraphs and perhaps the ids of these."""
    ids = ids or ([None] * len(left), [None] * len(right))
    one, other = _Side(left, folding, ids[0]), _Side(right, folding, ids[1])
    links: Counter[tuple[int, int]] = Counter()
    found = []
    for run in _within_paragraphs(common_runs(one.key, other.key), one, other):
        pair = one.paragraph(run[0]), other.paragraph(run[1])
        links[pair] += run[2]
        found.append((pair, run))
    related = {
        (i, j)
        for (i, j), n in links.items()
        if n >= 20 or n >= _RELATED * min(one.length(i), other.length(j))
    }
    for pair, (a, b, n) in found:
        if pair in related:
            one.partner[a : a + n] = range(b, b + n)
            other.partner[b : b + n] = range(a, a + n)
    for (i, j), (a, b, n) in found:
        if (i, j) in related:
            _extend(one, other, a - 1, b - 1, -1, a - one.starts[i])
            _extend(one, other, a + n, b + n, 1, one.starts[i + 1] - a - n)
    differences = _number_differences(one, other)
    hows = _hows(one, other), _hows(other, one)
    rows = tuple(
        ComparedRow(_pieces(one, hows[0], *lines[:2]), _pieces(other, hows[1], *lines[2:]))
        for lines in _rows(sorted(related), len(left), len(right))
    )
    common = sum(partner >= 0 for partner in one.partner)
    return Compared(rows, common, len(one.key), len(other.key), differences)


def _extend(one: _Side, other: _Side, a: int, b: int, step: int, most: int) -> None:
    """Make partners of the characters at either end of a run that are equal too.

    Where 第二一段 was cut out before 第二二段, the run of the latter may have begun with the former's 第二.
    """
    paragraph = other.paragraph(b - step)
    for _ in range(most):
        inside = other.starts[paragraph] <= b < other.starts[paragraph + 1]
        if not inside or one.partner[a] >= 0 or other.partner[b] >= 0 or one.key[a] != other.key[b]:
            return
        one.partner[a], other.partner[b] = b, a
        a, b = a + step, b + step


def common_runs(left: str, right: str) -> list[Run]:
    """Runs that both texts have, in the order of both."""
    found: list[Run] = []
    gaps = [(0, len(left), 0, len(right), 0)]
    while gaps:
        still_wanted()
        a, b, c, d, level = gaps.pop()
        size = 0
        while a + size < b and c + size < d and left[a + size] == right[c + size]:
            size += 1
        found += [(a, c, size)] * bool(size)
        a, c = a + size, c + size
        size = 0
        while a < b - size and c < d - size and left[b - size - 1] == right[d - size - 1]:
            size += 1
        b, d = b - size, d - size
        found += [(b, d, size)] * bool(size)
        if a == b or c == d or level == len(_SIZES):
            continue
        size, most = _SIZES[level]
        runs = [] if most and max(b - a, d - c) > most else _unique_runs(left[a:b], right[c:d], size)
        runs = [(a + i, c + j, n) for i, j, n in runs]
        found += runs
        edges = [(a, c, 0), *runs, (b, d, 0)]
        gaps += [(i + n, k, j + n, m, level + 1) for (i, j, n), (k, m, _) in pairwise(edges)]
    return sorted(found)


def _unique_runs(left: str, right: str, size: int) -> list[Run]:
    """The longest sequence of runs of ``size`` characters that occur once in either; what touches is one."""
    here, there = _once(left, size), _once(right, size)
    pairs = [(i, there[run]) for run, i in here.items() if run in there]
    runs: list[Run] = []
    for i, j in _ascending(pairs):
        if runs:
            a, c, n = runs[-1]
            if i - a == j - c <= n:
                runs[-1] = a, c, i - a + size
                continue
            skipped = max(0, a + n - i, c + n - j)
        else:
            skipped = 0
        if skipped < size:
            runs.append((i + skipped, j + skipped, size - skipped))
    return runs


def _once(text: str, size: int) -> dict[str, int]:
    """The runs of ``size`` characters that a text has once, and where, in its order."""
    places: dict[str, int] = {}
    for i in range(len(text) - size + 1):
        run = text[i : i + size]
        places[run] = -1 if run in places else i
    return {run: i for run, i in places.items() if i >= 0}


def _ascending(pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The longest part of the pairs, whose first numbers ascend, in which the second ones ascend too."""
    ends: list[int] = []  # of the sequences so far the lowest last number, by their length
    last: list[int] = []  # which pair that is
    before: list[int] = []
    for place, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [place]
    chain = []
    place = last[-1] if last else -1
    while place >= 0:
        chain.append(pairs[place])
        place = before[place]
    return reversed(chain)


def _within_paragraphs(runs: Iterable[Run], one: _Side, other: _Side) -> Iterator[Run]:
    """The runs, cut where a paragraph of either text ends."""
    for a, b, n in runs:
        while n:
            here, there = one.paragraph(a), other.paragraph(b)
            part = min(n, one.starts[here + 1] - a, other.starts[there + 1] - b)
            yield a, b, part
            a, b, n = a + part, b + part, n - part


def _rows(related: Sequence[tuple[int, int]], left: int, right: int) -> Iterator[tuple[int, int, int, int]]:
    """Ranges of paragraphs: those that belong together, and between them what only one text has."""
    groups: list[tuple[int, int, int, int]] = []
    for i, j in related:
        a, b, c, d = groups[-1] if groups else (0, -1, 0, -1)
        if i < b or j < d:
            groups[-1] = (a, max(b, i + 1), c, max(d, j + 1))
        else:
            groups.append((i, i + 1, j, j + 1))
    a = c = 0
    for group in (*groups, (left, left, right, right)):
        if group[0] > a or group[2] > c:
            yield a, group[0], c, group[2]
        if group[1] > group[0]:
            yield group
        a, c = group[1], group[3]


def _number_differences(one: _Side, other: _Side) -> int:
    """Notes where each difference begins, in the one text if that has anything there; how many there are."""
    matched = [(i, j) for i, j in enumerate(one.partner) if j >= 0]
    number = 0
    for (i, j), (k, m) in pairwise([(-1, -1), *matched, (len(one.key), len(other.key))]):
        if k > i + 1 or m > j + 1:
            number += 1
            side, at = (one, i + 1) if k > i + 1 else (other, j + 1)
            side.begins[side.places[at]] = number
    return number


def _hows(side: _Side, other: _Side) -> bytearray:
    """For each character of a text whether the other has it. Punctuation is at most a variant."""
    hows = bytearray(len(side.raw))
    ends = [*side.places, len(side.raw)][1:]
    following = [*side.partner, -1][1:]
    for place, end, at, beyond in zip(side.places, ends, side.partner, following, strict=True):
        if at < 0:
            hows[place] = ONLY
            if beyond < 0:
                hows[place:end] = bytes([ONLY]) * (end - place)
        else:
            there = other.places[at]
            hows[place] = VARIANT * (side.raw[place] != other.raw[there])
            if beyond == at + 1 and side.raw[place + 1 : end] != other.raw[there + 1 : other.places[beyond]]:
                hows[place + 1 : end] = bytes([VARIANT]) * (end - place - 1)
    return hows


def _pieces(side: _Side, hows: bytearray, first: int, last: int) -> tuple[ComparedParagraph, ...]:
    """The paragraphs from the first to before the last, in pieces."""
    found = []
    for paragraph in range(first, last):
        start, end = side.ends[paragraph : paragraph + 2]
        edges = [
            start,
            *(i for i in range(start + 1, end) if hows[i] != hows[i - 1] or i in side.begins),
            end,
        ]
        pieces = (
            ComparedPiece(side.raw[a:b], _HOWS[hows[a]], side.begins.get(a, 0))
            for a, b in pairwise(edges)
            if b > a
        )
        found.append(ComparedParagraph(side.ids[paragraph], tuple(pieces)))
    return tuple(found)

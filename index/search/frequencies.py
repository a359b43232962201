"""How often each character, pair of neighbours and word occurs in some passages, as columns.

Folded forms are counted together. A token is one integer: three characters of 21 bits, or the number of a
longer word. So counting is sorting, the numbers of 31 million characters take 16 bytes for each
different token, and no engine has to know how often a token occurs in a passage.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple

from archive.store import TextStore
from index.analysis.analyzer import Analyzer
from index.analysis.segmenters import segmenter_for
from index.analysis.vectors import Characters, Vectors
from index.requests import Token
from index.search.bounded_cache import Kept
from index.search.cancellation import still_wanted

Array = Any  # numpy.ndarray

_BITS = 21
_BATCH = 2_000
"""Passages that are counted at a time: on average 220,000 characters."""

_MERGED = 2_000_000
"""Different tokens of batches, with repetitions, that are held before they are summed: 32 MB."""

_MOST, _MOST_BYTES = 64, 128_000_000
"""How many counts a generation keeps, and of how many bytes; those that were made last stay."""


class Counts(Struct, frozen=True):
    """How often each token occurs: ``codes`` ascending, ``counts`` beside them."""

    codes: Array
    counts: Array

    @classmethod
    def of(cls, codes: Array, counts: Array) -> Counts:
        """Counts of tokens that may be named several times."""
        if not len(codes):
            return cls(codes, counts)
        order = np.argsort(codes, kind="stable")
        codes, counts = codes[order], counts[order]
        firsts = np.flatnonzero(np.concatenate(([True], codes[1:] != codes[:-1])))
        return cls(codes[firsts], np.add.reduceat(counts, firsts))

    @property
    def total(self) -> int:
        """All tokens."""
        return int(self.counts.sum())

    def among(self, codes: Array) -> Array:
        """How often each of these tokens occurs."""
        if not len(self.codes):
            return np.zeros(len(codes), dtype=np.int64)
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[places] == codes, self.counts[places], 0)

    def without(self, part: Counts) -> Counts:
        """What is left without a part of them."""
        return Counts(self.codes, self.counts - part.among(self.codes))


class Tokens(Struct, frozen=True):
    """The tokens of a batch: which, where they begin among its characters, and how many they have."""

    codes: Array
    starts: Array
    lengths: Array


class Surroundings(Struct, frozen=True):
    """The tokens around places.

    Attributes:
        inside: those that are whole in a window.
        touched: those of which a character is in a place; they are neither inside nor outside.
    """

    inside: Counts
    touched: Counts


class Frequencies:
    """The tokens of a generation. Safe to use from several threads; what was counted last is kept."""

    def __init__(self, store: TextStore, analyzer: Analyzer, vectors: Vectors) -> None:
        self._store = store
        self._words = analyzer.segmenter.words
        self._vectors = vectors
        self._segmenter: Any = None
        self._long: dict[str, int] = {}
        self._named: list[str] = []
        self.kept: Kept[Hashable, Counts] = Kept(_MOST, lambda counts: 16 * len(counts.codes), _MOST_BYTES)
        self._lock = Lock()

    def text(self, code: int) -> str:
        """The characters of a token."""
        if code < 0:
            return self._named[-code - 1]
        mask = (1 << _BITS) - 1
        points = (code >> 2 * _BITS, code >> _BITS & mask, code & mask)
        return "".join(chr(point) for point in points if point)

    def counted(self, unit: Token, keys: Sequence[int] | None) -> Counts:
        """The tokens of the passages of these keys, or of all."""
        tally = _Tally()
        for batch in self._batches(keys):
            tally.add(self._tokens(unit, self._vectors.characters([text for _, text in batch])).codes)
        return tally.counts()

    def near(
        self, unit: Token, keys: Array, starts: Array, ends: Array, left: int, right: int
    ) -> Surroundings:
        """The tokens up to ``left`` characters before and ``right`` behind places (``Places``).

        Characters are counted in the normal form, where any punctuation is one. A window ends with its
        passage; what is in several windows is counted once, what is in a place not at all.
        """
        inside, touched = _Tally(), _Tally()
        for batch in self._batches(np.unique(keys).tolist()):
            batch.sort()
            found = self._vectors.characters([text for _, text in batch])
            passages = np.array([key for key, _ in batch])
            sizes = np.array([len(text) + 1 for _, text in batch])
            first, last = np.searchsorted(keys, (passages[0], passages[-1] + 1))
            begins = (np.cumsum(sizes) - sizes)[np.searchsorted(passages, keys[first:last])]
            begin = np.searchsorted(found.sources, begins + starts[first:last])
            end = np.searchsorted(found.sources, begins + ends[first:last])
            begin, end = begin[begin < end], end[begin < end]
            lines = found.lines[begin]
            # The places of characters where a boundary has one too.
            at = np.arange(len(found.codes)) + np.concatenate(([0], np.cumsum(found.boundaries)))
            low = np.searchsorted(at, at[begin] - left)
            high = np.searchsorted(at, at[end - 1] + right, side="right")
            low = np.maximum(low, np.searchsorted(found.lines, lines))
            high = np.minimum(high, np.searchsorted(found.lines, lines, side="right"))
            size = len(found.codes)
            hit = _covered(begin, end, size)
            window = (_covered(low, begin, size) | _covered(end, high, size)) & ~hit
            tokens = self._tokens(unit, found)
            inside.add(tokens.codes[_within(window, tokens) == tokens.lengths])
            touched.add(tokens.codes[_within(hit, tokens) > 0])
        return Surroundings(inside.counts(), touched.counts())

    def _batches(self, keys: Sequence[int] | None) -> Iterator[list[tuple[int, str]]]:
        if keys is None:
            for batch in self._store.scan(batch=_BATCH):
                still_wanted()
                yield batch
            return
        remaining = iter(keys)
        done = 0
        while some := list(islice(remaining, _BATCH)):
            still_wanted(done, len(keys))
            yield list(self._store.texts(some))
            done += len(some)

    def _tokens(self, unit: Token, found: Characters) -> Tokens:
        codes = found.codes.astype(np.int64)
        if unit == "character":
            return Tokens(codes, np.arange(len(codes)), np.ones(len(codes), dtype=np.int64))
        if unit == "pair":
            starts = np.flatnonzero(~found.boundaries & (found.lines[1:] == found.lines[:-1]))
            return Tokens(codes[starts] << _BITS | codes[starts + 1], starts, np.full(len(starts), 2))
        return self._cut(codes, found)

    def _cut(self, codes: Array, found: Characters) -> Tokens:
        """The words: jieba's of the characters that it knows, of others neighbours of one kind."""
        apart = np.ones(len(codes), dtype=bool)
        apart[1:] = found.boundaries | (found.lines[1:] != found.lines[:-1])
        others = ~found.of_jieba
        same = np.zeros(len(codes), dtype=bool)
        same[1:] = others[1:] & others[:-1] & (found.kinds[1:] == found.kinds[:-1]) & (found.kinds[1:] > 1)
        starts_of_others = np.flatnonzero(others & (apart | ~same))
        ends_of_others = np.flatnonzero(others & ~np.append((same & ~apart)[1:], False)) + 1
        places = np.flatnonzero(found.of_jieba)
        if self._segmenter is None:
            self._segmenter = segmenter_for(self._words)
        lengths = np.fromiter(map(len, self._segmenter.cut_runs(_runs(codes, places, apart))), dtype=np.int64)
        starts = np.concatenate((places[np.cumsum(lengths) - lengths], starts_of_others))
        lengths = np.concatenate((lengths, ends_of_others - starts_of_others))
        words = codes[starts]
        for length in (2, 3):
            longer = lengths >= length
            words[longer] = words[longer] << _BITS | codes[starts[longer] + length - 1]
        for place in np.flatnonzero(lengths > 3).tolist():
            word = "".join(map(chr, codes[starts[place] : starts[place] + lengths[place]].tolist()))
            words[place] = self._number(word)
        return Tokens(words, starts, lengths)

    def _number(self, word: str) -> int:
        with self._lock:
            number = self._long.setdefault(word, len(self._long))
            if number == len(self._named):
                self._named.append(word)
        return -1 - number


class _Tally:
    """Tokens, batch by batch."""

    def __init__(self) -> None:
        self._parts: list[Counts] = [Counts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
        self._held = 0

    def add(self, codes: Array) -> None:
        """Count these."""
        part = Counts(*np.unique(codes, return_counts=True))
        self._parts.append(part)
        self._held += len(part.codes)
        if self._held > _MERGED:
            self._parts = [self.counts()]
            self._held = 0

    def counts(self) -> Counts:
        """What was counted so far."""
        return Counts.of(
            *(np.concatenate(columns) for columns in zip(*map(astuple, self._parts), strict=True))
        )


def _runs(codes: Array, places: Array, apart: Array) -> str:
    """The characters at these places, with a blank between runs of them."""
    if not len(places):
        return ""
    gaps = np.concatenate(([False], (np.diff(places) > 1) | apart[places[1:]]))
    runs = np.full(len(places) + int(gaps.sum()), ord(" "), dtype="<u4")
    runs[np.arange(len(places)) + np.cumsum(gaps)] = codes[places]
    return str(runs.tobytes().decode("utf-32-le"))


def _covered(starts: Array, ends: Array, size: int) -> Array:
    """Which of ``size`` characters are in one of these ranges."""
    steps = np.bincount(starts, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    return np.cumsum(steps)[:size] > 0


def _within(mask: Array, tokens: Tokens) -> Array:
    """How many characters of each token are of a mask."""
    sums = np.concatenate(([0], np.cumsum(mask)))
    return sums[tokens.starts + tokens.lengths] - sums[tokens.starts]

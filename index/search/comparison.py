"""Comparison of token frequencies: collocates of a run, and key words of some passages.

Both are one comparison: the tokens of a part with those of the rest, in a table of two rows and two columns.
Of collocates the part are the windows around the places, the rest is all else within the filters, and what is
in a place itself is in neither (Evert, "Corpora and collocations", 2008, 5.1). Only what the part has more of
than is expected is listed; what the rest has more of is found by comparing the other way round.

Tokens are characters, pairs of neighbours and words in their folded forms. A token is one integer: three
characters of 21 bits, or the number of a longer word. So counting is sorting, the counts of 31 million
characters take 16 bytes for each different token, and no engine has to know how often a token occurs in a
passage.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import islice
from threading import Lock
from typing import Any, get_args

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple, replace

from archive.errors import said
from archive.store import TextStore
from index.analysis.analyzer import Analyzer
from index.analysis.segmenters import segmenter_for
from index.analysis.vectors import Characters, Vectors
from index.errors import QueryError
from index.query import condition as asked
from index.query import nodes
from index.query.notation import notation
from index.requests import (
    LISTS,
    MAX_WINDOW,
    AssociationRequest,
    Measure,
    SearchRequest,
    Side,
    Token,
    one_of,
    require_types,
)
from index.results import Association, Associations
from index.search.answer import Answer
from index.search.cancellation import still_wanted
from index.search.filters import filter_conditions
from index.search.places import Kept, Places
from index.search.searchable import Searchable

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


# --- comparison ---------------------------------------------------------------------------------------------


class Comparisons:
    """The comparisons of one generation. Safe to use from several threads."""

    def __init__(self, archive: Searchable, vectors: Vectors) -> None:
        self._archive = archive
        self._frequencies = Frequencies(archive.store, archive.analyzer, vectors)

    def collocates(self, request: AssociationRequest) -> Associations:
        """What is near the places of a search. Raises QueryError, also like ``Archive.search``."""
        _check(request)
        self._archive.check(request.search)
        archive, unit, n = self._archive, request.unit, request.window
        left, right = n * (request.side != "right"), n * (request.side != "left")

        def near(places: Places) -> tuple[Array, ...]:
            columns = (np.array(places.keys), np.array(places.starts, "q"), np.array(places.ends, "q"))
            found = self._frequencies.near(unit, *columns, left, right)
            return (*astuple(found.inside), *astuple(found.touched))

        places = archive.places(request.search)
        columns = places.derived(("near", unit, left, right), near)
        inside, touched = Counts(*columns[:2]), Counts(*columns[2:])
        filters = {name: getattr(request.search, name) for name in (*LISTS.values(), "details")}
        every, _ = self._passages(SearchRequest("", **filters), unit)
        query = archive.answer(request.search).plan.query

        def hits(text: str) -> str:
            token: nodes.Node = nodes.Phrase(text, 0, 0)
            if isinstance(query.root, nodes.And | nodes.Not):
                root: nodes.Node = nodes.And((query.root, token))
            else:
                root = nodes.Near(query.root, token, n - len(text))
            return notation(replace(query, root=root, problems=()))

        rest = every.without(touched).without(inside)
        return self._compared(request, archive.answer(request.search), len(places), inside, rest, 0, hits)

    def keyness(self, request: AssociationRequest) -> Associations:
        """What the passages of a search have more of than others.

        Raises:
            QueryError: like ``Archive.search``; or there is nothing to compare.
        """
        _check(request)
        self._archive.check(request.search)
        unit, search = request.unit, request.search
        if not search.query.strip() and search == search.unfiltered:
            raise QueryError(
                "There is nothing to compare: all passages are on one side.",
                hint="Give a query, or a filter such as an author.",
            )
        part, keys = self._passages(search, unit)
        common = 0
        if request.against is None:
            rest = self._passages(SearchRequest(""), unit)[0].without(part)
        else:
            rest, others = self._passages(request.against, unit)
            common = len(set(keys or ()).intersection(others or ()))
        answer = self._archive.answer(search)

        def hits(text: str) -> str:
            root: nodes.Node = nodes.Phrase(text, 0, 0)
            if search.query.strip():
                root = nodes.And((answer.plan.query.root, root))
            return notation(replace(answer.plan.query, root=root, problems=()))

        return self._compared(request, answer, len(keys or ()), part, rest, common, hits)

    def _passages(self, request: SearchRequest, unit: Token) -> tuple[Counts, Sequence[int] | None]:
        """The tokens of what a request finds, and the keys of these passages; None for all."""
        archive = self._archive
        archive.check(request)
        page = SearchRequest(request.query)
        request = replace(request, limit=page.limit, offset=0, sort=page.sort, facets=(), complete=True)
        keys: Sequence[int] | None = None
        if request.query.strip():
            keys = archive.snapshot.keys(archive.answer(request).condition)
        elif request != request.unfiltered:
            filters = filter_conditions(request, archive.store, archive.folders)
            keys = archive.snapshot.keys(asked.every(filters))
        counts = self._frequencies.kept.get((request, unit), lambda: self._frequencies.counted(unit, keys))
        return counts, keys

    def _compared(
        self,
        request: AssociationRequest,
        answer: Answer,
        places: int,
        part: Counts,
        rest: Counts,
        common: int,
        hits: Callable[[str], str],
    ) -> Associations:
        inside, outside = part.total, rest.total
        wanted = part.counts >= request.least
        codes, counts = part.codes[wanted], part.counts[wanted]
        others = rest.among(codes)
        measures = measured(counts, others, inside, outside)
        more = np.flatnonzero(measures["mutual_information"] > 0)
        order = more[np.lexsort((codes[more], -measures[request.measure][more]))]
        first, limit = request.search.offset, request.search.limit
        rows = []
        for place in order[first : first + limit].tolist():
            text = self._frequencies.text(int(codes[place]))
            values: dict[str, Any] = {name: round(float(m[place]), 6) for name, m in measures.items()}
            values["count"] = int(counts[place])
            rows.append(Association(text, rest=int(others[place]), query=hits(text), **values))
        return Associations(
            understood=answer.plan.understood,
            unit=request.unit,
            places=places,
            inside=inside,
            outside=outside,
            common=common,
            total=len(order),
            offset=first,
            problems=answer.problems,
            rows=tuple(rows),
        )


def measured(counts: Array, others: Array, inside: int, outside: int) -> dict[Measure, Array]:
    """The measures of tokens: ``counts`` of ``inside`` tokens in all, and ``others`` of ``outside``.

    ``log_likelihood``: G² of the table of two rows and two columns, 2 Σ O ln(O / E) (Dunning, "Accurate
    Methods for the Statistics of Surprise and Coincidence", 1993). ``mutual_information``: log2(O / E) of the
    part's cell (Church and Hanks, "Word Association Norms, Mutual Information, and Lexicography", 1990).
    ``log_ratio``: log2 of the quotient of the relative frequencies (Hardie, "Log Ratio", 2014), with half an
    occurrence where the rest has none.
    """
    a, b = counts.astype(float), others.astype(float)
    n = float(inside + outside)
    observed = (a, b, inside - a, outside - b)
    both = a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (inside * both / n, outside * both / n, inside * (n - both) / n, outside * (n - both) / n)
        terms = [np.where(o > 0, o * np.log(o / e), 0.0) for o, e in zip(observed, expected, strict=True)]
        return {
            "log_likelihood": np.maximum(2 * sum(terms), 0.0),
            "mutual_information": np.log2(a / expected[0]),
            "log_ratio": np.log2((a / inside) / (np.where(b > 0, b, 0.5) / max(outside, 1))),
            "count": counts,
        }


def _check(request: AssociationRequest) -> None:
    require_types(request)
    one_of("unit", request.unit, get_args(Token))
    one_of("measure", request.measure, get_args(Measure))
    one_of("side", request.side, get_args(Side))
    if not 1 <= request.window <= MAX_WINDOW:
        raise QueryError(said("window is {}; it may be 1 to {}.", request.window, MAX_WINDOW))
    if request.least < 1:
        raise QueryError(said("least is {}; it counts from 1.", request.least))

"""Searching an index: conditions to sets of records and sums of scores, one segment at a time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, reduce
from heapq import nlargest, nsmallest
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from archive.errors import said
from index.engines.base import FacetCounts, Hit, Sort, idf, term_factors, term_weights
from index.engines.whoosh.segment import (
    ENGINE,
    FIELDS,
    POSITIONAL,
    TERM,
    Postings,
    Segment,
    named,
    positions,
    read_contents,
)
from index.errors import EngineError
from index.query import condition as asked
from index.query.condition import Column, Condition, RankTerm, Stream

Records = range | set[int]  # some of the records of a segment; a range is all of them
_FEW = 20  # so many times fewer records than a token has are looked up one by one
_EARLY = (asked.TokenPhrase, asked.LoosePhrase)  # look at few postings
_LATE = (asked.DateOverlaps, asked.ColumnIn, asked.KeyIn)  # look at each record


def matches(segment: Segment, condition: asked.Condition) -> set[int]:
    """The records of the segment that meet the condition and are not deleted."""
    return set(_matches(segment, condition, range(segment.size))) - segment.deleted


def _matches(segment: Segment, condition: asked.Condition, among: Records) -> set[int]:
    match condition:
        case asked.TokenPhrase(stream, tokens):
            return _phrase(segment, stream, [(token,) for token in tokens], among)
        case asked.LoosePhrase(stream, places):
            return _phrase(segment, stream, places, among)
        case asked.AnyToken(stream, tokens):
            return _any(segment, stream, tokens, among)
        case asked.ColumnIn(column, values):
            return _where(segment, column, values, among)
        case asked.KeyIn(keys):
            return _where(segment, "key", keys, among)
        case asked.DateOverlaps(first, last):
            starts, ends = segment.column("date_from"), segment.column("date_to")
            return {n for n in among if starts[n] and starts[n] <= last and ends[n] >= first}
        case asked.All(parts):
            ordered = sorted(parts, key=_cost)
            return set(reduce(lambda left, part: _matches(segment, part, left), ordered, among))
        case asked.Some(parts):
            return set(chain.from_iterable(_matches(segment, part, among) for part in parts))
        case asked.Without(wanted, unwanted):
            among = _matches(segment, wanted, among)
            return among - _matches(segment, unwanted, among)
    raise EngineError(ENGINE, said("the condition {} is not known", type(condition).__name__))


def _cost(condition: asked.Condition) -> int:
    """The order of the parts of an ``All``."""
    few = isinstance(condition, asked.KeyIn) and len(condition.keys) <= _FEW
    return 0 if few else 1 if isinstance(condition, _EARLY) else 3 if isinstance(condition, _LATE) else 2


def _where(segment: Segment, name: str, values: Sequence[int], among: Records) -> set[int]:
    column, wanted = segment.column(name), frozenset(values)
    return {number for number in among if column[number] in wanted}


def _any(segment: Segment, stream: asked.Stream, tokens: Sequence[str], among: Records) -> set[int]:
    """The records that have one of the tokens."""
    found: set[int] = set()
    for token in dict.fromkeys(tokens):
        records = segment.postings(stream, token).records
        few = len(among) * _FEW < len(records)
        found.update((r for r in among if place_of(r, records) is not None) if few else records)
    return found if isinstance(among, range) else found & among


def place_of(record: int, records: Sequence[int]) -> int | None:
    """Where a record is in an ascending list of them; None where it is not."""
    place = bisect_left(records, record)
    return place if place < len(records) and records[place] == record else None


def _phrase(
    segment: Segment, stream: asked.Stream, places: Sequence[Sequence[str]], among: Records
) -> set[int]:
    """The records in which the places follow each other.

    Each that has all of them becomes a string, with a character for each token of the phrase, in which a
    regular expression looks for it: a run that repeats itself takes no longer than another.
    """
    if not places:
        raise EngineError(ENGINE, "a phrase without tokens")
    if len(places) > 1 and FIELDS[stream] not in POSITIONAL:
        raise EngineError(
            ENGINE, said("the stream {} has no positions, so no phrase can be found in it", stream)
        )
    rarity = {place: sum(segment.frequency(stream, token) for token in place) for place in places}
    for place in sorted(rarity, key=rarity.__getitem__):
        among = _any(segment, stream, place, among)
    if len(places) == 1 or not among:
        return set(among)
    signs = {token: chr(0xF0000 + n) for n, token in enumerate(dict.fromkeys(chain.from_iterable(rarity)))}
    wanted = re.compile("".join([f"[{''.join(map(signs.__getitem__, place))}]" for place in places]))
    postings = [(sign, segment.postings(stream, token)) for token, sign in signs.items()]
    return {record for record in among if wanted.search(_signs(record, postings))}


def _signs(record: int, postings: Sequence[tuple[str, Postings]]) -> str:
    """The record's tokens as a string: the sign of each that is in the postings, a blank for any others."""
    found: dict[int, str] = {}
    for sign, having in postings:
        if (place := place_of(record, having.records)) is not None:
            found.update(dict.fromkeys(positions(having.values[place]), sign))
    return "".join([sign if at - 1 in found else f" {sign}" for at, sign in sorted(found.items())])


Found: TypeAlias = list[tuple[Segment, set[int]]]  # the records of each segment that meet a condition
_EQUAL_SCORES = 9  # decimals; scores that differ by less are the same sum taken in another order


class WhooshSnapshot:
    """The segments that the table of contents named when it was opened."""

    def __init__(self, folder: Path) -> None:
        self._segments: list[Segment] = []
        self._factors: dict[Stream, Callable[[int], list[float]]] = {}
        self._closed = False
        # One search is often followed by a count and facets of the same condition.
        self._found = lru_cache(maxsize=8)(lambda c: [(s, matches(s, c)) for s in self._segments])
        try:
            with named(f"opening the index in {folder.name} failed"):
                for entry in read_contents(folder)[1]:
                    self._segments.append(Segment(folder, entry))
                self._records = sum(segment.size for segment in self._segments)
                for stream, name in FIELDS.items():
                    tokens = sum(segment.tokens[name] for segment in self._segments)
                    self._factors[stream] = term_factors(tokens / max(1, self._records))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """What a damaged or closed file leads to arrives as an EngineError."""
        if self._closed:
            raise EngineError(ENGINE, "the snapshot is closed", hint="Open the archive again.")
        with named("reading the index failed"):
            try:
                yield
            except RecursionError as error:
                raise EngineError(ENGINE, "the condition is nested too deeply") from error

    def search(
        self,
        condition: Condition,
        rank: Sequence[RankTerm],
        *,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> list[Hit]:
        """See ``Snapshot.search``."""
        with self._asked():
            found, wanted = self._found(condition), offset + limit
            if limit <= 0 or offset < 0:
                return []
            if sort == "relevance" and rank:
                return self._best(found, rank, wanted)[offset:]
            order = "by_date" if sort == "date" else "key"
            places = zip(self._values(found, order), self._values(found, "key"), strict=True)
            return [Hit(key, 0.0) for _, key in nsmallest(wanted, places)[offset:]]

    def _best(self, found: Found, rank: Sequence[RankTerm], wanted: int) -> list[Hit]:
        """The best, summed a term at a time: a record at a time, as Whoosh does it, takes a hundredfold."""
        scored: list[tuple[float, int, Segment]] = []
        for segment, records in found:
            sums = [0.0] * segment.size
            for (stream, token), share in term_weights(rank).items():
                weight = share * idf(self._records, self.frequency(stream, token))
                postings = segment.postings(stream, token)
                having, frequencies = postings.records, postings.frequencies
                lengths, factors = segment.column(f"{FIELDS[stream]}_length"), self._factors[stream]
                if len(records) * 5 < len(having):
                    for record in records:
                        if (place := place_of(record, having)) is not None:
                            sums[record] += weight * factors(frequencies[place])[lengths[record]]
                else:
                    table = {frequency: factors(frequency) for frequency in set(frequencies)}
                    for record, frequency in zip(having, frequencies, strict=True):
                        sums[record] += weight * table[frequency][lengths[record]]
            scored += [(sums[record], record, segment) for record in records]
        if wanted < len(scored):  # only those that could be among the wanted ones
            last = nlargest(wanted, [score for score, _, _ in scored])[-1] - 10**-_EQUAL_SCORES
            scored = [entry for entry in scored if entry[0] >= last]
        ranked = [(-round(score, _EQUAL_SCORES), s.column("key")[n], score) for score, n, s in scored]
        return [Hit(key, score) for _, key, score in sorted(ranked)[:wanted]]

    def count(self, condition: Condition) -> int:
        """See ``Snapshot.count``."""
        with self._asked():
            return sum(len(records) for _, records in self._found(condition))

    def keys(self, condition: Condition) -> list[int]:
        """See ``Snapshot.keys``."""
        with self._asked():
            return sorted(self._values(self._found(condition), "key"))

    def _values(self, found: Found, column: str) -> Iterator[int]:
        for segment, records in found:
            yield from map(segment.column(column).__getitem__, records)

    def facets(
        self, condition: Condition, columns: Sequence[Column], limit: int, *, whole: Collection[Column] = ()
    ) -> dict[Column, FacetCounts]:
        """See ``Snapshot.facets``."""
        with self._asked():
            counts = {column: Counter(self._values(self._found(condition), column)) for column in columns}
            return {c: FacetCounts.of(counts[c], None if c in whole else limit) for c in columns}

    def frequency(self, stream: Stream, token: str) -> int:
        """See ``Snapshot.frequency``. Records that were deleted and not merged away yet count."""
        with self._asked():
            return sum(segment.frequency(stream, token) for segment in self._segments)

    def words(self, least: int) -> list[tuple[str, int]] | None:
        """See ``Snapshot.words``."""
        counts: Counter[bytes] = Counter()
        with self._asked():
            for segment in self._segments:
                for term, value in segment.terms("words"):
                    counts[term] += TERM.unpack(value)[2]
            return [(term.decode("utf-8", "surrogatepass"), n) for term, n in counts.items() if n >= least]

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """See the protocol. Nothing here is far away."""

    def size(self) -> int:
        """See ``Snapshot.size``."""
        return self._records - sum(len(segment.deleted) for segment in self._segments)

    def close(self) -> None:
        """See ``Snapshot.close``. A search that goes on in another thread ends or fails by name."""
        self._closed = True
        self._found.cache_clear()
        for segment in self._segments:
            segment.close()

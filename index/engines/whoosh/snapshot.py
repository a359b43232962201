"""A snapshot: the segments that the table of contents named when it was opened."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from heapq import nlargest, nsmallest
from pathlib import Path

from index.engines.base import FacetCounts, Hit, Sort
from index.engines.whoosh import toc
from index.engines.whoosh.layout import ENGINE, REBUILD, damaged
from index.engines.whoosh.matching import matches
from index.engines.whoosh.pool import FIELDS
from index.engines.whoosh.scoring import Scorer
from index.engines.whoosh.segment import Segment
from index.errors import EngineError
from index.query.condition import (
    Column,
    Condition,
    RankTerm,
    Stream,
)

# Scores that differ by less are the same sum taken in another order, and count as equal.
_EQUAL_SCORES = 9  # decimals


class WhooshSnapshot:
    """Implements ``index.engines.base.Snapshot``."""

    def __init__(self, folder: Path) -> None:
        self._segments: list[Segment] = []
        self._closed = False
        # One search is often followed by a count and facets of the same condition.
        self._matches = lru_cache(maxsize=8)(self._evaluate)
        try:
            with self._asked():
                for entry in toc.read(folder):
                    self._segments.append(_opened(folder, entry))
                self._scorer = Scorer(self._segments)
        except BaseException:
            self.close()
            raise
        self._size = sum(segment.size - len(segment.deleted) for segment in self._segments)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        """What a damaged or closed file leads to arrives as an EngineError."""
        try:
            if self._closed:
                raise ValueError
            yield
        except RecursionError as error:
            raise EngineError(ENGINE, "the condition is nested too deeply") from error
        except (LookupError, ValueError, OSError, BufferError) as error:
            if self._closed:
                raise EngineError(ENGINE, "the snapshot is closed") from error
            reason = f"the index cannot be read ({type(error).__name__}: {error})"
            raise EngineError(ENGINE, reason, hint=REBUILD) from error

    def _evaluate(self, condition: Condition) -> list[set[int]]:
        return [matches(segment, condition) for segment in self._segments]

    def _found(self, condition: Condition) -> list[tuple[Segment, set[int]]]:
        return list(zip(self._segments, self._matches(condition), strict=True))

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
            return self._search(condition, rank, sort, offset, limit)

    def _search(
        self, condition: Condition, rank: Sequence[RankTerm], sort: Sort, offset: int, limit: int
    ) -> list[Hit]:
        found = self._found(condition)
        wanted = offset + limit
        if limit <= 0 or offset < 0:
            return []
        if sort == "relevance" and rank:
            return self._best(found, rank, wanted)[offset:]
        # "order" and unscored relevance: by key. "date": by date, then by key.
        columns: tuple[str, ...] = ("by_date", "key") if sort == "date" else ("key", "key")
        places: list[tuple[int, int]] = []
        for segment, records in found:
            first, second = (segment.column(name) for name in columns)
            places.extend([(first[record], second[record]) for record in records])
        return [Hit(key, 0.0) for _, key in _smallest(places, wanted)[offset:]]

    def _best(
        self, found: list[tuple[Segment, set[int]]], rank: Sequence[RankTerm], wanted: int
    ) -> list[Hit]:
        weights = self._scorer.weights(rank)
        scored: list[tuple[float, int, int]] = []
        for number, (_, records) in enumerate(found):
            if records:
                scored += [(s, r, number) for s, r in self._scorer.score(number, records, weights)]
        if wanted < len(scored):
            # The records that could be among the wanted ones, those of equal score included.
            last = nlargest(wanted, [score for score, _, _ in scored])[-1] - 10**-_EQUAL_SCORES
            scored = [entry for entry in scored if entry[0] >= last]
        ranked = [
            (-round(score, _EQUAL_SCORES), found[number][0].column("key")[record], score)
            for score, record, number in scored
        ]
        ranked.sort()
        return [Hit(key, score) for _, key, score in ranked[:wanted]]

    def count(self, condition: Condition) -> int:
        """See ``Snapshot.count``."""
        with self._asked():
            return sum(len(records) for _, records in self._found(condition))

    def keys(self, condition: Condition) -> list[int]:
        """See ``Snapshot.keys``."""
        keys: list[int] = []
        with self._asked():
            for segment, records in self._found(condition):
                column = segment.column("key")
                keys.extend([column[record] for record in records])
        keys.sort()
        return keys

    def facets(
        self, condition: Condition, columns: Sequence[Column], limit: int, *, whole: Collection[Column] = ()
    ) -> dict[Column, FacetCounts]:
        """See ``Snapshot.facets``."""
        with self._asked():
            found = self._found(condition)
            return {
                column: _facet_counts(found, column, None if column in whole else limit) for column in columns
            }

    def frequency(self, stream: Stream, token: str) -> int:
        """See ``Snapshot.frequency``. Records that were deleted and not merged away yet count."""
        with self._asked():
            return self._scorer.frequency(stream, token)

    def terms(self, stream: Stream, prefix: str, least: int = 1) -> list[tuple[str, int]]:
        """See ``Snapshot.terms``."""
        wanted = prefix.encode("utf-8", "surrogatepass")
        counts: Counter[bytes] = Counter()
        with self._asked():
            for segment in self._segments:
                for key, number in segment.field(FIELDS[stream]).frequencies(wanted):
                    counts[key] += number
        terms = [(key.decode("utf-8", "surrogatepass"), n) for key, n in counts.items() if n >= least]
        terms.sort(key=lambda term: (-term[1], term[0]))
        return terms

    def size(self) -> int:
        """See ``Snapshot.size``."""
        return self._size

    def verify(self) -> None:
        """Compare all files with their checksums. Raises EngineError for the first that differs."""
        with self._asked():
            for segment in self._segments:
                segment.verify()

    def close(self) -> None:
        """See ``Snapshot.close``. A search that goes on in another thread ends or fails by name."""
        self._closed = True
        self._matches.cache_clear()
        for segment in self._segments:
            segment.close()


def _opened(folder: Path, entry: toc.Entry) -> Segment:
    segment = Segment(folder, entry.name, entry.deleted)
    if segment.size != entry.records or segment.bytes != entry.bytes:
        segment.close()
        raise damaged(folder / entry.name, "it is not the segment that the table of contents names")
    return segment


def _facet_counts(found: list[tuple[Segment, set[int]]], column: Column, limit: int | None) -> FacetCounts:
    counts: Counter[int] = Counter()
    for segment, records in found:
        counts.update(map(segment.column(column).__getitem__, records))
    del counts[0]
    if limit is None:
        return FacetCounts(list(counts.items()), len(counts), counts.total())
    top = nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))
    return FacetCounts(top, len(counts), counts.total())


def _smallest(places: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    if wanted * 8 < len(places):
        return nsmallest(wanted, places)
    places.sort()
    return places[:wanted]

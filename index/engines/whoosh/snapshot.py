"""A snapshot: the segments that the table of contents named when it was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from heapq import nlargest, nsmallest
from pathlib import Path
from typing import ParamSpec, TypeVar

from index.engines.base import Column, Condition, Hit, RankTerm, Sort, Stream
from index.engines.whoosh import toc
from index.engines.whoosh.layout import ENGINE, REBUILD, damaged
from index.engines.whoosh.matching import matches
from index.engines.whoosh.scoring import Scorer
from index.engines.whoosh.segment import Segment
from index.errors import EngineError

P = ParamSpec("P")
T = TypeVar("T")

# Scores that differ by less are the same sum taken in another order, and count as equal.
_EQUAL_SCORES = 9  # decimals


def named_errors(method: Callable[P, T]) -> Callable[P, T]:
    """What a damaged or closed file leads to arrives as an EngineError."""

    @wraps(method)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except (IndexError, KeyError, ValueError, OSError, BufferError, RecursionError) as error:
            raise EngineError(ENGINE, f"{type(error).__name__}: {error}", hint=REBUILD) from error

    return guarded


class WhooshSnapshot:
    """Implements ``index.engines.base.Snapshot``."""

    @named_errors
    def __init__(self, folder: Path) -> None:
        self._segments: list[Segment] = []
        self._closed = False
        try:
            for entry in toc.read(folder):
                segment = Segment(folder, entry.name, entry.deleted)
                self._segments.append(segment)
                if segment.size != entry.records or segment.bytes != entry.bytes:
                    raise damaged(folder / entry.name, "it is not the file that the table of contents names")
        except BaseException:
            self.close()
            raise
        self._scorer = Scorer(self._segments)
        self._size = sum(segment.size - len(segment.deleted) for segment in self._segments)
        # One search is often followed by a count and facets of the same condition.
        self._matches = lru_cache(maxsize=8)(self._evaluate)

    def _evaluate(self, condition: Condition) -> list[set[int]]:
        return [matches(segment, condition) for segment in self._segments]

    def _found(self, condition: Condition) -> list[tuple[Segment, set[int]]]:
        if self._closed:
            raise EngineError(ENGINE, "the snapshot is closed")
        return list(zip(self._segments, self._matches(condition), strict=True))

    @named_errors
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

    @named_errors
    def count(self, condition: Condition) -> int:
        """See ``Snapshot.count``."""
        return sum(len(records) for _, records in self._found(condition))

    @named_errors
    def keys(self, condition: Condition) -> list[int]:
        """See ``Snapshot.keys``."""
        keys: list[int] = []
        for segment, records in self._found(condition):
            column = segment.column("key")
            keys.extend([column[record] for record in records])
        keys.sort()
        return keys

    @named_errors
    def facets(self, condition: Condition, column: Column, limit: int) -> list[tuple[int, int]]:
        """See ``Snapshot.facets``."""
        counts: Counter[int] = Counter()
        for segment, records in self._found(condition):
            counts.update(map(segment.column(column).__getitem__, records))
        del counts[0]
        return nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0]))

    @named_errors
    def frequency(self, stream: Stream, token: str) -> int:
        """See ``Snapshot.frequency``. Records that were deleted and not merged away yet count."""
        if self._closed:
            raise EngineError(ENGINE, "the snapshot is closed")
        return self._scorer.frequency(stream, token)

    def size(self) -> int:
        """See ``Snapshot.size``."""
        return self._size

    @named_errors
    def verify(self) -> None:
        """Compare all files with their checksums. Raises EngineError for the first that differs."""
        for segment in self._segments:
            segment.verify()

    def close(self) -> None:
        """See ``Snapshot.close``. A search that goes on in another thread ends or fails by name."""
        self._closed = True
        for segment in self._segments:
            segment.close()


def _smallest(places: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    if wanted * 8 < len(places):
        return nsmallest(wanted, places)
    places.sort()
    return places[:wanted]

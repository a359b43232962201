"""A snapshot: the segments that the table of contents named when it was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from heapq import nlargest, nsmallest
from pathlib import Path
from typing import TypeAlias

from index.engines.base import FacetCounts, Hit, Sort
from index.engines.bm25 import term_factors, term_weights
from index.engines.whoosh import toc
from index.engines.whoosh.blocks import TERM
from index.engines.whoosh.matching import matches, place_of
from index.engines.whoosh.segment import Segment
from index.errors import EngineError
from index.query.condition import Column, Condition, RankTerm, Stream

Found: TypeAlias = list[tuple[Segment, set[int]]]  # the records of each segment that meet a condition
_EQUAL_SCORES = 9  # decimals; scores that differ by less are the same sum taken in another order


class WhooshSnapshot:
    """Implements ``index.engines.base.Snapshot``."""

    def __init__(self, folder: Path) -> None:
        self._segments: list[Segment] = []
        self._factors: dict[Stream, Callable[[int], list[float]]] = {}
        self._closed = False
        # One search is often followed by a count and facets of the same condition.
        self._found = lru_cache(maxsize=8)(lambda c: [(s, matches(s, c)) for s in self._segments])
        try:
            with toc.named(f"opening the index in {folder.name} failed"):
                for entry in toc.read(folder)[1]:
                    self._segments.append(Segment(folder, entry))
                self._records = sum(segment.size for segment in self._segments)
                for stream, name in toc.FIELDS.items():
                    tokens = sum(segment.tokens[name] for segment in self._segments)
                    self._factors[stream] = term_factors(tokens / max(1, self._records))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """What a damaged or closed file leads to arrives as an EngineError."""
        if self._closed:
            raise EngineError(toc.ENGINE, "the snapshot is closed", hint="Open the archive again.")
        with toc.named("reading the index failed"):
            try:
                yield
            except RecursionError as error:
                raise EngineError(toc.ENGINE, "the condition is nested too deeply") from error

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
            for (stream, token), weight in term_weights(rank, self._records, self.frequency).items():
                postings = segment.postings(stream, token)
                having, frequencies = postings.records, postings.frequencies
                lengths, factors = segment.column(f"{toc.FIELDS[stream]}_length"), self._factors[stream]
                if len(records) * 5 < len(having):
                    for record in records:
                        if (place := place_of(record, having)) is not None:
                            sums[record] += weight * factors(frequencies[place])[lengths[record]]
                else:
                    table = list(map(factors, range(max(frequencies, default=0) + 1)))
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

"""What the proximity of its words adds to the score of a passage, for the best of a tier.

BM25 does not see where words stand. Added to its score are the long runs that passage and query share, and
the densest window of query words (``docs/making/ranking.md`` has the formula and its worth). Computed on
normal forms, so the same on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY
from index.engines.base import Snapshot
from index.engines.bm25 import idf
from index.query.condition import Stream
from index.query.nodes import Query
from index.query.query_words import function_tokens
from index.query.rank import FUNCTION, frequencies, ranking_texts

LOOKED_AT = 30
"""So many passages of a tier are looked at: the best by BM25."""

# Chosen on cmrc2018 together with the weights of the streams.
RUNS = 0.3
WINDOW = 1.5
WIDTH = 30  # characters of the normal form between the beginnings of the first and the last word of a window


class Nearness:
    """What nearness adds to the scores of one query. Asks the snapshot for frequencies when first used."""

    def __init__(self, query: Query, analyzer: Analyzer, snapshot: Snapshot) -> None:
        self._query = query
        self._analyzer = analyzer
        self._snapshot = snapshot

    @property
    def asks(self) -> tuple[Callable[[], object], ...]:
        """What of this asks the snapshot (its ``ahead``)."""
        return lambda: self._words, lambda: self._grams

    @property
    def matters(self) -> bool:
        """Whether the query has several words. A single one has nothing to be near."""
        return self._query.match != "exact" and len(self._words) > 1

    @cached_property
    def _runs(self) -> list[str]:
        """The runs of the query in normal form; three characters are one word and not worth a look."""
        normals = (self._analyzer.normal_text(text) for text in ranking_texts(self._query))
        runs = dict.fromkeys(normals)
        return list(runs) if len(runs) > 1 else [run for run in runs if len(run) > 3]

    @cached_property
    def _words(self) -> dict[str, float]:
        """The words of the query with their idf, as they stand in the ``words`` stream."""
        words = (word for run in self._runs for word in self._analyzer.word_tokens(run))
        return self._weighted("words", (word for word in words if BOUNDARY not in word))

    @cached_property
    def _grams(self) -> dict[str, float]:
        return self._weighted("grams", (gram for run in self._runs for gram in self._analyzer.grams(run)))

    def _weighted(self, stream: Stream, tokens: Iterable[str]) -> dict[str, float]:
        """The tokens that occur somewhere, with the idf of BM25; of function words a part of it."""
        size, light = self._snapshot.size(), function_tokens(self._analyzer, self._runs)
        weights: dict[str, float] = {}
        for token, n in frequencies(self._snapshot, stream, tokens).items():
            if n:
                weights[token] = idf(max(size, n), n) * (FUNCTION if token in light else 1.0)
        return weights

    def bonus(self, text: str) -> float:
        """What is added to the score of a passage of this text; never negative."""
        normal = self._analyzer.normal_text(text)
        return RUNS * sum(self._shared(run, normal) for run in self._runs) + WINDOW * self._densest(normal)

    def _shared(self, run: str, text: str) -> float:
        """For each longest run that both share, the idf of its grams without the highest: two characters
        in a row have been counted already."""
        total = 0.0
        start, size = 0, len(run)
        while start < size - 1:
            end = start + 2
            if run[start:end] not in text:
                start += 1
                continue
            while end < size and run[start : end + 1] in text:
                end += 1
            if end - start > 2:
                worth = [self._grams.get(gram, 0.0) for gram in self._analyzer.grams(run[start:end])]
                total += sum(worth) - max(worth, default=0.0)
            start = max(start + 1, end - 1)
        return total

    def _densest(self, text: str) -> float:
        """The largest sum of idf of different words that begin within one window."""
        places: list[tuple[int, str]] = []
        for word in self._words:
            at = text.find(word)
            while at >= 0:
                places.append((at, word))
                at = text.find(word, at + 1)
        places.sort()
        inside: dict[str, int] = {}
        best = total = 0.0
        first = 0
        for at, word in places:
            inside[word] = inside.get(word, 0) + 1
            if inside[word] == 1:
                total += self._words[word]
            while places[first][0] < at - WIDTH:
                left = places[first][1]
                inside[left] -= 1
                if not inside[left]:
                    total -= self._words[left]
                first += 1
            best = max(best, total)
        return best

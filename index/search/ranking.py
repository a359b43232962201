"""Ranking: the weighted tokens that rank a query, and the bonus for the proximity of its words.

Only what is wanted ranks, nothing under a NOT. Nothing here decides what is found.
``docs/making/ranking.md`` has the formulas and their worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from itertools import chain
from typing import Protocol

from msgspec.structs import replace

from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY
from index.engines.base import Snapshot, idf
from index.query import nodes
from index.query.condition import RankTerm, Stream
from index.query.query_words import function_tokens

# Chosen on cmrc2018; docs/making/ranking.md has the measurements.
WEIGHTS: dict[Stream, float] = {"words": 0.6, "grams": 0.5, "chars": 0.5, "title": 1.0, "section": 0.5}

MOST_TERMS: dict[Stream, int] = {"words": 128, "grams": 128, "chars": 12, "title": 128, "section": 128}
"""The number of tokens of a stream that rank, the rarest ones.

Of the single characters of a question the common ones occur in most passages: they were half of what had to
be added up for thirty characters, and the right passage ranks no higher then (``docs/making/ranking.md``).
"""

FUNCTION = 0.1
"""What a function word weighs of what another word would: 什么 and 哪里 are rare in many archives."""

LOOKED_AT = 30
"""Passages of a tier that are looked at: the best by BM25."""

# Chosen on cmrc2018 together with the weights of the streams.
RUNS = 0.3
WINDOW = 1.5
WIDTH = 30  # characters of the normal form between the beginnings of the first and the last word of a window


class RankingSource(Protocol):
    """What ranking asks of an engine (``index.engines.base.Snapshot``)."""

    def frequency(self, stream: Stream, token: str) -> int:
        """In how many records the token occurs in the stream."""
        ...

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """Fetch what these calls will ask."""
        ...


def frequencies(snapshot: RankingSource, stream: Stream, tokens: Iterable[str]) -> dict[str, int]:
    """In how many records each of the tokens occurs in the stream."""
    wanted = list(dict.fromkeys(tokens))
    snapshot.prefetch(*(partial(snapshot.frequency, stream, token) for token in wanted))
    return {token: snapshot.frequency(stream, token) for token in wanted}


def rank_terms(analyzer: Analyzer, query: nodes.Query, snapshot: RankingSource) -> list[RankTerm]:
    """The tokens that rank. One that occurs nowhere may be among them, and gives nothing."""
    counts: dict[Stream, Counter[str]] = {stream: Counter() for stream in WEIGHTS}
    cut = query.match != "exact"
    runs = [analyzer.normal_text(text) for text in dict.fromkeys(ranking_texts(query))]
    for normal in runs:
        grams = analyzer.grams(normal)
        counts["words"].update(_words(analyzer, normal, cut))
        counts["grams"].update(grams)
        counts["chars"].update(normal.replace(BOUNDARY, ""))
        for stream in ("title", "section"):
            counts[stream].update(grams)
    characters = _rarest("chars", counts.pop("chars"), snapshot)
    # A character that is too common to rank is too common as a word, too.
    ranking = {term.token for term in characters}
    for word in [word for word in counts["words"] if len(word) == 1 and word not in ranking]:
        del counts["words"][word]
    snapshot.prefetch(*(partial(_rarest, stream, tokens, snapshot) for stream, tokens in counts.items()))
    terms: list[RankTerm] = []
    for stream, tokens in counts.items():
        terms += _rarest(stream, tokens, snapshot)
    light = function_tokens(analyzer, runs)
    return [
        replace(term, weight=term.weight * FUNCTION) if term.token in light else term
        for term in (*terms, *characters)
    ]


def _words(analyzer: Analyzer, normal: str, cut: bool) -> Iterable[str]:
    """The word tokens of a run. Three characters or fewer rank as one word: jieba need not be loaded."""
    if len(normal) <= 3 and BOUNDARY not in normal:
        return (normal,)
    return analyzer.word_tokens(normal) if cut else ()


def _rarest(stream: Stream, tokens: Counter[str], snapshot: RankingSource) -> list[RankTerm]:
    ranking: Iterable[str] = tokens
    if len(tokens) > MOST_TERMS[stream]:
        found = sorted((n, token) for token, n in frequencies(snapshot, stream, tokens).items() if n)
        ranking = [token for _, token in found[: MOST_TERMS[stream]]]
    weight = WEIGHTS[stream]
    return [RankTerm(stream, token, weight * tokens[token]) for token in ranking]


def ranking_texts(query: nodes.Query) -> Iterator[str]:
    """The runs that are wanted, as typed. Words with nothing but spaces between them are one run."""
    if query.literal is not None:
        yield query.literal.text
    else:
        yield from chain.from_iterable(map(_texts, nodes.leaves(query.root)))


def _texts(leaf: nodes.Term | nodes.Phrase | nodes.Pattern) -> Iterator[str]:
    match leaf:
        case nodes.Term(text) | nodes.Phrase(text):
            yield text
        case nodes.Pattern(parts):
            for part in parts:
                if isinstance(part, nodes.Run):
                    yield part.text
                elif isinstance(part, nodes.OneOf):
                    yield from (run.text for run in part.runs)


class Nearness:
    """What nearness adds to the scores of the best of a tier: BM25 does not see where words are.

    The long runs that passage and query share, and the densest window of query words, both on normal forms,
    so the same on every engine. Asks the snapshot for frequencies when first used.
    """

    def __init__(self, query: nodes.Query, analyzer: Analyzer, snapshot: Snapshot) -> None:
        self._query = query
        self._analyzer = analyzer
        self._snapshot = snapshot

    @property
    def asks(self) -> tuple[Callable[[], object], ...]:
        """The calls to the snapshot that follow, for its ``prefetch``."""
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
        """The words of the query with their idf, as they are in the ``words`` stream."""
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
        normal = self._analyzer.normal(text).text
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

"""In which order: the weighted tokens by which a query ranks what was found (``docs/making/ranking.md``).

Only what is wanted ranks, nothing under a NOT; and nothing here decides what is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Protocol

from msgspec.structs import replace

from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY
from index.query import nodes
from index.query.condition import RankTerm, Stream
from index.query.query_words import function_tokens

# Chosen on cmrc2018; docs/making/ranking.md has the measurements.
WEIGHTS: dict[Stream, float] = {"words": 0.6, "grams": 0.5, "chars": 0.5, "title": 1.0, "section": 0.5}

MOST_TERMS: dict[Stream, int] = {"words": 128, "grams": 128, "chars": 12, "title": 128, "section": 128}
"""So many tokens of a stream rank: the rarest.

Of the single characters of a question the common ones stand in most passages: they were half of what had to
be added up for thirty characters, and the right passage stands no higher then (``docs/making/ranking.md``).
"""

FUNCTION = 0.1
"""What a function word weighs of what another word would: 什么 and 哪里 are rare in many archives."""


class Frequencies(Protocol):
    """What ranking asks of an engine (``index.engines.base.Snapshot``)."""

    def frequency(self, stream: Stream, token: str) -> int:
        """In how many records the token stands in the stream."""
        ...

    def ahead(self, *calls: Callable[[], object]) -> None:
        """Say which calls follow."""
        ...


def frequencies(snapshot: Frequencies, stream: Stream, tokens: Iterable[str]) -> dict[str, int]:
    """In how many records each of the tokens stands in the stream."""
    wanted = list(dict.fromkeys(tokens))
    snapshot.ahead(*(partial(snapshot.frequency, stream, token) for token in wanted))
    return {token: snapshot.frequency(stream, token) for token in wanted}


def rank_terms(analyzer: Analyzer, query: nodes.Query, snapshot: Frequencies) -> list[RankTerm]:
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


def _rarest(stream: Stream, tokens: Counter[str], snapshot: Frequencies) -> list[RankTerm]:
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

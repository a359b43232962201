"""The literal run of a query with punctuation inside it, where no passage holds it as it was typed."""

from __future__ import annotations

from functools import partial
from itertools import chain

from msgspec.structs import replace

from index.query.condition import All, AnyToken, LoosePhrase
from index.query.nodes import Phrase, Term
from index.query.rank import frequencies
from index.results import SearchRequest
from index.search.answer import Answer
from index.search.searchable import Searchable

LEAST = 4
"""Characters of a run: two or three meet by chance where one sentence ends and the next begins."""

_RAREST = 4
"""Pairs of neighbours that are looked for together first: a fifteenth of the time of the whole run."""


def passages_across(archive: Searchable, request: SearchRequest, answer: Answer) -> int:
    """How many passages hold the literal run if punctuation does not stand in the way.

    0 where some hold it as it was typed, or where the query is not one run.
    """
    query = answer.plan.query
    run = query.root if request.match == "exact" else query.literal
    if request.across or request.match not in ("auto", "exact") or answer.is_literal:
        return 0
    if not isinstance(run, Term | Phrase):
        return 0
    analyzer, snapshot = archive.analyzer, archive.generation.snapshot
    neighbours = analyzer.loose_grams(analyzer.normal_text(run.text))
    if len(neighbours) < LEAST - 1:
        return 0
    # Of most questions some neighbours meet nowhere, in either way, or the rarest not in one passage.
    found = frequencies(snapshot, "grams", chain.from_iterable(neighbours))
    rarity = [sum(map(found.__getitem__, ways)) for ways in neighbours]
    if not min(rarity):
        return 0
    rarest = sorted(range(len(neighbours)), key=rarity.__getitem__)[:_RAREST]
    together = All(tuple(AnyToken("grams", neighbours[place]) for place in rarest))
    calls = [partial(snapshot.count, c) for c in (together, LoosePhrase("grams", tuple(neighbours)))]
    snapshot.ahead(*calls)
    if not all(call() for call in calls):
        return 0
    return archive.answer(replace(request, match="exact", across=True, facets=())).total

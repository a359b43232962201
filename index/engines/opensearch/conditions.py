"""From the conditions of the protocol to queries of OpenSearch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.errors import said
from index.engines.base import COLUMN_FIELDS, POSITIONS
from index.engines.opensearch.schema import BESIDE, NAME
from index.errors import EngineError
from index.query import condition as asked

NOTHING: dict[str, Any] = {"match_none": {}}
EVERYTHING: dict[str, Any] = {"match_all": {}}


def compile_condition(condition: asked.Condition) -> dict[str, Any]:
    """The condition as a query; its scores are meaningless."""
    match condition:
        case asked.All(()):
            return EVERYTHING
        case asked.TokenPhrase(stream, (token,)):
            return {"term": {stream: token}}
        case asked.TokenPhrase(stream, tokens):
            return _phrase(stream, tokens, "tokens")
        case asked.LoosePhrase(stream, (alternatives,)):
            return _any_of(stream, alternatives)
        case asked.LoosePhrase(stream, places):
            return _phrase(stream, [BESIDE.join(place) for place in places], "places")
        case asked.AnyToken(stream, tokens):
            return _any_of(stream, tokens)
        case asked.ColumnIn(column, values):
            return _any_of(COLUMN_FIELDS[column], values)
        case asked.KeyIn(keys):
            return _any_of("key", keys)
        case asked.DateOverlaps(first, last):
            begins, ends = {"gte": 1, "lte": last}, {"gte": first}
            return {"bool": {"filter": [{"range": {"date_from": begins}}, {"range": {"date_to": ends}}]}}
        case asked.All(parts):
            return {"bool": {"filter": [compile_condition(part) for part in parts]}}
        case asked.Some(parts) if parts:
            return {"bool": {"should": [compile_condition(part) for part in parts]}}
        case asked.Without(wanted, unwanted):
            return {
                "bool": {"filter": [compile_condition(wanted)], "must_not": [compile_condition(unwanted)]}
            }
        case _:
            return NOTHING


def scored(
    query: dict[str, Any], rank: Sequence[asked.RankTerm], factors: Mapping[str, float]
) -> dict[str, Any]:
    """What finds the same and sums the BM25 of the rank terms, each times the factor of its stream."""
    weights: dict[tuple[str, str], float] = {}
    for term in rank:
        weights[term.stream, term.token] = weights.get((term.stream, term.token), 0.0) + term.weight
    terms = [
        {"term": {stream: {"value": token, "boost": weight * factors[stream]}}}
        for (stream, token), weight in weights.items()
    ]
    return {"bool": {"filter": [query], "should": terms}}


def _phrase(stream: str, places: Sequence[str], analyzer: str) -> dict[str, Any]:
    if stream not in POSITIONS:
        raise EngineError(NAME, said("the stream {} has no positions, so no phrases", stream))
    return {"match_phrase": {stream: {"query": " ".join(places), "analyzer": analyzer}}}


def _any_of(field: str, values: Sequence[str | int]) -> dict[str, Any]:
    return {"terms": {field: list(values)}} if values else NOTHING

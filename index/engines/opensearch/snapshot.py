"""Searching an index of a cluster. It never changes once it is published, so each request sees the same."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec
from opensearchpy import NotFoundError

from archive.errors import said
from archive.store import POSITION_BITS
from index.cluster.connection import Cluster
from index.engines.base import COLUMN_FIELDS, POSITIONS, FacetCounts, Hit, Sort, term_weights
from index.engines.guarded import NotFetchedError
from index.engines.opensearch.schema import (
    BESIDE,
    NAME,
    WINDOW,
    named,
    require_format,
    restored,
)
from index.errors import EngineError
from index.query import condition as asked
from index.query.condition import (
    Column,
    Condition,
    KeyIn,
    LoosePhrase,
    RankTerm,
    Stream,
    TokenPhrase,
)

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
    terms = [
        {"term": {stream: {"value": token, "boost": weight * factors[stream]}}}
        for (stream, token), weight in term_weights(rank).items()
    ]
    return {"bool": {"filter": [query], "should": terms}}


def _phrase(stream: str, places: Sequence[str], analyzer: str) -> dict[str, Any]:
    if stream not in POSITIONS:
        raise EngineError(NAME, said("the stream {} has no positions, so no phrases", stream))
    return {"match_phrase": {stream: {"query": " ".join(places), "analyzer": analyzer}}}


def _any_of(field: str, values: Sequence[str | int]) -> dict[str, Any]:
    return {"terms": {field: list(values)}} if values else NOTHING


_CLAUSES = 400
"""Places of a loose phrase that are asked for with all else: a query has at most 1,024 clauses."""

_BUCKETS = 50_000
"""Values of one request: a cluster answers with at most 65,535 by default."""

_UNUSED = 500
"""Answers that a thread has fetched and keeps until they are used."""

_ROUNDS = 20
"""Requests of one ``prefetch``: more than halvings of a list of words. Longer walks go on alone."""

_BY: dict[str, list[dict[str, str]]] = {
    "relevance": [{"_score": "desc"}, {"key": "asc"}],
    "date": [{"by_date": "asc"}, {"key": "asc"}],
    "order": [{"key": "asc"}],
}


class _Prefetched(threading.local):
    """The answers that a thread has fetched and not used yet, by search: its JSON and its type.

    During ``prefetch`` also the searches whose answers are lacking.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[bytes, str], dict[str, Any]] = {}
        self.lacking: list[tuple[bytes, str]] | None = None


class OpenSearchSnapshot:
    """An index of a cluster."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._closed = False
        self._prefetched = _Prefetched()
        about = self._about()
        require_format(about["mappings"].get("_meta", {}).get("format"))
        similarities = about["settings"]["index"]["similarity"]
        # What one shard counts is what all count.
        self._scoring = (
            "dfs_query_then_fetch"
            if int(about["settings"]["index"]["number_of_shards"]) > 1
            else "query_then_fetch"
        )
        self._factors = {stream: restored(float(one["k1"])) for stream, one in similarities.items()}
        self.frequency = lru_cache(maxsize=100_000)(self._frequency)
        self._compile = lru_cache(maxsize=8)(self._compiled)
        self._size = self.count(asked.EVERYTHING)

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """See the protocol. In each round every call goes on to the next answer that it lacks."""
        here = self._prefetched
        if here.lacking is not None:  # a call of another prefetch
            _unfinished(calls)
            return
        if len(here.answers) > _UNUSED:
            here.answers.clear()
        left: Sequence[Callable[[], object]] = calls
        for _ in range(_ROUNDS):
            here.lacking = []
            try:
                left = _unfinished(left)
                lacking = list(dict.fromkeys(here.lacking))
            finally:
                here.lacking = None
            if len(left) < 2:  # the last one goes on alone as well
                return
            here.answers.update(zip(lacking, self._answers(lacking), strict=True))

    @named("searching failed")
    def search(
        self,
        condition: Condition,
        rank: Sequence[RankTerm],
        *,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> list[Hit]:
        """See the protocol."""
        if limit <= 0 or offset >= self._size:
            return []
        query = self._compile(condition)
        if sort == "relevance" and rank:
            found = self._page(scored(query, rank, self._factors), "relevance", offset, limit)
            return [Hit(key, score) for score, key in found]
        found = self._page(query, "order" if sort == "relevance" else sort, offset, limit)
        return [Hit(place[-1], 0.0) for place in found]

    @named("counting failed")
    def count(self, condition: Condition) -> int:
        """See the protocol."""
        answer = self._ask({"query": self._compile(condition), "size": 0, "track_total_hits": True})
        return int(answer["hits"]["total"]["value"])

    @named("listing keys failed")
    def keys(self, condition: Condition) -> list[int]:
        """See the protocol."""
        return [key for (key,) in self._walk(self._compile(condition), "order")]

    @named("listing keys failed")
    def between(self, low: int, high: int) -> Iterator[int]:
        """The keys of all records of the documents from ``low`` to before ``high``."""
        within = {"gte": low << POSITION_BITS, "lt": high << POSITION_BITS}
        return (key for (key,) in self._walk({"range": {"key": within}}, "order"))

    @named("counting facets failed")
    def facets(
        self, condition: Condition, columns: Sequence[Column], limit: int, *, whole: Collection[Column] = ()
    ) -> dict[Column, FacetCounts]:
        """See the protocol."""
        query = self._compile(condition)
        counts: dict[Column, Counter[int]] = {column: Counter() for column in columns}
        asking: dict[Column, dict[str, Any]] = {
            column: {
                "size": _BUCKETS // len(columns),
                "sources": [{"value": {"terms": {"field": COLUMN_FIELDS[column]}}}],
            }
            for column in columns
        }
        while asking:
            requests = {column: {"composite": request} for column, request in asking.items()}
            answer = self._ask({"query": query, "size": 0, "track_total_hits": False, "aggs": requests})
            for column in list(asking):
                found = answer["aggregations"][column]
                counts[column].update({b["key"]["value"]: b["doc_count"] for b in found["buckets"]})
                if len(found["buckets"]) < asking[column]["size"]:
                    del asking[column]
                else:
                    asking[column]["after"] = found["after_key"]
        return {
            column: FacetCounts.of(count, None if column in whole else limit)
            for column, count in counts.items()
        }

    def words(self, least: int) -> list[tuple[str, int]] | None:  # noqa: ARG002
        """See the protocol. To list them the cluster would load them all into its memory."""
        return None

    def size(self) -> int:
        """See the protocol."""
        return self._size

    def close(self) -> None:
        """See the protocol."""
        self._closed = True

    def _frequency(self, stream: Stream, token: str) -> int:
        return self.count(TokenPhrase(stream, (token,)))

    def _compiled(self, condition: Condition) -> dict[str, Any]:
        return compile_condition(self._shortened(condition))

    def _shortened(self, condition: Condition) -> Condition:
        """The condition with what it finds in place of each loose phrase that is very long."""
        match condition:
            case LoosePhrase(_, places) if len(places) > _CLAUSES:
                return KeyIn(tuple(k for (k,) in self._walk(compile_condition(condition), "order")))
            case asked.All(parts):
                return asked.All(tuple(map(self._shortened, parts)))
            case asked.Some(parts):
                return asked.Some(tuple(map(self._shortened, parts)))
            case asked.Without(wanted, unwanted):
                return asked.Without(self._shortened(wanted), self._shortened(unwanted))
            case _:
                return condition

    def _page(self, query: dict[str, Any], sort: str, offset: int, limit: int) -> list[Any]:
        """For each hit what it is sorted by."""
        if offset + limit <= WINDOW:
            return self._hits(query, sort, limit, {"from": offset})
        return list(islice(self._walk(query, sort), offset, offset + limit))

    def _walk(self, query: dict[str, Any], sort: str) -> Iterator[Any]:
        """All hits, a window at a time, each from where the last one ended."""
        further: dict[str, Any] = {}
        while found := self._hits(query, sort, WINDOW, further):
            yield from found
            if len(found) < WINDOW:
                return
            further = {"search_after": found[-1]}

    def _hits(self, query: dict[str, Any], sort: str, size: int, further: dict[str, Any]) -> list[Any]:
        request = {"query": query, "sort": _BY[sort], "size": size, "track_total_hits": False, **further}
        answer = self._ask({**request, "_source": False, "stored_fields": "_none_"}, sort == "relevance")
        return [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]

    def _ask(self, request: dict[str, Any], scores: bool = False) -> dict[str, Any]:
        asked = msgspec.json.encode(request), self._scoring if scores else "query_then_fetch"
        here = self._prefetched
        if here.lacking is None:
            return here.answers.pop(asked, None) or self._answers([asked])[0]
        if asked not in here.answers:
            here.lacking.append(asked)
            raise NotFetchedError
        return here.answers[asked]

    def _answers(self, searches: Sequence[tuple[bytes, str]]) -> list[dict[str, Any]]:
        if self._closed:
            raise EngineError(NAME, "the snapshot is closed.", hint="Open the archive again.")
        try:
            return self._cluster.searches(self._index, searches)
        except NotFoundError as error:
            raise self._gone() from error

    def _about(self) -> dict[str, Any]:
        try:
            found = self._cluster.ask(lambda client: client.indices.get(index=self._index))
        except NotFoundError as error:
            raise self._gone() from error
        return dict(found[self._index])

    def _gone(self) -> EngineError:
        return EngineError(
            NAME,
            said("{} has no index {} any more", self._cluster.address, self._index),
            hint="A later build has replaced it: open the archive again.",
        )


def _unfinished(calls: Sequence[Callable[[], object]]) -> list[Callable[[], object]]:
    """The calls that end at an answer which is not fetched yet."""
    left = []
    for call in calls:
        try:
            call()
        except NotFetchedError:
            left.append(call)
    return left

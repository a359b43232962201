"""Searching a tantivy index: conditions as its queries, scores, facets."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from operator import itemgetter, neg
from pathlib import Path
from typing import Any

from index.analysis.normal import BOUNDARY
from index.engines.base import COLUMN_FIELDS, FacetCounts, Hit, Sort
from index.engines.tantivy.library import LOCKS, NAME, attach, library, named, schema
from index.errors import EngineError
from index.query import condition as asked
from index.query.condition import Column, Condition, RankTerm, Stream

# Every character that the syntax of Rust's regex crate gives a meaning (regex_syntax::is_meta_character).
META = frozenset("\\.+*?()|[]{}^$#&-~")

_LOOKED_UP = 256
"""Up to so many values are looked up one by one. tantivy's set query goes through the dictionary instead:
three times as long for thirty grams, half of the time for a thousand documents."""


def escape(token: str) -> str:
    """A regular expression of Rust's syntax that matches exactly ``token``."""
    return "".join("\\" + c if c in META else c for c in token)


def compile_condition(fields: Any, condition: asked.Condition) -> Any:
    """The condition as a tantivy query; its scores are meaningless."""
    t: Any = library()
    query, must = t.Query, t.Occur.Must

    def compiled(part: asked.Condition) -> Any:
        return compile_condition(fields, part)

    match condition:
        case asked.TokenPhrase(stream, (token,)):
            return query.term_query(fields, stream, token, index_option="basic")
        case asked.TokenPhrase(stream, tokens):
            return query.phrase_query(fields, stream, list(tokens))
        case asked.LoosePhrase(stream, (alternatives,)):
            return any_of(fields, stream, alternatives)
        case asked.LoosePhrase(stream, places):
            if all(len(place) == 1 for place in places):
                return query.phrase_query(fields, stream, [place[0] for place in places])
            patterns = ["|".join(map(escape, place)) for place in places]
            return query.regex_phrase_query(fields, stream, patterns)
        case asked.AnyToken(stream, tokens):
            return any_of(fields, stream, tokens)
        case asked.ColumnIn(column, values):
            return any_of(fields, COLUMN_FIELDS[column], values)
        case asked.KeyIn(keys):
            return any_of(fields, "key", keys)
        case asked.DateOverlaps(first, last):
            integer = t.FieldType.Integer
            return query.boolean_query(
                [
                    (must, query.range_query(fields, "date_from", integer, 1, last)),
                    (must, query.range_query(fields, "date_to", integer, first, None)),
                ]
            )
        case asked.All(()):
            return query.all_query()
        case asked.All(parts):
            return query.boolean_query([(must, compiled(part)) for part in parts])
        case asked.Some(()):
            return query.empty_query()
        case asked.Some(parts):
            return query.boolean_query([(t.Occur.Should, compiled(part)) for part in parts])
        case asked.Without(wanted, unwanted):
            return query.boolean_query([(must, compiled(wanted)), (t.Occur.MustNot, compiled(unwanted))])


def any_of(fields: Any, field: str, values: Sequence[str | int]) -> Any:
    """Records of which the field has at least one of the values."""
    query, should = library().Query, library().Occur.Should
    if not values:
        return query.empty_query()
    if len(values) > _LOOKED_UP:
        return query.term_set_query(fields, field, list(values))
    terms = (query.term_query(fields, field, value, index_option="basic") for value in values)
    return query.boolean_query([(should, term) for term in terms])


_EVERY = 10_000_000
"""More values than a column has: all are counted, so that ties at the limit are decided by value."""


class TantivySnapshot:
    """A searcher on the segments that the index had when it was opened."""

    def __init__(self, folder: Path) -> None:
        self._schema = schema()
        with named("opening the index failed"):
            self._searcher: Any = self._open(folder)
        # One page asks for hits and facets of the same condition; ranking and nearness ask for the same
        # tokens, and so does the next question.
        self._compile = lru_cache(maxsize=8)(lambda condition: compile_condition(self._schema, condition))
        self._frequency = lru_cache(maxsize=10_000)(
            named("counting a term failed")(lambda *term: int(self._searcher_now.doc_freq(*term)))
        )

    @staticmethod
    def _open(folder: Path) -> Any:
        """A searcher that keeps all its files mapped.

        tantivy takes a lock file while it opens segments. In a folder that cannot be written the same files
        are opened through a temporary folder of symbolic links instead, which is not needed afterwards.
        """
        if os.access(folder, os.W_OK):
            searcher = TantivySnapshot._searcher_in(folder)
            for name in LOCKS:
                (folder / name).unlink(missing_ok=True)
            return searcher
        import tempfile  # with what packs files 5 ms, which few folders need

        # tantivy's thread that watches the folder may still make a lock file in it while it is removed.
        with tempfile.TemporaryDirectory(prefix="juanzong-", ignore_cleanup_errors=True) as linked:
            for file in folder.iterdir():
                if file.name not in LOCKS:
                    (Path(linked) / file.name).symlink_to(file.resolve())
            return TantivySnapshot._searcher_in(Path(linked))

    @staticmethod
    def _searcher_in(folder: Path) -> Any:
        index = attach(library().Index.open(str(folder)))
        index.config_reader("manual")
        return index.searcher()

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
        if limit <= 0:
            return []
        query = self._compile(condition)
        if sort == "relevance" and rank:
            return self._best(query, rank, offset, limit)
        return self._sorted(query, "by_date" if sort == "date" else "key", offset, limit)

    @named("counting failed")
    def count(self, condition: Condition) -> int:
        """See the protocol."""
        return int(self._searcher_now.search(self._compile(condition), limit=1).count)

    @named("listing keys failed")
    def keys(self, condition: Condition) -> list[int]:
        """See the protocol."""
        found = self._sorted(self._compile(condition), "key", 0, max(1, self.size()))
        return [hit.key for hit in found]

    @named("counting facets failed")
    def facets(
        self, condition: Condition, columns: Sequence[Column], limit: int, *, whole: Collection[Column] = ()
    ) -> dict[Column, FacetCounts]:
        """See the protocol. One pass over the records, for all columns."""
        if not columns:
            return {}
        query = self._compile(condition)
        request = {
            column: {"terms": {"field": COLUMN_FIELDS[column], "size": _EVERY, "segment_size": _EVERY}}
            for column in columns
        }
        try:
            answer = self._searcher_now.aggregate(query, request)
        except ValueError as error:
            if "bucket limit" not in str(error):
                raise
            # It aggregates no more than 65,000 values, all columns together; an archive has more documents.
            if len(columns) > 1:
                return {
                    column: self.facets(condition, (column,), limit, whole=whole)[column]
                    for column in columns
                }
            (column,) = columns
            values = (int(value) for value, _ in self._by_field(query, COLUMN_FIELDS[column], 0, self.size()))
            return {column: FacetCounts.of(Counter(values), None if column in whole else limit)}
        return {
            column: _facet_counts(answer[column]["buckets"], None if column in whole else limit)
            for column in columns
        }

    def frequency(self, stream: Stream, token: str) -> int:
        """See the protocol."""
        return self._frequency(stream, token)

    @named("listing words failed")
    def words(self, least: int) -> list[tuple[str, int]] | None:
        """See the protocol. Of 31 million characters all words at once took 320 MB; most of them are rare."""
        listed = self._searcher_now.terms_with_prefix
        first = [BOUNDARY, *(character for character, _ in listed("chars", ""))]
        return [term for begin in first for term in listed("words", begin) if term[1] >= least]

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """See the protocol. Nothing here is far away."""

    def size(self) -> int:
        """See the protocol."""
        return int(self._searcher_now.num_docs)

    def close(self) -> None:
        """See the protocol."""
        self._searcher = None
        self._compile.cache_clear()
        self._frequency.cache_clear()

    @property
    def _searcher_now(self) -> Any:
        searcher = self._searcher
        if searcher is None:
            raise EngineError(NAME, "the snapshot is closed.", hint="Open the archive again.")
        return searcher

    def _by_field(self, query: Any, field: str, offset: int, limit: int) -> Any:
        """``(value, address)`` in the order of the values."""
        return self._searcher_now.search(
            query, limit=limit, count=False, order_by_field=field, offset=offset, order=library().Order.Asc
        ).hits

    def _sorted(self, query: Any, field: str, offset: int, limit: int) -> list[Hit]:
        found = self._by_field(query, field, offset, limit)
        if field == "key":
            return [Hit(int(key), 0.0) for key, _ in found]
        keys = self._searcher_now.fast_field_values("key", [address for _, address in found])
        return [Hit(int(key), 0.0) for key in keys]

    def _best(self, query: Any, rank: Sequence[RankTerm], offset: int, limit: int) -> list[Hit]:
        """One page by score, ties by key.

        tantivy breaks ties by segment and place, which differ from one build to the next. So it is asked for
        more until the last score of the page is known to have ended, and ties are put in order here.
        """
        scored = self._scored(query, rank)
        wanted = offset + limit
        ask = wanted + 16
        while True:
            found = self._searcher_now.search(scored, limit=ask, count=False).hits
            if len(found) < ask or found[-1][0] < found[wanted - 1][0]:
                break
            ask *= 4
        if len(found) <= offset:
            return []
        highest = found[offset][0]
        lowest = found[min(wanted, len(found)) - 1][0]
        first = next(i for i, (score, _) in enumerate(found) if score <= highest)
        near = [(score, address) for score, address in found[first:] if score >= lowest]
        keys = self._searcher_now.fast_field_values("key", [address for _, address in near])
        ordered = sorted((-float(score), int(key)) for (score, _), key in zip(near, keys, strict=True))
        return [Hit(key, -score) for score, key in ordered[offset - first : wanted - first]]

    def _scored(self, query: Any, rank: Sequence[RankTerm]) -> Any:
        t = library()
        must, should = t.Occur.Must, t.Occur.Should
        parts = [(must, t.Query.const_score_query(query, 0.0))]
        for each in rank:
            term = t.Query.term_query(self._schema, each.stream, each.token, index_option="freq")
            parts.append((should, t.Query.boost_query(term, each.weight)))
        return t.Query.boolean_query(parts)


def _facet_counts(buckets: Sequence[dict[str, int]], limit: int | None) -> FacetCounts:
    """tantivy gives the most frequent values first, those of equal frequency in no order. None: all."""
    values = list(map(itemgetter("key"), buckets))
    counts = list(map(itemgetter("doc_count"), buckets))
    if 0 in values:
        unknown = values.index(0)
        del values[unknown], counts[unknown]
    if limit is None:
        return FacetCounts(list(zip(map(int, values), counts, strict=True)), len(counts), sum(counts))
    end = len(counts)
    if 0 < limit < end:
        end = bisect_right(counts, -counts[limit - 1], key=neg)
    top = sorted(zip(map(neg, counts[:end]), values, strict=False))
    return FacetCounts([(int(value), -count) for count, value in top[:limit]], len(counts), sum(counts))

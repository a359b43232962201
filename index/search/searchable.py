"""A generation in which requests are answered: what search, reading and suggestions have in common.

With the problems that only the archive can tell: why nothing has all words, and what would find more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain
from operator import attrgetter
from typing import cast, get_args

from msgspec.structs import replace

from archive.errors import said
from archive.fields import ASKED, COUNTED, own_fields
from index.analysis.analyzer import Analyzer
from index.engines.base import Snapshot
from index.errors import QueryError
from index.generation import Generation
from index.query import nodes
from index.query.condition import EVERYTHING, All, AnyToken, Column, DateOverlaps, LoosePhrase
from index.query.dates import EARLIEST, LATEST, days
from index.query.nodes import Match, Query, Within
from index.query.parse import parse
from index.query.resolve import Resolver
from index.requests import (
    MAX_LIMIT,
    FacetName,
    FacetUnit,
    SearchRequest,
    Sort,
    in_range,
    one_of,
    require_types,
)
from index.search.answer import Answer
from index.search.filters import Folders, column, filter_conditions, unknown_values
from index.search.lists import Orders
from index.search.places import MOST_BYTES, Kept, Places
from index.search.ranking import frequencies

_KEPT = 64
"""Answers that are kept for their next pages."""

_PLACES = 8
"""Answers of which the marked places are kept, if they are not too many (``MOST_BYTES``)."""


class Searchable:
    """An open generation and the answers to requests in it. Safe to use from several threads.

    Attributes:
        store, snapshot, analyzer: those of the generation.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.store, self.snapshot, self.analyzer = generation.store, generation.snapshot, generation.analyzer
        self.folders = Folders(self.store)
        self.orders = Orders(self.store)
        self._kept: Kept[SearchRequest, Answer] = Kept(_KEPT)
        self._places: Kept[SearchRequest, Places] = Kept(_PLACES, attrgetter("size"), MOST_BYTES)

    @cached_property
    def sorts(self) -> tuple[Sort, ...]:
        """The orders that differ from that of the archive: not by fields that no document has."""
        orders = (sort for sort in get_args(Sort) if sort in self._fields or sort not in ASKED)
        return (*orders, *cast(tuple[Sort, ...], self.own))

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The fields of the owner's own that documents have."""
        return tuple(own_fields(self._fields))

    @cached_property
    def _fields(self) -> set[str]:
        return {name for fields in self.store.details().values() for name in fields}

    def answer(self, request: SearchRequest) -> Answer:
        """What the query finds within the filters; the last ones are kept for their next pages. Raises
        QueryError.
        """
        self.check(request)

        def made() -> Answer:
            query = parse(
                request.query,
                request.match,
                as_written=request.as_written,
                across=request.across,
                own=lambda: self.own,
            )
            return self.answer_to(replace(query, within=request.within), request)

        return self._kept.get(_question(request), made)

    def places(self, request: SearchRequest) -> Places:
        """The marked places of all that a request finds, whatever its page; kept as answers are."""
        key = replace(_question(request), complete=True)

        def made() -> Places:
            answer = self.answer(replace(key, complete=request.complete))
            return Places(answer if answer.sampled is None else self.answer(key))

        return self._places.get(key, made)

    def answer_to(self, query: Query, request: SearchRequest) -> Answer:
        """The answer to a query within the filters of a request."""
        return Answer(
            query,
            filter_conditions(request, self.store, self.folders),
            self.generation,
            self.orders,
            columns=tuple(map(column, request.facets)),
            complete=request.complete,
        )

    def check(self, request: SearchRequest) -> None:
        """Raise ``QueryError`` for an option that is not one, of another type, or out of its range."""
        require_types(request)
        one_of("match", request.match, get_args(Match))
        self.one_field("sort", request.sort, get_args(Sort))
        for name, _ in request.details:
            self.one_field("details", name, COUNTED)
        for date in request.dates:
            try:
                days(date)
            except ValueError:
                raise QueryError(
                    said("date is {!r}, which is not a date.", date[:40]),
                    hint="Give 1998, 1998-05, 1937-07..1945-08, or none for texts without a date.",
                ) from None
        one_of("facet_by", request.facet_by, get_args(FacetUnit))
        if request.within is not None:
            one_of("within", request.within, get_args(Within))
        for name in request.facets:
            self.one_field("facets", name, get_args(FacetName))
        in_range("limit", request.limit, MAX_LIMIT)
        if request.offset < 0:
            raise QueryError(
                said("offset is {}; it counts from 0.", request.offset),
                hint="Leave it out for the first page.",
            )

    def one_field(self, option: str, name: str, known: tuple[str, ...]) -> None:
        """Raise ``OptionError`` for a name that is neither known nor a field of the owner's own."""
        if name not in known:
            one_of(option, name, (*known, *self.own))


def _question(request: SearchRequest) -> SearchRequest:
    """The request without its page, order and facets: what decides the answer."""
    page = replace(request, limit=0, offset=0, sort="relevance", facets=(), counts=False)
    return replace(page, facet_by="passages")


# --- problems -----------------------------------------------------------------------------------------------

MOST_WORDS = 8
"""Words of a query of which is said what each gives alone."""

LEAST_ACROSS = 4
"""Characters of a run: two or three meet by chance where one sentence ends and the next begins."""

_RAREST = 4
"""Pairs of neighbours that are looked for together first: a fifteenth of the time of the whole run."""


def remarks(
    archive: Searchable, request: SearchRequest, answer: Answer
) -> tuple[Sequence[nodes.Problem], dict[str, int]]:
    """The problems of a request as a whole, and the passages of each word where none has all."""
    unknown = tuple(unknown_values(request, archive.store, archive.folders, archive.snapshot))
    # A question seldom finds all its words together, and did not ask for that.
    is_question = isinstance(answer.plan.query.root, nodes.Term)
    if (answer.total and (is_question or not answer.relaxed)) or not answer.plan.tiers:
        return unknown, {}

    def ask(query: nodes.Query) -> Answer:
        return archive.answer_to(query, request)

    nowhere = not answer.total
    if request.match == "exact":
        query = answer.plan.query
        answer = ask(parse(query.text, "all", as_written=query.as_written, across=query.across))
    words = _words_alone(answer, archive.analyzer, archive.snapshot)
    if unknown:
        return unknown, words
    if (
        nowhere
        and request.unfiltered != request
        and (found := archive.answer(request.unfiltered)).total
        and not found.relaxed
    ):
        return (nodes.problem("filtered_out", 0, 0, f"{found.total:,}"),), words
    if request.match == "exact" and answer.total:
        return (nodes.problem("exact_nowhere", 0, 0, f"{answer.total:,}"),), words
    return _of_words(answer, words, archive.snapshot, ask), words


def _words_alone(answer: Answer, analyzer: Analyzer, snapshot: Snapshot) -> dict[str, int]:
    """The words and fields that are wanted, as typed, each with its passages: the first ``MOST_WORDS``."""
    query, counts = answer.plan.query, dict[str, Callable[[], int]]()
    resolver = Resolver(analyzer, query.as_written)
    for leaf in _wanted(query.root):
        if isinstance(leaf, nodes.DateRange):
            continue
        parts: dict[str, nodes.Node] = {query.text[leaf.start : leaf.end]: leaf}
        if isinstance(leaf, nodes.Term):
            parts = {word: nodes.Term(word, 0, 0) for word in answer.plan.words.get(leaf, (leaf.text,))}
        for text, part in parts.items():
            if text not in counts and len(counts) < MOST_WORDS:
                counts[text] = partial(answer.passages_with, resolver.node(part))
    snapshot.prefetch(*counts.values())
    return {text: count() for text, count in counts.items()}


def _of_words(
    answer: Answer, words: dict[str, int], snapshot: Snapshot, ask: Callable[[nodes.Query], Answer]
) -> list[nodes.Problem]:
    """The problems of a query that found nothing with all its words.

    Where it is of no part of the query, ``start`` and ``end`` are 0.

    Args:
        words: what each word gives alone.
        ask: the answer to another query within the same filters.
    """
    query = answer.plan.query
    if any(isinstance(part, nodes.DateRange) for part in _wanted(query.root)):
        if not snapshot.count(DateOverlaps(EARLIEST, LATEST)):
            return [nodes.problem("no_dates", 0, 0)]
        if not words or ask(_with(query, None)).total:
            if words and not ask(_with(query, nodes.DateRange(EARLIEST, LATEST, 0, 0))).total:
                return [nodes.problem("none_dated", 0, 0)]
            columns: tuple[Column, ...] = ("year",)
            years = snapshot.facets(EVERYTHING, columns, 0, whole=columns)["year"].top
            known = "–".join(sorted({f"{year}" for year, _ in (min(years), max(years))})) if years else ""
            return [nodes.problem("dated_otherwise", 0, 0, known)] if known else []
    fields = {query.text[f.start : f.end]: f for f in _wanted(query.root) if isinstance(f, nodes.Field)}
    nowhere = {word: answer.passages_inside(word) for word, passages in words.items() if not passages}
    if (
        fields.keys().isdisjoint(nowhere)
        and not any(nowhere.values())
        and (len(words) < 2 or isinstance(query.root, nodes.Term) or query.match == "any")
    ):
        return []
    if nowhere:
        return [
            nodes.problem("field_nowhere", fields[word].start, fields[word].end, word)
            if word in fields
            else nodes.problem("word_inside", 0, 0, word, f"{inside:,}")
            if inside
            else nodes.problem("word_nowhere", 0, 0, word)
            for word, inside in nowhere.items()
        ]
    said = [nodes.problem("never_together", 0, 0)]
    if query.within != "document" and (near := answer.passages_within_document()):
        said.append(nodes.problem("together_in_document", 0, 0, f"{near:,}"))
    return said


def _wanted(
    node: nodes.Node,
) -> Iterator[nodes.Term | nodes.Phrase | nodes.Pattern | nodes.Field | nodes.DateRange]:
    """The parts that are wanted: none under a Not."""
    match node:
        case nodes.Field() | nodes.DateRange():
            yield node
        case nodes.And(children) | nodes.Or(children):
            for child in children:
                yield from _wanted(child)
        case _:
            yield from nodes.leaves(node)


def _with(query: nodes.Query, date: nodes.DateRange | None) -> nodes.Query:
    """The query with all its dates replaced, or without them."""
    return replace(query, root=_replaced(query.root, date) or nodes.Empty())


def _replaced(node: nodes.Node, date: nodes.DateRange | None) -> nodes.Node | None:
    match node:
        case nodes.DateRange():
            return date
        case nodes.And(children) | nodes.Or(children):
            kept = (_replaced(child, date) for child in children)
            return nodes.joined(type(node), (child for child in kept if child is not None))
        case _:
            return node


def passages_across(archive: Searchable, request: SearchRequest, answer: Answer) -> int:
    """How many passages hold the literal run if punctuation is passed over.

    0 where some hold it as it was typed, or where the query is not one run.
    """
    query = answer.plan.query
    run = query.root if request.match == "exact" else query.literal
    if request.across or request.match not in ("auto", "exact") or answer.is_literal:
        return 0
    if not isinstance(run, nodes.Term | nodes.Phrase):
        return 0
    analyzer, snapshot = archive.analyzer, archive.snapshot
    neighbours = analyzer.loose_grams(analyzer.normal_text(run.text))
    if len(neighbours) < LEAST_ACROSS - 1:
        return 0
    # Of most questions some neighbours meet nowhere, in either way, or the rarest not in one passage.
    found = frequencies(snapshot, "grams", chain.from_iterable(neighbours))
    rarity = [sum(map(found.__getitem__, ways)) for ways in neighbours]
    if not min(rarity):
        return 0
    rarest = sorted(range(len(neighbours)), key=rarity.__getitem__)[:_RAREST]
    together = All(tuple(AnyToken("grams", neighbours[place]) for place in rarest))
    calls = [partial(snapshot.count, c) for c in (together, LoosePhrase("grams", tuple(neighbours)))]
    snapshot.prefetch(*calls)
    if not all(call() for call in calls):
        return 0
    wider = archive.answer(replace(request, across=True, facets=()))
    return sum(part.count for part in wider.parts if part.plan.tier == "exact")

"""A generation in which requests are answered: what search, reading and suggestions have in common."""

from __future__ import annotations

from functools import cache, cached_property
from operator import attrgetter
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from archive.errors import said
from archive.fields import ASKED, COUNTED, own_fields
from index.errors import OptionError, QueryError
from index.generation import Generation
from index.query.nodes import Match, Query, Within
from index.query.parse import parse
from index.requests import MAX_LIMIT, FacetName, FacetUnit, SearchRequest, Sort
from index.search.answer import Answer
from index.search.bounded_cache import Kept
from index.search.filters import Folders, column, filter_conditions
from index.search.lists import Orders
from index.search.periods import days
from index.search.places import MOST_BYTES, Places

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
    """The request without what only says which part of its answer is shown, and how."""
    page = replace(request, limit=0, offset=0, sort="relevance", facets=(), counts=False)
    return replace(page, facet_by="passages")


def require_types(request: Struct) -> None:
    """Raise ``QueryError`` for a field of another type: of a text where a tuple belongs each character would
    be a filter.
    """
    for name, hint in _hints(type(request)).items():
        value = getattr(request, name)
        if not _is(value, hint):
            wanted = type(request).__annotations__[name]
            raise QueryError(
                said("{} is {!r}; it has to be of the type {}.", name, value, wanted),
                hint="A text is '甲', a number 5, a tuple of one text ('甲',).",
            )


_hints = cache(get_type_hints)


def _is(value: object, hint: Any) -> bool:
    inner = get_args(hint)
    match get_origin(hint):
        case None:
            return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
        case origin if origin is Literal:
            return isinstance(value, str)
        case origin if origin is not tuple:
            return any(_is(value, one) for one in inner)
    if not isinstance(value, tuple):
        return False
    if inner[-1] is ...:
        return all(_is(one, inner[0]) for one in value)
    return len(value) == len(inner) and all(map(_is, value, inner))


def in_range(option: str, value: int, most: int, hint: str = "Use offset for the next page.") -> None:
    """Raise ``QueryError`` for a number above ``most`` or below 0."""
    if not 0 <= value <= most:
        raise QueryError(said("{} is {}; it can be 0 to {}.", option, value, most), hint=hint)


def one_of(option: str, value: object, known: tuple[str, ...]) -> None:
    """Raise ``OptionError`` for a value that is none of those known."""
    if value not in known:
        raise OptionError(option, value, known)

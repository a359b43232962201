"""The parameters of an address to a SearchRequest and back; pages and API share them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias, TypeVar, get_args

from werkzeug.datastructures import MultiDict

from index.answering.exported import Form
from index.engines.base import Sort
from index.query.nodes import Match
from index.results import MAX_LIMIT, MAX_QUERY, FacetName, SearchRequest
from web.errors import (
    ParameterError,
    QueryTooLongError,
    TooManyFiltersError,
    UnknownParameterError,
)

_T = TypeVar("_T", bound=str)

MATCHES: tuple[Match, ...] = get_args(Match)
SORTS: tuple[Sort, ...] = get_args(Sort)
EXPORTS: tuple[Form, ...] = get_args(Form)
FACETS: tuple[FacetName, ...] = get_args(FacetName)
FILTERS = ("document", "author", "year", "collection")
PARAMETERS = (
    *("q", "match", "limit", "offset", "sort", *FILTERS),
    *("facets", "counts", "written", "across"),
)
"""What ``search_request`` reads."""
MAX_FILTERS = 50
MAX_OFFSET = 999_999_999
MAX_PART = 99_999


Arguments: TypeAlias = MultiDict[str, str]


def search_request(arguments: Arguments, facets: tuple[FacetName, ...] | None = None) -> SearchRequest:
    """The request that an address asks for. An empty value is one that was not given.

    ``facets`` overrules those of the address.

    Raises:
        ParameterError: a value that is none of those allowed.
        QueryTooLongError: more than MAX_QUERY characters.
        TooManyFiltersError: more than MAX_FILTERS values of filters, of all kinds together.
    """
    query = arguments.get("q", "")
    if len(query) > MAX_QUERY:
        raise QueryTooLongError(len(query), MAX_QUERY)
    filters = sum(len(arguments.getlist(name)) for name in FILTERS)
    if filters > MAX_FILTERS:
        raise TooManyFiltersError(filters, MAX_FILTERS)
    years = _given(arguments, "year")
    return SearchRequest(
        query=query,
        match=_choice("match", arguments.get("match", "") or "auto", MATCHES),
        limit=number(arguments, "limit", 20, 0, MAX_LIMIT),
        offset=number(arguments, "offset", 0, 0, MAX_OFFSET),
        sort=_choice("sort", arguments.get("sort", "") or "relevance", SORTS),
        documents=_given(arguments, "document"),
        authors=_given(arguments, "author"),
        years=tuple(_number("year", year, 0, 9999) for year in years),
        collections=_given(arguments, "collection"),
        facets=_facets(arguments) if facets is None else facets,
        counts=flag(arguments, "counts"),
        as_written=flag(arguments, "written"),
        across=flag(arguments, "across"),
    )


def only(arguments: Arguments, *names: str) -> None:
    """Raise UnknownParameterError for a parameter with another name; ``lang`` may stand in any address."""
    for name in arguments:
        if name not in names and name != "lang":
            raise UnknownParameterError(name, names)


def search_parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that ask for ``request`` again, without those that have their default."""
    pairs = [("q", request.query)]
    default = SearchRequest(query="")
    if request.match != default.match:
        pairs.append(("match", request.match))
    if request.sort != default.sort:
        pairs.append(("sort", request.sort))
    pairs += [("document", value) for value in request.documents]
    pairs += [("author", value) for value in request.authors]
    pairs += [("year", str(value)) for value in request.years]
    pairs += [("collection", value) for value in request.collections]
    if request.as_written:
        pairs.append(("written", "1"))
    if request.across:
        pairs.append(("across", "1"))
    if request.counts:
        pairs.append(("counts", "1"))
    if request.limit != default.limit:
        pairs.append(("limit", str(request.limit)))
    if request.offset:
        pairs.append(("offset", str(request.offset)))
    return pairs


def export_form(arguments: Arguments) -> Form:
    """The form of a file, ``csv`` where none is given. Else a ParameterError."""
    return _choice("format", arguments.get("format", "") or "csv", EXPORTS)


def flag(arguments: Arguments, name: str) -> bool:
    """Whether a switch is on (``1``, ``true``) or off (``0``, ``false``, not given), or ParameterError."""
    value = arguments.get(name, "")
    if value.lower() in ("1", "true"):
        return True
    if value.lower() in ("", "0", "false"):
        return False
    raise ParameterError(name, value, "1, 0")


def page_offset(arguments: Arguments) -> int:
    """Where a list begins that is shown in pages. Else a ParameterError."""
    return number(arguments, "offset", 0, 0, MAX_OFFSET)


def number(arguments: Arguments, name: str, default: int, least: int, most: int) -> int:
    """A whole number from ``least`` to ``most``; ``default`` where it is not given. Else a ParameterError."""
    value = arguments.get(name, "")
    return _number(name, value, least, most) if value else default


def _given(arguments: Arguments, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in arguments.getlist(name) if value))


def _choice(name: str, value: str, allowed: Sequence[_T]) -> _T:
    for choice in allowed:
        if value == choice:
            return choice
    raise ParameterError(name, value, ", ".join(allowed))


def _number(name: str, value: str, least: int, most: int) -> int:
    # int() alone would take " 5", "1_0" and full-width digits, and digits by the thousand.
    if re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most:
        return int(value)
    raise ParameterError(name, value, f"{least}–{most}")


def _facets(arguments: Arguments) -> tuple[FacetName, ...]:
    names = [name.strip() for value in arguments.getlist("facets") for name in value.split(",")]
    return tuple(dict.fromkeys(_choice("facets", name, FACETS) for name in names if name))

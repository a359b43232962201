"""The parameters of an address to the request that they ask for. Pages and API share them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias, cast, get_args

from flask import request
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from archive.citation import STYLES
from archive.fields import COUNTED, may_be_own
from index import requests
from index.query.nodes import Match, Within
from index.requests import (
    LISTS,
    AssociationRequest,
    By,
    ConcordanceRequest,
    FacetName,
    SearchRequest,
    against,
)
from index.search.context import shortened
from index.search.export import Form
from index.search.lists import Arrangement, ListOrder
from web.errors import SHOWN, ParameterError, RefusedError

Arguments: TypeAlias = MultiDict[str, str]
Values: TypeAlias = tuple[str, ...] | range
"""What a parameter may be: one of these words, or a whole number."""

MATCHES: tuple[Match, ...] = get_args(Match)
EXPORTS: tuple[Form, ...] = get_args(Form)
FACETS: tuple[FacetName, ...] = get_args(FacetName)
FACET_UNITS: tuple[requests.FacetUnit, ...] = get_args(requests.FacetUnit)
BYS: tuple[By, ...] = get_args(By)
LIST_ORDERS: tuple[ListOrder, ...] = get_args(ListOrder)
WITHIN: tuple[Within, ...] = get_args(Within)
# Each parameter of a search, and the field of a SearchRequest that it is.
FIELDS = {"q": "query", **requests.REPEATED, "facets": "facets"}
FILTERS = (*LISTS, *COUNTED, "field")
PARAMETERS = (*FIELDS, *COUNTED, "field")
"""What ``search_request`` reads."""
MAX_OFFSET = 999_999_999
OF_SEARCH: Mapping[str, Values] = {
    "match": MATCHES,
    "sort": get_args(requests.Sort),
    "within": WITHIN,
    "facet_by": FACET_UNITS,
    "limit": range(requests.MAX_LIMIT + 1),
    "offset": range(MAX_OFFSET + 1),
}
OF_LINES: Mapping[str, Values] = {
    "sort": get_args(requests.LineSort),
    "collation": get_args(requests.Collation),
    "group": get_args(requests.LineGroup),
    "context": range(requests.MOST_CONTEXT + 1),
    "limit": range(requests.MAX_LINES + 1),
}
OF_ASSOCIATIONS: Mapping[str, Values] = {
    "unit": get_args(requests.Token),
    "side": get_args(requests.Side),
    "measure": get_args(requests.Measure),
    "window": range(1, requests.MAX_WINDOW + 1),
    "least": range(1, MAX_OFFSET + 1),
}
OTHERS: Mapping[str, Values] = {
    "offset": range(MAX_OFFSET + 1),
    "part": range(1, 100_000),
    "parts": range(requests.MAX_PARTS + 1),
    "start": range(MAX_OFFSET + 1),
    "context": range(requests.MOST_CONTEXT + 1),
    "format": EXPORTS,
    "facet": tuple(name for name in FACETS if name in FILTERS),
    "by": LIST_ORDERS,
    "style": tuple(STYLES),
}
_ASSOCIATED = ("unit", "least", "measure", *PARAMETERS)
COLLOCATES = ("window", "side", *_ASSOCIATED)
KEYNESS = ("against", *_ASSOCIATED)
"""What ``association_request`` reads."""
ONLY_OF_LINES = ("sort", "collation", "group", "context", "only")
"""What a concordance has that a search has not, or that means something else there."""
CONCORDANCE = tuple(dict.fromkeys((*ONLY_OF_LINES, *PARAMETERS)))
"""What ``concordance_request`` reads."""
LINES = 50
"""Lines of a page of a concordance."""
LOOKS: Mapping[str, tuple[str, ...]] = {
    "lines": ("horizontal", "vertical"),
    "size": ("normal", "large", "largest"),
}
"""How texts are set; the first is what a page has unless another was chosen."""
KEPT = ("lang", *LOOKS)
"""What an address chooses, and a cookie of this name keeps."""
MAX_FILTERS = 50


def search_request(arguments: Arguments, facets: tuple[FacetName, ...] | None = None) -> SearchRequest:
    """The request that an address asks for; an empty value is one that was not given. ``facets`` overrules
    those of the address. Raises RefusedError.
    """
    query = _short(arguments.get("q", ""))
    filters = sum(len(arguments.getlist(name)) for name in FILTERS)
    if filters > MAX_FILTERS:
        raise RefusedError("too_many_filters", filters=filters, most=MAX_FILTERS)
    given: dict[str, Any] = {field: flag(arguments, name) for name, field in requests.SWITCHES.items()}
    given |= {field: _given(arguments, name) for name, field in LISTS.items()}
    given |= _read(arguments, OF_SEARCH)
    return SearchRequest(
        query=query,
        details=(
            *((name, value) for name in COUNTED for value in _given(arguments, name)),
            *map(_named_value, _given(arguments, "field")),
        ),
        facets=_facets(arguments) if facets is None else facets,
        **{**given, "years": tuple(_value("year", year, range(10_000)) for year in given["years"])},
    )


def with_query(asked: SearchRequest) -> SearchRequest:
    """The request. Raises RefusedError where it asks for nothing: a query without a character is none."""
    if not asked.query.strip():
        raise missing("q")
    return asked


def missing(parameter: str) -> RefusedError:
    """The error for a required parameter that was not given, with an address that has it."""
    return RefusedError("missing_parameter", parameter=parameter, example=f"{request.path}?{parameter}=…")


def concordance_request(arguments: Arguments) -> ConcordanceRequest:
    """The concordance that an address asks for; ``sort`` and ``limit`` are those of lines. Raises like
    ``search_request``.
    """
    own = _read(arguments, OF_LINES)
    rest = MultiDict((n, value) for n, value in arguments.items(multi=True) if n not in ("sort", "limit"))
    search = replace(with_query(search_request(rest, facets=())), limit=own.pop("limit", LINES))
    return ConcordanceRequest(search, only=arguments.get("only") or None, **own)


def association_request(arguments: Arguments) -> AssociationRequest:
    """The comparison that an address asks for. Raises like ``search_request``, or a QueryError."""
    others = [value.partition(":") for value in _given(arguments, "against")]
    return AssociationRequest(
        search_request(arguments, facets=()),
        **_read(arguments, OF_ASSOCIATIONS),
        against=against((name, value) for name, _, value in others),
    )


def queries(arguments: Arguments) -> tuple[str, ...]:
    """The queries that are compared, without those that are empty. Raises RefusedError."""
    return tuple(_short(query) for query in arguments.getlist("q") if query.strip())


def by(arguments: Arguments) -> By:
    """What a distribution is over, ``document`` where nothing is given. Else a ParameterError."""
    return cast(By, _field("by", arguments.get("by") or "document", BYS))


def arrangement(arguments: Arguments) -> Arrangement:
    """Which names of a list an address asks for, and in which order. Else a RefusedError."""
    return Arrangement(_short(arguments.get("filter", "")), one(arguments, "by", "order"))


def only(arguments: Arguments, *names: str) -> None:
    """Raise RefusedError for a parameter with another name; what pages carry may be in any."""
    for name in arguments:
        if name not in names and name not in KEPT:
            known = ", ".join(names) or "none"
            raise RefusedError("unknown_parameter", parameter=shortened(name, SHOWN), known=known)


def flag(arguments: Arguments, name: str) -> bool:
    """Whether a switch is on (``1``, ``true``) or off (``0``, ``false``, not given), or ParameterError."""
    value = arguments.get(name, "")
    if value.lower() in ("1", "true"):
        return True
    if value.lower() in ("", "0", "false"):
        return False
    raise ParameterError(name, value, "1, 0")


def one(arguments: Arguments, name: str, default: Any, values: Values | None = None) -> Any:
    """The value of a parameter, of ``OTHERS`` if nothing else is said. Else a ParameterError."""
    given = arguments.get(name)
    return _value(name, given, OTHERS[name] if values is None else values) if given else default


def facet(arguments: Arguments) -> FacetName:
    """The facet whose values an address asks for: one that is a filter too. Else a ParameterError."""
    return cast(FacetName, _field("facet", arguments.get("facet", ""), OTHERS["facet"]))


def _short(query: str) -> str:
    if len(query) > requests.MAX_QUERY:
        raise RefusedError("query_too_long", length=len(query), most=requests.MAX_QUERY)
    return query


def _given(arguments: Arguments, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in arguments.getlist(name) if value))


def _read(arguments: Arguments, table: Mapping[str, Values]) -> dict[str, Any]:
    """The parameters of a table that have a value."""
    given = ((name, arguments.get(name)) for name in table)
    by_field = "sort" if table is OF_SEARCH else "group"  # lines are not sorted by fields
    return {n: (_field if n == by_field else _value)(n, value, table[n]) for n, value in given if value}


def _value(name: str, value: str, values: Values) -> Any:
    if isinstance(values, tuple):
        if value in values:
            return value
        raise ParameterError(name, value, ", ".join(values))
    # int() alone would take " 5", "1_0" and full-width digits, and digits by the thousand.
    if re.fullmatch("[0-9]{1,9}", value) and int(value) in values:
        return int(value)
    raise ParameterError(name, value, f"{values[0]}–{values[-1]}")


def _field(name: str, value: str, values: Values) -> Any:
    """A value, or what may be a field of the owner's own: the archive knows which it has."""
    return value if may_be_own(value) else _value(name, value, values)


def _named_value(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    if not value:
        raise ParameterError("field", text, "NAME:VALUE")
    return name, value


def _facets(arguments: Arguments) -> tuple[FacetName, ...]:
    names = [name.strip() for value in arguments.getlist("facets") for name in value.split(",")]
    return tuple(dict.fromkeys(_field("facets", name, FACETS) for name in names if name))

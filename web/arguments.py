"""The parameters of an address to the request that they ask for. Pages and API share them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast, get_args

from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from archive.fields import COUNTED, may_be_own
from index.query.nodes import Match, Within
from index.requests import (
    CONTEXT,
    LISTS,
    MAX_LIMIT,
    MAX_LINES,
    MAX_QUERY,
    MAX_WINDOW,
    MOST_CONTEXT,
    REPEATED,
    SWITCHES,
    AssociationRequest,
    By,
    Collation,
    ConcordanceRequest,
    FacetName,
    FacetUnit,
    LineGroup,
    LineSort,
    Measure,
    SearchRequest,
    Side,
    Sort,
    Token,
)
from index.search.association import against
from index.search.context import shortened
from index.search.lists import Arrangement, ListOrder
from index.search.table_files import Form
from web.errors import (
    SHOWN,
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
FACET_UNITS: tuple[FacetUnit, ...] = get_args(FacetUnit)
BYS: tuple[By, ...] = get_args(By)
LIST_ORDERS: tuple[ListOrder, ...] = get_args(ListOrder)
WITHIN: tuple[Within, ...] = get_args(Within)
# Each parameter of a search, and the field of a SearchRequest that it is.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "match": MATCHES,
    "sort": SORTS,
    "within": WITHIN,
    "facet_by": FACET_UNITS,
}
FIELDS = {"q": "query", **REPEATED, "facets": "facets"}
FILTERS = (*LISTS, *COUNTED, "field")
PARAMETERS = (*FIELDS, *COUNTED, "field")
"""What ``search_request`` reads."""
_ASSOCIATED = ("unit", "least", "measure", *PARAMETERS)
COLLOCATES = ("window", "side", *_ASSOCIATED)
KEYNESS = ("against", *_ASSOCIATED)
"""What ``association_request`` reads."""
LOOKS: Mapping[str, tuple[str, ...]] = {
    "lines": ("horizontal", "vertical"),
    "size": ("normal", "large", "largest"),
}
"""How texts are set; the first is what a page has unless another was chosen."""
KEPT = ("lang", *LOOKS)
"""What an address chooses, and a cookie of this name keeps."""
MAX_FILTERS = 50
MAX_OFFSET = 999_999_999
MAX_PART = 99_999

OF_LINES: Mapping[str, tuple[str, ...]] = {
    "sort": get_args(LineSort),
    "collation": get_args(Collation),
    "group": get_args(LineGroup),
}
_OF_SEARCH = frozenset({"sort", "limit"})  # which mean something else of lines
ONLY_OF_LINES = (*OF_LINES, "context", "only")
"""What a concordance has that a search has not."""
CONCORDANCE = tuple(dict.fromkeys((*ONLY_OF_LINES, *PARAMETERS)))
"""What ``concordance_request`` reads."""
LINES = 50
"""Lines of a page of a concordance."""
_DEFAULT = SearchRequest(query="")


Arguments: TypeAlias = MultiDict[str, str]


def search_request(arguments: Arguments, facets: tuple[FacetName, ...] | None = None) -> SearchRequest:
    """The request that an address asks for; an empty value is one that was not given. ``facets`` overrules
    those of the address. Raises ParameterError, QueryTooLongError, TooManyFiltersError.
    """
    query = arguments.get("q", "")
    if len(query) > MAX_QUERY:
        raise QueryTooLongError(length=len(query), most=MAX_QUERY)
    filters = sum(len(arguments.getlist(name)) for name in FILTERS)
    if filters > MAX_FILTERS:
        raise TooManyFiltersError(filters=filters, most=MAX_FILTERS)
    given: dict[str, Any] = {field: flag(arguments, name) for name, field in SWITCHES.items()}
    given |= {field: _given(arguments, name) for name, field in LISTS.items()}
    for name, allowed in _CHOICES.items():
        if value := arguments.get(name):
            given[name] = (_field if name == "sort" else _choice)(name, value, allowed)
    return SearchRequest(
        query=query,
        limit=number(arguments, "limit", 20, 0, MAX_LIMIT),
        offset=number(arguments, "offset", 0, 0, MAX_OFFSET),
        details=(
            *((name, value) for name in COUNTED for value in _given(arguments, name)),
            *map(_named_value, _given(arguments, "field")),
        ),
        facets=_facets(arguments) if facets is None else facets,
        **{**given, "years": tuple(_number("year", year, 0, 9999) for year in given["years"])},
    )


def concordance_request(arguments: Arguments) -> ConcordanceRequest:
    """The concordance that an address asks for; ``sort`` and ``limit`` are those of lines. Raises like
    ``search_request``.
    """
    own = {name: arguments.get(name) or None for name in OF_LINES}
    chosen = {name: _choice(name, value, OF_LINES[name]) for name, value in own.items() if value}
    rest = MultiDict((name, value) for name, value in arguments.items(multi=True) if name not in _OF_SEARCH)
    search = search_request(rest, facets=())
    return ConcordanceRequest(
        replace(search, limit=number(arguments, "limit", LINES, 0, MAX_LINES)),
        context=number(arguments, "context", CONTEXT, 0, MOST_CONTEXT),
        only=arguments.get("only") or None,
        **chosen,  # type: ignore[arg-type]
    )


def association_request(arguments: Arguments) -> AssociationRequest:
    """The comparison that an address asks for. Raises like ``search_request``, or a QueryError."""
    others = [value.partition(":") for value in _given(arguments, "against")]
    default = AssociationRequest(_DEFAULT)
    return AssociationRequest(
        search_request(arguments, facets=()),
        unit=_choice("unit", arguments.get("unit", "") or default.unit, get_args(Token)),
        window=number(arguments, "window", default.window, 1, MAX_WINDOW),
        side=_choice("side", arguments.get("side", "") or default.side, get_args(Side)),
        least=number(arguments, "least", default.least, 1, MAX_OFFSET),
        measure=_choice("measure", arguments.get("measure", "") or default.measure, get_args(Measure)),
        against=against((name, value) for name, _, value in others),
    )


def queries(arguments: Arguments) -> tuple[str, ...]:
    """The queries that are compared, without those that are empty. Raises QueryTooLongError."""
    found = tuple(query for query in arguments.getlist("q") if query.strip())
    for query in found:
        if len(query) > MAX_QUERY:
            raise QueryTooLongError(length=len(query), most=MAX_QUERY)
    return found


def by(arguments: Arguments) -> By:
    """What a distribution is over, ``document`` where nothing is given. Else a ParameterError."""
    return _choice("by", arguments.get("by", "") or "document", BYS)


def arrangement(arguments: Arguments) -> Arrangement:
    """Which names of a list an address asks for, and in which order. Else a ParameterError."""
    wanted = arguments.get("filter", "")
    if len(wanted) > MAX_QUERY:
        raise QueryTooLongError(length=len(wanted), most=MAX_QUERY)
    return Arrangement(wanted, _choice("by", arguments.get("by", "") or "order", LIST_ORDERS))


def only(arguments: Arguments, *names: str) -> None:
    """Raise UnknownParameterError for a parameter with another name; what pages carry may be in any."""
    for name in arguments:
        if name not in names and name not in KEPT:
            raise UnknownParameterError(parameter=shortened(name, SHOWN), known=", ".join(names) or "none")


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


def _named_value(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    if not value:
        raise ParameterError("field", text, "NAME:VALUE")
    return name, value


def _field(name: str, value: str, allowed: Sequence[_T]) -> _T:
    """A choice, or what may be a field of the owner's own: the archive knows which it has."""
    return cast(_T, value) if may_be_own(value) else _choice(name, value, allowed)


def _number(name: str, value: str, least: int, most: int) -> int:
    # int() alone would take " 5", "1_0" and full-width digits, and digits by the thousand.
    if re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most:
        return int(value)
    raise ParameterError(name, value, f"{least}–{most}")


def facet(arguments: Arguments) -> FacetName:
    """The facet whose values an address asks for: one that is a filter too. Else a ParameterError."""
    return _field("facet", arguments.get("facet", ""), [name for name in FACETS if name in FILTERS])


def _facets(arguments: Arguments) -> tuple[FacetName, ...]:
    names = [name.strip() for value in arguments.getlist("facets") for name in value.split(",")]
    return tuple(dict.fromkeys(_field("facets", name, FACETS) for name in names if name))

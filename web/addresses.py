"""Addresses to requests, and requests to addresses.

Pages and API share the parameters. No address has a host name: each is a path under the prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar, get_args
from urllib.parse import quote, quote_plus

from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from archive.fields import COUNTED
from archive.messages import Language
from index.query.nodes import Match, Within
from index.results import (
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
    search_parameters,
)
from index.search.association import against
from index.search.context import shortened
from index.search.lists import AS_IT_COMES, Arrangement, ListOrder
from index.search.tables import Form
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
FILTERS = (*LISTS, *COUNTED)
PARAMETERS = (*FIELDS, *COUNTED)
"""What ``search_request`` reads."""
_ASSOCIATED = ("unit", "least", "measure", *PARAMETERS)
COLLOCATES = ("window", "side", *_ASSOCIATED)
KEYNESS = ("against", *_ASSOCIATED)
"""What ``association_request`` reads."""
MAX_FILTERS = 50
MAX_OFFSET = 999_999_999
MAX_PART = 99_999

OF_LINES: Mapping[str, tuple[str, ...]] = {
    "sort": get_args(LineSort),
    "collation": get_args(Collation),
    "group": get_args(LineGroup),
}
_OF_SEARCH = frozenset({"sort", "limit"})  # which mean something else of lines
_ONLY_OF_LINES = (*OF_LINES, "context", "only")
CONCORDANCE = tuple(dict.fromkeys((*_ONLY_OF_LINES, *PARAMETERS)))
"""What ``concordance_request`` reads."""
LINES = 50
"""Lines of a page of a concordance."""
_DEFAULT = SearchRequest(query="")
_DEFAULT_LINES = ConcordanceRequest(_DEFAULT)


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
        raise QueryTooLongError(length=len(query), most=MAX_QUERY)
    filters = sum(len(arguments.getlist(name)) for name in FILTERS)
    if filters > MAX_FILTERS:
        raise TooManyFiltersError(filters=filters, most=MAX_FILTERS)
    given: dict[str, Any] = {field: flag(arguments, name) for name, field in SWITCHES.items()}
    given |= {field: _given(arguments, name) for name, field in LISTS.items()}
    for name, allowed in _CHOICES.items():
        if value := arguments.get(name):
            given[name] = _choice(name, value, allowed)
    return SearchRequest(
        query=query,
        limit=number(arguments, "limit", 20, 0, MAX_LIMIT),
        offset=number(arguments, "offset", 0, 0, MAX_OFFSET),
        details=tuple((name, value) for name in COUNTED for value in _given(arguments, name)),
        facets=_facets(arguments) if facets is None else facets,
        **{**given, "years": tuple(_number("year", year, 0, 9999) for year in given["years"])},
    )


def concordance_request(arguments: Arguments) -> ConcordanceRequest:
    """The concordance that an address asks for; its own ``sort`` and ``limit`` are those of lines.

    Raises like ``search_request``.
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


def concordance_parameters(request: ConcordanceRequest) -> list[tuple[str, str]]:
    """The parameters that ask for it again, without those that have their default."""
    search = replace(request.search, limit=_DEFAULT.limit, sort=_DEFAULT.sort, facets=())
    pairs = search_parameters(search)
    for name in _ONLY_OF_LINES:
        value = getattr(request, name)
        if value is not None and value != getattr(_DEFAULT_LINES, name):
            pairs.append((name, str(value)))
    return pairs


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


def list_parameters(how: Arrangement, offset: int = 0) -> list[tuple[str, str]]:
    """The parameters that ask for a list in this way again, from ``offset`` on."""
    pairs = [("filter", how.filter), ("by", "" if how.by == "order" else how.by)]
    return [(name, value) for name, value in (*pairs, ("offset", str(offset or ""))) if value]


def only(arguments: Arguments, *names: str) -> None:
    """Raise UnknownParameterError for a parameter with another name; ``lang`` may stand in any address."""
    for name in arguments:
        if name not in names and name != "lang":
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


def _number(name: str, value: str, least: int, most: int) -> int:
    # int() alone would take " 5", "1_0" and full-width digits, and digits by the thousand.
    if re.fullmatch("[0-9]{1,9}", value) and least <= int(value) <= most:
        return int(value)
    raise ParameterError(name, value, f"{least}–{most}")


def facet(arguments: Arguments) -> FacetName:
    """The facet whose values an address asks for: one that is a filter too. Else a ParameterError."""
    return _choice("facet", arguments.get("facet", ""), [name for name in FACETS if name in FILTERS])


def _facets(arguments: Arguments) -> tuple[FacetName, ...]:
    names = [name.strip() for value in arguments.getlist("facets") for name in value.split(",")]
    return tuple(dict.fromkeys(_choice("facets", name, FACETS) for name in names if name))


MOST_REPEATED = 250_000
"""Bytes of the addresses of the values of one filter, and of the filters that are on."""


class Links(Struct, frozen=True):
    """Makes addresses.

    Attributes:
        root: the prefix under which everything is served, ``""`` or ``"/archive"``.
        language: carried in every address until the browser has shown that it keeps the cookie; else None.
        versions: of each static file, so that a browser may keep it for ever.
    """

    root: str
    language: Language | None
    versions: Mapping[str, str]

    def search(self, request: SearchRequest) -> str:
        """The results of a request."""
        return self.address("/search", search_parameters(request))

    def concordance(self, request: ConcordanceRequest) -> str:
        """The lines of a request."""
        return self.address("/concordance", concordance_parameters(request))

    def place(self, passage_id: str, request: SearchRequest) -> str:
        """The lasting link to a passage, with what the request's query matches there."""
        return self.address(f"/p/{quote(passage_id, safe='')}", _query_parameters(request))

    def repeats(self, request: SearchRequest) -> int:
        """How many values of a filter a page may offer: each has the address of the whole request."""
        return MOST_REPEATED // len(self.search(request))

    def count(self, request: SearchRequest) -> str:
        """The API's exact numbers of a search, a share at a time."""
        pairs = search_parameters(replace(request, offset=0, counts=False, sort="relevance"))
        return self.address("/api/v1/count", pairs)

    def of(self, page: str, request: SearchRequest) -> str:
        """Another page about all of what a request finds: ``card``, ``api/v1/card`` …"""
        return self.address(f"/{page}", search_parameters(replace(request, offset=0, sort="relevance")))

    def export(self, request: SearchRequest, form: Form) -> str:
        """The file with all that a request finds, in the order of its pages."""
        return self.address("/export", [*search_parameters(request), ("format", form)])

    def distribution(
        self,
        request: SearchRequest,
        queries: Iterable[str],
        by: By,
        *,
        relative: bool = False,
        form: Form | None = None,
    ) -> str:
        """Where the hits of queries are, or the file of that table; the request has all but these."""
        pairs = [("q", query) for query in queries]
        pairs += search_parameters(replace(request, counts=False))[1:]
        pairs += [("by", by), *[("relative", "1")] * relative, *[("format", str(form))] * bool(form)]
        return self.address("/distribution/export" if form else "/distribution", pairs)

    def document(
        self,
        document_id: str,
        request: SearchRequest | None = None,
        *,
        file_order: bool = False,
        traces: bool = False,
        part: int = 1,
        at: str = "",
        moved_from: str | None = None,
        fragment: str = "",
    ) -> str:
        """The reading page of a document, with what the request's query matches.

        ``at`` is the id of a passage: the page opens there, in whichever part of a long document it is.
        ``moved_from`` is the id of what that passage, or without one the document, took the place of.
        """
        pairs = [] if request is None or not request.query else _query_parameters(request)
        if file_order:
            pairs.append(("order", "file"))
        if traces:
            pairs.append(("traces", "1"))
        if part > 1:
            pairs.append(("part", str(part)))
        if at:
            pairs.append(("at", at))
            fragment = f"p-{at}"
        if moved_from is not None:
            pairs.append(("from", moved_from))
        address = self.by_id("documents", document_id, pairs)
        return f"{address}#{quote(fragment)}" if fragment else address

    def by_id(self, page: str, identifier: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """The page of this name of a document or a passage: ``original``, ``correct``, ``cite`` …"""
        path, more = document_path(identifier)
        return self.address(f"/{page}/{path}", [*more, *pairs])

    def passage(self, passage_id: str) -> str:
        """The lasting link to a passage."""
        return f"{self.root}/p/{quote(passage_id, safe='')}"

    def folder(self, path: str = "", offset: int = 0, how: Arrangement = AS_IT_COMES) -> str:
        """A folder, or the top of all folders."""
        return self.address("/browse/folders", [("in", path)] * bool(path) + list_parameters(how, offset))

    def authors(self, offset: int = 0, how: Arrangement = AS_IT_COMES) -> str:
        """All authors."""
        return self.address("/browse/authors", list_parameters(how, offset))

    def documents(self, author: str | None = None, offset: int = 0, how: Arrangement = AS_IT_COMES) -> str:
        """A list of documents."""
        pairs = [("author", author)] if author else []
        return self.address("/documents", pairs + list_parameters(how, offset))

    def values(
        self, request: SearchRequest, facet: FacetName, offset: int = 0, how: Arrangement = AS_IT_COMES
    ) -> str:
        """All values of a filter of a search."""
        pairs = [("facet", facet), *search_parameters(replace(request, offset=0, counts=False))]
        return self.address("/values", pairs + list_parameters(how, offset))

    def static(self, name: str) -> str:
        """A file that never changes under its address."""
        return f"{self.root}/static/{name}?v={self.versions[name]}"

    def address(self, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """A path under the prefix, with parameters."""
        pairs = list(pairs)
        if self.language:
            pairs.append(("lang", self.language))
        return self.root + path + (f"?{_encoded(pairs)}" if pairs else "")


def document_path(document_id: str) -> tuple[str, list[tuple[str, str]]]:
    """An id as a path and parameters after it.

    Browsers and proxies resolve ``..``, join ``//`` and turn ``\\`` round in a path, even where it is
    percent-encoded. An id with any of these goes into a parameter, which they leave alone.
    """
    parts = document_id.split("/")
    plain = document_id.isprintable() and "\\" not in document_id and "%" not in document_id
    if plain and all(part not in ("", ".", "..") for part in parts):
        return quote(document_id, safe="/"), []
    return "", [("id", document_id)]


# A page of results has some hundred addresses with the same few values in them.
_quoted = lru_cache(maxsize=4096)(quote_plus)


def _encoded(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{name}={_quoted(value)}" for name, value in pairs)


def _query_parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """What decides which places a query marks: not the filters, the sorting or the page."""
    return search_parameters(
        SearchRequest(
            query=request.query,
            match=request.match,
            as_written=request.as_written,
            across=request.across,
            within=request.within,
        )
    )

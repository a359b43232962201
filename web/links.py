"""Requests to the addresses of their pages. No address has a host name: each is a path under the prefix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus

from msgspec import Struct
from msgspec.structs import replace

from index.requests import By, ConcordanceRequest, FacetName, SearchRequest, search_parameters
from index.search.export import Form
from index.search.lists import AS_IT_COMES, Arrangement
from web.arguments import ONLY_OF_LINES

MOST_REPEATED = 250_000
"""Bytes of the addresses of the values of one filter, and of the filters that are on."""

_DEFAULT = SearchRequest(query="")
_DEFAULT_LINES = ConcordanceRequest(_DEFAULT)


def concordance_parameters(request: ConcordanceRequest) -> list[tuple[str, str]]:
    """The parameters that ask for it again, without those that have their default."""
    search = replace(request.search, limit=_DEFAULT.limit, sort=_DEFAULT.sort, facets=())
    pairs = search_parameters(search)
    for name in ONLY_OF_LINES:
        value = getattr(request, name)
        if value is not None and value != getattr(_DEFAULT_LINES, name):
            pairs.append((name, str(value)))
    return pairs


def list_parameters(how: Arrangement, offset: int = 0) -> list[tuple[str, str]]:
    """The parameters that ask for a list in this way again, from ``offset`` on."""
    pairs = [("filter", how.filter), ("by", "" if how.by == "order" else how.by)]
    return [(name, value) for name, value in (*pairs, ("offset", str(offset or ""))) if value]


class Links(Struct, frozen=True):
    """Makes addresses.

    Attributes:
        root: the prefix under which everything is served, ``""`` or ``"/archive"``.
        carried: in every address until the browser has shown that it keeps them as cookies: the language …
        versions: of each static file, so that a browser may keep it for ever.
    """

    root: str
    carried: tuple[tuple[str, str], ...]
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
        pairs = [*pairs, *self.carried]
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

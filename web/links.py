"""The addresses of the pages. Each is a path on this host, under the prefix; no host name is ever written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, quote_plus

from index.answering.exported import Form
from index.results import SearchRequest
from web.i18n import Language
from web.params import search_parameters

MOST_REPEATED = 250_000
"""Bytes of the addresses of the values of one filter, and of the filters that are on."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses.

    Attributes:
        root: the prefix under which everything is served, ``""`` or ``"/archive"``.
        language: carried in every address until the browser has shown that it keeps the cookie; else None.
        versions: of each static file, so that a browser may keep it for ever.
    """

    root: str
    language: Language | None
    versions: Mapping[str, str]

    def home(self) -> str:
        """The front page."""
        return self.address("/")

    def search(self, request: SearchRequest) -> str:
        """The results of a request."""
        return self.address("/search", search_parameters(request))

    def repeats(self, request: SearchRequest) -> int:
        """How many values of a filter a page may offer: each has the address of the whole request."""
        return MOST_REPEATED // len(self.search(request))

    def export(self, request: SearchRequest, form: Form) -> str:
        """The file with all that a request finds, in the order of its pages."""
        return self.address("/export", [*search_parameters(request), ("format", form)])

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

        ``at`` is the id of a passage: the page opens there, in whichever part of a long document it stands.
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
        path, more = document_path(document_id)
        address = self.address(f"/documents/{path}", more + pairs)
        return f"{address}#{quote(fragment)}" if fragment else address

    def passage(self, passage_id: str) -> str:
        """The lasting link to a passage."""
        return f"{self.root}/p/{quote(passage_id, safe='')}"

    def folder(self, path: str = "", offset: int = 0) -> str:
        """A folder, or the top of all folders."""
        pairs = [("in", path)] if path else []
        return self.address("/browse/folders", pairs + ([("offset", str(offset))] if offset else []))

    def authors(self, *, offset: int = 0) -> str:
        """All authors."""
        return self.address("/browse/authors", [("offset", str(offset))] if offset else [])

    def documents(self, *, author: str | None = None, offset: int = 0) -> str:
        """A list of documents."""
        pairs = [("author", author)] if author else []
        return self.address("/documents", pairs + ([("offset", str(offset))] if offset else []))

    def left_out(self) -> str:
        """What could not be read."""
        return self.address("/left-out")

    def help(self) -> str:
        """How to search."""
        return self.address("/help")

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
            query=request.query, match=request.match, as_written=request.as_written, across=request.across
        )
    )

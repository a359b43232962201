"""What every page needs: its language, its words, its addresses.

No address has a host name: each is a path under the prefix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote

from flask import current_app, g, request
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from archive.messages import LANGUAGES, NAMES, Language, catalogue, has_text, language_of, text_of
from index.requests import By, ConcordanceRequest, FacetName, SearchRequest, search_parameters
from index.search.export import Form
from index.search.lists import AS_IT_COMES, Arrangement
from web.arguments import LOOKS, ONLY_OF_LINES

_LONG = 2_000
"""Bytes of parameters up to which a sheet of paper names them."""

_MOST_TAKEN_ALONG = 20_000
"""Bytes of parameters up to which the address in another language has them; a query takes 12,000."""

_BIDI = dict.fromkeys([0x200E, 0x200F, 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Controls of the direction of writing: in a value they would turn the rest of our sentence round."""


class Words(Struct, frozen=True):
    """The words of one language."""

    language: Language

    def known(self, key: str) -> str:
        """The text of a key; empty where there is none."""
        return self(key) if has_text(key) else ""

    def field(self, group: str, name: str) -> str:
        """What a field is called in a group of texts; one of the owner's own has its name."""
        return self.known(f"{group}.{name}") or name

    def of(self, english: str) -> str:
        """The text that the catalogue has by its English, as the terminal says it."""
        return catalogue(self.language).gettext(english) if english else ""

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in. KeyError for an unknown key."""
        text = text_of(self.language, key, values.get("n"))
        shown = {
            k: f"{v:,}" if type(v) is int and k == "n" else v.translate(_BIDI) if isinstance(v, str) else v
            for k, v in values.items()
        }
        return text.format(**shown) if shown else text


class Interface(Struct, frozen=True):
    """The surroundings of a page.

    Attributes:
        language: of the page's own words.
        html_lang: the same for the ``lang`` attribute.
        others: the languages that the page can be had in: name, ``lang`` attribute, address.
        look: how texts are set: of each of ``LOOKS`` one.
        address: of this page, as people read it, without a host.
    """

    language: Language
    html_lang: str
    t: Words
    links: Links
    others: tuple[tuple[str, str, str], ...]
    look: Mapping[str, str]
    address: str


def interface() -> Interface:
    """The surroundings of the page that is asked for now."""
    if "interface" not in g:
        g.interface = _interface()
    made: Interface = g.interface
    return made


def _interface() -> Interface:
    wished = (language_of(tag) for tag in request.accept_languages.values())
    chosen, kept = chosen_now(request.args), chosen_now(request.cookies)
    language = language_of({**kept, **chosen}.get("lang")) or next(filter(None, wished), None) or "zh"
    # Until the cookie has come back, the address carries the choice; so it holds without cookies too.
    carried = tuple(pair for pair in chosen.items() if pair not in kept.items())
    links = Links(request.script_root, carried, current_app.config["STATIC_VERSIONS"])
    return Interface(
        language=language,
        html_lang=_html_lang(language),
        t=Words(language),
        links=links,
        others=tuple(
            (NAMES[other], _html_lang(other), here("lang", other)) for other in LANGUAGES if other != language
        ),
        look={name: {**kept, **chosen}.get(name, values[0]) for name, values in LOOKS.items()},
        address=_address(),
    )


def _html_lang(language: Language) -> str:
    """The ``lang`` attribute, which chooses the font: the same code point is drawn in another way in each."""
    return "zh-Hans" if language == "zh" else language


def chosen_now(given: Mapping[str, str]) -> dict[str, str]:
    """Of parameters or cookies those of ``KEPT`` that have a value which there is."""
    found = {name: given.get(name, "") for name in LOOKS}
    chosen = {name: value for name, value in found.items() if value in LOOKS[name]}
    language = language_of(given.get("lang"))
    return {"lang": language, **chosen} if language else chosen


def here(name: str, value: str) -> str:
    """The address of this page with one of ``KEPT`` chosen."""
    repeated = len(request.query_string) <= _MOST_TAKEN_ALONG
    parameters = request.args.copy() if repeated else MultiDict[str, str]()
    parameters.setlist(name, [value])
    path = "/" if request.too_long else request.path  # type: ignore[attr-defined]
    return Links(request.script_root, (), {}).address(quote(path), parameters.items(multi=True))


def _address() -> str:
    address = request.script_root + request.path[:_LONG]
    if not 0 < len(request.query_string) <= _LONG:
        return address
    return f"{address}?{unquote(request.query_string.decode('ascii', 'replace'))}"


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

    def of(self, page: str, request: SearchRequest) -> str:
        """Another page about all of what a request finds: ``card``, ``api/v1/count`` …"""
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

"""The JSON API: what ``index.results`` holds, as it is. ``docs/using/web.md`` describes it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, get_args

import msgspec
from flask import Blueprint, Response, redirect, request
from msgspec import Struct
from msgspec.structs import replace

from archive.citation import STYLES
from archive.errors import JuanzongError
from index import results
from index.archive import Archive
from index.reloading import OpenArchive
from index.requests import MAX_SUGGESTIONS, BrowseName, SearchRequest
from index.search.card import Card
from index.search.explain import Explanation
from index.search.versions import Compared
from web import arguments
from web.arguments import FILTERS, PARAMETERS, missing, one, search_request
from web.downloads import export_file
from web.errors import ParameterError, RefusedError
from web.interface import interface
from web.limits import bounded
from web.openapi import Address, Addresses, api_page, described, listed
from web.pages import render
from web.pages.others import dated
from web.views import answered

API = "/api/"
HEALTH = "/healthz"


class Health(Struct, frozen=True):
    """Whether the archive can be searched, without its settings."""

    status: str
    generation: str
    engine: str
    documents: int
    passages: int


class ErrorBody(Struct, frozen=True, omit_defaults=True):
    """What is wrong, and what to do; ``document`` had the passage that is not found."""

    code: str
    message: str
    hint: str | None
    document: str | None = None


class ErrorAnswer(Struct, frozen=True):
    """The one shape of all errors of the API."""

    error: ErrorBody


def api_views(open_archive: OpenArchive) -> Blueprint:
    """The routes of the API."""
    views = Blueprint("api", __name__)
    addresses: list[Address] = []

    def get(
        path: str, answer: Any, *parameters: str, required: str = ""
    ) -> Callable[[Callable[..., object]], Callable[..., object]]:
        """Route to an answer that is made of the archive and the parts of the path."""

        def register(make: Callable[..., object]) -> Callable[..., object]:
            def view(**parts: str) -> Response:
                arguments.only(request.args, *parameters)

                def build(archive: Archive) -> Response:
                    made = make(archive, **parts)
                    return made if isinstance(made, Response) else json_response(made)

                return answered(open_archive, build)

            views.add_url_rule(path, f"{make.__name__}{len(addresses)}", view)
            addresses.append(Address(path, make.__doc__ or "", parameters, answer, required))
            return make

        return register

    @get("/api/v1/search", results.SearchResult, *PARAMETERS, required="q")
    def search(archive: Archive) -> results.SearchResult:
        """Search the archive."""
        return archive.search(_with_query())

    @get("/api/v1/concordance", results.Concordance, *arguments.CONCORDANCE, required="q")
    def concordance(archive: Archive) -> results.Concordance:
        """Every place that a search finds as a line, sorted, grouped and counted."""
        return archive.concordance(arguments.concordance_request(request.args))

    @get("/api/v1/export", str, "format", "context", *PARAMETERS, required="q")
    def export(archive: Archive) -> Response:
        """All hits of a search as a file."""
        return export_file(archive)

    @get("/api/v1/collocates", results.Associations, *arguments.COLLOCATES, required="q")
    def collocates(archive: Archive) -> results.Associations:
        """What occurs near the places of a search more often than elsewhere."""
        _with_query()
        return archive.collocates(arguments.association_request(request.args))

    @get("/api/v1/keyness", results.Associations, *arguments.KEYNESS)
    def keyness(archive: Archive) -> results.Associations:
        """What the passages of a search have more of than others (against=NAME:VALUE)."""
        return archive.keyness(arguments.association_request(request.args))

    @get("/api/v1/card", Card, *PARAMETERS, required="q")
    def card(archive: Archive) -> Card:
        """The query card of a search: how its numbers came about."""
        return archive.card(_with_query(), request.root_url.rstrip("/"))

    @get("/api/v1/suggest", results.Suggestions, "q", "limit", required="q")
    def suggest(archive: Archive) -> results.Suggestions:
        """Complete a query that is being typed; it may be empty still."""
        if "q" not in request.args:
            raise missing("q")
        limit = one(request.args, "limit", 8, range(MAX_SUGGESTIONS + 1))
        return results.Suggestions(request.args["q"], archive.suggest(request.args["q"], limit))

    @get("/api/v1/passages/<passage_id>", results.PassageHit, *PARAMETERS)
    def passage(archive: Archive, passage_id: str) -> results.PassageHit:
        """A passage in its place, marked by a query where one is given."""
        return archive.passage(passage_id, search_request(request.args))

    @get("/api/v1/passages/<passage_id>/explain", Explanation, *PARAMETERS, required="q")
    def explain(archive: Archive, passage_id: str) -> Explanation:
        """Why a passage was found, or was not, and what gave it its score."""
        return archive.explain(_with_query(), passage_id)

    @get("/api/v1/cite", dict[str, str], "id", "style", required="id")
    def cite(archive: Archive) -> dict[str, str]:
        """The citations of a passage or of a document, by style."""
        if not (wanted := request.args.get("id")):
            raise missing("id")
        style = one(request.args, "style", "")
        work = dated(archive.cite(wanted), interface().links, request.host_url)
        return {name: make(work) for name, make in STYLES.items() if style in ("", name)}

    @get("/api/v1/documents", results.DocumentList, "q", "limit", "offset", "filter", "by", *FILTERS)
    def documents(archive: Archive) -> results.DocumentList:
        """The documents in the order of the archive."""
        asked = search_request(request.args)
        if asked.query:
            # Refused, else the list would be taken for the documents in which the query occurs.
            raise ParameterError("q", asked.query, ", ".join((*FILTERS, "filter", "by", "limit", "offset")))
        return archive.listed(asked, arguments.arrangement(request.args))

    @get("/api/v1/count", results.Counted, "start", *PARAMETERS, required="q")
    def count(archive: Archive) -> results.Counted:
        """Exact numbers, a share of the passages at a time: from start to looked_at."""
        return archive.count(_with_query(), one(request.args, "start", 0))

    @get("/api/v1/values", results.FacetValues, "facet", "filter", "by", *PARAMETERS, required="facet")
    def values(archive: Archive) -> results.FacetValues:
        """All values of a facet, of the whole archive or of what is found."""
        asked, name = search_request(request.args), arguments.facet(request.args)
        if name not in get_args(BrowseName) or asked != asked.unfiltered:
            asked = _with_query()
        found = archive.values(asked, name, arguments.arrangement(request.args))
        return results.FacetValues(
            name, len(found), asked.offset, tuple(found[asked.offset :][: asked.limit])
        )

    @get("/api/v1/distribution", results.Distribution, "by", "parts", *PARAMETERS, required="q")
    def distribution(archive: Archive) -> results.Distribution:
        """Where the hits of up to five queries are (q repeats): by period, field or part of texts."""
        asked = replace(search_request(request.args), query="")
        if not (wanted := arguments.queries(request.args)):
            raise missing("q")
        parts = one(request.args, "parts", 0)
        return archive.distribution(asked, wanted, arguments.by(request.args), parts)

    @get("/api/v1/documents/", results.DocumentView, "id", "part", *PARAMETERS, required="id")
    @get("/api/v1/documents/<rest:document_id>", results.DocumentView, "id", "part", *PARAMETERS)
    def document(archive: Archive, document_id: str = "") -> results.DocumentView:
        """A document, marked by a query where one is given; above a million characters a part of it."""
        wanted = document_id or request.args.get("id", "")
        if not wanted:
            raise missing("id")
        part = one(request.args, "part", 1)
        return archive.document(wanted, search_request(request.args), part=part)

    @get("/api/v1/compare", Compared, "document", required="document")
    def compare(archive: Archive) -> Compared:
        """Two documents side by side: paragraphs that belong together, and how they differ."""
        if len(given := request.args.getlist("document")) != 2 or not all(given):
            example = f"{request.path}?document=…&document=…"
            raise RefusedError("missing_parameter", parameter="document", example=example)
        return archive.compare(*given)

    @get("/api/v1/stats", results.ArchiveStats)
    def stats(archive: Archive) -> results.ArchiveStats:
        """What the archive holds and how it was built."""
        # Readers need not know where the texts are on the server.
        return replace(archive.stats(), source_folder=None)

    @get("/api/v1", Addresses)
    def index(_: Archive) -> Addresses:
        """The addresses of the API."""
        return listed(addresses)

    def description() -> dict[str, Any]:
        own: tuple[str, ...] = ()
        with suppress(JuanzongError):  # what there is to ask can be read without an archive
            own = open_archive().own
        return described(addresses, ErrorAnswer, own)

    @views.get("/api/v1/openapi.json")
    def openapi() -> Response:
        return json_response(description())

    @views.get("/api")
    def trying() -> Response:
        ui = interface()
        wanted = request.args.get("path")
        if wanted is None:
            return render(api_page(description(), ui), ui)
        known = {one.template: one for one in addresses}
        if wanted not in known:
            raise ParameterError("path", wanted, ", ".join(known))
        return redirect(ui.links.address(*known[wanted].filled(request.args)))  # type: ignore[return-value]

    @views.get(HEALTH)
    def health() -> Response:
        archive = open_archive()
        archive.health()
        stats = archive.stats()
        response = json_response(
            Health("ok", stats.generation, stats.engine, stats.documents, stats.passages)
        )
        response.cache_control.no_store = True
        return response

    addresses.append(Address(HEALTH, "Whether the archive can be searched.", (), Health))
    return views


def _with_query() -> SearchRequest:
    """What is asked for now."""
    return arguments.with_query(search_request(request.args))


def wants_json() -> bool:
    """Whether the request that is answered now is one of a program."""
    return request.path.startswith(API) or request.path == HEALTH


def json_response(body: object, status: int = 200) -> Response:
    """A body as JSON, Chinese as it is. Raises RefusedError."""
    encoded = msgspec.json.encode(body, enc_hook=str)
    return Response(bounded((encoded, b"\n")), status, mimetype="application/json")


def json_error(error: JuanzongError, status: int) -> Response:
    """A named error in the one shape that all errors of the API have."""
    document = getattr(error, "document", None)
    return json_response(
        ErrorAnswer(ErrorBody(error.code, error.message, error.hint or None, document)), status
    )

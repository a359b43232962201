"""The JSON API: what ``index.results`` holds, as it is. ``docs/using/web.md`` describes it."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, request
from msgspec.structs import replace

from archive.errors import JuanzongError
from index.reloading import OpenArchive
from index.results import MAX_SUGGESTIONS, Suggestions
from web.addresses import FILTERS, MAX_PART, PARAMETERS, number, only, search_request
from web.errors import MissingParameterError, ParameterError
from web.exporting import export_file
from web.long_answers import bounded
from web.views import answered

API = "/api/"
HEALTH = "/healthz"


def api_views(open_archive: OpenArchive) -> Blueprint:
    """The routes of the API."""
    views = Blueprint("api", __name__)

    @views.get("/api/v1/search")
    def search() -> Response:
        only(request.args, *PARAMETERS)
        _query("/api/v1/search?q=…")
        asked = search_request(request.args)
        return answered(open_archive, lambda archive: json_response(archive.search(asked)))

    @views.get("/api/v1/export")
    def export() -> Response:
        only(request.args, "format", "context", *PARAMETERS)
        return answered(open_archive, export_file("/api/v1/export"))

    @views.get("/api/v1/suggest")
    def suggest() -> Response:
        only(request.args, "q", "limit")
        if "q" not in request.args:  # which may be empty: nothing is typed yet
            raise MissingParameterError("q", "Ask for /api/v1/suggest?q=…")
        typed = request.args["q"]
        limit = number(request.args, "limit", 8, 0, MAX_SUGGESTIONS)
        return answered(
            open_archive,
            lambda archive: json_response(Suggestions(typed, archive.suggest(typed, limit))),
        )

    @views.get("/api/v1/passages/<passage_id>")
    def passage(passage_id: str) -> Response:
        only(request.args, *PARAMETERS)
        asked = search_request(request.args)
        query = asked if asked.query else None
        return answered(open_archive, lambda archive: json_response(archive.passage(passage_id, query)))

    @views.get("/api/v1/passages/<passage_id>/explain")
    def explain(passage_id: str) -> Response:
        only(request.args, *PARAMETERS)
        _query("/api/v1/passages/ID/explain?q=…")
        asked = search_request(request.args)
        return answered(open_archive, lambda archive: json_response(archive.explain(asked, passage_id)))

    @views.get("/api/v1/documents")
    def documents() -> Response:
        only(request.args, "q", "limit", "offset", *FILTERS)
        asked = search_request(request.args)
        if asked.query:
            # Not passed over: who sends it would take the list for the documents in which it stands.
            raise ParameterError("q", asked.query, ", ".join((*FILTERS, "limit", "offset")))
        return answered(open_archive, lambda archive: json_response(archive.listed(asked)))

    @views.get("/api/v1/documents/", defaults={"document_id": ""})
    @views.get("/api/v1/documents/<rest:document_id>")
    def document(document_id: str) -> Response:
        only(request.args, "id", "part", *PARAMETERS)
        wanted = document_id or request.args.get("id", "")
        if not wanted:
            raise MissingParameterError("id", "Ask for /api/v1/documents/ID")
        asked = search_request(request.args)
        query = asked if asked.query else None
        part = number(request.args, "part", 1, 1, MAX_PART)
        return answered(
            open_archive, lambda archive: json_response(archive.document(wanted, query, part=part))
        )

    @views.get("/api/v1/stats")
    def stats() -> Response:
        only(request.args)
        # Where the texts lie on the server is nobody's business who reads them.
        return answered(
            open_archive,
            lambda archive: json_response(replace(archive.stats(), source_folder=None)),
        )

    @views.get(HEALTH)
    def health() -> Response:
        # The settings and the source folder are nobody's business who only asks whether this is alive.
        archive = open_archive()
        archive.health()
        stats = archive.stats()
        body = {
            "status": "ok",
            "generation": stats.generation,
            "engine": stats.engine,
            "documents": stats.documents,
            "passages": stats.passages,
        }
        response = json_response(body)
        response.cache_control.no_store = True
        return response

    return views


def _query(example: str) -> str:
    """The query of the request that is answered now. One without a character is none, as everywhere."""
    query = request.args.get("q", "")
    if not query.strip():
        raise MissingParameterError("q", f"Ask for {example}")
    return query


def wants_json() -> bool:
    """Whether the request that is answered now is one of a program."""
    return request.path.startswith(API) or request.path == HEALTH


def json_response(body: object, status: int = 200) -> Response:
    """A body as JSON, Chinese as it is. Raises TooLargeError."""
    return Response(
        bounded((msgspec.json.encode(body, enc_hook=str), b"\n")), status, mimetype="application/json"
    )


def json_error(error: JuanzongError, status: int) -> Response:
    """A named error in the one shape that all errors of the API have."""
    body = {"code": error.code, "message": error.message, "hint": error.hint or None}
    if document := getattr(error, "document", None):
        body["document"] = document
    return json_response({"error": body}, status)

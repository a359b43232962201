"""The addresses of the pages, and the ETags and 304 responses of all answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeAlias

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from msgspec.structs import astuple, replace

from archive.errors import JuanzongError
from index.archive import Archive
from index.errors import NotFoundError
from index.reloading import OpenArchive
from index.requests import SearchRequest
from index.results import PassageHit
from index.search.export import ASSOCIATION_COLUMNS, every_association
from web.arguments import (
    KEPT,
    arrangement,
    association_request,
    concordance_request,
    facet,
    flag,
    one,
    search_request,
    with_query,
)
from web.downloads import concordance_file, export_file, list_file, original_file, table_file
from web.errors import ParameterError
from web.interface import Interface, interface
from web.pages import Page, render
from web.pages.association import Comparison, association_page
from web.pages.browse import authors_page, documents_page, folder_page, home_page, values_page
from web.pages.compare import compare_page
from web.pages.concordance import concordance_page
from web.pages.distribution import distribution_file, distribution_page
from web.pages.document import document_page
from web.pages.others import card_page, cite_page, help_page, left_out_page
from web.pages.results import results_page

Shown: TypeAlias = Page | Response
"""What is made for an address: a page, or a file or a redirection."""


def answered(open_archive: OpenArchive, build: Callable[[Archive], Response]) -> Response:
    """The answer that ``build`` makes of the archive, or 304 where the browser has it of this generation (a
    weak tag).
    """
    archive = open_archive()
    tag = _tag(archive.generation.name)
    known = request.if_none_match.contains_weak(tag)
    response = make_response("", 304) if known else build(archive)
    if response.status_code in (200, 304):
        response.set_etag(tag, weak=True)
        response.cache_control.private = True
        response.cache_control.no_cache = True
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _tag(generation: str) -> str:
    parts = (
        current_app.config["VERSION"],
        generation,
        interface().language,
        *(request.cookies.get(name, "") for name in KEPT),
        request.script_root,
        request.full_path,
    )
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=12).hexdigest()


def page_views(open_archive: OpenArchive) -> Blueprint:
    """The routes of the pages."""
    views = Blueprint("pages", __name__)

    def page(*rules: str) -> Callable[[Callable[..., Shown]], None]:
        """Routes to a page that is made of the archive and the parts of its address."""

        def register(make: Callable[..., Shown]) -> None:
            def view(**parts: str) -> Response:
                ui = interface()

                def build(archive: Archive) -> Response:
                    shown = make(archive, ui, **parts)
                    return shown if isinstance(shown, Response) else render(shown, ui)

                return answered(open_archive, build)

            for rule in rules:
                views.add_url_rule(rule, make.__name__, view)

        return register

    @page("/", "/search")
    def search(archive: Archive, ui: Interface) -> Shown:
        asked = search_request(request.args, facets=())
        if not asked.query.strip():
            return home_page(archive, ui, asked)
        return results_page(archive, ui, asked)

    @page("/documents/", "/documents/<rest:document_id>")
    def document(archive: Archive, ui: Interface, document_id: str = "") -> Shown:
        wanted = document_id or request.args.get("id", "")
        if not wanted:
            raise NotFoundError("No document was asked for.")
        asked = search_request(request.args, facets=())
        order = request.args.get("order", "")
        if order not in ("", "file", "reading"):
            raise ParameterError("order", order, "reading, file")
        part = one(request.args, "part", 1)
        at = request.args.get("at", "")
        came_from = request.args.get("from", "")
        shown: dict[str, Any] = {
            "file_order": order == "file",
            "traces": flag(request.args, "traces"),
            "part": part,
        }
        view = archive.document(wanted, asked, part=part, at=at)
        if view.moved_from is not None:
            return _redirect(ui.links.document(view.id, asked, at=at, moved_from=view.moved_from, **shown))
        if at and not any(at == passage.id for piece in view.pieces for passage in piece.passages):
            hit = _moved_passage(archive, at)
            if hit is not None:
                address = ui.links.document(hit.document.id, asked, at=hit.passage_id, moved_from=at, **shown)
                return _redirect(address)
        return document_page(
            view,
            ui,
            asked,
            at=at,
            beside=archive.neighbours(view.id),
            moved=bool(came_from) and _has_moved(archive, came_from, view.id, at),
            **shown,
        )

    @page("/original/", "/original/<rest:document_id>")
    def original(archive: Archive, _: Interface, document_id: str = "") -> Response:
        return original_file(archive, document_id or request.args.get("id", ""))

    @page("/browse", "/browse/folders")
    def folders(archive: Archive, ui: Interface) -> Shown:
        how, offset = arrangement(request.args), one(request.args, "offset", 0)
        folder = request.args.get("in", "")
        if request.args.get("format"):
            below = f"{folder.rstrip('/')}/" * bool(folder)
            return list_file(archive, SearchRequest(query=""), "collection", below)
        return folder_page(archive, ui, folder, how, offset)

    @page("/browse/authors")
    def authors(archive: Archive, ui: Interface) -> Shown:
        if request.args.get("format"):
            return list_file(archive, SearchRequest(query=""), "author")
        how, offset = arrangement(request.args), one(request.args, "offset", 0)
        return authors_page(archive, ui, how, offset)

    @page("/documents")
    def documents(archive: Archive, ui: Interface) -> Shown:
        if request.args.get("format"):
            return list_file(archive, replace(search_request(request.args), query=""), "documents")
        how, offset = arrangement(request.args), one(request.args, "offset", 0)
        return documents_page(archive, ui, request.args.get("author") or None, how, offset)

    @page("/values")
    def values(archive: Archive, ui: Interface) -> Shown:
        how, offset = arrangement(request.args), one(request.args, "offset", 0)
        name, asked = facet(request.args), replace(search_request(request.args), offset=0)
        if request.args.get("format"):
            return list_file(archive, asked, name)
        return values_page(archive, ui, asked, name, how, offset)

    @page("/distribution")
    def distribution(archive: Archive, ui: Interface) -> Shown:
        return distribution_page(archive, ui, search_request(request.args, facets=()))

    @page("/distribution/export")
    def distribution_export(archive: Archive, _: Interface) -> Response:
        return distribution_file(archive, search_request(request.args, facets=()))

    @page("/left-out")
    def left_out(archive: Archive, ui: Interface) -> Shown:
        return left_out_page(archive, ui)

    @page("/export")
    def export(archive: Archive, _: Interface) -> Response:
        return export_file(archive)

    @page("/collocates")
    def collocates(archive: Archive, ui: Interface) -> Shown:
        return comparison(archive, ui, "collocates")

    @page("/keyness")
    def keyness(archive: Archive, ui: Interface) -> Shown:
        return comparison(archive, ui, "keyness")

    @page("/card")
    def card(archive: Archive, ui: Interface) -> Shown:
        asked = with_query(search_request(request.args, facets=()))
        return card_page(archive, ui, asked, request.root_url.rstrip("/"))

    @page("/concordance")
    def concordance(archive: Archive, ui: Interface) -> Shown:
        asked = concordance_request(request.args)
        if request.args.get("format"):
            return concordance_file(archive)
        return concordance_page(archive, ui, asked)

    @page("/compare")
    def compare(archive: Archive, ui: Interface) -> Shown:
        part, only = one(request.args, "part", 1), flag(request.args, "only")
        return compare_page(archive, ui, request.args.getlist("document"), part, only)

    @page("/cite/", "/cite/<rest:identifier>")
    def cite(archive: Archive, ui: Interface, identifier: str = "") -> Shown:
        return cite_page(archive, ui, identifier or request.args.get("id", ""))

    @views.get("/p/<passage_id>")
    def passage(passage_id: str) -> Response:
        asked = search_request(request.args, facets=())
        hit = open_archive().passage(passage_id)
        links = interface().links
        return _redirect(links.document(hit.document.id, asked, at=hit.passage_id, moved_from=hit.moved_from))

    @views.get("/opensearch.xml")
    def opensearch() -> Response:
        ui = interface()
        site = request.root_url.rstrip("/")
        text = render_template("opensearch.xml", t=ui.t, links=ui.links, site=site)
        return Response(text, mimetype="application/opensearchdescription+xml")

    @views.get("/suggestions")
    def suggestions() -> Response:
        typed = request.args.get("q", "")
        found = [one.text for one in open_archive().suggest(typed)]
        return Response(json.dumps([typed, found]), mimetype="application/x-suggestions+json")

    @views.get("/help")
    def help_() -> Response:
        ui = interface()
        try:
            archive = open_archive()
        except JuanzongError:  # the forms of a query are the same without one
            return render(help_page(ui, None), ui)
        return render(help_page(ui, archive), ui)

    return views


def comparison(archive: Archive, ui: Interface, kind: Comparison) -> Shown:
    """Collocates or key words: the page, or all rows as a file."""
    asked = association_request(request.args)
    if request.args.get("format"):
        rows = every_association(archive.collocates if kind == "collocates" else archive.keyness, asked)
        return table_file(f"juanzong-{kind}", ASSOCIATION_COLUMNS, map(astuple, rows))
    return association_page(archive, ui, kind, asked, request.args.get("against", ""))


def _redirect(address: str) -> Response:
    response = redirect(address, 302)
    response.cache_control.no_cache = True
    return response  # type: ignore[return-value]


def _moved_passage(archive: Archive, passage_id: str) -> PassageHit | None:
    """The passage that took the place of one that is gone."""
    try:
        hit = archive.passage(passage_id)
    except NotFoundError:
        return None
    return None if hit.moved_from is None else hit


def _has_moved(archive: Archive, came_from: str, document_id: str, passage_id: str) -> bool:
    """Whether a passage, or a document, took the place of what an address says that it comes from."""
    if not passage_id:
        return archive.document_successor(came_from) == document_id
    hit = _moved_passage(archive, came_from)
    return hit is not None and hit.passage_id == passage_id

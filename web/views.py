"""The addresses of the pages, and the ETags and 304 responses of all answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import partial
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

from archive.errors import JuanzongError
from index.archive import Archive
from index.errors import NotFoundError
from index.reloading import OpenArchive
from index.results import PassageHit
from web.arguments import KEPT, flag, one, search_request
from web.downloads import export_file, original_file
from web.errors import ParameterError
from web.interface import Interface, interface
from web.pages import Page, render
from web.pages.association import association_page
from web.pages.browse import authors_page, documents_page, folders_page, home_page, values_page
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


def search_page(archive: Archive, ui: Interface) -> Page:
    """What a query finds, or without one the front page."""
    asked = search_request(request.args, facets=())
    return results_page(archive, ui, asked) if asked.query.strip() else home_page(archive, ui, asked)


def reading_page(archive: Archive, ui: Interface, document_id: str = "") -> Shown:
    """A document, or a redirection to where it, or its passage, is now."""
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
        problems=archive.answer(asked.unfiltered).problems if asked.query.strip() else (),
        moved=bool(came_from) and _has_moved(archive, came_from, view.id, at),
        **shown,
    )


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


PAGES: Mapping[Callable[..., Shown], tuple[str, ...]] = {
    search_page: ("/", "/search"),
    reading_page: ("/documents/", "/documents/<rest:document_id>"),
    original_file: ("/original/", "/original/<rest:document_id>"),
    folders_page: ("/browse", "/browse/folders"),
    authors_page: ("/browse/authors",),
    documents_page: ("/documents",),
    values_page: ("/values",),
    distribution_page: ("/distribution",),
    distribution_file: ("/distribution/export",),
    left_out_page: ("/left-out",),
    export_file: ("/export",),
    partial(association_page, kind="collocates"): ("/collocates",),
    partial(association_page, kind="keyness"): ("/keyness",),
    card_page: ("/card",),
    concordance_page: ("/concordance",),
    compare_page: ("/compare",),
    cite_page: ("/cite/", "/cite/<rest:identifier>"),
}
"""Each takes the archive, the surroundings of its page and the parts of its address."""


def page_views(open_archive: OpenArchive) -> Blueprint:
    """The routes of the pages."""
    views = Blueprint("pages", __name__)

    def add(make: Callable[..., Shown], *rules: str) -> None:
        def view(**parts: str) -> Response:
            ui = interface()

            def build(archive: Archive) -> Response:
                shown = make(archive, ui, **parts)
                return shown if isinstance(shown, Response) else render(shown, ui)

            return answered(open_archive, build)

        for rule in rules:
            views.add_url_rule(rule, rules[0], view)

    for make, rules in PAGES.items():
        add(make, *rules)

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

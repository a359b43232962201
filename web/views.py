"""The addresses of the pages."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request

from archive.errors import JuanzongError
from archive.records import replace
from index.errors import NotFoundError
from index.results import PassageHit, SearchRequest
from web.caching import answered
from web.errors import ParameterError
from web.exporting import export_answer
from web.interface import interface
from web.pages import render, search_form
from web.pages.browse import authors_page, documents_page, folder_page
from web.pages.document import document_page
from web.pages.filters import shows_chosen
from web.pages.help import help_page
from web.pages.home import home_page
from web.pages.others import left_out_page
from web.pages.results import results_page
from web.params import MAX_PART, flag, number, page_offset, search_request
from web.protocol import Archive, OpenArchive


def page_views(open_archive: OpenArchive) -> Blueprint:
    """The routes of the pages."""
    views = Blueprint("pages", __name__)

    @views.get("/")
    @views.get("/search")
    def search() -> Response:
        asked = search_request(request.args, facets=())
        return answered(open_archive, lambda archive: _search(archive, asked))

    @views.get("/export")
    def export() -> Response:
        return export_answer(open_archive, "/export")

    @views.get("/documents/", defaults={"document_id": ""})
    @views.get("/documents/<rest:document_id>")
    def document(document_id: str) -> Response:
        wanted = document_id or request.args.get("id", "")
        if not wanted:
            raise NotFoundError("No document was asked for.")
        asked = search_request(request.args, facets=())
        order = request.args.get("order", "")
        if order not in ("", "file", "reading"):
            raise ParameterError("order", order, "reading, file")
        traces = flag(request.args, "traces")
        part = number(request.args, "part", 1, 1, MAX_PART)
        at = request.args.get("at", "")
        came_from = request.args.get("from", "")
        ui = interface()

        def moved(document_id: str, passage_id: str, moved_from: str) -> Response:
            return _redirect(
                ui.links.document(
                    document_id,
                    asked,
                    file_order=order == "file",
                    traces=traces,
                    part=part,
                    at=passage_id,
                    moved_from=moved_from,
                )
            )

        def build(archive: Archive) -> Response:
            view = archive.document(wanted, asked if asked.query else None, part=part, at=at)
            if view.moved_from is not None:
                return moved(view.document.id, at, view.moved_from)
            if at and not any(at == passage for piece in view.pieces for passage, _, _ in piece.passages):
                hit = _moved_passage(archive, at)
                if hit is not None:
                    return moved(hit.document.id, hit.passage_id, at)
            page = document_page(
                view,
                ui,
                asked,
                file_order=order == "file",
                traces=traces,
                part=part,
                at=at,
                moved=bool(came_from) and _has_moved(archive, came_from, view.document.id, at),
            )
            return render(page, ui, search_form(ui, SearchRequest(query=asked.query)))

        return answered(open_archive, build)

    @views.get("/p/<passage_id>")
    def passage(passage_id: str) -> Response:
        asked = search_request(request.args, facets=())
        hit = open_archive().passage(passage_id)
        links = interface().links
        return _redirect(links.document(hit.document.id, asked, at=hit.passage_id, moved_from=hit.moved_from))

    @views.get("/browse")
    @views.get("/browse/folders")
    def folders() -> Response:
        folder = request.args.get("in", "")
        offset = page_offset(request.args)
        ui = interface()

        def build(archive: Archive) -> Response:
            page = folder_page(archive, ui, folder, offset)
            return render(page, ui, search_form(ui, page.filters))

        return answered(open_archive, build)

    @views.get("/browse/authors")
    def authors() -> Response:
        offset = page_offset(request.args)
        ui = interface()
        return answered(
            open_archive, lambda archive: render(authors_page(archive, ui, offset), ui, search_form(ui))
        )

    @views.get("/documents")
    def documents() -> Response:
        author = request.args.get("author", "") or None
        offset = page_offset(request.args)
        ui = interface()

        def build(archive: Archive) -> Response:
            page = documents_page(archive, ui, author, offset)
            return render(page, ui, search_form(ui, page.filters))

        return answered(open_archive, build)

    @views.get("/left-out")
    def left_out() -> Response:
        ui = interface()
        return answered(open_archive, lambda archive: render(left_out_page(archive, ui), ui, search_form(ui)))

    @views.get("/help")
    def help_() -> Response:
        ui = interface()
        try:
            archive = open_archive()
        except JuanzongError:  # the forms of a query are the same without one
            return render(help_page(ui, None), ui, search_form(ui))
        return render(help_page(ui, archive), ui, search_form(ui))

    return views


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


def _search(archive: Archive, asked: SearchRequest) -> Response:
    ui = interface()
    if asked.query.strip():
        return render(
            results_page(archive, ui, asked),
            ui,
            search_form(ui, replace(asked, counts=False), filters_are_shown=shows_chosen(asked, ui)),
        )
    return render(home_page(archive, ui), ui, search_form(ui, asked, autofocus=True))

"""The query card of a search: how its numbers came about."""

from __future__ import annotations

from index.archive import Archive
from index.requests import SearchRequest
from index.search.context import shortened
from web.interface import Interface
from web.pages import Page, search_form
from web.pages.filter_box import SHOWN_NAME


def card_page(archive: Archive, ui: Interface, request: SearchRequest, address: str) -> Page:
    """The page. Raises like ``Archive.search``."""
    lines = archive.card(request, address).lines()
    return Page(
        "card.html",
        ui.t("card.title", query=shortened(request.query, SHOWN_NAME)),
        search_form(ui, request),
        lines=[(ui.t(f"card.line.{name}"), value) for name, value in lines],
        json=ui.links.of("api/v1/card", request),
        back=ui.links.search(request),
    )

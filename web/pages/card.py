"""The query card of a search: how its numbers came about."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from index.archive import Archive
from index.requests import SearchRequest
from index.search.context import shortened
from web.interface import Interface
from web.pages.filter_box import SHOWN_NAME


class CardPage(Struct, frozen=True):
    """The context of ``card.html``."""

    template: ClassVar[str] = "card.html"
    title: str
    lines: tuple[tuple[str, str], ...]
    json: str
    back: str


def card_page(archive: Archive, ui: Interface, request: SearchRequest, address: str) -> CardPage:
    """The page. Raises like ``Archive.search``."""
    lines = archive.card(request, address).lines()
    return CardPage(
        title=ui.t("card.title", query=shortened(request.query, SHOWN_NAME)),
        lines=tuple((ui.t(f"card.line.{name}"), value) for name, value in lines),
        json=ui.links.of("api/v1/card", request),
        back=ui.links.search(request),
    )

"""The citations of a passage or of a document, to be copied."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from flask import request
from msgspec.structs import replace

from archive.citation import STYLES, Cited
from index.archive import Archive
from index.errors import NotFoundError
from index.search.context import shortened
from web.hosts import is_loopback
from web.interface import Interface
from web.links import Links
from web.pages import Page


def cite_page(archive: Archive, ui: Interface, identifier: str) -> Page:
    """The page. Raises NotFoundError."""
    if not identifier:
        raise NotFoundError("No passage and no document was asked for.")
    work = dated(archive.cite(identifier), ui.links, request.host_url)
    citations = [(style, ui.t(f"cite.{style}"), make(work)) for style, make in STYLES.items()]
    back = ui.links.document(work.document, at=work.passage or "")
    return Page("cite.html", ui.t("cite.title", title=shortened(work.title)), back=back, citations=citations)


def dated(work: Cited, links: Links, host: str = "") -> Cited:
    """The same with today as the day of access, and its permanent link if others can reach it."""
    link = links.document(work.document) if work.passage is None else links.passage(work.passage)
    today = datetime.now(UTC).date().isoformat()
    address = urljoin(host, link)
    return replace(
        work, link=None if is_loopback(urlsplit(address).hostname or "") else address, accessed=today
    )

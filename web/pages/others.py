"""The small pages: the front page, a query card, citations, what could not be read, errors."""

from __future__ import annotations

from itertools import islice
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from flask import request
from msgspec.structs import replace

from archive.citation import STYLES, Cited, today
from archive.errors import JuanzongError
from archive.messages import has_text, note_in, reason_in
from archive.model import Note
from index.archive import Archive
from index.errors import NotFoundError
from index.report import grouped
from index.requests import SearchRequest
from index.search.cancellation import still_wanted
from index.search.context import MOST_PATH, shortened
from web.hosts import is_loopback
from web.interface import Interface
from web.links import Links
from web.pages import Link, Page, search_form
from web.pages.browse import author_links, subfolders
from web.pages.filter_box import SHOWN_NAME

EXAMPLES = 10
"""So many notes of one reason are shown; the others on demand."""

MOST = 500
"""So many notes of one reason are on the page at most."""


Remark: TypeAlias = tuple[str, int | None, str, str]
"""A note of the build: its path and line; its reason in Chinese, or empty where the message says it; what is
to be said beside the reason, in the page's language, or in English; may be empty."""


def left_out_page(archive: Archive, ui: Interface) -> Page:
    """What the build had to say of its sources, by reason: of each what to do, the number of its notes, those
    that are shown, and those that are shown on demand.
    """
    reasons: dict[bool, list[tuple[str, str, int, list[Remark], list[Remark]]]] = {True: [], False: []}
    for group in grouped(archive.report()):
        first = group.examples(EXAMPLES)
        still_wanted()
        chosen = set(first)
        rest = list(islice((note for note in group.notes if note not in chosen), MOST - len(first)))
        title = reason_in(ui.language, group.code)
        reasons[group.left_out].append(
            (
                title[:1].upper() + title[1:],
                ui.t.known(f"reason.{group.code}.advice").strip(),
                group.count,
                [remark(note, ui) for note in first],
                [remark(note, ui) for note in rest],
            )
        )
    return Page(
        "left_out.html",
        ui.t("left.title"),
        files=archive.stats().files,
        left_out=reasons[True],
        notes=reasons[False],
    )


def remark(note: Note, ui: Interface) -> Remark:
    """A note, in the language of the page."""
    reason = "" if ui.language == "en" else reason_in(ui.language, note.code)
    return shortened(note.path, MOST_PATH), note.line, reason, shortened(note_in(ui.language, note))


def error_page(error: JuanzongError, status: int, ui: Interface) -> Page:
    """The page of a named error."""
    title = ui.t.known(f"error.{status}") or str(status)
    document = getattr(error, "document", None)
    key = f"error.{error.code}"
    said, original = [error.message, error.hint], ""
    if ui.language != "en" and has_text(key):
        said = [ui.t(each, **vars(error)).strip() if has_text(each) else "" for each in (key, f"{key}.hint")]
        original = str(error) if status >= 500 else ""  # where more is in it
    hint = "" if document else said[1]
    return Page("error.html", title, message=said[0], hint=hint, original=original, document=document)


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


def cite_page(archive: Archive, ui: Interface, identifier: str) -> Page:
    """The page. Raises NotFoundError."""
    if not identifier:
        raise NotFoundError("No passage and no document was asked for.")
    work = dated(archive.cite(identifier), ui.links, request.host_url)
    citations = [(style, ui.t(f"cite.{style}"), make(work)) for style, make in STYLES.items()]
    back = ui.links.document(work.document, at=work.passage or "")
    title = ui.t("cite.title", title=shortened(work.title))
    return Page("cite.html", title, back=back, citations=citations, unplaced=not work.is_placed)


def dated(work: Cited, links: Links, host: str = "") -> Cited:
    """The same with today as the day of access, and its permanent link if others can reach it."""
    link = links.document(work.document) if work.passage is None else links.passage(work.passage)
    address = urljoin(host, link)
    return replace(
        work, link=None if is_loopback(urlsplit(address).hostname or "") else address, accessed=today()
    )


SHOWN = 12


def home_page(archive: Archive, ui: Interface, asked: SearchRequest) -> Page:
    """The front page of an archive."""
    stats = archive.stats()
    folders = subfolders(archive.browse("collection"), "")
    authors = archive.browse("author")
    return Page(
        "home.html",
        "",
        search_form(ui, asked, autofocus=True),
        stats=stats,
        built=stats.built[:16].replace("T", " "),
        built_iso=stats.built,
        examples=example_links(archive, ui),
        folders=tuple(Link(name, ui.links.folder(name), count) for name, count in folders[:SHOWN]),
        authors=tuple(author_links(authors[:SHOWN], ui)),
        all_folders=len(folders),
        all_authors=len(authors),
    )


def example_links(archive: Archive, ui: Interface) -> tuple[Link, ...]:
    """Queries that find something here."""
    return tuple(Link(query, ui.links.search(SearchRequest(query=query))) for query in archive.examples())

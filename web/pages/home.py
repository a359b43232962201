"""The front page: what is here, and where to begin."""

from __future__ import annotations

from index.archive import Archive
from index.requests import SearchRequest
from web.interface import Interface
from web.pages import Link, Page, search_form
from web.pages.browse import author_links, subfolders

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

"""The front page: what is here, and where to begin."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from index.archive import Archive
from index.requests import SearchRequest
from index.results import ArchiveStats
from web.interface import Interface
from web.pages import Link
from web.pages.browse import author_links, subfolders

SHOWN = 12


class HomePage(Struct, frozen=True):
    """The context of ``home.html``; ``built`` is the last build, to the minute, in its own time zone."""

    template: ClassVar[str] = "home.html"
    title: str
    stats: ArchiveStats
    built: str
    built_iso: str
    examples: tuple[Link, ...]
    folders: tuple[Link, ...]
    authors: tuple[Link, ...]
    all_folders: int
    all_authors: int


def home_page(archive: Archive, ui: Interface) -> HomePage:
    """The front page of an archive."""
    stats = archive.stats()
    folders = subfolders(archive.browse("collection"), "")
    authors = archive.browse("author")
    return HomePage(
        title="",
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

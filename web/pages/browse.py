"""Browsing: folders as a tree, authors, and lists of documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from archive.sources import order_key
from index.archive import Archive
from index.errors import NotFoundError
from index.results import DocumentRef, FacetValue, SearchRequest
from index.search.cancellation import still_wanted
from index.search.context import MOST_VALUE, shortened
from web.interface import Interface
from web.pages import Link, Pager, pager

PAGE = 100
"""Folders and documents of one page."""

NAMES = 1_000
"""Authors of one page."""

SHOWN_NAME = 200
"""Characters of a name that a list shows."""

TRAIL = 8
"""Folders above one that are named."""


class BrowsePage(Struct, frozen=True):
    """The context of ``browse.html``.

    Attributes:
        trail: the folders above, from the top.
        entries: folders or authors.
        documents: with the number of all of them and a pager.
        filters: the request that searches in what is shown.
    """

    template: ClassVar[str] = "browse.html"
    title: str
    tabs: tuple[Link, ...]
    trail: tuple[Link, ...]
    entries: tuple[Link, ...]
    documents: tuple[DocumentRef, ...]
    total: int
    pager: Pager | None
    filters: SearchRequest


def folder_page(archive: Archive, ui: Interface, folder: str, offset: int) -> BrowsePage:
    """The folders in a folder, and behind them the documents that stand directly in it.

    Raises NotFoundError where there is no such folder.
    """
    folder = folder.rstrip("/")
    if not archive.has_folder(folder):
        raise NotFoundError(f"There is no folder {shortened(folder)} in the archive.")
    folders = subfolders(archive.browse("collection"), folder)
    shown = folders[offset : offset + PAGE]
    first = max(0, offset - len(folders))
    total, documents = archive.documents(collection=folder, offset=first, limit=PAGE - len(shown))
    start = f"{folder}/" if folder else ""
    return BrowsePage(
        title=folder.rpartition("/")[2] or ui.t("browse.title"),
        tabs=_tabs(ui, "folders"),
        trail=_trail(ui, folder),
        entries=tuple(Link(name, ui.links.folder(start + name), count) for name, count in shown),
        documents=tuple(documents),
        total=total,
        pager=pager(len(folders) + total, offset, PAGE, lambda at: ui.links.folder(folder, offset=at)),
        filters=SearchRequest(query="", collections=(folder,) if folder else ()),
    )


def _trail(ui: Interface, folder: str) -> tuple[Link, ...]:
    """The folder and those above it, from the top; of very many the nearest."""
    parts = folder.split("/") if folder else []
    links = [Link(ui.t("browse.top"), ui.links.folder(), current=not parts)]
    if len(parts) > TRAIL:
        links.append(Link("…", ui.links.folder("/".join(parts[:-TRAIL]))))
    for i in range(max(1, len(parts) - TRAIL + 1), len(parts) + 1):
        links.append(Link(parts[i - 1], ui.links.folder("/".join(parts[:i])), current=i == len(parts)))
    return tuple(links)


def authors_page(archive: Archive, ui: Interface, offset: int) -> BrowsePage:
    """All authors."""
    authors = archive.browse("author")
    return BrowsePage(
        title=ui.t("browse.authors"),
        tabs=_tabs(ui, "authors"),
        trail=(),
        entries=tuple(author_links(authors[offset : offset + NAMES], ui)),
        documents=(),
        total=0,
        pager=pager(len(authors), offset, NAMES, lambda at: ui.links.authors(offset=at)),
        filters=SearchRequest(query=""),
    )


def documents_page(archive: Archive, ui: Interface, author: str | None, offset: int) -> BrowsePage:
    """All documents, or those of an author, in the order of the archive.

    Raises NotFoundError where nothing is by this author.
    """
    total: int = 0
    documents: Sequence[DocumentRef] = ()
    if not author or len(author) <= MOST_VALUE:
        total, documents = archive.documents(author=author, offset=offset, limit=PAGE)
    if author and not total:
        raise NotFoundError(f"No text is by the author {shortened(author)}.")
    return BrowsePage(
        title=ui.t("browse.by", author=shortened(author)) if author else ui.t("browse.documents"),
        tabs=_tabs(ui, "" if author else "documents"),
        trail=(),
        entries=(),
        documents=tuple(documents),
        total=total,
        pager=pager(total, offset, PAGE, lambda at: ui.links.documents(author=author, offset=at)),
        filters=SearchRequest(query="", authors=(author,) if author else ()),
    )


def author_links(authors: Sequence[FacetValue], ui: Interface) -> list[Link]:
    """Each author with the number of documents; a name that no address has room for leads nowhere."""
    return [
        Link(
            shortened(author.label, SHOWN_NAME),
            ui.links.documents(author=author.value) if len(author.value) <= MOST_VALUE else "",
            author.count,
        )
        for author in authors
    ]


def subfolders(collections: Sequence[FacetValue], folder: str) -> list[tuple[str, int]]:
    """The folders directly in ``folder``, in the order of the archive, each with all that is below it."""
    counts: dict[str, int] = {}
    start = f"{folder}/" if folder else ""
    for collection in collections:
        if collection.value.startswith(start) and collection.value != folder:
            name = collection.value[len(start) :].partition("/")[0]
            counts[name] = counts.get(name, 0) + collection.count
    still_wanted()
    return [(name, counts[name]) for name in sorted(counts, key=order_key)]


def _tabs(ui: Interface, current: str) -> tuple[Link, ...]:
    return (
        Link(ui.t("browse.folders"), ui.links.folder(), current=current == "folders"),
        Link(ui.t("browse.authors"), ui.links.authors(), current=current == "authors"),
        Link(ui.t("browse.documents"), ui.links.documents(), current=current == "documents"),
    )

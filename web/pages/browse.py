"""Browsing: folders as a tree, authors, and lists of documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from archive.sources import order_key
from index.results import DocumentRef, FacetValue, SearchRequest
from web.interface import Interface
from web.pages import Link, Pager, pager
from web.protocol import Archive

PAGE = 100


@dataclass(frozen=True, slots=True)
class BrowsePage:
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
    """The folders in a folder, and the documents that stand directly in it."""
    collections = archive.browse("collection")
    parts = folder.split("/") if folder else []
    trail = [Link(ui.t("browse.top"), ui.links.folder(), current=not parts)]
    for i, part in enumerate(parts, 1):
        trail.append(Link(part, ui.links.folder("/".join(parts[:i])), current=i == len(parts)))
    total: int = 0
    documents: tuple[DocumentRef, ...] = ()
    here = not folder or any(c.value == folder for c in collections)
    if here:
        total, found = archive.documents(collection=folder, offset=offset, limit=PAGE)
        documents = tuple(found)
    return BrowsePage(
        title=parts[-1] if parts else ui.t("browse.title"),
        tabs=_tabs(ui, "folders"),
        trail=tuple(trail),
        entries=tuple(subfolders(collections, folder, ui)),
        documents=documents,
        total=total,
        pager=pager(total, offset, PAGE, lambda at: ui.links.folder(folder, offset=at)),
        filters=SearchRequest(query="", collections=(folder,) if folder else ()),
    )


def authors_page(archive: Archive, ui: Interface) -> BrowsePage:
    """All authors."""
    return BrowsePage(
        title=ui.t("browse.authors"),
        tabs=_tabs(ui, "authors"),
        trail=(),
        entries=tuple(author_links(archive.browse("author"), ui)),
        documents=(),
        total=0,
        pager=None,
        filters=SearchRequest(query=""),
    )


def documents_page(archive: Archive, ui: Interface, author: str | None, offset: int) -> BrowsePage:
    """All documents, or those of an author, in the order of the archive."""
    total, documents = archive.documents(author=author, offset=offset, limit=PAGE)
    return BrowsePage(
        title=ui.t("browse.by", author=author) if author else ui.t("browse.documents"),
        tabs=_tabs(ui, "" if author else "documents"),
        trail=(),
        entries=(),
        documents=tuple(documents),
        total=total,
        pager=pager(total, offset, PAGE, lambda at: ui.links.documents(author=author, offset=at)),
        filters=SearchRequest(query="", authors=(author,) if author else ()),
    )


def author_links(authors: Sequence[FacetValue], ui: Interface) -> list[Link]:
    """Each author with the number of documents."""
    return [Link(a.label, ui.links.documents(author=a.value), a.count) for a in authors]


def subfolders(collections: Sequence[FacetValue], folder: str, ui: Interface) -> list[Link]:
    """The folders directly in ``folder``, in the order of the archive, each with all that is below it."""
    counts: dict[str, int] = {}
    start = f"{folder}/" if folder else ""
    for collection in collections:
        if collection.value.startswith(start) and collection.value != folder:
            name = collection.value[len(start) :].partition("/")[0]
            counts[name] = counts.get(name, 0) + collection.count
    return [Link(name, ui.links.folder(start + name), counts[name]) for name in sorted(counts, key=order_key)]


def _tabs(ui: Interface, current: str) -> tuple[Link, ...]:
    return (
        Link(ui.t("browse.folders"), ui.links.folder(), current=current == "folders"),
        Link(ui.t("browse.authors"), ui.links.authors(), current=current == "authors"),
        Link(ui.t("browse.documents"), ui.links.documents(), current=current == "documents"),
    )

"""Browsing: folders as a tree, authors, and lists of documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import ClassVar
from urllib.parse import parse_qsl

from msgspec import Struct
from msgspec.structs import replace

from archive.file_names import order_key
from index.archive import Archive
from index.errors import NotFoundError
from index.requests import FacetName, SearchRequest
from index.results import DocumentRef, FacetValue
from index.search.cancellation import still_wanted
from index.search.context import MOST_VALUE, shortened
from index.search.lists import AS_IT_COMES, Arrangement, arranged
from web.arguments import EXPORTS, LIST_ORDERS
from web.interface import Interface
from web.pages import Link, Pager, pager
from web.pages.filter_box import value_link

PAGE = 100
"""Folders and documents of one page."""

LONG = 20
"""Names from which on a list can be filtered and sorted."""

NAMES = 1_000
"""Authors of one page."""

SHOWN_NAME = 200
"""Characters of a name that a list shows."""

TRAIL = 8
"""Folders above one that are named."""


class ArrangeForm(Struct, frozen=True):
    """The form that filters a list by what is typed, and the links that sort it; ``rest``: the list without
    the filter.
    """

    action: str
    filter: str
    hidden: tuple[tuple[str, str], ...]
    orders: tuple[Link, ...]
    rest: str


def _arrange_form(
    ui: Interface, how: Arrangement, number: int, href: Callable[[Arrangement], str], *, counted: bool = True
) -> ArrangeForm | None:
    """The form of a list of ``number`` names whose addresses ``href`` makes."""
    if number < LONG and how == AS_IT_COMES:
        return None
    orders = [order for order in LIST_ORDERS if counted or order != "count"]
    action, _, parameters = href(replace(how, filter="")).partition("?")
    return ArrangeForm(
        action,
        how.filter,
        tuple(parse_qsl(parameters, keep_blank_values=True)),
        tuple(
            Link(ui.t(f"list.{order}"), href(replace(how, by=order)), current=order == how.by)
            for order in orders
        ),
        href(replace(how, filter="")),
    )


class BrowsePage(Struct, frozen=True, kw_only=True):
    """The context of ``browse.html``; ``arrange`` is None where the list is short."""

    template: ClassVar[str] = "browse.html"
    title: str
    tabs: tuple[Link, ...]
    trail: tuple[Link, ...] = ()
    arrange: ArrangeForm | None
    entries: tuple[Link, ...] = ()
    documents: tuple[DocumentRef, ...] = ()
    total: int = 0
    pager: Pager | None
    filters: SearchRequest
    files: tuple[tuple[str, tuple[Link, ...]], ...]


def _files(ui: Interface, addresses: dict[str, str]) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Links to the forms of files, each below the address of its list."""
    return tuple(
        (
            ui.t(name),
            tuple(
                Link(form.upper(), f"{href}{'&' if '?' in href else '?'}format={form}") for form in EXPORTS
            ),
        )
        for name, href in addresses.items()
    )


def folder_page(archive: Archive, ui: Interface, folder: str, how: Arrangement, offset: int) -> BrowsePage:
    """The folders in a folder, and behind them its own documents. Raises NotFoundError."""
    folder = folder.rstrip("/")
    if not archive.has_folder(folder):
        raise NotFoundError(f"There is no folder {shortened(folder)} in the archive.")
    every = subfolders(archive.browse("collection"), folder)
    folders = arranged(every, how, archive.analyzer, itemgetter(0), itemgetter(1))
    shown = folders[offset : offset + PAGE]
    first = max(0, offset - len(folders))
    total, documents = archive.documents(folder, offset=first, limit=PAGE - len(shown), how=how)
    start = f"{folder}/" if folder else ""
    return BrowsePage(
        title=folder.rpartition("/")[2] or ui.t("browse.title"),
        tabs=_tabs(ui, "folders"),
        trail=_trail(ui, folder),
        arrange=_arrange_form(ui, how, len(every) + total, lambda how: ui.links.folder(folder, how=how)),
        entries=tuple(Link(name, ui.links.folder(start + name), count) for name, count in shown),
        documents=tuple(documents),
        total=total,
        pager=pager(len(folders) + total, offset, PAGE, lambda at: ui.links.folder(folder, at, how)),
        filters=SearchRequest(query="", collections=(folder,) if folder else ()),
        files=_files(
            ui,
            ({"list.file.folders": ui.links.folder(folder, how=how)} if every else {})
            | {
                "list.file.documents": ui.links.address("/documents", [("collection", folder)] * bool(folder))
            },
        ),
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


def authors_page(archive: Archive, ui: Interface, how: Arrangement, offset: int) -> BrowsePage:
    """All authors."""
    authors = archive.values(SearchRequest(query=""), "author", how)
    return BrowsePage(
        title=ui.t("browse.authors"),
        tabs=_tabs(ui, "authors"),
        arrange=_arrange_form(ui, how, len(authors), lambda how: ui.links.authors(how=how)),
        entries=tuple(author_links(authors[offset : offset + NAMES], ui)),
        pager=pager(len(authors), offset, NAMES, lambda at: ui.links.authors(at, how)),
        filters=SearchRequest(query=""),
        files=_files(ui, {"list.file.authors": ui.links.authors(how=how)}),
    )


def documents_page(
    archive: Archive, ui: Interface, author: str | None, how: Arrangement, offset: int
) -> BrowsePage:
    """All documents, or those of an author. Raises NotFoundError where nothing is by this author."""
    total: int = 0
    documents: Sequence[DocumentRef] = ()
    if not author or len(author) <= MOST_VALUE:
        total, documents = archive.documents(author=author, offset=offset, limit=PAGE, how=how)
    if author and not total and not how.filter:
        raise NotFoundError(f"No text is by the author {shortened(author)}.")
    return BrowsePage(
        title=ui.t("browse.by", author=shortened(author)) if author else ui.t("browse.documents"),
        tabs=_tabs(ui, "" if author else "documents"),
        arrange=_arrange_form(ui, how, total, lambda how: ui.links.documents(author, how=how), counted=False),
        documents=tuple(documents),
        total=total,
        pager=pager(total, offset, PAGE, lambda at: ui.links.documents(author, at, how)),
        filters=SearchRequest(query="", authors=(author,) if author else ()),
        files=_files(ui, {"list.file.documents": ui.links.documents(author, how=how)}),
    )


def values_page(
    archive: Archive, ui: Interface, asked: SearchRequest, name: FacetName, how: Arrangement, offset: int
) -> BrowsePage:
    """All values of a filter of a search; each leads to the results that it narrows, or no longer does."""
    values = archive.values(asked, name, how)
    size = min(PAGE, ui.links.repeats(asked))
    title = ui.t("values.title", facet=ui.t.field("facet", name), query=shortened(asked.query, SHOWN_NAME))
    return BrowsePage(
        title=title,
        tabs=(),
        trail=(
            Link(ui.t("results.back"), ui.links.search(asked)),
            Link(ui.t.field("facet", name), "", current=True),
        ),
        arrange=_arrange_form(ui, how, len(values), lambda how: ui.links.values(asked, name, how=how)),
        entries=tuple(value_link(asked, name, value, ui) for value in values[offset : offset + size]),
        pager=pager(len(values), offset, size, lambda at: ui.links.values(asked, name, at, how)),
        filters=asked,
        files=_files(ui, {"list.file.values": ui.links.values(asked, name, how=how)}),
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

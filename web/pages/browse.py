"""Browsing: the front page, folders as a tree, authors, and lists of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from urllib.parse import parse_qsl

from flask import Response, request
from msgspec.structs import replace

from archive.file_names import order_key
from index.archive import Archive
from index.errors import NotFoundError
from index.requests import SearchRequest
from index.results import DocumentRef, FacetValue
from index.search.cancellation import still_wanted
from index.search.context import MOST_VALUE, shortened
from index.search.lists import AS_IT_COMES, Arrangement, arranged
from web.arguments import LIST_ORDERS, arrangement, facet, one, search_request
from web.downloads import list_file
from web.interface import Interface
from web.pages import (
    SHOWN_NAME,
    Link,
    Page,
    QueryProblems,
    example_links,
    file_links,
    pager,
    query_problems,
    search_form,
)
from web.pages.results import value_link

PAGE = 100
"""Folders and documents of one page."""

LONG = 20
"""Names from which on a list can be filtered and sorted."""

NAMES = 1_000
"""Authors of one page."""

SHELF = 12
"""Folders and authors that the front page shows."""

TRAIL = 8
"""Folders above one that are named."""


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
        folders=tuple(Link(name, ui.links.folder(name), count) for name, count in folders[:SHELF]),
        authors=tuple(author_links(authors[:SHELF], ui)),
        all_folders=len(folders),
        all_authors=len(authors),
    )


def _list_page(
    ui: Interface,
    title: str,
    href: Callable[[int, Arrangement], str],
    how: Arrangement,
    offset: int,
    number: int,
    files: Mapping[str, str],
    *,
    tab: str | None = None,
    size: int = PAGE,
    filters: SearchRequest | None = None,
    problems: QueryProblems | None = None,
    arranged: int | None = None,
    counted: bool = True,
    trail: Sequence[Link] = (),
    entries: Sequence[Link] = (),
    documents: Sequence[DocumentRef] = (),
    total: int = 0,
) -> Page:
    """A page of a list of ``number`` names, whose addresses ``href`` makes.

    A list that is not short has a form that filters it and links that sort it: ``arranged`` of its names,
    with their numbers if ``counted``. ``files``: the name of each file of all of it, and its address.
    """
    arrange = None
    if (number if arranged is None else arranged) >= LONG or how != AS_IT_COMES:
        rest = href(0, replace(how, filter=""))
        action, _, parameters = rest.partition("?")
        arrange = {
            "action": action,
            "filter": how.filter,
            "hidden": parse_qsl(parameters, keep_blank_values=True),
            "orders": [
                Link(ui.t(f"list.{order}"), href(0, replace(how, by=order)), current=order == how.by)
                for order in LIST_ORDERS
                if counted or order != "count"
            ],
            "rest": rest,
        }
    lists = {
        "browse.folders": ui.links.folder(),
        "browse.authors": ui.links.authors(),
        "browse.documents": ui.links.documents(),
    }
    tabs = [Link(ui.t(name), address, current=name == tab) for name, address in lists.items()]
    return Page(
        "browse.html",
        title,
        search_form(ui, filters),
        tabs=() if tab is None else tabs,
        trail=trail,
        problems=problems,
        arrange=arrange,
        entries=entries,
        documents=documents,
        total=total,
        pager=pager(number, offset, size, lambda at: href(at, how)),
        files=[
            (ui.t(name), file_links(f"{address}{'&' if '?' in address else '?'}format="))
            for name, address in files.items()
        ],
    )


def folders_page(archive: Archive, ui: Interface) -> Page | Response:
    """The folders in a folder, and behind them its own documents, or all below it as a file. Raises
    NotFoundError.
    """
    how, offset = arrangement(request.args), one(request.args, "offset", 0)
    folder = request.args.get("in", "").rstrip("/")
    if request.args.get("format"):
        return list_file(archive, SearchRequest(query=""), "collection", f"{folder}/" * bool(folder))
    if not archive.has_folder(folder):
        raise NotFoundError(f"There is no folder {shortened(folder)} in the archive.")
    every = subfolders(archive.browse("collection"), folder)
    folders = arranged(every, how, archive.analyzer, itemgetter(0), itemgetter(1))
    shown = folders[offset : offset + PAGE]
    first = max(0, offset - len(folders))
    total, documents = archive.documents(folder, offset=first, limit=PAGE - len(shown), how=how)
    start = f"{folder}/" if folder else ""
    files = {"list.file.folders": ui.links.folder(folder, how=how)} if every else {}
    files["list.file.documents"] = ui.links.address("/documents", [("collection", folder)] * bool(folder))
    return _list_page(
        ui,
        folder.rpartition("/")[2] or ui.t("browse.title"),
        lambda at, how: ui.links.folder(folder, at, how),
        how,
        offset,
        len(folders) + total,
        files,
        tab="browse.folders",
        filters=SearchRequest("", collections=(folder,) if folder else ()),
        arranged=len(every) + total,
        trail=_trail(ui, folder),
        entries=[Link(name, ui.links.folder(start + name), count) for name, count in shown],
        documents=documents,
        total=total,
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


def authors_page(archive: Archive, ui: Interface) -> Page | Response:
    """All authors, as a page or a file."""
    if request.args.get("format"):
        return list_file(archive, SearchRequest(query=""), "author")
    how, offset = arrangement(request.args), one(request.args, "offset", 0)
    authors = archive.values(SearchRequest(query=""), "author", how)
    return _list_page(
        ui,
        ui.t("browse.authors"),
        ui.links.authors,
        how,
        offset,
        len(authors),
        {"list.file.authors": ui.links.authors(how=how)},
        tab="browse.authors",
        size=NAMES,
        entries=author_links(authors[offset : offset + NAMES], ui),
    )


def documents_page(archive: Archive, ui: Interface) -> Page | Response:
    """All documents, or those of an author, as a page; as a file those that filters leave. Raises
    NotFoundError where nothing is by this author.
    """
    if request.args.get("format"):
        return list_file(archive, replace(search_request(request.args), query=""), "documents")
    author = request.args.get("author") or None
    how, offset = arrangement(request.args), one(request.args, "offset", 0)
    total: int = 0
    documents: Sequence[DocumentRef] = ()
    if not author or len(author) <= MOST_VALUE:
        total, documents = archive.documents(author=author, offset=offset, limit=PAGE, how=how)
    if author and not total and not how.filter:
        raise NotFoundError(f"No text is by the author {shortened(author)}.")
    return _list_page(
        ui,
        ui.t("browse.by", author=shortened(author)) if author else ui.t("browse.documents"),
        lambda at, how: ui.links.documents(author, at, how),
        how,
        offset,
        total,
        {"list.file.documents": ui.links.documents(author, how=how)},
        tab="" if author else "browse.documents",
        filters=SearchRequest("", authors=(author,) if author else ()),
        counted=False,
        documents=documents,
        total=total,
    )


def values_page(archive: Archive, ui: Interface) -> Page | Response:
    """All values of a filter of a search, as a page or a file; each leads to the results that it narrows, or
    no longer does.
    """
    how, offset = arrangement(request.args), one(request.args, "offset", 0)
    name, asked = facet(request.args), replace(search_request(request.args), offset=0)
    if request.args.get("format"):
        return list_file(archive, asked, name)
    values = archive.values(asked, name, how)
    size = min(PAGE, ui.links.repeats(asked))
    called = ui.t.field("facet", name)
    return _list_page(
        ui,
        ui.t("values.title", facet=called, query=shortened(asked.query, SHOWN_NAME)),
        lambda at, how: ui.links.values(asked, name, at, how),
        how,
        offset,
        len(values),
        {"list.file.values": ui.links.values(asked, name, how=how)},
        filters=asked,
        problems=query_problems(ui, asked.query, archive.answer(asked).problems),
        size=size,
        trail=[Link(ui.t("results.back"), ui.links.search(asked)), Link(called, "", current=True)],
        entries=[value_link(asked, name, value, ui) for value in values[offset : offset + size]],
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

"""What each page is made of, a page a module; ``web/templates/`` shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from flask import Response, current_app, make_response
from markupsafe import Markup
from msgspec import Struct

from index.archive import Archive
from index.query.nodes import Problem
from index.requests import SearchRequest, search_parameters
from index.search.context import shortened
from web.arguments import EXPORTS, FILTERS
from web.interface import Interface
from web.limits import bounded
from web.marking import underlined

SHOWN_NAME = 200
"""Characters of a name or a value that are shown."""

PROBLEMS = 50
"""Problems of a query that are explained; the places of all are underlined."""


class Page(SimpleNamespace):
    """A page: its template, its title (empty for the front page), the search box above it, and whatever else
    the template shows.
    """

    def __init__(self, template: str, title: str, form: SearchForm | None = None, **shown: Any) -> None:
        super().__init__(template=template, title=title, form=form, **shown)


class Link(Struct, frozen=True):
    """A link of a list.

    Attributes:
        about: what it does, in one sentence, or what it belongs to; may be empty.
        depth: how many of the folders above it are listed too.
    """

    label: str
    href: str
    count: int | None = None
    current: bool = False
    about: str = ""
    depth: int = 0


class QueryProblems(Struct, frozen=True):
    """What is to be said of a query.

    Attributes:
        echo: the query with the places underlined; empty where no problem has a place.
        placed: the part of the query that each is about, and the message.
        more: how many others there are.
        remarks: problems of the whole query.
    """

    echo: Markup
    placed: tuple[tuple[str, str], ...]
    more: int
    remarks: tuple[str, ...]


class SearchForm(Struct, frozen=True):
    """The search box. ``hidden`` is sent with the query; ``autofocus``: the page is for nothing else;
    ``scopes``: filters, as boxes to tick off for a search of everything: name, value, label.
    """

    action: str
    query: str
    hidden: tuple[tuple[str, str], ...] = ()
    autofocus: bool = False
    scopes: tuple[tuple[str, str, str], ...] = ()


class Pager(Struct, frozen=True):
    """Links through a list that is shown in pages, or None; ``pages`` is 0 where that is not known."""

    page: int
    pages: int
    previous: str | None
    next: str | None


def pager(total: int, offset: int, size: int, href: Callable[[int], str]) -> Pager | None:
    """The pager of a list of ``total`` that is shown from any ``offset`` in pages of ``size``; None for one
    page.
    """
    if total <= size and offset == 0:
        return None
    last = (total - 1) // size * size if total else 0
    return Pager(
        page=min(offset, last + size) // size + 1,
        pages=max(1, -(-total // size)),
        previous=href(max(0, min(offset - size, last))) if offset > 0 else None,
        next=href(offset + size) if offset + size < total else None,
    )


def query_problems(ui: Interface, query: str, problems: Sequence[Problem]) -> QueryProblems:
    """The problems of a query, as the macro ``problems`` shows them."""
    placed = [problem for problem in problems if problem.end]
    return QueryProblems(
        underlined(query, placed) if placed else Markup(""),
        tuple((shortened(query[p.start : p.end]), p.said(ui.language)) for p in placed[:PROBLEMS]),
        max(0, len(placed) - PROBLEMS),
        tuple(problem.said(ui.language) for problem in problems if not problem.end),
    )


def search_form(
    ui: Interface,
    request: SearchRequest | None = None,
    *,
    autofocus: bool = False,
    filters_are_shown: bool = False,
) -> SearchForm:
    """The search box: the query as it was typed, everything else that was chosen sent along, its filters
    named below.
    """
    request = request or SearchRequest(query="")
    kept = [
        (name, value) for name, value in search_parameters(request) if name not in ("q", "offset", "limit")
    ]
    kept += ui.links.carried
    scopes: list[tuple[str, str, str]] = []
    if not filters_are_shown:
        scopes = [(n, v, ui.t(f"scope.{n}", value=v)) for n, v in kept if n in FILTERS]
        kept = [(name, value) for name, value in kept if name not in FILTERS]
    action = ui.links.address("/search").partition("?")[0]
    return SearchForm(action, request.query, tuple(kept), autofocus, tuple(scopes))


def example_links(archive: Archive, ui: Interface) -> tuple[Link, ...]:
    """Queries that find something here."""
    return tuple(Link(query, ui.links.search(SearchRequest(query=query))) for query in archive.examples())


def file_links(address: str) -> list[Link]:
    """A table in each form of files; their names follow ``address``."""
    return [Link(form.upper(), address + form) for form in EXPORTS]


def render(page: Page, ui: Interface, status: int = 200) -> Response:
    """The page as a response. Raises what ``web.limits.bounded`` raises."""
    template = current_app.jinja_env.get_template(page.template)
    form = page.form or search_form(ui)
    return make_response(
        bounded(template.generate(page=page, ui=ui, t=ui.t, links=ui.links, form=form)), status
    )

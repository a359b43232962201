"""The concordance of a search: a line for each place, sorted, grouped and counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast, get_args

from flask import Response, request
from msgspec.structs import replace

from index.archive import Archive
from index.requests import MAX_LIMIT, Collation, ConcordanceRequest, FacetName, LineGroup, LineSort
from index.results import EDGE, FacetValue
from index.search.concordance import NEIGHBOURS
from index.search.context import MOST_VALUE, shortened
from web.arguments import FILTERS, concordance_request
from web.downloads import MOST_PASSAGES, concordance_file
from web.interface import Interface, concordance_parameters
from web.pages import SHOWN_NAME, Link, Page, Pager, file_links, pager, query_problems, search_form
from web.pages.results import chosen_filters, shows_chosen, toggled, values_of

GROUPS = 100
"""Groups that are shown, the most frequent ones."""


def concordance_page(archive: Archive, ui: Interface) -> Page | Response:
    """The page of a concordance, or all its lines as a file. Raises like ``Archive.concordance``."""
    asked = concordance_request(request.args)
    if request.args.get("format"):
        return concordance_file(archive, asked)
    wanted = asked.search
    search = replace(wanted, limit=min(wanted.limit, MAX_LIMIT))
    asked = replace(asked, search=search)
    found = archive.concordance(asked)
    shown = min(GROUPS, ui.links.repeats(search))
    first_page = replace(asked, search=replace(search, offset=0))

    def to(offset: int) -> str:
        return ui.links.concordance(replace(asked, search=replace(search, offset=offset)))

    def menu(name: str, label: str, values: Iterable[str], chosen: str | None) -> tuple[object, ...]:
        options = [(value, _name(ui, value), value == (chosen or "")) for value in values]
        return name, ui.t(label), options

    action, kept = ui.links.address("/concordance").partition("?")[0], concordance_parameters(first_page)
    return Page(
        "concordance.html",
        ui.t("concordance.title", query=shortened(search.query, SHOWN_NAME)),
        search_form(ui, wanted, filters_are_shown=shows_chosen(wanted, ui)),
        back=ui.links.search(replace(search, offset=0, limit=20, counts=False)),
        passages=found.passages,
        total=found.total,
        first=min(search.offset + 1, search.offset + len(found.lines)),
        last=search.offset + len(found.lines),
        count=""
        if found.total is not None
        else ui.links.concordance(replace(asked, search=replace(search, counts=True))),
        understood=found.understood,
        problems=query_problems(ui, search.query, found.problems),
        action=action,
        menus=(
            menu("sort", "results.sort", get_args(LineSort), asked.sort),
            menu("collation", "concordance.collation", get_args(Collation), asked.collation),
            menu("group", "concordance.group", ("", *_grouping(), *archive.own), asked.group),
        ),
        context=asked.context,
        hidden=(
            *(pair for pair in kept if pair[0] not in ("sort", "collation", "group", "context", "only")),
            *ui.links.carried,
        ),
        chosen=_chosen(ui, first_page),
        group=_name(ui, asked.group) if asked.group else "",
        groups=tuple(_group(ui, first_page, group) for group in found.groups[:shown]),
        more_groups=max(0, found.group_values - shown),
        lines=found.lines,
        search=search,
        pager=pager(found.total, search.offset, search.limit or 1, to)
        if found.total is not None
        else Pager(
            page=search.offset // (search.limit or 1) + 1,
            pages=0,
            previous=to(max(0, search.offset - search.limit)) if search.offset else None,
            next=to(search.offset + search.limit),
        ),
        files=file_links(f"{to(0)}&format=") if found.passages <= MOST_PASSAGES else (),
    )


def _grouping() -> tuple[str, ...]:
    """What lines are grouped by on the page: each group leads to its lines."""
    return tuple(name for name in get_args(LineGroup) if name in FILTERS or name not in get_args(FacetName))


def _name(ui: Interface, value: str) -> str:
    """A sort, an order of characters or a grouping in words."""
    side = value.rstrip("12345")
    if side in ("left", "right") and side != value:
        return ui.t(f"concordance.{side}", n=value[-1])
    return ui.t.known(f"concordance.{value or 'none'}") or ui.t.field("facet", value)


def _group(ui: Interface, asked: ConcordanceRequest, group: FacetValue) -> Link:
    name = cast(str, asked.group)
    label = ui.t("concordance.edge") if group.value == EDGE else shortened(group.label, SHOWN_NAME)
    if name in ("form", *NEIGHBOURS):
        only = None if asked.only == group.value else group.value
        href = ui.links.concordance(replace(asked, only=only))
        return Link(label, href, group.count, current=only is None)
    href = ui.links.concordance(replace(asked, search=toggled(asked.search, name, group.value)))
    current = group.value in values_of(asked.search, name)
    return Link(label, href if len(group.value) <= MOST_VALUE else "", group.count, current=current)


def _chosen(ui: Interface, asked: ConcordanceRequest) -> tuple[Link, ...]:
    filters = chosen_filters(
        asked.search, ui, lambda search: ui.links.concordance(replace(asked, search=search))
    )
    if asked.only is None or not asked.group:
        return filters
    value = ui.t("concordance.edge") if asked.only == EDGE else shortened(asked.only, SHOWN_NAME)
    label = f"{_name(ui, asked.group)} {value}"
    return (*filters, Link(label, ui.links.concordance(replace(asked, only=None))))

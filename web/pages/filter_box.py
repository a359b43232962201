"""The filters beside the results: the facets that narrow a search, and those that are on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from msgspec.structs import replace

from archive.model import Kind
from archive.store import NONE
from index.requests import LISTS, FacetName, SearchRequest
from index.results import FacetValue, SearchResult
from index.search.context import MOST_VALUE, shortened
from web.interface import Interface
from web.pages import Link

FACETS: tuple[FacetName, ...] = ("year", "author", "source", "collection", "document")
SHOWN_NAME = 200
"""Characters of a value that are shown."""

SHOWN = 8
"""Values of a filter that a page of results shows."""


Facet: TypeAlias = tuple[str, tuple[Link, ...], Link | None]
"""A filter, its values, those chosen marked as current (their link removes them), and the page with all."""


def facets_of(request: SearchRequest, result: SearchResult, ui: Interface) -> tuple[Facet, ...]:
    """The filters that would change something: with more than one value, or one that is chosen."""
    facets: list[Facet] = []
    most = ui.links.repeats(request)
    for name in request.facets:
        chosen = values_of(request, name)
        found = _telling(result.facets.get(name, ()), name, chosen)[:most]
        above = _above([value.value for value in found]) if name == "collection" else {}
        if above:
            found = _nested(found, above)
        same = Counter((value.label, value.value.rpartition("/")[0]) for value in found)
        values: list[Link] = []
        for value in found:
            label, within, depth = value.label, "", 0
            if name == "document":  # the id of one that is a file is its path
                folder = value.value.rpartition("/")[0]
                within = folder if same[label, folder] == 1 else value.value
            if value.value in above:
                label = value.label[len(above[value.value]) :].lstrip("/")
                depth = _depth(value.value, above)
            link = value_link(request, name, value, ui)
            label, within = (shortened(text, SHOWN_NAME) for text in (label, within))
            values.append(replace(link, label=label, about=within, depth=depth))
        if len(values) > 1 or any(v.current for v in values):
            number = max(result.facet_values.get(name, 0), len(values))
            every = Link(ui.t("home.all", n=number), ui.links.values(request, name))
            shown = tuple(values[:SHOWN])
            facets.append((ui.t.field("facet", name), shown, every if number > len(shown) else None))
    return tuple(facets)


def value_link(request: SearchRequest, name: FacetName, value: FacetValue, ui: Interface) -> Link:
    """A value of a filter with the number of what has it; its link narrows the search, or no longer does."""
    return Link(
        shortened(value.label, SHOWN_NAME),
        ui.links.search(toggled(request, name, value.value)) if len(value.value) <= MOST_VALUE else "",
        value.count,
        current=value.value in values_of(request, name),
        about=shortened(value.value, SHOWN_NAME) if name == "document" and value.value != value.label else "",
    )


def _above(folders: Sequence[str]) -> dict[str, str]:
    """Of each folder the nearest one above it that is among these, or an empty string."""
    known, above = set(folders), dict[str, str]()
    for folder in folders:
        parent = folder.rpartition("/")[0]
        while parent and parent not in known:
            parent = parent.rpartition("/")[0]
        above[folder] = parent
    return above


def _depth(folder: str, above: Mapping[str, str]) -> int:
    parent = above[folder]
    return 1 + _depth(parent, above) if parent else 0


def _nested(values: Sequence[FacetValue], above: Mapping[str, str]) -> list[FacetValue]:
    """Each folder directly before those in it; the order is kept otherwise."""
    place = {value.value: number for number, value in enumerate(values)}

    def path(folder: str) -> tuple[int, ...]:
        parent = above[folder]
        return (*(path(parent) if parent else ()), place[folder])

    return sorted(values, key=lambda value: path(value.value))


def _telling(values: Sequence[FacetValue], name: FacetName, chosen: Sequence[str]) -> list[FacetValue]:
    """The values without folders that narrow to what the folder above them, named already, narrows to."""
    counts = {value.value: value.count for value in values} if name == "collection" else {}
    return [
        value
        for value in values
        if value.value in chosen or counts.get(value.value.rpartition("/")[0]) != value.count
    ]


def chosen_filters(request: SearchRequest, result: SearchResult, ui: Interface) -> tuple[Link, ...]:
    """The filters that are on, each with the link that takes it off; none where these are very long."""
    if not shows_chosen(request, ui):
        return ()
    links: list[Link] = []
    facets: Mapping[Any, Sequence[FacetValue]] = result.facets
    for name in filters_of(request):
        if not (values := values_of(request, name)):
            continue
        labels = {value.value: value.label for value in facets.get(name, ())}
        if name == "kind":
            labels |= {kind.label: ui.t(f"kind.{kind.label}") for kind in Kind}
        if name not in ("date", "kind"):
            missing = f"{ui.t.field('facet', name)}{ui.t('distribution.colon')}{ui.t('distribution.none')}"
            labels.setdefault(NONE, missing)
        labels |= {h.document.id: h.document.title for h in result.hits} if name == "document" else {}
        for value in values:
            label = shortened(labels.get(value, value), SHOWN_NAME)
            links.append(Link(label, ui.links.search(toggled(request, name, value))))
    return tuple(links)


def shows_chosen(request: SearchRequest, ui: Interface) -> bool:
    """Whether the page has a link for each filter that is on; else the search box has a box for each."""
    return sum(len(values_of(request, name)) for name in filters_of(request)) <= ui.links.repeats(request)


def filters_of(request: SearchRequest) -> tuple[str, ...]:
    """The names of the filters that may be on."""
    return tuple(dict.fromkeys((*FACETS, "date", "kind", *(name for name, _ in request.details))))


def values_of(request: SearchRequest, name: str) -> tuple[str, ...]:
    """The values of a filter that are on."""
    if name not in LISTS:
        return tuple(value for field, value in request.details if field == name)
    return tuple(map(str, getattr(request, LISTS[name])))


def toggled(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """The first page of the request with one more value of a filter, or without it where it is on."""
    values = values_of(request, name)
    values = tuple(v for v in values if v != value) if value in values else (*values, value)
    request = replace(request, offset=0, counts=False)
    if name not in LISTS:
        others = (pair for pair in request.details if pair[0] != name)
        return replace(request, details=(*others, *((name, value) for value in values)))
    return replace(request, **{LISTS[name]: tuple(map(int, values)) if name == "year" else values})

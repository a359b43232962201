"""The results of a search, and the filters beside them: those that narrow it, and those that are on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from archive.model import Kind
from archive.store import NONE
from index.archive import Archive
from index.requests import LISTS, ConcordanceRequest, FacetName, SearchRequest
from index.results import FacetValue, PassageHit, SearchResult
from index.search.cancellation import still_wanted
from index.search.context import MOST_VALUE, shortened
from index.search.snippet import Fragment, snippets
from web.arguments import EXPORTS, FACET_UNITS, MATCHES, WITHIN
from web.downloads import MOST_PASSAGES
from web.interface import Interface
from web.marking import marked, marked_fragments
from web.pages import SHOWN_NAME, Link, Page, example_links, pager, query_problems, search_form

FACETS: tuple[FacetName, ...] = ("year", "author", "source", "collection", "document")
SHOWN = 8
"""Values of a filter that a page of results shows."""


Facet: TypeAlias = tuple[str, tuple[Link, ...], Link | None]
"""A filter, its values, those chosen marked as current (their link removes them), and the page with all."""

COUNTED = 50
"""Passages up to which all places are counted unasked: every one has to be read for that."""

FORMS = 8
"""Written forms that are shown with their number of places."""
# Three lines: 38 em of text on a wide page, 19 em on a telephone, two columns an em; a few for ellipses.
WIDE = 3 * 2 * 38 - 12
WHOLE = 2_000
"""Characters of a passage up to which all of it may be unfolded; no running text has more."""

NARROW = 3 * 2 * 19 - 12


class ShownHit(Struct, frozen=True):
    """A found passage as the page shows it.

    Attributes:
        is_here: the hit above is in another place, so that this one's is said.
        author: with the affiliation; empty where it is that of the document.
        wide, narrow: three lines of it on a wide and on a narrow page.
        whole: all of it, or None where the narrow lines show all.
        whole_is_wide: the wide lines show all of it.
    """

    hit: PassageHit
    is_here: bool
    author: str
    wide: Markup
    narrow: Markup
    whole: Markup | None
    whole_is_wide: bool


def results_page(archive: Archive, ui: Interface, asked: SearchRequest) -> Page:
    """The page that answers a request. Raises what ``Archive.search`` raises."""
    facets = (*FACETS, *archive.own)
    result = archive.search(replace(asked, facets=facets), count_up_to=COUNTED)
    request = replace(asked, facets=facets, counts=False)
    first_page = replace(request, offset=0)
    groups = list(_groups(result, request))
    empty = not result.hits
    forms = result.forms or ()

    def to(**changed: Any) -> str:
        return ui.links.search(replace(first_page, **changed))

    def choice(key: str, **changed: Any) -> Link:
        chosen = replace(first_page, **changed) == first_page
        label = ui.t.field(*key.rsplit(".", 1))
        return Link(label, to(**changed), current=chosen, about=ui.t.known(f"{key}.about"))

    def switch(key: str, **changed: Any) -> Link:
        link = choice(key, **changed)
        return replace(link, current=not all(changed.values()))

    return Page(
        "results.html",
        ui.t("results.title", query=request.query),
        search_form(ui, replace(asked, counts=False), filters_are_shown=shows_chosen(asked, ui)),
        result=result,
        request=request,
        problems=query_problems(ui, request.query, result.to_say),
        places=result.occurrences,
        forms=[(shortened(form.text, SHOWN_NAME), form.count) for form in forms[:FORMS]]
        if len(forms) > 1
        else (),
        count_places=to(counts=True, complete=result.estimate is not None, offset=request.offset)
        if result.occurrences is None or result.estimate is not None
        else "",
        count=""
        if result.estimate is None or request.within in ("section", "document")
        else ui.links.of("api/v1/count", request),
        groups=groups,
        pager=pager(result.total, request.offset, request.limit or 20, lambda at: to(offset=at)),
        matches=tuple(choice(f"match.{match}", match=match) for match in MATCHES),
        sorts=tuple(choice(f"sort.{sort}", sort=sort) for sort in archive.sorts),
        within=tuple(choice(f"within.{within or 'title'}", within=within) for within in (None, *WITHIN)),
        units=tuple(choice(f"facet.by.{unit}", facet_by=unit) for unit in FACET_UNITS)
        if result.unit == "passages"
        else (choice("facet.by.documents"),),
        options=(
            switch("option.written", as_written=not request.as_written),
            switch("option.across", across=not request.across),
        ),
        chosen=chosen_filters(request, ui, ui.links.search, result.facets, result.hits),
        clear=ui.links.search(first_page.unfiltered),
        facets=() if empty else facets_of(request, result, ui),
        distribution=ui.links.distribution(
            replace(first_page, query="", sort="relevance", facet_by="passages"), [request.query], "document"
        ),
        downloads=_downloads(request, result, ui),
        concordance=ui.links.concordance(ConcordanceRequest(first_page)) if result.unit == "passages" else "",
        compare=tuple(
            Link(ui.t(page), ui.links.of(page, replace(request, facets=(), limit=SearchRequest("").limit)))
            for page in ("collocates", "keyness")
        )
        if result.total
        else (),
        card=ui.links.of("card", replace(request, facets=(), limit=SearchRequest("").limit)),
        most=MOST_PASSAGES if result.total > MOST_PASSAGES else None,
        partial=to(match="any") if result.partial else "",
        across=to(across=True) if result.across else "",
        meant=tuple(Link(query, to(query=query)) for query in result.did_you_mean),
        advice=_advice(first_page, result, ui) if empty else (),
        examples=example_links(archive, ui) if empty else (),
    )


def _downloads(request: SearchRequest, result: SearchResult, ui: Interface) -> tuple[Link, ...]:
    if not 0 < result.total <= MOST_PASSAGES:
        return ()
    whole = replace(request, offset=0, limit=SearchRequest("").limit)
    return tuple(
        Link(form.upper(), ui.links.export(whole, form), about=ui.t(f"export.{form}")) for form in EXPORTS
    )


def _groups(result: SearchResult, request: SearchRequest) -> Iterator[tuple[bool, list[ShownHit]]]:
    """Hits of one document that follow each other; with the first that only has the words, True."""
    tier = "" if request.offset else "all"
    for _, hits in groupby(result.hits, key=lambda hit: (hit.document.id, hit.tier)):
        group = list(_shown(hits))
        announces = request.match == "auto" and group[0].hit.tier == "all" and tier == "exact"
        tier = group[0].hit.tier
        yield announces, group


def _shown(hits: Iterable[PassageHit]) -> Iterator[ShownHit]:
    place: tuple[object, ...] | None = None
    for hit in hits:
        still_wanted()
        before, place = place, (hit.section, hit.author, hit.affiliation, hit.page)
        wide, narrow = snippets(hit.text, hit.spans, (WIDE, NARROW))
        whole = marked(hit.text, hit.spans) if _cut(narrow) and len(hit.text) <= WHOLE else None
        lines = marked_fragments(wide), marked_fragments(narrow)
        author = hit.author if hit.author != hit.document.author else None
        author = " ".join(filter(None, (hit.affiliation, author)))
        yield ShownHit(hit, place != before, author, *lines, whole, whole_is_wide=not _cut(wide))


def _cut(fragments: tuple[Fragment, ...]) -> bool:
    return any(fragment.cut_before or fragment.cut_after for fragment in fragments)


def _advice(request: SearchRequest, result: SearchResult, ui: Interface) -> tuple[Link, ...]:
    """What may be tried where nothing is shown, what changes least first."""
    if result.total:
        return (Link(ui.t("none.first"), ui.links.search(request)),)
    bare = request.query.strip(' “”"「」『』')
    steps = [
        (request.unfiltered != request, "none.filters", request.unfiltered),
        (request.within is not None, "none.within", replace(request, within=None)),
        (
            request.match == "exact" or bare != request.query.strip(),
            "none.auto",
            replace(request, query=bare, match="auto"),
        ),
        (request.match == "all", "none.any", replace(request, match="any")),
        (request.as_written, "none.written", replace(request, as_written=False)),
        # Of one run it is known whether that finds anything.
        (not request.across and len(result.words) > 1, "none.across", replace(request, across=True)),
    ]
    return tuple(Link(ui.t(key), ui.links.search(step)) for applies, key, step in steps if applies)


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
    """The values without a folder that has as many as the folder above it: both narrow to the same."""
    counts = {value.value: value.count for value in values} if name == "collection" else {}
    return [
        value
        for value in values
        if value.value in chosen or counts.get(value.value.rpartition("/")[0]) != value.count
    ]


def chosen_filters(
    request: SearchRequest,
    ui: Interface,
    href: Callable[[SearchRequest], str],
    facets: Mapping[Any, Sequence[FacetValue]] = {},
    hits: Iterable[PassageHit] = (),
) -> tuple[Link, ...]:
    """The filters that are on, each with the link that takes it off; none where these are very long."""
    if not shows_chosen(request, ui):
        return ()
    links: list[Link] = []
    for name in filters_of(request):
        if not (values := values_of(request, name)):
            continue
        labels = {value.value: value.label for value in facets.get(name, ())}
        if name == "kind":
            labels |= {kind.label: ui.t(f"kind.{kind.label}") for kind in Kind}
        if name not in ("date", "kind"):
            missing = f"{ui.t.field('facet', name)}{ui.t('distribution.colon')}{ui.t('distribution.none')}"
            labels.setdefault(NONE, missing)
        labels |= {h.document.id: h.document.title for h in hits} if name == "document" else {}
        links += [
            Link(shortened(labels.get(value, value), SHOWN_NAME), href(toggled(request, name, value)))
            for value in values
        ]
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

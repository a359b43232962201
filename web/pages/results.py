"""The results of a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from index.archive import Archive
from index.requests import ConcordanceRequest, SearchRequest
from index.results import PassageHit, SearchResult
from index.search.cancellation import still_wanted
from index.search.context import shortened
from index.search.snippet import Fragment, snippets
from web.arguments import EXPORTS, FACET_UNITS, MATCHES, WITHIN
from web.downloads import MOST_PASSAGES
from web.interface import Interface
from web.marking import marked, marked_fragments
from web.pages import Link, Page, pager, query_problems, search_form
from web.pages.filter_box import FACETS, SHOWN_NAME, chosen_filters, facets_of, shows_chosen
from web.pages.others import example_links

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
        else ui.links.count(request),
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
        chosen=chosen_filters(request, result, ui),
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

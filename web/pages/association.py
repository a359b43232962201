"""Collocates of a run, and the key words of some texts against others, as a table."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from msgspec.structs import replace

from index.archive import Archive
from index.requests import AssociationRequest, Measure, SearchRequest, Side, Token, search_parameters
from index.search.context import shortened
from web.interface import Interface
from web.pages import SHOWN_NAME, Link, Page, file_links, pager, query_problems, search_form

Comparison: TypeAlias = Literal["collocates", "keyness"]

ROWS = 50
"""Rows of a page."""


def association_page(
    archive: Archive, ui: Interface, kind: Comparison, request: AssociationRequest, against: str
) -> Page:
    """The page of collocates or key words. Raises like ``Archive.collocates``."""
    wanted = request.search
    search = replace(wanted, limit=ROWS)
    request = replace(request, search=search)
    asked = bool(search.query.strip()) or (kind == "keyness" and search != search.unfiltered)
    found = None
    if asked:
        found = (archive.collocates if kind == "collocates" else archive.keyness)(request)
    first = replace(search, limit=SearchRequest("").limit, offset=0)
    chosen = search_parameters(first)
    options = [("unit", request.unit), ("least", str(request.least))]
    if kind == "collocates":
        options += [("window", str(request.window)), ("side", request.side)]
    elif against:
        options.append(("against", against))

    def to(*pairs: tuple[str, str], measure: Measure = request.measure) -> str:
        return ui.links.address(f"/{kind}", [*chosen, *options, ("measure", measure), *pairs])

    def hits(query: str) -> str:
        return ui.links.search(
            replace(search, query=query, match="auto", offset=0, limit=SearchRequest("").limit)
        )

    name = ui.t(kind)
    typed = ("q", "author", "collection") if kind == "keyness" else ("q",)
    other: Comparison = "keyness" if kind == "collocates" else "collocates"
    if search.query:
        name = ui.t("association.title", name=name, query=shortened(search.query, SHOWN_NAME))
    return Page(
        "association.html",
        name,
        search_form(ui, wanted),
        kind=kind,
        action=ui.links.address(f"/{kind}").partition("?")[0],
        request=request,
        against=against,
        hidden=tuple((name, value) for name, value in chosen if name not in typed),
        units=get_args(Token),
        sides=get_args(Side),
        found=found,
        problems=query_problems(ui, search.query, found.problems) if found else None,
        hits=hits,
        measures=tuple(
            Link(ui.t(f"measure.{m}"), to(measure=m), current=m == request.measure)
            for m in ("count", "log_likelihood", "mutual_information", "log_ratio")
        ),
        files=file_links(to() + "&format="),
        pager=pager(found.total, search.offset, ROWS, lambda at: to(("offset", str(at)))) if found else None,
        other=Link(ui.t(other), ui.links.address(f"/{other}", chosen)),
        back=Link(ui.t("results.back"), ui.links.search(first)),
    )

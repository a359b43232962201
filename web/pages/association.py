"""Collocates of a run, and the key words of some texts against others, as a table."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from flask import Response, request
from msgspec.structs import astuple, replace

from index.archive import Archive
from index.requests import Measure, SearchRequest, Side, Token, search_parameters
from index.search.context import shortened
from index.search.export import ASSOCIATION_COLUMNS, every_association
from web.arguments import association_request
from web.downloads import table_file
from web.interface import Interface
from web.pages import SHOWN_NAME, Link, Page, file_links, pager, query_problems, search_form

Comparison: TypeAlias = Literal["collocates", "keyness"]

ROWS = 50
"""Rows of a page."""


def association_page(archive: Archive, ui: Interface, *, kind: Comparison) -> Page | Response:
    """Collocates or key words: the page, or all rows as a file. Raises like ``Archive.collocates``."""
    asked = association_request(request.args)
    ask = archive.collocates if kind == "collocates" else archive.keyness
    if request.args.get("format"):
        return table_file(
            f"juanzong-{kind}", ASSOCIATION_COLUMNS, map(astuple, every_association(ask, asked))
        )
    against, wanted = request.args.get("against", ""), asked.search
    search = replace(wanted, limit=ROWS)
    asked = replace(asked, search=search)
    is_asked = bool(search.query.strip()) or (kind == "keyness" and search != search.unfiltered)
    found = ask(asked) if is_asked else None
    first = replace(search, limit=SearchRequest("").limit, offset=0)
    chosen = search_parameters(first)
    options = [("unit", asked.unit), ("least", str(asked.least))]
    if kind == "collocates":
        options += [("window", str(asked.window)), ("side", asked.side)]
    elif against:
        options.append(("against", against))

    def to(*pairs: tuple[str, str], measure: Measure = asked.measure) -> str:
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
        request=asked,
        against=against,
        hidden=[*(pair for pair in chosen if pair[0] not in typed), *ui.links.carried],
        units=get_args(Token),
        sides=get_args(Side),
        found=found,
        problems=query_problems(ui, search.query, found.problems) if found else None,
        hits=hits,
        measures=tuple(
            Link(ui.t(f"measure.{m}"), to(measure=m), current=m == asked.measure)
            for m in ("count", "log_likelihood", "mutual_information", "log_ratio")
        ),
        files=file_links(to() + "&format="),
        pager=pager(found.total, search.offset, ROWS, lambda at: to(("offset", str(at)))) if found else None,
        other=Link(ui.t(other), ui.links.address(f"/{other}", chosen)),
        back=Link(ui.t("results.back"), ui.links.search(first)),
    )

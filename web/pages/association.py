"""Collocates of a run, and the key words of some texts against others, as a table."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias, get_args

from msgspec import Struct
from msgspec.structs import replace

from index.archive import Archive
from index.requests import AssociationRequest, Measure, SearchRequest, Side, Token, search_parameters
from index.results import Association, Associations
from index.search.context import shortened
from index.search.table_files import MEDIA_TYPES
from web.interface import Interface
from web.pages import Link, Pager, pager
from web.pages.filter_box import SHOWN_NAME

Comparison: TypeAlias = Literal["collocates", "keyness"]

ROWS = 50
"""Rows of a page."""


class AssociationLine(Struct, frozen=True):
    """A row of the table; ``href`` leads to its hits."""

    text: str
    href: str
    numbers: tuple[str, ...]


class AssociationPage(Struct, frozen=True):
    """The context of ``association.html``.

    Attributes:
        action: where the form leads; ``hidden`` is sent along with it.
        measures: the columns of numbers, each a link that sorts by it.
        other: the same search in the other comparison.
    """

    template: ClassVar[str] = "association.html"
    title: str
    kind: Comparison
    action: str
    request: AssociationRequest
    against: str
    hidden: tuple[tuple[str, str], ...]
    units: tuple[Token, ...]
    sides: tuple[Side, ...]
    found: Associations | None
    rows: tuple[AssociationLine, ...]
    measures: tuple[Link, ...]
    files: tuple[Link, ...]
    pager: Pager | None
    other: Link
    back: Link


def association_page(
    archive: Archive, ui: Interface, kind: Comparison, request: AssociationRequest, against: str
) -> AssociationPage:
    """The page. Raises like ``Archive.collocates``."""
    search = replace(request.search, limit=ROWS)
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
    return AssociationPage(
        title=ui.t("association.title", name=name, query=shortened(search.query, SHOWN_NAME))
        if search.query
        else name,
        kind=kind,
        action=ui.links.address(f"/{kind}").partition("?")[0],
        request=request,
        against=against,
        hidden=tuple((name, value) for name, value in chosen if name not in typed),
        units=get_args(Token),
        sides=get_args(Side),
        found=found,
        rows=tuple(
            AssociationLine(row.text, hits(row.query), _numbers(row)) for row in (found.rows if found else ())
        ),
        measures=tuple(
            Link(ui.t(f"measure.{m}"), to(measure=m), current=m == request.measure)
            for m in ("count", "log_likelihood", "mutual_information", "log_ratio")
        ),
        files=tuple(Link(form.upper(), to(("format", form))) for form in MEDIA_TYPES),
        pager=pager(found.total, search.offset, ROWS, lambda at: to(("offset", str(at)))) if found else None,
        other=Link(ui.t(other), ui.links.address(f"/{other}", chosen)),
        back=Link(ui.t("results.back"), ui.links.search(first)),
    )


def _numbers(row: Association) -> tuple[str, ...]:
    measures = (row.log_likelihood, row.mutual_information, row.log_ratio)
    return (f"{row.count:,}", f"{row.rest:,}", *(f"{number:,.2f}" for number in measures))

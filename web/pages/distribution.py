"""Where hits are: over time, over the values of a field, and within texts, as plots and as their table.

A plot has a strip for each query with its name beside it, so that no colour is needed. Those over time have
one scale; within texts each query has its own, so that a rare word is seen beside a frequent one.
A strip is one stop of the keyboard, and arrow keys go along its bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import cast

from flask import Response, request
from msgspec import Struct
from msgspec.structs import replace

from archive.store import NONE
from index.archive import Archive
from index.query.dates import UNDATED, meet
from index.requests import LISTS, MAX_QUERIES, By, SearchRequest, Sort, search_parameters
from index.results import Distribution, DistributionRow
from index.search.context import MOST_VALUE, shortened
from index.search.distribution import COLUMNS, PARTED, TIMES, table_rows
from web.arguments import BYS, EXPORTS, FACET_UNITS, by, flag, missing, queries, search_request
from web.downloads import table_file
from web.interface import MOST_REPEATED, Interface
from web.pages import SHOWN_NAME, Link, Page, pager, query_problems, search_form

PARTS = 50
ROWS, TEXTS = 100, 20
"""Rows of a page: of periods and names, and of texts with their parts."""

_SCALES = ("year", "month", "decade")
"""Periods of equal length: they are drawn along an axis of time, with its gaps."""

_FINEST = 300
"""Bars of an axis up to which each is as wide as its period; of more none is narrower than a 300th."""


class Strip(Struct, frozen=True):
    """The bars of a query, on an axis of so many units.

    Attributes:
        bars: where each begins on its axis, its width, what it says and where it leads; none where a page
            would have too many links.
    """

    length: float
    path: str
    bars: tuple[tuple[float, float, str, str], ...]


def distribution_page(archive: Archive, ui: Interface) -> Page:
    """The page of a distribution; without a query its form. Raises what ``Archive.distribution`` raises."""
    asked = search_request(request.args, facets=())
    wanted, over, relative = queries(request.args), by(request.args), flag(request.args, "relative")
    form = search_form(ui, replace(asked, offset=0))
    asked = replace(asked, query="", facets=(), counts=False, limit=20)
    given = replace(asked, offset=0)
    hidden = [*search_parameters(given)[1:], ("by", over), *[("relative", "1")] * relative, *ui.links.carried]
    title = (
        ui.t("distribution.title", query=shortened("、".join(wanted), SHOWN_NAME))
        if wanted
        else ui.t("distribution")
    )
    back = ui.links.search(replace(given, query=wanted[0])) if wanted else ""
    boxes = (*wanted, *[""] * MAX_QUERIES)[:MAX_QUERIES]
    if not wanted:
        return Page("distribution.html", title, form, queries=boxes, hidden=hidden, back=back)
    size = TEXTS if over in PARTED else ROWS
    found = archive.distribution(replace(asked, limit=size), wanted, over, PARTS if over in PARTED else 0)
    shown = found.rows[asked.offset :][:size] if over in TIMES else found.rows
    drawing = _Drawing(ui, given, found, relative)

    def to(by: By = over, relative: bool = relative, request: SearchRequest = given) -> str:
        return ui.links.distribution(request, wanted, by, relative=relative)

    def choice(key: str, current: bool, href: str) -> Link:
        return Link(ui.t(key), href, current=current)

    strips, axis, most = drawing.timeline() if over in _SCALES else ((), (), "")
    return Page(
        "distribution.html",
        title,
        form,
        queries=boxes,
        hidden=hidden,
        back=back,
        units=tuple(
            Link(ui.t.field("facet", unit), to(by=unit), current=unit == over)
            for unit in (*BYS, *cast(tuple[By, ...], archive.own))
        ),
        figures=tuple(
            choice(key, relative == chosen, to(relative=chosen))
            for key, chosen in (("distribution.absolute", False), ("distribution.relative", True))
        ),
        counted=tuple(
            choice(f"facet.by.{unit}", asked.facet_by == unit, to(request=replace(given, facet_by=unit)))
            for unit in FACET_UNITS
        ),
        sorts=()
        if over in TIMES
        else tuple(
            choice(key, (asked.sort == "order") == (sort == "order"), to(request=replace(given, sort=sort)))
            for key, sort in (("distribution.most", "relevance"), ("sort.order", "order"))
        ),
        strips=strips,
        axis=axis,
        most=most,
        sums=tuple(f"≈ {q.total:,}" if q.estimate else f"{q.total:,}" for q in found.queries),
        problems=[query_problems(ui, query.query, query.problems) for query in found.queries],
        relaxed=[query.query for query in found.queries if query.relaxed and query.total],
        rows=tuple(map(drawing.row, shown)),
        apart=any(row.apart for row in shown),
        overlapping=over in ("collection", "author", "reign", "dynasty"),
        pager=pager(found.total, asked.offset, size, lambda at: to(request=replace(given, offset=at))),
        downloads=[
            Link(form.upper(), ui.links.distribution(given, wanted, over, form=form)) for form in EXPORTS
        ],
    )


def distribution_file(archive: Archive, _: Interface) -> Response:
    """The table with all its rows as a file. Raises like the page, and like ``Downloads.file``."""
    asked = replace(search_request(request.args, facets=()), query="", offset=0, counts=False)
    wanted, over = queries(request.args), by(request.args)
    if not wanted:
        raise missing("q")
    found = archive.distribution(asked, wanted, over, PARTS if over in PARTED else 0, every=True)
    return table_file(f"juanzong-{over}", COLUMNS, table_rows(found))


def narrowed(asked: SearchRequest, over: By, value: str | None) -> SearchRequest:
    """The request with the filter of a row."""
    value = NONE if value is None else value
    if over in TIMES:
        dates = tuple(met for date in asked.dates if (met := meet(date, value)))
        return replace(asked, dates=dates or (value,))
    if over not in LISTS:
        others = tuple(pair for pair in asked.details if pair[0] != over)
        return replace(asked, details=(*others, (over, value)))
    if over == "collection" and any(chosen.startswith(f"{value}/") for chosen in asked.collections):
        return asked  # a folder above one that is chosen: of it only that counts
    return replace(asked, **{LISTS[over]: (value,)})


class _Drawing:
    """Figures, links and bars of a page."""

    def __init__(self, ui: Interface, asked: SearchRequest, found: Distribution, relative: bool) -> None:
        self._ui, self._asked, self._found, self._relative = ui, asked, found, relative
        self._most = max((max(self._figures(row)) for row in found.rows), default=0) or 1
        self._most_parts = [
            max((max(row.parts[place]) for row in found.rows if row.parts), default=0) or 1
            for place in range(len(found.queries))
        ]
        bars = sum(sum(map(bool, numbers)) for row in found.rows for numbers in row.parts or (row.counts,))
        longest = max(found.rows, key=lambda row: len(row.value or ""), default=None)
        self._linked = longest is None or bars * len(self._hits(longest, 0, "order")) <= MOST_REPEATED

    def _figures(self, row: DistributionRow) -> Sequence[float]:
        return row.per_10000 if self._relative else row.counts

    def _figure(self, number: float) -> str:
        """A count, or by 10,000 characters as many places as say something."""
        return f"{number:,.{2 if number >= 1 else 4}f}" if self._relative else f"{number:,}"

    def row(
        self, row: DistributionRow
    ) -> tuple[str, bool, int, list[tuple[str, str, float, str, Strip | None]]]:
        """A line of the table: its name, whether it is apart, its characters, and what they have of each
        query: how often, by 10,000 characters, the length of the bar in 100, where it leads, and its parts.
        """
        found = self._found
        cells = []
        for place, count in enumerate(row.counts):
            strip = self._parts(row, place) if row.parts else None
            per = row.per_10000[place]
            per_10000 = f"{per:,.{2 if per >= 1 else 4}f}" if per else ""
            share = round(100 * self._figures(row)[place] / self._most, 1)
            cells.append((f"{count:,}", per_10000, share, self._hits(row, place) if count else "", strip))
        label = row.label
        if not label:
            label = self._ui.t("distribution.undated" if found.by in TIMES else "distribution.none")
        elif found.by == "kind":
            label = self._ui.t(f"kind.{label}")
        return shortened(label, SHOWN_NAME), row.apart, row.characters, cells

    def _hits(self, row: DistributionRow, place: int, sort: Sort = "relevance") -> str:
        """The results that a number counts."""
        asked = narrowed(self._asked, self._found.by, row.value)
        if len(row.value or "") > MOST_VALUE:
            return ""
        query = self._found.queries[place].query
        return self._ui.links.search(replace(asked, query=query, facet_by="passages", sort=sort))

    def _parts(self, row: DistributionRow, place: int) -> Strip:
        """Where in its texts the passages are; a bar leads to the first of them, in the archive's order."""
        parts, most = row.parts[place], self._most_parts[place]
        first = self._hits(row, place, "order") if self._linked else ""
        before = accumulate(parts[:-1], initial=0)
        bars = tuple(
            (
                part,
                1,
                self._ui.t("distribution.part", part=part + 1, parts=len(parts), n=number),
                f"{first}&offset={passed}" if passed else first,
            )
            for part, (number, passed) in enumerate(zip(parts, before, strict=True))
            if number and first
        )
        shapes = (_shape(part, 1, number / most) for part, number in enumerate(parts) if number)
        return Strip(len(parts), "".join(shapes), bars)

    def timeline(self) -> tuple[tuple[Strip, ...], tuple[str, ...], str]:
        """A strip for each query, the ends and the middle of their axis, and what the highest bar is."""
        rows = [(row, _at(row.value)) for row in self._found.rows if not row.apart and row.value != UNDATED]
        if not rows:
            return (), (), ""
        most = max(max(self._figures(row)) for row, _ in rows) or 1
        first, last = rows[0][1], rows[-1][1]
        length = last - first + 1
        width = max(0.9, length / _FINEST)
        strips = []
        for place in range(len(self._found.queries)):
            bars, shapes = [], []
            for row, at in rows:
                if number := self._figures(row)[place]:
                    x = min(at - first, length - width)
                    shapes.append(_shape(x, width, number / most))
                    about = f"{row.label}{self._ui.t('distribution.colon')}{self._figure(number)}"
                    if self._linked and (href := self._hits(row, place)):
                        bars.append((x, width, about, href))
            strips.append(Strip(length, "".join(shapes), tuple(bars)))
        middle = _period_at(self._found.by, first + length // 2)
        axis = dict.fromkeys((rows[0][0].label, middle, rows[-1][0].label))
        return tuple(strips), tuple(axis), self._figure(most)


def _shape(x: float, width: float, share: float) -> str:
    """A bar on the ground of a strip; what is there is seen."""
    return f"M{x:g} 100v-{max(2, 100 * share):.1f}h{width:.4g}V100z"


def _period_at(unit: str, place: int) -> str:
    """The period at a place of its axis, as ``_at`` counts them."""
    if unit == "month":
        return f"{place // 12}-{place % 12 + 1:02}"
    return f"{place}0–{place}9" if unit == "decade" else f"{place}"


def _at(value: str | None) -> int:
    """The place of a year, a month or a decade on its axis."""
    year, _, month = (value or "").partition("..")[0].partition("-")
    if ".." in (value or ""):
        return int(year) // 10
    return int(year) * 12 + int(month) - 1 if month else int(year)

"""The reading page: a whole document with everything that matched, or a part of a very long one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, TypeAlias

from flask import current_app
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from archive.fields import DETAILS
from archive.model import Kind, shown_date
from index.query.nodes import Problem
from index.requests import SearchRequest, search_parameters
from index.results import DocumentRef, DocumentView
from index.search.cancellation import still_wanted
from index.search.context import shortened
from web.arguments import LOOKS
from web.interface import Interface, document_path, here
from web.marking import PieceMarker, StepLabels, language_of_text
from web.pages import Link, Page, SearchForm, pager, query_problems, search_form
from web.pages.cutting import Slice, in_file_order, parts_of
from web.pages.footnotes import Footnotes, PageNotes, footnotes
from web.pages.others import remark

MOST_ENTRIES = 5_000
"""Sections in the table of sections."""

MOST_ADDRESSES = 500_000
"""Bytes of addresses up to which that table leads to the other parts too."""

SHOWN = 200
"""Characters of a heading or an author that it shows."""

STRIP = 500
"""Places that a strip tells apart."""

ZONES = (24, 12)
"""Zones of a strip beside horizontal and below vertical lines; each wide enough for a finger."""


Zone: TypeAlias = tuple[str, int, int, float, float]
"""A part of the strip: where it leads, the numbers of its first and last hit, its place and height."""


class ShownPiece(Struct, frozen=True):
    """A piece as the page shows it.

    Attributes:
        continued: it is the rest of a piece that began in the part before.
        id: the anchor of a note, or empty.
        notes: those whose marks are in it, each once: its number, its text, its address.
        moved: it has the passage that took the place of the one that was asked for.
        traces: what the reader did to it, and the text of its rule; only where traces are asked for.
    """

    anchor: str
    kind: str
    html: Markup
    continued: bool
    moved: bool
    traces: tuple[tuple[str, str], ...]
    id: str = ""
    notes: tuple[tuple[int, Markup, str], ...] = ()


def document_page(
    view: DocumentView,
    ui: Interface,
    request: SearchRequest,
    *,
    file_order: bool = False,
    traces: bool = False,
    part: int = 1,
    at: str = "",
    moved: bool = False,
    beside: tuple[DocumentRef | None, DocumentRef | None] = (None, None),
    problems: Sequence[Problem] = (),
) -> Page:
    """The page of a document; of a long one, the part asked for or that with the passage ``at``. ``moved``:
    it took the place of what was asked for.
    """
    slices = list(map(Slice, view.pieces))
    if view.continues:
        slices[0] = replace(slices[0], begins=False)
    as_filed = in_file_order(slices)
    reordered = [s.piece.source for s in as_filed] != [s.piece.source for s in slices]
    if file_order:
        slices = as_filed
    if view.part is not None:
        shown, (part, count) = slices, view.part
        known, hits_in = {part: slices}, view.part_hits or (0,) * count
        begins = {piece.section: part for piece in view.pieces}
    else:
        parts = parts_of(slices)
        part, count = _part_with(parts, at) if at else min(part, len(parts)), len(parts)
        shown = parts[part - 1]
        known = dict(enumerate(parts, 1))
        hits_in = tuple(sum(s.hits for s in p) for p in parts)
        begins = {s.piece.section: number for number, p in reversed([*enumerate(parts, 1)]) for s in p}
    hits_before = [0, *accumulate(hits_in)]
    hits = hits_before[-1]
    query = request if request.query else None

    def to(**changed: Any) -> str:
        here = {"request": query, "file_order": file_order, "traces": traces, "part": part}
        return ui.links.document(view.id, **{**here, **changed})

    def hit_address(number: int) -> str:
        where = bisect_right(hits_before, number - 1)
        return f"#hit-{number}" if where == part else to(part=where, fragment=f"hit-{number}")

    entries = _entries(view, begins, part, to, ui)
    marker = PieceMarker(
        total=hits,
        labels=StepLabels(ui.t("read.previous"), ui.t("read.next"), ui.t("read.passage"), ui.t("read.joint")),
        passage_root=ui.links.passage(""),
        hit_address=hit_address,
        joints=traces and not file_order,
        vertical=ui.look["lines"] == "vertical",
        number=hits_before[part - 1],
    )
    whole = [each for number in sorted(known) for each in known[number]]
    of_part = [number for number in sorted(known) for _ in known[number]]
    found = Footnotes() if file_order else footnotes(whole)

    def note_address(index: int, anchor: str) -> str:
        return f"#{anchor}" if of_part[index] == part else to(part=of_part[index], fragment=anchor)

    notes = PageNotes(whole, of_part.index(part) if shown else 0, found, note_address, ui)
    blocks = tuple(_blocks(shown, marker, ui, traces, at if moved else "", notes))
    return Page(
        "document.html",
        view.title,
        search_form(ui, SearchRequest(request.query)),
        view=view,
        request=request,
        problems=query_problems(ui, request.query, problems) if problems else None,
        lang=language_of_text("".join(piece.text[:500] for piece in view.pieces[:40])),
        heading=None if any(s.piece.kind == Kind.TITLE.label for s in shown) else view.title,
        notes=tuple(remark(note, ui) for note in view.notes),
        facts=_facts(view, ui),
        folder=Link(view.collection, ui.links.folder(view.collection)) if view.collection else None,
        entries=entries[:MOST_ENTRIES],
        more_entries=max(0, len(entries) - MOST_ENTRIES),
        unmarked=marker.unmarked,
        blocks=blocks,
        hits=hits,
        first_hit=hit_address(1) if hits else "",
        hit_before=hit_address(hits_before[part - 1] or hits) if hits else "",
        hit_after=hit_address(hits_before[part] % hits + 1) if hits else "",
        successor=moved and not at,
        back=ui.links.search(replace(request, limit=20)) if query else "",
        clear=to(request=None),
        joined=sum(1 for p in view.pieces if p.joined),
        moved=sum(1 for p in view.pieces if p.moved),
        traces=traces,
        toggle_traces=ui.links.document(view.id, query, file_order=file_order, traces=not traces, part=part),
        file_order=file_order,
        toggle_order=to(file_order=not file_order, part=1) if reordered or file_order else "",
        beside=tuple(
            Link(document.title, ui.links.document(document.id), about=ui.t(key))
            for document, key in zip(beside, ("read.before", "read.after"), strict=True)
            if document
        ),
        original=ui.links.by_id("original", view.id) if current_app.config["ORIGINALS"] else "",
        correct=ui.links.by_id("correct", view.id)
        if current_app.config["EDIT"] and view.id == view.path
        else "",
        pager=pager(count, part - 1, 1, lambda at: to(part=at + 1)),
        find=_find_form(view, ui, request, file_order=file_order, traces=traces),
        looks=looks(ui),
        strip=hit_strip(hits_in, known, ZONES[marker.vertical], hit_address) if hits > 1 else None,
    )


def looks(ui: Interface) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """The ways to set a text, as links to this page that choose one."""
    return tuple(
        (
            ui.t(f"look.{name}"),
            tuple(
                Link(ui.t(f"look.{value}"), here(name, value), current=ui.look[name] == value)
                for value in values
            ),
        )
        for name, values in LOOKS.items()
    )


def _part_with(parts: Sequence[Sequence[Slice]], passage_id: str) -> int:
    """The number of the part in which a passage begins; 1 where it is in none."""
    for number, part in enumerate(parts, 1):
        if any(passage.id == passage_id for each in part for passage in each.piece.passages):
            return number
    return 1


def _blocks(
    shown: Sequence[Slice], marker: PieceMarker, ui: Interface, traces: bool, moved: str, notes: PageNotes
) -> Iterator[ShownPiece]:
    sections: set[int] = set()
    for index, part in enumerate(shown, notes.before):
        still_wanted()
        piece = part.piece
        anchor = "" if piece.section in sections else f"s-{piece.section}"
        sections.add(piece.section)
        done = (("read.joined", piece.joined), ("read.moved", piece.moved))
        yield ShownPiece(
            anchor=anchor,
            kind="marks" if index in notes.found.bare else piece.kind,
            html=marker.piece(piece, notes.inserts(index)),
            continued=not part.begins,
            moved=any(passage.id == moved for passage in piece.passages),
            traces=tuple(
                (ui.t(key, rule=rule), ui.t(f"rule.{rule}")) for key, rule in done if rule and traces
            ),
            id=f"note-{begun.number}" if (begun := notes.found.begins.get(index)) else "",
            notes=tuple(notes.shown(index)),
        )


def _entries(
    view: DocumentView,
    begins: Mapping[int, int],
    part: int,
    to: Callable[..., str],
    ui: Interface,
) -> tuple[Link, ...]:
    """The table of sections, with the parts in which they begin; of a long document those of the part; empty
    where there is one only. Each has its author and its hits.
    """
    if len(view.sections) < 2:
        return ()
    sections = [(i, section) for i, section in enumerate(view.sections, view.first_section) if i in begins]
    if len(sections) * len(to()) > MOST_ADDRESSES:
        sections = [(i, section) for i, section in sections if begins[i] == part]
    return tuple(
        Link(
            shortened(section.heading or "", SHOWN) or ui.t("read.lead"),
            f"#s-{i}" if begins[i] == part else to(part=begins[i], fragment=f"s-{i}"),
            section.hits,
            about=shortened(section.author or "", SHOWN),
            depth=max(0, len(section.path) - 1),
        )
        for i, section in sections
    )


def hit_strip(
    hits: Sequence[int], known: Mapping[int, Sequence[Slice]], zones: int, address: Callable[[int], str]
) -> tuple[str, tuple[Zone, ...]]:
    """All hits of a document as one shape of SVG, 24 wide and STRIP high, and the zones that lead to them.

    ``hits``: of each part; at equal distances where they are not known.
    """
    places = list(_places(hits, known))
    height = STRIP / zones
    begins: dict[int, list[int]] = {}
    for number, place in enumerate(places, 1):
        begins.setdefault(int(place * zones), []).append(number)
    lines = sorted({int(place * STRIP) for place in places})
    return (
        "".join(f"M4 {line}h16v2h-16z" for line in lines),
        tuple(
            (address(numbers[0]), numbers[0], numbers[-1], zone * height, height)
            for zone, numbers in sorted(begins.items())
        ),
    )


def _places(hits: Sequence[int], known: Mapping[int, Sequence[Slice]]) -> Iterator[float]:
    """The place of each hit in the document, from 0 to 1; its parts are taken as equally long."""
    for part, number in enumerate(hits):
        slices = known.get(part + 1)
        if slices is None:
            yield from ((part + (i + 0.5) / number) / len(hits) for i in range(number))
            continue
        length = sum(len(one.piece.text) for one in slices) or 1
        before = 0
        for one in slices:
            for start, _ in one.piece.spans:
                if start >= 0:
                    yield (part + (before + start) / length) / len(hits)
            before += len(one.piece.text)


def _facts(view: DocumentView, ui: Interface) -> tuple[tuple[str, str], ...]:
    fields = (
        ("author", view.author),
        ("date", _date(view, ui)),
        *((name, getattr(view, name)) for name in DETAILS),
        *view.fields.items(),
    )
    facts = [(ui.t.field("read", name), value) for name, value in fields if value]
    return (*facts, (ui.t("read.path"), view.path), (ui.t("read.encoding"), view.encoding))


def _date(view: DocumentView, ui: Interface) -> str:
    """The date as its source writes it and by the calendar of today, and whether it is guessed."""
    date = shown_date(view.date)
    if view.date_written:
        date = f"{view.date_written}（{date}）" if date else view.date_written
    return date + ui.t("read.guessed") * view.date_guessed


def _find_form(
    view: DocumentView, ui: Interface, request: SearchRequest, *, file_order: bool, traces: bool
) -> SearchForm:
    path, more = document_path(view.id)
    marking = ("match", "written", "across", "within")
    hidden = [*more, *(pair for pair in search_parameters(request) if pair[0] in marking)]
    hidden += [("order", "file")] if file_order else []
    hidden += [("traces", "1")] if traces else []
    hidden += ui.links.carried
    return SearchForm(f"{ui.links.root}/documents/{path}", request.query, tuple(hidden))

"""Two documents side by side, and a choice of documents to compare with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice
from urllib.parse import parse_qs, unquote, urlsplit

from flask import request
from markupsafe import Markup
from msgspec.structs import astuple

from index.archive import Archive
from index.errors import NotFoundError
from index.requests import SearchRequest
from index.results import DocumentRef
from index.search.lists import Arrangement
from index.search.versions import ComparedParagraph, ComparedRow, beginning
from web.arguments import flag, one
from web.interface import Interface
from web.marking import differing, language_of_text
from web.pages import Link, Page, pager
from web.pages.document import looks

PART = 40_000
"""Characters of a part of the page, both texts together."""

OFFERED = 20
"""Documents that are offered to compare one with."""

_RUNS = 12
_RUN = re.compile(r"[^\W\d_a-zA-Z]{6,10}")


def compare_page(archive: Archive, ui: Interface) -> Page:
    """The page of the first two documents named by a link or an id; of fewer what to choose from. Raises
    NotFoundError for the first.
    """
    part, only = one(request.args, "part", 1), flag(request.args, "only")
    given = [name.strip() for name in request.args.getlist("document") if name.strip()][:2]
    if not given:
        return Page("compare.html", ui.t("compare"), given=None, typed="", offered=())
    view = archive.document(_identifier(archive, given[0]))
    try:
        other = archive.document(_identifier(archive, given[1])) if given[1:] else None
    except NotFoundError:
        other = None
    if other is None:
        return _choice(archive, ui, view, *given[1:])
    found = archive.compare(view.id, other.id)
    sides = zip(*map(astuple, found.rows), strict=True) if found.rows else ((), ())
    rows = [row for row in found.rows if row.differs or not only]
    parts = list(_parts(rows))
    part = min(part, len(parts))
    begun = (sum(piece.difference > 0 for row in shown for piece in row.pieces) for shown in parts)
    before = [0, *accumulate(begun)]

    def to(
        number: int = part, only: bool = only, ids: Sequence[str] = (view.id, other.id), hit: int = 0
    ) -> str:
        pairs = [("document", name) for name in ids] + [("only", "1")] * only
        address = ui.links.address("/compare", pairs + [("part", str(number))] * (number > 1))
        return f"{address}#hit-{hit}" if hit else address

    def hit(number: int) -> str:
        return to(bisect_right(before, number - 1), hit=number)

    total = before[-1]
    return Page(
        "compare.html",
        ui.t("compare.title", one=view.title, other=other.title),
        sides=tuple(
            (document, language_of_text(_start(side)), cut)
            for document, side, cut in zip(found.documents, sides, found.cut, strict=True)
        ),
        found=found,
        rows=tuple(
            tuple(tuple(_cell(paragraph, ui) for paragraph in side) for side in astuple(row))
            for row in parts[part - 1]
        ),
        first=hit(1) if total else "",
        before=hit(before[part - 1] or total) if total else "",
        after=hit(before[part] % total + 1) if total else "",
        toggle=to(1, not only),
        swap=to(1, ids=(other.id, view.id)),
        only=only,
        pager=pager(len(parts), part - 1, 1, lambda at: to(at + 1)),
        looks=looks(ui)[1:],
    )


def _identifier(archive: Archive, name: str) -> str:
    """The id of the document that a link leads to, or what was typed."""
    link = urlsplit(name) if "/" in name else None
    before, page, rest = link.path.partition("/documents/") if link else ("", "", "")
    if link and page and (not before or link.netloc or before.startswith("/")):
        return unquote(rest) or parse_qs(link.query).get("id", [""])[0]
    if passage := re.search(r"/p/([0-9a-f]{16})", name):
        return archive.passage(passage[1]).document.id
    return name


def _choice(archive: Archive, ui: Interface, view: DocumentRef, typed: str = "") -> Page:
    """What a document may be compared with: what has the typed title; else its own, or its sentences."""
    titled = archive.documents(limit=OFFERED + 1, how=Arrangement(filter=typed or view.title))[1]
    names = {document.id: " · ".join((document.title, *document.byline)) for document in titled}
    if not typed:
        asked = _shares_sentences([piece.text for piece in beginning(archive.document_parts(view.id))])
        for value in archive.values(asked, "document")[: OFFERED + 1] if asked else ():
            names.setdefault(value.value, value.label)
    names.pop(view.id, None)
    return Page(
        "compare.html",
        ui.t("compare.with", title=view.title),
        given=view,
        typed=typed,
        offered=tuple(
            Link(
                name, ui.links.address("/compare", [("document", view.id), ("document", other)]), about=other
            )
            for other, name in list(names.items())[:OFFERED]
        ),
    )


def _shares_sentences(texts: Sequence[str]) -> SearchRequest | None:
    """A search for some runs of a text; the documents that have most of them are most like it."""
    runs = [run[0] for text in texts for run in _RUN.finditer(text)]
    chosen = dict.fromkeys(runs[:: max(1, len(runs) // _RUNS)][:_RUNS])
    return SearchRequest(query=" OR ".join(f'"{run}"' for run in chosen)) if chosen else None


def _start(side: Iterable[Iterable[ComparedParagraph]]) -> str:
    """The text of the first paragraphs of a side, by which its language is told."""
    paragraphs = islice(chain.from_iterable(side), 40)
    return "".join(piece.text for paragraph in paragraphs for piece in paragraph.pieces)


def _parts(rows: Sequence[ComparedRow]) -> Iterator[list[ComparedRow]]:
    """The rows in parts of about PART characters; at least one, which may be empty."""
    part: list[ComparedRow] = []
    length = 0
    for row in rows:
        size = sum(len(piece.text) for piece in row.pieces)
        if part and length + size > PART:
            yield part
            part, length = [], 0
        part.append(row)
        length += size
    yield part


def _cell(paragraph: ComparedParagraph, ui: Interface) -> tuple[Markup, str]:
    """A paragraph, and the lasting link to it."""
    link = ui.links.passage(paragraph.passage_id) if paragraph.passage_id else ""
    return differing(paragraph.pieces), link

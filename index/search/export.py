"""Hits as a file to take along: a concordance as a table, or JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter

from msgspec.structs import astuple, replace

from archive.citation import Cited, gbt, today
from archive.fields import ASKED
from index.requests import MAX_LIMIT, AssociationRequest
from index.results import Association, Associations, Line, ListedDocument, PassageHit, to_json
from index.search.concordance import lines_of
from index.search.table_files import Form, table

ASSOCIATION_COLUMNS = Association.__struct_fields__
"""Columns of the table of collocates or key words."""

DOCUMENT_COLUMNS = ("id", "path", "title", "author", "date", "characters", "passages", "collection", *ASKED)
"""Columns of the table of documents."""

HEADER = (*Line.__struct_fields__, "folder", "citation", "link")
"""Columns of the table of hits, before those of the owner's own fields."""


def exported(
    hits: Iterable[PassageHit],
    form: Form,
    context: int,
    cite: Callable[[str], Cited],
    address: str,
    own: Sequence[str] = (),
) -> Iterator[str | bytes]:
    """The file, a piece at a time. In JSON Lines a hit is what a search answers, with citation and link.

    Args:
        address: where the archive is served, for the permanent links; without a ``/`` at its end.
        own: the fields of the owner's own.
    """
    found = _cited(hits, cite, address)
    if form == "ndjson":
        return (
            json.dumps({**to_json(hit), "citation": citation, "link": link}, ensure_ascii=False) + "\n"
            for hit, citation, link in found
        )
    return table(
        form,
        (*HEADER, *own),
        (
            (*astuple(line), hit.document.folder, citation, link, *map(hit.document.fields.get, own))
            for hit, citation, link in found
            for line in lines_of(hit, context)
        ),
    )


def document_rows(
    documents: Iterable[ListedDocument], own: Sequence[str] = ()
) -> Iterator[tuple[str | int | None, ...]]:
    """The rows of the table of documents, the owner's ``own`` fields last; a guessed date is marked."""
    cells = attrgetter(*DOCUMENT_COLUMNS[:4], "when", *DOCUMENT_COLUMNS[5:])
    return ((*cells(one), *map(one.fields.get, own)) for one in documents)


def _cited(
    hits: Iterable[PassageHit], cite: Callable[[str], Cited], address: str
) -> Iterator[tuple[PassageHit, str, str]]:
    """Each hit with its citation and its permanent link."""
    known, citation = None, ""
    for hit in hits:
        # The passages of a section on one page are cited alike, and mostly follow each other.
        place = (hit.document.id, hit.section, hit.author, hit.page)
        if place != known:
            known, citation = place, gbt(replace(cite(hit.passage_id), accessed=today()))
        yield hit, citation, f"{address}/p/{hit.passage_id}"


def every_association(
    ask: Callable[[AssociationRequest], Associations], request: AssociationRequest
) -> Iterator[Association]:
    """The rows of all pages of a comparison."""
    offset, total = 0, 1
    while offset < total:
        found = ask(replace(request, search=replace(request.search, limit=MAX_LIMIT, offset=offset)))
        yield from found.rows
        offset, total = offset + MAX_LIMIT, found.total

"""Hits as a file to take along: a concordance as a table, or JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from msgspec.structs import astuple, replace

from archive.citation import Cited, gbt
from index.results import Line, PassageHit, to_json
from index.search.lines import lines_of
from index.search.tables import Form, table
from index.search.xlsx import Cell

HEADER = (*Line.__struct_fields__, "folder", "citation", "link")


def exported(
    hits: Iterable[PassageHit], form: Form, context: int, cite: Callable[[str], Cited], address: str
) -> Iterator[str | bytes]:
    """The file, a piece at a time. In JSON Lines a hit is what a search answers.

    Args:
        context: characters before and behind a place.
        cite: what a citation of a passage names, by its id.
        address: where the archive is served, for the permanent links; without a ``/`` at its end.
    """
    if form == "ndjson":
        return (json.dumps(to_json(hit), ensure_ascii=False) + "\n" for hit in hits)
    return table(form, HEADER, _rows(hits, context, cite, address))


def _rows(
    hits: Iterable[PassageHit], context: int, cite: Callable[[str], Cited], address: str
) -> Iterator[tuple[Cell, ...]]:
    today = datetime.now(UTC).date().isoformat()
    known, citation = None, ""
    for hit in hits:
        # The passages of a section on one page are cited alike, and mostly follow each other.
        place = (hit.document.id, hit.section, hit.author, hit.page)
        if place != known:
            known, citation = place, gbt(replace(cite(hit.passage_id), accessed=today))
        for found in lines_of(hit, context):
            yield *astuple(found), hit.document.folder, citation, f"{address}/p/{hit.passage_id}"

"""The filters of a request as conditions on columns, and on documents.

A value that the archive does not know finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.store import DocumentFilter, NameKind, TextStore
from index.engines.base import Column, ColumnIn, Condition, Nothing
from index.results import SearchRequest


def filter_conditions(request: SearchRequest, store: TextStore) -> tuple[Condition, ...]:
    """One condition for each kind of filter that is set; all must hold."""
    conditions: list[Condition] = []
    if request.documents:
        found = (store.document_by_id(wanted) for wanted in request.documents)
        conditions.append(_column("document", (d.key for d in found if d is not None)))
    if request.authors:
        conditions.append(_column("author", (n for a in request.authors for n in store.author_numbers(a))))
    if request.collections:
        conditions.append(_column("collection", _folders(store, request.collections)))
    if request.years:
        conditions.append(_column("year", (year for year in request.years if year <= 9999)))
    return tuple(conditions)


def document_filter(request: SearchRequest) -> DocumentFilter:
    """The same filters for a list of documents, which asks no engine."""
    return DocumentFilter(request.documents, request.authors, request.years, request.collections)


def _folders(store: TextStore, wanted: Sequence[str]) -> Iterator[int]:
    """The collections that are one of these folders or lie below one: a book has its chapters in folders."""
    for number, name in store.names(NameKind.COLLECTION).items():
        if any(name == folder or name.startswith(f"{folder}/") for folder in wanted):
            yield number


def _column(column: Column, values: Iterable[int]) -> Condition:
    known = tuple(sorted({value for value in values if value > 0}))
    return ColumnIn(column, known) if known else Nothing()

"""The filters of a request as conditions on columns, and on documents.

A value that the archive does not know finds nothing, and is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.store import DocumentFilter, TextStore
from index.answering.folders import Folders
from index.engines.base import Snapshot
from index.query.condition import (
    Column,
    ColumnIn,
    Condition,
    Nothing,
)
from index.query.nodes import Problem
from index.query.problems import problem
from index.results import SearchRequest


def filter_conditions(request: SearchRequest, store: TextStore, folders: Folders) -> tuple[Condition, ...]:
    """One condition for each kind of filter that is set; all must hold."""
    conditions: list[Condition] = []
    if request.documents:
        found = (store.document_by_id(wanted) for wanted in request.documents)
        conditions.append(_column("document", (d.key for d in found if d is not None)))
    if request.authors:
        conditions.append(_column("author", (n for a in request.authors for n in store.author_numbers(a))))
    if request.collections:
        conditions.append(_column("collection", folders.below(request.collections)))
    if request.years:
        conditions.append(_column("year", (year for year in request.years if year <= 9999)))
    return tuple(conditions)


def document_filter(request: SearchRequest) -> DocumentFilter:
    """The same filters for a list of documents, which asks no engine."""
    folders = tuple(folder.rstrip("/") for folder in request.collections)
    return DocumentFilter(request.documents, request.authors, request.years, folders)


def unknown_values(
    request: SearchRequest, store: TextStore, folders: Folders, snapshot: Snapshot
) -> Iterator[Problem]:
    """What is to be said of filters that no document of the archive meets, whatever the query."""
    for wanted in request.documents:
        if store.document_by_id(wanted) is None:
            yield problem("no_such_document", 0, 0, wanted)
    for author in request.authors:
        if not store.author_numbers(author):
            yield problem("no_such_author", 0, 0, author)
    for folder in request.collections:
        if not folders.has(folder):
            yield problem("no_such_collection", 0, 0, folder)
    for year in request.years:
        if year > 9999 or not snapshot.count(_column("year", (year,))):
            yield problem("no_such_year", 0, 0, str(year))


def _column(column: Column, values: Iterable[int]) -> Condition:
    known = tuple(sorted({value for value in values if value > 0}))
    return ColumnIn(column, known) if known else Nothing()

"""The filters of a request as conditions on columns, and on documents; the folders of an archive.

A value that the archive does not know finds nothing, and is said. A folder has all that is in those below it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import accumulate
from typing import cast

from msgspec import Struct

from archive.model import Kind
from archive.store import NONE, DocumentFilter, NameKind, TextStore
from index.engines.base import Snapshot
from index.query import condition as asked
from index.query.dates import dated, days
from index.query.nodes import Problem, problem
from index.requests import FacetName, SearchRequest

_COLUMNS = ("document", "section", "author", "year", "collection", "kind")
"""The facets that are columns of the engine; all others are fields in ``details``."""


def filter_conditions(
    request: SearchRequest, store: TextStore, folders: Folders
) -> tuple[asked.Condition, ...]:
    """One condition for each kind of filter that is set; all must hold."""
    conditions: list[asked.Condition] = []
    if request.documents:
        found = (store.document_by_id(wanted) for wanted in request.documents)
        conditions.append(_column("document", (d.key for d in found if d is not None)))
    if request.authors:
        found_authors = (n for a in request.authors for n in store.author_numbers(a))
        conditions.append(_named("author", found_authors, request.authors, store.names(NameKind.AUTHOR)))
    if request.collections:
        below = folders.below(request.collections)
        known = store.names(NameKind.COLLECTION)
        conditions.append(_named("collection", below, request.collections, known))
    if request.kinds:
        conditions.append(_column("kind", (kind for kind in Kind if kind.label in request.kinds)))
    if request.years:
        conditions.append(_column("year", (year for year in request.years if year <= 9999)))
    if request.dates:
        conditions.append(asked.Some(tuple(map(dated, request.dates))))
    for name in dict.fromkeys(name for name, _ in request.details):
        wanted = {value for field, value in request.details if field == name}
        details = {number: fields.get(name, "") for number, fields in store.details().items()}
        numbers = (number for number, value in details.items() if value in wanted)
        conditions.append(_named("details", numbers, wanted, details))
    return tuple(conditions)


def column(name: FacetName) -> asked.Column:
    """The column of the engine that a facet is counted from."""
    return cast(asked.Column, name if name in _COLUMNS else "details")


def document_filter(request: SearchRequest, store: TextStore) -> DocumentFilter:
    """The same filters for a list of documents, which the text store makes alone."""

    def meant(value: str, known: Iterable[str | None]) -> str:
        return "" if value == NONE and NONE not in known else value

    authors, folders = (store.names(kind).values() for kind in (NameKind.AUTHOR, NameKind.COLLECTION))
    details = store.details().values()
    return DocumentFilter(
        request.documents,
        tuple(meant(author, authors) for author in request.authors),
        request.years,
        tuple(meant(folder.rstrip("/"), folders) for folder in request.collections),
        details=tuple(
            (name, meant(value, (fields.get(name) for fields in details))) for name, value in request.details
        ),
        dates=tuple(map(days, request.dates)),
    )


def unknown_values(
    request: SearchRequest, store: TextStore, folders: Folders, snapshot: Snapshot
) -> Iterator[Problem]:
    """The problems of filters that no document of the archive meets, whatever the query."""
    for wanted in request.documents:
        if store.document_by_id(wanted) is None:
            yield problem("no_such_document", 0, 0, wanted)
    for author in request.authors:
        if author != NONE and not store.author_numbers(author):
            yield problem("no_such_author", 0, 0, author)
    for folder in request.collections:
        if folder != NONE and not folders.has(folder):
            yield problem("no_such_collection", 0, 0, folder)
    for name, value in request.details:
        if value != NONE and all(details.get(name) != value for details in store.details().values()):
            yield problem("no_such_detail", 0, 0, name, value)
    for kind in request.kinds:
        if kind not in {one.label for one in Kind}:
            yield problem("no_such_detail", 0, 0, "kind", kind)
    for year in request.years:
        if year > 9999 or not snapshot.count(_column("year", (year,))):
            yield problem("no_such_year", 0, 0, str(year))


def _named(
    column: asked.Column, found: Iterable[int], wanted: Iterable[str], known: Mapping[int, str]
) -> asked.Condition:
    """One of the values that were found; where ``none`` is wanted, also no value that has a name."""
    condition = _column(column, found)
    if NONE not in wanted or NONE in known.values():
        return condition
    named = _column(column, (number for number, name in known.items() if name))
    return asked.Some((condition, asked.Without(asked.EVERYTHING, named)))


def _column(column: asked.Column, values: Iterable[int]) -> asked.Condition:
    known = tuple(sorted({value for value in values if value > 0}))
    return asked.ColumnIn(column, known) if known else asked.NOTHING


class _Tree(Struct, frozen=True):
    """All folders, as columns, each behind those above it.

    Attributes:
        names: from the top: 史部, 史部/正史.
    """

    names: list[str]
    above: list[int]
    depths: list[int]
    places: dict[int, int]
    known: dict[str, int]


class Folders:
    """The folders of one store. Their names are read once, when they are first asked for."""

    def __init__(self, store: TextStore) -> None:
        self.store = store
        self._known: _Tree | None = None

    def counted(self, counts: Sequence[tuple[int, int]], most: int) -> tuple[list[tuple[str, int]], int]:
        """What folders have in all, from ``(collection, passages)``, and how many folders there are.

        The first ``most``: those nearest the top, of one depth those with most passages, so that a book with
        many chapters does not hide the other books.
        """
        tree = self._tree()
        depths, above, places = tree.depths, tree.above, tree.places
        levels: list[defaultdict[int, int]] = [defaultdict(int) for _ in range(max(depths, default=-1) + 1)]
        for number, count in counts:
            place = places[number]
            levels[depths[place]][place] += count
        # From the deepest up, so that each folder is added once to the one above it.
        for level in range(len(levels) - 1, 0, -1):
            higher = levels[level - 1]
            for place, count in levels[level].items():
                higher[above[place]] += count
        first: list[tuple[str, int]] = []
        for totals in levels:
            first += _most(totals, most - len(first), tree.names)
        return first, sum(map(len, levels))

    def below(self, wanted: Iterable[str]) -> Iterator[int]:
        """The collections that are one of these folders or lie below one: a book has its chapters in folders.

        ``史部/`` is 史部.
        """
        folders = {folder.rstrip("/") for folder in wanted}
        tree = self._tree()
        inside: list[bool] = []
        for name, above in zip(tree.names, tree.above, strict=True):
            inside.append(name in folders or (above >= 0 and inside[above]))
        return (number for number, place in tree.places.items() if inside[place])

    def has(self, folder: str) -> bool:
        """Whether there is such a folder; ``史部/`` is 史部."""
        return folder.rstrip("/") in self._tree().known

    def _tree(self) -> _Tree:
        if self._known is None:
            tree = _Tree([], [], [], {}, {})
            known = tree.known
            for number, name in self.store.names(NameKind.COLLECTION).items():
                place = -1
                for depth, folder in enumerate(folders_of(name)):
                    if folder not in known:
                        known[folder] = len(tree.names)
                        tree.names.append(folder)
                        tree.above.append(place)
                        tree.depths.append(depth)
                    place = known[folder]
                tree.places[number] = place
            self._known = tree
        return self._known


def folders_of(collection: str) -> Iterator[str]:
    """The folders above a folder and itself, from the top: 史部, 史部/正史."""
    return accumulate(collection.split("/"), "{}/{}".format)


def _most(totals: Mapping[int, int], most: int, names: Sequence[str]) -> list[tuple[str, int]]:
    """The ``most`` folders of one depth with most passages, ties by name."""
    if most <= 0:
        return []
    # Names are compared of those only that may be among them.
    least = min(nlargest(most, totals.values()), default=0)
    found = [(names[place], count) for place, count in totals.items() if count >= least]
    found.sort(key=lambda item: (-item[1], item[0]))
    return found[:most]

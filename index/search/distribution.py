"""Where hits are: over time, over the values of a field, and within documents and books."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import TypeAlias, get_args

from msgspec.structs import replace

from archive.errors import said
from archive.model import Kind, each_author
from archive.store import NONE, NameKind, TextStore
from index.document_keys import passage_key
from index.errors import QueryError
from index.query import condition as asked
from index.query.dates import UNDATED, Period, Unit, periods
from index.requests import MAX_PARTS, MAX_QUERIES, By, SearchRequest
from index.results import Distribution, DistributionQuery, DistributionRow
from index.search.answer import Answer
from index.search.context import shortened
from index.search.filters import filter_conditions, folders_of
from index.search.sampling import remarks_on
from index.search.searchable import Searchable

TIMES: tuple[Unit, ...] = get_args(Unit)
PARTED: tuple[By, ...] = ("document", "collection", "source", "edition")
"""What has parts: the documents of these follow each other as a book does."""

_KEPT = 1_000_000
"""Passages of which the places are kept: 8 MB."""

_NOTHING: tuple[None] = (None,)

Row: TypeAlias = Period | str | int | None
"""A period, a name, the key of a document; None for texts without a value."""


class Sizes:
    """How many characters the texts of a generation have: of each document, author and kind; read once."""

    def __init__(self, store: TextStore) -> None:
        self._store = store
        self.documents = {row[0]: row for row in store.sizes()}
        self._by_author: list[tuple[int, int, int, int]] | None = None
        self._places: dict[int, array[int]] = {}
        self.rows: dict[By, Callable[[int], Sequence[Row]]] = {}

    def by_author(self) -> list[tuple[int, int, int, int]]:
        """``(document, nearest author, kind, characters)``; the author is 0 where there is none."""
        if self._by_author is None:
            rows = self._store.sizes_by_author()
            sums: Counter[int] = Counter()
            for document, _, _, characters in rows:
                sums[document] += characters
            # Characters beyond the first plane were counted twice.
            again = {key for key, row in self.documents.items() if sums[key] != row[4]}
            rows = [row for row in rows if row[0] not in again]
            for document in sorted(again):
                rows += self._counted(document)
            self._by_author = rows
        return self._by_author

    def _counted(self, document: int) -> Iterator[tuple[int, int, int, int]]:
        names: Counter[tuple[str, int]] = Counter()
        for passage in self._store.passages_of(document):
            section = self._store.sections([passage.section_key])[passage.section_key]
            names[section.nearest_author or "", int(passage.kind)] += len(passage.text)
        for (name, kind), characters in names.items():
            yield document, self._store.number(NameKind.AUTHOR, name), kind, characters

    def places(self, document: int) -> array[int]:
        """Before each passage of a document, the characters of those before it."""
        known = self._places.get(document)
        if known is None:
            if sum(map(len, self._places.values())) > _KEPT:
                self._places.clear()
            lengths = self._store.lengths(document)
            if sum(lengths) != self.documents[document][4]:
                lengths = [len(passage.text) for passage in self._store.passages_of(document)]
            known = self._places[document] = array("Q", accumulate(lengths[:-1], initial=0))
        return known


def distribution(
    archive: Searchable,
    sizes: Sizes,
    request: SearchRequest,
    queries: Sequence[str],
    by: By,
    parts: int,
    *,
    every: bool = False,
) -> Distribution:
    """What each of the queries finds, by the periods of a unit of time or the values of a field.

    All periods, in their order; of values the page that the request asks for, those with most hits first
    (``sort="order"``: as they come in the archive); ``every``: all. With other filters as the request has
    them. A folder has what those below it have, a text by several authors counts for each of them, and a year
    in which two dynasties were for both.

    Raises:
        QueryError: more than ``MAX_QUERIES`` queries, or parts of what has none.
    """
    archive.check(request)
    archive.one_field("by", by, get_args(By))
    if not 0 < len(queries) <= MAX_QUERIES:
        raise QueryError(
            said("There are {} queries; a distribution takes 1 to {}.", len(queries), MAX_QUERIES),
            hint="Ask for the others separately.",
        )
    if not 0 <= parts <= (MAX_PARTS if by in PARTED else 0):
        raise QueryError(
            said("parts is {}; it can be 0 to {}, and by {} only.", parts, MAX_PARTS, ", ".join(PARTED)),
            hint="Leave it out.",
        )
    column: asked.Column = "kind" if by == "kind" else "author" if by == "author" else "document"
    if by not in sizes.rows:
        sizes.rows[by] = cache(_rows(archive.store, sizes, by))
    rows_of = sizes.rows[by]
    answers = [archive.answer(replace(request, query=query)) for query in queries]
    texts = dict(_texts(archive, sizes, request, column))
    characters = _sums(texts.items(), rows_of)
    totals, counts = [], []
    for answer in answers:
        counted = Counter(dict(answer.every_value(column, request.facet_by).top))
        total = answer.total
        if request.facet_by == "occurrences":
            places = answer.estimate and answer.estimate.occurrences
            total = places.value if places else answer.forms.total()
        elif (sample := answer.sampled) and sample.passages:
            counted = Counter({value: n * sample.of // sample.looked_at for value, n in counted.items()})
            total = sample.passages.value
        if column == "author" and (left := total - counted.total()) > 0:
            counted[0] = left
        totals.append(total)
        counts.append(_sums(counted.items(), rows_of))
    rows = _ordered(
        list(dict.fromkeys((*characters, *(row for count in counts for row in count)))), by, request, counts
    )
    whole = every or by in TIMES
    shown = rows if whole else rows[request.offset : request.offset + request.limit]
    divided = _divided(archive, sizes, answers, shown, texts, rows_of, parts) if parts else {}
    return Distribution(
        by=by,
        facet_by=request.facet_by,
        queries=tuple(map(_query, queries, answers, totals)),
        total=len(rows),
        offset=0 if whole else request.offset,
        rows=tuple(
            DistributionRow(
                value=value,
                label=label,
                apart=isinstance(row, Period) and row.apart,
                characters=characters[row],
                counts=tuple(count[row] for count in counts),
                per_10000=tuple(
                    round(count[row] * 10_000 / characters[row], 4) if characters[row] else 0.0
                    for count in counts
                ),
                parts=tuple(map(tuple, divided.get(row, ()))),
            )
            for row, (value, label) in zip(shown, _named(archive, by, shown), strict=True)
        ),
    )


def _query(query: str, answer: Answer, total: int) -> DistributionQuery:
    estimate = answer.estimate
    return DistributionQuery(
        query=query,
        understood=answer.plan.understood,
        unit=answer.unit,
        relaxed=answer.relaxed,
        total=total,
        estimate=estimate,
        problems=(*answer.problems, *(remarks_on(estimate) if estimate else ())),
    )


def _rows(store: TextStore, sizes: Sizes, by: By) -> Callable[[int], Sequence[Row]]:
    """The rows that a document, or an author or a kind as the engine counts them, belongs to."""
    documents = sizes.documents
    if by == "document":
        return lambda key: (key,)
    if by in TIMES:
        return lambda key: periods(by, date) if (date := documents[key][1]) else _NOTHING
    if by == "kind":
        return lambda number: (Kind(number).label,)
    if by == "author":
        authors = {number: each_author(name) for number, name in store.names(NameKind.AUTHOR).items()}
        return lambda number: authors.get(number) or _NOTHING
    if by == "collection":
        folders = {n: tuple(folders_of(name)) for n, name in store.names(NameKind.COLLECTION).items()}
        return lambda key: folders.get(documents[key][2]) or _NOTHING
    details = {number: (fields.get(by),) for number, fields in store.details().items()}
    return lambda key: details.get(documents[key][3]) or _NOTHING


def _texts(
    archive: Searchable, sizes: Sizes, request: SearchRequest, column: asked.Column
) -> Iterator[tuple[int, int]]:
    """The characters of all texts within the filters, by the values of a column."""
    documents = sizes.documents
    store, snapshot = archive.store, archive.snapshot
    if conditions := filter_conditions(request, store, archive.folders):
        columns: tuple[asked.Column, ...] = ("document",)
        inside = snapshot.facets(asked.every(conditions), columns, 0, whole=columns)["document"]
        documents = {key: documents[key] for key, _ in sorted(inside.top)}
    if column == "document" and not request.authors:
        yield from ((key, row[4]) for key, row in documents.items())
        return
    authors = {number for author in request.authors for number in store.author_numbers(author)}
    authors |= {0} if NONE in request.authors and not store.author_numbers(NONE) else set()
    sums: Counter[int] = Counter()
    place = {"document": 0, "author": 1, "kind": 2}[column]
    for row in sizes.by_author():
        if row[0] in documents and (not request.authors or row[1] in authors):
            sums[row[place]] += row[3]
    yield from sums.items()


def _sums(pairs: Iterable[tuple[int, int]], rows_of: Callable[[int], Sequence[Row]]) -> Counter[Row]:
    sums: Counter[Row] = Counter()
    for value, number in pairs:
        for row in rows_of(value):
            sums[row] += number
    return sums


def _ordered(rows: list[Row], by: By, request: SearchRequest, counts: Sequence[Counter[Row]]) -> list[Row]:
    """Periods in their order; else most hits first, or as they come. A row without a value comes last
    among those with as many hits.
    """
    rows.sort(key=lambda row: row is None)
    if by in TIMES:
        rows.sort(key=lambda row: row if isinstance(row, Period) else Period(10_000, 0, "", ""))
    elif request.sort != "order":
        rows.sort(key=lambda row: -sum(count[row] for count in counts))
    return rows


def _named(archive: Searchable, by: By, rows: Sequence[Row]) -> Iterator[tuple[str | None, str]]:
    """What a filter calls each of the rows, and what people call it."""
    documents = archive.store.documents([row for row in rows if isinstance(row, int)])
    for row in rows:
        match row:
            case Period():
                yield row.value, row.label
            case int():
                yield documents[row].id, shortened(documents[row].title)
            case str():
                yield row, shortened(row)
            case None:
                yield (UNDATED if by in TIMES else None), ""


def _divided(
    archive: Searchable,
    sizes: Sizes,
    answers: Sequence[Answer],
    shown: Sequence[Row],
    texts: dict[int, int],
    rows_of: Callable[[int], Sequence[Row]],
    parts: int,
) -> dict[Row, list[list[int]]]:
    """The passages of each query in parts of equal length of the texts of each row.

    A document that is in one part as a whole is counted there; of the others the places are asked for.
    """
    wanted = set(shown)
    documents: defaultdict[Row, list[int]] = defaultdict(list)
    for document in texts:
        for row in rows_of(document):
            if row in wanted:
                documents[row].append(document)
    divided: dict[Row, list[list[int]]] = {row: [] for row in documents}
    for answer in answers:
        counts = dict(answer.every_value("document", "passages").top)
        cut: list[tuple[Row, int, int, int]] = []
        for row, members in documents.items():
            bins = [0] * parts
            length, start = sum(map(texts.__getitem__, members)), 0
            for document in members:
                end = start + texts[document]
                if number := counts.get(document):
                    part = start * parts // length
                    if part == (end - 1) * parts // length:
                        bins[part] += number
                    else:
                        cut.append((row, document, start, length))
                start = end
            divided[row].append(bins)
        if not cut:
            continue
        inside = asked.ColumnIn("document", tuple(sorted({document for _, document, _, _ in cut})))
        keys = archive.snapshot.keys(asked.All((answer.condition, inside)))
        for row, document, start, length in cut:
            bins, before = divided[row][-1], sizes.places(document)
            lower = bisect_left(keys, passage_key(document, 0))
            for part in range(start * parts // length, parts):
                # The first passage of the next part.
                next_one = bisect_left(before, -(-(part + 1) * length // parts) - start)
                upper = bisect_left(keys, passage_key(document, next_one))
                bins[part] += upper - lower
                lower = upper
                if next_one == len(before):
                    break
    return divided


COLUMNS = ("query", "value", "label", "characters", "count", "per_10000", "parts")


def table_rows(found: Distribution) -> Iterator[tuple[str | int | float | None, ...]]:
    """A line for each row and query, for a table; the numbers of its parts with blanks between them."""
    for row in found.rows:
        for place, query in enumerate(found.queries):
            parts = " ".join(map(str, row.parts[place])) if row.parts else None
            figures = (row.characters, row.counts[place], row.per_10000[place])
            yield query.query, row.value, row.label, *figures, parts

"""A concordance: the lines of all places of an answer, sorted, grouped and counted by what is beside them."""

from __future__ import annotations

import re
import time
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast, get_args

from msgspec.structs import replace

from archive.errors import said
from archive.fields import ASKED
from archive.store import POSITION_BITS
from index import results
from index.analysis.normal import BOUNDARY, repeated
from index.errors import QueryError
from index.requests import (
    CONTEXT,
    MAX_LINES,
    MOST_CONTEXT,
    Collation,
    ConcordanceRequest,
    FacetName,
    LineGroup,
    LineSort,
    Neighbour,
    in_range,
    one_of,
    require_types,
)
from index.results import EDGE, FacetValue, Line, PassageHit, Span
from index.search.answer import Ranked
from index.search.cancellation import still_wanted
from index.search.context import every_value, hits_in_place
from index.search.lists import by_name, collating
from index.search.places import Places
from index.search.searchable import Searchable, remarks

NEIGHBOURS: tuple[Neighbour, ...] = get_args(Neighbour)
FAR = len(NEIGHBOURS) // 2
"""The neighbours to each side that count."""

MOST_SORTED = 1_000_000
"""Lines that are sorted: some 90 bytes of memory each."""

AT_ONCE = 1_000
"""Passages up to which all lines are read, so that they are counted: 50 ms."""

_NEAR = 12
"""Characters of a text in which the neighbours nearly always are."""

_BATCH = 2_000
_END = "\0"

_KNOWN: Mapping[str, tuple[str, ...]] = {
    "sort": get_args(LineSort),
    "collation": get_args(Collation),
}


def answered(archive: Searchable, request: ConcordanceRequest) -> results.Concordance:
    """The answer to a request."""
    began = time.perf_counter()
    made, search = ConcordanceLines(archive, request), request.search
    answer = made.places.answer
    whole = search.counts or request.group is not None or answer.total <= AT_ONCE
    end = search.offset + search.limit
    read = made.read(None if whole else end + 1)
    groups = made.groups()
    return results.Concordance(
        query=search.query,
        understood=answer.plan.understood,
        passages=answer.total,
        total=read if whole or made.is_sorted or read <= end else None,
        more=read > end,
        offset=search.offset,
        lines=tuple(made.lines(search.offset, end)),
        groups=tuple(groups[:MAX_LINES]),
        group_values=len(groups),
        problems=(*answer.problems, *remarks(archive, search, answer)[0]),
        took_ms=round((time.perf_counter() - began) * 1000, 2),
    )


class ConcordanceLines:
    """The lines that a request asks for, in its order. Reads no more places than that needs.

    Raises:
        QueryError: an option out of its range, or there are too many lines to sort them.
    """

    def __init__(self, archive: Searchable, request: ConcordanceRequest) -> None:
        require_types(request)
        archive.check(replace(request.search, limit=0))
        require_types(request.search)
        for name, known in _KNOWN.items():
            one_of(name, getattr(request, name), known)
        if request.group is not None:
            archive.one_field("group", request.group, get_args(LineGroup))
        in_range("limit", request.search.limit, MAX_LINES)
        in_range("context", request.context, MOST_CONTEXT, hint="")
        if request.only is not None and request.group not in ("form", *NEIGHBOURS):
            raise QueryError(
                "only chooses a group of neighbours or of written forms.",
                hint="Name it in group, or filter the search.",
            )
        self.places = places = archive.places(request.search)
        self._archive = archive
        self._store = archive.store
        self._request = request
        self._order: Sequence[int] | None = None
        if request.sort != "place" or request.only is not None:
            self._order = places.derived((request.sort, request.collation, self._chosen), self._sorted)

    @property
    def _chosen(self) -> tuple[str | None, str | None]:
        return (None, None) if self._request.only is None else (self._request.group, self._request.only)

    def read(self, count: int | None = None) -> int:
        """How many lines are known; of those in the order of the archive as many are read, or all."""
        return self.places.read(count) if self._order is None else len(self._order)

    @property
    def is_sorted(self) -> bool:
        """Whether the lines come in another order than that of the archive, or are some of them."""
        return self._order is not None

    def lines(self, start: int = 0, end: int | None = None) -> Iterator[Line]:
        """The lines from one number to another, or to the last."""
        while end is None or start < end:
            stop = start + _BATCH if end is None else min(end, start + _BATCH)
            stop = min(stop, self.read(stop))
            if start >= stop:
                return
            yield from self._window(range(start, stop) if self._order is None else self._order[start:stop])
            start = stop

    def _window(self, numbers: Sequence[int]) -> Iterator[Line]:
        places = self.places
        keys = sorted({places.keys[number] for number in numbers})
        tiers = places.answer.tiers_of(keys)
        ranked = [Ranked(key, 0.0, tiers[key]) for key in keys if key in tiers]
        found = hits_in_place(self._store, None, ranked, first_rank=0, neighbours=False)
        hits = dict(zip((passage.key for passage in ranked), found, strict=True))
        for number in numbers:
            if hit := hits.get(places.keys[number]):
                yield line(hit, (places.starts[number], places.ends[number]), self._request.context)

    # --- orders ---------------------------------------------------------------------------------------------

    def _sorted(self, places: Places) -> array[int]:
        """The numbers of the places in the order of the lines, of a group only its own."""
        if len(places) > MOST_SORTED:
            raise QueryError(
                said("There are {} lines; up to {} are sorted.", f"{len(places):,}", f"{MOST_SORTED:,}"),
                hint="Narrow the search: a longer query, or a filter.",
            )
        group, only = self._chosen
        numbers: Sequence[int] = range(len(places))
        if group is not None:
            value = self._value(group)
            numbers = [number for number in numbers if value(number) == only]
        still_wanted()
        request = self._request
        if request.sort == "place":
            return array("I", numbers)
        return array("I", sorted(numbers, key=self._key(request.sort, request.collation)))

    def _key(self, sort: LineSort, collation: Collation) -> Callable[[int], Any]:
        """The sort key of a line, from the number of its place."""
        places = self.places
        if sort == "form":
            table = collating(collation)
            return _ranks([form.translate(table) for form in places.written], places.forms).__getitem__
        if sort == "document":
            documents = self._store.documents({key >> POSITION_BITS for key in places.keys})
            name = by_name(collation)
            keys = list(documents)
            ranks = dict(
                zip(keys, _ranks([name(documents[key].title) for key in keys], range(len(keys))), strict=True)
            )
            return lambda number: ranks[places.keys[number] >> POSITION_BITS]
        side, first = self._side(cast(Neighbour, sort))
        text = side.translate(collating(collation))
        return lambda number: text[number * FAR + first : (number + 1) * FAR]

    # --- groups ---------------------------------------------------------------------------------------------

    def groups(self) -> Sequence[FacetValue]:
        """The lines by what is grouped by, the most frequent group first; none where nothing is."""
        group = self._request.group
        if group is None:
            return ()
        if group == "form" or group in NEIGHBOURS:
            counted = self.places.derived(("groups", group), lambda places: self._counted(group, places))
            return [FacetValue(value, value, count) for value, count in counted]
        self.places.read()
        facet = cast(FacetName, group)
        return every_value(self._archive.folders, self.places.answer, facet, "occurrences")

    def _counted(self, group: str, places: Places) -> tuple[tuple[str, int], ...]:
        count: Counter[str]
        if group == "form":
            count = places.counted()
        else:
            side, first = self._side(cast(Neighbour, group))
            count = Counter(side[first::FAR])
            if _END in count:
                count[EDGE] = count.pop(_END)
        return tuple(sorted(count.items(), key=lambda group: (-group[1], group[0])))

    def _value(self, group: str) -> Callable[[int], str]:
        """The group of a place, from its number."""
        places = self.places
        if group == "form":
            return lambda number: places.written[places.forms[number]]
        side, first = self._side(cast(Neighbour, group))
        side = side.replace(_END, EDGE)
        return lambda number: side[number * FAR + first]

    # --- neighbours -----------------------------------------------------------------------------------------

    def _side(self, neighbour: Neighbour) -> tuple[str, int]:
        """All neighbours of a side, and which of each place is meant."""
        left = neighbour.startswith("left")
        side = self.places.derived(("neighbours", left), lambda places: self._neighbours(places, left))
        return side, int(neighbour[-1]) - 1

    def _neighbours(self, places: Places, left: bool) -> str:
        """What is nearest to each place on a side, folded: ``FAR`` characters, the nearest first."""
        found: list[str] = []
        at = 0
        while at < len(places):
            still_wanted(at, len(places))
            last = places.keys[min(at + _BATCH, len(places)) - 1]
            end = bisect_right(places.keys, last, at)
            texts = {key: repeated(text) for key, text in self._store.texts(sorted(set(places.keys[at:end])))}
            parts = [self._beside(places, texts, i, left, _NEAR) for i in range(at, end)]
            for i, normal in zip(range(at, end), self._archive.analyzer.normal_texts(parts), strict=True):
                near, width = normal.replace(BOUNDARY, ""), _NEAR
                room = places.starts[i] if left else len(texts[places.keys[i]]) - places.ends[i]
                while len(near) < FAR and width < room:  # blanks and marks between: they are not neighbours
                    width *= 8
                    part = self._beside(places, texts, i, left, width)
                    near = self._archive.analyzer.normal_text(part).replace(BOUNDARY, "")
                found.append((near[::-1] if left else near)[:FAR].ljust(FAR, _END))
            at = end
        return "".join(found)

    @staticmethod
    def _beside(places: Places, texts: Mapping[int, str], number: int, left: bool, width: int) -> str:
        """As many characters of the text on a side of a place: never all, a long text has many places."""
        text, start, end = texts[places.keys[number]], places.starts[number], places.ends[number]
        return text[max(0, start - width) : start] if left else text[end : end + width]


def _ranks(values: Sequence[object], numbers: Sequence[int]) -> list[int]:
    """Of each number the place of its value among all values in order; equal values have equal places."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(values)))}  # type: ignore[type-var]
    by_value = [ranks[value] for value in values]
    return [by_value[number] for number in numbers]


_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*")


def lines_of(hit: PassageHit, context: int = CONTEXT) -> Iterator[Line]:
    """The lines of a found passage, in the order of its text; at least one."""
    return (line(hit, span, context) for span in hit.spans or ((0, 0),))


def line(hit: PassageHit, span: Span, context: int) -> Line:
    """The line of one place of a passage."""
    start, end = span
    document = hit.document
    details = {name: getattr(document, name) for name in ASKED}
    return Line(
        left=_in_one(hit.text[max(0, start - context) : start]),
        hit=_in_one(hit.text[start:end]),
        right=_in_one(hit.text[end : end + context]),
        title=document.title,
        author=hit.author,
        date=document.when or None,
        section=" › ".join(hit.section),
        path=document.path,
        passage_id=hit.passage_id,
        tier=hit.tier,
        affiliation=hit.affiliation,
        **{**details, "page": hit.page},
    )


def _in_one(text: str) -> str:
    return text if text.isprintable() else _LINE_ENDS.sub(" ", text)

"""A concordance: the lines of all places of an answer, sorted, grouped and counted by what is beside them."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, cast, get_args

from archive.errors import said
from archive.store import POSITION_BITS, TextStore
from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY, repeated
from index.errors import QueryError
from index.results import EDGE, Collation, ConcordanceRequest, FacetValue, Line, LineSort, Neighbour
from index.search.answer import Ranked
from index.search.cancellation import still_wanted
from index.search.context import hits_in_place
from index.search.lines import line
from index.search.lists import by_name, collating
from index.search.places import Places

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

Sides: TypeAlias = tuple[str, str]
"""The neighbours to the left of all places and those to the right: of each ``FAR``, the nearest first."""


class Concordance:
    """The lines that a request asks for, in its order. Reads no more places than that needs."""

    def __init__(
        self, places: Places, store: TextStore, analyzer: Analyzer, request: ConcordanceRequest
    ) -> None:
        self._places = places
        self._store = store
        self._analyzer = analyzer
        self._request = request
        self._group = request.group
        if request.only is not None and self._group not in ("form", *NEIGHBOURS):
            raise QueryError(
                "only chooses a group of neighbours or of written forms.",
                hint="Name it in group, or filter the search.",
            )
        self._order: Sequence[int] | None = None
        if request.sort != "place" or request.only is not None:
            self._order = places.derived((request.sort, request.collation, self._chosen), self._sorted)

    @property
    def _chosen(self) -> tuple[str | None, str | None]:
        return (None, None) if self._request.only is None else (self._group, self._request.only)

    def read(self, count: int | None = None) -> int:
        """How many lines are known; of those in the order of the archive as many are read, or all."""
        return self._places.read(count) if self._order is None else len(self._order)

    @property
    def is_complete(self) -> bool:
        """Whether all lines are known."""
        return self._order is not None or self._places.complete

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
        places = self._places
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
        """What the lines are sorted by, from the number of a place."""
        places = self._places
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

    def groups(self) -> list[FacetValue]:
        """The lines by their neighbours or written forms, the most frequent group first."""
        assert self._group is not None
        counted = self._places.derived(("groups", self._group), self._counted)
        return [FacetValue(value, value, count) for value, count in counted]

    def _counted(self, places: Places) -> tuple[tuple[str, int], ...]:
        count: Counter[str]
        if self._group == "form":
            count = places.counted()
        else:
            side, first = self._side(cast(Neighbour, self._group))
            count = Counter(side[first::FAR])
            if _END in count:
                count[EDGE] = count.pop(_END)
        return tuple(sorted(count.items(), key=lambda group: (-group[1], group[0])))

    def _value(self, group: str) -> Callable[[int], str]:
        """The group of a place, from its number."""
        places = self._places
        if group == "form":
            return lambda number: places.written[places.forms[number]]
        side, first = self._side(cast(Neighbour, group))
        side = side.replace(_END, EDGE)
        return lambda number: side[number * FAR + first]

    # --- neighbours -----------------------------------------------------------------------------------------

    def _side(self, neighbour: Neighbour) -> tuple[str, int]:
        """All neighbours of a side, and which of each place is meant."""
        left, right = self._places.derived("neighbours", self._neighbours)
        return left if neighbour.startswith("left") else right, int(neighbour[-1]) - 1

    def _neighbours(self, places: Places) -> Sides:
        left: list[str] = []
        right: list[str] = []
        at = 0
        while at < len(places):
            still_wanted(at, len(places))
            last = places.keys[min(at + _BATCH, len(places)) - 1]
            end = bisect_right(places.keys, last, at)
            texts = {key: repeated(text) for key, text in self._store.texts(sorted(set(places.keys[at:end])))}
            before = [(texts[places.keys[i]], 0, places.starts[i]) for i in range(at, end)]
            behind = [(texts[places.keys[i]], places.ends[i], None) for i in range(at, end)]
            left += (near[::-1][:FAR].ljust(FAR, _END) for near in self._near(before, last=True))
            right += (near[:FAR].ljust(FAR, _END) for near in self._near(behind, last=False))
            at = end
        return "".join(left), "".join(right)

    def _near(self, sides: Sequence[tuple[str, int, int | None]], *, last: bool) -> Iterator[str]:
        """What is nearest in these parts of texts, at their end (``last``) or their beginning, folded."""
        parts = [
            text[max(start, (end or 0) - _NEAR) : end] if last else text[start : start + _NEAR]
            for text, start, end in sides
        ]
        for normal, part, (text, start, end) in zip(
            self._analyzer.normal_texts(parts), parts, sides, strict=True
        ):
            near = normal.replace(BOUNDARY, "")
            if len(near) < FAR and len(part) == _NEAR:
                near = self._analyzer.normal_text(text[start:end]).replace(BOUNDARY, "")
            yield near


def _ranks(values: Sequence[object], numbers: Sequence[int]) -> list[int]:
    """Of each number the place of its value among all values in order; equal values have equal places."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(values)))}  # type: ignore[type-var]
    by_value = [ranks[value] for value in values]
    return [by_value[number] for number in numbers]

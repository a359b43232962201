"""Orders of documents by a field, by pinyin and with numbers by value; those without the field come last."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate

from msgspec import Struct

from archive.store import TextStore
from index.search.lists import by_name

_TOGETHER = 1_000
"""Documents that an engine is asked for at a time."""


class DocumentRun(Struct, frozen=True):
    """Some documents that follow each other: which of their passages are meant, and where a document is."""

    places: Mapping[int, int]
    offset: int
    limit: int


class Sorted(Struct, frozen=True):
    """The documents of an answer in an order, and how many passages there are up to the end of each."""

    documents: array[int]
    ends: list[int]

    def runs(self, offset: int, limit: int) -> Iterator[DocumentRun]:
        """What a page has: documents that it has as a whole at a time, a part of a document alone."""
        end = min(offset + limit, self.ends[-1] if self.ends else 0)
        while offset < end:
            first = bisect_right(self.ends, offset)
            before = self.ends[first - 1] if first else 0
            whole = first if before < offset else bisect_right(self.ends, end)
            last = min(max(first + 1, whole), first + _TOGETHER)
            upto = min(end, self.ends[last - 1])
            places = {key: place for place, key in enumerate(self.documents[first:last])}
            yield DocumentRun(places, offset - before, upto - offset)
            offset = upto


class Orders:
    """The orders of one store. Each is made once, when it is first asked for."""

    def __init__(self, store: TextStore) -> None:
        self._store = store
        self._known: dict[str, array[int]] = {}

    def of(self, field: str, counts: Mapping[int, int]) -> Sorted:
        """The documents that have passages, by their counts, in the order of a field."""
        if field not in self._known:
            self._known[field] = self._made(field)
        documents = array("q", (key for key in self._known[field] if key in counts))
        return Sorted(documents, list(accumulate(counts[key] for key in documents)))

    def _made(self, field: str) -> array[int]:
        values = self._store.values(field)
        name = by_name("pinyin")
        keys = {value: (value is None, name(value or "")) for value in {value for _, value in values}}
        values.sort(key=lambda item: keys[item[1]])
        return array("q", (key for key, _ in values))

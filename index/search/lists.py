"""Lists of names and orders of documents: filtered by what is typed, sorted by pinyin, strokes or number."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import accumulate
from typing import Any, Literal, TypeAlias, TypeVar

from msgspec import Struct

from archive.file_names import order_key
from archive.store import TextStore
from archive.text.folding import section
from archive.text.numerals import NUMERAL, number
from index.analysis.analyzer import Analyzer
from index.requests import Collation

_T = TypeVar("_T")

ListOrder: TypeAlias = Literal["order", "pinyin", "strokes", "count"]


class Arrangement(Struct, frozen=True):
    """Which names of a list are wanted, and in which order.

    Attributes:
        filter: words with spaces between them, each a part of the name as folding sees it, or the start of
            the pinyin of a part (``shiji``), or initials (``sj``).
        by: ``order``, in which the list comes; by the first customary ``pinyin`` or by ``strokes``, character
            by character, numbers by their value; by ``count``, the largest first.
    """

    filter: str = ""
    by: ListOrder = "order"


_NUMERAL = re.compile(
    f"(?<=[第卷其之（(])[{NUMERAL}]+|(?<=.)[{NUMERAL}]+(?=[章回卷节集册篇月日年届期号辑编部])|^[{NUMERAL}]+(?=[、．]|[月日]$)"
)
_PART = re.compile("(?<=[卷（(])[上中下]|[上中下](?=[册卷集部编篇]$)")

_MARKS = re.compile(r"\A\W+")
"""Marks before a name, which it is not sorted by: ◎, 《."""

AS_IT_COMES = Arrangement()


def arranged(
    items: Iterable[_T],
    how: Arrangement,
    analyzer: Analyzer,
    name: Callable[[_T], str],
    count: Callable[[_T], int],
) -> list[_T]:
    """The items whose name is wanted, in the order that is wanted; equal ones keep theirs."""
    words = [analyzer.normal(word).text for word in how.filter.split()]

    def has(text: str) -> bool:
        return all(word in text or (word.isascii() and _sounds(text, word)) for word in words)

    found = [item for item in items if not words or has(analyzer.normal(name(item)).text)]
    if how.by == "count":
        found.sort(key=count, reverse=True)
    elif how.by != "order":
        sounds = by_name(how.by)
        found.sort(key=lambda item: sounds(name(item)))
    return found


def by_name(collation: Collation) -> Callable[[str], Any]:
    """The key that sorts names, without marks before them, their numbers by value: 卷二, 卷十; 上册, 中册."""
    table = collating(collation)

    def key(name: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
        name = _PART.sub(lambda part: str("上中下".index(part[0])), _MARKS.sub("", name))
        name = _NUMERAL.sub(lambda numeral: f"{number(numeral[0]) or numeral[0]}", name)
        return tuple(
            tuple((is_text, value, text.translate(table)) for is_text, value, text in parts)
            for parts, _ in order_key(name)
        )

    return key


def _sounds(name: str, typed: str) -> bool:
    syllables = [_customary().get(character, character) for character in name]
    return typed in "".join(syllable[0] for syllable in syllables) or any(
        "".join(syllables[start : start + len(typed)]).startswith(typed) for start in range(len(syllables))
    )


@cache
def _customary() -> dict[str, str]:
    """The customary syllable of each character."""
    lines = (line.partition("\t") for line in section("readings.tsv", "1").split("\n"))
    return {character: syllable for syllable, _, characters in lines for character in characters}


@cache
def collating(collation: Collation) -> dict[int, str]:
    """For ``str.translate``: each character of an order to one of a private plane, behind all others."""
    if collation == "code":
        return {}
    characters = section("orders.tsv", collation).strip()
    return {ord(character): chr(0x100000 + place) for place, character in enumerate(characters)}


_TOGETHER = 1_000
"""Documents that an engine is asked for at a time."""


class DocumentRun(Struct, frozen=True):
    """Successive documents: the place of each, and which of their passages a page has."""

    places: Mapping[int, int]
    offset: int
    limit: int


class Sorted(Struct, frozen=True):
    """The documents of an answer in an order, and how many passages there are up to the end of each."""

    documents: array[int]
    ends: list[int]

    def runs(self, offset: int, limit: int) -> Iterator[DocumentRun]:
        """The documents of a page: those that it has whole together, one that it has in part alone."""
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

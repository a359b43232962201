"""Running heads, page numbers and watermarks: what returns on the pages of a PDF."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Final

from msgspec import Struct

from archive.page.note_lines import note_reference
from archive.readers.pdf.page import LineSegment, PageText
from archive.text.numerals import number

_EDGE: Final = 0.14
"""The part of a page, from each end, where running heads and page numbers are."""
_MOST: Final = 40
"""The most segments of a row on the edge."""
_NUMERALS: Final = re.compile("[0-9０-９]+|[〇零一二三四五六七八九十百]+")
_NUMBER: Final = re.compile(
    "^[\\s—―─－–\\-·•.~～|/第共页頁版Pp]*([0-9０-９]{1,4}|[〇零一二三四五六七八九十百]{1,6}|[ivxlc]{1,7})"
    "(?:\\s*[/／]\\s*[0-9]{1,4}|\\s*[页頁]?[,，、\\s]*共\\s*[0-9]{1,4}\\s*)?[\\s—―─－–\\-·•.~～|页頁版]*$"
)
_ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Place(Struct, frozen=True):
    """A segment on the edge of a page: at which edge, how far from it (in hundredths of the page), and how it
    reads without its numbers."""

    page: int
    segment: LineSegment
    edge: int
    depth: float
    text: str


def take_furniture(pages: list[PageText]) -> tuple[list[str], list[list[str]]]:
    """Take running heads and page numbers out of the pages; return the printed number of each (or empty) and
    the new heads.
    """
    places = [place for index, page in enumerate(pages) for place in _on_edges(page, index)]
    numbers = _numbers(places, len(pages))
    heads = _heads([place for place in places if id(place.segment) not in numbers], len(pages))
    labels = [""] * len(pages)
    new: list[list[str]] = [[] for _ in pages]
    seen: set[str] = set()
    for place in places:
        if id(place.segment) in numbers:
            labels[place.page] = labels[place.page] or numbers[id(place.segment)]
        elif id(place.segment) in heads and place.text not in seen:
            seen.add(place.text)
            new[place.page].append(place.segment.text)
    gone = heads | set(numbers) | _watermarks(pages)
    for page in pages:
        page.segments = [one for one in page.segments if id(one) not in gone]
    return labels, new


def _on_edges(page: PageText, index: int) -> Iterator[_Place]:
    low, high, top, bottom = page.extent
    bases = sorted(one.base for one in page.segments)
    for one in page.segments:
        begins_a_note = (one.raised and one.raised[0][0] == 0) or note_reference(one.text)
        if len(one.text) > 80 or begins_a_note:
            continue
        middle = (one.base - top) / ((bottom - top) or 1)
        ends = ((one.end - low) / ((high - low) or 1), (high - one.start) / ((high - low) or 1))
        depths = (middle, 1 - middle, *ends)
        edge = min(range(4), key=lambda at: depths[at])
        if depths[edge] < _EDGE and (edge > 1 or _is_apart(one, edge, bases)):
            text = _NUMERALS.sub("#", one.text.replace(" ", ""))
            yield _Place(index, one, edge, 100 * depths[edge], text)


def _is_apart(one: LineSegment, edge: int, bases: list[float]) -> bool:
    """Whether at most one row is between a segment and the edge, and a wider gap on its inner side than
    between lines of text."""
    near = 0.4 * one.size
    above, below = bisect_left(bases, one.base - near), bisect_right(bases, one.base + near)
    if (above if edge == 0 else len(bases) - below) > _MOST:
        return False
    outer = bases[:above] if edge == 0 else bases[below:]
    inner = bases[below : below + 1] if edge == 0 else bases[above - 1 : above]
    rows = 1 + sum(b - a > near for a, b in itertools.pairwise(outer)) if outer else 0
    return rows < 2 and (not inner or abs(inner[0] - one.base) > 1.9 * one.size)


def _numbers(places: list[_Place], pages: int) -> dict[int, str]:
    """The page numbers by the identity of their segments: they count with the pages."""
    runs: dict[tuple[int, bool], list[tuple[_Place, str]]] = defaultdict(list)
    for place in places:
        if found := _NUMBER.match(place.segment.text):
            roman = found[1][0] in _ROMAN
            value = _roman(found[1]) if roman else number(found[1])
            if value is not None:
                runs[value - place.page, roman].append((place, found[1]))
    return {
        id(place.segment): label
        for run in runs.values()
        if len({place.page for place, _ in run}) >= min(pages, 2)
        for place, label in run
    }


def _watermarks(pages: list[PageText]) -> set[int]:
    """What is large, and in the same place on three pages or more and on half of them."""
    segments = [one for page in pages for one in page.segments]
    large = 1.5 * median(one.size for one in segments) if segments else 0.0
    same: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for one in segments:
        if one.size > large:
            same[one.text, round(one.start), round(one.base)].append(id(one))
    often = max(3, len(pages) / 2)
    return {mark for marks in same.values() if len(marks) >= often for mark in marks}


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def _heads(places: list[_Place], pages: int) -> set[int]:
    """The running heads, by identity: the same words at the same depth on several pages; and what is in their
    place on others (the heads of short chapters)."""
    least = 3 if pages > 4 else 2
    by_text: dict[tuple[int, str], list[_Place]] = defaultdict(list)
    for place in places:
        if any(char.isalpha() for char in place.text):
            by_text[place.edge, place.text].append(place)
    heads: set[int] = set()
    slots: Counter[tuple[int, int]] = Counter()
    for same in by_text.values():
        usual = Counter(round(place.depth) for place in same).most_common(1)[0][0]
        near = [place for place in same if abs(place.depth - usual) < 2]
        if len({place.page for place in near}) >= least:
            heads.update(id(place.segment) for place in near)
            slots.update((place.edge, round(place.depth)) for place in near)
    taken = {slot for slot, count in slots.items() if count * 3 > pages}
    heads.update(id(place.segment) for place in places if (place.edge, round(place.depth)) in taken)
    return heads

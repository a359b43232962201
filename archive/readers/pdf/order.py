"""The segments of a page in reading order: columns one after the other, each with its rows.

A gutter parts columns of text, not the cells of a table: a program writes the one column to its end before
the other, or both are filled with lines of one width. What crosses the gutter (a title, a wide picture's
caption) is read where it is, between the bands of columns above and below it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Final

from msgspec import Struct

from archive.readers.pdf.page import LineSegment, apart

_GUTTER: Final = 0.8
"""The least width of a gutter, in ems."""


_DEEPEST: Final = 20
"""Columns in columns."""


class Column(Struct):
    """Rows of one column, each with its cells, and the bounds of the column."""

    rows: list[list[LineSegment]]
    start: float
    end: float


def columns(segments: list[LineSegment], deep: int = 0) -> Iterator[Column]:
    """The columns of a page in reading order."""
    if not segments:
        return
    segments = sorted(segments, key=lambda one: (one.base, one.start))
    gutter = _gutter(segments) if deep < _DEEPEST else None
    bands = _bands(segments, *gutter) if gutter else [([], [], segments)]
    if len(bands) == 1 and not bands[0][0]:
        yield Column(_rows(segments), min(one.start for one in segments), _end(segments))
        return
    for left, right, across in bands:
        for part in (left, right, across):
            yield from columns(part, deep + 1)


def _end(segments: list[LineSegment]) -> float:
    """Where most full rows end: others may have their last mark in the margin."""
    ends = Counter(round(one.end) for one in segments)
    last = max(one.end for one in segments)
    often = [end for end, count in ends.items() if count > 2 and last - end < 2 * segments[0].size]
    return float(max(often, key=lambda end: (ends[end], end))) if often else last


def _gutter(segments: list[LineSegment]) -> tuple[float, float] | None:
    """The widest gap along the lines, crossed by the fewest segments, with three or more at either side."""
    width = _GUTTER * median(one.size for one in segments)
    starts, ends = sorted(one.start for one in segments), sorted(one.end for one in segments)
    best: tuple[float, float, float] | None = None
    for place in dict.fromkeys(ends):
        left, first = bisect_right(ends, place), bisect_left(starts, place + width)
        right = len(starts) - first
        if min(left, right) >= 3:
            score = 2 * min(left, right) - (len(starts) - left - right)
            if best is None or score > best[0]:
                best = (score, place, starts[first])
    return best[1:] if best else None


def _bands(
    segments: list[LineSegment], low: float, high: float
) -> list[tuple[list[LineSegment], list[LineSegment], list[LineSegment]]]:
    """The page from top to bottom: either what is left and right of a gutter, or what crosses it."""
    bands: list[tuple[list[LineSegment], list[LineSegment], list[LineSegment]]] = []
    left: list[LineSegment] = []
    right: list[LineSegment] = []

    def close() -> None:
        for side, other in 2 * ((left, right), (right, left)):
            if side and other and side[0].bottom < other[0].top and _is_centred(side[0], segments):
                across([side.pop(0)])  # a byline between a title and its columns
        if _are_columns(left, right):
            bands.append((list(left), list(right), []))
        elif rest := left + right:
            across(rest)
        left.clear()
        right.clear()

    def across(found: list[LineSegment]) -> None:
        if bands and bands[-1][2]:
            bands[-1][2].extend(found)
        else:
            bands.append(([], [], found))

    for one in segments:
        if one.end <= low:
            left.append(one)
        elif one.start >= high:
            right.append(one)
        else:
            close()
            across([one])
    close()
    return bands


def _is_centred(one: LineSegment, segments: list[LineSegment]) -> bool:
    low, high = min(other.start for other in segments), max(other.end for other in segments)
    return abs((one.start - low) - (high - one.end)) < one.size


def _are_columns(left: list[LineSegment], right: list[LineSegment]) -> bool:
    """Whether these are two columns of text: beside each other, and not the cells of rows."""
    if min(len(left), len(right)) < 2:
        return False
    top = max(left[0].top, right[0].top)
    bottom = min(max(one.bottom for one in side) for side in (left, right))
    if any(sum(top <= one.base <= bottom for one in side) < 2 for side in (left, right)):
        return False
    ordered = sorted([(one.order, False) for one in left] + [(one.order, True) for one in right])
    turns = sum(one[1] != other[1] for one, other in itertools.pairwise(ordered))
    return turns < max(3, min(len(left), len(right)) // 3) or all(map(_filled, (left, right)))


def _filled(side: list[LineSegment]) -> bool:
    widths = [one.end - one.start for one in side]
    return 10 * sum(one > 0.85 * max(widths) for one in widths) >= 6 * len(side) and max(widths) > 8 * median(
        one.size for one in side
    )


def _rows(segments: list[LineSegment]) -> list[list[LineSegment]]:
    """The rows of a column: segments on one line are its cells, or one where there is hardly a gap."""
    usual = median(one.size for one in segments)
    small = [one for one in segments if one.size < 0.65 * usual]
    rows: list[list[LineSegment]] = []
    for one in segments:
        if one.size < 0.65 * usual and len(small) < len(segments):
            continue
        last = rows[-1] if rows else None
        if last and one.base - last[0].base < 0.4 * min(one.size, last[0].size):
            at = bisect_left([other.start for other in last], one.start)
            before = at == 0 or last[at - 1].end < one.start + 0.5 * one.size
            if before and (at == len(last) or one.end < last[at].start + 0.5 * one.size):
                last.insert(at, one)
                continue
        rows.append([one])
    rows = [_joined(row) for row in rows]
    for one in small if len(small) < len(segments) else ():
        if not _beside(one, rows):
            rows.insert(bisect_left([row[0].base for row in rows], one.base), [one])
    return rows


def _joined(row: list[LineSegment]) -> list[LineSegment]:
    cells = row[:1]
    for one in row[1:]:
        last = cells[-1]
        gap = (one.start - last.end) / max(one.size, last.size)
        if gap > 1.2:
            cells.append(one)
            continue
        space = " " if apart(last.text[-1], one.text[0], gap) else ""
        length = len(last.text) + len(space)
        larger = one if len(one.text) > len(last.text) else last
        cells[-1] = LineSegment(
            last.text + space + one.text,
            last.start,
            max(last.end, one.end),
            larger.base,
            larger.size,
            larger.bold,
            last.raised + [(low + length, high + length) for low, high in one.raised],
            last.order,
            last.places + [one.start] * len(space) + one.places,
        )
    return cells


def _beside(ruby: LineSegment, rows: list[list[LineSegment]]) -> bool:
    """Put small characters above (or to the right of) a line into it, below the characters that they read."""
    at = bisect_right([row[0].base for row in rows], ruby.base)
    for one in (one for row in rows[at : at + 2] for one in row):
        near = -0.6 * one.size < one.top - ruby.bottom < 0.4 * one.size
        if near and one.start - 0.6 * one.size < ruby.start and ruby.end < one.end + 0.6 * one.size:
            for word in reversed(list(re.finditer("\\S+", ruby.text))):
                end = ruby.places[word.end()] if word.end() < len(ruby.places) else ruby.end
                _insert(one, max(1, bisect_left(one.places, end - 0.3 * one.size)), word[0])
            return True
    return False


def _insert(one: LineSegment, place: int, text: str) -> None:
    one.text = one.text[:place] + text + one.text[place:]
    one.places[place:place] = [one.places[place - 1]] * len(text)
    moved = [(a + len(text), b + len(text)) if a >= place else (a, b) for a, b in one.raised]
    one.raised = sorted([*moved, (place, place + len(text))])

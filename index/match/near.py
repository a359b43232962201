"""Places of what can be a side of a nearness, and which of them have a partner."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from index.match.haystack import Haystack
from index.match.pattern import pattern_places
from index.query.nodes import Near, Node, Or, Pattern, Run

Place: TypeAlias = tuple[int, int]
"""``(start, end)`` in characters of the normal form, end exclusive."""


def side_places(node: Node, text: Haystack, most: int | None = None) -> set[Place]:
    """The places of a run, a pattern, a nearness, or alternatives of these.

    Of each run or pattern at most ``most``. The places of a nearness are those of its sides with a partner.
    """
    if isinstance(node, Or):
        return {place for child in node.children for place in side_places(child, text, most)}
    if isinstance(node, Near):
        left, right = side_places(node.left, text), side_places(node.right, text)
        return {*_with_partner(left, right, node.distance), *_with_partner(right, left, node.distance)}
    if isinstance(node, Run):
        found = text.occurrences(node)
    elif isinstance(node, Pattern):
        found = pattern_places(node, text)
    else:
        raise TypeError(f"{type(node).__name__} has no places of its own to be near")
    return {text.in_normal(*place) for place in islice(found, most)}


def highlights(node: Node, text: Haystack, places: set[Place]) -> set[Place]:
    """Of the places of ``node`` those given, and, of a nearness, all that they are near to."""
    if isinstance(node, Or):
        return {
            place
            for child in node.children
            for place in highlights(child, text, places & side_places(child, text))
        }
    if not isinstance(node, Near):
        return places
    left, right = side_places(node.left, text), side_places(node.right, text)
    lit_left = (left & places).union(_with_partner(left, right & places, node.distance))
    lit_right = (right & places).union(_with_partner(right, left & places, node.distance))
    return highlights(node.left, text, lit_left) | highlights(node.right, text, lit_right)


def _with_partner(places: set[Place], others: set[Place], distance: int) -> Iterator[Place]:
    """Those of ``places`` with one of ``others`` at most ``distance`` characters away, not overlapping."""
    starts = sorted(start for start, _ in others)
    ends = sorted(end for _, end in others)
    for start, end in places:
        behind = bisect_left(starts, end) < bisect_right(starts, end + distance)
        if behind or bisect_left(ends, start - distance) < bisect_right(ends, start):
            yield start, end

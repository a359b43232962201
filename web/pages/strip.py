"""Where the hits of a document are, as a strip beside its text: a line for each, and links to zones of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from web.pages.cutting import Slice

LINES = 500
"""Places that a strip tells apart."""


Zone: TypeAlias = tuple[str, int, int, float, float]
"""A part of the strip: where it leads, the numbers of its first and last hit, its place and height."""


def hit_strip(
    hits: Sequence[int], known: Mapping[int, Sequence[Slice]], zones: int, address: Callable[[int], str]
) -> tuple[str, tuple[Zone, ...]]:
    """All hits of a document as one shape of SVG, 24 wide and LINES high, and the zones that lead to them.

    ``hits``: of each part; at equal distances where they are not known.
    """
    places = list(_places(hits, known))
    height = LINES / zones
    begins: dict[int, list[int]] = {}
    for number, place in enumerate(places, 1):
        begins.setdefault(int(place * zones), []).append(number)
    lines = sorted({int(place * LINES) for place in places})
    return (
        "".join(f"M4 {line}h16v2h-16z" for line in lines),
        tuple(
            (address(numbers[0]), numbers[0], numbers[-1], zone * height, height)
            for zone, numbers in sorted(begins.items())
        ),
    )


def _places(hits: Sequence[int], known: Mapping[int, Sequence[Slice]]) -> Iterator[float]:
    """The place of each hit in the document, from 0 to 1; its parts are taken as equally long."""
    for part, number in enumerate(hits):
        slices = known.get(part + 1)
        if slices is None:
            yield from ((part + (i + 0.5) / number) / len(hits) for i in range(number))
            continue
        length = sum(len(one.piece.text) for one in slices) or 1
        before = 0
        for one in slices:
            for start, _ in one.piece.spans:
                if start >= 0:
                    yield (part + (before + start) / length) / len(hits)
            before += len(one.piece.text)

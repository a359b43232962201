"""Keys: integers that name documents, sections and passages within a generation, in the order of the archive.

A document's key (39 bits) is the place of its text in the archive, measured in bytes of source and scaled, so
it can be given while the texts are still being read, and leaves room after each document in proportion to its
size. ``by_date`` is a passage's date (22 bits), then its place in that order (41 bits): it needs
neither the dates of the other documents nor their number.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from archive.store import POSITION_BITS

DOCUMENT_BITS = 39
MAX_PASSAGES = 1 << POSITION_BITS
MAX_SECTIONS = MAX_PASSAGES - 1

# A full build uses half of the keys; an eighth before and three eighths after it are for updates.
FIRST = 1 << (DOCUMENT_BITS - 3)
AFTER_LAST = FIRST + (1 << (DOCUMENT_BITS - 1))
LIMIT = 1 << DOCUMENT_BITS

_PLACE_BITS = 41
_PLACES_A_KEY = 2  # bits: each document key has four places in the order by date
_UNDATED = (1 << 22) - 1


class KeyRoomError(Exception):
    """There are not enough keys left at this place: the archive has to be rebuilt."""


class Span(Struct, frozen=True):
    """The document keys from ``low`` to before ``high``, for the documents of one source file."""

    low: int
    high: int


class Dates(Struct, frozen=True):
    """A document's date as integers, ``first`` and ``last`` as ``YYYYMMDD``; all 0, and ``day`` the last,
    where it has none.
    """

    year: int
    first: int
    last: int
    day: int


def document_of(key: int) -> int:
    """The document key of a passage's or a section's key."""
    return key >> POSITION_BITS


def passage_key(document: int, position: int) -> int:
    """The key of the passage at this position, from 0, of the document's reading order."""
    return document << POSITION_BITS | position


def section_key(document: int, index: int) -> int:
    """The key of a section; ``index`` from 0."""
    return document << POSITION_BITS | (index + 1)


def by_date(day: int, document: int, position: int) -> int:
    """The integer that sorts by date, then in the order of the archive; undated ones come last."""
    return day << _PLACE_BITS | ((document << _PLACES_A_KEY) + position)


def room(passages: int) -> int:
    """How many document keys a document with so many passages takes."""
    return (passages >> _PLACES_A_KEY) + 1


def dates(date: str | None) -> Dates:
    """The integers of ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, or of two of these with ``/`` between them.

    Of an interval that is not in one year ``year`` is 0.

    Raises:
        ValueError: it is none of these.
    """
    if date is None:
        return Dates(0, 0, 0, _UNDATED)
    begin, between, end = date.partition("/")
    if between:
        from_, to = dates(begin), dates(end)
        if from_.first > to.last:
            raise ValueError(f"ends before it begins: {date!r}")
        return Dates(from_.year if from_.year == to.year else 0, from_.first, to.last, from_.day)
    parts = [int(part) for part in date.split("-")]
    year, month, day = (*parts, 0, 0)[:3]
    if len(parts) > 3 or not (0 < year <= 9999 and 0 <= month <= 12 and 0 <= day <= 31):
        raise ValueError(f"not a date: {date!r}")
    first = year * 10000 + (month or 1) * 100 + (day or 1)
    last = year * 10000 + (month or 12) * 100 + (day or 31)
    return Dates(year, first, last, (year * 12 + (month or 1)) * 32 + (day or 1))


def spans(sizes: Sequence[int], low: int = FIRST, high: int = AFTER_LAST) -> list[Span]:
    """The keys between ``low`` and ``high``, shared among files by their sizes in bytes, in this order.

    Raises:
        KeyRoomError: there is less than a key a byte.
    """
    total = sum(sizes) + len(sizes)
    if total > high - low:
        raise KeyRoomError(f"{high - low} keys are too few for {total} bytes of source")
    result = []
    before = 0
    for size in sizes:
        start = low + (high - low) * before // total
        before += size + 1
        result.append(Span(start, low + (high - low) * before // total))
    return result


def spans_between(sizes: Sequence[int], low: int, high: int) -> list[Span]:
    """Like ``spans`` for files that an update puts between two others, leaving room for the next ones.

    Each takes the middle half of its share; at the end of the archive they take a 64th of what is left.
    """
    if high == LIMIT:
        high = low + (high - low) // 64
    return [
        Span(share.low + (share.high - share.low) // 4, share.high - (share.high - share.low) // 4)
        for share in spans([2 * size + 2 for size in sizes], low, high)
    ]


class DocumentKeys:
    """The keys of the documents of one file, in order, within the file's span.

    Args:
        size: the file's size in bytes; no document has more characters than its part of the file has bytes.

    Attributes:
        next: the key of the next document.
    """

    def __init__(self, span: Span, size: int) -> None:
        self.next, self._high = span.low, span.high
        self._unit = max(1, (span.high - span.low) // (size + 1))

    @property
    def most_passages(self) -> int:
        """How many passages the next document may have; -1 where there is no key for it."""
        return min(MAX_PASSAGES, ((self._high - self.next) << _PLACES_A_KEY) - 1)

    def take(self, characters: int, passages: int) -> None:
        """Go on to the key of the document after the next, which has so much in it."""
        left = self._high - self.next
        self.next += max(room(passages), min(self._unit * (characters + 1), left // 2))

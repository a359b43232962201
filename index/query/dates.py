"""Dates of queries and filters, as intervals of days, and the periods that texts are counted by.

The date of a text is an interval of days. It is in a period if it lies there as a whole; a text of 1998 has
no month, and is not spread over twelve: it has a period of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from msgspec import Struct

from archive.model import shown_date
from index.document_keys import dates
from index.query import condition as asked
from index.query.nodes import DateRange, Node, Or, Problem, problem

Unit: TypeAlias = Literal["year", "month", "decade", "reign", "dynasty"]

UNDATED = "none"
"""What the filter by dates calls texts without a date."""

EARLIEST, LATEST = 101, 99991231
_PART = "[0-9]{4}(?:-[0-9]{2}){0,2}"
_VALUE = re.compile(f"=?{_PART}(?:/{_PART})?")
PATTERN = f"^({UNDATED}|=?{_PART}([.]{{2}}|(/|[.]{{2}}){_PART})?|[.]{{2}}{_PART})$"
"""What a value of the filter looks like, for programs; months and days have to be those of a calendar too."""


class Period(Struct, frozen=True, order=True):
    """From the year ``first`` to ``last``; ``value``: its filter; ``apart``: the date of texts in no period
    of the unit.
    """

    first: int
    last: int
    value: str
    label: str
    apart: bool = False


@lru_cache(maxsize=100_000)
def periods(unit: Unit, date: str) -> tuple[Period, ...]:
    """The periods that a date lies in: several where dynasties were at one time; else one of its own."""
    span = dates(date)
    first, last = span.first, span.last
    if unit in ("reign", "dynasty"):
        from archive.text.eras import dynasties, reigns  # with folding, which a filter by dates does not need

        known = (*(reigns() if unit == "reign" else dynasties()), ("", 1950, 9999))
        found = tuple(
            Period(begin, end, value := _span(begin, end), f"{name} {_label(value)}".strip())
            for name, begin, end in known
            if begin <= first // 10000 and last // 10000 <= end
        )
    elif first // (step := {"year": 10_000, "month": 100, "decade": 100_000}[unit]) != last // step:
        found = ()
    else:
        begin = first // step * step
        year, end = max(1, begin // 10000), (begin + step - 1) // 10000
        value = {"year": f"{year:04}", "month": date[:7], "decade": f"{year:04}..{end:04}"}[unit]
        found = (Period(year, end, value, _label(value)),)
    return found or (Period(first // 10000, last // 10000, f"={date}", _label(date), apart=True),)


def _span(first: int, last: int) -> str:
    return f"{first:04}..{last:04}".removesuffix("9999")


def _label(value: str) -> str:
    return shown_date(value.replace("..", "/")).lstrip("0")


def days(value: str) -> tuple[int, int, int, int]:
    """The days between which a date begins, and those between which it ends, by a value of the filter.

    ``1937-07..1945-08``, ``1937..``, ``1998``: those that lie in it as a whole; with ``=`` before it those
    that are just this; ``none``: none, four times 0.

    Raises:
        ValueError: it is none of these.
    """
    if value == UNDATED:
        return 0, 0, 0, 0
    begin, between, end = value.partition("..")
    span = f"{begin or '0001'}/{end or '9999'}" if between and begin + end else begin
    if not _VALUE.fullmatch(span):
        raise ValueError(f"not a date: {value!r}")
    found = dates(span.removeprefix("="))
    if value.startswith("="):
        return found.first, found.first, found.last, found.last
    return found.first, found.last, found.first, found.last


def dated(value: str) -> asked.Condition:
    """The condition of a value of the filter. Raises like ``days``."""
    begin, latest_begin, _, end = days(value)
    if not end:
        return asked.Without(asked.EVERYTHING, asked.DateOverlaps(1, LATEST))
    outside = asked.Some((asked.DateOverlaps(1, begin - 1), asked.DateOverlaps(end + 1, LATEST)))
    inside = asked.Without(asked.DateOverlaps(begin, end), outside)
    if latest_begin == end:
        return inside
    days_of_both = (asked.DateOverlaps(begin, begin), asked.DateOverlaps(end, end))
    return asked.All((inside, *days_of_both))


def meet(one: str, other: str) -> str | None:
    """One value of the filter for the texts that meet two values, where one can say that; else None."""
    if UNDATED in (one, other):
        return one if one == other else None
    if exact := next((value for value in (one, other) if value.startswith("=")), None):
        return exact
    first, second = days(one), days(other)
    begin, end = max(first[0], second[0]), min(first[1], second[1])
    return f"{_day(begin)}..{_day(end)}" if begin <= end else None


def _day(day: int) -> str:
    return f"{day // 10000:04}-{day // 100 % 100:02}-{day % 100:02}"


_WEEKDAY = "[(（,，、]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?$"


def date_node(text: str, start: int, problems: list[Problem]) -> Node | None:
    """The days that ``text``, from ``start`` of the query on, names; None and a problem where it names none.

    A name that several dynasties used for a reign gives an Or of its readings.
    """
    from archive.text.dates import DateReading, ends  # takes 4 ms, which few queries need
    from archive.text.eras import fold

    end = start + len(text)
    folded = re.sub(_WEEKDAY, "", "".join(fold(text).split()))
    parts = ends(folded)
    if len(parts) > 2 or not any(parts):
        problems.append(problem("date_unknown", start, end, text))
        return None
    read = list(map(DateReading, parts))
    said = [problem(code, start, end, *values) for part in read for code, *values in part.remarks]
    readings = [part.intervals for part in read]
    problems += said
    if any(part and not intervals for part, intervals in zip(parts, readings, strict=True)):
        if not said:
            problems.append(problem("date_unknown", start, end, text))
        return None
    if len(parts) == 1:
        ranges = tuple(DateRange(first, last, start, end) for first, last in readings[0])
        return ranges[0] if len(ranges) == 1 else Or(ranges)
    first = min((r[0] for r in readings[0]), default=EARLIEST)
    last = max((r[1] for r in readings[1]), default=LATEST)
    if first > last:
        problems.append(problem("date_reversed", start, end))
        first, last = min(r[0] for r in readings[1]), max(r[1] for r in readings[0])
    return DateRange(first, last, start, end)


def date_notation(first: int, last: int) -> str:
    """The days from ``first`` to ``last`` as they are typed behind ``date:``."""
    from calendar import monthrange

    year, month, day = first // 10000, first // 100 % 100, first % 100
    if (first, last) == (year * 10000 + 101, year * 10000 + 1231):
        return str(year)
    if first == last:
        return f"{year}-{month:02}-{day:02}"
    if year and last == first // 100 * 100 + monthrange(year, month)[1] and day == 1:
        return f"{year}-{month:02}"
    begins = "" if first == EARLIEST else str(year) if first % 10000 == 101 else _day(first).lstrip("0")
    ends = "" if last == LATEST else str(last // 10000) if last % 10000 == 1231 else _day(last).lstrip("0")
    return f"{begins}..{ends}"

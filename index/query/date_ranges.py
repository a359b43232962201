"""Dates and ranges of dates of a query, to intervals of ``YYYYMMDD`` integers."""

from __future__ import annotations

import re
from calendar import monthrange

from archive.text.dates import DateReading, ends
from archive.text.eras import fold
from index.query.nodes import DateRange, Node, Or, Problem, problem

EARLIEST = 101
LATEST = 99991231

_WEEKDAY = re.compile("[(（,，、]?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天][)）]?$")


def date_node(text: str, start: int, problems: list[Problem]) -> Node | None:
    """The days that ``text``, from ``start`` of the query on, names; None and a problem where it names none.

    A name that several dynasties used for a reign gives an Or of its readings.
    """
    end = start + len(text)
    folded = _WEEKDAY.sub("", "".join(fold(text).split()))
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
    year, month, day = first // 10000, first // 100 % 100, first % 100
    if (first, last) == (year * 10000 + 101, year * 10000 + 1231):
        return str(year)
    if first == last:
        return f"{year}-{month:02}-{day:02}"
    if year and last == first // 100 * 100 + monthrange(year, month)[1] and day == 1:
        return f"{year}-{month:02}"
    begins = "" if first == EARLIEST else str(year) if first % 10000 == 101 else _day(first)
    ends = "" if last == LATEST else str(last // 10000) if last % 10000 == 1231 else _day(last)
    return f"{begins}..{ends}"


def _day(date: int) -> str:
    return f"{date // 10000}-{date // 100 % 100:02}-{date % 100:02}"

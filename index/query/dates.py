"""Dates and ranges of dates as people write them, to intervals of ``YYYYMMDD`` integers.

A reign alone is all of its years, with a name of the cycle of sixty (光绪戊戌) that year of it. A year
of a reign is taken as the Western year that it mostly falls into, whole: 光绪二十四年 is 1898, although
its last weeks were in 1899 (the Chinese year begins between 21 January and 20 February).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence

from index.query.eras import Era, candidates, cycle, fold
from index.query.nodes import DateRange, Node, Or, Problem, problem
from index.query.numbers import to_digits

_SAID = ("era_year_missing", "era_cycle_missing", "date_cycle")
EARLIEST = 101
LATEST = 99991231

_RANGE = re.compile(r"\.{2,}|…+|~|〜|(?<=[0-9年月日号间])[至到]|——|--")
_NUMERAL = "[0-9〇零○一二三四五六七八九十百千元]+"
_ISO = re.compile(r"([0-9]{1,4})(?:[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?)?|([0-9]{4})([0-9]{2})([0-9]{2})")
_WRITTEN = re.compile(
    rf"({_NUMERAL})年(?:({_NUMERAL}|正)月(?:({_NUMERAL})[日号]?)?)?|([〇零○一二三四五六七八九]{{4}})"
)
_ALL_OF_IT = re.compile("(?:年间|年|间|朝|时期)?")
_COMMON_ERA = re.compile("^(?:公元|西元|西历)")
_TWO_YEARS = re.compile(r"([0-9]{4})-([0-9]{4})")


def date_node(text: str, start: int, problems: list[Problem]) -> Node | None:
    """The days that ``text``, from ``start`` of the query on, names; None and a problem where it names none.

    A name that several dynasties used for a reign gives an Or of its readings.
    """
    end = start + len(text)
    folded = "".join(fold(text).split())
    folded = _TWO_YEARS.sub(r"\1..\2", folded) if _TWO_YEARS.fullmatch(folded) else folded
    parts = _RANGE.split(folded)
    if len(parts) > 2 or not any(parts):
        problems.append(problem("date_unknown", start, end, text))
        return None
    readings = [_readings(part, start, end, problems) if part else [] for part in parts]
    if any(part and not found for part, found in zip(parts, readings, strict=True)):
        if not any(p.start == start and p.code in _SAID for p in problems):
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


def _readings(text: str, start: int, end: int, problems: list[Problem]) -> list[tuple[int, int]]:
    """The intervals that one date may mean: none where it is not a date."""
    text = _COMMON_ERA.sub("", text)
    iso = _ISO.fullmatch(text)
    if iso:
        year, month, day = (iso.group(1), iso.group(2), iso.group(3)) if iso.group(1) else iso.group(4, 5, 6)
        return _interval(int(year), int(month) if month else None, int(day) if day else None)
    eras, rest = candidates(text)
    place = cycle().get(rest.removesuffix("年"))
    if place is not None:
        return _in_cycle(eras, place, rest, start, end, problems)
    if eras and _ALL_OF_IT.fullmatch(rest):
        _say_which(eras, start, end, problems)
        return [_whole(*era.years()) for era in eras]
    written = _WRITTEN.fullmatch(rest) or _WRITTEN.fullmatch(rest + "年")
    if not written:
        return []
    number = _number(written.group(1) or written.group(4))
    month, day = _number(written.group(2)), _number(written.group(3))
    if number is None:
        return []
    if not eras:
        return [] if text.startswith("元") else _interval(number, month, day)
    fitting = [era for era in eras if 1 <= number <= era.length]
    name = eras[0].name
    if not fitting:
        longest = max(era.length for era in eras)
        problems.append(problem("era_year_missing", start, end, name, str(longest)))
    _say_which(fitting, start, end, problems)
    return [interval for era in fitting for interval in _era_interval(era, number, month, day)]


def _in_cycle(
    eras: Sequence[Era], place: int, name: str, start: int, end: int, problems: list[Problem]
) -> list[tuple[int, int]]:
    """The years of the eras that have a place in the cycle of sixty."""
    if not eras:
        problems.append(problem("date_cycle", start, end, name))
        return []
    fitting = [era for era in eras if era.of_cycle(place)]
    if not fitting:
        problems.append(problem("era_cycle_missing", start, end, eras[0].name, name.removesuffix("年")))
    _say_which(fitting, start, end, problems)
    return [_whole(year, year) for era in fitting for year in era.of_cycle(place)]


def _say_which(eras: Sequence[Era], start: int, end: int, problems: list[Problem]) -> None:
    if len(eras) > 1:
        full = "、".join(era.full for era in eras)
        problems.append(problem("era_ambiguous", start, end, eras[0].name, full))


def _whole(first: int, last: int) -> tuple[int, int]:
    """All days of the years."""
    return first * 10000 + 101, last * 10000 + 1231


def _era_interval(era: Era, number: int, month: int | None, day: int | None) -> list[tuple[int, int]]:
    """Months of the Republic are Western months; months of a reign are lunar, so the whole year is meant."""
    year = era.first - number + 1 if era.backward else era.first + number - 1
    return _interval(year, month, day) if era.western_months else _interval(year, None, None)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if text in ("元", "正"):
        return 1
    digits = text if text.isascii() else to_digits(text)
    return int(digits) if digits is not None and digits.isdigit() and len(digits) <= 4 else None


def _interval(year: int, month: int | None, day: int | None) -> list[tuple[int, int]]:
    """First and last day, or nothing where the calendar has no such date."""
    if not 1 <= year <= 9999:
        return []
    if month is None:
        return [_whole(year, year)]
    if not 1 <= month <= 12:
        return []
    days = monthrange(year, month)[1]
    base = year * 10000 + month * 100
    if day is None:
        return [(base + 1, base + days)]
    return [(base + day, base + day)] if 1 <= day <= days else []


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

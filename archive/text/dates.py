"""Dates as people write them, read once for records, pages and queries.

A reign or a dynasty alone is all of its years, with a name of the cycle of sixty (光绪戊戌) that year of it.
A year of a reign is taken as the Western year that it mostly falls into, whole: 光绪二十四年 is 1898,
although its last weeks were in 1899 (the Chinese year begins between 21 January and 20 February).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from typing import TypeAlias

from archive.text.eras import Era, candidates, cycle, dynasty, fold
from archive.text.numerals import number

Interval: TypeAlias = tuple[int, int]
"""First and last day, as ``YYYYMMDD`` integers."""

NUMBER = "[0-9０-９〇零○◯OoＯ一二三四五六七八九十廿卅元]"
"""A character of a year, a month or a day."""
_ISO = re.compile(r"([0-9]{1,4})(?:([-./])([0-9]{1,2})(?:\2([0-9]{1,2}))?)?|([0-9]{4})([0-9]{2})([0-9]{2})")
_WRITTEN = re.compile(
    f"((?:{NUMBER}|[百千])+)年(?:(闰?)({NUMBER}+|[正冬腊])月(?:(初?)({NUMBER}+)[日号]?)?)?|([〇零○◯0oO一二三四五六七八九]{{4}})"
)
_GIVEN = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_TO = re.compile(
    r"\.{2,}|…+|~|〜|[–—]+|--|(?<=[0-9年月日号间朝代])[至到]|(?<=[年月日号])-"
    r"|(?<=[0-9]{4})/(?=[0-9]{4}(?:-|$))|(?<=-[0-9]{2})/(?=[0-9]{4})"
)
_TWO_YEARS = re.compile(r"([0-9]{4})-([0-9]{4})")
_SHORT_YEAR = re.compile(f"{NUMBER}{{1,3}}年.*")
_SHORT_MONTH = re.compile(f"{NUMBER}{{1,3}}月.*")
_SHORT_DAY = re.compile(f"{NUMBER}{{1,3}}[日号]")
_UNSURE_YEAR = re.compile(r"([0-9]{2,3})[?xX*]+")
_TIME = re.compile("[T ][0-9]{2}(:?[0-9]{2}.*)?")
_ALL_OF_IT = re.compile("(?:年间|年|间|朝|时期)?")
_COMMON_ERA = re.compile("^(?:公元|西元|西历)")
_ABOUT = re.compile("^(?:大约|约|ca?[.]|circa|\\[|〔)|(?:前后|左右|[?]|\\]|〕)+$")
_OF_A_DATE = re.compile(
    "(?<=[0-9日号])[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?$|(?<=[年月日0-9])[(][^()]*[)]$"
)
"""What a date has behind it and is not read: the day of the week, the same by another calendar."""
_DECADES = re.compile(f"(?:(.+?)世纪)?({NUMBER}+)年代[初末中前后期早晚叶]*")
_CENTURY = re.compile(f"({NUMBER}+)世纪[初末中前后期早晚叶上下半]*")


class DateReading:
    """What a date may mean.

    Attributes:
        intervals: its readings; a name that several dynasties used for a reign has several, what is not a
            date has none.
        remarks: what is to be said of it: codes of problems in ``archive.messages`` with their values.
    """

    def __init__(self, text: str) -> None:
        """Reads ``text``, without white space and folded."""
        self.remarks: list[tuple[str, ...]] = []
        self.intervals: list[Interval] = []
        if unsure := _UNSURE_YEAR.fullmatch(text):  # 199? and 19?? of catalogues, not the years 199 and 19
            if len(text) == 4:
                self.intervals = [_whole(int(unsure[1].ljust(4, "0")), int(unsure[1].ljust(4, "9")))]
            return
        text = _OF_A_DATE.sub("", _ABOUT.sub("", text))
        self.intervals = self._read(_COMMON_ERA.sub("", text))

    def _read(self, text: str) -> list[Interval]:
        iso = _ISO.fullmatch(text)
        if iso:
            year, month, day = iso.group(1, 3, 4) if iso.group(1) else iso.group(5, 6, 7)
            return interval(int(year), int(month) if month else None, int(day) if day else None)
        if years := _decade_or_century(text):
            return [_whole(*years)]
        eras, rest = candidates(text)
        place = cycle().get(rest.removesuffix("年"))
        if place is not None:
            return self._in_cycle(eras, place, rest)
        if eras and _ALL_OF_IT.fullmatch(rest):
            self._say_which(eras)
            return [_whole(*era.years()) for era in eras]
        if years := dynasty(text):
            return [_whole(*years)]
        written = _WRITTEN.fullmatch(rest) or _WRITTEN.fullmatch(rest + "年")
        year = number(written[1] or written[6]) if written else None
        if written is None or year is None:
            return []
        month, day = (number(part) if part else None for part in written.group(3, 5))
        if written[2] or written[4] or (written[3] and written[3] in "正冬腊"):  # months of the moon
            month = day = None
        if not eras:
            return [] if text.startswith("元") else interval(year, month, day)
        fitting = [era for era in eras if 1 <= year <= era.length]
        if not fitting and year and not eras[0].western_months:
            self.remarks.append(("era_year_missing", eras[0].name, str(max(era.length for era in eras))))
        self._say_which(fitting)
        # Months of the Republic are Western months; months of a reign are lunar, so the whole year is meant.
        return [
            found
            for era in fitting
            for found in interval(era.western(year), *((month, day) if era.western_months else (None, None)))
        ]

    def _in_cycle(self, eras: Sequence[Era], place: int, name: str) -> list[Interval]:
        """The years of the eras that have a place in the cycle of sixty."""
        if not eras:
            self.remarks.append(("date_cycle", name))
            return []
        fitting = [era for era in eras if era.of_cycle(place)]
        if not fitting:
            self.remarks.append(("era_cycle_missing", eras[0].name, name.removesuffix("年")))
        self._say_which(fitting)
        return [_whole(year, year) for era in fitting for year in era.of_cycle(place)]

    def _say_which(self, eras: Sequence[Era]) -> None:
        if len(eras) > 1:
            self.remarks.append(("era_ambiguous", eras[0].name, "、".join(era.full for era in eras)))


def _decade_or_century(text: str) -> tuple[int, int] | None:
    """The first and the last year: 1930年代, 二十世纪三十年代, 19世纪末; 三十年代 may be of any century."""
    if decade := _DECADES.fullmatch(text):
        century, first = decade[1] and number(decade[1]), number(decade[2])
        if first is None or first % 10 or (century is None and first < 100) or (century and first >= 100):
            return None
        first += (century - 1) * 100 if century else 0
        return first, first + 9
    if (found := _CENTURY.fullmatch(text)) and (century := number(found[1])):
        return century * 100 - 99, century * 100
    return None


def read_date(text: str) -> tuple[str, str | None] | None:
    """A date that metadata give: as ISO 8601 without its time, and as it is written where that is otherwise.

    What lasted longer (唐, 光绪年间, 1912–1949) is an interval of ISO 8601.
    """
    match = _GIVEN.match(text)
    rest = text[match.end() :] if match else ""
    if match and (not rest or (match[3] and _TIME.fullmatch(rest))):
        year, month, day = (int(part) if part else None for part in match.groups())
        if interval(year or 0, month, day):
            return match.group(), None
    if found := written_date(text):
        return found, text
    found = iso_interval(text)
    return (found, None if found == text else text) if found else None


def written_date(text: str) -> str | None:
    """The ISO 8601 form of a text that is one date (民国十年, 二〇一二年五月, 1949.10.1), or None.

    Years of reigns are none: their months, and the days on which they began, are not those of that calendar.
    """
    folded = "".join(fold(text).split())
    found = iso_date(folded)
    if found is None or found < "1000" or not all(era.western_months for era in candidates(folded)[0]):
        return None
    # 1949/50 may be two years.
    return None if folded.isascii() and (folded.isdecimal() or len(found) < len("1949-10-01")) else found


def ends(folded: str) -> list[str]:
    """The dates of a text with a sign or word for *to* between them (1912–1949); of any other the text.

    The second has what it leaves out of the first: 民国二十六年至三十四年, 11月5日至8日, 1949–56.
    """
    years = _TWO_YEARS.fullmatch(folded)
    parts = list(years.groups()) if years else _TO.split(folded)
    if len(parts) != 2:
        return parts
    first, last = parts
    eras, rest = candidates(first)
    if eras and _SHORT_YEAR.fullmatch(last):
        last = first.removesuffix(rest) + last
    elif "年" in first and _SHORT_MONTH.fullmatch(last):
        last = first[: first.index("年") + 1] + last
    elif "月" in first and _SHORT_DAY.fullmatch(last):
        last = first[: first.index("月") + 1] + last
    elif first.isdecimal() and last.isdecimal() and (len(first), len(last)) == (4, 2):
        last = first[:2] + last
    return [first, last]


def iso_interval(text: str) -> str | None:
    """The ISO 8601 interval (``0618/0907``) of what lasted longer than a year, or that is one; else None.

    What has no name begins in the year 100 or later: 12 to 15 may be anything.
    """
    folded = "".join(fold(text).split())
    parts = ends(folded)
    read = [DateReading(part).intervals for part in parts]
    if len(parts) > 2 or any(len(intervals) != 1 for intervals in read):
        return None
    first, last = read[0][0], read[-1][0]
    begin, end = iso_date(parts[0]), iso_date(parts[-1])
    named = all(candidates(part)[0] or dynasty(part) for part in parts)
    if (begin and len(parts) == 1) or first[0] > last[1] or not (named or first[0] >= 100_0101):
        return None
    return f"{begin or f'{first[0] // 10000:04}'}/{end or f'{last[1] // 10000:04}'}"


def iso_date(folded: str) -> str | None:
    """The ISO 8601 form of a day, a month or a year, or None where it is not exactly one of these."""
    intervals = DateReading(folded).intervals
    if len(intervals) != 1:
        return None
    first, last = intervals[0]
    year, month, day = first // 10000, first // 100 % 100, first % 100
    if first == last:
        return f"{year:04}-{month:02}-{day:02}"
    if intervals == interval(year, month):
        return f"{year:04}-{month:02}"
    return f"{year:04}" if intervals == interval(year) else None


def interval(year: int, month: int | None = None, day: int | None = None) -> list[Interval]:
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


def _whole(first: int, last: int) -> Interval:
    """All days of the years."""
    return first * 10000 + 101, last * 10000 + 1231

"""Numbers that are written in groups: 2001-3-4 and 2001年3月4日, ISBNs, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise, product

from archive.text.numerals import ZEROS, digit_by_digit, number, with_units

_GAP = r"(?:[)）][-‐-―\s]?|[-‐-―\s·])"
"""What is between two groups; · in a normal form."""
_ISBN_OF_CHINA = (("0", 2), ("4", 3), ("7", 4), ("8", 5), ("9", 6))
"""How many digits a publisher has behind 978-7, by the last first digit of its range (ISBN range message)."""


@cache
def _groups() -> re.Pattern[str]:
    """A date in digits between marks, one in characters, or digits in groups."""
    year, month, day = "[12][0-9]{3}", "0?[1-9]|1[0-2]", "[12][0-9]|3[01]|0?[1-9]"
    han = f"[0-9一二三四五六七八九十廿卅{ZEROS}{ZEROS.upper()}]"
    return re.compile(
        f"(?<![0-9./·-])(?P<y>{year})(?P<mark>[-./·])(?P<m>{month})(?P=mark)(?P<d>{day})(?![0-9./·-])"
        f"|(?<!{han})(?P<Y>{han}{{4}})年(?P<M>{han}{{1,3}})月(?P<D>{han}{{1,3}})[日号號]"
        f"|(?<![0-9])(?P<code>[(（]?[0-9]+(?:{_GAP}[0-9]+)*(?:{_GAP}?[xX](?![a-zA-Z]))?)"
    )


def grouped(run: str) -> Iterator[tuple[int, int, str]]:
    """The numbers in groups of a run of one width: their ranges, and ``2001/3/4`` or the bare digits."""
    for found in _groups().finditer(run):
        if code := found["code"]:
            bare = re.sub("[^0-9xX]", "", code)
            if re.sub("[^0-9xX]+", "-", code).strip("-") in _ways_of_code(bare):
                yield *found.span(), bare
            continue
        date = [number(found[a] or found[b]) for a, b in ("yY", "mM", "dD")]
        if all(date) and 1000 <= (date[0] or 0) < 3000 and (date[1] or 0) < 13 and (date[2] or 0) < 32:
            yield *found.span(), "/".join(map(str, date))


def ways_of_group(value: str) -> Iterator[str]:
    """Every way to write what ``grouped`` read; nothing for another number."""
    if value.count("/") < 2:
        yield from _ways_of_code(value)
        return
    year, month, day = value.split("/")
    years = (year, *(digit_by_digit(year, zero) for zero in (ZEROS if "0" in year else "〇")))
    months, days = (dict.fromkeys((n, f"{n:0>2}", with_units(n))) for n in (month, day))
    yield from (f"{year}-{m}-{d}" for m, d in ((month, day), (f"{month:0>2}", f"{day:0>2}")))
    yield from (f"{y}年{m}月{d}日" for y, m, d in product(years, months, days))


def _ways_of_code(bare: str) -> Iterator[str]:
    """An ISBN or a telephone number with and without its marks; nothing where it is neither."""
    for sizes in _sizes(bare):
        yield "-".join(bare[start:end] for start, end in pairwise((0, *accumulate(sizes))))
    if _sizes(bare):
        yield bare
        if bare[0] == "0" and not _is_isbn(bare):
            area = _sizes(bare)[0][0]
            yield f"({bare[:area]}){bare[area:]}"


def _sizes(bare: str) -> list[tuple[int, ...]]:
    """How many digits the groups have."""
    if _is_isbn(bare):
        prefix = (3,) if len(bare) == 13 else ()
        books = [(*prefix, *sizes, 1) for sizes in _sizes_of_book(bare[sum(prefix) : -1])]
        return [*books, (3, 10)] if prefix else books
    size = len(bare)
    if size == 11 and re.match("1[3-9]", bare):
        return [(3, 4, 4)]
    if size == 10 and re.match("[48]00", bare):
        return [(3, 3, 4), (3, 4, 3), (3, 7)]
    if re.fullmatch("0[12][0-9]{9}", bare):  # 010 and 02x have three digits, other places four
        return [(3, 8), (3, 4, 4)]
    if re.fullmatch("0[3-9][0-9]{9,10}", bare):
        return [(4, size - 4), (4, size - 8, 4)]
    return []


def _sizes_of_book(nine: str) -> list[tuple[int, int, int]]:
    """The group, the publisher and the title of an ISBN."""
    if nine[0] == "7":
        publisher = next(size for last, size in _ISBN_OF_CHINA if nine[1] <= last)
        return [(1, publisher, 8 - publisher)]
    group = 1 if nine[0] in "012345" else 3
    return [(group, publisher, 9 - group - publisher) for publisher in range(2, 9 - group)]


def _is_isbn(bare: str) -> bool:
    """Whether the check digit is right (ISO 2108)."""
    if not re.fullmatch("[0-9]{9,12}[0-9xX]", bare):
        return False
    values = [10 if c in "xX" else int(c) for c in bare]
    if len(values) == 13 and bare[:3] in ("978", "979") and values[-1] < 10:
        return sum(v * (3 if i % 2 else 1) for i, v in enumerate(values)) % 10 == 0
    return len(values) == 10 and sum(v * (10 - i) for i, v in enumerate(values)) % 11 == 0


def has_date(text: str) -> bool:
    """Whether a date with 年 is in a text: another may write it as 2001-3-4."""
    return "年" in text and any("/" in value for _, _, value in grouped(text))

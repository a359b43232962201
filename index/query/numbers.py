"""The numbers of a query and the ways to write them: 1949, 一九四九; 10,000, 1万; 5%, 百分之五.

Also of those in groups: 2001-3-4 and 2001年3月4日, ISBNs, telephone numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise, product

from archive.text.folding import kind
from archive.text.numerals import (
    MONEY,
    NUMERAL,
    ZEROS,
    digit_by_digit,
    digits,
    is_measure,
    number,
    with_units,
)
from index.query.scan import fold_width

_GAP = r"(?:[)）][-‐-―\s]?|[-‐-―\s·])"
"""What is between two groups; · in a normal form."""
_ISBN_OF_CHINA = (("0", 2), ("4", 3), ("7", 4), ("8", 5), ("9", 6))
"""How many digits a publisher has behind 978-7, by the last first digit of its range (ISBN range message)."""


@cache
def _groups() -> re.Pattern[str]:
    """The patterns of dates in digits, of dates in characters, and of digits in groups."""
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


NUMERALS = frozenset("0123456789〇零○◯一二三四五六七八九十百千万亿两廿卅卌几")
"""What continues a number: a written form found beside one of these is a part of another number."""

_TENS = {"二": "廿", "三": "卅", "四": "卌"}
_SIGNS = {"百": "%", "千": "‰", "万": "‱"}
_TO_MONEY = str.maketrans("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


@cache
def _number() -> re.Pattern[str]:
    """Western digits, units behind them or not; numerals of accounts; Han numerals, O or 0 in them."""
    han, zeros = NUMERAL.removeprefix("0-9０-９"), ZEROS + ZEROS.upper()
    return re.compile(
        "(?<![0-9.,])[0-9]+(?:[,·][0-9]{3}(?![0-9]))*(?:[.][0-9]+)?(?:[百千万萬亿億]+[0-9]*)*"
        f"|[{MONEY}][零万萬亿億{MONEY}]*|[{han}](?:[{han}{zeros}]*[{han}])?(?:[{zeros}]{{1,2}}(?=年))?"
    )


@cache
def _share() -> re.Pattern[str]:
    """5%, 百分之三点五, 四分之三, 3/4, in text of one width; no date (5/6月, 2003/5/6)."""
    han = NUMERAL.removeprefix("0-9０-９")
    part = f"[0-9]+(?:[.][0-9]+)?|[{han}]+(?:[点點][{han}]+)?"
    few = "[1-9][0-9]{0,2}"
    return re.compile(
        f"(?<![0-9.,/])(?P<count>[0-9]+(?:[.][0-9]+)?)(?P<sign>[%‰‱])"
        f"|(?<![{NUMERAL}.])(?P<of>[{NUMERAL}]+)分之(?P<part>{part})"
        f"|(?<![0-9.,/])(?P<above>{few})/(?P<below>{few})(?![0-9/年月日号號.])"
    )


def _shares(folded: str) -> Iterator[tuple[int, int, str]]:
    """The shares in a run of one width, as ``numbers`` does: ``"3.5%"``, ``"3/4"``."""
    for found in _share().finditer(folded):
        count, sign, of, part, above, below = found.groups()
        if of is not None:
            whole, point, behind = part.replace("點", ".").replace("点", ".").partition(".")
            decimals = digits(behind) or ""
            count = "100" if of == whole == "百" else digits(whole)
            if point:
                count = f"{count}.{decimals}" if count and len(decimals) == len(behind) else None
            sign = _SIGNS.get(of.replace("萬", "万"))
            above, below = count, digits(of)
        if count and sign:
            yield *found.span(), count + sign
        elif above and below and len(below) < 4 and "." not in above and int(above) < int(below):
            yield *found.span(), f"{above}/{below}"


def numbers(run: str, *, dates: bool = False) -> Iterator[tuple[int, int, str]]:
    """The numbers of a run, ascending: their ranges, and their Western digits; of shares 5% and 3/4.

    2001-3-4, an ISBN and a telephone number are one each; with ``dates`` so is 2001年3月4日, and not three.

    A lone Han numeral, or 千万, is a number behind 第 or before a measure word only, and two digits in a row
    (九八) before 年 or 号: 统一, 三国 and 万一 have none, and 三四个 is three or four.
    """
    folded = fold_width(run)
    found = [one for one in grouped(folded) if dates or "年" not in folded[one[0] : one[1]]]
    for start, end, _ in found:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    found += (shares := list(_shares(folded)))
    for start, end, _ in shares:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    yield from sorted((*found, *_whole_numbers(folded)))


def _whole_numbers(folded: str) -> Iterator[tuple[int, int, str]]:
    for found in _number().finditer(folded):
        start, end = found.span()
        written = found.group().replace(",", "").replace("·", "")
        behind = folded[end:]
        is_counted = is_measure(behind, written) or behind == "人" or folded[start - 1 : start] == "第"
        value = digits(written)
        if value is None and written in ("千万", "千萬") and is_counted:
            value = "10000000"
        if value is None or written[0] <= "9":
            is_number = value is not None
        elif len(written) == 1:
            is_number = is_counted or written in "廿卅卌"
        else:
            by_digits = not any(c in "十廿卅卌拾" for c in written)
            is_number = not by_digits or len(value) > 2 or behind[:1] in ("年", "号")
        if is_number and value:
            yield start, end, value


def long_numbers(run: str) -> list[str]:
    """The numbers of three digits or more in ``run``, as written: what is told by them, as years are."""
    folded = fold_width(run)
    return [folded[start:end] for start, end, value in numbers(run) if len(value) > 2]


def forms(run: str) -> tuple[tuple[str, ...], ...]:
    """The run in parts that each have one number, in every way to write that number, the given one first.

    Empty where the run has no number, or has two with nothing but white space between them.
    """
    folded = fold_width(run)
    found = list(numbers(run, dates=True))
    parts: list[tuple[str, ...]] = []
    for i, (start, end, value) in enumerate(found):
        lead = folded[:start] if i == 0 else ""
        stop = found[i + 1][0] if i + 1 < len(found) else len(folded)
        if stop < len(folded) and folded[end:stop].isspace():
            return ()
        written = dict.fromkeys((folded[start:end], *_ways(value, folded[end:], folded[start - 1 : start])))
        parts.append(tuple(f"{lead}{way}{folded[end:stop]}" for way in written))
    return tuple(parts)


def _ways(value: str, behind: str, before: str) -> Iterator[str]:
    """Every way to write a number. Two digits in a row (三四) are not a number before a measure word.

    A month or a day may have a zero before it: 03月.
    """
    yield from (in_groups := list(ways_of_group(value)))
    if in_groups and not value.endswith("000"):
        return
    yield value
    if not value.isdecimal():
        yield from _ways_of_share(value)
        return
    n = int(value)
    if n < 10 and behind[:1] in ("月", "日"):
        yield f"0{n}"
        yield (value := str(n))
    counted = is_measure(behind, value) or behind[:1] == "人"
    together = len(value) == 2 and counted and behind[0] not in "年号" and value[1] != "0"
    if len(value) > 1 and not together:
        zeros = "〇零○" if len(value) > 4 or value[0] == "0" else ZEROS
        for zero in zeros if "0" in value else "〇":
            yield digit_by_digit(value, zero)
        if len(value) > 2:
            yield digit_by_digit(value, "零").translate(_TO_MONEY)
    if len(value) > 16 or (value[0] == "0" and len(value) > 1):
        return
    plain = with_units(value)
    if len(plain) == 1 and kind(behind[:1] or "-") == "han" and not counted and before != "第":
        return  # 1起, 10分 and 3国 would find 一起, 十分 and 三国
    for han in (
        plain,
        re.sub("(?<!十)二(?=[千百万亿])", "两", plain),
        re.sub("^二(?=[千百万亿])", "两", plain),
    ):
        yield from (han, han.replace("零", "〇"), han.replace("零", "○"))
        yield re.sub("([二三四])十", lambda tens: _TENS[tens[1]], han)
    yield plain.replace("百一十", "百十")
    yield plain.replace("亿", "万万")
    yield re.sub("^十", "一十", plain).translate(_TO_MONEY)
    if n == 2:
        yield "两"
    if plain in ("一百万", "一千万") and (plain == "一百万" or is_measure(behind)):
        yield plain[1:]
    if n > 999:
        yield f"{n:,}"
        yield from _with_western(n)


def _ways_of_share(value: str) -> Iterator[str]:
    sign, (above, _, below) = value[-1], value.partition("/")
    if below:
        yield from (f"{below}分之{above}", f"{with_units(below)}分之{with_units(above)}")
        return
    of = next(name for name, of_sign in _SIGNS.items() if of_sign == sign)
    whole, point, behind = value[:-1].partition(".")
    yield f"{of}分之{value[:-1]}"
    for zero in "零〇" if "0" in value else "零":
        tail = f"点{digit_by_digit(behind, zero)}" if point else ""
        yield f"{of}分之{with_units(whole).replace('零', zero)}{tail}"
    if value == "100%":
        yield "百分之百"


def _with_western(n: int) -> Iterator[str]:
    """1万, 1.5亿, 3亿5000万, 5千: Western digits before units of Han."""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1000, "千")):
        if n < unit or (unit == 1000 and n >= 10**4):
            continue
        head, rest = divmod(n, unit)
        if rest * 100 % unit == 0:
            yield f"{head}.{rest * 100 // unit:02}".rstrip("0").removesuffix(".") + name
        if rest and unit > 1000:
            yield f"{head}{name}{rest}" if rest % 10**4 or unit == 10**4 else f"{head}{name}{rest // 10**4}万"

"""The numbers of a query and the ways to write them: 1949, １９４９, 一九四九; 10000, 10,000, 1万, 一万."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from archive.text.folding import kind
from archive.text.numerals import MEASURES, MONEY, NUMERAL, digit_by_digit, digits, with_units
from index.query.scan import fold_width

NUMERALS = frozenset("0123456789〇零○◯一二三四五六七八九十百千万亿两廿卅卌几")
"""What continues a number: a written form found beside one of these is a part of another number."""

_TENS = {"二": "廿", "三": "卅", "四": "卌"}
_TO_MONEY = str.maketrans("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")


@cache
def _number() -> re.Pattern[str]:
    """Western digits, units behind them or not; numerals of accounts; Han numerals, O or 0 in them."""
    han = NUMERAL.removeprefix("0-9０-９")
    return re.compile(
        "(?<![0-9.,])[0-9]+(?:[,·][0-9]{3}(?![0-9]))*(?:[.][0-9]+)?(?:[百千万萬亿億]+[0-9]*)*"
        f"|[{MONEY}][零万萬亿億{MONEY}]*|[{han}](?:[{han}0oO]*[{han}])?(?:[0oO]{{1,2}}(?=年))?"
    )


def numbers(run: str) -> Iterator[tuple[int, int, str]]:
    """The numbers of a run: their ranges, and their Western digits.

    A lone Han numeral, or 千万, is a number behind 第 or before a measure word only, and two digits in a row
    (九八) before 年 or 号: 统一, 三国 and 万一 have none, and 三四个 is three or four.
    """
    folded = fold_width(run)
    for found in _number().finditer(folded):
        start, end = found.span()
        written = found.group().replace(",", "").replace("·", "")
        behind = folded[end : end + 1]
        is_counted = behind in MEASURES or folded[end:] == "人" or folded[start - 1 : start] == "第"
        value = digits(written)
        if value is None and written in ("千万", "千萬") and is_counted:
            value = "10000000"
        if value is None or written[0] <= "9":
            is_number = value is not None
        elif len(written) == 1:
            is_number = is_counted or written in "廿卅卌"
        else:
            by_digits = not any(c in "十廿卅卌拾" for c in written)
            is_number = not by_digits or len(value) > 2 or behind in ("年", "号")
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
    found = list(numbers(run))
    parts: list[tuple[str, ...]] = []
    for i, (start, end, value) in enumerate(found):
        lead = folded[:start] if i == 0 else ""
        stop = found[i + 1][0] if i + 1 < len(found) else len(folded)
        if stop < len(folded) and folded[end:stop].isspace():
            return ()
        written = dict.fromkeys((folded[start:end], *_ways(value, folded[end : end + 1])))
        parts.append(tuple(f"{lead}{way}{folded[end:stop]}" for way in written))
    return tuple(parts)


def _ways(value: str, behind: str) -> Iterator[str]:
    """Every way to write a number; a number of two digits in a row (三四) is none before a measure word."""
    yield value
    n = int(value)
    together = len(value) == 2 and behind in MEASURES - {"年", "号"} | {"人"} and value[1] != "0"
    if len(value) > 1 and not together:
        zeros = "〇零○" if len(value) > 4 or value[0] == "0" else "〇零○◯0o"
        for zero in zeros if "0" in value else "〇":
            yield digit_by_digit(value, zero)
        if len(value) > 2:
            yield digit_by_digit(value, "零").translate(_TO_MONEY)
    if len(value) > 16 or (value[0] == "0" and len(value) > 1):
        return
    plain = with_units(value)
    if len(plain) == 1 and kind(behind or "-") == "han" and behind not in MEASURES | {"人"}:
        return  # 1起, 10分 and 3国 would find 一起, 十分 and 三国
    for han in (
        plain,
        re.sub("(?<!十)二(?=[千百万亿])", "两", plain),
        re.sub("^二(?=[千百万亿])", "两", plain),
    ):
        yield from (han, han.replace("零", "〇"), han.replace("零", "○"))
        yield re.sub("([二三四])十", lambda tens: _TENS[tens[1]], han)
    yield plain.replace("百一十", "百十")
    yield re.sub("^十", "一十", plain).translate(_TO_MONEY)
    if n == 2:
        yield "两"
    if plain in ("一百万", "一千万") and (plain == "一百万" or behind in MEASURES):
        yield plain[1:]
    if n > 999:
        yield f"{n:,}"
        yield from _with_western(n)


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

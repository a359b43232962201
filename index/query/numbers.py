"""Numbers however they are written: 1949, １９４９, 一九四九; 220, 二百二十, 二二〇."""

from __future__ import annotations

import re

from index.query.scan import fold_width

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4}
_ZEROS = "〇零○"

NUMERALS = frozenset("0123456789") | frozenset(_DIGITS) | frozenset("十百千万萬亿億")
"""What continues a number: a written form found beside one of these is a part of another number."""

_ARABIC = re.compile("[0-9]+")
_HAN = re.compile("[〇零○一二三四五六七八九十百千万萬亿億]{2,}")
_MOST_DIGITS = 12  # of a number that is also written with 十 百 千 万 亿


def long_numbers(run: str) -> list[str]:
    """The numbers of three digits or more in ``run``, as written: what is told by them, as years are."""
    folded = fold_width(run)
    found = [m.group() for m in _ARABIC.finditer(folded)]
    found += [m.group() for m in _HAN.finditer(folded)]
    return [number for number in found if len(to_digits(number) or number) > 2]


def forms(run: str) -> tuple[str, ...]:
    """Every way to write the numbers of ``run``, the given one first; just that where it has no number.

    A number is a run of digits, or two or more Han numerals that make exactly one number (一九四九, 二十;
    not 千万). All numbers of a run are written in one style at a time: digits; one Han numeral a digit, with
    〇, 零 or ○; and with 十 百 千 万 亿, as well 二 as 两 before them.
    """
    folded = fold_width(run)
    pieces: list[tuple[int, int, str]] = [(m.start(), m.end(), m.group()) for m in _ARABIC.finditer(folded)]
    for found in _HAN.finditer(folded):
        digits = to_digits(found.group())
        if digits is not None:
            pieces.append((found.start(), found.end(), digits))
    if not pieces:
        return (run,)
    pieces.sort()
    written = [run]
    styles = [_same, *(lambda d, z=zero: digit_by_digit(d, z) for zero in _ZEROS), with_units, _with_liang]
    for style in styles:
        out: list[str] = []
        at = 0
        for start, end, digits in pieces:
            out += (folded[at:start], style(digits))
            at = end
        written.append("".join(out) + folded[at:])
    return tuple(dict.fromkeys(written))


def _same(digits: str) -> str:
    return digits


def digit_by_digit(digits: str, zero: str = "〇") -> str:
    """``"1949"`` to 一九四九."""
    return "".join(zero if d == "0" else "〇一二三四五六七八九"[int(d)] for d in digits)


def with_units(digits: str) -> str:
    """``"220"`` to 二百二十; digit by digit where the number has leading zeros or more than 12 digits."""
    if len(digits) > _MOST_DIGITS or (digits[0] == "0" and len(digits) > 1):
        return digit_by_digit(digits)
    if digits == "0":
        return "零"
    groups: list[str] = []
    padded = digits.zfill(_MOST_DIGITS)
    gap = False
    for at, unit in ((0, "亿"), (4, "万"), (8, "")):
        group = padded[at : at + 4]
        if group == "0000":
            gap = gap or bool(groups)
            continue
        written = _group(group)
        if groups and (gap or group[0] == "0"):
            written = "零" + written
        groups.append(written + unit)
        gap = False
    text = "".join(groups)
    return text[1:] if text.startswith("一十") else text


def _group(group: str) -> str:
    """Four digits, not all zero, without a leading zero mark."""
    out: list[str] = []
    zero = False
    for digit, unit in zip(group, ("千", "百", "十", ""), strict=True):
        if digit == "0":
            zero = bool(out)
            continue
        out.append(("零" if zero else "") + "〇一二三四五六七八九"[int(digit)] + unit)
        zero = False
    return "".join(out)


def _with_liang(digits: str) -> str:
    return re.sub("(?<!十)二(?=[千百万亿])", "两", with_units(digits))


def to_digits(text: str) -> str | None:
    """The Arabic digits of a Han numeral, or None where it is not exactly one number."""
    if all(c in _DIGITS for c in text):
        return "".join(str(_DIGITS[c]) for c in text)
    value = _value(text)
    if value is None:
        return None
    plain = text.translate(_TO_PLAIN)
    exact = (with_units(str(value)), "一" + with_units(str(value)))
    return str(value) if plain in exact or plain.replace("两", "二") in exact else None


_TO_PLAIN = str.maketrans({"萬": "万", "億": "亿", "〇": "零", "○": "零"})


def _value(text: str) -> int | None:
    total = section = digit = 0
    for c in text.translate(_TO_PLAIN).replace("两", "二"):
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _UNITS:
            section += (digit or 1) * _UNITS[c]
            digit = 0
        elif c in _MYRIADS:
            total += (section + digit) * _MYRIADS[c]
            section = digit = 0
        else:
            return None
    value = total + section + digit
    return value if 0 < value < 10**_MOST_DIGITS else None

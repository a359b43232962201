"""Automatic numbers of headings and lists: 第一章, 1.2, （一）. A file has their rules, a page the numbers.

Sources: ECMA-376-1, 17.18.59 (``ST_NumberFormat``); OpenDocument 1.3, part 3, 19.500 (``style:num-format``).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from archive.text.numerals import digit_by_digit, with_units

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_MONEY = str.maketrans("〇一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_TRADITIONAL = str.maketrans("贰叁陆万亿", "貳參陸萬億")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_MOST = 10_000  # a larger number is written in digits, in whatever form it is asked for


def _roman(value: int) -> str:
    made = ""
    for worth, sign in _ROMAN:
        made += sign * (value // worth)
        value %= worth
    return made


def _letters(value: int) -> str:
    """A … Z, AA, BB …, as word processors count."""
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _chinese(value: int) -> str:
    return with_units(str(value))


def _digits(value: int) -> str:
    return digit_by_digit(str(value), "○") if value > 10 else _chinese(value)


def _money(value: int) -> str:
    written = with_units(str(value))
    return ("一" + written if written.startswith("十") else written).translate(_MONEY)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if value <= len(signs) else str(value)


def _wide(value: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))


def _range(first: str, count: int) -> Callable[[int], str]:
    return _one_of("".join(chr(ord(first) + place) for place in range(count)))


_circled = _one_of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟")
_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda value: f"{value:02}",
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "chineseCounting": _digits,
    "taiwaneseCounting": _digits,
    "chineseCountingThousand": _chinese,
    "taiwaneseCountingThousand": lambda value: _chinese(value).translate(_TRADITIONAL),
    "japaneseCounting": _chinese,
    "ideographDigital": lambda value: digit_by_digit(str(value)),
    "japaneseDigitalTenThousand": lambda value: digit_by_digit(str(value)),
    "taiwaneseDigital": lambda value: digit_by_digit(str(value), "○"),
    "chineseLegalSimplified": _money,
    "ideographLegalTraditional": lambda value: _money(value).translate(_TRADITIONAL),
    "japaneseLegal": lambda value: _money(value).translate(_TRADITIONAL),
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "ideographZodiacTraditional": lambda value: _STEMS[(value - 1) % 10] + _BRANCHES[(value - 1) % 12],
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographEnclosedCircle": _range("㊀", 10),
    "decimalEnclosedParen": _range("⑴", 20),
    "decimalEnclosedFullstop": _range("⒈", 20),
    "decimalFullWidth": _wide,
    "decimalFullWidth2": _wide,
    "numberInDash": lambda value: f"- {value} -",
}
"""By the name that Word has for it, a number in a form; what is not here is written in digits."""

OPEN_DOCUMENT = {
    "I": "upperRoman", "i": "lowerRoman", "A": "upperLetter", "a": "lowerLetter", "１": "decimalFullWidth",
    "一": "chineseCountingThousand", "壹": "chineseLegalSimplified", "甲": "ideographTraditional",
    "子": "ideographZodiac", "甲子": "ideographZodiacTraditional", "①": "decimalEnclosedCircle",
    "㊀": "ideographEnclosedCircle", "⑴": "decimalEnclosedParen", "⒈": "decimalEnclosedFullstop",
}  # fmt: skip
"""The beginning of a ``style:num-format`` (``一, 二, 三, ...``) and Word's name for the form."""

NOT_SHOWN = frozenset({"none", "bullet", ""})
"""Forms that give no number."""


class Level(Struct, frozen=True):
    """How one level of a list is numbered.

    Attributes:
        form: Word's name of the form of the number.
        pattern: what is written, with %1 for the number of the first level, %2 of the second …
        decimal: all numbers are in digits (Word's ``isLgl``).
        restart: the level (from 1) whose next number begins this one anew, 0 for none; None for any above.
    """

    form: str
    pattern: str
    start: int = 1
    gap: bool = True
    decimal: bool = False
    restart: int | None = None


class Counters:
    """The numbers of the lists of a document, as its paragraphs come."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = {}

    def label(self, key: str, levels: dict[int, Level], depth: int, restart: int | None = None) -> str:
        """The label of the next paragraph at ``depth`` (from 0) of the list ``key``; ``restart`` is its
        number where counting begins again.
        """
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(key, {})
        counts[depth] = restart if restart is not None else counts.get(depth, level.start - 1) + 1
        for below in [one for one in counts if one > depth]:
            rule = levels[below].restart if below in levels else None
            if rule is None or depth < rule:
                del counts[below]
        if level.form in NOT_SHOWN:
            return ""

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            of = levels.get(at, level)
            value = counts.setdefault(at, of.start)
            return formatted(value, "decimal" if level.decimal else of.form)

        label = re.sub("%([1-9])", written, level.pattern)
        return with_gap(label) if level.gap else label


def with_gap(label: str) -> str:
    """A number with the space behind it, unless it ends with a mark that has its own."""
    return f"{label} " if label and label[-1] not in " 　\t、．。）】〕》" else label


def formatted(value: int, form: str) -> str:
    """A number in one of Word's forms."""
    if not 0 < value < _MOST:
        return str(value)
    return "" if form in NOT_SHOWN else _FORMS.get(form, str)(value)

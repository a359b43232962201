"""Numerals of Chinese, read and written: 1949, 一九四九, 二百二十, 廿六, 1.5万, 壹佰零伍."""

from __future__ import annotations

import re

NUMERAL = "0-9０-９〇零○◯一二三四五六七八九十百千万萬亿億两兩廿卅卌"
"""What numerals are written with, for use inside a character class; with 几 beside them they go on."""
ZEROS = "〇零○◯0oοо"
"""What is written for a zero among Han digits; the last three are letters, Latin, Greek and Cyrillic."""
MONEY = "壹贰貳叁叄參肆伍陆陸柒捌玖拾佰仟"
"""The numerals of accounts, which 零 万 亿 go with."""
_MEASURES = frozenset(
    "个個条條章节節款项項号號期版届屆级級岁歲年月日天周元角块名位户戶次遍倍件本册冊卷页頁篇首只頭匹辆輛架艘栋棟间間"
    "所幅张張枚颗顆粒棵株亩畝吨噸斤里米秒度楼樓层層组組种種类類座台万亿萬億班等折成场場轮輪排口批份套双雙副串"
    "瓶杯碗盒箱袋桶支封句课課克升尺寸丈顷頃盏盞趟圈毛尾朵根片滴筐罐缸壶壺盘盤尊幢段家处處县縣乡鄉镇鎮村"
)
_ONES = "[〇零○一二三四五六七八九]"
_MEASURE_WORD = re.compile(  # of 三点一四 点 is none
    f"小[时時]|[分刻]钟|[分刻]鐘|[点點](?!{_ONES}+(?!{_ONES}|[十分刻]))|星期|[礼禮]拜|[学學]期|[昼晝]夜|世[纪紀]|公[里斤分尺顷頃]|[厘釐毫]米|英[里尺寸]|海里|[平立]方"
)


def is_measure(text: str, numeral: str = "") -> bool:
    """Whether a text begins with a measure word that seldom makes another word with the numeral before it.

    十个, 三点 and 三小时 are numbers; 十分, 三国 and 一点 are not.
    """
    if numeral in ("1", "一") and re.match("[点點](?![钟鐘])", text):
        return False
    return text[:1] in _MEASURES or _MEASURE_WORD.match(text) is not None


_PLAIN = str.maketrans(
    {c: str(i) for i, c in enumerate("０１２３４５６７８９")}
    | dict(zip("萬億兩零○◯", "万亿两〇〇〇", strict=True))
    | {"廿": "二十", "卅": "三十", "卌": "四十"}
    | dict(zip(MONEY, "一二二三三三四五六六七八九十百千", strict=True))
)
_DIGITS = dict(zip("〇一二三四五六七八九两ＯOoΟοОо0123456789.", "0123456789200000000123456789.", strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_MIXED = r"(?:[0-9.]+万?亿)?(?:[0-9.]+万)?(?:[0-9.]+千)?(?:[0-9.]+百)?[0-9]*"
_MOST_DIGITS = 16  # of a number that is written with 十 百 千 万 亿


def number(text: str) -> int | None:
    """The value of a numeral in any form, or None: of 12, 十二, 一二, 一百零二, 3亿5000万, 元 (1)."""
    if text in ("元", "正"):
        return 1
    total = section = 0
    digits = ""
    for c in text.translate(_PLAIN):
        if c in _DIGITS:
            digits += _DIGITS[c]
            continue
        unit = _UNITS.get(c)
        if unit is None:
            return None
        before = unit >= 10**4 and total + section  # 三百万: the unit is of all that is before it
        whole, _, part = (digits.lstrip("0") or ("0" if before else "1")).partition(".")
        if "." in part or not (whole + part).isdigit():
            return None
        count, left = divmod(int(whole + part) * unit, 10 ** len(part))
        if left:
            return None
        digits = ""
        if unit < 10**4:
            section += count
        elif total < unit:
            total, section = (total + section) * unit + count, 0
        else:
            total, section = total + section * unit + count, 0
    return total + section + int(digits or 0) if "." not in digits and (digits or total + section) else None


def digits(text: str) -> str | None:
    """The Western digits of a numeral that is exactly one number, or None: not of 千万, 万一, 二三十, 3.14.

    One with units is written as ``with_units`` does, or without the 一 of 一十, with 两, 廿, in numerals of
    accounts, or with Western digits before its units, the largest unit first (3亿5000万).
    """
    plain = text.translate(_PLAIN)
    plain = re.sub("(?<=[^万])万万", "亿", plain)
    if plain.startswith("百万"):
        plain = "一" + plain
    if plain == "两" or all(c in _DIGITS and c not in ".两" for c in plain):
        return "".join(_DIGITS[c] for c in plain)
    value = number(plain)
    if not value or value >= 10**_MOST_DIGITS:
        return None
    if plain[0] in "0123456789":
        return str(value) if re.fullmatch(_MIXED, plain) else None
    written = with_units(str(value))
    same = _bare(plain) == _bare(written.translate(_PLAIN)) and ("〇" in plain) == ("零" in written)
    return str(value) if same else None


def _bare(numeral: str) -> str:
    return numeral.replace("〇", "").replace("两", "二").replace("一十", "十")


def digit_by_digit(digits: str, zero: str = "〇") -> str:
    """``"1949"`` to 一九四九."""
    return "".join(zero if d == "0" else "〇一二三四五六七八九"[int(d)] for d in digits)


def with_units(digits: str) -> str:
    """``"220"`` to 二百二十; digit by digit where the number has leading zeros or more than 16 digits."""
    if len(digits) > _MOST_DIGITS or (digits[0] == "0" and len(digits) > 1):
        return digit_by_digit(digits)
    written = _written(int(digits))
    return written[1:] if written.startswith("一十") else written or "零"


def _written(value: int) -> str:
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= unit:
            head, rest = divmod(value, unit)
            return _written(head) + name + ("零" if 0 < rest < unit // 10 else "") + _written(rest)
    return "〇一二三四五六七八九"[value] if value else ""

"""Dates that stand in a line of their own, and the lines that hold them (datelines)."""

from __future__ import annotations

import re
from datetime import date as calendar_date
from typing import Final

_DIGITS: Final = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "Ｏ": "0"}
_NUMBER = "[0-9０-９〇零○一二三四五六七八九十廿卅元]"
_DATE = re.compile(
    f"(?P<republic>(?:中華"
    f"|中华)?民[國国])?(?P<year>{_NUMBER}{{1,4}})年(?:(?P<month>{_NUMBER}{{1,3}})月(?:(?P<day>{_NUMBER}{{1,3}})[日号號])?)?"
    "|(?P<year2>[0-9]{4})(?P<mark>[-/.．－])(?P<month2>[0-9]{1,2})(?:(?P=mark)(?P<day2>[0-9]{1,2}))?(?![0-9])"
)
_LABEL = (
    "(?:(?:发布|發布|发表|發表|出版|刊登|更新|写作|寫作)?(?:时间|時間|日期)|日期|来源|來源|稿源|出处|原载"
    "|原載|载于|載於|刊于|刊於"
    "|写于|寫於|作于|作於|记于|記於)"
)
_EDITION = (
    "(?:第[0-9〇一二三四五六七八九十百]{1,4}[版期号號页頁]"
    "|[A-Z]?[0-9]{1,2}版|总第[0-9]{1,6}期|總第[0-9]{1,6}期)"
)
_WEEKDAY = "(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]"
_TIME = "[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?"
_PAPER = (
    "(?:《[^《》]{2,16}》|[^\\s《》，。、：:；]{2,12}(?:报|報|网|網|社|杂志|雜誌|月刊|周刊|週刊|学报|學報))"
)
_PLACE = "[^\\s《》，。、：:；0-9]{2,6}"
_FRAME = re.compile(
    f"{_LABEL}[:：]?|{_EDITION}|{_WEEKDAY}|{_TIME}|{_PAPER}|[\\s,，、"
    f"|｜/·（）()〔〕\\[\\]【】农历晨夜晚午上下于於]"
)
_PLACED = re.compile(f"^(?:{_PLACE}[\\s，、]*)?$")
_LABELLED = re.compile(f"{_LABEL}[:：]|{_EDITION}|{_WEEKDAY}|《|报|報|网|網|社")


def _number(digits: str) -> int | None:
    """A number in Western digits, in 二〇一三 or in 二十三, or None."""
    digits = digits.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if digits == "元":
        return 1
    if any(c in "十廿卅" for c in digits):
        digits = digits.replace("廿", "二十").replace("卅", "三十")
        tens, _, ones = digits.partition("十")
        left = _DIGITS.get(tens, "1" if tens == "" else "")
        right = _DIGITS.get(ones, "0" if ones == "" else "")
        return int(left + right) if left and right else None
    digits = "".join(_DIGITS.get(c, c) for c in digits)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _iso(found: re.Match[str]) -> str | None:
    """The ISO 8601 form of a date that was found, or None where no such day can be."""
    year_text = found["year"] or found["year2"]
    year = _number(year_text)
    if year is None:
        return None
    if found["republic"]:
        year += 1911  # the first year of the Republic is 1912
    elif len(year_text) != 4:
        return None
    month_text, day_text = found["month"] or found["month2"], found["day"] or found["day2"]
    month = _number(month_text) if month_text else None
    day = _number(day_text) if day_text else None
    if not 1000 <= year <= 2100 or (month_text and not month) or (day_text and not day):
        return None
    try:
        calendar_date(year, month or 1, day or 1)
    except ValueError:
        return None
    return f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")


def written_date(text: str) -> str | None:
    """The ISO 8601 form of a text that is nothing but a date (民国十年, 二〇一二年五月, 1949.10.1), or None.

    Years of reigns are none: their months, and the days on which they began, are not those of that calendar.
    """
    found = _DATE.fullmatch("".join(text.split()))
    if found is None or (found["year2"] and not found["day2"]):  # 1949/50 may be two years
        return None
    return _iso(found)


def dateline(line: str) -> tuple[str, bool] | None:
    """``(date, labelled)`` where a line is a date and nothing but a date, or None.

    Around the date may stand a newspaper's name, an edition, a weekday, a time, a label (日期：) and a
    place. A line of a bare
    year is no dateline. ``labelled`` tells whether something beside the date says that it is the date of
    the text.
    """
    if len(line) > 60 or not any(c in line for c in "年-/.．－"):
        return None
    found = _DATE.search(line)
    if not found or not (found["month"] or found["month2"]):
        return None
    iso = _iso(found)
    if iso is None:
        return None
    rest = line[: found.start()] + " " + line[found.end() :]
    if _DATE.search(rest):
        return None
    bare = _FRAME.sub("", rest)
    before = line[: found.start()]
    if bare and not (_PLACED.match(bare) and bare in before):
        return None
    return iso, bool(_LABELLED.search(rest))

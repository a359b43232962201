"""Dates that are in a line of their own, and the lines that hold them (datelines)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from archive.page.rule_words import compiled, one_of, plain
from archive.text.dates import NUMBER, iso_date

_FOLDED: Final = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
_DATE = compiled(
    f"(?P<republic>(?:中华)?民国)?(?P<year>{NUMBER}{{1,4}})年(?:(?P<month>{NUMBER}{{1,3}})月(?:(?P<day>{NUMBER}{{1,3}})[日号])?)?"
    "|(?P<year2>[0-9]{4})(?P<mark>[-/.．－])(?P<month2>[0-9]{1,2})(?:(?P=mark)(?P<day2>[0-9]{1,2}))?(?![0-9])"
)
_LABEL = (
    "(?:(?:发布|发表|出版|刊登|更新|写作|录入|添加)?(?:时间|日期)|来源|稿源|出处|原载|载于|刊于"
    "|写于|作于|记于)"
)
_EDITION = (
    "(?:第\\s*[0-9〇一二三四五六七八九十百]{1,4}\\s*[版期号页]|[A-Z]?[0-9]{1,3}\\s*版"
    "|版次[:：]\\s*[A-Z]?[0-9]{1,3}|总第[0-9]{1,6}期)"
)
_WEEKDAY = "(?:星期|周|礼拜)[一二三四五六日天]|星期$|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_TIME = "[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?"
_LUNAR = (
    "[农夏旧阴]历|公元|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥][（(]?[鼠牛虎兔龙蛇马羊猴鸡狗猪]?[）)]?年?"
    "|闰?(?:正|[一二三四五六七八九冬腊]|十[一二]?)月(?:大|小|(?:初|十|廿|二十|三十)?[一二三四五六七八九十]?[日夜]?)"
)
_MASTHEAD = (
    "(?:今日|今天|明日)?(?:立[春夏秋冬]|雨水|惊蛰|[春秋]分|清明|谷雨|小满|芒种|[夏冬]至|[小大][暑寒雪]|处暑|白露|寒露|霜降)"
    "|[今本][日期]共?[0-9一二三四五六七八九十]{1,3}版|共[0-9一二三四五六七八九十]{1,3}版|(?<=\\s)(?:晴|阴|多云)[ℌ]{0,4}"
    "|-?[0-9]{1,2}[℃°]?[~～至-]+-?[0-9]{1,2}[℃°]C?"
)
"""What a newspaper prints beside its date: the season, its pages, the weather."""
_PAPER = f"(?:《[^《》]{{2,16}}》|[^\\s《》，。、：:；]{{2,12}}{one_of('papers')})"
_PLACE = "[^\\s《》，。、：:；0-9]{2,6}"
_FRAME = compiled(
    f"[写作记]?于[ℌ]{{2,6}}$|{_LUNAR}|{_MASTHEAD}|{_LABEL}[:：]?|{_EDITION}|{_WEEKDAY}|{_TIME}|{_PAPER}"
    "|[\\s,，、|｜/·（）()〔〕\\[\\]【】农历晨夜晚午上下于]"
)
_PLACED = re.compile(f"^(?:{_PLACE}[\\s，、]*)?$")
_LABELLED = compiled(f"{_LABEL}[:：]|{_LABEL}\\s*$|^\\s*{_LABEL}\\s|{_EDITION}|{_WEEKDAY}|《|[报网社]")


def _iso(found: re.Match[str]) -> str | None:
    """The ISO 8601 form of a date that was found, or None where no such day can be."""
    iso = iso_date(found.group().translate(_FOLDED))
    return iso if iso and "1000" <= iso[:4] <= "2100" else None


def find_date(line: str) -> tuple[str, str] | None:
    """``(date, rest)`` of a line with exactly one date that has a month, or None."""
    if not any(c in line for c in "年-/.．－"):
        return None
    # not the year of a magazine's number: 2022年第4期
    dates = [found for found in _DATE.finditer(line) if found["month"] or found["month2"]]
    if len(dates) != 1 or (iso := _iso(dates[0])) is None:
        return None
    return iso, f"{line[: dates[0].start()]} {line[dates[0].end() :]}"


@lru_cache(maxsize=1 << 12)
def dateline(line: str) -> tuple[str, bool] | None:
    """``(date, labelled)`` where a line is a date and nothing but a newspaper's name, an edition, a weekday,
    a time, a label and a place, or None. ``labelled``: one of these says that it is the date of the text.
    """
    if len(line) > 80 or (found := find_date(plain(line))) is None:
        return None
    iso, rest = found
    bare = _FRAME.sub("", rest)
    bracketed = line[0] in "（(" and line[-1] in "）)"
    if bare and not (_PLACED.match(bare) and (bracketed or plain(line).startswith(bare[:1]))):
        return None
    return iso, bool(_LABELLED.search(rest))


_AT_END = compiled(
    f"^(?:(?:{NUMBER}{{2,4}}年)?{NUMBER}{{1,3}}月(?:{NUMBER}{{1,3}}[日号])?)[晨夜晚]?"
    "(?:[，,、\\s]*(?P<name>ℕ(?<![改写作记识]))?[改写作记识]{0,2}[于在](?P<place>[ℌ]{2,8})|[，,\\s]+[ℌ]{2,8})?。?$"
)


def date_at_end(line: str) -> tuple[str | None, str | None] | None:
    """``(date, author)`` of a line that ends a text with when and where it was written, or None: 四月一日,
    1925年10月在溪口。 The date is None where the year is missing."""
    found = _AT_END.match(plain(line)) if len(line) <= 30 else None
    if found is None:
        return None
    dated = find_date(line)
    return dated[0] if dated else None, line[slice(*found.span("name"))] if found["name"] else None


_PASSED = compiled("^[^。]*(?:通过|修订|修正|批准|公布|发布|施行)[^，。]{0,4}[）)]?$")


def passed_on(line: str) -> str | None:
    """The first date of a line that says when a law was passed: （2001年9月28日…会议通过）, or None."""
    found = _DATE.search(plain(line)) if len(line) <= 160 and _PASSED.match(plain(line)) else None
    if not found or not (found.start() == 0 or line[0] in "（(" or line[-1] in "）)"):
        return None
    return _iso(found) if found else None

"""Workbooks of Excel (.xlsx) row by row: a sheet of a million rows takes no more memory than its strings.

Not with calamine, which is twice as fast: it makes a rectangle of a sheet, so that two cells, one of them far
off, take 550 GB and end its process.
ECMA-376, part 1: 18.3 (worksheets), 18.4 (shared strings), 18.8.30 (number formats).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias

from archive.errors import ReadError
from archive.readers.package import Package, elements, forget
from archive.readers.xml import attribute, local

Rows: TypeAlias = Iterator[tuple[int, list[object]]]

_DATES: Final = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))))
"""Numbers of formats of dates and times that are built in, those of Chinese programs among them."""
_NO_SIGN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^\]]*\]')
_DATE: Final = re.compile(r"\[?[dmyhs]", re.IGNORECASE)
_WIDEST: Final = 16_384
_FIRST_OF_MARCH: Final = 61  # Excel has a 29 February 1900 before it
_BEYOND: Final = 2_958_466  # the first of January 10000


def sheets(package: Package) -> Iterator[tuple[str, Callable[[], Rows]]]:
    """The name of each sheet, and its rows that have cells, by their numbers from 1: strings, numbers, truth
    values, dates. Raises ``ReadError``.
    """
    book = next((one.target for one in package.related("") if one.kind == "officeDocument"), "")
    parts = package.related(book)
    if package.unread:  # nothing says which parts are sheets
        raise ReadError("broken", package.unread[0])
    targets = {one.id: one.target for one in parts if one.kind == "worksheet"}
    strings = [text for one in parts if one.kind == "sharedStrings" for text in _strings(package, one.target)]
    signs = [sign for one in parts if one.kind == "styles" for sign in _signs(package.side(one.target))]
    root = package.tree(book)
    old = any(attribute(one, "date1904") in ("1", "true") for one in root)
    value = partial(_value, strings, signs, datetime.datetime(1904, 1, 1) if old else None)
    for sheet in (one for group in root if local(group) == "sheets" for one in group):
        if target := targets.get(attribute(sheet, "id") or ""):
            yield sheet.get("name", ""), partial(_rows, package, target, value)


def _strings(package: Package, target: str) -> Iterator[str]:
    for element in elements(package.open(target), target, "{*}si"):
        yield _text(element)
        forget(element)


def _text(element: Any) -> str:
    """A string, without the readings above its characters."""
    if len(element) == 1 and not len(element[0]):
        return element[0].text or ""
    return "".join(one.text or "" for one in element.iter("{*}t") if local(one.getparent()) != "rPh")


def _signs(styles: Any) -> Iterator[str]:
    """For each style of cells the signs by which its numbers are dates or times (``yymd``), or nothing."""
    if not len(styles):
        return
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter("{*}numFmt")}
    for style in styles.iterfind("{*}cellXfs/{*}xf"):
        number = style.get("numFmtId", "")
        code = own.get(number, "d" if number in _DATES else "")
        yield "".join(_DATE.findall(_NO_SIGN.sub("", code)))


def _rows(package: Package, target: str, value: Callable[[Any], object]) -> Rows:
    """The rows of a sheet, up to where it is damaged: that costs no other sheet."""
    number = 0
    for element in package.lenient(target, "{*}row"):
        at = element.get("r", "")
        number = int(at) if at.isdecimal() else number + 1
        cells: list[object] = []
        for cell in element:
            column = _column(cell.get("r", "").rstrip("0123456789"))
            if column > len(cells):
                cells += [""] * (column - len(cells))
            cells.append(value(cell))
        if cells:
            yield number, cells
        forget(element)


@lru_cache(maxsize=1 << 15)
def _column(letters: str) -> int:
    """The column of A, B … AA, from 0; 0 where nothing says it: it is the next one."""
    column = 0
    for letter in letters if len(letters) <= len("XFD") else "":
        column = 26 * column + ord(letter) - ord("A") + 1
    return max(0, min(column, _WIDEST) - 1)


def _value(strings: list[str], signs: list[str], first: datetime.datetime | None, cell: Any) -> object:
    """What a cell has; of a formula, what was saved of it."""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    text = next((one.text or "" for one in reversed(cell) if one.tag.endswith("}v")), "")
    try:
        match kind:
            case "s":
                return strings[int(text)]
            case "b":
                return text == "1"
            case "n" if text:
                style = int(cell.get("s", "0"))
                sign = signs[style] if style < len(signs) else ""
                return _date(float(text), sign, first) if sign else float(text)
    except (ValueError, IndexError, OverflowError):
        pass
    return text


def _date(days: float, signs: str, first: datetime.datetime | None) -> object:
    """A date by the days since the first one, or a time: of less than a day, or one that is measured."""
    if not 0 <= days < _BEYOND:
        return days
    seconds = round(days * 86_400)
    if days < 1 or "[" in signs:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if first is None:
        first = datetime.datetime(1899, 12, 30 + (days < _FIRST_OF_MARCH))
    return first + datetime.timedelta(seconds=seconds)

"""Tables as files: CSV that a spreadsheet opens as what it is, JSON Lines, and Excel workbooks.

CSV by RFC 4180: commas, lines that end with CR LF, quotes where they are needed. In front of it a byte order
mark, by which Excel knows UTF-8; without one it takes the code page of the system, and Chinese is lost.

A cell that begins with a sign of a formula is calculated when the file is opened, whoever wrote the text: in
CSV it gets an apostrophe in front (OWASP, "CSV Injection"). JSON and workbooks have it as it is.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from index.search.xlsx import Cell, xlsx

Form: TypeAlias = Literal["csv", "ndjson", "xlsx"]

MEDIA_TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

BYTE_ORDER_MARK = "\ufeff"

# Also in full width, which Excel takes for the same where it is set to Chinese or Japanese.
_FORMULA = re.compile(r"[=+\-@＝＋－＠\t\r\n]")


def table(form: Form, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str | bytes]:
    """The file of a table, a piece at a time: no more than some hundred rows are held.

    Of JSON Lines a row is an object with the names of the header; what is not known is null.
    """
    if form == "csv":
        return csv_lines(header, rows)
    if form == "xlsx":
        return xlsx(header, rows)
    return (json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of the file, each with its end; what is not known is an empty cell."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(header)
    yield BYTE_ORDER_MARK + lines.pop()
    for row in rows:
        writer.writerow(map(_safe, row))
        yield lines.pop()


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


class _Lines:
    """What ``csv.writer`` takes for a file."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append

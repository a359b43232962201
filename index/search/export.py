"""Files to take along: tables as CSV, JSON Lines and Excel workbooks; hits, documents and collocates in them.

CSV by RFC 4180: commas, lines that end with CR LF, quotes where they are needed. In front of it a byte order
mark, by which Excel knows UTF-8; without one it takes the code page of the system, and Chinese is lost.

A cell that begins with a sign of a formula is calculated when the file is opened, whoever wrote the text: in
CSV it gets an apostrophe in front (OWASP, "CSV Injection"). JSON and workbooks have it as it is.

A workbook (ECMA-376, Office Open XML, part 1) has the parts that Excel needs and no others. A row is
forgotten once it is compressed, so memory does not grow with the table. Writers that were tried keep rows in
temporary files, take three times as long, or write a cell that looks like their markup as markup.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite
from operator import attrgetter
from typing import IO, Final, Literal, TypeAlias, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from msgspec.structs import astuple, replace

from archive.citation import Cited, gbt, today
from archive.fields import ASKED
from index.errors import OptionError
from index.requests import MAX_LIMIT, AssociationRequest
from index.results import Association, Associations, Line, ListedDocument, PassageHit, to_json
from index.search.concordance import lines_of

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

    Of JSON Lines a row is an object with the names of the header; what is not known is null. Raises
    ``OptionError`` for another form.
    """
    if form not in MEDIA_TYPES:
        raise OptionError("format", form, tuple(MEDIA_TYPES))
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
    """A writable object for ``csv.writer``."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


Cell: TypeAlias = str | int | float | None

MOST_ROWS: Final = 1_048_576
"""Of a sheet, its header too: further rows go to further sheets."""

MOST_CELL: Final = 32_767
"""UTF-16 units of a cell: a longer text is cut, and ``…`` shows it."""

_MOST_SHEET = 1 << 30
"""Bytes of a sheet before it is compressed: above 2 GB the ZIP would need fields that Excel refuses."""

_BLOCK = 1 << 16

# Not characters of XML 1.0; and "_x0041_", which Excel reads as an escaped character.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_SHEET_END = "</sheetData></worksheet>"


def xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """The bytes of a workbook: its header in each sheet, every text as text; a control character becomes
    U+FFFD.
    """
    made: list[bytes] = []
    columns = [_letters(number) for number in range(len(header))]
    left = iter(rows)
    sheets, full = 0, True
    with ZipFile(cast("IO[bytes]", _Made(made)), "w", ZIP_DEFLATED, compresslevel=3) as book:
        while full:
            sheets, full = sheets + 1, False
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                block, written = [_SHEET_HEAD, _row(columns, 1, header)], 0
                for number, row in enumerate(left, 2):
                    block.append(_row(columns, number, row))
                    if number % 64 == 0:
                        written += sheet.write("".join(block).encode())
                        block.clear()
                        yield from made
                        made.clear()
                        full = written > _MOST_SHEET
                    if full or number == MOST_ROWS:
                        full = True
                        break
                sheet.write("".join([*block, _SHEET_END]).encode())
        for name, text in _parts(sheets):
            book.writestr(name, _XML + text)
    yield from made


def _row(columns: Sequence[str], number: int, cells: Sequence[Cell]) -> str:
    out = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{_text(str(cell))}</t></is></c>'
        if isinstance(cell, str) or not isfinite(cell)
        else f'<c r="{column}{number}"><v>{cell!r}</v></c>'
        for column, cell in zip(columns, cells, strict=True)
        if cell is not None
    )
    return f'<row r="{number}">{out}</row>'


def _text(cell: str) -> str:
    if not cell.isprintable():
        cell = _NOT_XML.sub("\ufffd", re.sub("\r\n?", "\n", cell))
    if "_x" in cell:
        cell = _ESCAPE.sub("_x005F_", cell)
    if 2 * len(cell) > MOST_CELL and len(units := cell.encode("utf-16-le")) > 2 * MOST_CELL:
        cell = units[: 2 * MOST_CELL - 2].decode("utf-16-le", "ignore") + "…"
    return escape(cell)


def _letters(number: int) -> str:
    """The name of a column, from 0: A … Z, AA …"""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _parts(sheets: int) -> Iterator[tuple[str, str]]:
    """The parts of a workbook beside its sheets."""
    numbers = range(1, sheets + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    named = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{types}</Types>',
    )
    yield (
        "_rels/.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{named}</sheets></workbook>",
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
    )


class _Made:
    """A write-only object for ``ZipFile``."""

    def __init__(self, made: list[bytes]) -> None:
        self._made = made

    def write(self, data: bytes) -> int:
        self._made.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass


# --- what is exported ---------------------------------------------------------------------------------------

ASSOCIATION_COLUMNS = Association.__struct_fields__
"""Columns of the table of collocates or key words."""

DOCUMENT_COLUMNS = ("id", "path", "title", "author", "date", "characters", "passages", "collection", *ASKED)
"""Columns of the table of documents."""

HEADER = (*Line.__struct_fields__, "folder", "citation", "link")
"""Columns of the table of hits, before those of the owner's own fields."""


def exported(
    hits: Iterable[PassageHit],
    form: Form,
    context: int,
    cite: Callable[[str], Cited],
    address: str,
    own: Sequence[str] = (),
) -> Iterator[str | bytes]:
    """The file, a piece at a time. In JSON Lines a hit is what a search answers, with citation and link.

    Args:
        address: where the archive is served, for the permanent links; without a ``/`` at its end.
        own: the fields of the owner's own.
    """
    found = _cited(hits, cite, address)
    if form == "ndjson":
        return (
            json.dumps({**to_json(hit), "citation": citation, "link": link}, ensure_ascii=False) + "\n"
            for hit, citation, link in found
        )
    return table(
        form,
        (*HEADER, *own),
        (
            (*astuple(line), hit.document.folder, citation, link, *map(hit.document.fields.get, own))
            for hit, citation, link in found
            for line in lines_of(hit, context)
        ),
    )


def document_rows(
    documents: Iterable[ListedDocument], own: Sequence[str] = ()
) -> Iterator[tuple[str | int | None, ...]]:
    """The rows of the table of documents, the owner's ``own`` fields last; a guessed date is marked."""
    cells = attrgetter(*DOCUMENT_COLUMNS[:4], "when", *DOCUMENT_COLUMNS[5:])
    return ((*cells(one), *map(one.fields.get, own)) for one in documents)


def _cited(
    hits: Iterable[PassageHit], cite: Callable[[str], Cited], address: str
) -> Iterator[tuple[PassageHit, str, str]]:
    """Each hit with its citation and its permanent link."""
    known, citation = None, ""
    for hit in hits:
        # The passages of a section on one page are cited alike, and mostly follow each other.
        place = (hit.document.id, hit.section, hit.author, hit.page)
        if place != known:
            known, citation = place, gbt(replace(cite(hit.passage_id), accessed=today()))
        yield hit, citation, f"{address}/p/{hit.passage_id}"


def every_association(
    ask: Callable[[AssociationRequest], Associations], request: AssociationRequest
) -> Iterator[Association]:
    """The rows of all pages of a comparison."""
    offset, total = 0, 1
    while offset < total:
        found = ask(replace(request, search=replace(request.search, limit=MAX_LIMIT, offset=offset)))
        yield from found.rows
        offset, total = offset + MAX_LIMIT, found.total

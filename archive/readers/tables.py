"""Tables (CSV, TSV, Excel, OpenDocument): a row is a document where columns say so, else a line."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain, groupby, islice
from typing import BinaryIO, Final, TypeAlias

from msgspec.structs import replace
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from archive.damage import encoding_notes
from archive.digests import Names
from archive.errors import ReadError
from archive.fields import NAMES, mark_of, one_line_of_authors
from archive.model import Kind, Note
from archive.readers import html, workbook
from archive.readers.extract import Extract, TextLine
from archive.readers.files import HashedFile, TextFile
from archive.readers.odt import repeated
from archive.readers.office import PAGE
from archive.readers.package import Package, elements, unread_notes
from archive.readers.xml import attribute, local

Row: TypeAlias = list[str]

_TEXT = "正文,内容,內容,全文,原文,文本,content,body,fulltext,full_text,full text"
COLUMNS: Final = {"id": ("编号", "編號", "序号", "序號", "记录号"), "text": tuple(_TEXT.split(","))}
"""Names of columns that are not fields of a document (``archive.fields``), beside the first word."""

_ENGLISH: Final = {
    "headline": "title", "authors": "author", "creator": "author", "byline": "author", "published": "date",
    "pubdate": "date", "publication": "source", "newspaper": "source", "lang": "language",
}  # fmt: skip
_HEAD: Final = 5  # rows; the names of columns are in one of them
_BEGINS: Final = 1000  # bytes
_LOOKED_AT: Final = 20  # rows, for the mark between cells
_LARGEST: Final = 1_000_000  # characters of a table that is one document; the rest are further ones
_LONGEST_CELL: Final = 1 << 24
_LONGEST_ID: Final = 100
_MOST_EXACT: Final = 10**15
_LINE: Final = re.compile("[^\r\n]*(?:\r\n|\r|\n)")
_OTHERS: Final = {name: field for field, names in COLUMNS.items() for name in (field, *names)}
_FIELD_OF: Final = NAMES | _OTHERS | _ENGLISH


def extract(
    file: BinaryIO, path: str, encoding: str | None, mapping: Mapping[str, str] | None = None
) -> Iterator[Extract]:
    """The documents of a file; ``mapping`` has the fields of columns by their names, before our own table."""
    begins = file.read(_BEGINS)
    file.seek(0)
    try:
        if PAGE.match(begins):
            yield from html.extract(file, path, encoding)
        elif path.lower().endswith((".csv", ".tsv", ".tab")) or _is_text(begins):
            yield from _text_table(file, path, encoding, mapping or {})
        elif path.lower().endswith(".ods"):
            yield from _open_document(file, mapping or {})
        else:
            yield from _workbook(file, path, mapping or {})
    except PasswordError as error:
        raise ReadError("protected") from error
    except (csv.Error, CalamineError) as error:
        raise ReadError("broken", str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of Rust; it has no name to import
            raise ReadError("broken", str(error)) from error
        raise


def _is_text(begins: bytes) -> bool:
    """Whether a file that is named as a workbook is a table of text, as programs export it."""
    return (
        not begins.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"\x09"))
        and b"\0" not in begins
        and b"\t" in begins
    )


def _text_table(
    file: BinaryIO, path: str, encoding: str | None, mapping: Mapping[str, str]
) -> Iterator[Extract]:
    csv.field_size_limit(_LONGEST_CELL)
    text = TextFile(HashedFile(file), encoding)
    lines = _lines(text)
    head = list(islice(lines, _LOOKED_AT))
    mark = "\t" if path.lower().endswith((".tsv", ".tab")) else mark_of(head)
    if head and head[0].strip().lower().startswith("sep="):  # for Excel
        mark = head.pop(0).strip()[4:5] or mark
    rows = enumerate(csv.reader(chain(head, lines), delimiter=mark), 1)
    yield from _with_notes(_documents(rows, "", mapping), lambda: encoding_notes(text.decoded, path))


def _with_notes(extracts: Iterable[Extract], notes: Callable[[], Iterable[Note]]) -> Iterator[Extract]:
    """The documents of a file, the last of them with the notes on it."""
    held: Extract | None = None
    for one in extracts:
        if held is not None:
            yield held
        held = one
    if (made := tuple(notes())) or held is not None:
        yield replace(held or Extract(()), notes=made)


def _lines(text: TextFile) -> Iterator[str]:
    rest = ""
    while more := text.next():
        rest += more
        end = 0
        for found in _LINE.finditer(rest):
            yield found[0]
            end = found.end()
        rest = rest[end:]
    yield rest


def _workbook(file: BinaryIO, path: str, mapping: Mapping[str, str]) -> Iterator[Extract]:
    if file.read(2) == b"PK" and (package := Package(file)):
        package.check()
        if "xl/workbook.bin" not in package:
            sheets = _sheets(workbook.sheets(package), mapping)
            yield from _with_notes(sheets, partial(unread_notes, package, path))
            return
    file.seek(0)
    yield from _sheets(_old_sheets(CalamineWorkbook.from_filelike(file)), mapping)


def _old_sheets(book: CalamineWorkbook) -> Iterator[tuple[str, Callable[[], workbook.Rows]]]:
    """The sheets of a binary workbook (.xls, .xlsb), each as a whole."""

    def rows(name: str) -> workbook.Rows:
        sheet = book.get_sheet_by_name(name)
        return enumerate(sheet.iter_rows(), 1 + (sheet.start[0] if sheet.start else 0))

    for name in (one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet):
        yield name, partial(rows, name)


def _sheets(
    sheets: Iterable[tuple[str, Callable[[], workbook.Rows]]], mapping: Mapping[str, str]
) -> Iterator[Extract]:
    filled = [(name, rows) for name, rows in sheets if next(rows(), None)]
    for name, rows in filled:
        shown = ((number, [_shown(cell) for cell in cells]) for number, cells in rows())
        yield from _documents(shown, name if len(filled) > 1 else "", mapping)


def _open_document(file: BinaryIO, mapping: Mapping[str, str]) -> Iterator[Extract]:
    """A spreadsheet of OpenDocument, row by row: it may claim to have thousands of millions."""
    package = Package(file)
    filled = dict.fromkeys(name for name, cells in _open_document_rows(package) if any(cells))
    for name, rows in groupby(_open_document_rows(package), lambda one: one[0]):
        if name in filled:
            numbered = enumerate((cells for _, cells in rows), 1)
            yield from _documents(numbered, name if len(filled) > 1 else "", mapping)


def _open_document_rows(package: Package) -> Iterator[tuple[str, Row]]:
    """The rows of all sheets, with the names of these."""
    for element in elements(package.open("content.xml"), "content.xml"):
        table = element.getparent()
        if local(element) != "table-row":
            continue
        while table is not None and local(table) != "table":
            table = table.getparent()
        cells: Row = []
        for cell in element:
            paragraphs = ("".join(one.itertext()) for one in cell if local(one) == "p")
            date = attribute(cell, "date-value")
            text = date.replace("T", " ") if date else "\n".join(paragraphs)
            cells += [text] * repeated(cell, "number-columns-repeated")
        name = attribute(table, "name") if table is not None else None
        for _ in range(repeated(element, "number-rows-repeated")):
            yield name or "", cells
        element.clear()


def _shown(value: object) -> str:
    """A cell as text: dates in ISO 8601, whole numbers without a point. Formulas are not worked out."""
    match value:
        case str():
            return value.replace("_x000D_", "").strip()
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < _MOST_EXACT:
            return str(int(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.datetime():
            return value.isoformat(" ", "seconds")
        case _:
            return str(value)


def _documents(
    numbered: Iterator[tuple[int, Row]], sheet: str, mapping: Mapping[str, str]
) -> Iterator[Extract]:
    head = list(islice(numbered, _HEAD))
    for place, (_, names) in enumerate(head):
        columns = [_field(name, mapping) for name in names]
        if "text" in columns:
            if place:
                yield from _as_lines(iter(head[:place]), sheet, above=True)
            yield from _records(chain(head[place + 1 :], numbered), names, columns, sheet)
            return
    yield from _as_lines(chain(head, numbered), sheet)


def _field(name: str, mapping: Mapping[str, str]) -> str:
    """The field that a column of this name has, or nothing."""
    name = name.strip().lstrip("\ufeff")
    return mapping.get(name) or _FIELD_OF.get(name.lower(), "")


def _records(
    rows: Iterable[tuple[int, Row]], names: Row, columns: list[str], sheet: str
) -> Iterator[Extract]:
    seen = Names()
    for number, cells in rows:
        lines: list[TextLine] = []
        metadata: dict[str, str] = {}
        name = ""
        for place, cell in enumerate(cells):
            cell = cell.strip()
            field = columns[place] if place < len(columns) else ""
            if not cell:
                continue
            if field == "id" and not name and len(cell) <= _LONGEST_ID and cell.isprintable():
                name = cell
            elif field == "text":
                several = [line for line in cell.splitlines() if line.strip()]
                lines += (
                    TextLine(line.strip(), Kind.TEXT if len(several) == 1 else None) for line in several
                )
            elif field and field not in ("id", *metadata):
                metadata[field] = one_line_of_authors(cell) if field == "author" else " ".join(cell.split())
            else:
                label = names[place].strip() if place < len(names) else ""
                lines.append(TextLine(f"{label}：" * bool(label) + " ".join(cell.split()), Kind.TEXT))
        if title := metadata.pop("title", ""):
            lines.insert(0, TextLine(title, Kind.TITLE))
        if lines or metadata:
            if not name or name in seen:
                name = str(number)
            seen.add(name)
            yield Extract(tuple(lines), metadata, member=f"#{f'{sheet}/' if sheet else ''}{name}")


def _as_lines(rows: Iterator[tuple[int, Row]], sheet: str, *, above: bool = False) -> Iterator[Extract]:
    """Rows as lines of one document, or of several where they are very many. One cell above all else is the
    title.
    """
    lines: list[TextLine] = []
    size = first = last = 0
    for number, cells in rows:
        filled = [" ".join(cell.split()) for cell in cells]
        if not any(filled):
            continue
        if size > _LARGEST:
            yield _table(lines, sheet, f"{first}-{last}")
            lines, size, above = [], 0, True
        first = first if lines else number
        alone = not lines and not above and sum(map(bool, filled)) == 1 < len(filled)
        lines.append(TextLine("\t".join(filled).strip(), Kind.TITLE if alone else Kind.TEXT))
        last = number
        size += len(lines[-1].text)
    if lines:
        yield _table(lines, sheet, f"{first}-{last}" if above else "")


def _table(lines: list[TextLine], sheet: str, rows: str) -> Extract:
    member = "/".join(filter(None, (sheet, rows)))
    return Extract(tuple(lines), {"title": sheet} if sheet else {}, member=f"#{member}" if member else "")

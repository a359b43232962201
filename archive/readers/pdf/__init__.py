"""The text layer of a PDF page to columns, rows and paragraphs.

The characters are those that the tables of the fonts give (ToUnicode), as PDFium reads them, but for radicals
(⼀), compatibility ideographs and ligatures (ﬁ), which become the characters that they stand for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from os import SEEK_END
from typing import Any, BinaryIO, Final

from archive.errors import ReadError
from archive.messages import note
from archive.model import Note
from archive.own_process import more_time
from archive.readers.extract import Extract
from archive.readers.pdf import joined_rows
from archive.readers.pdf.furniture import take_furniture
from archive.readers.pdf.order import columns
from archive.readers.pdf.page import PageText, read_page

_AT_ONCE: Final = 100
"""Pages after which the file is opened again: PDFium keeps what it read, pictures too, until it is closed."""
_BYTES: Final = 3  # of a character
_LEFTOVER: Final = re.compile(
    "microsoft (?:word|powerpoint|excel).*|.*\\.(?:docx?|wpsx?|indd|qxd|pdf|rtf|html?|pptx?|tmp|fbd|ps2?)"
    "|untitled.*|无标题.*|未命名.*"
    "|(?:slide|document|文档|演示文稿|幻灯片) ?[0-9]*|powerpoint .*|[\\W\\d_]*|about:blank|file:.*",
    re.IGNORECASE | re.DOTALL,
)
_NOBODY: Final = re.compile(
    "(?:admin(?:istrator)?|users?|owner|unknown|anonymous|author|guest|microsoft.*|windows.*|微软用户|用户|匿名|作者"
    "|lenovo|dell|hp|asus|acer|pc|[\\W\\d_]*|.*@.*|\\w*[0-9]{3,})",
    re.IGNORECASE,
)


def extract(file: BinaryIO, path: str, _encoding: str | None) -> Iterator[Extract]:
    """The one document of a PDF.

    Each page has its printed number as a mark, or the label that the file gives it, or its number. Raises
    ``ReadError`` for a file with a password, without a text layer, or whose text is not Unicode.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(file)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError("protected") from error
        raise ReadError("broken", str(error).rstrip(".")) from error
    try:
        yield _extract(document, *_pages(file, len(document)), path)
    finally:
        document.close()


def _extract(document: Any, pages: list[PageText], unread: list[int], path: str) -> Extract:
    characters, lost = sum(page.characters for page in pages), sum(page.lost for page in pages)
    if not characters:
        raise ReadError("no_text_layer")
    if 2 * lost > characters:
        raise ReadError("no_unicode")
    notes = _notes(path, pages, unread, characters, lost)
    labels, heads = take_furniture(pages)
    if len(pages) > 1:
        labels = [label or _said(document.get_page_label, i) or str(i + 1) for i, label in enumerate(labels)]
    laid = [(index, column) for index, page in enumerate(pages) for column in columns(page.segments)]
    style = joined_rows.style_of([column for _, column in laid])
    blocks = joined_rows.put_together(
        [joined_rows.blocks_of(column, index, style) for index, column in laid], style
    )
    ranks = joined_rows.set_headings(blocks, style, _outline(document))
    return Extract(tuple(joined_rows.lines_of(blocks, ranks, labels, heads)), _metadata(document), notes)


def _pages(file: BinaryIO, count: int) -> tuple[list[PageText], list[int]]:
    """The texts of the pages, and the numbers of those that could not be read."""
    from pypdfium2 import PdfDocument, PdfiumError

    share = file.seek(0, SEEK_END) / count
    pages: list[PageText] = []
    unread: list[int] = []
    for begin in range(0, count, _AT_ONCE):
        with closing(PdfDocument(file)) as document:
            for index in range(begin, min(begin + _AT_ONCE, count)):
                try:
                    with closing(document[index]) as page:
                        pages.append(read_page(page))
                except PdfiumError:
                    unread.append(index + 1)
                    pages.append(PageText([], (0, 1, 0, 1), 0, 0))
                more_time(read=share, given=_BYTES * pages[-1].characters)
    return pages, unread


def _notes(
    path: str, pages: list[PageText], unread: list[int], characters: int, lost: int
) -> tuple[Note, ...]:
    notes = []
    empty = [at for at, page in enumerate(pages, 1) if not page.characters and at not in unread]
    if empty:
        notes.append(note(path, "no_text_layer", len(empty), len(pages), _listed(empty), left_out=True))
    if unread:
        notes.append(note(path, "page_unreadable", len(unread), len(pages), _listed(unread), left_out=True))
    if 50 * lost > characters:
        notes.append(note(path, "text_doubtful.no_unicode", lost, characters))
    return tuple(notes)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:10])) + " …" * (len(numbers) > 10)


def _metadata(document: Any) -> dict[str, str]:
    found = {key: _said(document.get_metadata_value, key).strip() for key in document.METADATA_KEYS}
    author = "、".join(filter(None, re.split("\\s*[;；,，、/]\\s*", found.get("Author", ""))))
    given = {"title": found.get("Title", ""), "author": author}
    leftovers = {"title": _LEFTOVER, "author": _NOBODY}
    return {field: value for field, value in given.items() if value and not leftovers[field].fullmatch(value)}


def _said(ask: Callable[..., str | None], *about: str | int) -> str:
    """What a document says beside its text; nothing where that cannot be decoded."""
    try:
        return ask(*about) or ""
    except UnicodeDecodeError:
        return ""


def _outline(document: Any) -> dict[tuple[int, str], int]:
    """The levels of the headings in the outline, from 1, by their pages and texts."""
    found: dict[tuple[int, str], int] = {}
    for item in document.get_toc(max_depth=8):
        place = item.get_dest()
        if place is not None and (title := joined_rows.plain(_said(item.get_title))):
            found.setdefault((place.get_index(), title), item.level + 1)
        if len(found) > 100_000:
            break
    return found

"""The paragraphs of a PDF: rows joined where the type shows that they go on, headings by size, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import Final

from msgspec import Struct

from archive.model import Kind, Range
from archive.page.lines import chapter_mark, ended, run_mark
from archive.page.note_lines import note_reference
from archive.readers.extract import TextLine
from archive.readers.pdf.order import Column
from archive.readers.pdf.page import LineSegment

_LATIN: Final = re.compile("[0-9A-Za-z\u00c0-\u024f,.;:!?)\"'%\u2019\u201d]")
_NOTE_MARK: Final = re.compile("^(?:[0-9]{1,3}(?![0-9.]*[0-9年月日])|[*†‡※])\\s*\\S")
_UNIT: Final = re.compile(
    "[“‘「『（《〈【(]*(?:[!-~\u00a1-\u024f]+|.)[，。、；：！？”’」』）》〉】…—,.;:!?)·]*"
)
"""What begins a row and cannot be divided: a word, a character with its punctuation."""
_HEADING: Final = 60
"""The longest heading, in characters."""
_CAPTION: Final = 150
"""The longest caption, in characters: small, and in the middle of its column."""


class PdfBlock(Struct):
    """Rows that are one paragraph, heading, note or row of a table.

    Attributes:
        full: its last row reaches the end of the column, so that the text may go on elsewhere.
        flush: its first row begins at the beginning of the column.
        centred: each of its rows is in the middle of the column.
    """

    text: str
    raised: list[Range]
    size: float
    bold: bool
    full: bool
    flush: bool
    page: int
    cells: int = 1
    rows: int = 1
    kind: Kind | None = None
    centred: bool = False
    continues: bool = False


class PageStyle(Struct):
    """What is usual in a document: the size of its type, whether paragraphs are indented, the width of
    columns."""

    size: float
    indents: bool
    width: float
    bold: bool


def style_of(columns: list[Column]) -> PageStyle:
    """The style of these columns: of most of their characters."""
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    widths: Counter[int] = Counter()
    indented = flush = 0
    for column in columns:
        for row in column.rows:
            sizes[round(2 * row[0].size) / 2] += len(row[0].text)
            bold[row[0].bold] += len(row[0].text)
        widths[round(column.end - column.start)] += len(column.rows)
    size = max(sizes, key=lambda one: sizes[one], default=10.0)
    for column in columns:
        for row, below in zip(column.rows, column.rows[1:], strict=False):
            lead = row[0].start - below[0].start
            if abs(row[0].size - size) < 1 and abs(below[0].start - column.start) < size / 2:
                indented += 0.8 * size < lead < 5 * size and row[-1].end > column.end - 2 * size
                flush += abs(lead) < size / 2 and row[-1].end < column.end - 2 * size
    return PageStyle(
        size,
        indented > max(1, flush),
        float(widths.most_common(1)[0][0]) if widths else 0.0,
        bold[True] > bold[False],
    )


def blocks_of(column: Column, page: int, style: PageStyle) -> list[PdfBlock]:
    """The blocks of a column."""
    pitches = [
        (row[0].size, below[0].base - row[0].base)
        for row, below in zip(column.rows, column.rows[1:], strict=False)
        if abs(row[0].size - below[0].size) < 0.5
    ]
    end = column.end if _filled(column, style) else max(column.end, column.start + style.width)
    ends = _ends(column, end)
    blocks: list[PdfBlock] = []
    last: list[LineSegment] | None = None
    for index, row in enumerate(column.rows):
        following = column.rows[index + 1] if index + 1 < len(column.rows) else None
        text, raised = _text(row)
        centred = len(row) == 1 and _centred(row[0], column)
        full = _full(row, following, ends[index])
        if (
            last
            and blocks[-1].cells == 1
            and len(row) == 1
            and not _begins(blocks[-1], last[0], row[0], column, style, pitches)
        ):
            block = blocks[-1]
            block.text, block.raised = joined(block.text, block.raised, text, raised)
            block.rows += 1
            block.full = full
            block.centred = block.centred and centred
        else:
            flush = row[0].start < column.start + 0.7 * row[0].size
            blocks.append(
                PdfBlock(
                    text,
                    raised,
                    row[0].size,
                    all(one.bold for one in row),
                    full,
                    flush,
                    page,
                    len(row),
                    kind=Kind.TEXT if len(row) > 1 else None,
                    centred=centred,
                )
            )
        last = row
    _notes_at_foot(blocks, style)
    for block in blocks:
        small = block.size < 0.93 * style.size and not block.kind
        if small and block.centred and (not block.flush or block.rows > 1) and len(block.text) <= _CAPTION:
            block.kind = Kind.CAPTION
    return blocks


def _ends(column: Column, end: float) -> list[float]:
    """Where each row has to end to be full: in a quotation that is set in, where most of its rows do."""
    ends = [end] * len(column.rows)
    at = 0
    while at < len(ends):
        size, start = column.rows[at][0].size, column.rows[at][0].start
        beyond = at + 1
        while beyond < len(ends) and abs(column.rows[beyond][0].start - start) < 0.3 * size:
            beyond += 1
        reached = [row[-1].end for row in column.rows[at:beyond]]
        furthest = max(reached)
        often = 2 * sum(one > furthest - size for one in reached) > len(reached)
        if start > column.start + 0.7 * size and len(reached) > 2 and often:
            ends[at:beyond] = [furthest] * len(reached)
        at = beyond
    return ends


def _filled(column: Column, style: PageStyle) -> bool:
    """Whether a narrow column has running text of its own width, as no verse and no list has."""
    rows = [row[-1] for row in column.rows]
    full = [one for one in rows if one.end > column.end - 1.5 * one.size]
    stopped = sum(ended(one.text) or one.text[-1] in "，；,;" for one in full)
    narrow = column.end - column.start < 0.7 * style.width
    return narrow and len(full) > 3 and 2 * len(full) > len(rows) and 2 * stopped < len(full)


def _text(row: list[LineSegment]) -> tuple[str, list[Range]]:
    text, raised = "", []
    for one in row:
        text += "\t" if text else ""
        raised += [(low + len(text), high + len(text)) for low, high in one.raised]
        text += one.text
    return text, raised


def _full(row: list[LineSegment], following: list[LineSegment] | None, end: float) -> bool:
    """Whether a row has no room for what the next one begins with."""
    last, room = row[-1], 1.4 * row[-1].size
    if following and (unit := _UNIT.match(following[0].text)):
        places = [*following[0].places, following[0].end]
        room = max(room, places[unit.end()] - following[0].start)
    return last.end + room + 0.2 * last.size > end


def _begins(
    block: PdfBlock,
    above: LineSegment,
    row: LineSegment,
    column: Column,
    style: PageStyle,
    pitches: list[tuple[float, float]],
) -> bool:
    """Whether a row begins a paragraph below the block above it."""
    size = max(above.size, row.size)
    if abs(above.size - row.size) > 0.08 * size or not block.full:
        return True
    fitting = [
        pitch for of, pitch in pitches if abs(of - size) < 0.08 * size and 0.9 * size < pitch < 3.5 * size
    ]
    usual = min(median(fitting), 2.2 * size) if len(fitting) > 1 else 1.9 * size
    if row.base - above.base > 1.3 * max(usual, min(fitting, default=usual)):
        return True
    if block.size > 1.12 * style.size:
        return False
    lead = row.start - above.start
    stopped = ended(block.text)
    if not stopped and _centred(above, column) and _centred(row, column):
        return False
    if lead > 0.7 * size:
        return not (block.rows == 1 and run_mark(block.text) and lead < 4 * size)
    if lead < -0.7 * size:
        return block.rows > 1
    if row.start > column.start + 0.7 * size and block.rows == 1:
        return stopped
    return stopped and bool(chapter_mark(row.text) or (not style.indents and run_mark(row.text)))


def _centred(row: LineSegment, column: Column) -> bool:
    return abs((row.start - column.start) - (column.end - row.end)) < 0.8 * row.size


def joined(text: str, raised: list[Range], more: str, more_raised: list[Range]) -> tuple[str, list[Range]]:
    """Two rows of one paragraph: Latin words keep apart, and lose the hyphen that divides one."""
    if text[-1] in "-\u2010" and _LATIN.match(text[-2:-1]) and more[0].islower():
        text = text[:-1]
    elif _LATIN.match(text[-1]) and _LATIN.match(more[0]):
        text += " "
    return text + more, raised + [(low + len(text), high + len(text)) for low, high in more_raised]


def _notes_at_foot(blocks: list[PdfBlock], style: PageStyle) -> None:
    """Make notes of the blocks at the end of a column that are small or raised, from the first with
    a mark on."""
    at = len(blocks)
    while at and (blocks[at - 1].size < 0.93 * style.size or _raised(blocks[at - 1])):
        at -= 1
    for block in blocks[at:]:
        if _raised(block) or note_reference(block.text) or _NOTE_MARK.match(block.text):
            break
        at += 1
    for block in blocks[at:]:
        block.kind = Kind.NOTE


def _raised(block: PdfBlock) -> bool:
    return bool(block.raised) and block.raised[0][0] == 0


def put_together(columns: list[list[PdfBlock]], style: PageStyle) -> list[PdfBlock]:
    """The blocks of all columns. A paragraph that goes on in the next column of its page is one block, and
    one that goes on on the next page is two."""
    blocks: list[PdfBlock] = []
    last: PdfBlock | None = None
    for column in columns:
        for index, block in enumerate(column):
            if index == 0 and last and _goes_on(last, block, style):
                if last.page == block.page:
                    last.text, last.raised = joined(last.text, last.raised, block.text, block.raised)
                    last.full = block.full
                    continue
                block.continues = True
            blocks.append(block)
            if block.kind is None:
                last = block
    return blocks


def _goes_on(above: PdfBlock, block: PdfBlock, style: PageStyle) -> bool:
    """Whether the first block of a column is the rest of the last one of the column before."""
    alike = above.cells == block.cells == 1 and block.kind is None and block.size < 1.12 * style.size
    same = alike and abs(above.size - block.size) < 0.08 * block.size
    return same and above.full and block.flush and (style.indents or not ended(above.text))


def set_headings(
    blocks: list[PdfBlock], style: PageStyle, outline: dict[tuple[int, str], int]
) -> dict[int, int]:
    """Headings and the title by their size and weight, or by the outline; the rank of each by its index."""
    found: dict[int, tuple[float, bool]] = {}
    levels: dict[tuple[float, bool], Counter[int]] = {}
    for index, block in enumerate(blocks):
        if block.kind or block.cells > 1 or block.continues:
            continue
        level = outline.get((block.page, plain(block.text)))
        key = (round(2 * block.size) / 2, block.bold and not style.bold)
        large = block.size > 1.12 * style.size
        alone = key[1] and not block.full and block.size > 0.95 * style.size
        phrase = len(block.text) <= _HEADING and not ended(block.text) and block.text[-1] not in "，,；;"
        if level or ((large or alone) and phrase and sum(map(str.isalpha, block.text)) > 1):
            found[index] = key
            if level:
                levels.setdefault(key, Counter())[level] += 1
    sizes = sorted(set(found.values()), reverse=True)
    first = [i for i, key in found.items() if key == sizes[0] and key[0] > style.size] if sizes else []
    alone = len(first) == 1 and blocks[first[0]].page == blocks[0].page
    if alone and not _outlined(blocks, first[0], outline):
        title = plain(blocks[first[0]].text)
        same = [i for i in found if blocks[i].page == blocks[0].page and plain(blocks[i].text) == title]
        blocks[same[0]].kind = Kind.TITLE  # a page may have it in a small line and in a large one
        found = {i: key for i, key in found.items() if i not in same}
        sizes = sorted(set(found.values()), reverse=True)
    ranks = {
        key: levels[key].most_common(1)[0][0] if key in levels else rank for rank, key in enumerate(sizes, 1)
    }
    given: dict[int, int] = {}
    for index, key in found.items():
        blocks[index].kind = Kind.HEADING
        given[index] = outline.get((blocks[index].page, plain(blocks[index].text))) or ranks[key]
    return given


def _outlined(blocks: list[PdfBlock], index: int, outline: dict[tuple[int, str], int]) -> bool:
    """Whether the outline has this heading beside others of its level, as it has chapters."""
    level = outline.get((blocks[index].page, plain(blocks[index].text)))
    return level is not None and list(outline.values()).count(level) > 1


def plain(text: str) -> str:
    """A text without white space, by which the outline finds its heading."""
    return "".join(text.split())


def lines_of(
    blocks: list[PdfBlock], ranks: dict[int, int], labels: list[str], heads: list[list[str]]
) -> Iterator[TextLine]:
    """The lines of the document, each page led by its mark and followed by its new running heads."""
    texts = {plain(block.text) for block in blocks}
    by_page: dict[int, list[int]] = {}
    for index, block in enumerate(blocks):
        by_page.setdefault(block.page, []).append(index)
    for page, label in enumerate(labels):
        if label:
            yield TextLine(label, Kind.PAGE)
        for index in by_page.get(page, []):
            block = blocks[index]
            marks = tuple(block.raised) if block.kind is not Kind.NOTE else ()
            yield TextLine(block.text, block.kind, ranks.get(index, 0), marks, block.continues)
        for head in heads[page]:
            if plain(head) not in texts:
                yield TextLine(head, Kind.NOTE)

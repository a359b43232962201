"""Paragraphs of a document while they are put together: runs, ruby, notes, rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from archive.messages import note
from archive.model import Kind, Note
from archive.passages import LIMIT
from archive.readers.extract import Extract, LineText, TextLine
from archive.readers.numbering import formatted

S = TypeVar("S", bound="ParagraphStyle")

_HEADINGS = re.compile(r"(?:heading|标题|標題|見出し)\s*([1-9])|([一二三四五六七八九])[级級](?:标题|標題)")
_STYLES = {
    "title|(?:文章)?标题|標題": Kind.TITLE,
    "subtitle|副标题|副標題": Kind.DECK,
    "author|作者": Kind.BYLINE,
    ".*caption|题注|題註|illustration|drawing|figure|table": Kind.CAPTION,
    "(?:foot|end)note text|脚注文本|尾注文本": Kind.NOTE,
    r"(?:toc|contents|目录|目錄)\s*[1-9]": Kind.TEXT,
}
_READING = re.compile(
    r"\\s\s*\\up\s*[\d.]*\s*\((?P<above>[^()]*)\)\s*[,;，；]\s*(?P<base>[^()]*)\)", re.IGNORECASE
)
_CIRCLED = re.compile(r"\\o\s*\\ac\s*\([^,;，；]*[,;，；]\s*([^()]*)\)", re.IGNORECASE)
_COMMAND = re.compile(r"\\\*\s*(?:\"[^\"]*\"|\S+)|\\[A-Za-z]+\s*[\d.]*|[()]")
_MARK = re.compile("[\\[［【〔（(]?(?:[0-9]{1,3}|[①-⑳㉑-㉟㊱-㊿*＊†‡]+)[\\]］】〕）)]?")
_PAGE_NUMBER = re.compile(r"[\s\d第页頁共/／.·—–-]*|\s*page[\s\d]*(?:of)?[\s\d]*", re.IGNORECASE)
_LEFTOVER = re.compile(
    r"(?:microsoft|powerpoint|word|excel|wps|新建|无标题|無標題|未命名|untitled|document|文档|文檔).*"
    r"|.*\.(?:docx?|wps|rtf|odt)|\W*\w?\W*",
    re.IGNORECASE,
)
_HEAD = 8  # lines in which the title is looked for
_LONGEST_TITLE = 40


def left_out(
    path: str, counts: Mapping[str, int], heads: list[TextLine], lines: list[TextLine]
) -> Iterator[Note]:
    """Notes on deletions and the like, by their counts, and on headers and footers that say more than the
    body and the number of the page."""
    for reason, count in counts.items():
        if count:
            yield note(path, f"not_body.{reason}", count, left_out=True)
    body = "".join("".join(line.text.split()) for line in lines) if heads else ""
    texts = [line.text for line in heads if not _PAGE_NUMBER.fullmatch(line.text)]
    if lost := list(dict.fromkeys(text for text in texts if "".join(text.split()) not in body)):
        yield note(path, "not_body.header", " / ".join(lost)[:100], left_out=True)


def of_style(name: str) -> tuple[Kind, int] | None:
    """The kind and the rank that the name of a paragraph style says, as programs name them."""
    name = name.replace("_20_", " ").strip().lower()
    if heading := _HEADINGS.fullmatch(name):
        return Kind.HEADING, int(heading[1] or "〇一二三四五六七八九".index(heading[2]))
    return next(((kind, 0) for names, kind in _STYLES.items() if re.fullmatch(names, name)), None)


class ParagraphStyle(Struct):
    """A paragraph style; what it does not say, the one that it is based on decides.

    ``outline`` is the level of its paragraphs in the outline, from 0; 9 is outside of it.
    """

    name: str = ""
    outline: int | None = None
    based_on: object = None


def chain(styles: Mapping[Any, S], key: object) -> Iterator[tuple[Any, S]]:
    """A style and those that it is based on, with their keys."""
    seen: set[object] = set()
    while key in styles and key not in seen:
        seen.add(key)
        yield key, styles[key]
        key = styles[key].based_on


def kind_in(styles: Mapping[Any, S], key: object, direct: int | None) -> tuple[Kind | None, int]:
    """The kind and the rank of a paragraph by its style and by its own level in the outline."""
    if direct is not None and 0 <= direct < 9:
        return Kind.HEADING, direct + 1
    for _, style in chain(styles, key):
        said = of_style(style.name)
        if said is None and style.outline is not None and 0 <= style.outline < 9:
            said = Kind.HEADING, style.outline + 1
        if said is not None:
            return (None, 0) if said[0] is Kind.HEADING and direct == 9 else said
    return None, 0


class Paragraph(LineText):
    """The text of one paragraph of a word processor, with what interrupts it and what belongs below it: white
    space is meant, and a line feed begins a new line.
    """

    def __init__(self, kind: Kind | None = None, rank: int = 0) -> None:
        super().__init__()
        self.kind = kind
        self.rank = rank
        self.label = ""
        self.below: list[TextLine] = []

    def add(self, text: str | None) -> None:
        """Text of the run."""
        self._put(text or "")

    def aside(self, text: str) -> None:
        """Text that interrupts the run."""
        self._aside(text.replace("\n", " ").strip())

    def raised(self, text: str) -> None:
        """Text above the line: the mark of a note that somebody typed (天下[1]大势), or an exponent."""
        before = self._parts[-1][-1:] if self._parts else ""
        is_mark = _MARK.fullmatch(text.strip()) and before and not before.isascii()
        (self.aside if is_mark else self.add)(text)

    def field(self, instruction: str) -> None:
        """What a field of Word shows by its instruction alone: a reading above a character (拼音指南)."""
        name, _, equation = instruction.strip().partition(" ")
        if name.upper() != "EQ":
            return
        if reading := _READING.search(equation):
            self.add(reading["base"])
            self.aside(reading["above"])
        elif circled := _CIRCLED.search(equation):
            number = circled[1]
            self.add(formatted(int(number), "decimalEnclosedCircle") if number.isdecimal() else number)
        else:
            self.add(_COMMAND.sub("", equation))

    def note(self, lines: Iterable[TextLine]) -> None:
        """A footnote, or a comment, on something in this paragraph."""
        notes = [replace(line, kind=Kind.NOTE, rank=0) for line in lines]
        if notes:
            self.place()
            notes[0] = replace(notes[0], places=(0, *notes[0].places))
        self.below += notes

    def lines(self) -> Iterator[TextLine]:
        """The lines of the paragraph, then what belongs below it."""
        text = self.text
        if self.kind in (Kind.TITLE, Kind.HEADING):
            text = text.replace("\n", " ")
        start = 0
        for body in text.split("\n"):
            end = start + len(body)
            kept = body.strip()
            if kept:
                first = start + body.index(kept[0])
                last = first + len(kept)
                asides = tuple((a - first, b - first) for a, b in self._asides if first <= a and b <= last)
                places = tuple(max(0, place - first) for place in self._places if start <= place <= end)
                if self.label:
                    shift = len(self.label)
                    kept, asides = self.label + kept, tuple((a + shift, b + shift) for a, b in asides)
                    places = tuple(place + shift for place in places)
                    self.label = ""
                yield TextLine(kept, self.kind, self.rank, asides, places=places)
            start = end + 1
        yield from self.below


def row(cells: Iterable[list[TextLine]]) -> list[TextLine]:
    """The lines of a row of a table: one, with tabs between its cells, where it is a row of data.

    A cell with a heading, and a row longer than a passage, belong to the layout of the page; so does a single
    cell. Their lines stay what they are.
    """
    every = list(cells)
    within = [line for cell in every for line in cell]
    notes = [line for line in within if line.kind is Kind.NOTE]
    filled = [[line for line in cell if line.kind is not Kind.NOTE] for cell in every]
    while filled and not filled[-1]:
        filled.pop()
    plain = all(line.kind in (None, Kind.TEXT, Kind.NOTE) for line in within)
    if sum(map(bool, filled)) < 2 or not plain or sum(len(line.text) for line in within) > LIMIT:
        return within
    text, asides, places = "", [], []
    for number, cell in enumerate(filled):
        text += "\t" if number else ""
        for place, line in enumerate(cell):
            text += " " if place else ""
            asides += [(len(text) + start, len(text) + end) for start, end in line.asides]
            places += [len(text) + place for place in line.places]
            text += line.text
    cut = len(text) - len(text.lstrip())
    asides = [(start - cut, end - cut) for start, end in asides]
    line = TextLine(
        text[cut:],
        Kind.TEXT,
        asides=tuple(asides),
        places=tuple(place - cut for place in places),
        links=sum(line.links for line in within),
        margin=any(line.margin for line in within),
    )
    return [line, *notes]


def document(lines: list[TextLine], title: str, language: str, notes: Iterable[Note]) -> Extract:
    """A document of these lines. An empty line is an empty paragraph; those at the ends are left out.

    Where no style says which line is the title, it is one of the first that is ``title``, as the file calls
    itself. Where the text begins with neither a heading nor a short line, ``title`` is metadata, unless a
    program made it up. The person who typed a file is not its author, nor the day its date.
    """
    filled = [at for at, line in enumerate(lines) if line.text]
    lines = lines[filled[0] : filled[-1] + 1] if filled else []
    named = any(line.kind is Kind.TITLE for line in lines)
    head = [at for at, line in enumerate(lines[:_HEAD]) if line.kind is None and line.text == title]
    if head and title and not named:
        lines[head[0]] = replace(lines[head[0]], kind=Kind.TITLE)
    metadata = {"language": language} if language else {}
    begins = lines[0] if lines else TextLine("")
    open_ended = begins.kind is None and (len(begins.text) > _LONGEST_TITLE or begins.text[-1:] in "。！？")
    if title and open_ended and not named and not head and not _LEFTOVER.fullmatch(title):
        metadata["title"] = title
    return Extract(tuple(_with_whole_title(lines)), metadata, tuple(notes))


def _with_whole_title(lines: list[TextLine]) -> Iterator[TextLine]:
    """The lines, with those of the title as one; a title further down is a heading of the first rank."""
    head: TextLine | None = None
    for line in lines:
        if line.kind is not Kind.TITLE:
            if head is not None and head.text:
                yield head
                head = TextLine("")  # the title has ended
            yield line
        elif head is None:
            head = line
        elif head.text:
            shift = len(head.text) + 1
            more = tuple((start + shift, end + shift) for start, end in line.asides)
            places = (*head.places, *(place + shift for place in line.places))
            head = replace(head, text=f"{head.text} {line.text}", asides=head.asides + more, places=places)
        else:
            yield replace(line, kind=Kind.HEADING, rank=1)
    if head is not None and head.text:
        yield head

"""A record of JSON Lines as a document.

The *text of a record* is what its source ranges count in: the strings of its fields that are not blank, one
after the other with a line feed between them, in this order, whatever the order in the file: title, each
author, text; then for each section heading, author line (affiliation, a space, author), text, paragraphs, and
its own sections. Places in the file would say nothing, since a JSON string is written with escapes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from archive.fields import DETAILS, details
from archive.messages import Notes, note, short
from archive.model import Document, Kind, Note, Piece, Section
from archive.page.compose import with_readings_apart
from archive.text.dates import read_date

LONGEST_ID = 500
"""In characters: an id is a part of links."""

DEEPEST = 32
"""How deep sections may be nested."""

RULE = "record"
"""The rule of every piece: the field says what it is."""

_FIELDS = {"id", "title", "text", "sections", "author", "date", *DETAILS}
_SECTION_FIELDS = {"heading", "author", "affiliation", "text", "paragraphs", "sections"}
FIELDS = frozenset(_FIELDS | _SECTION_FIELDS)
"""The fields that are read, of a record or of a section."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_LINE = re.compile(r"[^\r\n]+")


class RecordError(ValueError):
    """A record that cannot be a document; ``reason`` and ``values`` make the note on its line."""

    def __init__(self, reason: str, *values: str | int) -> None:
        super().__init__(reason, *values)
        self.reason = reason
        self.values = values

    def note(self, path: str, line: int) -> Note:
        """The note on a line with such a record."""
        return note(path, f"bad_line.{self.reason}", *self.values, line=line, left_out=True)


def document(
    record: dict[str, Any], path: str, line: int, encoding: str, own: Collection[str] = ()
) -> tuple[Document, tuple[str, ...], tuple[Note, ...]]:
    """The document of a record, fields that are not read, notes on wrong ones. ``own``: further fields that
    are. Raises ``RecordError`` where text would be lost.
    """
    builder = _Builder(path, line)
    given = _id(record.get("id"))
    title = builder.text_field(record, "title")
    authors = builder.authors(record.get("author"))
    if title:
        builder.piece(Kind.TITLE, title)
    for author in authors:
        builder.piece(Kind.BYLINE, author)
    builder.lines(_text(record, "text"))
    builder.add_sections(record.get("sections"), Section(), "sections", 1)
    if not builder.pieces:
        raise RecordError("empty")
    name = given or f"{path}#{line}"
    when, written = builder.date(record.get("date"))
    folder, _, _ = path.rpartition("/")
    found = Document(
        id=name,
        path=path,
        title=" ".join(title.split()) if title else name,
        sections=tuple(builder.sections),
        pieces=tuple(with_readings_apart(builder.pieces)),
        author="、".join(author.strip() for author in authors) or None,
        date=when,
        collection=folder or None,
        encoding=encoding,
        title_is_derived=not title,
        details=details({field: builder.text_field(record, field) for field in (*DETAILS, *own)}),
        date_written=written,
    )
    unread = [
        field for field, value in record.items() if not (field in _FIELDS or field in own or value is None)
    ]
    return found, (*unread, *builder.unread), builder.all_notes()


class _Builder:
    """Pieces and sections as they come, each with its place in the text of the record."""

    def __init__(self, path: str, line: int) -> None:
        self.pieces: list[Piece] = []
        self.sections: list[Section] = [Section()]
        self.notes: list[Note] = []
        self.unread: dict[str, None] = {}
        self._limit = Notes(path)
        self._place = 0
        self._path = path
        self._line = line

    def wrong(self, reason: str, *values: str) -> None:
        """A field is wrong, and its value is not read."""
        made = note(self._path, f"bad_field.{reason}", *values, line=self._line, left_out=True)
        self.notes += self._limit.pass_on(made)

    def all_notes(self) -> tuple[Note, ...]:
        """The notes on wrong fields, once the record was read."""
        return (*self.notes, *self._limit.rest())

    def piece(self, kind: Kind, value: str) -> None:
        """The whole of a string, without white space around it, is one piece."""
        text = value.strip()
        self._add(kind, text, self._place + len(value) - len(value.lstrip()))
        self._place += len(value) + 1

    def lines(self, value: str | None) -> None:
        """Each line of a string is a piece of text."""
        if value is None or not value.strip():
            return
        for match in _LINE.finditer(value):
            text = match.group()
            if stripped := text.strip():
                self._add(Kind.TEXT, stripped, self._place + match.start() + len(text) - len(text.lstrip()))
        self._place += len(value) + 1

    def _add(self, kind: Kind, text: str, start: int) -> None:
        self.pieces.append(Piece(kind, text, ((start, start + len(text)),), len(self.sections) - 1, RULE))

    def add_sections(self, value: Any, outer: Section, where: str, depth: int) -> None:
        """The sections of a list, each an object or a string, in the one that they are in."""
        if value is None:
            return
        if not isinstance(value, list):
            raise RecordError("list", where)
        if depth > DEEPEST:
            raise RecordError("sections", DEEPEST)
        for i, section in enumerate(value):
            if isinstance(section, str):
                self._section({"text": section}, outer, f"{where}[{i}]", depth)
            elif isinstance(section, dict):
                self._section(section, outer, f"{where}[{i}]", depth)
            else:
                raise RecordError("section", f"{where}[{i}]")

    def _section(self, section: dict[str, Any], outer: Section, where: str, depth: int) -> None:
        heading, author, affiliation = (
            (self.text_field(section, name, where) or "").strip()
            for name in ("heading", "author", "affiliation")
        )
        plain = " ".join(heading.split())
        path = (*outer.path, plain) if plain else outer.path
        if not author and not affiliation:  # who signs a section signs those in it
            author, affiliation = outer.author or "", outer.affiliation or ""
        current = Section(plain or None, path, author or None, affiliation or None)
        if not self.pieces and self.sections == [Section()]:
            self.sections[0] = current  # nothing is before the first section
        else:
            self.sections.append(current)
        if heading:
            self.piece(Kind.HEADING, section["heading"])
        values = (section.get("affiliation"), section.get("author"))
        if line := " ".join(value.strip() for value in values if isinstance(value, str) and value.strip()):
            self.piece(Kind.AUTHOR, line)
        self.lines(_text(section, f"{where}.text"))
        paragraphs = section.get("paragraphs")
        if paragraphs is not None and not isinstance(paragraphs, list):
            raise RecordError("list", f"{where}.paragraphs")
        for i, paragraph in enumerate(paragraphs or ()):
            if not isinstance(paragraph, str):
                raise RecordError("string", f"{where}.paragraphs[{i}]")
            if paragraph.strip():
                self.piece(Kind.TEXT, paragraph)
        for name in section:
            if name not in _SECTION_FIELDS:
                self.unread[f"sections.{name}"] = None
        self.add_sections(section.get("sections"), current, f"{where}.sections", depth + 1)

    def text_field(self, record: dict[str, Any], name: str, where: str = "") -> str | None:
        """A string that the document can do without: a wrong one is a note."""
        value = record.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, str):
            return value
        self.wrong("string", f"{where + '.' if where else ''}{name}")
        return None

    def authors(self, value: Any) -> list[str]:
        """The names of a string or a list of strings."""
        names = value if isinstance(value, list) else [value]
        found = [name for name in names if isinstance(name, str) and name.strip()]
        if any(name is not None and not isinstance(name, str) for name in names):
            self.wrong("authors")
        return found

    def date(self, value: Any) -> tuple[str | None, str | None]:
        """A date of ISO 8601, without its time, and as it is written where that is Chinese."""
        if value is None or value == "":
            return None, None
        text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        if (found := read_date(text)) is None:
            self.wrong("date", short(value))
        return found or (None, None)


def _id(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise RecordError("id")
    if len(value) > LONGEST_ID:
        raise RecordError("long_id", LONGEST_ID)
    if _CONTROL.search(value):
        raise RecordError("control")
    return value


def _text(record: dict[str, Any], where: str) -> str | None:
    value = record.get("text")
    if value is not None and not isinstance(value, str):
        raise RecordError("string", where)
    return value

"""Texts of Kanripo (mandoku): page marks, lines of the printed page, notes in double columns.

Source: the files of the Kanseki Repository, which are Org documents with ``<pb:…>`` and ``¶``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from archive.damage import encoding_notes
from archive.encoding import decode
from archive.model import Kind
from archive.readers.extract import Extract, LineText, TextLine, titled

_SETTING: Final = re.compile(r"#\+(?:PROPERTY:\s*)?(\w+):?\s+(\S.*)")
_FIELDS: Final = {"TITLE": "title", "AUTHOR": "author", "BASEEDITION": "edition", "LANGUAGE": "language"}
_HEADING: Final = re.compile(r"(\*+)\s+(\S.*)")
_DRAWER: Final = re.compile(r"\s*:[A-Z_]+:")
_ROWS: Final = re.compile(r"([^¶\r\n]*)(¶\r?\n?|\r?\n|\r)")
_TOKENS: Final = re.compile(r"<pb:([^>]*)>|<[a-z]+:[^>]*>|[()（）]|[^<()（）]+|<")
_TAGS: Final = re.compile(r"<[a-z]+:[^>]*>|(?<=&)KR\d+;")
_NOTES: Final = re.compile(r"[(（][^()（）]*[)）]?")
_FULL: Final = 0.9  # of the width of the print: a shorter line ends its paragraph
_LONGER: Final = 0.05  # of the lines may be longer than that width, else the lines are sentences
_LINES_OF_TITLE: Final = 10


def extract(file: BinaryIO, path: str, encoding: str | None) -> Iterator[Extract]:
    """The one document of a file. Where a line of the print ends and a page begins, the run goes on."""
    decoded = decode(file.read(), encoding)
    metadata: dict[str, str] = {}
    rows: list[tuple[str, str]] = []
    for row, end in _ROWS.findall(decoded.text + "\n"):
        if setting := _SETTING.match(row):
            if field := _FIELDS.get(setting[1].upper()):
                metadata.setdefault(field, setting[2].strip())
        elif not row.startswith("#") and not _DRAWER.match(row):
            rows.append((row, end))
    lines = titled(_Print(rows).lines, metadata.get("title"), _LINES_OF_TITLE)
    yield Extract(lines, metadata, tuple(encoding_notes(decoded, path)))


class _Print:
    """The lines of a print as paragraphs: one that is not full ends its paragraph; so does an empty line.

    Where lines are sentences (the edition ``tls``), only an empty line does.
    """

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        self.lines: list[TextLine] = []
        self._run = LineText()
        self._note: list[str] | None = None  # what a note has so far
        self._done = ""  # a note that goes on if the next characters are one
        self._goes_on = False
        sizes = sorted(size for row, _ in rows if (size := _size(row)))
        width = sizes[len(sizes) * 4 // 5] if sizes else 0
        full = width * _FULL
        printed = sum(size * _FULL > width for size in sizes) < len(sizes) * _LONGER
        marked = any(end.startswith("¶") for _, end in rows)
        for row, end in rows:
            if heading := _HEADING.fullmatch(row):
                self._end()
                self._read(heading[2])
                self._end(Kind.HEADING, max(1, len(heading[1]) - 1))
                continue
            self._read(row)
            short = printed and 0 < _size(row) < full and (end.startswith("¶") or not marked)
            if (short and self._note is None) or not row.strip():
                self._end()
        self._end()

    def _read(self, row: str) -> None:
        self._run.add("\n")
        for found in _TOKENS.finditer(row):
            token, page = found[0], found[1]
            if page is not None:
                begun = bool(self._run.text or self._done or self._note)
                inside = self._note is not None
                self._end()
                self._note = [] if inside else None
                self.lines.append(TextLine(page.rpartition("_")[2] or page, Kind.PAGE))
                self._goes_on = begun
            elif token in "(（" and self._note is None:
                self._note = []
            elif token in ")）" and self._note is not None:
                self._done += "".join(self._note)
                self._note = None
            elif self._note is not None:
                self._note.append(token.replace("/", ""))
            elif not token.startswith("<") or token == "<":
                self._run.aside(self._done)
                self._done = ""
                self._run.add(token)

    def _end(self, kind: Kind | None = None, rank: int = 0) -> None:
        self._run.aside(self._done + "".join(self._note or ()))
        self._note, self._done = None, ""
        line = self._run.take(kind, rank, continues=self._goes_on)
        if line is not None:
            self.lines.append(line)
        self._goes_on = False


def _size(row: str) -> int:
    """The width of a line of the print in characters; a note in double columns is as wide as the longer."""
    text = _TAGS.sub("", row).rstrip()
    notes = (max(map(len, note.strip("()（）").split("/"))) for note in _NOTES.findall(text))
    return len(_NOTES.sub("", text)) + sum(notes)

"""Extracts: metadata, and lines of text, each with the kind that the markup gives it.

A reader only extracts. ``archive.page`` makes pieces and sections of the lines: a kind that is given stays,
and its rules read the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from archive.model import Kind, Note, Range

_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_WRAPPED: Final = re.compile(f"[{_WIDE}][{_WIDE}“”‘’…—]|[“”‘’…—][{_WIDE}]")
"""Two neighbours between which the end of a line in the file is not a space."""

_WORDS: Final = re.compile(r"([ \t\r\n\f]*)([^ \t\r\n\f]*)")


class TextLine(Struct, frozen=True, omit_defaults=True):
    """A line of an extracted text: a paragraph, a heading, a row of a table, a note …

    Attributes:
        text: without line feeds. Characters are those of the file; only white space is tidied.
        rank: of a heading, from 1 (outermost); 0 for all else.
        asides: ranges of ``text`` that interrupt the run around them (ruby, pinyin above a character, the
            mark of a footnote, a variant of the apparatus): the text is read without them, and each is found
            as a note below it.
        places: where in ``text`` marks of notes are; the notes come below. Word's marks have no characters.
            The first line of each of these notes has the place 0.
        continues: this line goes on with the last line before it, page marks, notes and captions aside, as
            a paragraph does across a page break.
        links: how many of its characters lead to other pages.
        margin: it is in what the markup of a page calls navigation, header, footer or aside.
    """

    text: str
    kind: Kind | None = None
    rank: int = 0
    asides: tuple[Range, ...] = ()
    continues: bool = False
    places: tuple[int, ...] = ()
    links: int = 0
    margin: bool = False

    @property
    def size(self) -> int:
        """How many characters it has that are not white space."""
        return len("".join(self.text.split()))

    @property
    def is_menu(self) -> bool:
        """Whether most of it leads elsewhere."""
        return self.links * 2 > self.size


class Extract(Struct, frozen=True):
    """One document as its format gives it.

    The *text of the document*, which the source ranges of its pieces count in, is its lines with a line feed
    between them.

    Attributes:
        metadata: what the file says of itself, by field: ``title``, ``author``, ``affiliation``, ``date``,
            ``source``, ``publisher`` … (``archive.fields``); as written. Several authors are joined by 、.
        member: which document of the file this is, where a file holds several: a path inside an archive, the
            row of a table. Empty for a file that is one document.
    """

    lines: tuple[TextLine, ...]
    metadata: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    member: str = ""


class LineText:
    """The text of a line as it is collected: white space as on the page, asides apart.

    White space of ASCII is one space, and none at the ends, or where a line ends in the file between two wide
    characters. Other spaces (U+3000, U+00A0) are characters.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._asides: list[Range] = []
        self._places: list[int] = []
        self._length = 0
        self._gap = ""
        self._last = ""

    @property
    def text(self) -> str:
        """What was collected, with the asides."""
        return "".join(self._parts)

    @property
    def ends_wide(self) -> bool:
        """Whether the last character of the run is a wide one."""
        return bool(_WRAPPED.match(self._last + "一"))

    def add(self, text: str | None) -> None:
        """Text of the run."""
        for gap, word in _WORDS.findall(text or ""):
            self._gap += gap
            if word:
                wrapped = "\n" in self._gap and _WRAPPED.match(self._last + word[0])
                if self._gap and self._last and not wrapped:
                    self._put(" ")
                self._put(word)
                self._gap, self._last = "", word[-1]

    def verbatim(self, text: str) -> None:
        """Text of the run whose white space is meant: no line feeds."""
        if text:
            self.add("")
            self._put(text)
            self._gap, self._last = "", text[-1]

    def aside(self, text: str) -> None:
        """Text that interrupts the run: a reading, the mark of a note, a variant."""
        self._aside(" ".join(text.split()))

    def _aside(self, text: str) -> None:
        if text:
            self._asides.append((self._length, self._length + len(text)))
            self._put(text)

    def place(self) -> None:
        """Put the mark of a note here; the note comes below."""
        self._places.append(self._length)

    def take(self, kind: Kind | None = None, rank: int = 0, *, continues: bool = False) -> TextLine | None:
        """The line, or None if it has no text. Empties the run. A line of asides only is a note."""
        text, asides, places, alone = self.text, tuple(self._asides), tuple(self._places), not self._last
        self.__init__()  # type: ignore[misc]
        if not text.strip():
            return None
        if alone:
            return TextLine(text, Kind.NOTE)
        return TextLine(text, kind, rank, asides, continues, places)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def titled(lines: Iterable[TextLine], title: str | None, within: int | None = None) -> tuple[TextLine, ...]:
    """The lines with a title, if any: a line, of the first ``within``, that says it, else one above all."""
    lines = list(lines)
    if not title:
        return tuple(lines)
    squeezed = "".join(title.split())
    same = [at for at, line in enumerate(lines[:within]) if "".join(line.text.split()) == squeezed]
    if not same:
        return TextLine(" ".join(title.split()), Kind.TITLE), *lines
    for at in same:  # the title page of a book has it, and then the text begins with it once more
        lines[at] = replace(lines[at], kind=Kind.TITLE if at == same[0] else None, rank=0)
    return tuple(lines)

"""Extracts: lines of text, each with the kind that the markup gives it, and metadata.

A reader only extracts. ``archive.page`` makes pieces and sections of the lines: a kind that is given stays,
and its rules read the others.
"""

from __future__ import annotations

from msgspec import Struct

from archive.model import Kind, Note, Range


class TextLine(Struct, frozen=True, omit_defaults=True):
    """A line of an extracted text: a paragraph, a heading, a row of a table, a note …

    Attributes:
        text: without line feeds. Characters are those of the file; only white space is tidied.
        rank: of a heading, from 1 (outermost); 0 for all else.
        asides: ranges of ``text`` that interrupt the run around them (ruby, pinyin above a character, the
            mark of a footnote, a variant of the apparatus): the text is read without them, and each is found
            as a note below it.
        places: where in ``text`` the marks of notes are that come below, also of such as have no text
            (footnotes of Word). The first line of each of these notes has the place 0.
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

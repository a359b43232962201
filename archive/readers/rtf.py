"""Rich Text Format (``.rtf``), read token by token.

Source: Microsoft's Rich Text Format Specification 1.9.1. Bytes are in the code page of their font, or of the
file; other characters are ``\\u`` with a substitute, whose length ``\\uc`` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final

from msgspec import Struct
from msgspec.structs import replace

from archive.encoding import canonical
from archive.errors import JuanzongError, ReadError
from archive.readers.extract import Extract, TextLine
from archive.readers.numbering import with_gap
from archive.readers.paragraphs import Paragraph, ParagraphStyle, document, kind_in, left_out, row

_TOKEN: Final = re.compile(
    rb"\\(?:([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|'([0-9a-fA-F]{2})|(.))|([{}])"
    rb"|[\r\n\0]+|([^\\{}\r\n\0]+)|\\",
    re.DOTALL,
)
_CHARSETS: Final = {
    128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254", 204: "cp1251",
    238: "cp1250",
}  # fmt: skip
_SIGNS: Final = {
    "tab": "\t", "line": "\n", "page": "\n", "column": "\n", "softline": "\n", "emdash": "—", "endash": "–",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": "\u2003",
    "enspace": "\u2002", "~": "\u00a0", "_": "-", "\\": "\\", "{": "{", "}": "}",
}  # fmt: skip
_SKIPPED: Final = re.compile(
    "colortbl|pict|xe|tc|template|generator|filetbl|a?ftn(?:sepc?|cn)|private|sp|nonshppict|nonesttables|author"
    "|operator|subject|keywords|comment|doccomm|company|manager|category|objdata|upr|shprslt"
)
_KNOWN: Final = re.compile(
    "fldinst|footnote|annotation|shpinst|do|ud|listtext|nesttableprops|shptxt|dptxbxtext"
)
"""Destinations that are read though those that do not know them may pass over them (``\\*``)."""
_ENDS: Final = frozenset(("par", "sect", "cell", "nestcell", "row", "nestrow"))
_DEEPEST: Final = 1000  # groups
_DEEPEST_TABLE: Final = 32


def extract(file: BinaryIO, path: str, encoding: str | None) -> Iterator[Extract]:
    """The document of a file; ``encoding`` overrules the code page of the file, not of a font."""
    data = file.read()
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ReadError("other_format")
    yield _Reader(path, canonical(encoding) if encoding else None).read(data)


class _Flow:
    """A run of paragraphs: the body, a note, a header, a text box."""

    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        self.paragraph = Paragraph()
        self._cells: list[list[list[TextLine]]] = [[]]  # of the open row at each depth
        self._cell: list[list[TextLine]] = [[]]

    def end_paragraph(self, depth: int) -> None:
        """Put the lines of the paragraph where they belong: into a cell of a table, or into the flow."""
        while len(self._cell) <= depth:
            self._cell.append([])
            self._cells.append([])
        lines = self._cell[depth] if depth else self.lines
        lines += list(self.paragraph.lines()) or [TextLine("")] * (not depth)
        self.paragraph = Paragraph()

    def end_cell(self, depth: int) -> None:
        """The cell at this depth is complete."""
        self.end_paragraph(depth)
        self._cells[depth].append(self._cell[depth])
        self._cell[depth] = []

    def end_row(self, depth: int) -> None:
        """The row at this depth is complete, a part of a cell or of the flow."""
        self.end_paragraph(depth)
        lines = self._cell[depth - 1] if depth > 1 else self.lines
        lines += row(self._cells[depth])
        self._cells[depth] = []

    def end(self) -> list[TextLine]:
        """All lines, also of rows that nothing ended."""
        for depth in range(len(self._cell) - 1, 0, -1):
            self.end_cell(depth)
            self.end_row(depth)
        self.end_paragraph(0)
        return self.lines


class _Group(Struct):
    """What holds in a group and in the groups inside it.

    Attributes:
        into: what collects the text, where it is not of a paragraph of the flow.
        table: which table of the file it is in: fonts or styles.
        wide: a font that is named now is that of Chinese characters.
        depth: of tables.
        end: what is done when the group ends; not inherited.
    """

    flow: _Flow
    codec: str
    into: Paragraph | None = None
    table: str = ""
    skip: bool = False
    substitutes: int = 1
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    wide: bool = False
    style: int = 0
    outline: int | None = None
    depth: int = 0
    end: Callable[[], object] | None = None


class _Reader:
    def __init__(self, path: str, encoding: str | None) -> None:
        self.path = path
        self.asked = encoding
        self.default = encoding or "gb18030"
        self.body = _Flow()
        self.heads = list[TextLine]()
        self.title = ""
        self.styles: dict[int, ParagraphStyle] = {}
        self.fonts: dict[int, str | None] = {}
        self.apart = {"deletions": 0, "hidden": 0}  # texts that are left out
        self._apart = ""  # what the last text was
        self._font = 0  # the first of the text; in the table the one that is described
        self._bytes = bytearray()
        self._left_to_skip = 0
        self._high = ""  # the first half of a surrogate pair
        self._starred = False
        self._stack: list[_Group] = []
        self._now = _Group(self.body, self.default)

    def read(self, data: bytes) -> Extract:
        """The document."""
        place = 0
        while token := _TOKEN.match(data, place):
            place = token.end()
            word, number, code, sign, brace, text = token.groups()
            if text is not None:
                self._take(text)
            elif code is not None:
                self._take(bytes((int(code, 16),)))
            elif brace is not None:
                self._left_to_skip = 0
                (self._open if brace == b"{" else self._close)()
            elif word == b"bin":
                place += max(0, int(number or 0))
            elif self._left_to_skip and (word or sign):
                self._left_to_skip -= 1
            elif word is not None:
                self._word(word.decode(), int(number) if number else None)
            elif sign is not None:
                self._sign(sign.decode("latin-1"))
        while self._stack:
            self._close()
        lines = self.body.end()
        return document(lines, self.title, "", left_out(self.path, self.apart, self.heads, lines))

    # Text

    def _take(self, data: bytes) -> None:
        """Bytes of the text, or of the substitute for a character in programs that do not know it."""
        skipped = min(self._left_to_skip, len(data))
        self._left_to_skip -= skipped
        self._starred = False
        if not self._now.skip:
            self._bytes += data[skipped:]

    def _flush(self) -> None:
        if self._bytes:
            data = bytes(self._bytes)
            self._bytes.clear()
            self._add(self._decoded(data))

    def _decoded(self, data: bytes) -> str:
        for codec in (self._now.codec, self.default, "gb18030"):
            with suppress(UnicodeDecodeError):
                return data.decode(codec)
        return data.decode(self._now.codec, "replace")

    def _add(self, text: str) -> None:
        now = self._now
        if now.skip:
            return
        if now.into is not None:
            now.into.add(text)
        else:
            apart = "deletions" if now.deleted else "hidden" if now.hidden else ""
            if not apart:
                (now.flow.paragraph.raised if now.raised else now.flow.paragraph.add)(text)
            elif self._apart != apart:
                self.apart[apart] += 1
            self._apart = apart

    # Groups

    def _open(self) -> None:
        self._flush()
        if len(self._stack) > _DEEPEST:
            raise ReadError("broken", "groups are nested too deep")
        self._stack.append(self._now)
        self._now = replace(self._now, end=None)

    def _close(self) -> None:
        self._flush()
        if not self._stack:
            return
        if len(self._stack) == 1 and self.body.paragraph.text:
            self._paragraph("par")
        ended, self._now = self._now, self._stack.pop()
        if ended.end is not None:
            ended.end()

    def _collect(self, end: Callable[[str], object]) -> None:
        """Collect the text of this group."""
        into = self._now.into = Paragraph()
        self._now.end = lambda: end(into.text)

    def _separate(self, end: Callable[[list[TextLine]], object]) -> None:
        """Begin a flow of its own; ``end`` takes its lines."""
        flow = self._now.flow = _Flow()
        self._now.into, self._now.depth = None, 0
        self._now.end = lambda: end([line for line in flow.end() if line.text])

    # Words

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
            return
        self._flush()
        if sign in "\r\n":
            self._word("par", None)
        elif sign in _SIGNS:
            self._add(_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        starred, self._starred = self._starred, False
        if word == "u":
            self._unicode((number or 0) % 0x10000)
        elif self._now.skip:
            self._now.skip = word != "ud"
        elif self._is_destination(word):
            pass
        elif starred and not _KNOWN.fullmatch(word):
            self._now.skip = True
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word in _ENDS:
            self._paragraph(word)
        elif self._now.table:
            self._describe(word, number)
        else:
            self._set(word, number)

    def _unicode(self, value: int) -> None:
        sign, high, self._high = chr(value), self._high, ""
        self._left_to_skip = self._now.substitutes
        if "\ud800" <= sign < "\udc00":
            self._high = sign
        elif high and "\udc00" <= sign < "\ue000":
            self._add((high + sign).encode("utf-16", "surrogatepass").decode("utf-16"))
        else:
            self._add("\ufffd" if "\udc00" <= sign < "\ue000" else sign)

    def _is_destination(self, word: str) -> bool:
        """Whether a word says where the text of its group goes; then it goes there."""
        paragraph = self._now.flow.paragraph
        if _SKIPPED.fullmatch(word):
            self._now.skip = True
        elif word in ("fonttbl", "stylesheet"):
            self._now.table = word
            first = self._font
            self._collect(lambda _: self._after_table(first))
        elif word == "info":
            self._collect(str)
        elif word == "title":
            self._collect(lambda text: setattr(self, "title", text.strip()))
        elif word == "fldinst":
            self._collect(paragraph.field)
        elif word in ("listtext", "pntext"):
            self._collect(lambda text: self._label(paragraph, " ".join(text.split())))
        elif word in ("footnote", "annotation"):
            self._separate(paragraph.note)
        elif word in ("shptxt", "dptxbxtext"):
            self._separate(paragraph.below.extend)
        elif re.fullmatch("(?:head|foot)er[lrf]?", word):
            self._separate(self.heads.extend)
        else:
            return False
        return True

    def _after_table(self, first: int) -> None:
        self._font = first
        self._now.codec = self._codec(first)

    @staticmethod
    def _label(paragraph: Paragraph, label: str) -> None:
        """An automatic number, as it was when the file was saved; a bullet is not a number."""
        if any(character.isalnum() for character in label):
            paragraph.label = with_gap(label)

    def _paragraph(self, word: str) -> None:
        now, flow = self._now, self._now.flow
        if now.into is not None:
            return
        flow.paragraph.kind, flow.paragraph.rank = kind_in(self.styles, now.style, now.outline)
        depth = now.depth if word.startswith("nest") else 1
        if word in ("cell", "nestcell"):
            flow.end_cell(max(1, depth))
        elif word in ("row", "nestrow"):
            flow.end_row(max(1, depth))
        else:
            flow.end_paragraph(now.depth)

    def _codec(self, font: int) -> str:
        return self.fonts.get(font) or self.default

    def _describe(self, word: str, number: int | None) -> None:
        """A word in the table of fonts or of styles."""
        now = self._now
        match word:
            case "f" if now.table == "fonttbl":
                self._font = number or 0
            case "fcharset" if now.table == "fonttbl":
                self.fonts[self._font] = now.codec = _CHARSETS.get(number or 0) or self.default
            case "s":
                style = self.styles[number or 0] = ParagraphStyle()
                now.style = number or 0
                self._collect(lambda text: setattr(style, "name", text.strip("; ")))
            case "sbasedon" if now.style in self.styles:
                self.styles[now.style].based_on = number
            case "outlinelevel" if now.style in self.styles:
                self.styles[now.style].outline = number

    def _set(self, word: str, number: int | None) -> None:
        """A property of what follows."""
        now = self._now
        match word:
            case "ansicpg" if number and not self.asked:
                self.default = now.codec = _code_page(number)
            case "deff":
                self._font = number or 0
            case "uc":
                now.substitutes = max(0, number or 0)
            case "dbch" | "loch" | "hich":
                now.wide = word == "dbch"
            case "f":
                now.codec = self._codec(number or 0)
            case "af" if now.wide:
                now.codec = self._codec(number or 0)
            case "plain":
                now.hidden = now.deleted = now.raised = False
                now.codec = self._codec(self._font)
            case "super" | "nosupersub":
                now.raised = word == "super" and number != 0
            case "v":
                now.hidden = number != 0
            case "deleted":
                now.deleted = number != 0
            case "pard":
                now.style, now.outline, now.depth = 0, None, 0
            case "s":
                now.style = number or 0
            case "outlinelevel":
                now.outline = number
            case "intbl":
                now.depth = max(1, now.depth)
            case "itap":
                now.depth = max(0, min(number or 0, _DEEPEST_TABLE))


def _code_page(number: int) -> str:
    with suppress(JuanzongError):
        return canonical(f"cp{number}")
    return "gb18030"

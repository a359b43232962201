"""Word documents (Office Open XML: ``.docx``, ``.docm``, ``.dotx``), read element by element.

Source: ECMA-376-1 (WordprocessingML). Elements go by their local names, which strict and transitional files
share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from lxml import etree

from archive.readers.extract import Extract, TextLine
from archive.readers.numbering import Counters, Level
from archive.readers.package import Package, elements, forget, unread_notes
from archive.readers.paragraphs import Paragraph, ParagraphStyle, chain, document, kind_in, left_out, row
from archive.readers.xml import attribute, inside, local

# Signs of Wingdings.
_SYMBOLS: Final = {
    0xF06C: "●", 0xF06F: "□", 0xF0A8: "□", 0xF0FE: "☑", 0xF052: "☑", 0xF0FC: "✓", 0xF0D8: "➢", 0xF0B7: "•",
}  # fmt: skip
_REMOVED: Final = ("del", "moveFrom")
_WRAPPERS: Final = ("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo")
"""What may be around a row or a cell."""


def extract(file: BinaryIO, path: str, _encoding: str | None) -> Iterator[Extract]:
    """The document of a file. Tracked insertions are in it, and deletions, headers and footers are not."""
    yield WordDocument(Package(file), path).extract()


def child(element: Any, *names: str) -> Any:
    """The descendant that a path of local names leads to, or None."""
    for name in names:
        element = next((one for one in element if local(one) == name), None) if element is not None else None
    return element


def _value(element: Any, *names: str) -> str | None:
    return attribute(child(element, *names), "val")


def _on(element: Any) -> bool:
    return element is not None and attribute(element, "val") not in ("0", "false", "off")


def _number(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch("-?[0-9]{1,9}", value) else None


class _Style(ParagraphStyle):
    default: bool = False
    number: str | None = None
    depth: int | None = None


class WordDocument:
    """A document of Word, or a presentation, while it is read."""

    def __init__(self, package: Package, path: str) -> None:
        self.package = package
        self.path = path
        self.counters = Counters()
        self.deleted = self.hidden = self.embedded = 0
        self._fields: list[str] = []  # open fields: the instruction so far, empty in the result
        self._open = Paragraph()
        self.main = next((one.target for one in package.related("") if one.kind == "officeDocument"), "")
        self.main = self.main or "word/document.xml"
        self.related: dict[str, list[str]] = {}
        for one in package.related(self.main):
            self.related.setdefault(one.kind, []).append(one.target)
        self.styles = dict(self._styles())
        self.default = next((key for key, style in self.styles.items() if style.default), None)
        self._read_numbering()
        self.notes = {kind: dict(self._note_texts(kind)) for kind in _REFERENCES.values()}

    # Parts of the package

    def _part(self, kind: str) -> Any:
        """The children of the root of a part."""
        parts = self.related.get(kind)
        return self.package.side(parts[0]) if parts else ()

    def _styles(self) -> Iterator[tuple[str, _Style]]:
        for style in self._part("styles"):
            key = attribute(style, "styleId")
            if local(style) == "style" and key and attribute(style, "type") == "paragraph":
                numbers = child(style, "pPr", "numPr")
                yield (
                    key,
                    _Style(
                        _value(style, "name") or key,
                        _number(_value(style, "pPr", "outlineLvl")),
                        _value(style, "basedOn"),
                        attribute(style, "default") in ("1", "true", "on"),
                        _value(numbers, "numId"),
                        _number(_value(numbers, "ilvl")),
                    ),
                )

    def _read_numbering(self) -> None:
        abstract: dict[str, Any] = {}
        by_style: dict[str, Any] = {}
        numbers: dict[str, Any] = {}
        for element in self._part("numbering"):
            if local(element) == "abstractNum":
                abstract[attribute(element, "abstractNumId") or ""] = element
                if link := _value(element, "styleLink"):
                    by_style[link] = element
            elif local(element) == "num":
                numbers[attribute(element, "numId") or ""] = element
        self.lists: dict[str, tuple[str, dict[int, Level], dict[str, int]]] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        for key, element in numbers.items():
            of = abstract.get(_value(element, "abstractNumId") or "")
            if of is not None and (link := _value(of, "numStyleLink")):
                of = by_style.get(link)
            if of is None:
                continue
            levels, styles = self._levels(of)
            for override in element:
                depth = _number(attribute(override, "ilvl"))
                if local(override) == "lvlOverride" and depth is not None:
                    more, named = self._levels(override)
                    levels |= more
                    styles |= named
                    start = _number(_value(override, "startOverride"))
                    if start is not None:
                        self._restarts[key, depth] = start
            self.lists[key] = attribute(of, "abstractNumId") or "", levels, styles

    @staticmethod
    def _levels(element: Any) -> tuple[dict[int, Level], dict[str, int]]:
        levels: dict[int, Level] = {}
        styles: dict[str, int] = {}
        for level in element:
            depth = _number(attribute(level, "ilvl"))
            if local(level) != "lvl" or depth is None:
                continue
            form = child(level, "numFmt")
            if form is None:  # a form that old programs do not know is a choice between two
                form = child(level, "AlternateContent", "Fallback", "numFmt")
            start = _number(_value(level, "start"))
            levels[depth] = Level(
                attribute(form, "val") or "decimal",
                _value(level, "lvlText") or "",
                start if start is not None else 0,
                _value(level, "suff") != "nothing",
                _on(child(level, "isLgl")),
                _number(_value(level, "lvlRestart")),
            )
            if style := _value(level, "pStyle"):
                styles[style] = depth
        return levels, styles

    def _note_texts(self, kind: str) -> Iterator[tuple[str, list[TextLine]]]:
        for element in self._part(f"{kind}s"):
            key = attribute(element, "id")
            if local(element) == kind and key and attribute(element, "type") in (None, "normal"):
                yield key, self.blocks(element)

    # The text

    def extract(self) -> Extract:
        """The document."""
        lines: list[TextLine] = []
        for element in elements(self.package.open(self.main), self.main):
            parent = element.getparent()
            if parent is None or local(parent) != "body":
                continue
            lines += self.block(element) or [TextLine("")] * (local(element) == "p" and not self._open.text)
            forget(element)
        lines += self._open.lines()
        counts = {"deletions": self.deleted, "hidden": self.hidden, "embedded": self.embedded}
        parts = [*self.related.get("header", ()), *self.related.get("footer", ())]
        heads = [line for part in parts for line in self.blocks(self.package.side(part))]
        title, language = self.properties()
        notes = (*left_out(self.path, counts, heads, lines), *unread_notes(self.package, self.path))
        return document(lines, title, language, notes)

    def blocks(self, parent: Any) -> list[TextLine]:
        """The lines of the paragraphs and tables inside an element."""
        return [line for element in parent for line in self.block(element)]

    def block(self, element: Any) -> list[TextLine]:
        """The lines of a paragraph, of a table, or of an element that holds these."""
        match local(element):
            case "p":
                return self._paragraph(element)
            case "tbl":
                cells = (inside(one, "tc", _WRAPPERS) for one in self._rows(element))
                return [line for one in cells for line in row(map(self.blocks, one))]
            case "AlternateContent":
                return self.blocks(_chosen(element))
            case "altChunk":
                self.embedded += 1
                return []
            case name if _skipped(name):
                self.deleted += name in _REMOVED
                return []
            case _:
                return self.blocks(element)

    def _rows(self, table: Any) -> Iterator[Any]:
        for one in inside(table, "tr", _WRAPPERS):
            if child(one, "trPr", "del") is None:
                yield one
            else:
                self.deleted += 1

    def _paragraph(self, element: Any) -> list[TextLine]:
        properties = child(element, "pPr")
        style = _value(properties, "pStyle") or self.default
        paragraph, self._open = self._open, Paragraph()
        outline = _number(_value(properties, "outlineLvl"))
        paragraph.kind, paragraph.rank = kind_in(self.styles, style, outline)
        paragraph.label = paragraph.label or self._label(properties, style)
        self._runs(element, paragraph)
        if any(self._fields):  # an instruction without its end would hide all that follows
            self._fields.clear()
        if child(properties, "rPr", "del") is not None:  # the end of the paragraph is deleted
            self._open = paragraph
            return []
        return list(paragraph.lines())

    def _label(self, properties: Any, style: str | None) -> str:
        """The automatic number of a paragraph."""
        number = _value(properties, "numPr", "numId")
        depth = _number(_value(properties, "numPr", "ilvl"))
        if number is None:
            for key, one in chain(self.styles, style):
                if one.number is not None:
                    number, own = one.number, one.depth
                    if depth is None and number in self.lists:
                        depth = self.lists[number][2].get(key, own)
                    break
        if number is None or number not in self.lists:
            return ""
        key, levels, _ = self.lists[number]
        depth = depth or 0
        return self.counters.label(key, levels, depth, self._restarts.pop((number, depth), None))

    def _runs(self, parent: Any, paragraph: Paragraph) -> None:
        marked = False  # a mark of a note follows, which its author chose
        raised = local(parent) == "r" and _raised(child(parent, "rPr"))
        for element in parent:
            name = local(element)
            if name == "instrText" and self._fields:
                self._fields[-1] += element.text or ""
            elif _skipped(name):
                self.deleted += name in _REMOVED
            elif name == "fldChar":
                self._field(attribute(element, "fldCharType"), paragraph)
            elif name in _REFERENCES:
                paragraph.note(self.notes[_REFERENCES[name]].get(attribute(element, "id") or "", ()))
                marked = attribute(element, "customMarkFollows") in ("1", "true", "on")
            elif name in ("txbxContent", "p", "tbl"):  # in a drawing
                paragraph.below += self.block(element)
            elif name == "textpath":
                paragraph.below += [
                    TextLine(text)
                    for text in (attribute(element, "string") or "").split("\n")
                    if text.strip()
                ]
            elif name == "AlternateContent":
                self._runs(_chosen(element), paragraph)
            elif name == "r" and _on(child(element, "rPr", "vanish")):
                self.hidden += any(local(one) == "t" for one in element)
            elif name == "ruby":
                self._ruby(element, paragraph)
            elif name in _LEAVES:
                text = "" if any(self._fields) else _LEAVES[name](element)  # in an instruction
                (paragraph.aside if marked else paragraph.raised if raised else paragraph.add)(text)
            else:
                self._runs(element, paragraph)

    def _ruby(self, element: Any, paragraph: Paragraph) -> None:
        for part in element:
            if local(part) == "rubyBase":
                self._runs(part, paragraph)
        for part in element:
            if local(part) == "rt":
                reading = Paragraph()
                self._runs(part, reading)
                paragraph.aside(reading.text)

    def _field(self, kind: str | None, paragraph: Paragraph) -> None:
        """The beginning, the middle or the end of a field: an instruction, then its result."""
        if kind == "begin":
            self._fields.append(" ")
        elif self._fields:
            instruction = self._fields.pop()
            if not any(self._fields):
                paragraph.field(instruction)
            if kind == "separate":
                self._fields.append("")

    def properties(self) -> tuple[str, str]:
        """The title and the language of the document."""
        found = {local(one): (one.text or "").strip() for one in self.package.side("docProps/core.xml")}
        return found.get("title", ""), found.get("language", "")


def _raised(properties: Any) -> bool:
    """Whether a run is above the line: in Word by a name, in PowerPoint by a height."""
    height = _number(attribute(properties, "baseline")) or 0
    return _value(properties, "vertAlign") == "superscript" or height > 0


def _skipped(name: str) -> bool:
    """Whether an element has no text of the document: properties, most of all."""
    return name.endswith("Pr") or name in _REMOVED or name in ("tblGrid", "instrText", "delInstrText")


def _chosen(element: Any) -> Any:
    """The first alternative of a content that has text, else none."""
    for choice in element:
        if any(local(one) in ("t", "textpath") for one in choice.iter(etree.Element)):
            return choice
    return ()


def _symbol(element: Any) -> str:
    code = attribute(element, "char") or ""
    if not re.fullmatch("[0-9A-Fa-f]{1,5}", code):
        return ""
    return _SYMBOLS.get(int(code, 16), chr(int(code, 16)))


_LEAVES: Final[dict[str, Callable[[Any], str]]] = {
    "t": lambda element: element.text or "",
    "tab": lambda _: "\t",
    "ptab": lambda _: "\t",
    "br": lambda _: "\n",
    "cr": lambda _: "\n",
    "noBreakHyphen": lambda _: "-",
    "sym": _symbol,
}
"""Elements of a run, and how each is text."""

_REFERENCES: Final = {f"{kind}Reference": kind for kind in ("footnote", "endnote", "comment")}

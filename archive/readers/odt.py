"""OpenDocument texts and presentations (``.odt``, ``.ott``, ``.odp``; in one XML file ``.fodt``, ``.fodp``).

Source: OpenDocument 1.3, part 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from msgspec.structs import replace

from archive.errors import ReadError
from archive.model import Kind, Note
from archive.readers.extract import Extract, TextLine
from archive.readers.numbering import OPEN_DOCUMENT, Counters, Level
from archive.readers.package import Package, elements, forget, unread_notes
from archive.readers.paragraphs import Paragraph, ParagraphStyle, chain, document, left_out, of_style, row
from archive.readers.xml import attribute, inside, local

_SPACE: Final = re.compile("[ \t\r\n]+")
_ROW_GROUPS: Final = ("table-header-rows", "table-rows", "table-row-group")
_MOST_REPEATED: Final = 1000  # of a cell, a row or a space that says how often it comes
_SKIPPED: Final = re.compile(
    ".*-(?:decls?|source)|forms|title|desc|note-citation|event-listeners|image|binary-data|settings"
    "|table-columns?|number|tracked-changes"
)


def extract(file: BinaryIO, path: str, _encoding: str | None) -> Iterator[Extract]:
    """The document of a file. Tracked insertions are in it, and deletions, headers and footers are not."""
    read = _Document(path)
    flat = file.read(2) != b"PK"
    file.seek(0)
    if flat:
        read.take(elements(file, path))
    else:
        package = Package(file)
        manifest = "META-INF/manifest.xml"
        if manifest in package and b"encryption-data" in package.open(manifest).read():
            raise ReadError("protected")
        for name in ("styles.xml", "meta.xml"):
            read.take(package.lenient(name) if name in package else ())
        read.notes += unread_notes(package, path)
        read.take(elements(package.open("content.xml"), "content.xml"))
    yield read.extract()


def _number(value: str | None, most: int = 10**9) -> int | None:
    return min(int(value), most) if value and re.fullmatch("[0-9]{1,9}", value) else None


class _Style(ParagraphStyle):
    hidden: bool = False
    raised: bool = False


class _Document:
    """A document that is being read, part by part."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.notes: list[Note] = []
        self.lines: list[TextLine] = []
        self.properties: dict[str, str] = {}
        self.heads: list[TextLine] = []
        self.deleted = self.hidden = 0
        self.styles: dict[str, _Style] = {}
        self.lists: dict[str, dict[int, Level]] = {}
        self.counters = Counters()
        self._list: list[tuple[str, str]] = []  # of the open lists: style and key of its counters
        self._last: dict[str, str] = {}  # the key that the last list of a style had, and each list by its id
        self._count = 0
        self._label = ""

    def take(self, found: Iterable[Any]) -> None:
        """The elements of a part of the document as they end."""
        for element in found:
            name = local(element)
            parent = element.getparent()
            holder = parent.getparent() if parent is not None else None
            if holder is not None and local(holder) == "body":
                self.lines += self.block(element) or [TextLine("")] * (name == "p")
                forget(element)
            elif name in ("styles", "automatic-styles"):
                self._read_styles(element)
            elif name == "master-page":
                for part in element:
                    if local(part).partition("-")[0] in ("header", "footer"):
                        self.heads += self.blocks(part)
            elif name in ("title", "language") and parent is not None and local(parent) == "meta":
                self.properties[name] = (element.text or "").strip()

    def extract(self) -> Extract:
        """The document, when all parts were taken."""
        title, language = self.properties.get("title", ""), self.properties.get("language", "")
        counts = {"deletions": self.deleted, "hidden": self.hidden}
        self.notes += left_out(self.path, counts, self.heads, self.lines)
        return document(self.lines, title, language, self.notes)

    # Styles

    def _read_styles(self, parent: Any) -> None:
        for element in parent:
            name, key = local(element), attribute(element, "name") or ""
            if name == "style":
                self.styles[key] = _Style(
                    attribute(element, "display-name") or key,
                    _number(attribute(element, "default-outline-level")),
                    attribute(element, "parent-style-name"),
                    any(attribute(one, "display") == "none" for one in element),
                    any((attribute(one, "text-position") or "").startswith("super") for one in element),
                )
            elif name in ("list-style", "outline-style"):
                levels = (_level(one) for one in element)
                self.lists["" if name == "outline-style" else key] = {one[0]: one[1] for one in levels if one}

    def _kind(self, element: Any, name: str) -> tuple[Kind | None, int]:
        outline = (_number(attribute(element, "outline-level"), 9) or 1) if name == "h" else None
        above: object = attribute(element, "style-name")
        for _, style in chain(self.styles, above):
            if said := of_style(style.name):
                return (Kind.HEADING, outline) if said[0] is Kind.HEADING and outline else said
            if style.outline and outline is None:
                return Kind.HEADING, style.outline
            above = style.based_on
        if outline:
            return Kind.HEADING, outline
        return (None if not above or above in self.styles else of_style(str(above))) or (None, 0)

    def _hidden(self, element: Any) -> bool:
        style = self.styles.get(attribute(element, "style-name") or "")
        hidden = style is not None and style.hidden and any(text.strip() for text in element.itertext())
        self.hidden += hidden
        return hidden

    def _is_raised(self, element: Any) -> bool:
        style = self.styles.get(attribute(element, "style-name") or "")
        return style is not None and style.raised

    # The text

    def blocks(self, parent: Any) -> list[TextLine]:
        """The lines inside an element."""
        return [line for element in parent for line in self.block(element)]

    def block(self, element: Any) -> list[TextLine]:
        """The lines of a paragraph, a list, a table, or of an element that holds these."""
        name = local(element)
        if name in ("p", "h"):
            return self._paragraph(element, name)
        if name == "list":
            return self._read_list(element)
        if name == "tracked-changes":
            self.deleted += sum(local(one) == "deletion" for change in element for one in change)
            return []
        if _SKIPPED.fullmatch(name):
            return []
        if name == "table":
            rows = ((one, self._cells(one)) for one in inside(element, "table-row", _ROW_GROUPS))
            return [
                line
                for one, cells in rows
                for _ in range(repeated(one, "number-rows-repeated"))
                for line in row(cells)
            ]
        if name == "notes":  # what a speaker says to a slide
            return [replace(line, kind=Kind.NOTE, rank=0) for line in self.blocks(element)]
        if name == "frame" and attribute(element, "class") in ("title", "subtitle"):
            kind = Kind.HEADING if attribute(element, "class") == "title" else None
            return [replace(line, kind=kind, rank=1 if kind else 0) for line in self.blocks(element)]
        return self.blocks(element)

    def _cells(self, element: Any) -> list[list[TextLine]]:
        cells: list[list[TextLine]] = []
        for cell in element:
            if local(cell) in ("table-cell", "covered-table-cell"):
                lines = self.blocks(cell)
                cells += [lines] * repeated(cell, "number-columns-repeated")
        return cells

    def _read_list(self, element: Any) -> list[TextLine]:
        style = attribute(element, "style-name") or (self._list[-1][0] if self._list else "")
        own, before = f"#{attribute(element, 'id')}", f"#{attribute(element, 'continue-list')}"
        if self._list:
            key = self._list[-1][1]
        elif attribute(element, "continue-numbering") == "true":
            key = self._last.get(style, style)
        else:
            self._count += 1
            key = self._last.get(before, f"{self._count}")
        self._last |= {style: key, own: key}
        self._list.append((style, key))
        lines: list[TextLine] = []
        for item in element:
            if local(item) == "list-item":
                start = _number(attribute(item, "start-value"))
                if any(local(one) in ("p", "h") for one in item):  # and not a list inside it only
                    levels = self.lists.get(style, {})
                    self._label = self.counters.label(key, levels, len(self._list) - 1, start)
            lines += self.blocks(item)
            self._label = ""
        self._list.pop()
        return lines

    def _paragraph(self, element: Any, name: str) -> list[TextLine]:
        if self._hidden(element):
            return []
        paragraph = Paragraph(*self._kind(element, name))
        paragraph.label, self._label = self._label, ""
        if name == "h" and not self._list and attribute(element, "is-list-header") != "true":
            start = _number(attribute(element, "start-value"))
            paragraph.label = self.counters.label("", self.lists.get("", {}), paragraph.rank - 1, start)
        self._runs(element, paragraph)
        return list(paragraph.lines())

    def _runs(self, parent: Any, paragraph: Paragraph) -> None:
        paragraph.add(_SPACE.sub(" ", parent.text or ""))
        for element in parent:
            match local(element):
                case "s":
                    paragraph.add(" " * (_number(attribute(element, "c"), _MOST_REPEATED) or 1))
                case "tab":
                    paragraph.add("\t")
                case "line-break":
                    paragraph.add("\n")
                case "ruby":
                    for part in element:
                        if local(part) == "ruby-base":
                            self._runs(part, paragraph)
                    readings = (one for one in element if local(one) == "ruby-text")
                    paragraph.aside("".join("".join(one.itertext()) for one in readings))
                case "note":
                    for body in element:
                        if local(body) == "note-body":
                            paragraph.note(self.blocks(body))
                case "annotation":
                    inside = (one for one in element if local(one) in ("p", "list"))
                    paragraph.note(line for one in inside for line in self.block(one))
                case "span" if not len(element) and self._is_raised(element):
                    paragraph.raised(element.text or "")
                case "span" | "a" | "meta" | "meta-field" | "bibliography-mark" if not self._hidden(element):
                    self._runs(element, paragraph)
                case _ if "drawing:1.0}" in str(element.tag):
                    paragraph.below += self.block(element)
                case "span" | "number" | "tracked-changes":
                    pass
                case _:  # a field
                    self._runs(element, paragraph)
            paragraph.add(_SPACE.sub(" ", element.tail or ""))


def repeated(element: Any, name: str) -> int:
    """How often a row or a cell comes; empty ones fill a sheet to its end."""
    return _number(attribute(element, name), _MOST_REPEATED) or 1


def _level(element: Any) -> tuple[int, Level] | None:
    """One level of a list style, from 0."""
    depth = _number(attribute(element, "level"))
    if not depth:
        return None
    form = (
        (attribute(element, "num-format") or "")
        if "number" in local(element) or "outline" in local(element)
        else ""
    )
    shown = _number(attribute(element, "display-levels"), 9) or 1
    numbers = ".".join(f"%{one}" for one in range(max(1, depth - shown + 1), depth + 1))
    pattern = f"{attribute(element, 'num-prefix') or ''}{numbers}{attribute(element, 'num-suffix') or ''}"
    if written := attribute(element, "num-list-format"):
        pattern = re.sub("%([0-9]+)%", r"%\1", written)
    gap = "nothing" not in (attribute(one, "label-followed-by") for alignment in element for one in alignment)
    form = OPEN_DOCUMENT.get(form.partition(",")[0], "decimal") if form else ""
    return depth - 1, Level(form, pattern, _number(attribute(element, "start-value")) or 1, gap)

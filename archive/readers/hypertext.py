"""Trees of HTML and XHTML to lines: blocks, headings, tables, captions, ruby, notes below their paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from posixpath import dirname, join, normpath
from typing import Any, Final
from urllib.parse import unquote

from lxml import etree
from msgspec.structs import replace

from archive.model import Kind
from archive.page.note_lines import NOTE_MARK
from archive.readers.extract import TextLine
from archive.readers.flow import Blocks
from archive.readers.xml import local, ruby, text_of

_HEADINGS: Final = {f"h{rank}": rank for rank in range(1, 7)}
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form header hgroup hr html legend li main menu nav ol p pre section summary table tbody"
    " td tfoot th thead title tr ul"
)
_BLOCKS: Final = frozenset((*_BLOCK_NAMES.split(), *_HEADINGS))
_UNSEEN_NAMES = (
    "applet audio base button canvas colgroup datalist embed frameset head iframe input link map meta"
    " noframes noscript object option progress script select style svg template textarea video"
)
_UNSEEN: Final = frozenset(_UNSEEN_NAMES.split())
_MARGINS: Final = frozenset(("nav", "header", "footer", "aside"))
_ROLES: Final = frozenset(("navigation", "banner", "contentinfo", "complementary", "search"))
_TOOLS: Final = re.compile(r"\b(?:mw-editsection|mw-cite-backlink|mw-jump-link|headerlink|noprint)\b")
_NOTES: Final = frozenset(("p", "li", "dd", "aside", "div", "td", "section"))
_CAPTIONS: Final = frozenset(("figcaption", "caption"))
_CLASSES: Final = {
    "subtitle": Kind.DECK, "MsoSubtitle": Kind.DECK,
    "author": Kind.BYLINE, "byline": Kind.BYLINE, "date": None,
}  # fmt: skip
_SHORT: Final = 60  # characters of a line whose class is believed

_NOTEREF: Final = re.compile(r"\b(?:noteref|doc-noteref|footnote-ref|duokan-footnote|biblioref)\b")
_FOOTNOTES: Final = ("data-wr-footernote", "zy-footnote")
"""Attributes that hold a note, in e-books of Chinese shops; others have it as the text of a picture."""
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PROSE: Final = re.compile(r"[^\n]{40}[^\n]*[。！？]|[。！？][^\n]{40}|[。！？]\s*\w[^。！？]*[。！？]")
_FILE: Final = re.compile(r"[\w%.-]+\.(?:jpe?g|png|gif|svg|webp|bmp)", re.IGNORECASE)
_ARROWS: Final = re.compile(r"[↩↑^⤴⏎\ufe0e\ufe0f\s]+|返回|back")


def classes(element: Any) -> str:
    """The classes, role and epub:type of an element."""
    types = element.get("{http://www.idpf.org/2007/ops}type", element.get("epub:type", ""))
    return f" {element.get('class', '')} {element.get('role', '')} {types} "


def resolve(file: str, href: str) -> tuple[str, str]:
    """The file, in lower case, and the fragment that a link in a file of a package leads to."""
    path, _, fragment = href.partition("#")
    return (normpath(join(dirname(file), unquote(path))) if path else file).casefold(), unquote(fragment)


def notes_of(trees: Mapping[str, Any]) -> dict[Any, Any]:
    """The marks of notes in some files, each with the block of its note: the markup says so, or a short mark
    leads to a block further down that leads back.
    """
    places: dict[tuple[str, str], Any] = {}
    links: list[tuple[Any, tuple[str, str]]] = []
    order: dict[Any, int] = {}
    for file, root in trees.items():
        for element in root.iter(etree.Element):
            names = element.get("id"), element.get("name") if local(element) == "a" else None
            for name in names:
                if name:
                    places.setdefault((file.casefold(), name), element)
            href = element.get("href")
            if href and "#" in href and local(element) == "a":
                links.append((element, resolve(file, href)))
                order[element] = len(order)
            elif any(names):
                order[element] = len(order)
    ends = [(link, _block(link), places[to]) for link, to in links if to in places]
    leads: dict[Any, set[Any]] = {}
    for link, _, target in ends:
        for above in islice(link.iterancestors(), 6):  # a paragraph of an item of a list of notes
            leads.setdefault(above, set()).add(_block(target))
    marks: dict[Any, Any] = {}
    notes: set[Any] = set()
    headed: dict[Any, bool] = {}
    for link, block, target in ends:
        note = _block(target)
        said = _NOTEREF.search(classes(link))
        mutual = block not in notes and block in leads.get(note, ()) and order[link] < order[target]
        if not said and not (mutual and NOTE_MARK.fullmatch(text_of(link))):
            continue
        if note not in headed:
            headed[note] = any(local(below) in _HEADINGS for below in note.iter())
        if local(note) in _NOTES and not headed[note] and note not in set(link.iterancestors()):
            marks[link] = note
            notes.add(note)
    return marks


def _block(element: Any) -> Any:
    while local(element) not in _BLOCKS:
        above = element.getparent()
        if above is None:
            break
        element = above
    return element


class Flow(Blocks):
    """The lines of a tree of HTML, in its order. ``marks``: of notes, which are below their line; ``hidden``:
    how many characters the page does not show.
    """

    blocks = _BLOCKS
    row = "tr"
    cells = frozenset(("td", "th"))
    most_in_cell = 2

    def __init__(self, marks: Mapping[Any, Any] | None = None, kind: Kind | None = None) -> None:
        super().__init__(kind)
        self.hidden = 0
        self._marks = marks or {}
        self._notes = set(self._marks.values())
        self._link = self._margin = self._pre = self._linked = 0

    def nested(self) -> Flow:
        """The same, for a note."""
        made = Flow(self._marks, Kind.NOTE)
        made._notes = self._notes
        return made

    def within(self, node: Any, name: str, step: int) -> None:
        """An element begins or ends: count what the text is part of."""
        self._margin += step * (name in _MARGINS or node.get("role") in _ROLES)
        self._link += step * (name == "a")
        self._pre += step * (name == "pre")

    def kind_of(self, node: Any, name: str) -> tuple[Kind | None, int]:
        """The kind of the lines of a block, and the rank."""
        if name == "p" or name in _HEADINGS:
            said = next((one for one in node.get("class", "").split() if one in _CLASSES), None)
            if said and len(text_of(node)) <= _SHORT:
                return _CLASSES[said], 0
        if name in _HEADINGS:
            return Kind.HEADING, _HEADINGS[name]
        if name in _CAPTIONS or (name == "p" and "caption" in classes(node).split()):
            return Kind.CAPTION, 0
        return self.kinds[-1]

    def apart(self, node: Any, name: str) -> bool:
        """Handle an element as a whole; False if its children are to be walked."""
        if not name:
            self.add(node.text)
        elif name in _UNSEEN or _TOOLS.search(node.get("class", "")):
            pass
        elif _is_hidden(node):
            self.hidden += len("".join("".join(node.itertext()).split()))
        elif node in self._notes:
            self.flush()
        elif "pagebreak" in classes(node):
            self.page(node.get("title") or node.get("aria-label") or text_of(node))
        elif name == "br":
            if self.kinds[-1][0] is Kind.HEADING:
                self.run.add(" ")
            else:
                self.flush()
        elif name == "ruby":
            ruby(self.run, node)
        elif node in self._marks:
            self.note(self._marks[node])
            self.run.aside(text_of(node))
        elif note := next((said for said in map(node.get, _FOOTNOTES) if said and said.strip()), None):
            self.run.place()
            self.below.append(TextLine(" ".join(note.split()), Kind.NOTE, places=(0,)))
        elif name == "img":
            self._picture(node)
        elif name == "sup" and self.run.ends_wide and NOTE_MARK.fullmatch(text_of(node)):
            for below in node.iter():
                if below in self._marks:
                    self.note(self._marks[below])
            self.run.aside(text_of(node))
        elif name == "a" and self.kinds[0][0] is Kind.NOTE and _ARROWS.fullmatch(text_of(node)):
            pass
        else:
            return False
        return True

    def _picture(self, node: Any) -> None:
        alt = node.get("alt", "").strip()
        if len(alt) == 1 or self.kinds[-1][0] is Kind.HEADING:
            self.add(alt)  # a character as a picture, a heading as one
        elif alt and not _FILE.fullmatch(alt):
            figure = next(node.iterancestors("{*}figure", "figure"), None)
            if figure is None or "".join(alt.split()) not in "".join("".join(figure.itertext()).split()):
                links = len(alt) if self._link else 0
                kind = Kind.NOTE if "footnote" in node.get("class", "") else Kind.CAPTION
                places = (0,) if kind is Kind.NOTE else ()
                if places:
                    self.run.place()
                margin = self._margin > 0
                self.below.append(
                    TextLine(" ".join(alt.split()), kind, places=places, links=links, margin=margin)
                )

    def add(self, text: str | None) -> None:
        """Add text to the run; in ``pre`` each line is one."""
        if not text:
            return
        if self._link:
            self._linked += len(text.strip())
        if not self._pre:
            self.run.add(text)
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self.flush()
            self.run.verbatim(line.rstrip("\r"))

    def found(self, line: TextLine) -> TextLine:
        """The line, with what it is part of."""
        links, self._linked = self._linked, 0
        return replace(line, links=links, margin=self._margin > 0)


def _is_hidden(node: Any) -> bool:
    """Whether a page does not show an element; one with sentences is read all the same."""
    hidden = node.get("hidden") is not None or _HIDDEN.search(node.get("style", ""))
    return bool(hidden) and not _PROSE.search("".join(node.itertext()))

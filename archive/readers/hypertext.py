"""Trees of HTML and XHTML to lines: blocks, headings, tables, captions, ruby, notes below their paragraph.

What web pages, chapters of e-books and Markdown have in common.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from itertools import islice
from posixpath import dirname, join, normpath
from typing import Any, Final
from urllib.parse import unquote, urldefrag

from lxml import etree

from archive.model import Kind
from archive.passages import LIMIT
from archive.readers.extract import Line
from archive.readers.xml import Run, local, ruby, text_of

_HEADINGS: Final = {f"h{rank}": rank for rank in range(1, 7)}
_BLOCK_NAMES = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption"
    " figure footer form header hgroup hr html legend li main menu nav ol p pre section summary table tbody"
    " td tfoot th thead title tr ul"
)
_BLOCKS: Final = frozenset((*_BLOCK_NAMES.split(), *_HEADINGS))
_CELLS: Final = frozenset(("td", "th"))
_UNSEEN_NAMES = (
    "applet audio base button canvas colgroup datalist embed frameset head iframe input link map meta"
    " noframes noscript object option progress script select style svg template textarea video"
)
_UNSEEN: Final = frozenset(_UNSEEN_NAMES.split())
_MARGINS: Final = frozenset(("nav", "header", "footer", "aside"))
_ROLES: Final = frozenset(("navigation", "banner", "contentinfo", "complementary", "search"))
_TOOLS: Final = re.compile(r"\b(?:mw-editsection|mw-cite-backlink|headerlink|noprint)\b")
_CAPTIONS: Final = frozenset(("figcaption", "caption"))
_CLASSES: Final = {"subtitle": Kind.DECK, "author": Kind.BYLINE, "byline": Kind.BYLINE}
_SHORT: Final = 60  # characters of a line whose class is believed

_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PROSE: Final = re.compile(r"[^\n]{40}[^\n]*[。！？]|[。！？][^\n]{40}")
MARK: Final = re.compile(
    r"[\[［〔【（(]?\s*[注註校][釋释]?\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4}|[①-⑳㉑-㉟㊱-㊿])?\s*[\]］〕】）)]?"
    r"|[\[［〔【（(]\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4}|[a-z]{1,4}|[*†‡※])\s*[\]］〕】）)]"
    r"|\d{1,4}|[①-⑳㉑-㉟㊱-㊿]|[ivxlc]{1,6}|[*＊†‡※]{1,3}"
)
"""The mark of a note: 1, [12], 〔三〕, 注1, ①, *."""
_FILE: Final = re.compile(r"[\w%.-]+\.(?:jpe?g|png|gif|svg|webp|bmp)", re.IGNORECASE)
_ARROWS: Final = re.compile(r"[↩↑^⤴⏎\ufe0e\ufe0f\s]+|返回|back")


class Found(Line, frozen=True):
    """A line of a page.

    Attributes:
        links: how many of its characters lead to other pages.
        margin: it stands in what the markup calls navigation, header, footer or aside.
    """

    links: int = 0
    margin: bool = False

    def line(self) -> Line:
        """The line as every format gives it."""
        return Line(self.text, self.kind, self.rank, self.asides, self.continues)


def classes(element: Any) -> str:
    """What the markup says of an element beside its name: classes, role, epub:type."""
    types = element.get("{http://www.idpf.org/2007/ops}type", element.get("epub:type", ""))
    return f" {element.get('class', '')} {element.get('role', '')} {types} "


def resolve(file: str, href: str) -> tuple[str, str]:
    """The file and the fragment that a link in a file leads to, as their names are in the package."""
    path, fragment = urldefrag(href)
    return normpath(join(dirname(file), unquote(path))) if path else file, unquote(fragment)


def notes_of(trees: Mapping[str, Any]) -> dict[Any, Any]:
    """The marks of notes in some files, each with the block that holds its note.

    A link is one if the markup says so, or if it is a short mark and the block that it leads to, which is
    further down, leads back.
    """
    places: dict[tuple[str, str], Any] = {}
    links: list[tuple[Any, tuple[str, str]]] = []
    order: dict[Any, int] = {}
    for file, root in trees.items():
        for element in root.iter(etree.Element):
            names = element.get("id"), element.get("name") if local(element) == "a" else None
            for name in names:
                if name:
                    places.setdefault((file, name), element)
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
    for link, block, target in ends:
        note = _block(target)
        if note is block or block in notes or not _may_be_note(note, link):
            continue
        said = re.search(r"\b(?:noteref|doc-noteref|footnote-ref|biblioref)\b", classes(link))
        mutual = block in leads.get(note, ()) and order[link] < order[target]
        if said or (mutual and MARK.fullmatch(text_of(link).strip())):
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


def _may_be_note(note: Any, link: Any) -> bool:
    name = local(note)
    return (
        name in ("p", "li", "dd", "aside", "div", "td", "section")
        and note not in set(link.iterancestors())
        and not any(local(below) in _HEADINGS for below in note.iter())
    )


class Flow:
    """The lines of a tree, in its order.

    Args:
        marks: the marks of notes, with their notes; these stand below the line with the mark.

    Attributes:
        lines: so far.
        hidden: how many characters were passed over that the page does not show.
    """

    def __init__(self, marks: Mapping[Any, Any] | None = None, kind: Kind | None = None) -> None:
        self.lines: list[Found] = []
        self.hidden = 0
        self._marks = marks or {}
        self._notes = set(self._marks.values())
        self._waiting: deque[Any] = deque()
        self._placed: set[Any] = set()
        self._below: list[Found] = []
        self._kinds: list[tuple[Kind | None, int]] = [(kind, 0)]
        self._cells: list[list[Found]] | None = None  # of the row that is read
        self._outer: list[tuple[list[Found], list[list[Found]] | None]] = []
        self._run = Run()
        self._link = self._margin = self._pre = self._linked = 0

    def read(self, root: Any) -> None:
        """Add the lines of a tree."""
        walker = etree.iterwalk(root, events=("start", "end"))
        unread: Any = None
        for event, node in walker:
            if event == "start":
                if node is not root and self._apart(node):
                    walker.skip_subtree()
                    unread = node
                else:
                    self._start(node)
                continue
            if node is not unread:
                self._end(node)
            unread = None
            if node is not root:
                self._add(node.tail)
        self._flush()

    def _start(self, node: Any) -> None:
        name = local(node)
        if name in _BLOCKS:
            self._flush()
            self._kinds.append(self._kind(node, name))
        if name == "tr":
            self._outer.append((self.lines, self._cells))
            self._cells = []
        elif name in _CELLS:
            self._outer.append((self.lines, self._cells))
            if self._cells is not None:
                self.lines = []
                self._cells.append(self.lines)
            self._cells = None
        self._margin += _is_margin(node, name)
        self._link += name == "a"
        self._pre += name == "pre"
        self._add(node.text)

    def _end(self, node: Any) -> None:
        name = local(node)
        if name in _BLOCKS:
            self._flush()
            self._kinds.pop()
        if name in _CELLS or name == "tr":
            row = self._cells if name == "tr" else None
            self.lines, self._cells = self._outer.pop()
            self.lines += _row(row or [])
        self._margin -= _is_margin(node, name)
        self._link -= name == "a"
        self._pre -= name == "pre"

    def _kind(self, node: Any, name: str) -> tuple[Kind | None, int]:
        if name in _HEADINGS:
            return Kind.HEADING, _HEADINGS[name]
        if name in _CAPTIONS:
            return Kind.CAPTION, 0
        if name == "p":
            said = next((_CLASSES[one] for one in node.get("class", "").split() if one in _CLASSES), None)
            if said and len(text_of(node)) <= _SHORT:
                return said, 0
        return self._kinds[-1]

    def _apart(self, node: Any) -> bool:
        """Deal with an element whose inside is not walked; False where it is."""
        name = local(node)
        if not name:
            self._add(node.text)
        elif name in _UNSEEN or _TOOLS.search(node.get("class", "")):
            pass
        elif _is_hidden(node):
            self.hidden += len("".join("".join(node.itertext()).split()))
        elif node in self._notes:
            self._flush()
        elif name == "br":
            if self._kinds[-1][0] is Kind.HEADING:
                self._run.add(" ")
            else:
                self._flush()
        elif name == "ruby":
            ruby(self._run, node)
        elif node in self._marks:
            self._run.aside(text_of(node))
            self._waiting.append(self._marks[node])
        elif name == "img":
            self._picture(node)
        elif name == "sup" and self._run.ends_wide and MARK.fullmatch(text_of(node)):
            marks = [below for below in node.iter() if below in self._marks]
            self._waiting.extend(self._marks[mark] for mark in marks)
            self._run.aside(text_of(node))
        elif name == "a" and self._kinds[0][0] is Kind.NOTE and _ARROWS.fullmatch(text_of(node)):
            pass
        else:
            return False
        return True

    def _picture(self, node: Any) -> None:
        alt = node.get("alt", "").strip()
        if len(alt) <= 2 or self._kinds[-1][0] is Kind.HEADING:
            self._run.add(alt)  # a character as a picture, a heading as one
        elif not _FILE.fullmatch(alt):
            figure = next(node.iterancestors("{*}figure", "figure"), None)
            if figure is None or "".join(alt.split()) not in "".join("".join(figure.itertext()).split()):
                run = Run()
                run.add(alt)
                self._keep(run.take(Kind.CAPTION), self._below, links=len(alt) if self._link else 0)

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._link:
            self._linked += len(text.strip())
        if not self._pre:
            self._run.add(text)
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._flush()
            self._run.verbatim(line.rstrip("\r"))

    def _flush(self) -> None:
        """End the line; then come its pictures and notes."""
        self._keep(self._run.take(*self._kinds[-1]), self.lines, self._linked)
        self._linked = 0
        self.lines += self._below
        self._below.clear()
        while self._waiting and self._kinds[0][0] is not Kind.NOTE:
            note = self._waiting.popleft()
            if note not in self._placed:
                self._placed.add(note)
                flow = Flow(self._marks, Kind.NOTE)
                flow._waiting = self._waiting
                flow._notes = self._notes
                flow.read(note)
                self.lines += flow.lines

    def _keep(self, line: Line | None, lines: list[Found], links: int) -> None:
        if line is not None:
            lines.append(Found(line.text, line.kind, line.rank, line.asides, False, links, self._margin > 0))


def _is_hidden(node: Any) -> bool:
    """Whether a page does not show an element; one with sentences is read all the same."""
    hidden = node.get("hidden") is not None or _HIDDEN.search(node.get("style", ""))
    return bool(hidden) and not _PROSE.search("".join(node.itertext()))


def _is_margin(node: Any, name: str) -> bool:
    return name in _MARGINS or node.get("role") in _ROLES


def _row(cells: list[list[Found]]) -> list[Found]:
    """The lines of a row: one, with tabs between its cells; those of the cells where it is layout."""
    while cells and not cells[-1]:
        cells.pop()
    lines = [line for cell in cells for line in cell]
    notes = [line for line in lines if line.kind is Kind.NOTE]
    plain = [[line for line in cell if line.kind is not Kind.NOTE] for cell in cells]
    layout = any(len(cell) > 2 or any(line.kind for line in cell) for cell in plain)
    if layout or sum(map(bool, cells)) < 2 or sum(len(line.text) for line in lines) > LIMIT:
        return lines
    run, asides = "", []
    for number, cell in enumerate(plain):
        run += "\t" * bool(number)
        for place, line in enumerate(cell):
            run += " " * bool(place)
            asides += [(len(run) + start, len(run) + end) for start, end in line.asides]
            run += line.text
    cut = len(run) - len(run.lstrip())
    moved = tuple((start - cut, end - cut) for start, end in asides)
    links = sum(line.links for line in lines)
    margin = any(line.margin for line in lines)
    return [Found(run[cut:], Kind.TEXT, asides=moved, links=links, margin=margin), *notes]

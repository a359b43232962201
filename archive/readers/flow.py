"""Trees of marked-up text (HTML, TEI) to lines: blocks, rows of tables, page marks, notes below their
paragraph.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import Any, ClassVar

from lxml import etree
from msgspec.structs import replace

from archive.model import Kind
from archive.passages import LIMIT
from archive.readers.extract import LineText, TextLine
from archive.readers.paragraphs import row
from archive.readers.xml import local


class Blocks:
    """The lines of trees, in their order. Nothing here calls itself, however deep a tree is nested.

    Attributes:
        blocks: elements that begin and end a line.
        most_in_cell: lines of a cell; one with more belongs to the layout of the page.
        kinds: the kind and the rank of the block that is read, and of those around it.
        below: lines that come below the line that is read.
        waiting: notes that come below it too, which are still to be read.
    """

    blocks: ClassVar[frozenset[str]]
    row: ClassVar[str]
    cells: ClassVar[frozenset[str]]
    most_in_cell: ClassVar[int] = LIMIT

    def __init__(self, kind: Kind | None = None) -> None:
        self.lines: list[TextLine] = []
        self.run = LineText()
        self.kinds: list[tuple[Kind | None, int]] = [(kind, 0)]
        self.below: list[TextLine] = []
        self.waiting: deque[Any] = deque()
        self._placed: set[Any] = set()
        self._row: list[list[TextLine]] | None = None
        self._outer: list[tuple[list[TextLine], list[list[TextLine]] | None]] = []
        self._goes_on = False

    def read(self, root: Any) -> None:
        """Add the lines of a tree."""
        walker = etree.iterwalk(root, events=("start", "end"))
        unread: Any = None
        for event, node in walker:
            name = local(node)
            if event == "end":
                if node is not unread:
                    self._end(node, name)
                unread = None
                if node is not root:
                    self.add(node.tail)
            elif node is not root and self.apart(node, name):
                walker.skip_subtree()
                unread = node
            else:
                self._start(node, name)
        self.flush()

    def nested(self) -> Blocks:
        """A reader of the same kind for a note."""
        raise NotImplementedError

    def within(self, node: Any, name: str, step: int) -> None:
        """An element begins (``step`` 1) or ends (-1): count what the text is part of."""

    def apart(self, node: Any, name: str) -> bool:
        """Handle an element as a whole; False if its children are to be walked."""
        raise NotImplementedError

    def kind_of(self, node: Any, name: str) -> tuple[Kind | None, int]:
        """The kind of the lines of a block, and the rank."""
        raise NotImplementedError

    def found(self, line: TextLine) -> TextLine:
        """The line with what the format knows of it."""
        return line

    def add(self, text: str | None) -> None:
        """Add text to the run."""
        self.run.add(text)

    def page(self, mark: str) -> None:
        """Add a page mark; a paragraph goes on across it."""
        if mark.strip():
            begun = bool(self.run.text)
            self.flush()
            self.lines.append(self.found(TextLine(" ".join(mark.split()), Kind.PAGE)))
            self._goes_on = begun

    def note(self, node: Any) -> None:
        """Add the mark of a note; only the first mark of a note brings its text."""
        if node not in self._placed and node not in self.waiting:
            if _says(node):
                self.run.place()
            self.waiting.append(node)

    def flush(self) -> None:
        """End the line; then come its pictures and notes."""
        line = self.run.take(*self.kinds[-1], continues=self._goes_on)
        if line is not None:
            self.lines.append(self.found(line))
        self._goes_on = False
        self.lines += self.below
        self.below.clear()
        while self.waiting and self.kinds[0][0] is not Kind.NOTE:
            note = self.waiting.popleft()
            if note not in self._placed:
                self._placed.add(note)
                reader = self.nested()
                reader.waiting, reader._placed = self.waiting, self._placed
                reader.read(note)
                if reader.lines and _says(note):
                    first = reader.lines[0]
                    reader.lines[0] = replace(first, places=(0, *first.places))
                self.lines += reader.lines

    def _start(self, node: Any, name: str) -> None:
        if name in self.blocks:
            self.flush()
            self.kinds.append(self.kind_of(node, name))
        if name == self.row:
            self._outer.append((self.lines, self._row))
            self._row = []
        elif name in self.cells:
            self._outer.append((self.lines, self._row))
            if self._row is not None:
                self.lines = []
                self._row.append(self.lines)
            self._row = None
        self.within(node, name, 1)
        self.add(node.text)

    def _end(self, node: Any, name: str) -> None:
        if name in self.blocks:
            self.flush()
            self.kinds.pop()
        if name == self.row or name in self.cells:
            cells = self._row or [] if name == self.row else []
            self.lines, self._row = self._outer.pop()
            long = any(sum(one.kind is not Kind.NOTE for one in cell) > self.most_in_cell for cell in cells)
            self.lines += chain.from_iterable(cells) if long else row(cells)
        self.within(node, name, -1)


def _says(note: Any) -> bool:
    """Whether a note has text."""
    return any(not text.isspace() for text in note.itertext())

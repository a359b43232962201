"""How much of its context a passage carries, so that an archive is in proportion to its sources.

Each passage is found by the title, the headings and the byline that it belongs to as well. Of a document with
4,000 authors each author is a passage, and 4,000 times 4,000 names made 587 MB of 39 kB.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from archive.model import Document, Kind, Section
from archive.passages import Passage

AT_FIRST: Final = 1_000
"""Characters of context that a document has room for, however short it is: …"""
EACH: Final = 32
"""… so many more for each of its passages …"""
FACTOR: Final = 4
"""… and for each of their characters. No text of the judged and classical collections needs more."""

BEGINNING: Final = 10
"""Characters of a title, a heading or a byline where there is no room for all: always less than ``EACH``."""


class Room(Struct):
    """The characters of context that there is room for so far."""

    left: int = AT_FIRST

    def takes(self, needed: int, number: int, characters: int) -> bool:
        """Whether so many texts, of so many characters in all, can have the context needed; takes it then."""
        left = self.left + EACH * number + FACTOR * characters - needed
        if left < 0:
            return False
        self.left = left
        return True


def beginning(text: str) -> str:
    """So much of a text as is carried where there is no room for all of it."""
    return text if len(text) <= BEGINNING else text[:BEGINNING] + "…"


class SectionContext(Struct, frozen=True):
    """What the passages of a section have in common: ``needed`` are all characters of their context."""

    author: str | None
    path: tuple[str, ...]
    byline: tuple[str | None, ...]
    needed: int


class Contexts:
    """What the passages of a document, also of one in parts, carry of its title, headings and bylines.

    Attributes:
        cut: passages that do not carry all of it.
        short: sections of which the headings above are not named in full.

    Args:
        stream: makes one stream of the texts that a passage carries.
    """

    def __init__(self, document: Document, stream: Callable[..., str]) -> None:
        self.cut = self.short = 0
        self._stream, self._whole_title = stream, stream(document.title)
        self._sections: dict[int, SectionContext] = {}
        self._paths, self._room = Room(), Room()
        self._begun = -1  # the last section of which a passage carries all of the context

    def begin(self, document: Document) -> list[tuple[str, ...]]:
        """The headings of each section of a part, from the outermost to its own, as far as there is room."""
        self._title, self._byline = document.title, _byline(Section(), document)
        first = document.part.section
        paths = self._paths_of(document, first)
        for index, (section, path) in enumerate(zip(document.sections, paths, strict=True), first):
            byline = _byline(section, document)
            needed = len(document.title) + sum(map(len, path)) + sum(len(text or "") for text in byline)
            author = section.author or document.author
            self._sections[index] = SectionContext(author, path, byline, needed)
        return paths

    def end(self, last: int) -> None:
        """Forget the sections of a part but the ``last``, in which the next part goes on."""
        self._sections = {last: self._sections[last]} if last in self._sections else {}

    def section(self, index: int) -> SectionContext:
        """The context of a section."""
        return self._sections[index]

    def carried(self, passages: Sequence[Passage]) -> list[tuple[str, str, str]]:
        """The streams of title, headings and byline of successive passages, as far as there is room."""
        contexts = [self._sections[passage.section] for passage in passages]
        needed = sum(context.needed for context in contexts)
        stream = self._stream
        if self._room.takes(needed, len(passages), sum(len(passage.text) for passage in passages)):
            return [(self._whole_title, stream(*c.path), stream(*c.byline)) for c in contexts]
        return [self._some(passage, c) for passage, c in zip(passages, contexts, strict=True)]

    def _some(self, passage: Passage, context: SectionContext) -> tuple[str, str, str]:
        """The same of one; the first of the document, and of each section, has all of what begins with it."""
        first, opens = passage.position == 0, passage.section > self._begun
        self._begun = max(self._begun, passage.section)
        characters = len(passage.text)
        title, path, byline = self._whole_title, context.path, context.byline
        if not self._room.takes(context.needed, 1, characters):
            self._room.takes(3 * BEGINNING, 1, characters)
            self.cut += 1
            if not first:
                title = self._stream(beginning(self._title))
            if not opens:
                path = tuple(map(beginning, path[-1:]))
            if passage.kind in (Kind.BYLINE, Kind.AUTHOR):
                byline = (passage.text,)
            elif not first and not (opens and byline != self._byline):
                byline = tuple(beginning(text) for text in byline if text)
        return title, self._stream(*path), self._stream(*byline)

    def _paths_of(self, document: Document, first: int) -> list[tuple[str, ...]]:
        paths = [section.path for section in document.sections]
        needed = sum(sum(map(len, path)) for path in paths)
        if self._paths.takes(needed, len(paths), sum(len(piece.text) for piece in document.pieces)):
            return paths
        sizes: Counter[int] = Counter()
        for piece in document.pieces:
            sizes[piece.section] += len(piece.text)
        for index, (section, path) in enumerate(zip(document.sections, paths, strict=True)):
            above = path if section.heading is None else path[:-1]
            if not self._paths.takes(sum(map(len, above)), 1, sizes[first + index]):
                self._paths.takes(3 * BEGINNING, 1, sizes[first + index])
                self.short += 1
                paths[index] = (*map(beginning, above[-3:]), *path[len(above) :])
        return paths


def _byline(section: Section, document: Document) -> tuple[str | None, str | None]:
    """The nearest byline: the section's own, else the document's."""
    if section.author:
        return section.author, section.affiliation
    return document.author, document.details.get("affiliation")

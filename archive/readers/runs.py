"""Runs of text: the white space of the page, what interrupts a run apart; and the title among lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from archive.model import Kind, Range
from archive.readers.extract import Line

_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_WRAPPED: Final = re.compile(f"[{_WIDE}][{_WIDE}“”‘’…—]|[“”‘’…—][{_WIDE}]")
"""Two neighbours between which the end of a line in the file is no space."""

_WORDS: Final = re.compile(r"([ \t\r\n\f]*)([^ \t\r\n\f]*)")


class Run:
    """The text of a line as it is collected: white space as on the page, asides apart.

    White space of ASCII is one space, and none at the ends, or where a line ends in the file between two wide
    characters. Other spaces (U+3000, U+00A0) are characters.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._asides: list[Range] = []
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
        if text := " ".join(text.split()):
            self._asides.append((self._length, self._length + len(text)))
            self._put(text)

    def take(self, kind: Kind | None = None, rank: int = 0, *, continues: bool = False) -> Line | None:
        """The line, or None where there is no text; then the run is empty again. A line of asides only is a
        note."""
        text, asides, alone = self.text, tuple(self._asides), not self._last
        self.__init__()  # type: ignore[misc]
        if not text.strip():
            return None
        if alone:
            return Line(text, Kind.NOTE)
        return Line(text, kind, rank, asides, continues)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def titled(lines: Iterable[Line], title: str | None, within: int | None = None) -> tuple[Line, ...]:
    """The lines with a title: the first of them that says it, else one above all. Without a title it is the
    only heading of the first rank, if that stands above all."""
    lines = [Line(line.text, line.kind, line.rank, line.asides, line.continues) for line in lines]
    place: int | None = None
    if title:
        squeezed = "".join(title.split())
        same = (
            number for number, line in enumerate(lines[:within]) if "".join(line.text.split()) == squeezed
        )
        place = next(same, None)
        if place is None:
            return Line(" ".join(title.split()), Kind.TITLE), *lines
    elif lines and lines[0].kind is Kind.HEADING:
        ranks = [line.rank for line in lines if line.kind is Kind.HEADING]
        place = 0 if ranks.count(min(ranks)) == 1 and ranks[0] == min(ranks) else None
    if place is not None:
        lines[place] = replace(lines[place], kind=Kind.TITLE, rank=0)
    return tuple(lines)

"""The lines of a text that are not blank, with their places, and the blank lines between them."""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from msgspec import Struct

from archive.model import Range


class Lines(Struct, dict=True):
    """The non-blank lines of ``text``, stripped of the white space around them, in the order of the file.

    A line ends where ``str.splitlines`` ends it: at LF, CR, CRLF, form feed and the other separators of
    Unicode.
    After ``archive.page.wrap`` a "line" may be a paragraph of several lines of the file (``parts``).

    Attributes:
        text: the whole decoded text.
        body: the stripped lines.
        start: where each begins, in characters of ``text``.
        end: where each ends, exclusive.
        gap: how many blank lines stand before each.
        indent: how many characters of white space lead each.
        breaks: the lines before which a page ends (a form feed).
        parts: for a line that was put together from several, their ranges.
    """

    text: str
    body: list[str]
    start: list[int]
    end: list[int]
    gap: list[int]
    indent: list[int]
    breaks: set[int] = set()
    parts: dict[int, tuple[Range, ...]] = {}

    def __len__(self) -> int:
        return len(self.body)

    @cached_property
    def usual_gap(self) -> int:
        """The narrowest gap that stands between a tenth of the lines or more, and at least twice; else the
        narrowest."""
        counts = Counter(self.gap[1:])
        often = [gap for gap, count in counts.items() if count >= max(2, len(self.gap) // 10)]
        return min(often or counts, default=0)

    def wide(self, index: int) -> bool:
        """Whether the gap before a line has two blank lines or more, and more than usual."""
        return index >= len(self.gap) or self.gap[index] >= max(2, self.usual_gap + 1)

    def source(self, index: int) -> tuple[Range, ...]:
        """The ranges of a line in the text."""
        return self.parts.get(index) or ((self.start[index], self.end[index]),)


def read_lines(text: str) -> Lines:
    """Cut a text into its lines. Linear in its length."""
    body: list[str] = []
    start: list[int] = []
    end: list[int] = []
    gap: list[int] = []
    indent: list[int] = []
    breaks: set[int] = set()
    offset = blank = 0
    for raw in text.splitlines(True):
        line = raw.strip()
        if line:
            lead = 0 if raw[0] == line[0] else len(raw) - len(raw.lstrip())
            begin = offset + lead
            body.append(line)
            start.append(begin)
            end.append(begin + len(line))
            gap.append(blank)
            indent.append(lead)
            blank = 0
        elif raw != "\f":
            blank += 1
        offset += len(raw)
        if raw[-1] == "\f":
            breaks.add(len(body))
    return Lines(text, body, start, end, gap, indent, breaks)

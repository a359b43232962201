"""Lines of Chinese text on a terminal: none begins with a mark that closes, or ends with one that opens.

The help of the commands is set in them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from click import HelpFormatter

from cli.language import _, language

NOT_FIRST = frozenset("，。、；：！？”’」』》〉】〕）…—％,.;:!?)]}%")
NOT_LAST = frozenset("“‘「『《〈【〔（([{")
"""The marks of GB/T 15834-2011, 5.1 (where marks may stand in a line), and their Western sisters."""

_STEPS = 4
"""Characters by which a line may be shorter for it; of more marks than that in a row some begin a line."""


def line_ends(text: str, width: int, columns: Callable[[str], int]) -> list[int]:
    """Where the lines of a text end, in characters, but for the last; each takes at most ``width`` columns.

    Blanks at its end, which are not to be printed, are not counted. ``columns`` says how many columns a
    character takes. A Latin word stays in one line if it is no longer than that.
    """
    ends: list[int] = []
    start = used = 0
    at = 0
    while at < len(text):
        used += columns(text[at])
        if used > width and at > start:
            start = _end(text, start, at)
            while text[start : start + 1] == " ":
                start += 1
            if start < len(text):
                ends.append(start)
            at, used = start, 0
        else:
            at += 1
    return ends


def _end(text: str, start: int, end: int) -> int:
    """The best place for the end of a line that can hold ``text[start:end]`` and no more."""
    word = end
    while word > start and _in_word(text, word):
        word -= 1
    end = word if word > start else end
    for place in range(end, max(start, end - _STEPS - 1), -1):
        if text[place] not in NOT_FIRST and text[place - 1] not in NOT_LAST and not _in_word(text, place):
            return place
    return end


def _in_word(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place : place + 1]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()


class Formatter(HelpFormatter):
    """Click's formatter, which breaks lines at blanks only; it looks up the texts too."""

    def write_text(self, text: str) -> None:
        """The help of a command."""
        super().write_text(_in_lines(_(text), self.width - self.current_indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options and their help; behind it click's ``[default: …]``, which it looked up itself."""
        rows = list(rows)
        first = min(max(len(row[0]) for row in rows), col_max) + col_spacing
        shown = []
        for name, text in rows:
            said, gap, more = text.partition("  [")
            shown.append((name, _in_lines(_(said) + gap + more, self.width - first - self.current_indent)))
        super().write_dl(shown, col_max, col_spacing)


def _in_lines(text: str, width: int) -> str:
    """Chinese paragraphs in lines of that width; click leaves those alone that are marked with U+0008."""
    if language() == "en":
        return text
    from rich.cells import cell_len

    paragraphs = []
    for paragraph in text.split("\n\n"):
        if not paragraph.startswith("\b"):
            ends = line_ends(paragraph, width, cell_len)
            lines = (paragraph[a:b].strip() for a, b in zip([0, *ends], [*ends, None], strict=True))
            paragraph = "\b\n" + "\n".join(lines)
        paragraphs.append(paragraph)
    return "\n\n".join(paragraphs)

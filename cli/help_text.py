"""Help in the language of the terminal, in lines that end where Chinese text may."""

from __future__ import annotations

from collections.abc import Iterable

from click import HelpFormatter

from cli.language import _, language
from cli.line_breaks import line_ends


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

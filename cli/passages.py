"""Passages on a terminal: headline, section, author and id above, hits in colour; plain where it is piped.

The plain form is for eyes and grep: a line of context, then the text. For programs there is --json.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cli.language import _
from cli.lines import line_ends
from cli.output import echo, is_terminal, one_line
from index.results import PassageHit, PieceView, SearchResult, Span
from index.search.snippet import Fragment, divided, snippet

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SNIPPET_LINES = 3
INDENT = 4
LEFT_OVER = 8
"""Columns for the marks of what was left out, and for lines that end before a mark that may not end them."""
NARROWEST, PLAIN_WIDTH = 40, 100


def print_line(text: str) -> None:
    """One plain line."""
    echo(one_line(text))


def print_hits(result: SearchResult, *, in_tiers: bool) -> None:
    """Every hit of the page, a blank line between two, and ``in_tiers`` where those of all words begin."""
    width = PLAIN_WIDTH
    if is_terminal():
        width = max(NARROWEST, min(_terminal_width(), 120))
    for number, hit in enumerate(result.hits):
        if number:
            echo()
            before = result.hits[number - 1].tier
            if in_tiers and (before, hit.tier) == ("exact", "all"):
                rest = _("These have every word, some of them in the title, a heading or the byline:")
                if is_terminal():
                    _console().print(rest, style="italic dim", highlight=False)
                else:
                    echo(rest)
                echo()
        print_hit(hit, width)


def print_hit(hit: PassageHit, width: int) -> None:
    """The place of a passage, then up to three lines around its densest hits."""
    room = SNIPPET_LINES * (width - INDENT) - LEFT_OVER
    fragments = snippet(hit.text, hit.spans, max(8, room))
    print_place(hit)
    _print_text(_joined(fragments), width)


def print_place(hit: PassageHit) -> None:
    """``1. title › section · author — folder [passage id]``, with the kind where it is not running text."""
    place = " › ".join([hit.document.title, *hit.section])
    page = hit.page and _("page {}").format(hit.page)
    by = "".join(f" · {part}" for part in (hit.author, hit.document.source, page) if part)
    kind = "" if hit.kind == "text" else f" ({_(hit.kind)})"
    number = f"{hit.rank}. " if hit.rank else ""
    where = f" — {hit.document.whereabouts}" if hit.document.whereabouts else ""
    if not is_terminal():
        echo(one_line(f"{number}{place}{by}{kind}{where} [{hit.passage_id}]"))
        return
    from rich.text import Text

    line = Text(number, style="bold")
    line.append(one_line(place), style="bold cyan")
    line.append(one_line(by), style="green")
    line.append(kind, style="italic")
    line.append(one_line(where), style="dim")
    line.append(f"  {hit.passage_id}", style="dim")
    _print_lines(line, _terminal_width())


def print_whole(hit: PassageHit) -> None:
    """A passage with all of its text and its neighbours."""
    print_place(hit)
    width = _terminal_width() if is_terminal() else PLAIN_WIDTH
    for neighbour in filter(None, [hit.before]):
        _print_text([(neighbour, "dim")], width)
    _print_text(list(marked(hit.text, hit.spans)), width)
    for neighbour in filter(None, [hit.after]):
        _print_text([(neighbour, "dim")], width)


def marked(text: str, spans: Sequence[Span]) -> Iterable[tuple[str, str]]:
    """The text in parts, each with its style; joined they give back the text."""
    return ((part, "bold red" if hit else "") for part, hit in divided(text, spans))


def _joined(fragments: Sequence[Fragment]) -> list[tuple[str, str]]:
    parts: list[tuple[str, str]] = []
    for fragment in fragments:
        if fragment.cut_before and not parts:
            parts.append(("…", "dim"))
        parts += marked(fragment.text, fragment.spans)
        if fragment.cut_after:
            parts.append(("…", "dim"))
    return parts


def _print_text(parts: Sequence[tuple[str, str]], width: int) -> None:
    """Indented text. Piped, a passage is one line, so that grep and cut see it whole."""
    visible = [(one_line(text), style) for text, style in parts]
    if not is_terminal():
        echo(" " * INDENT + "".join(text for text, _ in visible).rstrip())
        return
    from rich.text import Text

    text = Text()
    for part, style in visible:
        text.append(part, style=style)
    _print_lines(text, width, INDENT)


def _print_lines(text: Text, width: int, indent: int = 0) -> None:
    """Text in lines that end where Chinese text may: rich knows blanks only, and left ``1.`` alone on one."""
    from rich.cells import cell_len
    from rich.padding import Padding
    from rich.text import Text

    lines = text.divide(line_ends(text.plain, width - indent, cell_len))
    for line in lines:
        line.rstrip()
    _console().print(Padding(Text("\n").join(lines), (0, 0, 0, indent)), width=width, highlight=False)


def _terminal_width() -> int:
    import shutil  # with what packs files: 2 ms that only a terminal needs

    return shutil.get_terminal_size().columns


def _console() -> Console:
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False)


def print_piece(piece: PieceView, traces: bool) -> None:
    """A piece of a document: titles and headings set off; with ``traces`` what was made of the lines."""
    width = _terminal_width() if is_terminal() else PLAIN_WIDTH
    if piece.kind in ("title", "heading"):
        echo()
    if traces:
        remarks = [f"{piece.kind} ({piece.rule})"]
        remarks += [
            f"{name} ({rule})" for name, rule in (("joined", piece.joined), ("moved", piece.moved)) if rule
        ]
        _print_text([(f"[{', '.join(remarks)}]", "dim italic")], width)
    style = "bold cyan" if piece.kind in ("title", "heading") else ""
    _print_text([(text, marking or style) for text, marking in marked(piece.text, piece.spans)], width)

"""Passages on a terminal: headline, section, author and id above, hits in colour; plain where it is piped.

The plain form is for eyes and grep: a line of context, then the text. For programs there is --json.
Lines of a concordance have the run in one column, cut to what there is room for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from cli.language import _, line_ends
from cli.output import echo, is_terminal, one_line
from index.results import DocumentRef, FacetValue, Line, PassageHit, PieceView, SearchResult, Span
from index.search.snippet import Fragment, divided, snippet

SNIPPET_LINES = 3
INDENT = 4
LEFT_OVER = 8
"""Columns for the marks of what was left out, and for lines that end before a mark that may not end them."""
NARROWEST, PLAIN_WIDTH = 40, 100


def print_line(text: str) -> None:
    """One plain line."""
    echo(one_line(text))


def print_document_line(document: DocumentRef, last: str) -> None:
    """A document in a line: title, author, source, date, id, path where the id is another, and ``last``."""
    parts = " · ".join((document.title, *document.byline))
    path = "" if document.path == document.id else f" {document.path},"
    print_line(f"{parts} [{document.id}]{path} {last}")


def print_hits(result: SearchResult, *, in_tiers: bool) -> None:
    """Every hit of the page, a blank line between two, and ``in_tiers`` where those of all words begin."""
    width = max(NARROWEST, min(width_shown(), 120))
    room = max(8, SNIPPET_LINES * (width - INDENT) - LEFT_OVER)
    before = ""
    for number, hit in enumerate(result.hits):
        if number:
            echo()
        if in_tiers and (before, hit.tier) == ("exact", "all"):
            rest = _("These have every word, some of them in the title, a heading or the byline:")
            _print_text([(rest, "italic dim")], width, 0)
            echo()
        before = hit.tier
        print_place(hit)
        _print_text(_joined(snippet(hit.text, hit.spans, room)), width)


def print_place(hit: PassageHit) -> None:
    """``1. title › section · author · source · date · page — folder [passage id]``; the kind, if not text."""
    page = hit.page and _("page {}").format(hit.page)
    where = (hit.author, hit.document.source, hit.document.when, page)
    _print_text(
        [
            (f"{hit.rank}. " if hit.rank else "", "bold"),
            (" › ".join([hit.document.title, *hit.section]), "bold cyan"),
            ("".join(f" · {part}" for part in where if part), "green"),
            ("" if hit.kind == "text" else f" ({_(hit.kind)})", "italic"),
            (f" — {hit.document.whereabouts}" if hit.document.whereabouts else "", "dim"),
            (f"  {hit.passage_id}" if is_terminal() else f" [{hit.passage_id}]", "dim"),
        ],
        width_shown(),
        0,
    )


def print_whole(hit: PassageHit) -> None:
    """A passage with all of its text and its neighbours."""
    print_place(hit)
    for part in ([(hit.before, "dim")], [*marked(hit.text, hit.spans)], [(hit.after, "dim")]):
        if any(text for text, _style in part):
            _print_text(part, width_shown())


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


def _print_text(parts: Sequence[tuple[str, str]], width: int, indent: int = INDENT) -> None:
    """Indented text, in lines that end where Chinese text may (rich knows blanks only); piped, one line."""
    shown = [(one_line(text), style) for text, style in parts]
    if not is_terminal():
        echo(" " * indent + "".join(text for text, _ in shown).rstrip())
        return
    from rich.cells import cell_len
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    text = Text.assemble(*shown)
    lines = text.divide(line_ends(text.plain, width - indent, cell_len))
    for line in lines:
        line.rstrip()
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    console.print(Padding(Text("\n").join(lines), (0, 0, 0, indent)), width=width, highlight=False)


def width_shown() -> int:
    """Of the terminal, in columns; of what is piped a usual one."""
    if not is_terminal():
        return PLAIN_WIDTH
    import shutil  # with what packs files: 2 ms that only a terminal needs

    return shutil.get_terminal_size().columns


def print_piece(piece: PieceView, traces: bool) -> None:
    """A piece of a document: titles and headings set off; with ``traces`` what was made of the lines."""
    width = width_shown()
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


SOURCE = 24
"""Columns of a terminal for the title of the document, at most; and for the run."""


def print_lines(lines: Sequence[Line]) -> None:
    """Each line: what is before, the run, what follows, the title of the document and the passage's id."""
    from rich.cells import cell_len, set_cell_size

    rows = [[one_line(part) for part in (line.left, line.hit, line.right)] for line in lines]
    sides = max((cell_len(row[side]) for row in rows for side in (0, 2)), default=0)
    run = max((cell_len(row[1]) for row in rows), default=0)
    titles = [one_line(f"{line.title} [{line.passage_id}]") for line in lines]
    if is_terminal():
        run = min(run, SOURCE)
        title = min(SOURCE, width_shown() // 5)
        sides = min(sides, max(4, (width_shown() - run - title - 4) // 2))
        titles = [set_cell_size(one_line(line.title), title) for line in lines]
    for (left, hit, right), title_shown in zip(rows, titles, strict=True):
        before = set_cell_size(left[::-1], sides)[::-1]  # its end
        _print(before, set_cell_size(hit, run), set_cell_size(right, sides), title_shown)


def print_groups(groups: Sequence[FacetValue]) -> None:
    """Each group: how many lines it has, and its name."""
    width = max((len(f"{group.count:,}") for group in groups), default=0)
    for group in groups:
        print_line(f"{group.count:>{width},}  {group.label}")


def _print(left: str, hit: str, right: str, title: str) -> None:
    if not is_terminal():
        echo(f"{left} {hit} {right} {title}".rstrip())
        return
    from rich.console import Console
    from rich.text import Text

    text = Text.assemble(left, " ", (hit, "bold red"), " ", right, " ", (title, "dim"))
    Console(file=sys.stdout, highlight=False, markup=False, emoji=False).print(
        text, no_wrap=True, overflow="ignore", crop=False
    )

"""Lines of a concordance on a terminal: the run in one column, cut to what there is room for."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cli.hit_lines import print_line, width_shown
from cli.output import echo, is_terminal, one_line
from index.results import FacetValue, Line

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

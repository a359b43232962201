"""juanzong distribution: where hits are, over time, over the values of a field, and within texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import click

from cli import options
from cli.hit_lines import print_line
from cli.language import _
from cli.output import FOUND, NOTHING, clean, one_line, print_json, say, say_problems
from index.requests import MAX_PARTS, MAX_QUERIES, By, FacetUnit, SearchRequest
from index.results import Distribution, DistributionRow

WIDTH, LABEL = 40, 36
"""Columns of the longest bar, and of a label."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("queries", metavar="QUERY…", nargs=-1, required=True)
@click.option(
    "--by",
    type=options.FieldName(get_args(By)),
    metavar="UNIT",
    default="document",
    help=f"Rows: {', '.join(get_args(By))}, or a field of your own.",
)
@click.option("--per-10000", is_flag=True, help="Bars by 10,000 characters of the texts.")
@click.option(
    "--parts",
    type=click.IntRange(0, MAX_PARTS),
    default=0,
    help="Also where in each text: passages in so many equal parts (document, collection, source, edition).",
)
@click.option(
    "--facet-by", type=click.Choice(get_args(FacetUnit)), default="passages", help="What is counted."
)
@options.request_options(
    *options.SEARCH,
    click.option("--limit", type=click.IntRange(1, 100), default=20, help="Rows to show."),
    click.option("--offset", type=click.IntRange(0), default=0, help="Rows to pass over."),
    click.option(
        "--sort",
        type=click.Choice(("relevance", "order")),
        default="relevance",
        help="relevance: most hits first. order: the order of the archive.",
    ),
)
@options.table_options("csv", "ndjson", "xlsx")
@options.json_option
@click.pass_context
def distribution(
    ctx: click.Context,
    request: SearchRequest,
    queries: Sequence[str],
    by: By,
    per_10000: bool,
    parts: int,
    table: options.TableFile | None,
    as_json: bool,
) -> None:
    """Show where the hits of up to five queries are. A query with blanks is in quotes.

    Periods (year, month, decade, reign, dynasty) come all and in their order, undated texts last. A text that
    is dated less precisely has a row of its own. A folder has what is below it.

    \b
        juanzong distribution 之 也 --by decade --per-10000
        juanzong distribution 郭子仪 --by collection --parts 40
        juanzong distribution 派出所 --by author --csv > authors.csv
    """
    from index.search.distribution import COLUMNS, table_rows

    if len(queries) > MAX_QUERIES:
        raise click.UsageError(_("No more than {} queries can be compared.").format(MAX_QUERIES), ctx=ctx)
    with options.open_archive(ctx) as archive:
        found = archive.distribution(request, list(map(clean, queries)), by, parts, every=table is not None)
    if table:
        table.write(COLUMNS, table_rows(found))
    elif as_json:
        print_json(found)
    else:
        for query in found.queries:
            say_problems(query.problems, query.query)
        _show(found, per_10000)
    ctx.exit(FOUND if any(query.total for query in found.queries) else NOTHING)


def _show(found: Distribution, relative: bool) -> None:
    """A line for each row and query: label, query, number, by 10,000 characters, bar or parts."""
    from rich.cells import cell_len, set_cell_size

    figures = [row.per_10000 if relative else row.counts for row in found.rows]
    most = max((max(row) for row in figures), default=0) or 1
    most_parts = max((max(parts) for row in found.rows for parts in row.parts), default=0) or 1
    names = [one_line(query.query) if len(found.queries) > 1 else "" for query in found.queries]
    labels = [_label(row, found.by) for row in found.rows]
    width = min(LABEL, max(map(cell_len, labels), default=0))
    named = min(LABEL, max(map(cell_len, names)))
    for label, row, numbers in zip(labels, found.rows, figures, strict=True):
        for place, name in enumerate(names):
            bar = _sparks(row.parts[place], most_parts) if row.parts else _bar(numbers[place] / most)
            line = f"{set_cell_size('' if place else label, width)}  {set_cell_size(name, named)}"
            per = row.per_10000[place]
            print_line(f"{line}{row.counts[place]:>9,} {per:>10,.{2 if per >= 1 else 4}f}  {bar}".rstrip())
    if any(row.apart for row in found.rows):
        say(_("* the date of texts that lie in no such period as a whole."))
    if found.offset + len(found.rows) < found.total:
        say(_("{:,} rows in all. More: --offset {}.").format(found.total, found.offset + len(found.rows)))


def _label(row: DistributionRow, by: By) -> str:
    if not row.label:
        return _("undated") if row.value == "none" else _("not given")
    return ("* " if row.apart else "") + (_(row.label) if by == "kind" else one_line(row.label))


def _bar(share: float) -> str:
    """A bar in eighths of a column."""
    eighths = round(share * WIDTH * 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def _sparks(parts: Sequence[int], most: int) -> str:
    """A column for each part; · where nothing is."""
    return "".join("▁▂▃▄▅▆▇█"[min(7, part * 8 // most)] if part else "·" for part in parts)

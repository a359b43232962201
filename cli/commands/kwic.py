"""juanzong kwic: a line for each place that a search finds, with what is before and behind it."""

from __future__ import annotations

from typing import Any, get_args

import click
from msgspec.structs import astuple

from cli import options
from cli.hit_lines import print_groups, print_lines
from cli.language import _, many
from cli.output import FOUND, NOTHING, print_json, say, say_problems
from index import requests
from index.requests import ConcordanceRequest, SearchRequest
from index.results import Concordance, Line


@click.command(context_settings={"ignore_unknown_options": True})
@options.request_options(
    options.QUERY,
    *options.SEARCH,
    *options.page_options(requests.MAX_LINES, 50, "Lines"),
)
@click.option(
    "--context",
    type=click.IntRange(0, requests.MOST_CONTEXT),
    default=requests.CONTEXT,
    help="Characters before and behind a place; a terminal shows what it has room for.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(get_args(requests.LineSort)),
    default="place",
    metavar="ORDER",
    help="place: as in the archive. document: by title. form: by what is written. "
    "left1 to left5, right1 to right5: by the character that is so far away, then by those beyond it.",
)
@click.option(
    "--collation",
    type=click.Choice(get_args(requests.Collation)),
    default="code",
    help="The order of characters: code points, pinyin or strokes.",
)
@click.option(
    "--group",
    type=options.FieldName(get_args(requests.LineGroup)),
    metavar="NAME",
    help="Count the lines by left1 to right5, form, document, author, year, edition, or another facet.",
)
@click.option(
    "--only", metavar="VALUE", help="The lines of this group of neighbours or forms; | is the edge."
)
@options.table_options("csv", "ndjson", "xlsx")
@options.json_option
@click.pass_context
def kwic(
    ctx: click.Context,
    /,
    request: SearchRequest,
    order: requests.LineSort,
    table: options.TableFile | None,
    as_json: bool,
    **given: Any,
) -> None:
    """List every place that a search finds as a line in context. The run is in the middle (KWIC).

    A neighbour is a character of the text: punctuation and line ends are passed over. A table has all lines.

    \b
        juanzong kwic 郭子仪 --sort right1
        juanzong kwic 郭子仪 --group right1
        juanzong kwic 郭子仪 --sort left1 --collation pinyin --xlsx lines.xlsx
    """
    asked = ConcordanceRequest(request, sort=order, **given)
    grouped = asked.group is not None and asked.only is None
    with options.open_archive(ctx) as archive:
        if table and grouped:
            groups = archive.line_groups(asked)
            rows = ((group.value, group.label, group.count) for group in groups)
            table.write(("value", "label", "count"), rows)
            ctx.exit(FOUND if groups else NOTHING)
        if table:
            table.write(Line.__struct_fields__, map(astuple, archive.lines(asked)))
            ctx.exit(FOUND)
        found = archive.concordance(asked)
    if as_json:
        print_json(found)
    else:
        say_problems(found.problems, found.query)
        if grouped:
            print_groups(found.groups[: request.limit])
        else:
            print_lines(found.lines)
        say(_summary(found, grouped=grouped, limit=request.limit))
    ctx.exit(FOUND if found.lines or found.groups else NOTHING)


def _summary(found: Concordance, *, grouped: bool, limit: int) -> str:
    """One line: what is shown of how much, and the next step."""
    passages = many(found.passages, "passage")
    if grouped:
        total = _("{} in {}").format(many(found.total or 0, "line"), passages)
        every = _(" All: --csv.") if found.group_values > min(limit, len(found.groups)) else ""
        return _("{} of {}.").format(many(found.group_values, "group"), total) + every
    if not found.lines:
        return _("No lines from line {} on; {} found.").format(found.offset + 1, passages)
    last = found.offset + len(found.lines)
    lines = f"{found.offset + 1:,}-{last:,}"
    if found.total is not None:
        lines = _("{} of {}").format(lines, many(found.total, "line"))
    more = _(" More: --offset {}.").format(last) if found.more else ""
    return _("{}, in {}.").format(lines, passages) + more

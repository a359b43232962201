"""juanzong export: all that a search finds, for spreadsheets and programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

import click

from archive.records import replace
from cli.options import filter_options, form_options, match_option, open_archive, query_of
from cli.output import FOUND, NOTHING, many, say, write_lines
from cli.searching import say_problems, summary
from index.answering.concordance import CONTEXT, Place, places
from index.answering.tables import csv_lines
from index.engines.base import Sort
from index.query.nodes import Match
from index.results import PassageHit, SearchRequest

MOST_CONTEXT = 1_000


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "ndjson"]),
    default="csv",
    show_default=True,
    help="csv: a concordance, a row for each place. ndjson: a hit as search --json prints it, one a line.",
)
@click.option(
    "--context",
    type=click.IntRange(0, MOST_CONTEXT),
    default=CONTEXT,
    show_default=True,
    help="Characters before and behind a place (csv).",
)
@match_option
@click.option(
    "--sort",
    type=click.Choice(get_args(Sort)),
    default="order",
    show_default=True,
    help="order: as the texts stand in the archive.",
)
@filter_options
@form_options
@click.pass_context
def export(
    ctx: click.Context,
    query: tuple[str, ...],
    form: Literal["csv", "ndjson"],
    context: int,
    match: Match,
    sort: Sort,
    filters: SearchRequest,
    written: bool,
    across: bool,
) -> None:
    """Write all that a search finds to standard output, from the first hit to the last.

    \b
        juanzong export 派出所 > concordance.csv
        juanzong export 派出所 --format ndjson > hits.ndjson
    """
    request = replace(
        filters,
        query=query_of(ctx, query),
        match=match,
        limit=0,
        sort=sort,
        as_written=written,
        across=across,
    )
    with open_archive(ctx) as archive:
        result = archive.search(request)
        say_problems(result)
        hits = archive.hits(request, neighbours=form == "ndjson")
        if form == "ndjson":
            write_lines(map(ndjson_line, hits))
            counted = ""
        else:
            rows = _Counted(place for hit in hits for place in places(hit, context))
            write_lines(csv_lines(Place._fields, rows))
            counted = f"{many(rows.count, 'row')}: "
    if result.total:
        say(f"{counted}{many(result.total, 'passage')} in {many(result.documents, 'document')}.")
    else:
        say(summary(result))
    ctx.exit(FOUND if result.total else NOTHING)


def ndjson_line(hit: PassageHit) -> str:
    """A hit as JSON in one line."""
    return json.dumps(hit.to_json(), ensure_ascii=False) + "\n"


class _Counted:
    """Rows, and how many of them were taken."""

    def __init__(self, rows: Iterable[Place]) -> None:
        self.count = 0
        self._rows = rows

    def __iter__(self) -> Iterator[Place]:
        for row in self._rows:
            self.count += 1
            yield row

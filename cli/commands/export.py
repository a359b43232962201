"""juanzong export: all that a search finds, for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import click
from msgspec.structs import replace

from cli import options
from cli.commands.search import found, say_remarks, summary
from cli.language import many
from cli.output import FOUND, NOTHING, json_text, say, write_file
from index.requests import CONTEXT, MOST_CONTEXT, SearchRequest, Sort
from index.search.export import Form


@click.command(context_settings={"ignore_unknown_options": True})
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "ndjson")),
    default="csv",
    help="csv: a concordance, a row for each place. ndjson: a hit as search --json prints it, one a line.",
)
@click.option(
    "--context",
    type=click.IntRange(0, MOST_CONTEXT),
    default=CONTEXT,
    help="Characters before and behind a place (csv).",
)
@options.request_options(
    options.QUERY,
    *options.SEARCH,
    click.option(
        "--sort",
        type=options.FieldName(get_args(Sort)),
        default="order",
        help="order: the order of the archive.",
    ),
)
@options.table_options("xlsx")
@options.address_option
@click.option(
    "--card",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the query card to this file: how the numbers came about, for juanzong rerun.",
)
@click.pass_context
def export(
    ctx: click.Context,
    request: SearchRequest,
    form: Form,
    context: int,
    table: options.TableFile | None,
    address: str,
    card: Path | None,
) -> None:
    """Write all that a search finds to a file or standard output.

    \b
        juanzong export 派出所 > concordance.csv
        juanzong export 派出所 --xlsx concordance.xlsx
        juanzong export 派出所 --format ndjson > hits.ndjson
    """
    request = replace(request, limit=0)
    table = table or options.TableFile(form)
    with options.open_archive(ctx, verify=True) as archive:
        result = archive.search(request)
        say_remarks(result)
        lines = _Counted(archive.export(request, table.form, context, address.rstrip("/")))
        table.write_pieces(lines)
        if card is not None:
            write_file(card, [json_text(archive.card(replace(request, complete=True), address.rstrip("/")))])
    if result.total:
        rows = f"{many(lines.count - 1, 'row')}: " if table.form == "csv" else ""  # the first is the header
        say(f"{rows}{found(result)}.")
    else:
        say(summary(request, result))
    ctx.exit(FOUND if result.total else NOTHING)


class _Counted:
    """Lines, and how many of them were taken."""

    def __init__(self, lines: Iterable[str | bytes]) -> None:
        self.count = 0
        self._lines = lines

    def __iter__(self) -> Iterator[str | bytes]:
        for line in self._lines:
            self.count += 1
            yield line

"""juanzong collocates and keyness: what is frequent near a run, and in some texts beside others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

import click
from msgspec.structs import astuple

from cli.hit_lines import print_line
from cli.language import _, many
from cli.options import (
    QUERY,
    SEARCH,
    TableFile,
    json_option,
    open_archive,
    page_options,
    request_options,
    table_options,
)
from cli.output import FOUND, NOTHING, clean, print_json, say, say_problems
from index.archive import Archive
from index.requests import (
    AGAINST,
    MAX_LIMIT,
    MAX_WINDOW,
    AssociationRequest,
    Measure,
    SearchRequest,
    Side,
    Token,
    against,
)
from index.results import Associations
from index.search.export import ASSOCIATION_COLUMNS, every_association

Ask = Callable[[Archive, AssociationRequest], Associations]

PAGE = page_options(MAX_LIMIT, 20, "Rows")

COUNTING = (
    click.option(
        "--unit",
        type=click.Choice(get_args(Token)),
        default="pair",
        help="What is counted: characters, two neighbours, or words of the segmenter.",
    ),
    click.option("--least", type=click.IntRange(1), default=3, help="How often each occurs there at least."),
    click.option(
        "--measure",
        type=click.Choice(get_args(Measure)),
        default="log_likelihood",
        help="The measure by which they are sorted.",
    ),
)


@click.command(context_settings={"ignore_unknown_options": True})
@request_options(
    QUERY,
    *SEARCH,
    *PAGE,
    click.option(
        "--window",
        type=click.IntRange(1, MAX_WINDOW),
        default=5,
        help="Up to how many characters from an occurrence.",
    ),
    click.option("--side", type=click.Choice(get_args(Side)), default="both", help="On which side."),
    *COUNTING,
)
@table_options("csv", "ndjson", "xlsx")
@json_option
@click.pass_context
def collocates(
    ctx: click.Context, /, request: SearchRequest, table: TableFile | None, as_json: bool, **given: Any
) -> None:
    """List what occurs near a run more often than elsewhere.

    Characters and pairs of neighbours are counted without a dictionary.

    \b
        juanzong collocates 郭子仪
        juanzong collocates 郭子仪 --unit word --window 3 --side left
        juanzong collocates 郭子仪 --csv > collocates.csv
    """
    asked = AssociationRequest(request, **given)
    _show(ctx, Archive.collocates, asked, table, as_json=as_json)


@click.command()
@request_options(
    click.argument("query", nargs=-1, callback=lambda _ctx, _param, words: " ".join(words)),
    *SEARCH,
    *PAGE,
    click.option(
        "--against",
        "others",
        multiple=True,
        type=(click.Choice(AGAINST), str),
        metavar="NAME VALUE",
        help="Compare with these texts instead of all others: "
        "query, author, collection, year … (repeatable).",
    ),
    *COUNTING,
)
@table_options("csv", "ndjson", "xlsx")
@json_option
@click.pass_context
def keyness(
    ctx: click.Context,
    /,
    request: SearchRequest,
    others: Sequence[tuple[str, str]],
    table: TableFile | None,
    as_json: bool,
    **given: Any,
) -> None:
    """List what some texts have more of than others. The texts are those of filters, or the passages that a
    query finds.

    \b
        juanzong keyness --author 甲 --against author 乙
        juanzong keyness --collection 史部 --unit word
        juanzong keyness 派出所
    """
    rest = against((name, clean(value)) for name, value in others)
    asked = AssociationRequest(request, against=rest, **given)
    _show(ctx, Archive.keyness, asked, table, as_json=as_json)


def _show(
    ctx: click.Context, ask: Ask, request: AssociationRequest, table: TableFile | None, *, as_json: bool
) -> None:
    with open_archive(ctx, verify=table is not None) as archive:
        found = ask(archive, request)
        say_problems(found.problems, request.search.query)
        if table:
            table.write(
                ASSOCIATION_COLUMNS, map(astuple, every_association(lambda page: ask(archive, page), request))
            )
        elif as_json:
            print_json(found)
        else:
            _print(found)
    ctx.exit(FOUND if found.total else NOTHING)


def _print(found: Associations) -> None:
    for row in found.rows:
        counts = f"{row.count:>8,} {row.rest:>10,}"
        measures = f"{row.log_likelihood:>12,.2f} {row.mutual_information:>7.2f} {row.log_ratio:>7.2f}"
        print_line(f"{counts} {measures}  {row.text}  ({row.query})")
    say(
        _("{}; columns: count, elsewhere, log-likelihood, mutual information, log ratio.").format(
            many(found.total, "row")
        )
    )
    say(_("Counted: {:,} here, {:,} elsewhere.").format(found.inside, found.outside))
    if found.common:
        say(_("On both sides: {}.").format(many(found.common, "passage")))

"""juanzong search: ranked passages with the hits marked, in the context of their section."""

from __future__ import annotations

from typing import get_args

import click
from msgspec.structs import replace

from cli.language import _
from cli.options import filter_options, form_options, json_option, match_option, query_of
from cli.searching import search_and_show
from index.engines.base import Sort
from index.query.nodes import Match, Within
from index.results import MAX_LIMIT, FacetName, FacetUnit, SearchRequest

PAGE = 10
"""Passages that a search from the terminal shows."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@match_option
@click.option(
    "--limit", type=click.IntRange(0, MAX_LIMIT), default=PAGE, show_default=True, help="Passages a page."
)
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="Passages to pass over.")
@click.option("--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True)
@filter_options
@click.option(
    "--facets",
    metavar="NAMES",
    default="",
    help=f"Count what was found by these, separated by commas: {', '.join(get_args(FacetName))}.",
)
@click.option(
    "--facet-by",
    type=click.Choice(get_args(FacetUnit)),
    default="passages",
    show_default=True,
    help="What facets count.",
)
@click.option("--counts", is_flag=True, help="Count the occurrences in all found passages too.")
@click.option(
    "--complete", is_flag=True, help="Read all passages that have to be, however many, and not a sample."
)
@form_options
@json_option
@click.pass_context
def search(
    ctx: click.Context,
    query: tuple[str, ...],
    match: Match,
    within: Within | None,
    limit: int,
    offset: int,
    sort: Sort,
    filters: SearchRequest,
    facets: str,
    facet_by: FacetUnit,
    counts: bool,
    complete: bool,
    written: bool,
    across: bool,
    as_json: bool,
) -> None:
    """Search the archive.

    Words with a space between them are all wanted; a run without spaces is found as it stands, then by its
    words. Quotes ask for the run itself; OR, NOT or -, parentheses, title: section: author: date: and
    wildcards work as docs/using/query-language.md says.

    \b
        juanzong search 派出所 所长
        juanzong search '"终身学习的理念"' --json
        juanzong search 作者:姚天民 -意识
    """
    request = replace(
        filters,
        query=query_of(ctx, query),
        match=match,
        within=within,
        limit=limit,
        offset=offset,
        sort=sort,
        facets=facet_names(facets),
        facet_by=facet_by,
        counts=counts,
        complete=complete,
        as_written=written,
        across=across,
    )
    ctx.exit(search_and_show(ctx, request, as_json=as_json))


def facet_names(text: str) -> tuple[FacetName, ...]:
    """The names in a comma-separated list.

    Raises:
        click.BadParameter: one of them is no facet.
    """
    names: list[FacetName] = []
    known: tuple[FacetName, ...] = get_args(FacetName)
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        found = [name for name in known if name == part]
        if not found:
            raise click.BadParameter(
                _("{!r} is not a facet; known are {}").format(part, ", ".join(known)), param_hint="--facets"
            )
        names += found
    return tuple(names)

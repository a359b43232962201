"""juanzong search, suggest: ranked passages with the hits marked, and queries that complete what is typed."""

from __future__ import annotations

from typing import get_args

import click

from cli.hit_lines import print_line
from cli.language import many
from cli.options import (
    COMPLETE,
    QUERY,
    SEARCH,
    FieldName,
    json_option,
    open_archive,
    page_options,
    request_options,
)
from cli.output import FOUND, NOTHING, clean, print_json
from cli.searching import search_and_show
from index.requests import MAX_LIMIT, MAX_SUGGESTIONS, FacetName, FacetUnit, SearchRequest, Sort
from index.results import Suggestions


def _facets(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...]:
    """The names in a comma-separated list."""
    return tuple(name for part in (text or "").split(",") if (name := part.strip()))


@click.command(context_settings={"ignore_unknown_options": True})
@request_options(
    QUERY,
    *SEARCH,
    *page_options(MAX_LIMIT, 10, "Passages"),
    click.option("--sort", type=FieldName(get_args(Sort)), default="relevance"),
    click.option(
        "--facets",
        metavar="NAMES",
        callback=_facets,
        help=f"Count what was found by these, separated by commas: {', '.join(get_args(FacetName))}.",
    ),
    click.option(
        "--facet-by", type=click.Choice(get_args(FacetUnit)), default="passages", help="What facets count."
    ),
    click.option("--counts", is_flag=True, help="Count the occurrences in all found passages too."),
    COMPLETE,
)
@json_option
@click.pass_context
def search(ctx: click.Context, request: SearchRequest, as_json: bool) -> None:
    """Search the archive.

    Words with a space between them are all wanted; a run without spaces is found as it is typed, then by
    its words. Quotes ask for the run itself; OR, NOT or -, parentheses, title: section: author: date: and
    wildcards work as docs/using/query-language.md says.

    \b
        juanzong search 派出所 所长
        juanzong search '"终身学习的理念"' --json
        juanzong search 作者:姚天民 -意识
    """
    ctx.exit(search_and_show(ctx, request, as_json=as_json))


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("text", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--limit", type=click.IntRange(1, MAX_SUGGESTIONS), default=8, help="Suggestions.")
@json_option
@click.pass_context
def suggest(ctx: click.Context, text: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Complete TEXT with words of the archive.

    By characters in any form, by pinyin, by initials, or by a mixture of these.

    \b
        juanzong suggest 派
        juanzong suggest paichusuo
        juanzong suggest pcs
    """
    typed = clean(" ".join(text))
    with open_archive(ctx) as archive:
        found = archive.suggest(typed, limit)
    if as_json:
        print_json(Suggestions(typed, found))
    else:
        for each in found:
            print_line(f"{each.text}  ({many(each.passages, 'passage')})")
    ctx.exit(FOUND if found else NOTHING)

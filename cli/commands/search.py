"""juanzong search: ranked passages with the hits marked, in the context of their section."""

from __future__ import annotations

from typing import Any, get_args

import click

from cli.options import clean, json_option, open_archive
from cli.output import FOUND, NOTHING, many, print_json, say
from index.engines.base import Sort
from index.query.nodes import Match
from index.results import FacetName, SearchRequest, SearchResult


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option(
    "--match",
    type=click.Choice(get_args(Match)),
    default="auto",
    show_default=True,
    help="exact: the whole query as one run. all: every word. any: whatever shares something.",
)
@click.option("--limit", type=click.IntRange(0, 100), default=10, show_default=True, help="Passages a page.")
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True, help="Passages to pass over.")
@click.option("--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True)
@click.option("--document", "documents", multiple=True, metavar="ID", help="Only this document (repeatable).")
@click.option("--author", "authors", multiple=True, metavar="NAME", help="Only this author (repeatable).")
@click.option("--year", "years", multiple=True, type=int, help="Only documents of this year (repeatable).")
@click.option(
    "--collection", "collections", multiple=True, metavar="FOLDER", help="Only this folder (repeatable)."
)
@click.option(
    "--facets", metavar="NAMES", default="", help="Count found passages by these, separated by commas."
)
@click.option("--counts", is_flag=True, help="Count the places in all found passages too.")
@click.option("--written", is_flag=True, help="Only the written form that was typed: 台 does not find 臺.")
@click.option(
    "--across", is_flag=True, help="Punctuation does not stand in the way: 天下大势 finds 天下。大势."
)
@json_option
@click.pass_context
def search(
    ctx: click.Context,
    query: tuple[str, ...],
    match: Match,
    limit: int,
    offset: int,
    sort: Sort,
    documents: tuple[str, ...],
    authors: tuple[str, ...],
    years: tuple[int, ...],
    collections: tuple[str, ...],
    facets: str,
    counts: bool,
    written: bool,
    across: bool,
    as_json: bool,
) -> None:
    """Search the archive.

    Words with a space between them are all wanted; a run without spaces is found as it stands, then by its
    words. Quotes ask for the run itself; OR, NOT or -, parentheses, title: section: author: date: and
    wildcards work as docs/query-language.md says.

    \b
        juanzong search 派出所 所长
        juanzong search '"终身学习的理念"' --json
        juanzong search 作者:姚天民 -意识
    """
    for argument in query:
        if argument.startswith("--") and argument[2:3].isascii() and argument[2:3].isalpha():
            raise click.NoSuchOption(argument.split("=")[0], ctx=ctx)
    text = clean(" ".join(query))
    if not text.strip():
        raise click.UsageError("The query is empty. Name what to look for: juanzong search 派出所", ctx=ctx)
    request = SearchRequest(
        query=text,
        match=match,
        limit=limit,
        offset=offset,
        sort=sort,
        documents=tuple(map(clean, documents)),
        authors=tuple(map(clean, authors)),
        years=years,
        collections=tuple(map(clean, collections)),
        facets=facet_names(facets),
        counts=counts,
        as_written=written,
        across=across,
    )
    with open_archive(ctx) as archive:
        result = archive.search(request)
    if as_json:
        print_json(result.to_json())
    else:
        show_result(result)
    ctx.exit(FOUND if result.total else NOTHING)


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
                f"{part!r} is no facet; known are {', '.join(known)}", param_hint="--facets"
            )
        names += found
    return tuple(names)


def show_result(result: SearchResult) -> None:
    """The passages on standard output; what is to be said about the search on standard error."""
    from cli.passages import print_hits, print_line

    for problem in result.problems:
        part = result.request.query[problem.start : problem.end]
        say(f"juanzong: {problem.message} (at character {problem.start + 1}: {part})")
    if result.relaxed:
        say("juanzong: no passage has every word; these share some of them.")
    if result.did_you_mean:
        say(f"Did you mean: {'  '.join(result.did_you_mean)}")
    print_hits(result)
    if len(result.forms) > 1:
        print_line("written as: " + ", ".join(f"{text} ({count:,})" for text, count in result.forms))
    for name, values in result.facets.items():
        print_line(f"{name}: " + ", ".join(f"{value.label} ({value.count})" for value in values))
    say(summary(result))


def summary(result: SearchResult) -> str:
    """One line: what was found, and the next step."""
    request = result.request
    if not result.total:
        more = f" {result.partial} share something: try --match any." if result.partial else ""
        return f"Nothing found for {result.understood or request.query}.{more}" + (
            "" if more else _advice(request)
        )
    first, last = request.offset + 1, request.offset + len(result.hits)
    page = f"{first}" if first == last else f"{first}-{last}"
    shown = f"{page} of " if 0 < len(result.hits) < result.total else ""
    places = f", {result.occurrences} places" if result.occurrences is not None else ""
    line = f"{shown}{many(result.total, 'passage')} in {many(result.documents, 'document')}{places}"
    line += f", {result.took_ms:.0f} ms."
    if request.offset >= result.total:
        line += f" There is nothing from --offset {request.offset} on."
    elif result.hits and last < result.total:
        line += f" More: --offset {last}."
    if result.partial:
        line += f" {result.partial} more share something: --match any."
    return line


def _advice(request: SearchRequest) -> str:
    narrowed: Any = request.documents or request.authors or request.years or request.collections
    if narrowed:
        return " Try without the filters."
    if request.match == "exact":
        return " Try --match all or --match any."
    return " Try fewer words; juanzong stats says what the archive holds."

"""A search from the terminal, from the request to the lines that are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from cli.options import open_archive
from cli.output import FOUND, NOTHING, many, print_json, say
from cli.passages import print_hits, print_line
from index.results import FacetName, FacetValue, SearchRequest, SearchResult


def search_and_show(ctx: click.Context, request: SearchRequest, *, as_json: bool) -> int:
    """Search the archive of this call and show what was found; returns the exit status.

    Raises ``JuanzongError``.
    """
    with open_archive(ctx) as archive:
        result = archive.search(request)
    if as_json:
        print_json(result.to_json())
    else:
        show_result(result)
    return FOUND if result.total else NOTHING


def show_result(result: SearchResult) -> None:
    """The passages on standard output; what is to be said about the search on standard error."""
    say_problems(result)
    print_hits(result)
    if len(result.forms) > 1:
        print_line("written as: " + ", ".join(f"{text} ({count:,})" for text, count in result.forms))
    for name, values in result.facets.items():
        print_line(f"{name}: {_values(name, values, result.facet_values.get(name, 0))}")
    say(summary(result))


def say_problems(result: SearchResult) -> None:
    """What was not understood, or answered otherwise than asked, and what may be meant."""
    for problem in result.problems:
        part = result.request.query[problem.start : problem.end]
        place = f" (at character {problem.start + 1}: {part})" if part else ""
        say(f"juanzong: {problem.message}{place}")
    if result.relaxed:
        say("juanzong: no passage has every word; these share some of them.")
    if result.did_you_mean:
        say(f"Did you mean: {'  '.join(result.did_you_mean)}")
    if result.across:
        say(f"Not counting punctuation, {many(result.across, 'passage')} with this run: --across")


def _values(name: FacetName, values: Sequence[FacetValue], number: int) -> str:
    """``label (passages)``, with the id where ``--document`` takes it; ``number`` there are in all."""
    named = [
        f"{value.label} [{value.value}] ({value.count})"
        if name == "document"
        else f"{value.label} ({value.count})"
        for value in values
    ]
    if number > len(values):
        named.append(f"and {number - len(values):,} more")
    return ", ".join(named)


def summary(result: SearchResult) -> str:
    """One line: what was found, and the next step."""
    request = result.request
    if not result.total:
        more = f" {result.partial} share something: try --match any." if result.partial else ""
        return f"Nothing found for {result.understood or request.query}.{more}" + (
            "" if more else _advice(result)
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


def _advice(result: SearchResult) -> str:
    request = result.request
    if any(problem.code in ("no_dates", "none_dated") for problem in result.problems):
        return " Try without the date."
    narrowed: Any = request.documents or request.authors or request.years or request.collections
    if narrowed:
        return " Try without the filters."
    if request.match == "exact":
        return " Try --match all or --match any."
    return " Try fewer words; juanzong stats says what the archive holds."

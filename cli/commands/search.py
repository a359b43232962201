"""juanzong search, suggest: ranked passages with the hits marked, and queries that complete what is typed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import get_args

import click

from cli.hit_lines import print_hits, print_line
from cli.language import _, commas, many
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
from cli.output import FOUND, NOTHING, clean, print_json, say, say_problems
from index.requests import MAX_LIMIT, MAX_SUGGESTIONS, FacetName, FacetUnit, SearchRequest, Sort
from index.results import FacetValue, SearchResult, Suggestions
from index.search.cancellation import shown
from index.search.sampling import MOST
from index.search.verify import BATCH


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


def search_and_show(ctx: click.Context, request: SearchRequest, *, as_json: bool) -> int:
    """Search the archive of this call and show what was found; the exit status. Raises ``JuanzongError``."""
    with open_archive(ctx) as archive, shown(_progress) if request.complete else nullcontext():
        result = archive.search(request)
    if as_json:
        print_json(result)
    else:
        show_result(request, result)
    return FOUND if result.total else NOTHING


def _progress(done: int, of: int) -> None:
    """How many passages were read, on a terminal."""
    if sys.stderr.isatty() and of > MOST:
        end = "\n" if done + BATCH >= of else ""
        click.echo(f"\r{done:,} / {of:,}{end}", nl=False, err=True)


def show_result(request: SearchRequest, result: SearchResult) -> None:
    """The passages on standard output; what is to be said about the search on standard error."""
    say_remarks(result)
    print_hits(result, in_tiers=request.sort == "relevance")
    if result.forms and len(result.forms) > 1:
        print_line(_("written as: ") + commas(f"{form.text} ({form.count:,})" for form in result.forms))
    if result.facet_by:
        print_line(_("These numbers are {}:").format(_(result.facet_by)))
    for name, values in result.facets.items():
        print_line(_("{}: {}").format(_(name), _values(name, values, result.facet_values.get(name, 0))))
    say(summary(request, result))


def say_remarks(result: SearchResult) -> None:
    """What was not understood, or answered otherwise than asked, and what may be meant."""
    say_problems(result.to_say, result.query)
    if result.relaxed:
        say("juanzong: " + _("no passage has every word; these are partial matches."))
    if len(result.words) > 1:
        alone = commas(f"{word.text} {word.passages:,}" for word in result.words)
        say("juanzong: " + _("passages with each word alone: {}.").format(alone))
    if result.did_you_mean:
        say(_("Did you mean: {}").format("  ".join(result.did_you_mean)))
    if result.across:
        say(_("Not counting punctuation, {} with this run: --across").format(many(result.across, "passage")))


def _values(name: str, values: Sequence[FacetValue], number: int) -> str:
    """``label (count)``, with the id where ``--document`` takes it; ``number`` there are in all."""
    named = [
        f"{value.label} [{value.value}] ({value.count})"
        if name == "document"
        else f"{value.label} ({value.count})"
        for value in values
    ]
    if number > len(values):
        named.append(_("and {:,} more").format(number - len(values)))
    return commas(named)


def summary(request: SearchRequest, result: SearchResult) -> str:
    """One line: what was found, and the next step."""
    if not result.total:
        nothing = _("Nothing found for “{}”.").format(request.query)
        more = _(" Partial matches: {:,}. Try --match any.").format(result.partial) if result.partial else ""
        return nothing + (more or _advice(request, result))
    first, last = request.offset + 1, request.offset + len(result.hits)
    page = f"{first}" if first == last else f"{first}-{last}"
    line = found(result)
    if 0 < len(result.hits) < result.total:
        line = _("{} of {}").format(page, line)
    if result.occurrences is not None:
        line += ", " + many(result.occurrences, "occurrence")
    line += _(", {:.0f} ms.").format(result.took_ms)
    if request.offset >= result.total:
        line += _(" There is nothing from --offset {} on.").format(request.offset)
    elif result.hits and last < result.total:
        line += _(" More: --offset {}.").format(last)
    if result.partial:
        line += _(" Partial matches: {:,} (--match any).").format(result.partial)
    return line


def found(result: SearchResult) -> str:
    """``3 passages in 2 documents``, or ``2 documents``."""
    if result.unit == "documents":
        return many(result.total, "document")
    return _("{} in {}").format(many(result.total, "passage"), many(result.documents, "document"))


def _advice(request: SearchRequest, result: SearchResult) -> str:
    if any(problem.code in ("no_dates", "none_dated") for problem in result.problems):
        return _(" Try without the date.")
    if request.unfiltered != request:
        return _(" Try without the filters.")
    if request.match == "exact":
        return _(" Try --match all or --match any.")
    if len(result.words) > 1:
        return _(" Try fewer words; juanzong stats says what the archive holds.")
    return _(" juanzong stats says what the archive holds.")


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

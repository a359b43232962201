"""juanzong card and rerun: how a number came about, and whether the archive still gives it."""

from __future__ import annotations

from pathlib import Path

import click

from cli.hit_lines import print_line
from cli.language import N_, _
from cli.options import COMPLETE, QUERY, SEARCH, address_option, json_option, open_archive, request_options
from cli.output import FOUND, NOTHING, json_text, print_json, say, say_problems
from index.requests import SearchRequest
from index.search.card import Difference, read

LABELS = {
    "query": N_("query"),
    "understood": N_("understood as"),
    "options": N_("options and filters"),
    "passages": N_("passages"),
    "documents": N_("documents"),
    "occurrences": N_("occurrences"),
    "sample": N_("counted in a sample of"),
    "partial": N_("partial matches, not counted"),
    "forms": N_("written as"),
    "undated": N_("found documents without a date"),
    "doubtful": N_("found documents with doubtful characters"),
    "archive": N_("state of the archive"),
    "sources": N_("fingerprint of the sources"),
    "size": N_("documents / passages / characters"),
    "files": N_("files read / in part / not"),
    "program": N_("program"),
    "made": N_("made"),
    "command": N_("command"),
    "address": N_("address"),
}


@click.command(context_settings={"ignore_unknown_options": True})
@request_options(
    QUERY,
    *SEARCH,
    COMPLETE,
)
@address_option
@json_option
@click.pass_context
def card(ctx: click.Context, request: SearchRequest, address: str, as_json: bool) -> None:
    """Say how the numbers of a search came about. The card has what counted, what was left out and the
    archive's state.

    With --json the card can be kept and asked again:

    \b
        juanzong card 派出所 --json > card.json
        juanzong rerun card.json
    """
    with open_archive(ctx) as archive:
        made = archive.card(request, address.rstrip("/"))
        say_problems(archive.answer(request).problems, request.query)
    if as_json:
        print_json(made)
    else:
        for name, value in made.lines():
            print_line(_("{}: {}").format(_(LABELS[name]), value))
    ctx.exit(FOUND if made.total else NOTHING)


@click.command()
@click.argument("path", metavar="CARD", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def rerun(ctx: click.Context, path: Path, as_json: bool) -> None:
    """Ask a query card again, and say what has changed since.

    Exit status, as of diff: 0 the numbers and the texts are the same, 1 they differ, 2 or more no answer. A
    new build that changes neither is named, and counts as the same.
    """
    kept = read(path)
    with open_archive(ctx) as archive:
        found = archive.rerun(kept)
    if as_json:
        print_json(found)
        ctx.exit(FOUND if found.same else NOTHING)
    for difference in found.differences:
        print_line(_changed(difference))
    for name, documents in (("added", found.added), ("gone", found.gone), ("changed", found.changed)):
        for document in documents:
            print_line(_("{}: {}").format(_(name), document))
    for difference in found.state:
        say(_changed(difference))
    say(_("Nothing has changed.") if found.same else _("The answer has changed since {}.").format(kept.made))
    ctx.exit(FOUND if found.same else NOTHING)


def _changed(difference: Difference) -> str:
    return f"{difference.name}: {json_text(difference.then, None)} → {json_text(difference.now, None)}"

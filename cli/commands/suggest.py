"""juanzong suggest: the archive's own words that begin as what was typed."""

from __future__ import annotations

import click

from cli.hit_lines import print_line
from cli.language import many
from cli.options import json_option, open_archive
from cli.output import FOUND, NOTHING, clean, print_json
from index.requests import MAX_SUGGESTIONS
from index.results import Suggestions


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

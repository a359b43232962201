"""juanzong stats: what the archive holds, and what was left out of it."""

from __future__ import annotations

import click

from cli.commands.build import files, heading, note_line
from cli.hit_lines import print_line
from cli.language import N_, _
from cli.options import json_option, open_archive
from cli.output import print_json
from index.report import grouped
from index.results import to_json


@click.command()
@click.option(
    "--report", is_flag=True, help="List every note of the last build by reason: left out, doubtful."
)
@json_option
@click.pass_context
def stats(ctx: click.Context, report: bool, as_json: bool) -> None:
    """Say what the archive holds, how it was built, and what was left out."""
    with open_archive(ctx) as archive:
        numbers = archive.stats()
        notes = archive.report() if report else []
    if as_json:
        print_json({**to_json(numbers), "report": notes} if report else numbers)
        return
    for name, value in (
        (N_("home"), str(archive.home.path)),
        (N_("documents"), f"{numbers.documents:,}"),
        (N_("sections"), f"{numbers.sections:,}"),
        (N_("passages"), f"{numbers.passages:,}"),
        (N_("characters"), f"{numbers.characters:,}"),
        (N_("sources"), files(numbers.files)),
        (N_("built"), numbers.built),
        (N_("folder"), numbers.source_folder or _("not known")),
        (N_("engine"), numbers.engine),
        (N_("generation"), numbers.generation),
        *numbers.settings.items(),
    ):
        print_line(f"{_(name):14} {value or _('none')}")
    for group in grouped(notes):
        print_line(heading(group))
        for note in group.notes:
            print_line(note_line(note))

"""juanzong stats: what the archive holds, and what was left out of it."""

from __future__ import annotations

import click

from cli.options import json_option, open_archive
from cli.output import place_of, print_json
from index.results import note_to_json


@click.command()
@click.option(
    "--report", is_flag=True, help="List every note of the last build by reason: left out, doubtful."
)
@json_option
@click.pass_context
def stats(ctx: click.Context, report: bool, as_json: bool) -> None:
    """Say what the archive holds, how it was built, and what was left out."""
    from cli.commands.build import files, heading
    from cli.passages import print_line
    from index.report import grouped

    with open_archive(ctx) as archive:
        numbers = archive.stats()
        notes = archive.report() if report else []
    if as_json:
        body = numbers.to_json()
        if report:
            body["report"] = [note_to_json(note) for note in notes]
        print_json(body)
        return
    for name, value in (
        ("home", str(archive.home.path)),
        ("documents", f"{numbers.documents:,}"),
        ("sections", f"{numbers.sections:,}"),
        ("passages", f"{numbers.passages:,}"),
        ("characters", f"{numbers.characters:,}"),
        ("sources", files(numbers.files)),
        ("built", numbers.built),
        ("folder", numbers.source_folder or "not known"),
        ("engine", numbers.engine),
        ("generation", numbers.generation),
        *numbers.settings.items(),
    ):
        print_line(f"{name:14} {value or 'none'}")
    for group in grouped(notes):
        print_line(heading(group))
        for note in group.notes:
            print_line(f"  {place_of(note)}: {note.message}")

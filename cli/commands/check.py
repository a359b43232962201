"""juanzong check, stats, copy: the archive as a whole compared, counted, or copied."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.commands.build import files, finish, give_way, heading, note_line, progress_shown
from cli.hit_lines import print_line
from cli.language import N_, _, many
from cli.options import FolderPath, home_of, json_option, open_archive
from cli.output import BROKEN, FOUND, place_of, print_json, say
from index.engines.registry import ENGINES, REMOTE
from index.report import grouped
from index.results import to_json

if TYPE_CHECKING:
    from index.check import CheckReport


@click.command()
@click.option(
    "--all",
    "complete",
    is_flag=True,
    help="Compare all files and passages, not a sample: minutes for a large archive.",
)
@json_option
@click.pass_context
def check(ctx: click.Context, complete: bool, as_json: bool) -> None:
    """Compare sources, stored texts and index. What differs is said.

    Always compared: the archive's own files, the contents of all source files, and which passages there are.
    Of a sample, or with --all of all, whether a file that is read again gives the texts that are stored, and
    whether a passage is found by its own characters. --all takes all cores, and several times as long as a
    rebuild; damage to the archive's own files is found without it.

    Exit status 0: all agree. 3: something differs; each difference is a line.
    """
    from index.check import check as run

    with progress_shown(N_("nothing was changed"), in_bytes=False) as progress:
        report = run(home_of(ctx), complete=complete, progress=progress)
    if as_json:
        print_json(report)
    else:
        for note in report.findings:
            print_line(f"{place_of(note)}: {note.message}")
        say(
            _("Differences found. juanzong update takes in changed sources, rebuild makes all anew.")
            if report.findings
            else _("Sources, texts and index agree.")
        )
        say(compared(report, complete=complete))
        if report.archived.incomplete:
            said = _("The folder has {}; other formats are not compared. Left out: juanzong stats --report")
            say(said.format(files(report.archived)))
    ctx.exit(BROKEN if report.findings else FOUND)


def compared(report: CheckReport, *, complete: bool) -> str:
    """How much of what there is was compared."""
    files, passages = many(report.all_files, "file"), many(report.all_passages, "passage")
    if complete or (report.files, report.passages) == (report.all_files, report.all_passages):
        return _("All compared: {}, {}.").format(files, passages)
    return _(
        "Compared: the contents of {}; {:,} of them read again, {:,} of {} searched for."
        " All of them: juanzong check --all"
    ).format(files, report.files, report.passages, passages)


@click.command()
@click.option(
    "--report", is_flag=True, help="List every note of the last build by reason: left out, doubtful."
)
@json_option
@click.pass_context
def stats(ctx: click.Context, report: bool, as_json: bool) -> None:
    """Say what the archive holds and what was left out. Says how it was built, too."""
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


@click.command()
@click.option(
    "--to",
    "place",
    type=FolderPath(readable=False),
    required=True,
    metavar="PLACE",
    help="A data directory, or the address of a cluster: https://node1:9200/newspapers.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", *(name for name in ENGINES if name != REMOTE)]),
    default="auto",
    help="Of a copy in a data directory.",
)
@click.option(
    "--replace", "replacing", is_flag=True, help="Replace the archive there, though it is of another folder."
)
@json_option
@click.pass_context
def copy(ctx: click.Context, place: str, engine: str, replacing: bool, as_json: bool) -> None:
    """Copy the archive to a data directory or a cluster, or back. Its sources are not read.

    Texts, links to passages, settings and notes on the sources are the same there. An earlier copy is
    replaced once the new one is complete.
    """
    from index.build import copy as run
    from index.generations import ADDRESS, Home, resolve_home

    give_way()
    source = Home(home_of(ctx))
    if "://" in place:
        target, engine = Home(resolve_home(environment={**os.environ, ADDRESS: place}), place), REMOTE
    else:
        target = Home(Path(place), "")
    with progress_shown(N_("nothing was copied")) as progress:
        report = run(source, target, engine=engine, replacing=replacing, progress=progress)
    ctx.exit(finish(report, (), target.path, as_json))

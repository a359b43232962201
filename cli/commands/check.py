"""juanzong check: compare the sources, the stored texts and the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.commands.build import files, progress_shown
from cli.hit_lines import print_line
from cli.language import N_, _, many
from cli.options import home_of, json_option
from cli.output import BROKEN, FOUND, place_of, print_json, say

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
    """Compare the sources, the stored texts and the index, and say what differs.

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

"""juanzong check: compare the sources, the stored texts and the index."""

from __future__ import annotations

import click

from cli.options import home_of, json_option
from cli.output import BROKEN, FOUND, place_of, print_json, say


@click.command()
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Compare the sources, the stored texts and the index, and say what differs.

    Exit status 0: all agree. 3: something differs; each difference is a line.
    """
    from index.check import check as run

    report = run(home_of(ctx))
    if as_json:
        print_json(report.to_json())
    else:
        from cli.passages import print_line

        for note in report.findings:
            print_line(f"{place_of(note)}: {note.message}")
        say(
            "Sources, texts and index agree."
            if not report.findings
            else "Differences found. juanzong update takes in changed sources, rebuild makes all anew."
        )
    ctx.exit(BROKEN if report.findings else FOUND)

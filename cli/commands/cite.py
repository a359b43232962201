"""juanzong cite: a passage or a document as a list of references names it."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from msgspec.structs import replace

from archive.citation import STYLES
from cli.language import _
from cli.options import open_archive
from cli.output import clean, echo, say


@click.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--style", type=click.Choice(list(STYLES)), default=next(iter(STYLES)), help="How it is written."
)
@click.pass_context
def cite(ctx: click.Context, identifier: str, style: str) -> None:
    """Cite the passage or the document of this ID, as search prints it.

    Of a passage in a section of another author that section is cited, with the document that it is in.
    """
    with open_archive(ctx) as archive:
        work = archive.cite(clean(identifier))
    today = datetime.now(UTC).date().isoformat()
    for line in STYLES[style](replace(work, accessed=today)).splitlines():
        echo(line)
    if not work.source:
        say(_("The book or newspaper is not known: metadata.csv or juanzong correct can say it."))

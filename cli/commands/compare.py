"""juanzong compare: two documents, a paragraph beside the one that belongs to it."""

from __future__ import annotations

from collections.abc import Iterable

import click

from cli.hit_lines import print_line
from cli.language import _
from cli.options import json_option, open_archive
from cli.output import FOUND, MISUSE, NOTHING, clean, echo, print_json, say, say_error
from index.errors import NotFoundError
from index.search.versions import ComparedParagraph


@click.command()
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@json_option
@click.pass_context
def compare(ctx: click.Context, one: str, other: str, as_json: bool) -> None:
    """Compare two documents, or two editions of one. Search and list print their IDs.

    Shown are the paragraphs that differ: what only one has in [-…-], what only the other has in {+…+}.
    Variant forms and punctuation do not count as differences. --json marks them and prints all.

    Exit status, as of diff: 0 the texts are the same, 1 they differ, 2 or more no answer.
    """
    with open_archive(ctx) as archive:
        try:
            found = archive.compare(clean(one), clean(other))
        except NotFoundError as error:
            say_error(error)
            ctx.exit(MISUSE)
    if as_json:
        print_json(found)
    else:
        for row in (row for row in found.rows if row.differs):
            _print(row.left, "- ", "[-{}-]")
            _print(row.right, "+ ", "{{+{}+}}")
            echo()
        for document, cut in zip(found.documents, found.cut, strict=True):
            if cut:
                say(_("Only the beginning of {} is compared.").format(document.id))
        counts = f"{found.differences:,}", f"{found.common:,}", f"{found.left:,}", f"{found.right:,}"
        say(_("Differences: {}. Characters in common: {}, of {} and {}.").format(*counts))
    ctx.exit(NOTHING if found.differences else FOUND)


def _print(paragraphs: Iterable[ComparedParagraph], sign: str, mark: str) -> None:
    for paragraph in paragraphs:
        pieces = (mark.format(p.text) if p.how == "only" else p.text for p in paragraph.pieces)
        print_line(sign + "".join(pieces))

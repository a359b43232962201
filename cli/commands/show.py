"""juanzong show: a passage with its neighbours, or a whole document."""

from __future__ import annotations

import re

import click

from cli.options import json_option, open_archive
from cli.output import clean, print_json
from index.results import DocumentView, SearchRequest

PASSAGE_ID = re.compile(r"[0-9a-f]{16}")


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--query", default="", help="Mark what this query finds in it.")
@click.option(
    "--traces", is_flag=True, help="Say of each piece what it is, and by which rule it was joined or moved."
)
@json_option
@click.pass_context
def show(ctx: click.Context, identifier: str, query: str, traces: bool, as_json: bool) -> None:
    """Show the passage or the document of this ID, as search prints it."""
    identifier = clean(identifier)
    request = SearchRequest(query=clean(query)) if query else None
    with open_archive(ctx) as archive:
        if PASSAGE_ID.fullmatch(identifier):
            hit = archive.passage(identifier, request)
            if as_json:
                print_json(hit.to_json())
                return
            from cli.passages import print_whole

            print_whole(hit)
            return
        view = archive.document(identifier, request)
    if as_json:
        print_json(view.to_json())
    else:
        print_document(view, traces)


def print_document(view: DocumentView, traces: bool) -> None:
    """All pieces in reading order, headings set off."""
    from cli.passages import print_line, print_piece

    derived = f"{view.document.title}: " if view.title_is_derived else ""
    print_line(f"{derived}{view.document.path}, {view.encoding}")
    for piece in view.pieces:
        print_piece(piece, traces)

"""juanzong show, cite, explain: a passage or a document, how it is cited, and why it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click
from msgspec.structs import replace

from archive.citation import STYLES, today
from archive.fields import DETAILS
from archive.messages import note_alone
from cli.hit_lines import print_document_line, print_line, print_piece, print_whole
from cli.language import _, language
from cli.options import json_option, open_archive
from cli.output import clean, echo, print_json, say, say_problems
from index.requests import SearchRequest
from index.results import DocumentView

FURTHER = ("collection", *(name for name in DETAILS if name != "source"))
"""The fields of a document that are not in its line."""
PASSAGE_ID = re.compile(r"[0-9a-f]{16}")


@click.command()
@click.argument("identifier", metavar="ID")
@click.option("--query", help="Mark what this query finds in it.")
@click.option(
    "--traces", is_flag=True, help="Say of each piece what it is, and by which rule it was joined or moved."
)
@click.option(
    "--part",
    type=click.IntRange(min=1),
    help="Of a document of more than a million characters only this part, which has about 100,000.",
)
@json_option
@click.pass_context
def show(
    ctx: click.Context, identifier: str, query: str | None, traces: bool, part: int | None, as_json: bool
) -> None:
    """Show the passage or the document of an ID. Search prints IDs.

    The JSON of a document of more than a million characters has one part of it; "part" says which, of how
    many.
    """
    identifier = clean(identifier)
    request = SearchRequest(query=clean(query)) if query else None
    with open_archive(ctx) as archive:
        if request and not as_json:
            say_problems(archive.answer(request).problems, request.query)
        if PASSAGE_ID.fullmatch(identifier):
            hit = archive.passage(identifier, request)
            say_moved(hit.moved_from, _("the passage {}").format(hit.passage_id))
            if as_json:
                print_json(hit)
                return
            print_whole(hit)
            return
        if as_json or part is not None:
            view = archive.document(identifier, request, part=part or 1)
            if as_json:
                say_moved(view.moved_from, _("the document {}").format(view.id))
                print_json(view)
            else:
                print_document([view], traces)
        else:
            print_document(archive.document_parts(identifier, request), traces)


def say_moved(moved_from: str | None, what: str) -> None:
    """Say beside the answer that it took the place of what was asked for."""
    if moved_from is not None:
        said = _("{} has changed since, or has another name: {} took its place.")
        say("juanzong: " + said.format(moved_from, what))


def print_document(views: Iterable[DocumentView], traces: bool) -> None:
    """All pieces in reading order, headings set off; of a long document part by part."""
    for number, view in enumerate(views):
        if not number:
            say_moved(view.moved_from, _("the document {}").format(view.id))
            print_document_line(view, view.encoding)
            for name, value in (*((one, getattr(view, one)) for one in FURTHER), *view.fields.items()):
                if value:
                    print_line(f"{_(name)}: {value}")
            for note in view.notes:
                print_line(f"{_('note')}: {note_alone(language(), note)}")
        for piece in view.pieces:
            print_piece(piece, traces)


@click.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--style", type=click.Choice(list(STYLES)), default=next(iter(STYLES)), help="How it is written."
)
@click.pass_context
def cite(ctx: click.Context, identifier: str, style: str) -> None:
    """Cite the passage or the document of an ID. Search prints IDs.

    Of a passage in a section of another author that section is cited, with the document that it is in.
    """
    with open_archive(ctx) as archive:
        work = archive.cite(clean(identifier))
    for line in STYLES[style](replace(work, accessed=today())).splitlines():
        echo(line)
    if not work.is_placed:
        say(_("The book or newspaper is not known: metadata.csv or juanzong correct can say it."))


@click.command()
@click.argument("query")
@click.argument("passage_id")
@click.pass_context
def explain(ctx: click.Context, query: str, passage_id: str) -> None:
    """Explain why QUERY found a passage. The JSON says how both were cut, what matched where, and what gave
    the score."""
    with open_archive(ctx) as archive:
        explained = archive.explain(SearchRequest(query=clean(query)), clean(passage_id))
    say_moved(explained.moved_from, _("the passage {}").format(explained.passage.id))
    print_json(explained)

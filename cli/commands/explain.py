"""juanzong explain: why a passage was found, or was not, and what gave it its score."""

from __future__ import annotations

import click

from cli.commands.show import say_moved
from cli.language import _
from cli.options import open_archive
from cli.output import clean, print_json
from index.requests import SearchRequest


@click.command()
@click.argument("query")
@click.argument("passage_id")
@click.pass_context
def explain(ctx: click.Context, query: str, passage_id: str) -> None:
    """Say as JSON how QUERY and a passage were cut, what matched where, and what gave the score."""
    with open_archive(ctx) as archive:
        explained = archive.explain(SearchRequest(query=clean(query)), clean(passage_id))
    say_moved(explained.moved_from, _("the passage {}").format(explained.passage.id))
    print_json(explained)

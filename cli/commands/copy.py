"""juanzong copy: the archive in another place, by another engine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from cli.commands.build import finish, give_way, progress_shown
from cli.language import N_
from cli.options import home_of, json_option


@click.command()
@click.option(
    "--to",
    "place",
    required=True,
    metavar="PLACE",
    help="A data directory, or the address of a cluster: https://node1:9200/newspapers.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "whoosh", "tantivy"]),
    default="auto",
    help="Of a copy in a data directory.",
)
@click.option(
    "--replace", "replacing", is_flag=True, help="Replace the archive there, though it is of another folder."
)
@json_option
@click.pass_context
def copy(ctx: click.Context, place: str, engine: str, replacing: bool, as_json: bool) -> None:
    """Copy the archive to another data directory or to a cluster, or from there, without reading its sources.

    Texts, links to passages, settings and notes on the sources are the same there. An earlier copy is
    replaced once the new one is complete.
    """
    from index.copying import copy as run
    from index.engines.registry import REMOTE
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

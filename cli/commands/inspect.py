"""juanzong inspect: how a file is read, line by line, and by which rule."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--encoding", metavar="NAME", help="Read the file in this encoding instead of recognising it.")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@click.pass_context
def inspect(ctx: click.Context, file: Path, encoding: str | None, as_json: bool) -> None:
    """Print each line of FILE with its piece and the rule that decided it. Needs no archive."""

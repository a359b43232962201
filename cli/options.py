"""What several subcommands share: where the archive is, and that they answer in JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from index.search import Archive

F = TypeVar("F", bound=Callable[..., object])


def home_of(ctx: click.Context) -> Path:
    """The data directory that this call is about."""
    from index.generations import resolve_home

    return resolve_home(ctx.find_root().obj)


def open_archive(ctx: click.Context) -> Archive:
    """The archive of this call.

    Raises:
        ArchiveMissingError, ArchiveBrokenError: with the path and the command to run.
    """
    from index.search import Archive

    return Archive.open(home_of(ctx))


def json_option(command: F) -> F:
    """The option that every command which answers something has."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")(
        command
    )

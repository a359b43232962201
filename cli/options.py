"""What several subcommands share: where the archive is, the filters, and that they answer in JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cli.output import clean
from index.results import SearchRequest

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


def filter_options(command: F) -> F:
    """The filters; the command is given them as a request without a query, ``filters``."""
    options = (
        click.option("--document", "documents", multiple=True, metavar="ID", help=_only("document")),
        click.option("--author", "authors", multiple=True, metavar="NAME", help=_only("author")),
        click.option(
            "--year", "years", multiple=True, type=int, help="Only documents of this year (repeatable)."
        ),
        click.option("--collection", "collections", multiple=True, metavar="FOLDER", help=_only("folder")),
    )

    @wraps(command)
    def filtered(
        *arguments: object,
        documents: tuple[str, ...],
        authors: tuple[str, ...],
        years: tuple[int, ...],
        collections: tuple[str, ...],
        **rest: object,
    ) -> object:
        filters = SearchRequest(
            query="",
            documents=tuple(map(clean, documents)),
            authors=tuple(map(clean, authors)),
            years=years,
            collections=tuple(map(clean, collections)),
        )
        return command(*arguments, filters=filters, **rest)

    made: Callable[..., object] = filtered
    for option in reversed(options):
        made = option(made)
    return made  # type: ignore[return-value]


def _only(noun: str) -> str:
    return f"Only this {noun} (repeatable)."


def json_option(command: F) -> F:
    """The option that every command which answers something has."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")(
        command
    )

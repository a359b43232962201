"""What several subcommands share: where the archive is, the filters, and that they answer in JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, get_args

import click

from archive.fields import COUNTED
from cli.language import _, translated
from cli.output import clean, say
from index.query.nodes import Match, Within
from index.results import SearchRequest

if TYPE_CHECKING:
    from index.archive import Archive

F = TypeVar("F", bound=Callable[..., object])


def home_of(ctx: click.Context, *, building: bool = False) -> Path:
    """The data directory that this call is about; where its current generation was lost, that is said."""
    from index.generations import Home, resolve_home

    home = resolve_home(ctx.find_root().obj)
    if said := Home(home).recovery(building=building):
        say(f"juanzong: {translated(said)}")
    return home


def open_archive(ctx: click.Context, *, verify: bool = False) -> Archive:
    """The archive of this call; ``verify``: after all its files were compared with what was written.

    Raises:
        ArchiveMissingError, ArchiveBrokenError: with the path and the command to run.
    """
    from index.archive import Archive

    return Archive.open(home_of(ctx), verify=verify)


def match_option(command: F) -> F:
    """How much of the query a passage has to have, and where."""
    within = click.option(
        "--within",
        type=click.Choice(get_args(Within)),
        help="All words in the same passage, section or document; "
        "else one in the passage, the others there or in its title, headings or byline.",
    )
    match = click.option(
        "--match",
        type=click.Choice(get_args(Match)),
        default="auto",
        show_default=True,
        help="exact: the whole query as one phrase. all: every word. any: partial matches too.",
    )
    return match(within(command))


def form_options(command: F) -> F:
    """Which forms are found: variants, and runs with punctuation in them."""
    written = click.option(
        "--written", is_flag=True, help="Only the written form that was typed: 台 does not find 臺."
    )
    across = click.option(
        "--across", is_flag=True, help="Punctuation does not stand in the way: 天下大势 finds 天下。大势."
    )
    return written(across(command))


def query_of(ctx: click.Context, words: Sequence[str]) -> str:
    """The query that was typed as arguments.

    Raises:
        click.UsageError: it is empty, or one of them is an option that is not known.
    """
    for word in words:
        if word.startswith("--") and word[2:3].isascii() and word[2:3].isalpha():
            raise click.NoSuchOption(word.split("=")[0], ctx=ctx)
    text = clean(" ".join(words))
    if not text.strip():
        raise click.UsageError(
            _("The query is empty. Name what to look for: juanzong {} 派出所").format(ctx.info_name), ctx=ctx
        )
    return text


def filter_options(command: F) -> F:
    """The filters; the command is given them as a request without a query, ``filters``."""
    options = (
        click.option(
            "--document", "documents", multiple=True, metavar="ID", help="Only this document (repeatable)."
        ),
        click.option(
            "--author", "authors", multiple=True, metavar="NAME", help="Only this author (repeatable)."
        ),
        click.option(
            "--year", "years", multiple=True, type=int, help="Only documents of this year (repeatable)."
        ),
        click.option(
            "--collection",
            "collections",
            multiple=True,
            metavar="FOLDER",
            help="Only this folder (repeatable).",
        ),
        click.option(
            "--field",
            "details",
            multiple=True,
            type=(click.Choice(COUNTED), str),
            metavar="NAME VALUE",
            help="Only documents with this source, edition, language or rights (repeatable).",
        ),
    )

    @wraps(command)
    def filtered(
        *arguments: object,
        documents: tuple[str, ...],
        authors: tuple[str, ...],
        years: tuple[int, ...],
        collections: tuple[str, ...],
        details: tuple[tuple[str, str], ...],
        **rest: object,
    ) -> object:
        filters = SearchRequest(
            query="",
            documents=tuple(map(clean, documents)),
            authors=tuple(map(clean, authors)),
            years=years,
            collections=tuple(map(clean, collections)),
            details=tuple((name, clean(value)) for name, value in details),
        )
        return command(*arguments, filters=filters, **rest)

    made: Callable[..., object] = filtered
    for option in reversed(options):
        made = option(made)
    return made  # type: ignore[return-value]


def json_option(command: F) -> F:
    """The option that every command which answers something has."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")(
        command
    )

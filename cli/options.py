"""What several subcommands share: where the archive is, the filters, and that they answer in JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

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


def _query(ctx: click.Context, _param: click.Parameter, words: Sequence[str]) -> str:
    """The query that was typed as arguments.

    Raises:
        click.UsageError: it is empty, or one of them is an option that is not known.
    """
    for word in words:
        if word.startswith("--") and word[2:3].isascii() and word[2:3].isalpha():
            raise click.NoSuchOption(word.split("=")[0], ctx=ctx)
    if not "".join(words).strip():
        raise click.UsageError(
            _("The query is empty. Name what to look for: juanzong {} 派出所").format(ctx.info_name), ctx=ctx
        )
    return " ".join(words)


QUERY = click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED, callback=_query)
MATCH = (
    click.option(
        "--match",
        type=click.Choice(get_args(Match)),
        default="auto",
        show_default=True,
        help="exact: the whole query as one phrase. all: every word. any: partial matches too.",
    ),
    click.option(
        "--within",
        type=click.Choice(get_args(Within)),
        help="All words in the same passage, section or document; "
        "else one in the passage, the others there or in its title, headings or byline.",
    ),
)
FILTERS = (
    click.option(
        "--document", "documents", multiple=True, metavar="ID", help="Only this document (repeatable)."
    ),
    click.option("--author", "authors", multiple=True, metavar="NAME", help="Only this author (repeatable)."),
    click.option(
        "--year", "years", multiple=True, type=int, help="Only documents of this year (repeatable)."
    ),
    click.option(
        "--date",
        "dates",
        multiple=True,
        metavar="DATE",
        help="Only documents dated 1998, 1998-05, 1937-07..1945-08, or none (repeatable).",
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
FORMS = (
    click.option(
        "--written",
        "as_written",
        is_flag=True,
        help="Only the written form that was typed: 台 does not find 臺.",
    ),
    click.option(
        "--across", is_flag=True, help="Punctuation does not stand in the way: 天下大势 finds 天下。大势."
    ),
)


def request_options(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Options that are fields of a SearchRequest: the command is given them as one, ``request``."""

    def decorate(command: F) -> F:
        @wraps(command)
        def gathered(*arguments: object, **given: Any) -> object:
            names = [name for name in SearchRequest.__struct_fields__ if name in given]
            fields = {"query": "", **{name: _cleaned(given.pop(name)) for name in names}}
            return command(*arguments, request=SearchRequest(**fields), **given)

        made: Callable[..., Any] = gathered
        for option in reversed(options):
            made = option(made)
        return made  # type: ignore[return-value]

    return decorate


def _cleaned(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_cleaned, value))
    return clean(value) if isinstance(value, str) else value


def json_option(command: F) -> F:
    """The option that every command which answers something has."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")(
        command
    )

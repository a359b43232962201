"""What several subcommands share: where the archive is, the filters, and that they answer in JSON."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click
from msgspec import Struct

from archive.fields import COUNTED, may_be_own
from archive.file_names import user_path
from archive.model import Kind
from cli.language import _, translated
from cli.output import clean, say, write_file, write_lines
from index.query.nodes import Match, Within
from index.requests import LISTS, SearchRequest

if TYPE_CHECKING:
    from index.archive import Archive
    from index.search.export import Cell, Form

F = TypeVar("F", bound=Callable[..., object])


def home_of(ctx: click.Context, *, building: bool = False) -> Path:
    """The data directory that this call is about; where its current generation was lost, that is said."""
    from index.generations import Home, resolve_home

    home = resolve_home(ctx.find_root().obj)
    if said := Home(home).recovery(building=building):
        say(f"juanzong: {translated(said)}")
    return home


def open_archive(ctx: click.Context, *, verify: bool = False) -> Archive:
    """The archive of this call; ``verify``: all its files were compared. Raises like ``Archive.open``."""
    from index.archive import Archive

    return Archive.open(home_of(ctx), verify=verify)


def _query(ctx: click.Context, _param: click.Parameter, words: Sequence[str]) -> str:
    """The query that was typed as arguments. Raises click.UsageError: empty, or with an unknown option."""
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
        help="exact: the whole query as one phrase. all: every word. any: partial matches too.",
    ),
    click.option(
        "--within",
        type=click.Choice(get_args(Within)),
        help="All words in the same passage, section or document; "
        "else one in the passage, the others there or in its title, headings or byline.",
    ),
)


class FolderPath(click.Path):
    """The path of a folder. An empty one is none: in a shell, of a variable that is not set."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path, with ``~`` as the folder of a user. Raises click.BadParameter."""
        if not os.fspath(value):
            self.fail(_("It is empty. Name a folder."), param, ctx)
        home = str(value).startswith("~")  # the address of a cluster is not a path
        return super().convert(str(user_path(value)) if home else value, param, ctx)


class FieldName(click.Choice[str]):
    """One of these names, or that of a field of the owner's own: the archive knows which it has."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name. Raises click.BadParameter."""
        return value if may_be_own(value) else super().convert(value, param, ctx)


FILTERS = tuple(
    click.option(f"--{name}", LISTS.get(name, "details"), multiple=True, help=f"{about} (repeatable).", **how)
    for name, about, how in (
        ("document", "Only this document", {"metavar": "ID"}),
        ("author", "Only this author", {"metavar": "NAME"}),
        ("year", "Only documents of this year", {"type": int}),
        ("date", "Only documents dated 1998, 1998-05, 1937-07..1945-08, or none", {"metavar": "DATE"}),
        ("collection", "Only this folder", {"metavar": "FOLDER"}),
        ("kind", "Only titles, headings, captions, notes …", {"type": click.Choice([k.label for k in Kind])}),
        (
            "field",
            "Only documents with this source, edition, language, rights or field of your own",
            {"type": (FieldName(COUNTED), str), "metavar": "NAME VALUE"},
        ),
    )
)
FORMS = (
    click.option(
        "--written",
        "as_written",
        is_flag=True,
        help="Only the written form that was typed: 台 does not find 臺.",
    ),
    click.option("--across", is_flag=True, help="Ignore punctuation: 天下大势 finds 天下。大势."),
)


SEARCH = (*MATCH, *FILTERS, *FORMS)
"""What every search takes beside its query."""

COMPLETE = click.option(
    "--complete", is_flag=True, help="Read all passages that have to be, however many, and not a sample."
)


def page_options(most: int, usual: int, what: str) -> tuple[Callable[[F], F], Callable[[F], F]]:
    """``--limit`` and ``--offset`` of a list of ``what``: the largest limit, and the usual one."""
    return (
        click.option("--limit", type=click.IntRange(0, most), default=usual, help=f"{what} a page."),
        click.option("--offset", type=click.IntRange(0), default=0, help=f"{what} to pass over."),
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


class TableFile(Struct, frozen=True):
    """A table that was asked for: on standard output, or in a file."""

    form: Form
    path: Path | None = None

    def write(self, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write it, a row at a time. Raises OSError."""
        from index.search.export import table

        self.write_pieces(table(self.form, header, rows))

    def write_pieces(self, pieces: Iterable[str | bytes]) -> None:
        """Write a file that is given a piece at a time. Raises OSError."""
        (write_lines if self.path is None else partial(write_file, self.path))(pieces)


def table_options(*forms: Form) -> Callable[[F], F]:
    """Options for a table: the command is given the one that was chosen as ``table``, or None."""

    def decorate(command: F) -> F:
        @wraps(command)
        def chosen(*arguments: object, **given: Any) -> object:
            values = {form: given.pop(form) for form in forms}
            asked = [form for form in forms if values[form]]
            named = [f"--{form}" for form in [*asked, *["json"] * given.get("as_json", False)]]
            if len(named) > 1:
                raise click.UsageError(_("{} and {} exclude each other: choose one.").format(*named))
            table = TableFile(asked[0], values.get("xlsx")) if asked else None
            return command(*arguments, table=table, **given)

        made: Any = chosen
        for form in reversed(forms):
            made = _TABLES[form](made)
        return made  # type: ignore[no-any-return]

    return decorate


_TABLES: dict[Form, Callable[[Any], Any]] = {
    "csv": click.option(
        "--csv",
        is_flag=True,
        help="Print a table for spreadsheets: UTF-8 with a byte order mark, by which Excel knows it.",
    ),
    "ndjson": click.option("--ndjson", is_flag=True, help="Print a row as a JSON object, one a line."),
    "xlsx": click.option(
        "--xlsx",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write the table to this file, an Excel workbook.",
    ),
}


address_option = click.option(
    "--address",
    default="http://127.0.0.1:8000",
    metavar="URL",
    help="Where juanzong serve shows the archive: links lead there.",
)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, as the HTTP API answers.")
"""The option that every command which answers something has."""

"""juanzong inspect: how a file is read, line by line, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from archive.errors import JuanzongError, SourceError
from archive.messages import has_text, note_alone, text_of
from cli.language import _, language, many
from cli.options import json_option
from cli.output import clean, echo, is_terminal, json_text, one_line, place_of, say
from index.results import to_json

if TYPE_CHECKING:
    from archive.model import Note
    from archive.page.inspect import InspectedRow
    from archive.sources import SourceFile

SHOWN = 36


@click.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--encoding", metavar="NAME", help="Read the file in this encoding instead of recognising it.")
@click.option("--whole", is_flag=True, help="Print the lines whole instead of their beginnings.")
@click.option(
    "--why", is_flag=True, help="Print what the rules proposed for each line, and what these rules are."
)
@json_option
@click.pass_context
def inspect(
    ctx: click.Context, file: Path, encoding: str | None, whole: bool, why: bool, as_json: bool
) -> None:
    """Print each line of FILE and the rule that decided it. Needs no archive.

    Columns: line, number of the piece in reading order, kind, rules, text. A joined piece has several lines
    with the same number; what is a mark and no text has no number. Below them the fields of the document, and
    where each value comes from: the file, juanzong.toml, a line of metadata.csv or of its sidecar. Of a file
    of several documents each begins with its id and its fields; FILE may be such an id: 文章.csv#3.
    """
    from archive.formats import SUFFIXES
    from archive.inspection import inspected

    file, member = file_of(ctx, file)
    with ExitStack() as stack:
        with _named(file):
            source, said = source_of(ctx, file)
            notes: list[Note] = []
            read = stack.enter_context(inspected(source, encoding, notes, why=why))
        rows = _taken(read.rows, file)
        if member:
            rows = _chosen(rows, source.relative, member, notes)
        if as_json:
            body = {"file": clean(str(file)), "encoding": read.encoding, "fields": fields_json(read.fields)}
            _print_json(body, rows)
            return
        pieces = above = 0
        rules: set[str | None] = set()
        for row in rows:
            above = pieces if row.rule == "member" else above
            pieces = max(pieces, above + (row.piece or 0))
            rules |= {row.rule, row.joined, row.moved, *(one.rule for one in row.why)}
            print_row(row, whole)
            for line in field_lines(row.fields):
                echo(f"        {line}")
            print_why(row)
    for line in field_lines(read.fields):
        say(line)
    for rule in sorted(filter(None, rules)) if why else ():
        if has_text(f"rule.{rule}"):  # not what no rule decides: a record, the id of a member
            say(f"{rule}: {text_of(language(), f'rule.{rule}')}")
    for note in (*said, *_notes_on(notes, source.relative, member)):
        say(f"juanzong: {place_of(note)}: {note_alone(language(), note)}")
    extracted = read.format and (read.format.apart or read.of_many)
    read_as = read.format.name if read.format and extracted else read.encoding
    say(_("{}; read as {}.").format(many(pieces, "piece"), read_as))
    if read.format is None:
        left_out = _("a build leaves this file out; it reads {}.")
        say("juanzong: " + left_out.format(", ".join(sorted(SUFFIXES))))


def file_of(ctx: click.Context, name: Path) -> tuple[Path, str]:
    """The file that is meant, and what of it: as it is named, or as ``list`` names it, from the folder."""
    top = _remembered(ctx)
    for whole in (name, *([top / name] if top else [])):
        below = Path(str(whole).partition("#")[0])
        for path in (whole, below, *below.parents):
            if path.is_file():
                return path, str(whole)[len(str(path)) :]
    return name, ""


def _chosen(
    rows: Iterable[InspectedRow], path: str, member: str, notes: list[Note]
) -> Iterator[InspectedRow]:
    """The rows of one document, or of one file or folder in an archive. Raises SourceError where there are
    none; a note on the member says why.
    """
    chosen, found = False, False
    for row in rows:
        if row.rule == "member":
            chosen = _is_in(row.text, f"{path}{member}") or f"#{row.text}" == member
        found = found or chosen
        if chosen:
            yield row
    if not found:
        for note in _notes_on(notes, path, member) if "#" not in member else ():
            raise SourceError(place_of(note), str(note_alone(language(), note)))
        raise SourceError(f"{path}{member}", _("it is not in this file"), hint=_("Inspect the whole file."))


def _is_in(name: str, whole: str) -> bool:
    """Whether a document or a file is the one that is named, or is inside it."""
    return name == whole or name.startswith((f"{whole}/", f"{whole}#"))


def _notes_on(notes: Iterable[Note], path: str, member: str) -> Iterator[Note]:
    """The notes on a file, or on one member of it: those on a table are on each of its rows."""
    whole = path + member.partition("#")[0]
    return (note for note in notes if _is_in(note.path, whole))


def _remembered(ctx: click.Context) -> Path | None:
    """The folder of texts of the archive, where there is one."""
    from index.generations import Home, resolve_home

    with suppress(JuanzongError):
        folder = Home(resolve_home(ctx.find_root().obj)).settings().folder
        return Path(folder) if folder else None
    return None


def source_of(ctx: click.Context, file: Path) -> tuple[SourceFile, list[Note]]:
    """A file as a build sees it, with what others of its folder say of it, and what is wrong in these."""
    from archive.folder import top_of
    from archive.inspection import source_in

    path = file.resolve()
    return source_in(path, top_of(path, _remembered(ctx)))


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Say of an error of the system that it is this file's. Around reading only: printing has its own."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            clean(str(file)),
            error.strerror or str(error),
            hint=_("Name a plain text file that you may read."),
        ) from error


def _taken(rows: Iterable[InspectedRow], file: Path) -> Iterator[InspectedRow]:
    """The rows; of a long file each is read when it is taken."""
    coming = iter(rows)
    while True:
        with _named(file):
            row = next(coming, None)
        if row is None:
            return
        yield row


def _print_json(body: dict[str, Any], rows: Iterable[InspectedRow]) -> None:
    """What ``print_json`` prints of this body with the rows in it, each written as it comes."""
    line, end = json_text(body).removesuffix("\n}") + ',\n  "rows": [', "]"
    for row in rows:
        echo(line)
        line = indent(json_text(row_json(row)), "    ") + ","
        end = "\n  ]"
    echo(line.removesuffix(",") + end + "\n}")


def fields_json(fields: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """The fields of a document as JSON."""
    return {name: {"value": value, "from": origin} for name, value, origin in fields}


def row_json(row: InspectedRow) -> dict[str, Any]:
    """One row as JSON."""
    made = {
        **to_json(row),
        "kind": row.kind.label if row.kind else None,
        "why": [
            {"rule": one.rule, "taken": one.taken, "evidence": one.evidence, "against": one.against or None}
            for one in row.why
        ],
        "fields": fields_json(row.fields),
    }
    return {name: value for name, value in made.items() if value or name not in ("why", "fields")}


def field_lines(fields: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """The fields of a document, one a line, each with where it comes from."""
    return (f"{_(name)}: {one_line(value)} ({_(origin)})" for name, value, origin in fields)


def print_why(row: InspectedRow) -> None:
    """What was proposed for the line of a row, a proposal a line."""
    for one in row.why:
        verdict = _("taken") if one.taken else _("refused, {}").format(one.against)
        click.echo(f"        {one.rule}: {one.evidence} ({verdict})")


def print_row(row: InspectedRow, whole: bool) -> None:
    """One row as one line, its beginning only unless all is asked for."""
    text = row.text.strip()
    if not whole and len(text) > SHOWN:
        text = text[: SHOWN - 1] + "…"
    rules = " ".join(
        [
            row.rule,
            *(f"{name}={rule}" for name, rule in (("joined", row.joined), ("moved", row.moved)) if rule),
        ]
    )
    kind = row.kind.label if row.kind else "mark"
    piece = str(row.piece) if row.piece else "-"
    if not is_terminal():
        click.echo("\t".join([str(row.line), piece, kind, rules, one_line(text)]))
        return
    click.echo(
        f"{row.line:>5} {piece:>4}  "
        + click.style(f"{kind:8}", fg="cyan")
        + click.style(f"{rules:24} ", fg="green")
        + one_line(text)
    )

"""juanzong correct: the reading of a text in an editor; what is changed there becomes its sidecar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import click

from archive.described import date_of, kind_of
from archive.errors import JuanzongError, SourceError, said
from archive.fields import CORRECTED
from archive.inspection import Unit, single_text
from archive.model import Kind
from archive.sidecar import Changes, save, sidecar_path, with_texts
from cli.commands.inspect import file_of, source_of
from cli.language import _
from cli.output import clean, say

AUTO = "auto"
"""The kind that takes a correction back: the rules decide again."""

_SHOWN = 60
_FIELD = re.compile(r"(\w+):[ \t]*(.*)")
_LINE = re.compile(r"\s*([0-9]+)(\+?)\s+(\S+)(?:\s+(.*))?")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.pass_context
def correct(ctx: click.Context, file: Path) -> None:
    """Correct the fields and lines of FILE in an editor. It is $VISUAL or $EDITOR, and shows kinds, joins and
    order of the lines.

    What is saved goes into the sidecar FILE.juanzong.toml, beside what is written there already. FILE itself
    is not touched. juanzong update takes it in.
    """
    file, _member = file_of(ctx, file)
    if not file.is_file() or file.is_symlink():  # of a link, what it leads to may be another's
        raise SourceError(clean(str(file)), _("is not a file"), hint=_("Name a text of the folder."))
    source, _notes = source_of(ctx, file)
    if (text := single_text(source)) is None:
        hint = _("Correct it where it was made, or say what is true of all its texts in metadata.csv.")
        raise SourceError(clean(str(file)), _("holds texts in rows, records or members"), hint=hint)
    values = dict.fromkeys((*CORRECTED, *source.described.own), "")
    fields, lines = text
    values |= {name: value for name, value, _origin in fields if name in values}
    shown, wrong = draft(clean(file.name), values, lines), ""
    while True:
        try:
            edited = click.edit(shown, extension=".txt")
        except click.ClickException as error:
            reason = _("The editor cannot be started: {}.").format(error.message)
            raise JuanzongError(reason, hint=_("Set $EDITOR to one that can: EDITOR=nano")) from error
        if edited is None or edited == shown:
            say(_("Nothing was changed."))
            ctx.exit(1 if wrong else 0)
        try:
            changes = changes_of(edited, values, lines)
            break
        except EditError as error:
            wrong = str(error)
            say(f"juanzong: {wrong}")
            shown = with_problem(edited, wrong)
    if save(source.path, changes):
        say(_("Written: {}. juanzong update takes it in.").format(clean(sidecar_path(source.path).name)))
    else:
        say(_("Nothing was changed."))


class EditError(Exception):
    """What is wrong in an edited text; the message names the line of it."""


def with_problem(text: str, problem: str) -> str:
    """An edited text, with what is wrong in it on its first line, whose number it keeps."""
    first, _end, rest = text.partition("\n")
    return f"# {problem}\n{rest if first.startswith('#') else text}"


def draft(name: str, values: Mapping[str, str], lines: Sequence[Unit]) -> str:
    """What the editor shows."""
    head = [
        "",
        _("Corrections of {}. Saved changes go into its sidecar; the text is not touched.").format(name),
        _("A field without a value takes its correction back."),
        _("Lines: number, kind, text. Change kinds ({}; auto takes back),").format(
            ", ".join(kind.label for kind in Kind)
        ),
        _("write 7+ where line 7 goes on in the line above, move lines to change their order."),
    ]
    return "\n".join(
        [
            *(f"# {line}" for line in head),
            *(f"{field}: {values.get(field, '')}" for field in values),
            "",
            *(f"{one.line:>5}{'+' if one.joined else ' '} {one.kind:9} {one.text[:_SHOWN]}" for one in lines),
            "",
        ]
    )


def changes_of(text: str, values: Mapping[str, str], lines: Sequence[Unit]) -> Changes:
    """What was changed in a draft. Raises EditError: a line is not understood, changed in its text, or
    missing.
    """
    changes: dict[str, str | Mapping[int, object] | None] = {}
    known = {one.line: one for one in lines}
    kinds: dict[int, object] = {}
    joins: dict[int, object] = {}
    order: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if (match := _LINE.fullmatch(line)) and (one := known.get(int(match[1]))) and one.line not in order:
            order.append(one.line)
            if (match[4] or "").strip() != one.text[:_SHOWN].strip():
                raise EditError(said(_("line {}: a text is not changed here."), number))
            if (kind := match[3].lower()) != one.kind:
                kinds[one.line] = None if kind == AUTO else _kind(kind, number)
            if bool(match[2]) != one.joined:
                joins[one.line] = bool(match[2])
        elif (match := _FIELD.fullmatch(line)) and match[1] in values:
            value = match[2].strip()
            if match[1] == "date" and value and date_of(value) is None:
                raise EditError(said(_("line {}: {} is not a known date."), number, value))
            if value != values.get(match[1], ""):
                changes[match[1]] = value or None
        else:
            raise EditError(said(_("line {} is not understood: {}"), number, line.strip()[:_SHOWN]))
    if missing := sorted(known.keys() - set(order)):
        raise EditError(said(_("line {} of the text is missing."), missing[0]))
    changes |= {"lines": kinds, "joins": joins, "order": _moves([one.line for one in lines], order)}
    made = {name: change for name, change in changes.items() if change != {}}
    return with_texts(made, {one.line: one.text for one in lines})


def _kind(text: str, number: int) -> str:
    if kind_of(text) is None:
        labels = ", ".join(kind.label for kind in Kind)
        raise EditError(said(_("line {}: {} is none of the kinds: {}."), number, text, labels))
    return text


def _moves(before: list[int], after: list[int]) -> dict[int, object]:
    """The lines that were moved, each with the next one that was not, which it is read before."""
    stay: set[int] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        stay.update(before[block.a : block.a + block.size])
    moves: dict[int, object] = {}
    for place, line in enumerate(after):
        if line not in stay:
            below = next((other for other in after[place + 1 :] if other in stay), None)
            if below is None:
                raise EditError(_("the last line cannot be moved below: move the others above it."))
            moves[line] = below
    return moves

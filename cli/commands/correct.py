"""juanzong correct: the reading of a text in an editor; what is changed there becomes its sidecar."""

from __future__ import annotations

from pathlib import Path

import click

from archive.errors import JuanzongError, SourceError
from archive.fields import CORRECTED
from archive.inspection import fields_of, holds_many, rows_of, units
from cli.commands.inspect import file_of, source_of
from cli.correction_text import EditError, changes_of, draft, with_problem
from cli.language import _
from cli.output import clean, say


@click.command()
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.pass_context
def correct(ctx: click.Context, file: Path) -> None:
    """Correct the fields and lines of FILE in an editor. It is $VISUAL or $EDITOR, and shows kinds, joins and
    order of the lines.

    What is saved goes into the sidecar FILE.juanzong.toml, beside what is written there already. FILE itself
    is not touched. juanzong update takes it in.
    """
    from archive.sidecar import save, sidecar_path

    file, _member = file_of(ctx, file)
    if not file.is_file() or file.is_symlink():  # of a link, what it leads to may be another's
        raise SourceError(clean(str(file)), _("is not a file"), hint=_("Name a text of the folder."))
    source, _notes = source_of(ctx, file)
    if holds_many(source):
        hint = _("Correct it where it was made, or say what is true of all its texts in metadata.csv.")
        raise SourceError(clean(str(file)), _("holds texts in rows, records or members"), hint=hint)
    values = dict.fromkeys((*CORRECTED, *source.described.own), "")
    values |= {name: value for name, value, _origin in fields_of(source) if name in values}
    lines = units(rows_of(source))
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

"""The form in which the owner corrects a text."""

from __future__ import annotations

from archive.fields import CORRECTED
from archive.inspection import fields_of, rows_of, units
from archive.model import Kind
from archive.readers import fingerprint
from archive.sources import SourceFile
from web.interface import Interface
from web.pages import Page

MOST_LINES = 1_000
"""Lines whose kinds a form has; those of a longer text are corrected in an editor (``juanzong correct``)."""


def correct_page(source: SourceFile, ui: Interface, name: str, token: str = "", problem: str = "") -> Page:
    """The form of a text."""
    known = {field: (value, origin) for field, value, origin in fields_of(source)}
    lines = units(rows_of(source))
    fields = (*CORRECTED, *source.described.own)
    return Page(
        "correct.html",
        ui.t("correct.title", title=known["title"][0] if "title" in known else name),
        action=ui.links.by_id("correct", name),
        back=ui.links.document(name),
        token=token,
        digest=(fingerprint(source) or "") + source.described.digest.hex(),
        values={field: known.get(field, ("", ""))[0] for field in fields},
        origins={field: ui.t.of(known.get(field, ("", ""))[1]) for field in fields},
        lines=tuple(lines) if len(lines) <= MOST_LINES else (),
        kinds=tuple((kind.label, ui.t(f"kind.{kind.label}")) for kind in Kind),
        problem=problem,
    )

"""The small pages: what could not be read, errors."""

from __future__ import annotations

from itertools import islice

from msgspec import Struct

from archive.errors import JuanzongError
from archive.messages import has_text, note_in, reason_in
from archive.model import Note
from index.archive import Archive
from index.report import grouped
from index.search.cancellation import still_wanted
from index.search.context import MOST_PATH, shortened
from web.interface import Interface
from web.pages import Page

EXAMPLES = 10
"""So many notes of one reason are shown; the others on demand."""

MOST = 500
"""So many notes of one reason are on the page at most."""


class Remark(Struct, frozen=True):
    """A note of the build.

    Attributes:
        reason: in Chinese, or empty where the message says it.
        message: what is to be said beside the reason, in the page's language, or in English; may be empty.
    """

    path: str
    line: int | None
    reason: str
    message: str


class ReasonNotes(Struct, frozen=True):
    """The notes of one reason: some of them, the ``count`` of all, and what to do."""

    title: str
    advice: str
    count: int
    first: tuple[Remark, ...]
    more: tuple[Remark, ...]

    @property
    def unshown(self) -> int:
        """How many are not on the page."""
        return self.count - len(self.first) - len(self.more)


def left_out_page(archive: Archive, ui: Interface) -> Page:
    """What the build had to say of its sources, by reason."""
    reasons: dict[bool, list[ReasonNotes]] = {True: [], False: []}
    for group in grouped(archive.report()):
        first = group.examples(EXAMPLES)
        still_wanted()
        chosen = set(first)
        rest = list(islice((note for note in group.notes if note not in chosen), MOST - len(first)))
        title = reason_in(ui.language, group.code)
        reasons[group.left_out].append(
            ReasonNotes(
                title[:1].upper() + title[1:],
                ui.t.known(f"reason.{group.code}.advice").strip(),
                group.count,
                tuple(remark(note, ui) for note in first),
                tuple(remark(note, ui) for note in rest),
            )
        )
    return Page(
        "left_out.html",
        ui.t("left.title"),
        files=archive.stats().files,
        left_out=reasons[True],
        notes=reasons[False],
    )


def remark(note: Note, ui: Interface) -> Remark:
    """A note, in the language of the page."""
    reason = "" if ui.language == "en" else reason_in(ui.language, note.code)
    return Remark(shortened(note.path, MOST_PATH), note.line, reason, shortened(note_in(ui.language, note)))


def error_page(error: JuanzongError, status: int, ui: Interface) -> Page:
    """The page of a named error."""
    title = ui.t.known(f"error.{status}") or str(status)
    document = getattr(error, "document", None)
    key = f"error.{error.code}"
    said, original = [error.message, error.hint], ""
    if ui.language != "en" and has_text(key):
        said = [ui.t(each, **vars(error)).strip() if has_text(each) else "" for each in (key, f"{key}.hint")]
        original = str(error) if status >= 500 else ""  # where more is in it
    hint = "" if document else said[1]
    return Page("error.html", title, message=said[0], hint=hint, original=original, document=document)

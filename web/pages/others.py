"""The small pages: what could not be read, errors."""

from __future__ import annotations

from itertools import islice
from typing import ClassVar

from msgspec import Struct

from archive.errors import JuanzongError
from archive.messages import has_text, note_in, reason_in
from archive.model import Note
from archive.store import FileCounts
from index.archive import Archive
from index.report import grouped
from index.search.cancellation import still_wanted
from index.search.context import MOST_PATH, shortened
from web.interface import Interface

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


class LeftOutPage(Struct, frozen=True):
    """The context of ``left_out.html``: notes on what is not in the archive, and the other notes."""

    template: ClassVar[str] = "left_out.html"
    title: str
    files: FileCounts
    left_out: tuple[ReasonNotes, ...]
    notes: tuple[ReasonNotes, ...]


def left_out_page(archive: Archive, ui: Interface) -> LeftOutPage:
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
    files = archive.stats().files
    return LeftOutPage(ui.t("left.title"), files, tuple(reasons[True]), tuple(reasons[False]))


def remark(note: Note, ui: Interface) -> Remark:
    """A note, in the language of the page."""
    reason = "" if ui.language == "en" else reason_in(ui.language, note.code)
    return Remark(shortened(note.path, MOST_PATH), note.line, reason, shortened(note_in(ui.language, note)))


class ErrorPage(Struct, frozen=True):
    """The context of ``error.html``: what happened and what to do next; ``original``: the same in English,
    where more is in it.
    """

    template: ClassVar[str] = "error.html"
    title: str
    message: str
    hint: str
    original: str
    document: str | None


def error_page(error: JuanzongError, status: int, ui: Interface) -> ErrorPage:
    """The page of a named error."""
    title = ui.t.known(f"error.{status}") or str(status)
    document = getattr(error, "document", None)
    key = f"error.{error.code}"
    if ui.language == "en" or not has_text(key):
        return ErrorPage(title, error.message, "" if document else error.hint, "", document)
    said = [ui.t(each, **vars(error)).strip() if has_text(each) else "" for each in (key, f"{key}.hint")]
    original = str(error) if status >= 500 else ""
    return ErrorPage(title, said[0], "" if document else said[1], original, document)

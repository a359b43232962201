"""The small pages: what could not be read, help, errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from archive.errors import JuanzongError
from index.results import SearchRequest
from web.i18n import MESSAGES
from web.interface import Interface
from web.pages import Link
from web.protocol import Archive
from web.reasons import ERRORS, NOTES


@dataclass(frozen=True, slots=True)
class Remark:
    """A note of the build.

    Attributes:
        line: of the file, from 1, or None.
        reason: in the page's language, or empty where only ``message`` says it.
        message: in English, with all that is known.
    """

    path: str
    line: int | None
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class LeftOutPage:
    """The context of ``left_out.html``: notes on what is not in the archive, and the other notes."""

    template: ClassVar[str] = "left_out.html"
    title: str
    left_out: tuple[Remark, ...]
    notes: tuple[Remark, ...]


def left_out_page(archive: Archive, ui: Interface) -> LeftOutPage:
    """What the build had to say of its sources."""
    remarks: dict[bool, list[Remark]] = {True: [], False: []}
    for note in archive.report():
        reason = NOTES.get(note.code, "") if ui.language == "zh" else ""
        remarks[note.left_out].append(Remark(note.path, note.line, reason, note.message))
    return LeftOutPage(ui.t("left.title"), tuple(remarks[True]), tuple(remarks[False]))


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the query language: an example that can be tried, and what it means."""

    example: Link
    meaning: str


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The context of ``help.html``."""

    template: ClassVar[str] = "help.html"
    title: str
    forms: tuple[Form, ...]


FORMS = (
    ("派出所", "help.word"),
    ("群众 责任", "help.words"),
    ("“人民群众满意”", "help.quotes"),
    ("公信力 OR 凝聚力", "help.or"),
    ("学习 -培训", "help.not"),
    ("(公信力 OR 凝聚力) 队伍", "help.group"),
    ("派?所", "help.one"),
    ("派*长", "help.many"),
    ("群众 NEAR/10 满意", "help.near"),
    ("作者:姚天民", "help.author"),
    ("标题:正能量", "help.title_field"),
    ("小标题:意识 群众", "help.section_field"),
    ("date:1949..1956 土地", "help.date"),
)


def help_page(ui: Interface) -> HelpPage:
    """How to search."""
    forms = tuple(
        Form(Link(query, ui.links.search(SearchRequest(query=query))), ui.t(key)) for query, key in FORMS
    )
    return HelpPage(ui.t("help.title"), forms)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The context of ``error.html``: what happened and what to do next.

    Attributes:
        original: the same in English, for whoever looks after the archive; empty where nothing more is in it.
    """

    template: ClassVar[str] = "error.html"
    title: str
    message: str
    hint: str
    original: str


def error_page(error: JuanzongError, status: int, ui: Interface) -> ErrorPage:
    """The page of a named error."""
    title = ui.t(f"error.{status}") if f"error.{status}" in MESSAGES else str(status)
    if ui.language == "en" or error.code not in ERRORS:
        return ErrorPage(title, error.message, error.hint, "")
    message, hint = (text.format(**vars(error)) for text in ERRORS[error.code])
    return ErrorPage(title, message, hint, str(error) if status >= 500 else "")

"""The small pages: what could not be read, help, errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from archive.errors import JuanzongError
from archive.model import Note
from index.errors import ArchiveMissingError, NotFoundError
from index.results import SearchRequest
from web.errors import AddressTooLongError, ParameterError, QueryTooLongError
from web.interface import Interface
from web.pages import Link
from web.protocol import Archive


@dataclass(frozen=True, slots=True)
class LeftOutPage:
    """The context of ``left_out.html``: notes on what is not in the archive, and the other notes."""

    template: ClassVar[str] = "left_out.html"
    title: str
    left_out: tuple[Note, ...]
    notes: tuple[Note, ...]


def left_out_page(archive: Archive, ui: Interface) -> LeftOutPage:
    """What the build had to say of its sources."""
    report = archive.report()
    return LeftOutPage(
        ui.t("left.title"),
        tuple(note for note in report if note.left_out),
        tuple(note for note in report if not note.left_out),
    )


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
    """The context of ``error.html``: what happened and what to do next."""

    template: ClassVar[str] = "error.html"
    title: str
    message: str
    hint: str


def error_page(error: JuanzongError, status: int, ui: Interface) -> ErrorPage:
    """The page of a named error."""
    message, hint = error.message, error.hint
    if isinstance(error, ParameterError):
        message = ui.t("error.bad_parameter", parameter=error.parameter, value=error.value)
        hint = ui.t("error.bad_parameter.hint", allowed=error.allowed)
    elif isinstance(error, AddressTooLongError):
        message = ui.t("error.address_too_long", length=error.length, most=error.most)
        hint = ui.t("error.query_too_long.hint")
    elif isinstance(error, QueryTooLongError):
        message = ui.t("error.query_too_long", length=error.length, most=error.most)
        hint = ui.t("error.query_too_long.hint")
    elif isinstance(error, ArchiveMissingError):
        message, hint = ui.t("error.missing"), ui.t("error.missing.hint")
    elif isinstance(error, NotFoundError):
        hint = ui.t("error.not_found.about")
    elif status >= 500 and not hint:
        hint = ui.t("error.internal.about")
    return ErrorPage(ui.t(f"error.{status}"), message, hint)

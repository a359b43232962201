"""The named errors of this face, and the HTTP status of every named error; texts are in the catalogue."""

from __future__ import annotations

import re

from archive.errors import JuanzongError, OutOfFilesError, StoreError
from archive.messages import has_text, text_of
from index.errors import (
    ArchiveBrokenError,
    ArchiveMissingError,
    EngineError,
    LibraryMissingError,
    NotFoundError,
    QueryError,
)
from index.search.context import shortened

SHOWN = 40
"""Characters of what was given that an error repeats."""


class WordedError(JuanzongError):
    """An error whose texts are in the catalogue by its code. Its values become attributes."""

    def __init__(self, code: str, **values: str | int | float) -> None:
        vars(self).update(values, code=code)
        hint = f"error.{code}.hint"
        super().__init__(
            text_of("en", f"error.{code}").format(**values),
            hint=text_of("en", hint).format(**values) if has_text(hint) else "",
        )


class RefusedError(WordedError, QueryError):
    """A request that cannot be answered as asked. HTTP 400."""


class ParameterError(RefusedError):
    """A parameter of an address has a value that is not allowed."""

    def __init__(self, parameter: str, value: str, allowed: str) -> None:
        shown = shortened(value, SHOWN)
        super().__init__("bad_parameter", parameter=parameter, value=shown, allowed=allowed)


class ServeError(JuanzongError):
    """The archive cannot be served as asked. Exit status 2."""

    code = "serve_failed"


class WordedServeError(WordedError, ServeError):
    """The same, with texts of the catalogue: ``too_few_files``, ``port_taken``."""


_HIDDEN = ("Something went wrong on this side.", "The server's log says what.")
# What a client reads in place of an error that tells where the archive is.
_PUBLIC = {
    "archive_missing": ("There is no archive here yet.", "Build one: juanzong rebuild FOLDER"),
    "archive_broken": (
        "The archive is damaged, or was built by another version.",
        "The server's log says more. Build it anew: juanzong rebuild",
    ),
}
_STATUS = {"bad_host": 400, "host_not_allowed": 403, "edit_refused": 403, "form_outdated": 409}
_STATUS |= dict.fromkeys(("crowded", "client_gone", "no_room"), 503)
_STATUS_OF_KIND = (
    (QueryError, 400),
    (NotFoundError, 404),
    (ArchiveMissingError | ArchiveBrokenError | LibraryMissingError | StoreError | EngineError, 503),
    (OutOfFilesError, 503),
)


def public(error: JuanzongError) -> JuanzongError:
    """The error as a client may read it: one of the server's own without what may be a path."""
    if status_of(error) < 500 or not (error.code in _PUBLIC or re.search(r"[/\\]", str(error))):
        return error
    message, hint = _PUBLIC.get(error.code, _HIDDEN)
    shown = JuanzongError(message)
    vars(shown).update(vars(error), code=error.code, message=message, hint=hint)
    return shown


def status_of(error: JuanzongError) -> int:
    """The HTTP status that a named error is answered with."""
    of_kind = (status for kinds, status in _STATUS_OF_KIND if isinstance(error, kinds))
    return _STATUS.get(error.code) or next(of_kind, 500)

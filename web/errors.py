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
    """Base of the errors whose texts are in the catalogue by their code. Their values become attributes."""

    def __init__(self, **values: str | int | float) -> None:
        vars(self).update(values)
        keys = (f"error.{self.code}", f"error.{self.code}.hint")
        message, hint = (text_of("en", key).format(**values) if has_text(key) else "" for key in keys)
        super().__init__(message, hint=hint)


class RefusedError(WordedError, QueryError):
    """Base of those that say that a request cannot be answered as asked. HTTP 400."""


class ParameterError(RefusedError):
    """A parameter of an address has a value that is not allowed."""

    code = "bad_parameter"

    def __init__(self, parameter: str, value: str, allowed: str) -> None:
        super().__init__(parameter=parameter, value=shortened(value, SHOWN), allowed=allowed)


class MissingParameterError(RefusedError):
    """A parameter without which there is no answer was not given; ``example`` is an address with it."""

    code = "missing_parameter"


class UnknownParameterError(RefusedError):
    """A parameter of an address of the API that nothing there reads, such as a misspelt filter."""

    code = "unknown_parameter"


class QueryTooLongError(RefusedError):
    """The query has more characters than are read."""

    code = "query_too_long"


class AddressTooLongError(RefusedError):
    """An address that is longer than any query that is read makes it; ``length`` and ``most`` in bytes."""

    code = "address_too_long"


class TooManyFiltersError(RefusedError):
    """More filters than one request may have."""

    code = "too_many_filters"


class TooLargeError(RefusedError):
    """An answer that would have more than ``most`` million bytes."""

    code = "answer_too_large"


class TakesTooLongError(RefusedError):
    """An answer that would keep a processor busy for longer than the ``most`` seconds a server lets any."""

    code = "takes_too_long"


class TooMuchToDownloadError(RefusedError):
    """A file of more passages than one that a server makes may have."""

    code = "too_much_to_download"


class FileTooLargeError(RefusedError):
    """A file of more than the ``most`` million bytes that one that a server makes may have."""

    code = "file_too_large"


class NoRoomError(WordedError):
    """The file cannot be written into the server's folder for temporary files. HTTP 503."""

    code = "no_room"


class CrowdedError(WordedError):
    """Others are having long answers made, as many as leave room for short ones. HTTP 503."""

    code = "crowded"


class ClientGoneError(WordedError):
    """Whoever asked has hung up; nobody reads the answer. HTTP 503."""

    code = "client_gone"


class BadHostError(WordedError):
    """A request that does not say once which host it is for (RFC 9112, 3.2). HTTP 400."""

    code = "bad_host"


class HostNotAllowedError(WordedError):
    """A request for a name under which this archive is not served. HTTP 403."""

    code = "host_not_allowed"


class EditRefusedError(WordedError):
    """A form that was not fetched from here, or with another cookie. HTTP 403."""

    code = "edit_refused"


class FormOutdatedError(WordedError):
    """A form of a text that was changed, or corrected by somebody else, since. HTTP 409."""

    code = "form_outdated"


class ServeError(JuanzongError):
    """The archive cannot be served as asked. Exit status 2."""

    code = "serve_failed"


class TooFewFilesError(WordedError, ServeError):
    """A process may not open as many files as serving needs. Exit status 2."""

    code = "too_few_files"


class PortTakenError(WordedError, ServeError):
    """The address to serve at cannot be had; ``instead`` is what may be tried. Exit status 2."""

    code = "port_taken"


_HIDDEN = ("Something went wrong on this side.", "The server's log says what.")
# Code: what anybody may read of an error that tells where the archive is.
_PUBLIC = {
    "archive_missing": ("There is no archive here yet.", "Build one: juanzong rebuild FOLDER"),
    "archive_broken": (
        "The archive is damaged, or was built by another version.",
        "The server's log says more. Build it anew: juanzong rebuild",
    ),
}
_STATUS = (
    (QueryError | BadHostError, 400),
    (HostNotAllowedError | EditRefusedError, 403),
    (NotFoundError, 404),
    (FormOutdatedError, 409),
    (ArchiveMissingError | ArchiveBrokenError | LibraryMissingError | StoreError | EngineError, 503),
    (CrowdedError | ClientGoneError | NoRoomError | OutOfFilesError, 503),
)


def public(error: JuanzongError) -> JuanzongError:
    """The error as whoever asks may read it: one of the server's own without what may be a path of it."""
    if status_of(error) < 500 or not (error.code in _PUBLIC or re.search(r"[/\\]", str(error))):
        return error
    message, hint = _PUBLIC.get(error.code, _HIDDEN)
    shown = JuanzongError(message)
    vars(shown).update(vars(error), code=error.code, message=message, hint=hint)
    return shown


def status_of(error: JuanzongError) -> int:
    """The HTTP status that a named error is answered with."""
    return next((status for kinds, status in _STATUS if isinstance(error, kinds)), 500)

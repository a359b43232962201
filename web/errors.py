"""The named errors of this face, and the HTTP status of every named error."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from archive.errors import JuanzongError, OutOfFilesError, StoreError
from index.errors import (
    ArchiveBrokenError,
    ArchiveMissingError,
    EngineError,
    NotFoundError,
    QueryError,
)

_SHOWN = 40
_SHORTER = "Search for the rarest sentence of it: one that is cited word for word is found by itself."


class ParameterError(QueryError):
    """A parameter of an address has a value that is not allowed. HTTP 400.

    Attributes:
        parameter: its name.
        value: what was given, shortened.
        allowed: what may be given.
    """

    code = "bad_parameter"

    def __init__(self, parameter: str, value: str, allowed: str) -> None:
        self.parameter = parameter
        self.value = _shortened(value)
        self.allowed = allowed
        super().__init__(f"{parameter}={self.value} is not understood.", hint=f"Allowed: {allowed}.")


class MissingParameterError(QueryError):
    """A parameter without which there is no answer was not given. HTTP 400."""

    code = "missing_parameter"

    def __init__(self, parameter: str, hint: str) -> None:
        self.parameter = parameter
        super().__init__(f"The parameter {parameter} is missing.", hint=hint)


class UnknownParameterError(QueryError):
    """A parameter of an address of the API that nothing there reads, such as a misspelt filter. HTTP 400.

    Attributes:
        parameter: its name, shortened.
        known: those that are read there.
    """

    code = "unknown_parameter"

    def __init__(self, parameter: str, known: Sequence[str]) -> None:
        self.parameter = _shortened(parameter)
        self.known = ", ".join(known)
        hint = f"Known are: {self.known}." if known else "Leave it out: there are none here."
        super().__init__(f"There is no parameter {self.parameter} here.", hint=hint)


class QueryTooLongError(QueryError):
    """The query has more characters than are read. HTTP 400.

    Attributes:
        length, most: in characters.
    """

    code = "query_too_long"

    def __init__(self, length: int, most: int) -> None:
        self.length = length
        self.most = most
        super().__init__(
            f"The query has {length:,} characters; at most {most:,} are read.",
            hint=_SHORTER,
        )


class AddressTooLongError(QueryError):
    """An address that is longer than any query that is read makes it. HTTP 400.

    Attributes:
        length, most: in bytes.
    """

    code = "address_too_long"

    def __init__(self, length: int, most: int) -> None:
        self.length = length
        self.most = most
        super().__init__(
            f"The query is far too long: {length:,} bytes in an address, of which at most {most:,} are read.",
            hint=_SHORTER,
        )


class TooManyFiltersError(QueryError):
    """More filters than one request may have. HTTP 400.

    Attributes:
        filters, most: how many there are, and how many there may be.
    """

    code = "too_many_filters"

    def __init__(self, filters: int, most: int) -> None:
        self.filters = filters
        self.most = most
        super().__init__(
            f"The address has {filters:,} filters; it may have {most}.",
            hint="Choose a folder above them, or ask for some at a time.",
        )


class TooLargeError(QueryError):
    """An answer that would have more bytes than any may have. HTTP 400.

    Attributes:
        most: in millions of bytes.
    """

    code = "answer_too_large"

    def __init__(self, most: int) -> None:
        self.most = most / 1_000_000
        super().__init__(
            f"The answer has more than {self.most:g} million bytes.",
            hint="Ask for less at a time (limit, part), or in a terminal, which has no such limit.",
        )


class TakesTooLongError(QueryError):
    """An answer that would keep a processor busy for longer than a server lets any. HTTP 400.

    Attributes:
        most: seconds of a processor.
    """

    code = "takes_too_long"

    def __init__(self, most: float) -> None:
        self.most = most
        super().__init__(
            f"The answer takes more than {most:g} seconds of work.",
            hint="Narrow it by a filter or a rarer word, or ask in a terminal, which waits: juanzong search.",
        )


class TooMuchToDownloadError(QueryError):
    """A file of more passages than one that a server makes may have. HTTP 400.

    Attributes:
        passages, most: how many there are, and how many there may be.
    """

    code = "too_much_to_download"

    def __init__(self, passages: int, most: int) -> None:
        self.passages = passages
        self.most = most
        super().__init__(
            f"The result has {passages:,} passages; a file may have {most:,}.",
            hint="Narrow it by a filter or a rarer word, or write it in a terminal: juanzong export.",
        )


class FileTooLargeError(QueryError):
    """A file of more bytes than one that a server makes may have. HTTP 400.

    Attributes:
        most: in millions of bytes.
    """

    code = "file_too_large"

    def __init__(self, most: int) -> None:
        self.most = most // 1_000_000
        super().__init__(
            f"The file would have more than {self.most:,} million bytes.",
            hint="Narrow the search, ask for less context, or write it in a terminal: juanzong export.",
        )


class NoRoomError(JuanzongError):
    """The file cannot be written into the server's folder for temporary files. HTTP 503.

    Attributes:
        reason: what the system says, without a path.
    """

    code = "no_room"

    def __init__(self, error: OSError) -> None:
        # Not its own text: where no folder can be used, that lists all that were tried.
        self.reason = os.strerror(error.errno) if error.errno else type(error).__name__
        super().__init__(
            f"The server cannot write the file: {self.reason}.",
            hint="Try again later, or write it in a terminal: juanzong export.",
        )


class CrowdedError(JuanzongError):
    """Others are having long answers made, as many as leave room for short ones. HTTP 503."""

    code = "crowded"

    def __init__(self) -> None:
        super().__init__(
            "This takes long, and others are having such answers made already.",
            hint="Try again in a moment.",
        )


class ClientGoneError(JuanzongError):
    """Whoever asked has hung up; nobody reads the answer. HTTP 503."""

    code = "client_gone"

    def __init__(self) -> None:
        super().__init__("Nobody waits for this answer.")


class BadHostError(JuanzongError):
    """A request that does not say once which host it is for (RFC 9112, 3.2). HTTP 400.

    Attributes:
        host: what it says, shortened.
    """

    code = "bad_host"

    def __init__(self, named: str | None) -> None:
        self.host = _shortened(named or "")
        super().__init__(
            f"The request's Host is not the name of one host: {self.host or 'there is none'}.",
            hint="A request has one Host header, such as: Host: 127.0.0.1:8000",
        )


class HostNotAllowedError(JuanzongError):
    """A request for a name under which this archive is not served. HTTP 403.

    Attributes:
        host: the name, shortened.
    """

    code = "host_not_allowed"

    def __init__(self, name: str) -> None:
        self.host = _shortened(name)
        super().__init__(
            f"This archive is not served under the name {self.host}.",
            hint=f"If the name is yours, start the server so: juanzong serve --allow-host {self.host}",
        )


class ServeError(JuanzongError):
    """The archive cannot be served as asked. Exit status 2."""

    code = "serve_failed"


class TooFewFilesError(ServeError):
    """A process may not open as many files as serving needs. Exit status 2.

    Attributes:
        files, fewest: how many it may open, and how many are needed.
    """

    code = "too_few_files"

    def __init__(self, files: int, fewest: int) -> None:
        self.files = files
        self.fewest = fewest
        super().__init__(
            f"A process may open {files} files; serving needs {fewest}, and one more for each connection "
            "beyond ten.",
            hint="Raise the limit, such as: ulimit -n 1024",
        )


class PortTakenError(ServeError):
    """The address to serve at cannot be had. Exit status 2.

    Attributes:
        host, port: where it was tried.
        elsewhere: whether another host is what helps, and not another port.
    """

    code = "port_taken"

    def __init__(self, host: str, port: int, reason: str, *, elsewhere: bool = False) -> None:
        self.host = host
        self.port = port
        self.elsewhere = elsewhere
        free = port + 1 if 1024 <= port < 65535 else 8001
        super().__init__(
            f"Cannot serve at {host}:{port}: {reason}.",
            hint="Choose an address of this machine, such as: juanzong serve --host 127.0.0.1"
            if elsewhere
            else f"Choose another port, such as: juanzong serve --port {free}",
        )


# Code: what anybody may read of an error that tells where the archive is.
_PUBLIC: Mapping[str, tuple[str, str]] = {
    "archive_missing": ("There is no archive here yet.", "Build one: juanzong rebuild FOLDER"),
    "archive_broken": (
        "The archive is damaged, or was built by another version.",
        "The server's log says more. Build it anew: juanzong rebuild",
    ),
}
_HIDDEN = ("Something went wrong on this side.", "The server's log says what.")


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
    if isinstance(error, QueryError | BadHostError):
        return 400
    if isinstance(error, HostNotAllowedError):
        return 403
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(
        error,
        (
            *(ArchiveMissingError, ArchiveBrokenError, StoreError, EngineError),
            *(CrowdedError, ClientGoneError, NoRoomError, OutOfFilesError),
        ),
    ):
        return 503
    return 500


def _shortened(value: str) -> str:
    return value if len(value) <= _SHOWN else value[:_SHOWN] + "…"

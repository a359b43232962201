"""The named errors of the archive: each says what happened, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archive.messages import text_of
from archive.model import said as said


class JuanzongError(Exception):
    """Base of every error that Juanzong raises on purpose.

    Attributes:
        code: a stable, lower-case name of the kind (``"source_unreadable"``); part of the JSON contract.
        hint: the next step for the person who reads it; ``step`` where none is given.
    """

    code = "error"
    step = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.step

    def __str__(self) -> str:
        stop = "" if not self.hint or self.message.endswith((*"。！？：",)) else " "
        if stop and self.message and self.message[-1] not in ".!?:":
            stop = ". "
        return f"{self.message}{stop}{self.hint}".strip()


def reason_of(error: Exception) -> str:
    """What an error says without its next step: for one that is raised in its place and has its own."""
    return error.message if isinstance(error, JuanzongError) else str(error)


class OutOfFilesError(JuanzongError):
    """The process or the system has no file descriptor left (EMFILE, ENFILE). HTTP 503, exit status 3."""

    code = "out_of_files"


@contextmanager
def out_of_files_named() -> Iterator[None]:
    """Raise ``OutOfFilesError`` in place of any error that it caused, in whatever words a library puts it."""
    try:
        yield
    except BaseException as error:
        raise_out_of_files(error)
        raise


def raise_out_of_files(error: BaseException) -> None:
    """Raise ``OutOfFilesError`` if that is why there was an error."""
    cause: BaseException | None = error
    while cause is not None:
        if "Too many open files" in str(cause):
            raise OutOfFilesError(
                "Too many open files: this process, or the system, may open no more.",
                hint="The files are not damaged. Close other programs, or raise the limit: ulimit -n 1024",
            ) from error
        cause = cause.__cause__ or cause.__context__


class ArchiveError(JuanzongError):
    """Base of the errors of reading and storing texts."""

    code = "archive_error"


class SourceError(ArchiveError):
    """A source file, or a part of it, could not be read. The rest of the build goes on.

    Attributes:
        path: the file, relative to the source folder, with ``/`` between its parts.
    """

    code = "source_unreadable"

    def __init__(self, path: str, reason: str, *, hint: str = "") -> None:
        super().__init__(said("{}: {}", path, reason), hint=hint)
        self.path = path
        self.reason = reason


class StalledError(ArchiveError):
    """The drive of the folder gives nothing any more. Exit status 3; the archive stays as it was."""

    code = "drive_stalled"


class ReadError(ArchiveError):
    """A file that the reader of its format cannot read; ``reason`` and ``values`` make its note
    (``archive.messages``).
    """

    code = "read_failed"

    def __init__(self, reason: str, *values: str | int) -> None:
        super().__init__(text_of("en", f"note.{self.code}.{reason}").format(*values))
        self.reason = reason
        self.values = values


class StoreError(ArchiveError):
    """The text store of a generation could not be written or read: disk full, damaged, of another format."""

    code = "store_error"

    def __init__(self, file: str, reason: str, *, hint: str = "") -> None:
        super().__init__(said("{}: {}", file, reason), hint=hint)
        self.file = file
        self.reason = reason

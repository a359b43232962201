"""Output of the terminal: streams that never fail, errors of one line, exit statuses, JSON, files."""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING

from archive.errors import JuanzongError
from archive.model import Note
from cli.language import _, language, translated
from index.query.nodes import Problem
from index.results import to_json

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import ReadableBuffer

FOUND, NOTHING, MISUSE, BROKEN, LEFT_OUT = 0, 1, 2, 3, 4
# As shells call a command that ended by SIGINT and by SIGPIPE.
STOPPED, READER_LEFT = 130, 141

_MISUSE_CODES = frozenset(
    {
        "bad_card",
        "bad_query",
        "bad_parameter",
        "engine_missing",
        "foreign_home",
        "library_missing",
        "port_taken",
        "same_folder",
        "serve_failed",
    }
    | {"too_few_files", "unknown_encoding"}
)


def prepare_streams() -> None:
    """Let every character be written on any console: what its encoding lacks is written as an escape.

    What cannot be said on standard error is lost, and changes neither the work nor the exit status. Standard
    output that is closed fails when it is written to, as a full disk does.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # Else the next file has this number, an index perhaps, and whatever is printed goes into it.
            os.open(os.devnull, os.O_WRONLY if descriptor == 2 else os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        encoding = sys.stderr.encoding
        buffer = io.BufferedWriter(_Unfailing(sys.stderr.detach()))
        sys.stderr = io.TextIOWrapper(buffer, encoding, "backslashreplace", line_buffering=True)


class _Unfailing(io.RawIOBase):
    """A stream on which what cannot be written is lost: full, closed, or nobody reads it any more."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def write(self, data: ReadableBuffer) -> int:
        size = memoryview(data).nbytes
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError:
            silence(self)
        return size


def silence(stream: IO[str] | io.RawIOBase) -> None:
    """Let nothing more be written to a stream that failed: Python would complain of what is left at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def clean(text: str) -> str:
    """An argument as text: bytes that were no text in the terminal's encoding become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def exit_status(error: JuanzongError) -> int:
    """The exit status for an error: 1 not found, 2 misuse, 3 the archive or a build failed."""
    if error.code == "not_found":
        return NOTHING
    return MISUSE if error.code in _MISUSE_CODES else BROKEN


def echo(line: str = "", *, err: bool = False) -> None:
    """Write a line at once; what was written before on the other stream is before it."""
    stream = sys.stderr if err else sys.stdout
    if stream.isatty():
        line = visible(line)
    if codecs.lookup(stream.encoding or "ascii").name == "ascii":
        import click  # knows what to do where the terminal says nothing better

        click.echo(line, err=err)
        return
    stream.write(line + "\n")
    stream.flush()


def as_told(error: JuanzongError, home: str | None) -> None:
    """Put an error in the language of the terminal; what it advises is about the data directory named."""
    error.message, error.hint = translated(error.message), translated(error.hint)
    if home is not None:
        from shlex import quote

        error.hint = error.hint.replace("juanzong ", f"juanzong --home {quote(home)} ")


def say_error(error: JuanzongError) -> None:
    """One line on standard error: what happened and what to do next."""
    echo(f"juanzong: {one_line(str(error))}", err=True)


def say(message: str) -> None:
    """One line on standard error, beside the results on standard output."""
    echo(one_line(message), err=True)


def say_problems(problems: Iterable[Problem], query: str) -> None:
    """What was not understood of a query, or answered otherwise than asked, a line each, with its place."""
    for problem in problems:
        part = query[problem.start : problem.end]
        place = _(" (at character {}: {})").format(problem.start + 1, part) if part else ""
        say(f"juanzong: {problem.said(language())}{place}")


def place_of(note: Note) -> str:
    """``甲.txt`` or ``甲.txt:4``: the file that a note is about, and its line."""
    return note.path if note.line is None else f"{note.path}:{note.line}"


def one_line(text: str) -> str:
    """The text with line breaks and control characters made visible, so that no text can fake our lines."""
    return "".join(
        c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in text
    )


def visible(text: str) -> str:
    """The text with escapes of JSON in the place of what steers a terminal or turns the direction of writing.

    Line feeds are kept. JSON and CSV stay what they are.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in "\n\u3000" else json.dumps(c)[1:-1]
        for c in text.replace("\r\n", "\n").removeprefix("\ufeff")
    )


def print_json(body: object) -> None:
    """The JSON that the HTTP API would answer."""
    echo(json_text(body))


def json_text(body: object, indent: int | None = 2) -> str:
    """A body as JSON, in UTF-8 where the console can show it, else escaped. No ``indent``: in one line."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return json.dumps(to_json(body), ensure_ascii=not encoding.startswith("utf"), indent=indent)


def write_lines(lines: Iterable[str | bytes]) -> None:
    """Lines of a file, each with its own end, written at once, in UTF-8 on any console.

    A file or pipe gets them byte for byte, a terminal with ``visible`` escapes.
    """
    stream = sys.stdout.buffer
    seen = is_terminal()
    for line in lines:
        stream.write(_bytes(visible(line) if seen and isinstance(line, str) else line))
        stream.flush()


def write_file(path: Path, pieces: Iterable[str | bytes]) -> None:
    """Write a file that is whole or not there; one of this name is replaced, a pipe or a device is written
    to. Raises JuanzongError.
    """
    from archive.replacing import replacing

    try:
        special = path.exists() and not path.is_file()
        with path.open("wb") if special else replacing(path) as out:
            out.writelines(map(_bytes, pieces))
    except OSError as error:
        raise JuanzongError(
            _("{} cannot be written ({}).").format(path, error.strerror),
            hint=_("Choose another folder or name."),
        ) from error


def _bytes(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode(errors="backslashreplace")


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()

"""The terminal's text: arguments that are no text, streams that never fail, errors of one line, statuses."""

from __future__ import annotations

import codecs
import io
import json
import sys
from collections.abc import Iterable
from typing import Any

from archive.errors import JuanzongError
from archive.model import Note

FOUND, NOTHING, MISUSE, BROKEN, LEFT_OUT = 0, 1, 2, 3, 4
# As shells call a command that ended by SIGINT and by SIGPIPE.
STOPPED, READER_LEFT = 130, 141

_MISUSE_CODES = frozenset(
    {
        "bad_query",
        "engine_missing",
        "port_taken",
        "same_folder",
        "serve_failed",
        "too_few_files",
        "unknown_encoding",
    }
)


def prepare_streams() -> None:
    """Let every character be written on any console: what its encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def clean(text: str) -> str:
    """An argument as text: bytes that were no text in the terminal's encoding become U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def exit_status(error: JuanzongError) -> int:
    """The exit status for an error: 1 not found, 2 misuse, 3 the archive or a build failed."""
    if error.code == "not_found":
        return NOTHING
    return MISUSE if error.code in _MISUSE_CODES else BROKEN


def about_home(error: JuanzongError, home: str | None) -> None:
    """Let the commands that an error advises be about the data directory that was named."""
    if home is not None:
        from shlex import quote

        error.hint = error.hint.replace("juanzong ", f"juanzong --home {quote(home)} ")


def echo(line: str = "", *, err: bool = False) -> None:
    """Write a line at once; what was written before on the other stream stands before it."""
    stream = sys.stderr if err else sys.stdout
    if stream is None or codecs.lookup(stream.encoding or "ascii").name == "ascii":
        import click  # knows what to do where the terminal says nothing better

        click.echo(line, err=err)
        return
    stream.write(line + "\n")
    stream.flush()


def say_error(error: JuanzongError) -> None:
    """One line on standard error: what happened and what to do next."""
    echo(f"juanzong: {one_line(str(error))}", err=True)


def say(message: str) -> None:
    """One line on standard error, beside the results on standard output."""
    echo(one_line(message), err=True)


def place_of(note: Note) -> str:
    """``甲.txt`` or ``甲.txt:4``: the file that a note is about, and its line."""
    return note.path if note.line is None else f"{note.path}:{note.line}"


def one_line(text: str) -> str:
    """The text with line breaks and control characters made visible, so that no text can fake our lines."""
    return "".join(
        c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in text
    )


def print_json(body: dict[str, Any]) -> None:
    """The JSON that the HTTP API would answer."""
    echo(json_text(body))


def json_text(body: dict[str, Any]) -> str:
    """A body as JSON, in UTF-8 where the console can show it, else escaped."""
    return json.dumps(body, ensure_ascii=not _shows_unicode(), indent=2)


def json_line(body: dict[str, Any]) -> str:
    """The same in one line."""
    return json.dumps(body, ensure_ascii=not _shows_unicode())


def _shows_unicode() -> bool:
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    return encoding.startswith("utf")


def write_lines(lines: Iterable[str]) -> None:
    """Lines of a file, each with its own end, written at once, in UTF-8 on any console."""
    stream = sys.stdout.buffer
    for line in lines:
        stream.write(line.encode(errors="backslashreplace"))
        stream.flush()


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()


def many(number: int, noun: str) -> str:
    """``1 passage``, ``1,200 passages``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

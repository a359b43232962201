"""How the terminal is written to: streams that never fail, errors of one line, exit statuses."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import click

from archive.errors import JuanzongError
from archive.model import Note

FOUND, NOTHING, MISUSE, BROKEN, LEFT_OUT = 0, 1, 2, 3, 4

_MISUSE_CODES = frozenset(
    {"bad_query", "engine_missing", "port_taken", "same_folder", "serve_failed", "unknown_encoding"}
)


def prepare_streams() -> None:
    """Let every character be written on any console: what its encoding lacks is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def exit_status(error: JuanzongError) -> int:
    """The exit status for an error: 1 not found, 2 misuse, 3 the archive or a build failed."""
    if error.code == "not_found":
        return NOTHING
    return MISUSE if error.code in _MISUSE_CODES else BROKEN


def say_error(error: JuanzongError) -> None:
    """One line on standard error: what happened and what to do next."""
    click.echo(f"juanzong: {one_line(str(error))}", err=True)


def say(message: str) -> None:
    """One line on standard error, beside the results on standard output."""
    click.echo(one_line(message), err=True)


def place_of(note: Note) -> str:
    """``甲.txt`` or ``甲.txt:4``: the file that a note is about, and its line."""
    return note.path if note.line is None else f"{note.path}:{note.line}"


def one_line(text: str) -> str:
    """The text with line breaks and control characters made visible, so that no text can fake our lines."""
    return "".join(
        c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in text
    )


def print_json(body: dict[str, Any]) -> None:
    """The JSON that the HTTP API would answer, in UTF-8 where the console can show it, else escaped."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    click.echo(json.dumps(body, ensure_ascii=not encoding.startswith("utf"), indent=2))


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()


def many(number: int, noun: str) -> str:
    """``1 passage``, ``1,200 passages``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

"""Notes of one kind on one file: the first of them, and how many more there were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from archive.messages import note
from archive.model import Note

MOST_NOTES: Final = 1_000
"""Of one kind on one file; the further ones are counted."""

_SHORT: Final = 40
_FIELDS: Final = frozenset({"unknown_field", "bad_field"})


class Notes:
    """Passes notes on, up to a number of each kind: a file that is all wrong must not fill the report."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._counts: dict[tuple[str, bool], tuple[int, int]] = {}

    def pass_on(self, made: Note) -> Iterator[Note]:
        """The note, unless there were too many of its kind."""
        kind = made.code, made.left_out
        passed, held = self._counts.get(kind, (0, 0))
        if passed < MOST_NOTES:
            self._counts[kind] = passed + 1, held
            yield made
        else:
            self._counts[kind] = passed, held + made.count

    def rest(self) -> Iterator[Note]:
        """One note for each kind that was cut short, with the count of what it leaves out."""
        for (code, left_out), (_, held) in self._counts.items():
            if held:
                key = "further_fields" if code in _FIELDS else "further_lines"
                yield replace(note(self._path, key, held, left_out=left_out, count=held), code=code)


def short(value: object) -> str:
    """A value as a note names it: of a long one the beginning."""
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"

"""The progress of a build while it runs, and the report that stays with its generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from archive.model import Note
from archive.store import FileCounts

Mode: TypeAlias = Literal["rebuild", "update", "unchanged", "kept", "part"]
Phase: TypeAlias = Literal["scan", "read", "commit", "check"]


class Progress(Struct, frozen=True):
    """How far a build is.

    Attributes:
        phase: ``scan`` the folder, ``read`` and analyse files, ``commit`` the index, ``check`` the result.
        done, total: bytes of source files; ``total`` is None where it is not known yet.
        files: source files read so far.
    """

    phase: Phase
    done: int = 0
    total: int | None = None
    files: int = 0


ProgressCallback: TypeAlias = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """A callback for builds of which no progress is shown."""


class BuildReport(Struct, frozen=True, kw_only=True):
    """What a build did: ``report.json`` and the output of ``juanzong rebuild --json``.

    Counts of documents, passages and characters are those of the archive afterwards.

    Attributes:
        mode: ``unchanged`` made no new generation, nor did ``kept``: the archive is of another folder. A
            ``part`` waits for the others.
        generation: the one that is served now.
        engine_reason: why this engine, or why an update became a rebuild; empty where nothing is to be said.
        seconds: from the start to the switch, to a thousandth.
        added, changed, removed: source files.
        paths: of an update, which files these are, by ``"added"``, ``"changed"`` and ``"removed"``; of a
            rebuild only those that were archived and are gone.
        files: how many files are in the archive: whole, partly, not at all.
        notes: all that is to be said of the sources, also of those that an update did not read again.
        new: those of the notes that were not said of the archive which was there before.
        left_out: how many of the notes are of text that is not in the archive.
    """

    mode: Mode
    generation: str
    engine: str
    engine_reason: str = ""
    documents: int = 0
    passages: int = 0
    characters: int = 0
    seconds: float = 0.0
    added: int = 0
    changed: int = 0
    removed: int = 0
    paths: Mapping[str, tuple[str, ...]] = {}
    files: FileCounts = FileCounts(0, 0, 0)
    left_out: int = 0
    notes: tuple[Note, ...] = ()
    new: tuple[Note, ...] = ()


class NoteGroup(Struct, frozen=True):
    """The notes of one reason.

    Attributes:
        left_out: whether they are of text that is not in the archive.
        notes: in the order of the archive.
    """

    code: str
    left_out: bool
    notes: tuple[Note, ...]

    @property
    def count(self) -> int:
        """How many there are, with those that were held back and only counted."""
        return sum(note.count for note in self.notes)

    @property
    def endings(self) -> list[tuple[str, int]]:
        """Of formats that are not read: how many files have each ending, the most frequent first."""
        said = (note.said for note in self.notes if self.code == "unknown_format")
        return Counter(str(one[1]) for one in said if one[0] == "unknown_format.ending").most_common()

    def examples(self, number: int) -> list[Note]:
        """So many of the notes, first those that say something new: a picture and a PDF, not two pictures."""
        new: dict[str, Note] = {}
        named = [note for note in self.notes if note.count == 1]
        for note in named:
            new.setdefault(note.message, note)
        first = list(new.values())[:number]
        return [*first, *(note for note in named if note not in first)][:number]


def grouped(notes: Iterable[Note]) -> list[NoteGroup]:
    """Notes by their reasons: first those on text that was left out, the most frequent reason first."""
    found: dict[tuple[bool, str], list[Note]] = {}
    for note in notes:
        found.setdefault((note.left_out, note.code), []).append(note)
    groups = [NoteGroup(code, left, tuple(same)) for (left, code), same in found.items()]
    return sorted(groups, key=lambda group: (not group.left_out, -group.count))

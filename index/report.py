"""What a build says of itself: progress while it runs, and the report that stays with its generation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from archive.model import Note
from index.results import note_to_json

Mode: TypeAlias = Literal["rebuild", "update", "unchanged", "kept"]
Phase: TypeAlias = Literal["scan", "read", "commit", "check"]


@dataclass(frozen=True, slots=True)
class Progress:
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
    """A callback that says nothing."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Counts of documents, passages and characters are those of the archive afterwards.

    Attributes:
        mode: ``unchanged`` made no new generation, nor did ``kept``: the archive is of another folder.
        generation: the one that is served now.
        engine_reason: why this engine, or why an update became a rebuild; empty where nothing is to be said.
        seconds: from the start to the switch.
        added, changed, removed: source files.
        notes: all that is to be said of the sources, also of those that an update did not read again.
        left_out: how many of the notes are of text that is not in the archive.
    """

    mode: Mode
    generation: str
    engine: str
    engine_reason: str
    documents: int
    passages: int
    characters: int
    seconds: float
    added: int
    changed: int
    removed: int
    notes: tuple[Note, ...]
    left_out: int

    def to_json(self) -> dict[str, Any]:
        """The content of ``report.json`` and the output of ``juanzong rebuild --json``."""
        return {
            "mode": self.mode,
            "generation": self.generation,
            "engine": self.engine,
            "engine_reason": self.engine_reason,
            "documents": self.documents,
            "passages": self.passages,
            "characters": self.characters,
            "seconds": round(self.seconds, 3),
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "left_out": self.left_out,
            "notes": [note_to_json(note) for note in self.notes],
        }

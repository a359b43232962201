"""What a generation is made of: the versions, settings, counts and files that its manifest names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archive.records import as_dict, record
from index.durable import digest, files_below, read_plain
from index.errors import ArchiveBrokenError

FORMAT = 1
"""Raised whenever a generation made before cannot be served as one made now."""

NAME = "manifest.json"
REBUILD = "Build it anew: juanzong rebuild"


class FileState(NamedTuple):
    """A file of a generation: its size in bytes and the BLAKE2b of its content (``index.durable.digest``)."""

    size: int
    digest: str


@record
class Manifest:
    """The description of a generation; it holds no path of the machine that built it.

    Attributes:
        format: of the generation as a whole, ``FORMAT``.
        juanzong: the version of the program that built it.
        engine, engine_version: what wrote ``index/``.
        analysis: ``Analyzer.settings()``: folding, segmenter, dictionary, with their versions.
        encoding: the encoding that the user imposed on all files, or None.
        sources: fingerprint of the paths and contents of all source files.
        documents, sections, passages, characters, left_out: counts of the text store.
        started, built: ISO 8601 with offset; when reading began, and when it was completed.
        files: by path relative to the generation's folder, ``/`` between parts.
    """

    format: int
    juanzong: str
    engine: str
    engine_version: str
    analysis: Mapping[str, str]
    encoding: str | None
    sources: str
    documents: int
    sections: int
    passages: int
    characters: int
    left_out: int
    started: str
    built: str
    files: Mapping[str, FileState]

    def to_json(self) -> dict[str, Any]:
        """The content of ``manifest.json``."""
        return as_dict(self)

    def write(self, folder: Path) -> None:
        """Write it into a generation's folder; raises ``OSError``."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a generation.

        Raises:
            FileNotFoundError: there is none.
            ArchiveBrokenError: it cannot be read, or is of another format.
        """
        path = folder / NAME
        try:
            data = json.loads(read_plain(path))
            found = data["format"]
            if found != FORMAT:
                raise ArchiveBrokenError(
                    f"{path}: the archive has format {found}, this program reads format {FORMAT}.",
                    hint=REBUILD,
                )
            data["files"] = {name: FileState(*state) for name, state in data["files"].items()}
            return cls(**data)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArchiveBrokenError(f"{path}: not a readable manifest ({error}).", hint=REBUILD) from error

    def changed_sizes(self, folder: Path) -> list[str]:
        """The files that are missing or have another size than the manifest says: a cheap check."""
        wrong = []
        for name, state in self.files.items():
            try:
                size = (folder / name).stat().st_size
            except OSError:
                size = -1
            if size != state.size:
                wrong.append(name)
        return wrong


def states(folder: Path, known: Mapping[str, FileState] | None = None) -> dict[str, FileState]:
    """Sizes and digests of all files below ``folder``; those that are ``known`` are not read."""
    known = known or {}
    names = {path.relative_to(folder).as_posix(): path for path in files_below(folder)}
    return {name: known[name] if name in known else state(path) for name, path in names.items()}


def state(path: Path) -> FileState:
    """The size and the digest of a file; raises ``OSError``."""
    return FileState(path.stat().st_size, digest(path))


def linked(folder: Path, base: Path, known: Mapping[str, FileState]) -> dict[str, FileState]:
    """What is known of the files below ``base``, for those that are the same files below ``folder``."""
    return {name: state for name, state in known.items() if _same(folder / name, base / name)}


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False

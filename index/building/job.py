"""What a build or an update is asked for, and its folder of texts as it was scanned."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from os.path import samestat
from pathlib import Path

from msgspec import Struct, field

from archive.errors import said
from archive.file_names import user_path
from archive.folder import Folder
from archive.model import Note
from archive.patient import refuse_stalled
from archive.sources import SourceFile, scan
from archive.store import StoredSource
from index.analysis.analyzer import Analyzer
from index.errors import BuildError, SameFolderError
from index.generations import Home, Settings, now
from index.ownership import holds_archive
from index.report import Progress, ProgressCallback


class Job(Struct, frozen=True):
    """A build or an update as it was asked for.

    Attributes:
        settings: those that the new generation is to have.
        started: when, for people; ``seconds`` is measured.
    """

    home: Home
    settings: Settings
    progress: ProgressCallback
    may_empty: bool = False
    allow_missing: bool = False
    started: str = field(default_factory=now)
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since then, to a thousandth."""
        return round(time.monotonic() - self._began, 3)


class Sources(Struct, frozen=True):
    """A scanned folder: the files to read, in the order of the archive, and notes on the rest.

    Attributes:
        texts: the text store of what is archived of this folder, or None (``index.building.missing``).
        archived: the files that are in it.
        kept: those of them that cannot be read now; they are among ``files``, and kept as they were archived.
        gone: those of them that are nowhere in the folder any more.
    """

    files: tuple[SourceFile, ...]
    notes: tuple[Note, ...]
    texts: Path | None = None
    archived: frozenset[str] = frozenset()
    kept: Mapping[str, StoredSource] = {}
    gone: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def known_folder(home: Home, settings: Settings) -> str:
    """The remembered folder of texts; raises ``BuildError`` where there is none."""
    if settings.folder is None:
        raise BuildError(
            said("{} does not remember a folder of texts.", home.path),
            hint="Name it: juanzong rebuild FOLDER",
        )
    return settings.folder


def scanned(job: Job) -> Sources:
    """The files of the remembered folder, without a data directory in it; another archive's is named. Raises
    ``SourceError``, and ``SameFolderError`` where texts and archive lie in each other.
    """
    home, settings = job.home, job.settings
    job.progress(Progress("scan"))
    refuse_inside(home, settings.folder, settings.user_dictionary, settings.variants)
    files: list[SourceFile] = []
    notes: list[Note] = []
    for found in scan(Path(settings.folder or ""), exclude=[home.path], is_archive=holds_archive):
        if isinstance(found, Note):
            notes.append(found)
        else:
            files.append(found)
    return Sources(tuple(files), tuple(notes))


def refuse_inside(home: Home, folder: Path | str | None, *files: Path | str | None) -> None:
    """Raise ``SameFolderError`` for sources where builds write, and ``StalledError`` where the drive of the
    folder says nothing of it. They may be around the data directory.
    """
    if folder is not None:
        refuse_stalled(user_path(folder))
    for path, place in ((folder, home.path), *((file, home.generations) for file in files)):
        if path is not None and _is_inside(user_path(path), place):
            raise SameFolderError(
                said("{} is the data directory, or lies in it: {}.", path, home.path),
                hint="Keep the archive in another one: --home DIR",
            )


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether it is the folder or something in it, however either is written."""
    with suppress(OSError):
        here = folder.stat()
        for place in (path.resolve(), *path.resolve().parents):
            with suppress(OSError):
                if samestat(place.stat(), here):
                    return True
    return False


def inode(file: SourceFile) -> int:
    """The number by which the file system knows a file, cut to what SQLite stores; 0 where it has none."""
    try:
        return os.lstat(file.location).st_ino & 0x7FFF_FFFF_FFFF_FFFF
    except OSError:
        return 0


def analyzer_of(settings: Settings) -> Analyzer:
    """The analyzer with the words and the variants that a build remembers, else those of the folder."""
    folder = Path(settings.folder or "")
    own = Folder(folder).settings
    words = settings.user_dictionary or own.words
    variants = settings.variants or own.variants
    return Analyzer.default(*(folder / name if name else None for name in (words, variants)))

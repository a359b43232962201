"""A build as it was asked for: its folder of texts as it was scanned, and compared with the archive."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import datetime
from importlib.util import find_spec
from os.path import samestat
from pathlib import Path
from shutil import which

from msgspec import Struct, field
from msgspec.structs import replace

from archive.errors import StoreError, said
from archive.file_names import user_path
from archive.folder import Folder
from archive.messages import Notes, note
from archive.model import Note
from archive.patient import refuse_stalled
from archive.readers import fingerprint
from archive.sources import SourceFile, scan
from archive.store import StoredSource
from index.analysis.analyzer import Analyzer
from index.engines import registry
from index.errors import ArchiveBrokenError, ArchiveMissingError, BuildError, SameFolderError
from index.generation import Generation, program_version
from index.generations import Home, Settings, now
from index.ownership import holds_archive
from index.report import BuildReport, Mode, Progress, ProgressCallback

_SURE = 2_000_000_000
"""Nanoseconds: file systems with the coarsest clocks (FAT) round times to two seconds."""


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


def unread_notes(sources: Sources, analyzer: Analyzer, settings: Settings) -> list[Note]:
    """What is to be said without opening a source file: of the folder, and of the user's dictionary."""
    name = Path(settings.user_dictionary or "").name
    lines = Notes(name)
    notes = (note(name, "dictionary_line", text) for text in analyzer.notes)
    of_lines = [said for each in notes for said in lines.pass_on(each)]
    return [*sources.notes, *of_lines, *lines.rest()]


class NeedsRebuildError(Exception):
    """An update would not give what a full build gives; the message says why."""


class SourceDiff(Struct, frozen=True):
    """What happened to a folder since a generation was built.

    Attributes:
        touched: files with another time or place and the same content.
    """

    added: tuple[SourceFile, ...]
    changed: tuple[SourceFile, ...]
    removed: tuple[str, ...]
    touched: tuple[StoredSource, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def difference(base: Generation, sources: Sources, *, verify: bool = False) -> SourceDiff:
    """Compare a folder with the generation that was built from it.

    A file is taken as unchanged without being read if it has the size, time and inode that it had, and its
    time lies so far before that build that no later change can have the same time.
    """
    known = base.store.sources()
    wanted = {note.path for note in base.store.notes() if _is_there_now(note)}
    began = int(datetime.fromisoformat(base.manifest.started).timestamp()) * 1_000_000_000
    added: list[SourceFile] = []
    changed: list[SourceFile] = []
    touched: list[StoredSource] = []
    for file in sources.files:
        old = known.pop(file.relative, None)
        if file.relative in sources.kept:
            continue
        if old is None:
            added.append(file)
            continue
        if old.described != file.described.digest or file.relative in wanted:
            changed.append(file)
            continue
        place = inode(file)
        same = (old.size, old.mtime_ns, old.inode) == (file.size, file.mtime_ns, place)
        # One that could not be read may be given back without a trace in its time.
        if same and not verify and file.mtime_ns < began - _SURE and old.digest is not None:
            continue
        digest = fingerprint(file)
        if digest != (old.digest and old.digest.hex()):
            changed.append(file)
        elif not same:
            touched.append(replace(old, size=file.size, mtime_ns=file.mtime_ns, inode=place))
    return SourceDiff(tuple(added), tuple(changed), tuple(known), tuple(touched))


def _is_there_now(note: Note) -> bool:
    """Whether what a reader lacked for a file has been installed since."""
    key, *values = note.said or ("",)
    if key == "read_failed.library":
        return find_spec(str(values[0]).partition(".")[0]) is not None
    return key == "read_failed.converter" and which("soffice") is not None


def require_same(base: Generation, settings: Settings, analyzer: Analyzer, sources: Sources) -> None:
    """Raises ``NeedsRebuildError`` where unchanged files, too, would be read or analysed otherwise now."""
    manifest = base.manifest
    if manifest.juanzong != program_version():
        raise NeedsRebuildError(
            said("Juanzong {} built the archive, this is {}: rebuilt.", manifest.juanzong, program_version())
        )
    here, before = analyzer.settings(), manifest.analysis
    other = sorted(name for name in here.keys() | before if here.get(name) != before.get(name))
    if other:
        raise NeedsRebuildError(said("The analysis changed ({}): rebuilt.", ", ".join(other)))
    if manifest.encoding != settings.encoding:
        raise NeedsRebuildError("The encoding of the texts was set otherwise: rebuilt.")
    engine, _ = registry.choose(settings.engine, sources.size)
    if engine != manifest.engine and (settings.engine != "auto" or engine != "whoosh"):
        raise NeedsRebuildError(said("The engine was {}: rebuilt.", manifest.engine))
    if any(note.code == "id_clash" for note in base.store.notes()):
        raise NeedsRebuildError("Documents share an id, which only a full build sorts out: rebuilt.")


def notes_differ(base: Generation, sources: Sources, analyzer: Analyzer, settings: Settings) -> bool:
    """Whether what is said without opening a file is another than before."""
    return Counter(base.store.notes(unread=True)) != Counter(unread_notes(sources, analyzer, settings))


def unchanged(job: Job, sources: Sources) -> BuildReport | None:
    """The report of a build that is not needed, or None where texts, settings, analysis or version differ."""
    settings = job.settings
    with suppress(ArchiveMissingError, ArchiveBrokenError, NeedsRebuildError, StoreError):
        if settings == job.home.settings():
            analyzer = analyzer_of(settings)
            with closing(job.home.open_current()) as base:
                require_same(base, settings, analyzer, sources)
                if not (difference(base, sources) or notes_differ(base, sources, analyzer, settings)):
                    return nothing_done(job, base)
    return None


def kept(job: Job) -> BuildReport | None:
    """The report of a build that would replace the archive of another folder, or None. Raises like
    ``Home.open_current``.
    """
    if job.home.settings().folder in (None, job.settings.folder) or job.home.current() is None:
        return None
    with closing(job.home.open_current()) as base:
        return nothing_done(job, base, "kept")


def nothing_done(job: Job, base: Generation, mode: Mode = "unchanged") -> BuildReport:
    """The report of a build that changed nothing."""
    manifest = base.manifest
    return BuildReport(
        mode=mode,
        generation=base.name,
        engine=manifest.engine,
        documents=manifest.documents,
        passages=manifest.passages,
        characters=manifest.characters,
        seconds=job.seconds,
        notes=base.store.notes(),
        left_out=manifest.left_out,
        files=base.store.files(),
    )

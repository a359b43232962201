"""Comparing a folder of texts with the generation that was built from it: what is new, changed or gone."""

from __future__ import annotations

from collections import Counter
from contextlib import closing, suppress
from datetime import datetime
from importlib.util import find_spec
from shutil import which

from msgspec import Struct
from msgspec.structs import replace

from archive.errors import StoreError, said
from archive.model import Note
from archive.readers import fingerprint
from archive.sources import SourceFile
from archive.store import StoredSource
from index.analysis.analyzer import Analyzer
from index.building.generation_writer import unread_notes
from index.building.job import Job, Sources, analyzer_of, inode
from index.engines import registry
from index.errors import ArchiveBrokenError, ArchiveMissingError
from index.generations import Settings
from index.manifest import program_version
from index.opening import Generation
from index.report import BuildReport, Mode

_SURE = 2_000_000_000
"""Nanoseconds: file systems with the coarsest clocks (FAT) round times to two seconds."""


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

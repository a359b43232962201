"""An update: a new generation from the current one and the source files that changed."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.readers import fingerprint
from archive.sources import SourceFile
from archive.store import StoredSource, StoreWriter, TextStore
from index import build as full
from index.analysis.analyzer import Analyzer
from index.building.batches import Task
from index.building.drafting import (
    Changes,
    Clock,
    Sources,
    discarded,
    drafted,
    fill,
    finish,
    inode,
    path_of,
    program_version,
    publish,
    resources,
    scanned,
    unread_notes,
)
from index.building.filling import Filler
from index.building.pipeline import Reading
from index.durable import link, link_tree
from index.engines import registry
from index.errors import ArchiveBrokenError, ArchiveMissingError, BuildError
from index.generations import INDEX, TEXTS, VOCABULARY, WORDS, Generation, Home, Settings
from index.help.vocabulary import update_vocabulary
from index.keys import LIMIT, KeyRoomError, room, spans_between
from index.report import BuildReport, Progress, ProgressCallback, silent

MOST_REPLACED = 0.1
"""The part of all passages above which replacing them makes a full build the better way."""

_SURE = 2_000_000_000
"""Nanoseconds: file systems with the coarsest clocks (FAT) round times to two seconds."""


class NeedsRebuildError(Exception):
    """An update would not give what a full build gives; the message says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What happened to a folder since a generation was built.

    Attributes:
        added, changed: files to read.
        removed: paths of files that are gone.
        touched: files with another time or place and the same content.
    """

    added: tuple[SourceFile, ...]
    changed: tuple[SourceFile, ...]
    removed: tuple[str, ...]
    touched: tuple[StoredSource, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def update(
    home: Home | Path, *, verify: bool = False, progress: ProgressCallback | None = None
) -> BuildReport:
    """Take in what is new, changed or gone in the remembered folder.

    What is found afterwards is what a full build would find. Where that cannot be had from an update (more
    than a tenth of the passages replaced, another version or analysis, …), it is a full build, and the report
    says why.

    Args:
        verify: compare the content of all files, also of those whose size, time and inode are the same.

    Raises: like ``index.build.rebuild``.
    """
    home = home if isinstance(home, Home) else Home(Path(home))
    report = progress or silent
    with home.lock():
        settings = home.settings()
        if settings.folder is None:
            raise BuildError(
                f"{home.path} does not remember a folder of texts.", hint="Name it: juanzong rebuild FOLDER"
            )
        try:
            base = home.open_current()
        except ArchiveMissingError:
            return full.build(home, settings, report)
        except ArchiveBrokenError as error:
            return full.build(home, settings, report, f"The archive could not be opened: {error.message}")
        try:
            return _update(home, settings, base, verify, report)
        except NeedsRebuildError as reason:
            base.close()
            return full.build(home, settings, report, str(reason))
        finally:
            base.close()


def unchanged(home: Home, settings: Settings, progress: ProgressCallback) -> BuildReport | None:
    """The report of a build that is not needed, or None where texts, settings, analysis or version differ."""
    try:
        if settings != home.settings():
            return None
        base = home.open_current()
    except (ArchiveMissingError, ArchiveBrokenError):
        return None
    try:
        clock = Clock()
        sources = scanned(home, settings, progress)
        analyzer = Analyzer.default(path_of(settings.user_dictionary))
        _require_same(base, settings, analyzer, sources)
        if difference(base, sources) or _notes_differ(base, sources, analyzer, settings):
            return None
        return _same(base, clock)
    except NeedsRebuildError:
        return None
    finally:
        base.close()


def difference(base: Generation, sources: Sources, *, verify: bool = False) -> Difference:
    """Compare a folder with the generation that was built from it.

    A file is taken as unchanged without being read if it has the size, time and inode that it had, and its
    time lies so far before that build that no later change can have the same time.
    """
    known = base.store.sources()
    began = int(datetime.fromisoformat(base.manifest.started).timestamp()) * 1_000_000_000
    added: list[SourceFile] = []
    changed: list[SourceFile] = []
    touched: list[StoredSource] = []
    for file in sources.files:
        old = known.pop(file.relative, None)
        if old is None:
            added.append(file)
            continue
        place = inode(file)
        same = (old.size, old.mtime_ns, old.inode) == (file.size, file.mtime_ns, place)
        if same and not verify and file.mtime_ns < began - _SURE:
            continue
        digest = fingerprint(file)
        if digest != (old.digest and old.digest.hex()):
            changed.append(file)
        elif not same:
            touched.append(old._replace(size=file.size, mtime_ns=file.mtime_ns, inode=place))
    return Difference(tuple(added), tuple(changed), tuple(known), tuple(touched))


def _update(
    home: Home, settings: Settings, base: Generation, verify: bool, progress: ProgressCallback
) -> BuildReport:
    clock = Clock()
    sources = scanned(home, settings, progress)
    analyzer = Analyzer.default(path_of(settings.user_dictionary))
    _require_same(base, settings, analyzer, sources)
    found = difference(base, sources, verify=verify)
    if not found and not _notes_differ(base, sources, analyzer, settings):
        return _same(base, clock)
    gone = [*found.removed, *(file.relative for file in found.changed)]
    replaced = sum(base.store.passage_counts(gone).values())
    if replaced > MOST_REPLACED * base.manifest.passages:
        raise NeedsRebuildError(
            f"{replaced:,} of {base.manifest.passages:,} passages are replaced or gone: rebuilt."
        )
    tasks = _tasks(base.store, sources, found)
    with drafted(home) as draft:
        link_tree(base.path / INDEX, draft / INDEX)
        link(base.path / WORDS, draft / WORDS)
        shutil.copyfile(base.path / TEXTS, draft / TEXTS)
        base.close()
        reading = Reading(settings.encoding, base.manifest.analysis, draft / WORDS)
        size = sum(task.source.size for task in tasks)
        memory, processes = resources(size)
        writer = registry.engine(base.manifest.engine).update(
            draft / INDEX, memory=memory, processes=processes
        )
        store = StoreWriter.update(draft / TEXTS)
        with discarded(store, writer):
            documents = [key for path in gone for key in store.documents_of(path)]
            store.remove_documents(documents)
            writer.delete(documents)
            for path in gone:
                store.remove_source(path)
            store.add_sources(found.touched)
            store.replace_unread(unread_notes(sources, analyzer, settings))
            filler = Filler(store, writer, store.has_document)
            filler.tokens = set()
            fill(filler, tasks, reading, progress)
            if filler.has_clashes:
                raise NeedsRebuildError("A document has an id that another one has: rebuilt.")
            progress(Progress("commit", size, size, len(tasks)))
            finish(store, writer)
        with closing(registry.engine(base.manifest.engine).open(draft / INDEX)) as snapshot:
            old = base.path / VOCABULARY
            update_vocabulary(draft / VOCABULARY, old, filler.tokens, snapshot)
        changes = Changes(
            "update",
            base.manifest.engine,
            "",
            added=len(found.added),
            changed=len(found.changed),
            removed=len(found.removed),
        )
        return publish(home, draft, settings, analyzer, changes, clock, progress, base)


def _require_same(base: Generation, settings: Settings, analyzer: Analyzer, sources: Sources) -> None:
    """Raises ``NeedsRebuildError`` where unchanged files, too, would be read or analysed otherwise now."""
    manifest = base.manifest
    if manifest.juanzong != program_version():
        raise NeedsRebuildError(
            f"Juanzong {manifest.juanzong} built the archive, this is {program_version()}: rebuilt."
        )
    here = analyzer.settings()
    other = sorted(name for name in here if here[name] != manifest.analysis.get(name))
    if other:
        raise NeedsRebuildError(f"The analysis changed ({', '.join(other)}): rebuilt.")
    if manifest.encoding != settings.encoding:
        raise NeedsRebuildError("The encoding of the texts was set otherwise: rebuilt.")
    engine, why = full.choose_engine(settings.engine, sources.size)
    if engine != manifest.engine and (settings.engine != "auto" or engine != "whoosh"):
        raise NeedsRebuildError(f"The engine was {manifest.engine}: rebuilt. {why}".strip())
    if any(note.code == "id_clash" for note in base.store.notes()):
        raise NeedsRebuildError("Documents share an id, which only a full build sorts out: rebuilt.")


def _notes_differ(base: Generation, sources: Sources, analyzer: Analyzer, settings: Settings) -> bool:
    return base.store.notes(unread=True) != tuple(unread_notes(sources, analyzer, settings))


def _tasks(store: TextStore, sources: Sources, found: Difference) -> list[Task]:
    """The files to read, each with keys between those of the files around it."""
    spans = store.spans()
    wanted = {file.relative for file in (*found.added, *found.changed)}
    tasks: list[Task] = []
    run: list[SourceFile] = []
    low = 0

    def place(high: int) -> None:
        try:
            shares = spans_between([file.size for file in run], low, high) if run else []
        except KeyRoomError as error:
            raise NeedsRebuildError(f"No keys are left between two files ({error}): rebuilt.") from error
        tasks.extend(Task(file, span, inode(file)) for file, span in zip(run, shares, strict=True))
        run.clear()

    for file in sources.files:
        if file.relative in wanted:
            run.append(file)
        elif file.relative in spans:
            first, last, passages = spans[file.relative]
            place(first)
            low = last + room(passages)
    place(LIMIT)
    return tasks


def _same(base: Generation, clock: Clock) -> BuildReport:
    """The report of a build that changed nothing."""
    manifest = base.manifest
    return BuildReport(
        mode="unchanged",
        generation=base.name,
        engine=manifest.engine,
        engine_reason="",
        documents=manifest.documents,
        passages=manifest.passages,
        characters=manifest.characters,
        seconds=clock.seconds(),
        added=0,
        changed=0,
        removed=0,
        notes=base.store.notes(),
        left_out=manifest.left_out,
    )

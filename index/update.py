"""An update, once or after each change: a new generation from the current one and the files that changed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Final

from archive.errors import JuanzongError, SourceError, StoreError, out_of_files_named, said
from archive.sources import SourceFile
from archive.store import StoreWriter, TextStore
from index import build as full
from index.atomic_files import copied, link_files
from index.building import generation_writer
from index.building.batches import Task
from index.building.columns import BatchWriter
from index.building.job import (
    Job,
    NeedsRebuildError,
    SourceDiff,
    Sources,
    analyzer_of,
    difference,
    inode,
    known_folder,
    notes_differ,
    nothing_done,
    require_same,
    unread_notes,
)
from index.building.missing import after_reading, expected, persistently
from index.building.pipeline import refuse_unguarded
from index.document_keys import LIMIT, KeyRoomError, room, spans_between
from index.errors import ArchiveBrokenError, ArchiveMissingError, BuildError, BusyError
from index.generation import INDEX, TEXTS, VOCABULARY, WORDS, Generation, linked
from index.generations import Home
from index.report import BuildReport, Progress, ProgressCallback, silent
from index.suggestions.vocabulary import update_vocabulary

MOST_REPLACED = 0.1
"""The part of all passages above which replacing them makes a full build the better way."""

AGAIN: Final = 600
"""Seconds after which the folder is looked through anyway: not every network drive reports its changes."""

SOON: Final = 10
"""Seconds at least, where something could not be read: of such a folder no change is reported."""

_UNREAD: Final = {"unreadable", "kept"}
_TICK = 1000  # milliseconds between two looks at what is due


@out_of_files_named()
def update(
    home: Home | Path | str,
    *,
    verify: bool = False,
    allow_missing: bool = False,
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Take in what is new, changed or gone in the remembered folder.

    What is found afterwards is what a full build would find. Where that cannot be had from an update (more
    than a tenth of the passages replaced, another version or analysis, …), it is a full build, and the report
    says why.

    Args:
        verify: compare the content of all files, also of those whose size, time and inode are the same.
        allow_missing: update however many files are gone or cannot be read.

    Raises: like ``index.build.rebuild``.
    """
    refuse_unguarded()
    home = home if isinstance(home, Home) else Home(Path(home))
    report = progress or silent
    with home.lock():
        settings = home.settings()
        known_folder(home, settings)
        job = Job(home, settings, report, allow_missing=allow_missing)

        def attempt(failed: frozenset[str]) -> BuildReport:
            with closing(home.open_current()) as base:
                return _updated(job, expected(job, failed), base, verify=verify)

        try:
            return persistently(attempt)
        except ArchiveMissingError:
            reason = ""
        except ArchiveBrokenError as error:
            reason = said("The archive could not be opened: {}", error.message)
        except NeedsRebuildError as error:
            reason = error.args[0]
        except StoreError as error:
            reason = said("The archive is damaged: {}: rebuilt.", error.message)
        return full.build(job, reason)


def _updated(job: Job, sources: Sources, base: Generation, *, verify: bool) -> BuildReport:
    home, settings, progress = job.home, job.settings, job.progress
    analyzer = analyzer_of(settings)
    require_same(base, settings, analyzer, sources)
    found = difference(base, sources, verify=verify)
    if not found and not notes_differ(base, sources, analyzer, settings):
        return nothing_done(job, base)
    gone = [*found.removed, *(file.relative for file in found.changed)]
    replaced = base.store.passage_count(gone)
    if replaced > MOST_REPLACED * base.manifest.passages:
        raise NeedsRebuildError(
            said("{:,} of {:,} passages are replaced or gone: rebuilt.", replaced, base.manifest.passages)
        )
    tasks = _tasks(base.store, sources, found)
    with generation_writer.drafted(home) as draft:
        carried = [name for name in base.manifest.files if name == WORDS or name.startswith(f"{INDEX}/")]
        link_files(base.path, draft, carried)
        texts = copied(base.path / TEXTS, draft / TEXTS)
        _require_intact(base, [*carried, VOCABULARY], texts)
        base.close()
        size = sum(task.source.size for task in tasks)
        engine = home.engine(base.manifest.engine)
        writer = engine.update(draft / INDEX, **generation_writer.resources(size))
        store = StoreWriter(draft / TEXTS, create=False)

        def look(ids: Sequence[str]) -> None:
            if len(set(ids)) < len(ids) or any(map(store.has_document, ids)):
                raise NeedsRebuildError("A document has an id that another one has: rebuilt.")

        with BatchWriter(store, writer, look) as filler:
            documents = [key for path in gone for key in store.documents_of(path)]
            store.remove_documents(documents)
            writer.delete(documents)
            for path in gone:
                store.remove_source(path)
            store.add_sources(found.touched)
            store.replace_unread(unread_notes(sources, analyzer, settings))
            with generation_writer.reading(job, draft, analyzer, tasks) as made:
                made.fill(filler, progress)
            after_reading(job, sources, filler)
            progress(Progress("commit", size, size, len(tasks)))
            touched = {*gone, *(file.relative for file in found.added)}
            if not filler.finish(base.path / TEXTS, touched):
                raise NeedsRebuildError("The archive could not be read: rebuilt.")
        with closing(engine.open(draft / INDEX)) as snapshot:
            old = base.path / VOCABULARY
            update_vocabulary(draft / VOCABULARY, old, filler.words, snapshot)
        changes = BuildReport(
            mode="update",
            generation=draft.name,
            engine=base.manifest.engine,
            added=len(found.added),
            changed=len(found.changed),
            removed=len(found.removed),
            paths={
                "added": tuple(file.relative for file in found.added),
                "changed": tuple(file.relative for file in found.changed),
                "removed": found.removed,
            },
        )
        known = linked(draft, base.path, base.manifest.files)
        return generation_writer.publish(job, draft, analyzer, changes, known)


def _require_intact(base: Generation, carried: list[str], texts: str) -> None:
    """Raise where what is carried on is not what was written; ``texts`` is the digest of the copied store."""
    damaged = [name for name, _ in base.manifest.damaged(base.path, carried)]
    if texts != base.manifest.files[TEXTS].digest:
        damaged.append(TEXTS)
    if damaged:
        raise NeedsRebuildError(said("{} of the archive is damaged: rebuilt.", ", ".join(damaged[:3])))


def _tasks(store: TextStore, sources: Sources, found: SourceDiff) -> list[Task]:
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
            raise NeedsRebuildError(
                said("No keys are left between two files ({}): rebuilt.", error)
            ) from error
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


def updates(home: Path, stop: Event) -> Iterator[BuildReport | JuanzongError]:
    """Update now and after each change until ``stop`` is set; gives what each did, or why it failed.

    While another build is going on it waits for that.

    Raises:
        BuildError: no folder is remembered, or the library watchfiles is not installed.
        SourceError: the folder is not there.
    """
    try:
        from watchfiles import watch
    except ModuleNotFoundError:
        raise BuildError(
            said("The library {} is not installed.", "watchfiles"), hint='Run: pip install "juanzong[watch]"'
        ) from None
    place = Home(home)
    folder = Path(known_folder(place, place.settings()))
    if not folder.is_dir():
        raise SourceError(str(folder), "is not a folder now.", hint="Name it: juanzong rebuild FOLDER")
    own = home.resolve()
    again: float = AGAIN
    failed = ""
    while not stop.is_set():
        watched, done = _identity(folder), None
        if watched is None:  # gone: it may come back, perhaps as another one
            stop.wait(_TICK / 1000)
            continue
        for changes in watch(
            folder,
            watch_filter=lambda _, path: not Path(path).is_relative_to(own),
            stop_event=stop,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            other = _identity(folder) != watched
            # The first time too, when it is watched already: nothing is missed in between.
            due = done is None or time.monotonic() >= done + again
            if not changes and not other and not due:
                continue
            if done is not None and due and again < AGAIN:
                break  # what can be read by now is not watched yet
            began, before = time.monotonic(), again
            try:
                report = update(place)
                whole = _UNREAD.isdisjoint(one.code for one in report.notes)
                failed = ""
                yield report
            except BusyError:
                done = None
                continue
            except JuanzongError as error:
                whole = False
                if changes or str(error) != failed:
                    failed = str(error)
                    yield error
            done = time.monotonic()
            again = AGAIN if whole else min(AGAIN, max(SOON, 100 * (done - began)))
            if other or before < again == AGAIN:
                break
        else:  # it was stopped
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of its name; None where there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino

"""An update: a new generation from the current one and the source files that changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from archive.errors import StoreError, out_of_files_named, said
from archive.sources import SourceFile
from archive.store import StoreWriter, TextStore
from index import build as full
from index.atomic_files import copied, link_files
from index.building import generation_writer, source_diff
from index.building.batches import Task
from index.building.filling import BatchWriter
from index.building.job import Job, Sources, analyzer_of, inode, known_folder
from index.building.missing import after_reading, expected, persistently
from index.building.pipeline import Pipeline, WorkerSettings
from index.document_keys import LIMIT, KeyRoomError, room, spans_between
from index.errors import ArchiveBrokenError, ArchiveMissingError
from index.generations import Home
from index.manifest import INDEX, TEXTS, VOCABULARY, WORDS, linked
from index.opening import Generation
from index.ownership import extracts
from index.report import BuildReport, Progress, ProgressCallback, silent
from index.spawning import refuse_unguarded
from index.suggestions.vocabulary import update_vocabulary

MOST_REPLACED = 0.1
"""The part of all passages above which replacing them makes a full build the better way."""


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
        except source_diff.NeedsRebuildError as error:
            reason = error.args[0]
        except StoreError as error:
            reason = said("The archive is damaged: {}: rebuilt.", error.message)
        return full.build(job, reason)


def _updated(job: Job, sources: Sources, base: Generation, *, verify: bool) -> BuildReport:
    home, settings, progress = job.home, job.settings, job.progress
    analyzer = analyzer_of(settings)
    source_diff.require_same(base, settings, analyzer, sources)
    found = source_diff.difference(base, sources, verify=verify)
    if not found and not source_diff.notes_differ(base, sources, analyzer, settings):
        return source_diff.nothing_done(job, base)
    gone = [*found.removed, *(file.relative for file in found.changed)]
    replaced = base.store.passage_count(gone)
    if replaced > MOST_REPLACED * base.manifest.passages:
        raise source_diff.NeedsRebuildError(
            said("{:,} of {:,} passages are replaced or gone: rebuilt.", replaced, base.manifest.passages)
        )
    tasks = _tasks(base.store, sources, found)
    with generation_writer.drafted(home) as draft:
        carried = [name for name in base.manifest.files if name == WORDS or name.startswith(f"{INDEX}/")]
        link_files(base.path, draft, carried)
        texts = copied(base.path / TEXTS, draft / TEXTS)
        _require_intact(base, [*carried, VOCABULARY], texts)
        base.close()
        reading = WorkerSettings(
            settings.encoding, base.manifest.analysis, draft / WORDS, extracts(home.path)
        )
        size = sum(task.source.size for task in tasks)
        memory, processes = generation_writer.resources(size)
        writer = home.engine(base.manifest.engine).update(draft / INDEX, memory=memory, processes=processes)
        store = StoreWriter(draft / TEXTS, create=False)
        with generation_writer.discarded(store, writer):
            documents = [key for path in gone for key in store.documents_of(path)]
            store.remove_documents(documents)
            writer.delete(documents)
            for path in gone:
                store.remove_source(path)
            store.add_sources(found.touched)
            store.replace_unread(generation_writer.unread_notes(sources, analyzer, settings))

            def look(ids: Sequence[str]) -> None:
                if len(set(ids)) < len(ids) or any(map(store.has_document, ids)):
                    raise source_diff.NeedsRebuildError("A document has an id that another one has: rebuilt.")

            filler = BatchWriter(store, writer, look)
            with Pipeline(tasks, reading) as made:
                generation_writer.fill(filler, made, progress)
            after_reading(job, sources, filler.unread, store)
            progress(Progress("commit", size, size, len(tasks)))
            if not generation_writer.finish(
                store, writer, base.path / TEXTS, {*gone, *(file.relative for file in found.added)}
            ):
                raise source_diff.NeedsRebuildError("The archive could not be read: rebuilt.")
        with closing(home.engine(base.manifest.engine).open(draft / INDEX)) as snapshot:
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
        raise source_diff.NeedsRebuildError(
            said("{} of the archive is damaged: rebuilt.", ", ".join(damaged[:3]))
        )


def _tasks(store: TextStore, sources: Sources, found: source_diff.SourceDiff) -> list[Task]:
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
            raise source_diff.NeedsRebuildError(
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

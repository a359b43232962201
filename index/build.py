"""A full build, of every source file or of another archive's texts: a new generation, checked and served."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from archive.errors import out_of_files_named, said
from archive.file_names import user_path
from archive.sources import SourceFile
from archive.store import StoreWriter
from index import document_keys
from index.analysis.analyzer import Analyzer
from index.building import generation_writer
from index.building.batches import Task
from index.building.columns import BatchWriter
from index.building.job import (
    Job,
    Sources,
    analyzer_of,
    inode,
    kept,
    known_folder,
    refuse_inside,
    unchanged,
    unread_notes,
)
from index.building.missing import after_reading, expected, persistently, refuse_fewer
from index.building.pipeline import refuse_unguarded
from index.engines import registry
from index.errors import ArchiveBrokenError, BuildError, EngineError, NothingToReadError
from index.generation import INDEX, TEXTS, VOCABULARY, WORDS
from index.generations import Home, Settings
from index.ownership import remove_unused_extracts
from index.report import BuildReport, Progress, ProgressCallback, silent
from index.suggestions.vocabulary import WordCounts, write_vocabulary

LOST = "Links to passages that were changed are lost: the archive before could not be read."


@out_of_files_named()
def rebuild(
    home: Home | Path | str,
    folder: Path | str | None = None,
    *,
    engine: str | None = None,
    encoding: str | None = None,
    user_dictionary: Path | str | None = None,
    variants: Path | str | None = None,
    only_if_changed: bool = False,
    keep_other: bool = False,
    allow_missing: bool = False,
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Build the archive anew from all texts in ``folder`` and the folders in it.

    What is None is as the last build remembers it, if that was of the same folder. The archive that was there
    is served until the new one is complete, and stays if anything fails. It starts processes: a script that
    calls it does so under ``if __name__ == "__main__":``.

    Args:
        home: the data directory; it is made where there is none, once the folder was looked at.
        folder: the source folder; without it, the remembered one.
        engine: ``auto`` or the name of one.
        encoding: imposed on all plain texts; ``auto`` recognises each file's.
        user_dictionary: words in jieba's format.
        variants: pairs of variant characters, one a line, that are one here.
        only_if_changed: build only if texts, settings, analysis or version are others than before.
        keep_other: leave an archive of another folder as it is, also one that cannot be opened.
        allow_missing: build however many files are gone or cannot be read.
        progress: called some times a second, in this thread.

    Raises:
        SourceError: the folder cannot be read.
        BusyError: another build is going on.
        BuildError: the build could not be completed.
        ForeignHomeError: the data directory holds what is not this program's.
        SameFolderError: the folder is the data directory or lies in it.
        SourcesMissingError: too many files that were listed, or are archived, are gone or cannot be read.
        NothingToReadError: no folder was named, and the remembered one holds no texts any more; or there is
            no archive yet, and the folder holds none.
        EngineMissingError: the engine that was asked for is not installed.
        ArchiveBrokenError: with ``keep_other``, what is there cannot be read.
        RuntimeError: of multiprocessing, where the script that calls it does not ask for ``__main__``.
    """
    refuse_unguarded()
    home = home if isinstance(home, Home) else Home(Path(home))
    refuse_inside(home, folder, user_dictionary, variants)
    report = progress or silent
    with home.lock():
        settings = settings_of(home, folder, engine, encoding, user_dictionary, variants)
        job = Job(home, settings, report, folder is not None, allow_missing)
        if keep_other and (other := kept(job)) is not None:
            return other
        return build(job, only_if_changed=only_if_changed)


def build(job: Job, reason: str = "", *, only_if_changed: bool = False) -> BuildReport:
    """A full build, for the holder of the lock; ``reason`` is said in the report."""

    def attempt(failed: frozenset[str]) -> BuildReport:
        sources = expected(job, failed)
        same = unchanged(job, sources) if only_if_changed and not failed else None
        analyzer = analyzer_of(job.settings)
        before = generation_writer.texts_before(job.home)
        return same or build_from(job, sources, analyzer, before, reason)

    return persistently(attempt)


def _both(first: str, second: str) -> str:
    return said("{} {}", first, second) if first and second else first or second


def build_from(
    job: Job, sources: Sources, analyzer: Analyzer, before: Path | None, reason: str = ""
) -> BuildReport:
    """Make a generation of these files, for the holder of the lock. ``before``: the text store whose links it
    carries on, or None.
    """
    home, settings, progress = job.home, job.settings, job.progress
    if not sources.files and not home.generations.is_dir():
        raise NothingToReadError(
            said("{} holds no texts that can be read. Nothing was built.", settings.folder),
            hint="Name a folder that holds some: juanzong rebuild FOLDER",
        )
    name, why = registry.choose(settings.engine, sources.size)
    tasks = tasks_of(settings, sources)
    with generation_writer.drafted(home) as draft:
        with generation_writer.reading(job, draft, analyzer, tasks) as made:
            generation_writer.write_words(home, draft, analyzer)
            (draft / INDEX).mkdir()
            resources = generation_writer.resources(sources.size)
            writer = home.engine(name).create(draft / INDEX, size=sources.size, **resources)
            with BatchWriter(StoreWriter(draft / TEXTS), writer, counting=name == registry.REMOTE) as filler:
                filler.store.add_notes(unread_notes(sources, analyzer, settings), unread=True)
                made.fill(filler, progress)
                if not settled(job, sources, filler, before):
                    reason = _both(reason, LOST)
        return published(job, sources, analyzer, draft, name, filler.words, _both(reason, why))


def tasks_of(settings: Settings, sources: Sources) -> list[Task]:
    """The files to read, each with its keys; raises ``BuildError`` where there are not enough of these."""
    try:
        shares = document_keys.spans([file.size for file in sources.files])
    except document_keys.KeyRoomError as error:
        raise BuildError(said("{}: too large for one archive ({}).", settings.folder, error)) from error
    return [
        Task(file, span, old.inode, texts=sources.texts)
        if (old := sources.kept.get(file.relative))
        else Task(file, span, inode(file))
        for file, span in zip(sources.files, shares, strict=True)
    ]


def settled(job: Job, sources: Sources, filler: BatchWriter, before: Path | None) -> bool:
    """Complete the store and the index, in which all texts are; False: links of the archive before are lost.

    Raises: like ``index.building.missing.after_reading``.
    """
    filler.store.rename_twins()
    documents = filler.store.document_count()
    if not documents and not job.may_empty and not job.allow_missing:
        generation_writer.refuse_to_empty(job.home, job.settings)
    after_reading(job, sources, filler)
    refuse_fewer(job, sources, documents)
    job.progress(Progress("commit", sources.size, sources.size, len(sources.files)))
    return filler.finish(before)


def published(
    job: Job,
    sources: Sources,
    analyzer: Analyzer,
    draft: Path,
    engine: str,
    words: WordCounts,
    reason: str = "",
) -> BuildReport:
    """Serve a draft that has its store and its index, whose words were counted if it does not list them."""
    home = job.home
    with closing(home.engine(engine).open(draft / INDEX)) as snapshot:
        write_vocabulary(draft / VOCABULARY, words, snapshot)
    report = BuildReport(
        mode="rebuild",
        generation=draft.name,
        engine=engine,
        engine_reason=reason,
        added=len(sources.files),
        removed=len(sources.gone),
        paths={"removed": sources.gone} if sources.gone else {},
    )
    done = generation_writer.publish(job, draft, analyzer, report)
    remove_unused_extracts(home.path, draft.name)
    return done


def settings_of(
    home: Home,
    folder: Path | str | None,
    engine: str | None,
    encoding: str | None,
    user_dictionary: Path | str | None,
    variants: Path | str | None,
) -> Settings:
    """What is asked for, over what is remembered of the same folder."""
    try:
        known = home.settings()
    except ArchiveBrokenError:
        if folder is None:
            raise
        known = Settings()
    if folder is None:
        path = known_folder(home, known)
    else:
        path = str(user_path(folder).resolve())
        if path != known.folder:
            known = Settings()

    if home.address is not None and engine not in (None, "auto", registry.REMOTE):
        raise EngineError(
            engine,
            said("the archive is in the cluster {}", home.address),
            hint=said("Its engine is {}; leave out --engine.", registry.REMOTE),
        )
    if home.address is None and engine == registry.REMOTE:
        raise EngineError(engine, "it has no address", hint="Name one: --url https://node1:9200/newspapers")

    def path_of(given: Path | str | None, before: str | None) -> str | None:
        if given is None:
            return before
        return str(user_path(given).resolve()) if str(given) else None

    return Settings(
        folder=path,
        engine=registry.REMOTE if home.address else engine or known.engine,
        encoding=None if encoding == "auto" else encoding or known.encoding,
        user_dictionary=path_of(user_dictionary, known.user_dictionary),
        variants=path_of(variants, known.variants),
        address=home.address,
    )


def copy(
    source: Home,
    target: Home,
    *,
    engine: str = "auto",
    replacing: bool = False,
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Build in ``target`` what ``source`` has, out of its texts. Links, settings and reports go with it.

    Args:
        replacing: also where the archive of another folder is there.

    Raises:
        ArchiveMissingError, ArchiveBrokenError: there is nothing to copy, or it is damaged.
        ClusterError: a cluster cannot be reached, or refuses.
        BuildError: the archive of another folder is there, or the copy could not be completed.
        BusyError, ForeignHomeError, EngineMissingError: like ``index.build.rebuild``.
    """
    refuse_unguarded()
    with closing(source.open_current(verify=True)) as base:
        settings = source.settings()
        folder = Path(settings.folder or "")
        archived = base.store.sources()
        files = tuple(
            SourceFile(folder / path, path, one.size, one.mtime_ns) for path, one in archived.items()
        )
        sources = Sources(files, base.store.notes(unread=True), texts=base.path / TEXTS, kept=archived)
        analyzer = Analyzer.from_settings(base.manifest.analysis, base.path / WORDS, many=True)
        with target.lock():
            if target.known() and target.settings().folder != settings.folder and not replacing:
                raise BuildError(
                    said("{} holds the archive of another folder. Nothing was copied.", target.path),
                    hint="Name another place, or replace that archive: --replace",
                )
            wanted = replace(settings, engine=engine, address=target.address)
            job = Job(target, wanted, progress or silent, may_empty=True, allow_missing=True)
            return build_from(job, sources, analyzer, base.path / TEXTS)

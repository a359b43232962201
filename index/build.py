"""A full build: every source file read, a new generation written, checked, and served."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from archive.store import StoreWriter
from index import keys
from index.analysis.analyzer import Analyzer
from index.building.batches import Task
from index.building.comparison import kept, unchanged
from index.building.drafting import (
    Changes,
    Clock,
    discarded,
    drafted,
    fill,
    finish,
    inode,
    known_folder,
    meanwhile,
    path_of,
    publish,
    refuse_to_empty,
    resources,
    scanned,
    texts_before,
    unread_notes,
    write_words,
)
from index.building.filling import Filler
from index.building.pipeline import Pipeline, Reading
from index.engines import registry
from index.errors import ArchiveBrokenError, BuildError, SameFolderError
from index.generations import INDEX, TEXTS, VOCABULARY, WORDS, Home, Settings
from index.help.vocabulary import write_vocabulary
from index.report import BuildReport, Progress, ProgressCallback, silent

LOST = "Links to passages that were changed are lost: the archive before could not be read."


def rebuild(
    home: Home | Path,
    folder: Path | str | None = None,
    *,
    engine: str | None = None,
    encoding: str | None = None,
    user_dictionary: Path | str | None = None,
    only_if_changed: bool = False,
    keep_other: bool = False,
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Build the archive anew from all texts in ``folder`` and the folders in it.

    What is None is as the last build remembers it, if that was of the same folder. The archive that was there
    is served until the new one is complete, and stays if anything fails.

    Args:
        home: the data directory; it is made where there is none.
        folder: the source folder; without it, the remembered one.
        engine: ``auto`` or the name of one.
        encoding: imposed on all plain texts; ``auto`` recognises each file's.
        user_dictionary: words in jieba's format.
        only_if_changed: build only if texts, settings, analysis or version are others than before.
        keep_other: leave an archive of another folder as it is, also one that cannot be opened.
        progress: called some times a second, in this thread.

    Raises:
        SourceError: the folder cannot be read.
        BusyError: another build is going on.
        BuildError: the build could not be completed.
        SameFolderError: the data directory is the folder.
        NothingToReadError: no folder was named, and the remembered one holds no texts any more.
        EngineMissingError: the engine that was asked for is not installed.
        ArchiveBrokenError: with ``keep_other``, what is there cannot be read.
    """
    home = home if isinstance(home, Home) else Home(Path(home))
    if folder is not None and Path(folder).expanduser().resolve() == home.path.resolve():
        raise SameFolderError(
            f"{folder} cannot be the folder of texts and the data directory too.",
            hint="Keep the archive in another one: juanzong --home DIR rebuild FOLDER",
        )
    report = progress or silent
    with home.lock():
        settings = _settings(home, folder, engine, encoding, user_dictionary)
        if keep_other and (other := kept(home, settings)) is not None:
            return other
        if only_if_changed and (same := unchanged(home, settings, report)) is not None:
            return same
        return build(home, settings, report, may_empty=folder is not None)


def build(
    home: Home, settings: Settings, progress: ProgressCallback, reason: str = "", *, may_empty: bool = False
) -> BuildReport:
    """A full build, for the holder of the lock.

    Args:
        reason: is said in the report.
        may_empty: an archive without documents may follow one with documents.
    """
    clock = Clock()
    sources = scanned(home, settings, progress)
    name, why = registry.choose(settings.engine, sources.size)
    try:
        shares = keys.spans([file.size for file in sources.files])
    except keys.KeyRoomError as error:
        raise BuildError(f"{settings.folder}: too large for one archive ({error}).") from error
    tasks = [Task(file, span, inode(file)) for file, span in zip(sources.files, shares, strict=True)]
    with drafted(home) as draft:
        analyzer = Analyzer.default(path_of(settings.user_dictionary))
        reading = Reading(settings.encoding, analyzer.settings(), draft / WORDS)
        memory, processes = resources(sources.size)
        with Pipeline(tasks, reading) as made:
            write_words(home, draft, analyzer)
            (draft / INDEX).mkdir()
            writer = registry.engine(name).create(draft / INDEX, memory=memory, processes=processes)
            store = StoreWriter.create(draft / TEXTS)
            with discarded(store, writer):
                store.add_notes(unread_notes(sources, analyzer, settings), unread=True)
                filler = Filler(store, writer)
                fill(filler, made, progress)
                with Pipeline(filler.clashes(tasks), reading) as again:
                    fill(filler, again, progress)
                if filler.is_empty and not may_empty:
                    refuse_to_empty(home, settings)
                progress(Progress("commit", sources.size, sources.size, len(tasks)))
                if not finish(store, writer, texts_before(home)):
                    reason = f"{reason} {LOST}".strip()
        with closing(registry.engine(name).open(draft / INDEX)) as snapshot:
            known = meanwhile(lambda: write_vocabulary(draft / VOCABULARY, snapshot), draft)
        changes = Changes("rebuild", name, " ".join(filter(None, (reason, why))), added=len(tasks))
        return publish(home, draft, settings, analyzer, changes, clock, progress, known)


def _settings(
    home: Home,
    folder: Path | str | None,
    engine: str | None,
    encoding: str | None,
    user_dictionary: Path | str | None,
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
        path = str(Path(folder).expanduser().resolve())
        if path != known.folder:
            known = Settings()
    dictionary = known.user_dictionary
    if user_dictionary is not None:
        dictionary = str(Path(user_dictionary).expanduser().resolve()) if str(user_dictionary) else None
    return Settings(
        folder=path,
        engine=engine or known.engine,
        encoding=None if encoding == "auto" else encoding or known.encoding,
        user_dictionary=dictionary,
    )

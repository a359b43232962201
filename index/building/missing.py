"""Source files that went away: what is kept as it was archived, and when a build is refused.

A folder that was renamed, a disk that was unplugged, a synced folder that is half there look like deletions.
So a build is refused where more than a hundredth of the files are missing, and more than ``FEW``; or all
files of a top folder. A few files less are what people do to a folder, and so is moving them within it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

from msgspec.structs import replace

from archive.errors import StoreError, said
from archive.file_names import order_key
from archive.messages import note
from archive.readers import fingerprint
from archive.sources import SourceFile
from archive.store import StoredSource, StoreWriter, TextStore
from index.building.batches import ArchivedReading
from index.building.columns import BatchWriter
from index.building.generation_writer import refuse_to_empty, texts_before
from index.building.job import Job, Sources, scanned
from index.errors import ArchiveBrokenError, BuildError, ShardsLostError, SourcesMissingError
from index.generations import Home, Settings
from index.ownership import documents as count
from index.ownership import is_archive
from index.report import BuildReport

FEW = 2
"""So many files may be missing from however small an archive: deleting one is not an accident of a disk."""

MOST = 0.01
"""The part of all files above which their absence is taken for an accident."""

_PASSES = 3
"""How often a build begins, because further files cannot be read or a node is gone."""


class UnreadError(Exception):
    """Archived files could not be read in this attempt: the next one keeps them as they were."""

    def __init__(self, paths: Collection[str]) -> None:
        super().__init__(paths)
        self.paths = frozenset(paths)


def persistently(run: Callable[[frozenset[str]], BuildReport]) -> BuildReport:
    """Run a build, again where archived files turned out unreadable, which it then keeps, or a node of a
    cluster died.
    """
    failed: frozenset[str] = frozenset()
    for left in reversed(range(_PASSES)):
        try:
            return run(failed)
        except UnreadError as error:
            failed |= error.paths
        except BuildError as error:
            if not left or not isinstance(error.__cause__, ShardsLostError):
                raise
    raise SourcesMissingError(
        said("{:,} files cannot be read, and more with each attempt.", len(failed)),
        hint="Look at the disk that they are on.",
        missing={"cannot be read": tuple(sorted(failed))},
    )


def expected(job: Job, failed: Collection[str] = ()) -> Sources:
    """The scanned folder, compared with what is archived of it: what cannot be read is kept as it was.

    Args:
        failed: archived files that an attempt could not read.

    Raises:
        NothingToReadError: there is nothing in the folder.
        SourcesMissingError: too many of the archived files are gone, or cannot be read; or one that cannot
            be read is damaged in the archive too.
    """
    home, settings, sources = job.home, job.settings, scanned(job)
    texts, archived = _archived(home, settings)
    if archived and not sources.files and not job.may_empty and not job.allow_missing:
        refuse_to_empty(home, settings)
    listed = {file.relative: file for file in sources.files}
    shut = {note.path for note in sources.notes if note.code == "unreadable"}.union(failed)
    kept = {
        path: old
        for path, old in archived.items()
        if (shut and not shut.isdisjoint(_with_folders(path))) or (path in listed and _is_shut(listed[path]))
    }
    if damaged := tuple(path for path in kept if not _is_whole(texts, _file(settings, kept[path]))):
        if not job.allow_missing:
            raise SourcesMissingError(
                said(
                    "{:,} files cannot be read, or have no text any more, and are damaged in the archive.",
                    len(damaged),
                ),
                hint=said(
                    "The archive stays as it was. Give yourself the right to read them, or put them back. "
                    "To go on without them: juanzong rebuild {} --allow-missing",
                    settings.folder,
                ),
                missing={"cannot be read, and damaged in the archive": damaged},
            )
        for path in damaged:
            del kept[path], archived[path]
    gone = _not_moved(
        {p: s for p, s in archived.items() if p not in listed and p not in kept}, sources, archived
    )
    files = sources.files
    if kept:
        listed |= {path: _file(settings, old) for path, old in kept.items()}
        files = tuple(sorted(listed.values(), key=lambda file: order_key(file.relative)))
    found = replace(
        sources,
        files=files,
        notes=(*sources.notes, *(note(path, "kept", left_out=True) for path in kept)),
        texts=texts,
        kept=kept,
        archived=frozenset(archived),
        gone=gone,
    )
    refuse_fewer(job, found)
    vanished = {note.path for note in sources.notes if note.code == "vanished"}
    _refuse(job, found, {*gone, *vanished}, set(kept))
    return found


def after_reading(job: Job, sources: Sources, filler: BatchWriter) -> None:
    """What follows from the files that could not be read, or have no text any more.

    Raises:
        SourcesMissingError: too many of what was listed, or archived, is gone, empty or cannot be read.
        UnreadError: some of what is archived could not be read, or is empty: begin again and keep it.
    """
    files, unread = {file.relative: file for file in sources.files}, filler.unread
    vanished = {path for path, code in unread.items() if code == "vanished"}
    # What is new and was never ours to read has not gone away: it is a note.
    broken = {
        path for path in unread.keys() - vanished if path in sources.archived or not _is_shut(files[path])
    }
    emptied = _emptied(sources, filler.store) - broken
    _refuse(job, sources, {*sources.gone, *vanished}, {*sources.kept, *broken}, emptied)
    if again := (broken | emptied) & sources.archived:
        raise UnreadError(again)


def refuse_fewer(job: Job, sources: Sources, documents: int | None = None) -> None:
    """Raise ``SourcesMissingError`` where far fewer documents were read than the archive before has.

    Only the manifest and the settings can say so where its texts cannot be listed. Where they are lost too,
    any build may lose something.

    Args:
        documents: how many were read, or None before they are.
    """
    home, settings = job.home, job.settings
    if job.allow_missing or sources.texts or not is_archive(home.path):
        return
    with suppress(ArchiveBrokenError):
        if home.settings().folder not in (None, settings.folder):
            return
    folder = home.replaced()
    before = count(home.path, folder)
    if before is None:
        what = said(
            "{}: what is archived cannot be counted, since its manifest and its texts are lost or damaged.",
            folder or home.path,
        )
    elif documents is not None and before - documents > max(FEW, MOST * before):
        what = said(
            "{} gives {:,} documents, and the archive has {:,}, whose texts are damaged or of another "
            "version, and cannot be compared: {}.",
            settings.folder,
            documents,
            before,
            folder or home.path,
        )
    else:
        return
    raise SourcesMissingError(
        what,
        hint=said(
            "The archive stays as it was. Is all of the folder there? To build it from what is "
            "there: juanzong rebuild {} --allow-missing",
            settings.folder,
        ),
        missing={},
    )


def _emptied(sources: Sources, store: StoreWriter) -> set[str]:
    """The listed files that had a document when they were archived and have none now: no bytes, or only
    zeros.
    """
    if sources.texts is None:
        return set()
    try:
        with closing(TextStore(sources.texts)) as before:
            had = before.document_paths()
    except StoreError:
        return set()
    return (had & {file.relative for file in sources.files}) - store.document_paths()


def _archived(home: Home, settings: Settings) -> tuple[Path | None, dict[str, StoredSource]]:
    """The texts of the current generation and the files that are in it, where it is of the same folder.

    Its manifest and its index may be damaged, and where the settings were lost it may be of any folder: what
    is archived is not given up for that.
    """
    try:
        texts = texts_before(home)
        if texts is None or home.settings().folder not in (None, settings.folder):
            return None, {}
        with closing(TextStore(texts)) as store:
            sources = store.sources()
            archived = {path: old for path, old in sources.items() if old.digest is not None}
            with suppress(StoreError):  # rows of documents are sealed, those of files are not
                archived |= {
                    p: StoredSource(p, 0, 0, 0, b"") for p in store.document_paths() - sources.keys()
                }
            return texts, archived
    except (ArchiveBrokenError, StoreError):
        return None, {}  # what cannot be opened is built anew


def _is_whole(texts: Path | None, file: SourceFile) -> bool:
    """Whether all that is archived of a file can be read."""
    try:
        for _ in ArchivedReading(file, texts) if texts else ():
            pass
    except StoreError:
        return False
    return True


def _with_folders(path: str) -> Iterator[str]:
    """The path, and those of the folders that it is in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _is_shut(file: SourceFile) -> bool:
    """Whether a file is there and the system does not let us read it. Taking this right changes no time."""
    return not os.access(file.location, os.R_OK) and os.access(file.location, os.F_OK)


def _not_moved(
    gone: Mapping[str, StoredSource], sources: Sources, archived: Collection[str]
) -> tuple[str, ...]:
    """The files of which no new file has the content."""
    sizes = {old.size for old in gone.values()}
    new = [file for file in sources.files if file.size in sizes and file.relative not in archived]
    digests = set(map(fingerprint, new))
    return tuple(path for path, old in gone.items() if (old.digest or b"").hex() not in digests)


def _file(settings: Settings, old: StoredSource) -> SourceFile:
    """An archived file as if the folder still gave it. It is never opened."""
    return SourceFile(Path(settings.folder or "", old.path), old.path, old.size, old.mtime_ns)


def _refuse(
    job: Job, sources: Sources, gone: set[str], unreadable: set[str], emptied: Collection[str] = frozenset()
) -> None:
    """Raise ``SourcesMissingError`` where that is too much to be on purpose."""
    missing = gone.union(unreadable, emptied)
    if job.allow_missing or not missing:
        return
    folder = job.settings.folder
    everything = {file.relative for file in sources.files} | sources.archived | missing
    folders: dict[str, set[str]] = {}
    for path in everything:
        if "/" in path:
            folders.setdefault(path.partition("/")[0], set()).add(path)
    whole = {name: paths for name, paths in folders.items() if paths <= missing}
    if not whole and (len(missing) <= FEW or len(missing) <= MOST * len(everything)):
        return
    archive = "The archive stays as it was. " if sources.archived else ""
    command = "update" if sources.archived else f"rebuild {folder}"
    raise SourcesMissingError(
        said(
            "{:,} of {:,} files in {} are gone or cannot be read, or have no text any more.",
            len(missing),
            len(everything),
            folder,
        ),
        hint=said(
            "{}Is all of the folder there? To go on without what is gone, keeping what cannot be "
            "read as it is archived: juanzong {} --allow-missing",
            archive,
            command,
        ),
        missing={
            name: tuple(_named(paths, whole))
            for name, paths in (("gone", gone), ("cannot be read", unreadable), ("empty now", set(emptied)))
            if paths
        },
    )


def _named(paths: set[str], whole: Mapping[str, set[str]]) -> Iterator[str]:
    """The folders that are missing as a whole, then the other files."""
    for name, files in whole.items():
        if files <= paths:
            yield f"{name}/ ({len(files):,} in this folder: all)"
            paths = paths - files
    yield from sorted(paths, key=order_key)

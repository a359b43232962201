"""A generation: its manifest, which names its versions, settings, counts and files, and how it is opened."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, to_builtins

from archive.digests import digest_of
from archive.errors import JuanzongError, StoreError, out_of_files_named, reason_of, said
from archive.store import TextStore
from index.analysis.analyzer import Analyzer
from index.atomic_files import digest, files_below, is_plain, read_plain
from index.engines.base import Engine
from index.engines.guarded import GuardedSnapshot
from index.errors import ArchiveBrokenError, ClusterError, EngineError, EngineMissingError
from index.suggestions.vocabulary import Vocabulary

FORMAT = 3
"""Raised whenever a generation made before cannot be served as one made now."""

NAME = "manifest.json"
TEXTS = "texts.sqlite"
INDEX = "index"
REPORT = "report.json"
WORDS = "words.txt"
VOCABULARY = "vocabulary.txt"


SMALL = 1_000_000
"""Bytes of an index up to which its content is compared whenever it is opened: a millisecond."""


class FileState(Struct, frozen=True, array_like=True):
    """A file of a generation: its size in bytes and its BLAKE2b (``index.atomic_files.digest``)."""

    size: int
    digest: str


class Manifest(Struct, frozen=True):
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

    def write(self, folder: Path) -> None:
        """Write it into a generation's folder, with a digest of itself; raises ``OSError``."""
        data = to_builtins(self)
        text = json.dumps({**data, "seal": _seal(data)}, ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a generation.

        Raises:
            FileNotFoundError: there is none.
            ArchiveBrokenError: it cannot be read, is of another format, was changed, or names a file that
                is not below ``folder``.
        """
        path = folder / NAME
        try:
            data = json.loads(read_plain(path))
            found = data["format"]
            if found != FORMAT:
                raise ArchiveBrokenError(
                    said("{}: the archive has format {}, this program reads format {}.", path, found, FORMAT)
                )
            if data.pop("seal", None) != _seal(data):
                raise ValueError("its content is not what was written")
            if outside := [name for name in data["files"] if not is_plain(name)]:
                raise ValueError(f"it names a file outside its folder: {outside[0]!r}")
            return convert(data, cls)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ArchiveBrokenError(said("{}: not a readable manifest ({}).", path, error)) from error

    def changed_sizes(self, folder: Path) -> list[str]:
        """The files that are missing, links, or of another size than the manifest says: a cheap check."""
        wrong = []
        for name, state in self.files.items():
            try:
                found = (folder / name).lstat()
                same = stat.S_ISREG(found.st_mode) and found.st_size == state.size
            except OSError:
                same = False
            if not same:
                wrong.append(name)
        # An engine may open more than is named here, and a link leads anywhere.
        for inside in (folder, folder / "index"):
            with out_of_files_named(), suppress(FileNotFoundError), os.scandir(inside) as entries:
                wrong += [entry.name for entry in entries if entry.is_symlink()]
        return list(dict.fromkeys(wrong))

    def damaged(self, folder: Path, names: Iterable[str] | None = None) -> Iterator[tuple[str, str]]:
        """Each of the files, or of these, whose content is not what was written, and why; reads them all."""
        for name in self.files if names is None else names:
            try:
                if digest(folder / name) != self.files[name].digest:
                    yield name, "its content is not what was written"
            except OSError as error:
                yield name, f"cannot be read: {error.strerror or error}"


def _seal(data: Mapping[str, Any]) -> str:
    return digest_of(iter([json.dumps(data, sort_keys=True).encode()]))


def states(folder: Path, known: Mapping[str, FileState] | None = None) -> dict[str, FileState]:
    """Sizes and digests of all files below ``folder``; those that are ``known`` are not read."""
    known = known or {}
    names = {path.relative_to(folder).as_posix(): path for path in files_below(folder)}
    return {name: known[name] if name in known else state(path) for name, path in names.items()}


def state(path: Path) -> FileState:
    """The size and the digest of a file; raises ``OSError``."""
    return FileState(path.stat().st_size, digest(path))


def linked(folder: Path, base: Path, known: Mapping[str, FileState]) -> dict[str, FileState]:
    """The known states of files below ``base`` that are the same files, by hard links, below ``folder``."""
    return {name: state for name, state in known.items() if _same(folder / name, base / name)}


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def program_version() -> str:
    """The version of this program, as it was installed."""
    from importlib.metadata import PackageNotFoundError, version  # a search does not ask

    try:
        return version("juanzong")
    except PackageNotFoundError:
        return "not installed"


class Generation(Struct, frozen=True):
    """An open generation. It answers until it is closed, also when a build has removed its files by then.

    Attributes:
        analyzer: what its texts were cut with, for queries.
        notes: what differs here from where it was built, without being in the way.
    """

    name: str
    path: Path
    manifest: Manifest
    store: TextStore
    snapshot: GuardedSnapshot
    analyzer: Analyzer
    vocabulary: Vocabulary
    notes: tuple[str, ...] = ()

    def damage(self) -> JuanzongError | None:
        """What was found to be damaged while it answered, if anything was."""
        return self.store.damage or self.snapshot.damage

    def close(self) -> None:
        """Release all files. Safe to call twice."""
        self.snapshot.close()
        self.store.close()


@out_of_files_named()
def opened(
    folder: Path, engine_by_name: Callable[[str], Engine], *, connections: int, verify: bool
) -> Generation:
    """Open a generation; see ``index.generations.Home.open_current``."""
    try:
        manifest = Manifest.read(folder)
    except FileNotFoundError as error:
        raise ArchiveBrokenError(said("{}: the generation is not there.", folder)) from error
    if wrong := manifest.changed_sizes(folder):
        raise ArchiveBrokenError(
            said(
                "{}: {} is missing, cut off or a link ({} in all).", folder, ", ".join(wrong[:3]), len(wrong)
            )
        )
    index = [file for file in manifest.files if file.startswith(f"{INDEX}/")]
    small = sum(manifest.files[file].size for file in index) <= SMALL
    compared = None if verify else index if small else ()
    for file, reason in manifest.damaged(folder, compared):
        raise ArchiveBrokenError(said("{}: {} is damaged: {}.", folder, file, reason))
    engine = engine_by_name(manifest.engine)
    analyzer, notes = _analyzer(folder, manifest)
    vocabulary = Vocabulary(folder / VOCABULARY)
    try:
        written = None if verify else manifest.files[TEXTS].digest
        store = TextStore(folder / TEXTS, connections=connections, written=written)
        try:
            snapshot = GuardedSnapshot(manifest.engine, engine.open(folder / INDEX))
        except BaseException:
            store.close()
            raise
    except (EngineMissingError, ClusterError):
        raise
    except (StoreError, EngineError, OSError) as error:
        here = engine.version
        other = "" if here == manifest.engine_version else f", this is version {here}"
        made = f"built with {manifest.engine} {manifest.engine_version}{other}"
        raise ArchiveBrokenError(said("{}: {} ({})", folder, reason_of(error), made)) from error
    return Generation(folder.name, folder, manifest, store, snapshot, analyzer, vocabulary, notes)


def _analyzer(folder: Path, manifest: Manifest) -> tuple[Analyzer, tuple[str, ...]]:
    """The analyzer of a generation, and what it does otherwise than where the generation was built."""
    try:
        analyzer = Analyzer.from_settings(manifest.analysis, folder / WORDS)
    except (JuanzongError, ValueError, KeyError) as error:
        raise ArchiveBrokenError(said("{}: {}", folder, reason_of(error))) from error
    here = analyzer.settings()
    other = [name for name in here if here[name] != manifest.analysis.get(name)]
    changed = [f"{name} was {manifest.analysis.get(name)!r}, is {here[name]!r}" for name in other]
    if {"folding", "tables"} & set(other):
        raise ArchiveBrokenError(
            said(
                "{}: the texts were analysed otherwise than queries are now: {}.", folder, "; ".join(changed)
            )
        )
    return analyzer, tuple(changed)

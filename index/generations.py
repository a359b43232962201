"""The data directory: generations of the archive, the one that is served, and the lock of the one build."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archive.digests import blake2b
from archive.errors import JuanzongError, StoreError, reason_of
from archive.names import native, portable
from archive.records import as_dict, record, replace
from archive.store import TextStore
from index.analysis.analyzer import Analyzer
from index.durable import remove_tree, sync_folder, sync_tree, write_atomically
from index.engines.guarded import GuardedSnapshot, named
from index.engines.registry import engine as engine_by_name
from index.errors import (
    ArchiveBrokenError,
    ArchiveMissingError,
    BuildError,
    BusyError,
    EngineError,
    EngineMissingError,
)
from index.help.vocabulary import Vocabulary
from index.manifest import REBUILD, Manifest

TEXTS = "texts.sqlite"
INDEX = "index"
REPORT = "report.json"
WORDS = "words.txt"
VOCABULARY = "vocabulary.txt"

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,80}")

SMALL = 1_000_000
"""Bytes of an index up to which its content is compared whenever it is opened: a millisecond."""


def resolve_home(option: str | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """The data directory: ``--home``, ``JUANZONG_HOME``, ``./var`` if it is there, or the user's own."""
    environment = os.environ if environment is None else environment
    named = option or environment.get("JUANZONG_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if Path("var").is_dir():
        return Path("var").absolute()
    from platformdirs import user_data_path

    return user_data_path("juanzong", appauthor=False)


@record
class Settings:
    """What a rebuild remembers for the next one.

    Attributes:
        folder: the absolute path of the source folder, or None before the first build.
        engine: ``auto`` or the name of one.
        encoding: imposed on all files, or None.
        user_dictionary: the absolute path of a user dictionary, or None.
    """

    folder: str | None = None
    engine: str = "auto"
    encoding: str | None = None
    user_dictionary: str | None = None


@record
class Generation:
    """An open generation. It answers until it is closed, also when a build has removed its files by then.

    Attributes:
        name: of its folder.
        path: its folder.
        manifest: what it is made of.
        store: its texts.
        snapshot: its index.
        analyzer: what its texts were cut with, for queries.
        vocabulary: its words, for suggestions.
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


class Home:
    """A data directory; it is made by the first build.

    Args:
        path: where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path).absolute()
        self.generations = self.path / "generations"

    # --- reading --------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """What the build of the current generation remembered; the defaults where nothing was.

        Where ``current`` names no generation that is there, it is what the last build remembered, so that a
        build without a folder can mend it.

        Raises:
            ArchiveBrokenError: ``settings.json`` cannot be read.
        """
        path = self.path / "settings.json"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            which = "settings"
            if not self._names_nothing() and self.current() != data["generation"]:
                which = "before"
            return _with_paths(Settings(**data[which]), native)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArchiveBrokenError(
                f"{path}: not readable settings ({error}).",
                hint="Remove the file and name the folder again: juanzong rebuild FOLDER",
            ) from error

    def current(self) -> str | None:
        """The name of the generation that is served, or None before the first build.

        Raises:
            ArchiveBrokenError: ``current`` cannot be read or names nothing.
        """
        path = self.path / "current"
        try:
            name = path.read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise ArchiveBrokenError(f"{path}: cannot be read ({error}).", hint=REBUILD) from error
        if not _NAME.fullmatch(name):
            raise ArchiveBrokenError(f"{path}: names no generation: {name[:100]!r}.", hint=REBUILD)
        return name

    def open_current(self, *, connections: int = 1, verify: bool = False) -> Generation:
        """Open the generation that is served.

        Args:
            connections: how many threads read texts at the same time.
            verify: compare the content of all its files first, 0.2 s for 100 MB; else that of the texts as
                they are read, and that of the index where it is small.

        Raises:
            ArchiveMissingError: nothing was built here yet.
            ArchiveBrokenError: it is damaged, incomplete, or of another format or engine version.
            EngineMissingError: the library of its engine is not installed.
        """
        while True:
            name = self.current()
            if name is None:
                if self.path.exists() and not self.path.is_dir():
                    raise ArchiveMissingError(
                        f"{self.path} is a file, no data directory.", hint="Name another: --home DIR"
                    )
                raise ArchiveMissingError(
                    f"There is no archive in {self.path} yet.", hint="Build one: juanzong rebuild FOLDER"
                )
            try:
                return self.open(name, connections=connections, verify=verify)
            except ArchiveBrokenError:
                if self.current() == name:
                    raise  # else it was lost to the end of a build, which names the next one at once

    def open(self, name: str, *, connections: int = 1, verify: bool = False) -> Generation:
        """Open a generation by name; raises like ``open_current``."""
        folder = self.generations / name
        try:
            manifest = Manifest.read(folder)
        except FileNotFoundError as error:
            raise ArchiveBrokenError(f"{folder}: the generation is not there.", hint=REBUILD) from error
        if wrong := manifest.changed_sizes(folder):
            raise ArchiveBrokenError(
                f"{folder}: {', '.join(wrong[:3])} is missing, cut off or a link ({len(wrong)} in all).",
                hint=REBUILD,
            )
        index = [file for file in manifest.files if file.startswith(f"{INDEX}/")]
        small = sum(manifest.files[file].size for file in index) <= SMALL
        compared = None if verify else index if small else ()
        for file, reason in manifest.damaged(folder, compared):
            raise ArchiveBrokenError(f"{folder}: {file} is damaged: {reason}.", hint=REBUILD)
        engine = engine_by_name(manifest.engine)
        analyzer, notes = self._analyzer(folder, manifest)
        vocabulary = Vocabulary(folder / VOCABULARY)
        try:
            written = None if verify else manifest.files[TEXTS].digest
            store = TextStore(folder / TEXTS, connections=connections, written=written)
            try:
                opened = named(manifest.engine, lambda: engine.open(folder / INDEX))
                snapshot = GuardedSnapshot(manifest.engine, opened)
            except BaseException:
                store.close()
                raise
        except EngineMissingError:
            raise
        except (StoreError, EngineError, OSError) as error:
            here = engine.capabilities
            other = "" if here.version == manifest.engine_version else f", this is version {here.version}"
            made = f"built with {manifest.engine} {manifest.engine_version}{other}"
            raise ArchiveBrokenError(f"{folder}: {reason_of(error)} ({made})", hint=REBUILD) from error
        return Generation(name, folder, manifest, store, snapshot, analyzer, vocabulary, notes)

    def _analyzer(self, folder: Path, manifest: Manifest) -> tuple[Analyzer, tuple[str, ...]]:
        """The analyzer of a generation, and what it does otherwise than where the generation was built."""
        try:
            analyzer = Analyzer.from_settings(manifest.analysis, folder / WORDS)
        except (JuanzongError, ValueError, KeyError) as error:
            raise ArchiveBrokenError(f"{folder}: {reason_of(error)}", hint=REBUILD) from error
        here = analyzer.settings()
        other = [name for name in here if here[name] != manifest.analysis.get(name)]
        said = [f"{name} was {manifest.analysis.get(name)!r}, is {here[name]!r}" for name in other]
        if {"folding", "tables"} & set(other):
            raise ArchiveBrokenError(
                f"{folder}: the texts were analysed otherwise than queries are now: {'; '.join(said)}.",
                hint=REBUILD,
            )
        return analyzer, tuple(said)

    # --- building -------------------------------------------------------------------------------------------

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the data directory for one build, and clear away what killed builds left in it.

        Raises:
            BusyError: another build holds it.
            BuildError: the directory cannot be made or written to.
        """
        import filelock

        try:
            self.generations.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.path / "build.lock", timeout=0)
            lock.acquire()
        except filelock.Timeout as error:
            raise BusyError(
                f"Another build is going on in {self.path}.", hint="Wait until it has ended, then try again."
            ) from error
        except OSError as error:
            raise BuildError(
                f"{self.path}: cannot be written to ({error.strerror or error}).",
                hint="Name another data directory: --home DIR",
            ) from error
        try:
            self.remove_unused()
            yield
        finally:
            lock.release()

    def draft(self) -> Path:
        """The folder of a new generation, unseen before ``publish``. For the holder of the lock."""
        now = datetime.now(UTC)
        folder = self.generations / f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(4).hex()}"
        folder.mkdir()
        return folder

    def publish(self, draft: Path, settings: Settings) -> None:
        """Make a complete draft durable, then the one that is served, then remove all others.

        The settings are written before, for this generation: replacing ``current`` decides on both at once.
        Raises ``OSError``.
        """
        try:
            before = self.settings()
        except ArchiveBrokenError:
            before = Settings()
        sync_tree(draft, stat.S_IMODE((draft / TEXTS).stat().st_mode))
        sync_folder(self.generations)
        # With paths that can be read under another locale too.
        kept, kept_before = (as_dict(_with_paths(one, portable)) for one in (settings, before))
        data = {"generation": draft.name, "settings": kept, "before": kept_before}
        write_atomically(self.path / "settings.json", (json.dumps(data, indent=1) + "\n").encode("ascii"))
        write_atomically(self.path / "current", (draft.name + "\n").encode("ascii"))
        self.remove_unused()

    def remove_unused(self) -> None:
        """Remove all generations but the current one, and what killed builds left. Under the lock."""
        if self._names_nothing():
            return  # nobody knows which one is wanted; the next build that is published decides
        current = self.current()
        for folder in self.generations.iterdir():
            if folder.name != current:
                remove_tree(folder)

    def _names_nothing(self) -> bool:
        """Whether there is a ``current`` which names no generation that is there."""
        try:
            name = self.current()
        except ArchiveBrokenError:
            return True
        return name is not None and not (self.generations / name).is_dir()


def _with_paths(settings: Settings, change: Callable[[str], str]) -> Settings:
    folder, words = settings.folder, settings.user_dictionary
    return replace(settings, folder=folder and change(folder), user_dictionary=words and change(words))


def fingerprint(sources: Mapping[str, bytes | None]) -> str:
    """One value for the paths and content digests of all source files, whatever their order."""
    state = blake2b(digest_size=16)
    for path, value in sorted(sources.items()):
        state.update(path.encode("utf-8", "surrogatepass") + b"\0" + (value or b"") + b"\n")
    return state.hexdigest()


def now() -> str:
    """This moment, ISO 8601 with offset."""
    return datetime.now().astimezone().isoformat(timespec="seconds")

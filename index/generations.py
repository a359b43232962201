"""The data directory: generations of the archive, the one that is served, and the lock of the one build."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict, replace

from archive.digests import blake2b, digest_of
from archive.errors import said
from archive.file_names import native, portable, user_path
from index import ownership
from index.atomic_files import make_folder, read_plain, remove_tree, sync_folder, sync_tree, write_atomically
from index.engines.base import Engine
from index.engines.registry import engine as engine_by_name
from index.errors import ArchiveBrokenError, ArchiveMissingError, BuildError, BusyError
from index.generation import TEXTS, Generation, Manifest, opened

if TYPE_CHECKING:
    import filelock

    from index.cluster.connection import Cluster

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,80}")

_PAUSE = 0.2
"""Seconds until a data directory that another process holds is looked at again."""

ADDRESS = "JUANZONG_URL"
"""The variable of the environment with the address of the cluster that the archive is in."""


def resolve_home(option: str | None = None, environment: Mapping[str, str] | None = None) -> Path:
    """The data directory: ``--home``, ``JUANZONG_HOME``, ``./var`` if it is an archive, or the user's own.

    For an archive in a cluster it is a folder among the user's caches: all in it can be fetched again.
    """
    environment = os.environ if environment is None else environment
    named = option or environment.get("JUANZONG_HOME")
    if named:
        return user_path(named).absolute()
    if address := environment.get(ADDRESS):
        from platformdirs import user_cache_path

        return user_cache_path("juanzong", appauthor=False) / digest_of(iter([address.encode()]))
    if ownership.is_archive(Path("var")):
        return Path("var").absolute()
    from platformdirs import user_data_path

    return user_data_path("juanzong", appauthor=False)


class Settings(Struct, frozen=True):
    """What a rebuild remembers for the next one.

    Attributes:
        folder: the absolute path of the source folder, or None before the first build.
        engine: ``auto`` or the name of one.
        encoding: imposed on all files, or None.
        user_dictionary: the absolute path of a user dictionary, or None.
        variants: the absolute path of a file of variant pairs, or None.
        address: of the cluster that the archive is in, or None.
    """

    folder: str | None = None
    engine: str = "auto"
    encoding: str | None = None
    user_dictionary: str | None = None
    variants: str | None = None
    address: str | None = None


class Home:
    """A data directory; it is made by the first build.

    That of an archive in a cluster follows the cluster: what is served there is fetched before it is opened,
    and what is built here is served there.

    Args:
        path: where it is.
        address: of the cluster that the archive is in; empty: it is in none. Else it is that of the
            environment or, where that has none, the remembered one.

    Attributes:
        address: the address, or None.
        publish_in_cluster: while a build holds the archive there: what serves a draft there.
    """

    def __init__(self, path: Path, address: str | None = None) -> None:
        self.path = Path(path).absolute()
        self.generations = self.path / "generations"
        self._lock: filelock.BaseFileLock | None = None
        self._hold_in_cluster: Callable[[], object] | None = None
        self.publish_in_cluster: Callable[[Path], None] | None = None
        if address is None and (address := os.environ.get(ADDRESS)) is None:
            with suppress(ArchiveBrokenError):
                address = self.settings().address
        self.address = address or None

    def engine(self, name: str) -> Engine:
        """The engine of this name, for this archive; raises like ``index.engines.registry.engine``."""
        return engine_by_name(name, self.address)

    # --- reading --------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """What the build of the current generation remembered; the defaults where nothing was.

        Where none can be told to be the current one, it is what the last build remembered, so that a build
        without a folder can mend it.

        Raises:
            ArchiveBrokenError: ``settings.json`` cannot be read.
        """
        path = self.path / "settings.json"
        try:
            data = json.loads(read_plain(path))
            which = "settings" if self.known() in (None, data["generation"]) else "before"
            return _with_paths(Settings(**data[which]), native)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ArchiveBrokenError(
                said("{}: not readable settings ({}).", path, error),
                hint="Remove the file and name the folder again: juanzong rebuild FOLDER",
            ) from error

    def current(self) -> str | None:
        """The name of the generation that is served, or None before the first build.

        It is the one that the file ``current`` names. Where there is no such file, it is the newest whole
        generation; for the build that holds the lock also where the file is damaged.

        Raises:
            ArchiveBrokenError: ``current`` cannot be read or names nothing.
        """
        return self._current()[0]

    def recovery(self, *, building: bool = False) -> str:
        """What is to be said where the current generation is not the one that ``current`` names;
        ``building``: for a build.
        """
        with suppress(ArchiveBrokenError):
            return self._current(building=building)[1]
        return ""

    def _current(self, *, building: bool = False) -> tuple[str | None, str]:
        path = self.path / "current"
        broken: ArchiveBrokenError | None = None
        try:
            last = None
            while (name := read_plain(path).decode("ascii").strip()) != last:  # a build may have switched
                if _NAME.fullmatch(name) and (self.generations / name).is_dir():
                    return name, ""
                last = name
            broken = ArchiveBrokenError(said("{}: names no generation: {!r}.", path, name[:100]))
        except FileNotFoundError:
            if path.is_symlink():
                broken = ArchiveBrokenError(said("{}: is a link to nothing.", path))
        except NotADirectoryError:
            return None, ""
        except (OSError, ValueError) as error:
            broken = ArchiveBrokenError(said("{}: cannot be read ({}).", path, error))
        if broken and not (building or self._lock):
            raise broken
        return ownership.recovered(self.path, broken)

    def known(self) -> str | None:
        """Like ``current``; None where that cannot be told."""
        with suppress(ArchiveBrokenError):
            return self.current()
        return None

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
        self.follow()
        while True:
            name = self.current()
            if name is None:
                if self.path.exists() and not self.path.is_dir():
                    raise ArchiveMissingError(
                        said("{} is a file, no data directory.", self.path), hint="Name another: --home DIR"
                    )
                raise ArchiveMissingError(
                    said("There is no archive in {} yet.", self.path),
                    hint="Build one: juanzong rebuild FOLDER",
                )
            try:
                return self.open(name, connections=connections, verify=verify)
            except ArchiveBrokenError:
                if self.current() == name:
                    raise  # else it was lost to the end of a build, which names the next one at once

    def open(self, name: str, *, connections: int = 1, verify: bool = False) -> Generation:
        """Open a generation by name; raises like ``open_current``."""
        return opened(self.generations / name, self.engine, connections=connections, verify=verify)

    # --- building -------------------------------------------------------------------------------------------

    @contextmanager
    def lock(self, *, here_only: bool = False) -> Iterator[None]:
        """Hold the data directory for one build, and its archive in a cluster.

        A new directory is made, and held, by its first draft. A build that succeeds without a new generation
        ends with what is there mended.

        Args:
            here_only: what is done does not touch what is in the cluster.

        Raises:
            BusyError: another build holds it.
            ClusterError: the cluster cannot be reached, or refuses.
            ForeignHomeError: it holds what is not this program's.
            BuildError: the directory cannot be made or written to.
        """
        if self._lock:
            raise self._busy()
        try:
            self._hold(make=False)
            if self.address is None or here_only:
                yield
            else:
                with self._held_in_cluster(self.address):
                    yield
            if self._lock:
                self._mend()
        finally:
            if self._lock:
                self._lock.release()
                self._lock = None
            self._hold_in_cluster = self.publish_in_cluster = None

    def draft(self, name: str | None = None) -> Path:
        """The folder of a new generation, unseen before ``publish``, with this name if it was made elsewhere.
        In ``lock``, and raises like it.
        """
        if self._hold_in_cluster is not None:
            self._hold_in_cluster()
        self._hold(make=True)
        with self._writing():
            return ownership.new_generation(self.generations, name)

    @contextmanager
    def _held_in_cluster(self, address: str) -> Iterator[None]:
        """Hold the archive in a cluster for a build on what is served there now.

        In a cluster without the archive it is held from the first draft on: what is refused before leaves
        nothing there.
        """
        from index.cluster.connection import cluster_at
        from index.cluster.generation_files import made
        from index.cluster.publishing import Lock, publish

        cluster = cluster_at(address)
        lock = Lock(cluster)
        with ExitStack() as build:
            hold = cache(lambda: build.enter_context(lock.held()))
            if made(cluster):
                hold()
            self.catch_up(cluster)
            self._hold_in_cluster, self.publish_in_cluster = hold, partial(publish, cluster, lock)
            yield

    def follow(self) -> None:
        """Have the generation that the cluster serves, where the archive is in one.

        Its files are fetched, but for what is here already. While another process of this machine fetches it,
        what was served before is served.

        Raises:
            ClusterError: it cannot be reached, or refuses.
            ArchiveMissingError: it has no such archive yet.
            ArchiveBrokenError: its files are not whole.
            BuildError: the data directory cannot be written to.
        """
        if self.address is None:
            return
        from index.cluster.connection import cluster_at
        from index.cluster.publishing import served

        cluster = cluster_at(self.address)
        while (name := served(cluster)) is None or name != self.known():
            if name is None:
                raise ArchiveMissingError(
                    said("There is no archive at {} yet.", self.address),
                    hint=said("Build one: juanzong rebuild FOLDER --url {}", self.address),
                )
            try:
                with self.lock(here_only=True):
                    self.catch_up(cluster)
            except BusyError:
                if self.known() is not None:
                    return
                time.sleep(_PAUSE)

    def catch_up(self, cluster: Cluster) -> None:
        """Fetch what the cluster serves, if that is anything and not here. In ``lock``; raises like
        ``follow``.
        """
        from index.cluster.generation_files import pull
        from index.cluster.publishing import served

        name = served(cluster)
        if name in (None, self.known()):
            return
        before, draft = self.replaced(), self.draft(name)
        try:
            pull(cluster, draft.name, draft, before)
            settings = replace(self.settings(), address=self.address)
            self.publish(draft, settings, Manifest.read(draft).documents)
        except BaseException:
            remove_tree(draft)
            raise

    def replaced(self) -> Path | None:
        """The folder of the generation that a build replaces, however damaged, or None."""
        return ownership.replaced(self.path, self.known())

    def publish(self, draft: Path, settings: Settings, documents: int) -> None:
        """Make a complete draft durable, then the one that is served, then remove those it replaces.

        The settings are written before, for this generation: replacing ``current`` decides on both at once.
        In a cluster it is served first. Raises ``OSError`` and ``ClusterError``.
        """
        replaced = self.known()
        try:
            before = self.settings()
        except ArchiveBrokenError:
            before = Settings()
        sync_tree(draft, stat.S_IMODE((draft / TEXTS).stat().st_mode))
        sync_folder(self.generations)
        if self.publish_in_cluster is not None:
            self.publish_in_cluster(draft)
        # With paths that can be read under another locale too.
        kept, kept_before = (asdict(_with_paths(one, portable)) for one in (settings, before))
        data = {"generation": draft.name, "documents": documents, "settings": kept, "before": kept_before}
        text = json.dumps(data, indent=1) + "\n"
        write_atomically(self.path / "settings.json", text.encode("ascii"), draft)
        self._serve(draft)
        ownership.remove_unused(self.generations, draft.name, replaced)

    def _serve(self, generation: Path) -> None:
        write_atomically(self.path / "current", f"{generation.name}\n".encode("ascii"), generation)

    def _mend(self) -> None:
        """Write the name that was lost, and clear away what killed builds left: gigabytes, once."""
        with suppress(ArchiveBrokenError), self._writing():
            name, recovered = self._current()
            if name and recovered:
                self._serve(self.generations / name)
            ownership.remove_drafts(self.generations, name)

    def _hold(self, *, make: bool) -> None:
        """Take the lock, if it is not taken yet; where there is nothing to hold, only to ``make`` it."""
        if self._lock:
            return
        import filelock

        with self._writing():
            ownership.refuse_strangers(self.path)
            if not make and not self.generations.is_dir():
                return
            make_folder(self.generations)
            lock = filelock.FileLock(self.path / "build.lock", timeout=0)
            try:
                lock.acquire()
            except filelock.Timeout as error:
                raise self._busy() from error
        self._lock = lock

    def _busy(self) -> BusyError:
        return BusyError(
            said("Another build is going on in {}.", self.path),
            hint="Wait until it has ended, then try again.",
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise BuildError(
                said("{}: cannot be written to ({}).", self.path, error.strerror or error),
                hint="Make room there, or name another data directory: --home DIR",
            ) from error


def _with_paths(settings: Settings, change: Callable[[str], str]) -> Settings:
    names = ("folder", "user_dictionary", "variants")
    paths = {name: (path := getattr(settings, name)) and change(path) for name in names}
    return replace(settings, **paths)


def fingerprint(sources: Mapping[str, bytes | None]) -> str:
    """One value for the paths and content digests of all source files, whatever their order."""
    state = blake2b(digest_size=16)
    for path, value in sorted(sources.items()):
        state.update(path.encode("utf-8", "surrogatepass") + b"\0" + (value or b"") + b"\n")
    return state.hexdigest()


def now() -> str:
    """This moment, ISO 8601 with offset."""
    return datetime.now().astimezone().isoformat(timespec="seconds")

"""The archive that is served now: follows the data directory to each new generation, once it was verified."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from archive.errors import JuanzongError, OutOfFilesError
from index.archive import Archive
from index.errors import ArchiveBrokenError, ArchiveMissingError, ClusterError, EngineMissingError
from index.generations import Home

_Mark: TypeAlias = tuple[int, int, int]

FOLLOWED = 2.0
"""Seconds between two looks at what a cluster serves."""

OpenArchive: TypeAlias = Callable[[], Archive]
"""Gives the archive that is served now; raises ``ArchiveMissingError`` or ``ArchiveBrokenError``."""


class LiveArchive:
    """Gives the current archive to each request. Safe to use from several threads.

    All files of a generation are compared with what was written before it answers. Until then the generation
    before is served: the request that finds the new one waits for it (0.2 s for 100 MB), the others do not.

    An archive that was replaced stays open while a request uses it: its files are released when
    nothing refers to it any more. So a request has to ask once, and keep what it was given.
    """

    def __init__(self, home: Path, *, connections: int = 1) -> None:
        self._home = Home(home)
        self._connections = connections
        self._lock = Lock()
        self._mark: _Mark | None = None
        self._archive: Archive | None = None
        if self._home.address is not None:
            threading.Thread(target=_follow, args=(weakref.ref(self), self._home), daemon=True).start()

    def get(self) -> Archive:
        """The archive that is served now. Costs one look at a file where nothing has changed.

        Raises:
            ArchiveMissingError: nothing was built yet.
            ArchiveBrokenError, EngineMissingError: it cannot be opened, and nothing was open before.
        """
        mark = self._look()
        archive = self._archive
        if archive is not None and mark == self._mark:
            return archive
        if not self._lock.acquire(blocking=archive is None):
            assert archive is not None
            return archive
        try:
            # The mark is taken before the name is read: a switch in between is seen by the next request.
            mark = self._look()
            if self._archive is None or mark != self._mark:
                self._archive = self._opened()
                self._mark = mark
            return self._archive
        except OutOfFilesError as error:  # no word on what is new: the next request tries again
            if archive is None:
                raise
            archive.refused = error
            return archive
        finally:
            self._lock.release()

    def _look(self) -> _Mark | None:
        try:
            found = (self._home.path / "current").stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _opened(self) -> Archive:
        before = self._archive
        try:
            name = self._home.current()
            if before is not None and name == before.generation.name:
                before.refused = None
                return before
            archive = Archive.open(self._home.path, connections=self._connections, verify=True)
        except (ArchiveMissingError, ArchiveBrokenError, EngineMissingError, ClusterError) as error:
            if before is not None:
                before.refused = error
                return before
            raise
        # Not at the end of the process, which releases its files anyway: a thread may still be reading.
        weakref.finalize(archive, archive.generation.close).atexit = False
        return archive


def _follow(live: weakref.ref[LiveArchive], home: Home) -> None:
    """Have what the cluster serves, as long as anything is answered from it."""
    while live() is not None:
        try:
            home.follow()
        except JuanzongError as error:  # it may be reached again in a moment
            logging.getLogger(__name__).warning("%s", error)
        time.sleep(FOLLOWED)

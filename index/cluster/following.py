"""A data directory that follows what a cluster serves, and builds what it serves next."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Protocol

from archive.errors import said
from index.cluster.connection import Cluster, cluster_at
from index.cluster.generation_files import made, pull
from index.cluster.publishing import Lock, publish, served
from index.errors import ArchiveMissingError, BusyError

_PAUSE = 0.2


class DataDirectory(Protocol):
    """What this module needs of ``index.generations.Home``."""

    def known(self) -> str | None:
        """The generation that is served here, if that can be told."""

    def lock(self, *, here_only: bool = False) -> AbstractContextManager[None]:
        """Hold it for one build."""

    def receive(self, name: str, fetch: Callable[[Path, Path | None], None]) -> None:
        """Serve a generation whose files are fetched into a folder, given that of the one before."""


def follow(here: DataDirectory, address: str) -> None:
    """Have the generation that the cluster serves: its files are fetched, but for what is here already.

    While another process of this machine fetches it, what was served before is served.

    Raises:
        ClusterError: it cannot be reached, or refuses.
        ArchiveMissingError: it has no such archive yet.
        ArchiveBrokenError: its files are not whole.
        BuildError: the data directory cannot be written to.
    """
    cluster = cluster_at(address)
    while (name := served(cluster)) is None or name != here.known():
        if name is None:
            raise ArchiveMissingError(
                said("There is no archive at {} yet.", address),
                hint=said("Build one: juanzong rebuild FOLDER --url {}", address),
            )
        try:
            with here.lock(here_only=True):
                if name != here.known():
                    _fetch(here, cluster, name)
        except BusyError:
            if here.known() is not None:
                return
            time.sleep(_PAUSE)


@contextmanager
def building(
    here: DataDirectory, address: str
) -> Iterator[tuple[Callable[[], Lock], Callable[[Path], None]]]:
    """The right to build on what is served now: gives what takes it, and what publishes a draft.

    In a cluster without the archive it is taken with the first draft: what is refused before leaves nothing
    there. Raises ``BusyError``, and like ``follow``; what takes it raises like ``Lock.held``.
    """
    cluster = cluster_at(address)
    lock = Lock(cluster)
    with ExitStack() as build:
        hold = cache(lambda: build.enter_context(lock.held()))
        if made(cluster):
            hold()
        catch_up(here, cluster)
        yield hold, partial(publish, cluster, lock)


def catch_up(here: DataDirectory, cluster: Cluster) -> None:
    """Have what is served now, if anything is, in a data directory that is held; raises like ``follow``."""
    name = served(cluster)
    if name not in (None, here.known()):
        _fetch(here, cluster, name)


def _fetch(here: DataDirectory, cluster: Cluster, name: str) -> None:
    here.receive(name, lambda draft, base: pull(cluster, name, draft, base))

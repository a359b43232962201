"""Which generation of an archive a cluster serves, who may change that, and what may be removed there."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from opensearchpy import ConflictError, NotFoundError

from archive.errors import said
from index.cluster import files
from index.cluster.connection import Cluster
from index.errors import ArchiveBrokenError, BusyError, ClusterError

MARK = "juanzong"
"""In the ``_meta`` of an index of ours: its own name. What has no such mark is never removed."""

BEAT = 3.0
"""Seconds between two signs of life of a build."""

DEAD = 15.0
"""Seconds without one, after which another build may begin."""


def served(cluster: Cluster) -> str | None:
    """The generation that is served; None where there is none yet.

    Raises:
        ClusterError: it cannot be reached, or refuses.
        ArchiveBrokenError: the alias names several indexes.
    """
    try:
        found = list(cluster.ask(lambda client: client.indices.get_alias(name=cluster.alias)))
    except NotFoundError:
        return None
    if len(found) > 1:
        raise ArchiveBrokenError(said("{}: {} names several indexes.", cluster.address, cluster.alias))
    return cluster.generation_of(found[0])


class Lock:
    """The right to build an archive in a cluster, which one process on one machine has.

    While it is held a thread writes a sign of life every few seconds. So a build that was killed, or whose
    machine is gone, does not stand in the way for long.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._owner = f"{socket.gethostname()} {os.getpid()} {os.urandom(4).hex()}"
        self._place: dict[str, Any] = {}
        self._writing = threading.Lock()
        self._ended = threading.Event()

    def beat(self) -> None:
        """Show that the build lives.

        Raises:
            BusyError: another one holds the lock.
            ClusterError: the cluster cannot be reached, or refuses.
        """
        with self._writing:
            body = {files.LOCK: {"owner": self._owner, "at": time.time()}}
            if_unchanged = self._place or {"op_type": "create"}
            try:
                written = self._cluster.ask(
                    lambda client: client.index(
                        index=self._cluster.files, body=body, id=files.LOCK, **if_unchanged
                    )
                )
            except ConflictError as error:
                raise BusyError(
                    said("Another build of {} is going on.", self._cluster.address),
                    hint="Wait until it has ended, then try again.",
                ) from error
            self._place = _place(written)

    @contextmanager
    def held(self) -> Iterator[Lock]:
        """Hold it; raises like ``beat``."""
        files.make(self._cluster)
        self._take()
        beating = threading.Thread(target=self._go_on, daemon=True)
        beating.start()
        try:
            yield self
        finally:
            self._ended.set()
            beating.join()
            with suppress(ClusterError, ConflictError, NotFoundError):
                self._cluster.ask(
                    lambda client: client.delete(index=self._cluster.files, id=files.LOCK, **self._place)
                )

    def _take(self) -> None:
        since, seen = time.monotonic(), None
        while True:
            try:
                self.beat()
                return
            except BusyError:
                self._place = {}
                try:
                    found = _place(
                        self._cluster.ask(lambda client: client.get(index=self._cluster.files, id=files.LOCK))
                    )
                except NotFoundError:
                    continue  # it has just ended
                if seen not in (None, found):
                    raise  # it lives
                seen = found
                if time.monotonic() - since > DEAD:
                    self._place = found
            time.sleep(BEAT / 6)

    def _go_on(self) -> None:
        while not self._ended.wait(BEAT):
            # Whoever publishes asks once more, and is told.
            with suppress(BusyError, ClusterError):
                self.beat()


def publish(cluster: Cluster, lock: Lock, draft: Path) -> None:
    """Serve a finished generation, whose index is in the cluster, in place of the one before.

    The one before stays until the next is published: whoever has not followed yet still searches in it. What
    is older is removed.

    Raises:
        BusyError: another build has taken the lock.
        ClusterError: the cluster cannot be reached, or refuses; what it served it serves.
        OSError: a file cannot be read.
    """
    before = served(cluster)
    files.push(cluster, draft)
    lock.beat()
    actions = [
        {"remove": {"index": f"{cluster.alias}-*", "alias": cluster.alias, "must_exist": False}},
        {"add": {"index": cluster.index_of(draft.name), "alias": cluster.alias}},
    ]
    cluster.ask(lambda client: client.indices.update_aliases(body={"actions": actions}))
    clean(cluster, {draft.name, before or ""})


def clean(cluster: Cluster, keep: set[str]) -> None:
    """Remove what this program made for other generations of the archive. For the holder of its lock.

    Raises ``ClusterError``.
    """
    found = cluster.ask(lambda client: client.indices.get_mapping(index=f"{cluster.alias}-*"))
    kept = {cluster.index_of(generation) for generation in keep}
    ours = {name for name, one in found.items() if one["mappings"].get("_meta", {}).get(MARK) == name}
    if gone := sorted(ours - kept):
        cluster.ask(lambda client: client.indices.delete(index=",".join(gone)))
    files.clean(cluster, keep)


def _place(answer: dict[str, Any]) -> dict[str, Any]:
    """Where a document is in the succession of its changes, as a condition for the next one."""
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

"""Which generation of an archive a cluster serves, who may change that, and what may be removed there."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from opensearchpy import ConflictError, NotFoundError

from archive.errors import said
from index.cluster import generation_files
from index.cluster.connection import Cluster
from index.errors import ArchiveBrokenError, BusyError, ClusterError

MARK = "juanzong"
"""In the ``_meta`` of an index of ours: its own name. What has no such mark is never removed."""

_GENERATION = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}(-[0-9]+)?")
"""What ``index.ownership.new_name`` gives; the number is of a second index of one generation."""

BEAT = 3.0
"""Seconds between two signs of life of a build."""

DEAD = 15.0
"""Seconds without one, after which another build may begin."""


def served(cluster: Cluster) -> str | None:
    """The generation that is served, or None. Raises ClusterError, also where the alias is somebody else's
    index, and ArchiveBrokenError where it names several.
    """
    try:
        found = list(cluster.ask(lambda client: client.indices.get_alias(name=cluster.alias)))
    except NotFoundError:
        if cluster.ask(lambda client: client.indices.exists(index=cluster.alias)):
            raise cluster.taken(cluster.alias) from None
        return None
    if len(found) > 1:
        raise ArchiveBrokenError(said("{}: {} names several indexes.", cluster.address, cluster.alias))
    return cluster.generation_of(found[0])


class Lock:
    """The right to build an archive in a cluster, which one process has, or all parts of one build.

    While it is held a thread writes a sign of life every few seconds. So a build that was killed, or whose
    machine is gone, does not stand in the way for long.

    Args:
        build: what the parts of a build, and no other, have in common.
        generation: the one that they make, if none of them has begun.
    """

    def __init__(self, cluster: Cluster, build: str = "", generation: str = "") -> None:
        self._cluster = cluster
        self._own = f"{socket.gethostname()} {os.getpid()} {os.urandom(4).hex()}"
        self._said = {"owner": build or self._own, "build": build, "generation": generation}
        self._place: dict[str, Any] = {}
        self._writing = threading.Lock()
        self._ended = threading.Event()

    @property
    def generation(self) -> str:
        """The one that the parts of the build make."""
        return self._said["generation"]

    def beat(self, **changed: str) -> None:
        """Show that the build lives, and what changed of it.

        Raises:
            BusyError: another one holds the lock.
            ClusterError: the cluster cannot be reached, or refuses.
        """
        with self._writing:
            said_next = {**self._said, **changed}
            body = {generation_files.LOCK: {**said_next, "at": time.time()}}
            while True:
                if_unchanged = self._place or {"op_type": "create"}
                try:
                    written = self._cluster.ask(
                        lambda client, how=if_unchanged: client.index(  # type: ignore[misc]
                            index=self._cluster.files, body=body, id=generation_files.LOCK, **how
                        )
                    )
                except ConflictError as error:
                    place, there = self._there()
                    if self._place and there == self._said:
                        self._place = place  # another part showed that it lives
                        continue
                    raise BusyError(
                        said("Another build of {} is going on.", self._cluster.address),
                        hint="Wait until it has ended, then try again.",
                    ) from error
                self._place, self._said = _place(written), said_next
                return

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold it against the other parts too, raising like ``beat``; where that fails they hold it again."""
        self.beat(owner=self._own)
        try:
            yield
        except BaseException:
            with suppress(BusyError, ClusterError):
                self.beat(owner=self._said["build"])
            raise

    @contextmanager
    def held(self) -> Iterator[Lock]:
        """Hold it; raises like ``beat``. Parts leave it to each other."""
        generation_files.make(self._cluster)
        self._take()
        beating = threading.Thread(target=self._go_on, daemon=True)
        beating.start()
        try:
            yield self
        finally:
            self._ended.set()
            beating.join()
            if self._said["owner"] == self._own:
                with suppress(ClusterError, ConflictError, NotFoundError):
                    self._cluster.ask(
                        lambda client: client.delete(
                            index=self._cluster.files, id=generation_files.LOCK, **self._place
                        )
                    )

    def _there(self) -> tuple[dict[str, Any], dict[str, str]]:
        """The place of the lock in the succession of its changes, and what it says."""
        try:
            found = self._cluster.ask(
                lambda client: client.get(index=self._cluster.files, id=generation_files.LOCK)
            )
        except NotFoundError:
            return {}, {}
        content = found["_source"][generation_files.LOCK]
        return _place(found), {name: content.get(name, "") for name in self._said}

    def _take(self) -> None:
        since, seen = time.monotonic(), None
        while True:
            try:
                self.beat()
                return
            except BusyError:
                self._place = {}
                place, there = self._there()
                if not place:
                    continue  # it has just ended
                build = self._said["build"]
                if build and there["build"] == build:
                    self._said["generation"] = there["generation"]
                if build and there["owner"] == build:
                    self._place = place
                    continue
                if seen not in (None, place):
                    raise  # it lives
                seen = place
                if time.monotonic() - since > DEAD:
                    self._place = place
            time.sleep(BEAT / 6)

    def _go_on(self) -> None:
        while not self._ended.wait(BEAT):
            # Before it publishes, the build asks once more, and is told.
            with suppress(BusyError, ClusterError):
                self.beat()


def lost(cluster: Cluster, generation: str, *, filled: bool) -> bool:
    """Whether the index that parts fill is there no more, or shards of it are gone; raises ``ClusterError``.

    Args:
        filled: parts are in it already: it was there.
    """
    index = cluster.index_of(generation)
    if not cluster.ask(lambda client: client.indices.exists(index=index)):
        return filled
    return bool(cluster.health(index, "yellow")["status"] == "red")


def publish(cluster: Cluster, lock: Lock, draft: Path) -> None:
    """Serve a finished generation, whose index is in the cluster, in place of the one before.

    The one before stays until the next is published: readers that have not followed yet search in it. Older
    ones are removed.

    Raises:
        BusyError: another build has taken the lock.
        ClusterError: the cluster cannot be reached, or refuses; what it served it serves.
        OSError: a file cannot be read.
    """
    before = served(cluster)
    generation_files.push(cluster, draft, draft.name)
    lock.beat()
    actions = [
        {"remove": {"index": f"{cluster.alias}-*", "alias": cluster.alias, "must_exist": False}},
        {"add": {"index": cluster.index_of(draft.name), "alias": cluster.alias}},
    ]
    cluster.ask(lambda client: client.indices.update_aliases(body={"actions": actions}))
    clean(cluster, {draft.name, before or ""})


def clean(cluster: Cluster, keep: set[str]) -> None:
    """Remove what was made for other generations of the archive, for the holder of its lock. Raises
    ``ClusterError``.
    """
    found = cluster.ask(lambda client: client.indices.get_mapping(index=f"{cluster.alias}-*"))
    kept = {cluster.index_of(generation) for generation in keep}
    # Another archive's name may begin as this one's: papers, papers-1937.
    ours = {
        name
        for name, one in found.items()
        if one["mappings"].get("_meta", {}).get(MARK) == name
        and _GENERATION.fullmatch(cluster.generation_of(name))
    }
    if gone := sorted(ours - kept):
        cluster.ask(lambda client: client.indices.delete(index=",".join(gone)))
    generation_files.clean(cluster, keep)


def _place(answer: dict[str, Any]) -> dict[str, Any]:
    """Where a document is in the succession of its changes, as a condition for the next one."""
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}

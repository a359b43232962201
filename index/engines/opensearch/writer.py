"""Writing records into an index of a cluster that nobody searches yet."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from opensearchpy import NotFoundError

from archive.errors import said
from index.cluster.connection import Cluster
from index.engines.base import Record
from index.engines.opensearch.schema import EMPTY, NAME, PUBLISHED, lines, named, similarity, write_name
from index.engines.opensearch.snapshot import OpenSearchSnapshot
from index.errors import ClusterError, EngineError, ShardsLostError
from index.query.condition import STREAMS, ColumnIn

REQUEST = 4_000_000
"""Bytes of a bulk request."""

PATIENCE = 600.0
"""Seconds for which records are sent again to a cluster that is busy or lacks a node."""


class OpenSearchWriter:
    """Sends records from several threads; ``commit`` makes the index whole, and names it in ``folder``.

    Args:
        shared: others write into the index too, which is not removed where this one fails.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        folder: Path,
        memory: int,
        processes: int,
        *,
        shared: bool = False,
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._folder = folder
        self._shared = shared
        self._threads = max(2, processes)
        self._most = max(1, min(2 * self._threads, memory // (4 * REQUEST)))
        self._pool: ThreadPoolExecutor | None = ThreadPoolExecutor(self._threads, "bulk")
        self._sent: deque[Future[None]] = deque()
        self._buffer: list[bytes] = []
        self._size = 0

    @named("adding records failed")
    def add(self, records: Sequence[Record]) -> None:
        """See the protocol."""
        self._open()
        for line in lines(records):
            self._put(line)

    @named("deleting documents failed")
    def delete(self, documents: Iterable[int]) -> None:
        """See the protocol."""
        self._open()
        numbers = tuple(documents)
        self._settle()
        self._cluster.ask(lambda client: client.indices.refresh(index=self._index))
        self._delete(OpenSearchSnapshot(self._cluster, self._index).keys(ColumnIn("document", numbers)))

    def begin_part(self, keys: tuple[int, int] | None) -> None:
        """Remove what another writer sent of documents with these keys, and was killed; see ``share``."""
        self._cluster.ask(lambda client: client.indices.open(index=self._index))
        self._wait("yellow")
        if keys is not None:
            self._cluster.ask(lambda client: client.indices.refresh(index=self._index))
            self._delete(OpenSearchSnapshot(self._cluster, self._index).between(*keys))

    @named("adding records failed")
    def end_part(self) -> None:
        """Wait until all records are there. The index is left to others."""
        self._open()
        self._settle()
        self._shut()

    @named("committing failed")
    def commit(self) -> None:
        """See the protocol. From now on the cluster refuses to change the index."""
        self._open()
        self._settle()
        self._shut()
        self._cluster.ask(lambda client: client.indices.refresh(index=self._index))
        if self._shared:  # what was deleted would count in scores
            patience = {"only_expunge_deletes": "true", "request_timeout": 6 * PATIENCE}
            self._cluster.ask(lambda client: client.indices.forcemerge(index=self._index, params=patience))
            self._cluster.ask(lambda client: client.indices.refresh(index=self._index))
        self._correct_averages()
        published = {"index": PUBLISHED}
        self._cluster.ask(lambda client: client.indices.flush(index=self._index, force=True))
        self._cluster.ask(lambda client: client.indices.put_settings(index=self._index, body=published))
        self._wait("green")
        write_name(self._folder, self._index)

    def discard(self) -> None:
        """See the protocol. Where the cluster cannot be reached the next build removes the index."""
        if self._pool is not None:
            self._shut()
            if self._shared:
                return
            with suppress(ClusterError, NotFoundError):
                self._cluster.ask(lambda client: client.indices.delete(index=self._index))

    def _open(self) -> ThreadPoolExecutor:
        if self._pool is None:
            raise EngineError(NAME, "the writer is closed.", hint="Open a new one.")
        return self._pool

    def _shut(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _put(self, line: bytes) -> None:
        self._buffer.append(line)
        self._size += len(line)
        if self._size >= REQUEST:
            self._send()

    def _send(self) -> None:
        while len(self._sent) >= self._most or (self._sent and self._sent[0].done()):
            self._sent.popleft().result()
        self._sent.append(self._open().submit(self._bulk, self._buffer))
        self._buffer, self._size = [], 0

    def _settle(self) -> None:
        """Wait until all that was put is there."""
        if self._buffer:
            self._send()
        while self._sent:
            self._sent.popleft().result()

    def _delete(self, keys: Iterable[int]) -> None:
        for key in keys:
            self._put(b'{"delete":{"_id":"%d"}}\n' % key)
        self._settle()

    def _bulk(self, actions: Sequence[bytes]) -> None:
        """Send actions until all are carried out; those that were not are sent again, ever more slowly."""
        end, pause = time.monotonic() + PATIENCE, 0.25
        while True:
            refused: ClusterError | None = None
            try:
                actions, refused = self._cluster.bulk(self._index, actions)
            except ClusterError as error:
                refused = error
            if refused is None:
                return
            if not refused.passing or time.monotonic() > end:
                raise refused
            health: dict[str, Any] = {}
            with suppress(ClusterError):  # where nobody answers nothing is known of the shards
                health = self._cluster.health(self._index, "yellow")
            self._require_shards(health)
            time.sleep(pause)
            pause = min(2 * pause, 8.0)

    def _correct_averages(self) -> None:
        """Make up for ``EMPTY``: what a stream's average length is too long by, its similarity takes back."""
        tokens, empty = dict.fromkeys(STREAMS, 0), dict.fromkeys(STREAMS, 0)
        settings = self._cluster.ask(lambda client: client.indices.get_settings(index=self._index))
        now = settings[self._index]["settings"]["index"]
        request = {"doc": dict.fromkeys(STREAMS, EMPTY), "positions": False, "offsets": False}
        for shard in range(int(now["number_of_shards"])):
            answer = self._cluster.ask(
                lambda client, shard=shard: client.termvectors(  # type: ignore[misc]
                    index=self._index,
                    body={**request, "term_statistics": True},
                    params={"preference": f"_shards:{shard}"},
                )
            )
            for stream, found in answer["term_vectors"].items():
                tokens[stream] += max(0, found["field_statistics"]["sum_ttf"])
                empty[stream] += found["terms"][EMPTY].get("doc_freq", 0)
        wanted = {
            stream: similarity(tokens[stream] / (tokens[stream] - empty[stream]))
            for stream in STREAMS
            if tokens[stream] > empty[stream]
        }
        have = now["similarity"]
        if all(abs(float(have[stream]["b"]) - one["b"]) < 1e-6 for stream, one in wanted.items()):
            return
        # The settings of a similarity can be changed in a closed index only.
        self._cluster.ask(lambda client: client.indices.flush(index=self._index))
        self._cluster.ask(lambda client: client.indices.close(index=self._index))
        self._cluster.ask(
            lambda client: client.indices.put_settings(
                index=self._index, body={"index": {"similarity": wanted}}
            )
        )
        self._cluster.ask(lambda client: client.indices.open(index=self._index))
        self._wait("yellow")

    def _wait(self, wanted: str) -> None:
        """Until the index has this health. One copy of each shard will do where no more can be made now."""
        end = time.monotonic() + PATIENCE
        while True:
            health = self._cluster.health(self._index, wanted)
            if not health["timed_out"]:
                return
            self._require_shards(health)
            if not health["initializing_shards"] or time.monotonic() > end:
                return

    def _require_shards(self, health: Mapping[str, Any]) -> None:
        """Raise ShardsLostError where shards were gone for all the time that the health was awaited."""
        if health.get("timed_out") and health["status"] == "red":
            raise ShardsLostError(
                said("{}: shards of {} are lost", self._cluster.address, self._index),
                hint="Start the nodes that are down, then build again: GET _cluster/health",
            )
